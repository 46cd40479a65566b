"""Funding: stages, horizons, renewal, the gap in the middle, earmarks, and the government's share."""

from math import log

from ..foundation.compiled import formula
from .chance import logistic


@formula
def monthly_payment(annual_budget, is_government_stage, institutionalisation, by_results, results):
    """Return what a paying funder pays in this month (USD): budget / 12 x (1 - r + r results).

    A government of the last stage takes over as far as the innovation is built into its rules. `by_results` (r) is the share of the payment
    that follows `results`, use x fidelity of the enrolled schools' teachers *as reported* (0..1).
    """
    payment = annual_budget / 12.0 * (1.0 - by_results + by_results * results)
    if is_government_stage:
        payment = payment * institutionalisation
    return payment


@formula
def grant_chance(odds, evidence, required, capital, p):
    """Return the chance that a grant begins, or is renewed at its end.

    log-odds = logit(odds) + re (evidence - required) + rc (capital - 0.5) + rF (fit - 0.5). The middle stage is under-resourced (Cooley &
    Robinson, Brookings); fit with what government does moves what is adopted, the strength of evidence hardly (DellaVigna, Kim & Linos
    2024). The sizes are assumptions.
    """
    if odds <= 0.0:
        return 0.0
    if odds >= 1.0:
        return 1.0
    return logistic(
        log(odds / (1.0 - odds))
        + p.renewal_of_evidence * (evidence - required)
        + p.renewal_of_capital * (capital - 0.5)
        + p.renewal_of_fit * (p.government_fit - 0.5)
    )


@formula
def places_bought(own_places, affordable, p):
    """Return the places a month that money beyond present trainers pays for, up to a share of what these can give."""
    return min(p.trainers_bought * own_places, max(0.0, affordable - own_places))


@formula
def cascade_places(wanted, p):
    """Return the places a month that a cascade of trainers gives: its share of the schools still wanted, in a year."""
    return p.cascade * max(0.0, wanted) / 12.0


@formula
def course_quality(own_places, cascade, p):
    """Return the quality of courses of a month, of what trainers of the programme give: cascades lose part of it."""
    if cascade <= 0.0:
        return 1.0
    return 1.0 - p.cascade_loss * cascade / (own_places + cascade)


@formula
def months_committed(month, since, horizon, p):
    """Return for how many of the next `reserve_months` a grant is committed to pay: all, if it has no end."""
    if horizon == 0:
        return p.reserve_months
    return min(p.reserve_months, float(since + horizon - month))


@formula
def affordable_schools(money, committed, balance, running_need, enrol_cost, running_cost, p):
    """Return how many schools more the programme may take on.

    It must pay for their course now, and run what it runs for `reserve_months` from what it has (`balance`) and what grants are committed to
    pay in that time (`committed`): a programme that looks far ahead stops growing before a grant ends.
    """
    room = (committed + balance) / p.reserve_months - running_need
    if room <= 0.0 or money <= 0.0:
        return 0.0
    by_running = 1e9
    if running_cost > 0.0:
        by_running = room / running_cost
    by_course = 1e9
    if enrol_cost > 0.0:
        by_course = money / enrol_cost
    return min(by_running, by_course)
