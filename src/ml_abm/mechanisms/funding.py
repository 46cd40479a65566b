"""Funding: stages, horizons, renewal, the gap in the middle, earmarks, and the government's share."""

from math import log

from ..compiled import formula
from .chance import logistic


@formula
def monthly_payment(annual_budget, is_government_stage, institutionalisation):
    """Return what a paying funder pays in this month (USD).

    A government of the last stage takes over as far as the innovation is built into its rules.
    """
    if is_government_stage:
        return annual_budget / 12.0 * institutionalisation
    return annual_budget / 12.0


@formula
def renewal_chance(odds, evidence, required, capital, p):
    """Return the chance that a grant is renewed at its end.

    log-odds = logit(odds) + re (evidence - required) + rc (capital - 0.5). The middle stage is under-resourced
    (Cooley & Robinson, Brookings); the size is an assumption (mark C).
    """
    if odds <= 0.0:
        return 0.0
    if odds >= 1.0:
        return 1.0
    return logistic(
        log(odds / (1.0 - odds))
        + p.renewal_of_evidence * (evidence - required)
        + p.renewal_of_capital * (capital - 0.5)
    )


@formula
def affordable_schools(money, income, balance, running_need, enrol_cost, running_cost, p):
    """Return how many schools more the programme may take on.

    It must pay for their course now, and keep `reserve_months` of runway for what runs already.
    """
    room = income + balance / p.reserve_months - running_need
    if room <= 0.0 or money <= 0.0:
        return 0.0
    by_running = 1e9
    if running_cost > 0.0:
        by_running = room / running_cost
    by_course = 1e9
    if enrol_cost > 0.0:
        by_course = money / enrol_cost
    return min(by_running, by_course)
