"""Funders begin, pay in, renew or end; what is not spent lapses when a grant is over."""

from ..draws import Decision, key, uniform
from ..foundation.compiled import kernel
from ..mechanisms.funding import grant_chance, monthly_payment, months_committed
from ..tables import FunderStage, GrantStatus
from .districts import programme_is_open

YEAR = 12


@kernel
def pay_in(funders, programme, p, seed, month):
    """Let each funder decide, then pay this month's money into its own account; nothing is paid until there is a programme."""
    given = key(seed, Decision.GRANT_GIVEN, month)
    programme.income = programme.committed = 0.0
    if not programme_is_open(p, month):
        return
    for k in range(len(funders)):
        funder = funders[k]
        if funder.status == GrantStatus.WAITING:
            begin_when_window_opens(funder, programme, p, uniform(given, k), month)
        elif funder.status == GrantStatus.PAYING:
            renew_or_end(funder, programme, p, uniform(given, k), month)
        if funder.status == GrantStatus.PAYING:
            takes_over = funder.stage == FunderStage.GOVERNMENT
            payment = monthly_payment(
                funder.annual_budget,
                takes_over,
                programme.institutionalisation,
                funder.by_results,
                programme.results,
            )
            flexible = payment * funder.flexible_share
            funder.balance_flexible += flexible
            funder.balance_earmarked += payment - flexible
            funder.paid_in += payment
            programme.income += payment
            programme.committed += payment * months_committed(month, funder.since_month, funder.horizon, p)


@kernel
def begin_when_window_opens(funder, programme, p, u, month):
    """Begin in the first month where no evidence is asked for; otherwise by odds, in that month and once a year after it."""
    waited = month - funder.first_month
    if waited < 0:
        return
    promised = funder.evidence_required <= 0.0
    if promised or (waited % YEAR == 0 and u < chance_of_grant(funder, programme, p)):
        funder.status = GrantStatus.PAYING
        funder.since_month = month
        funder.grants += 1


@kernel
def chance_of_grant(funder, programme, p):
    """Return the chance that this funder gives a grant now."""
    return grant_chance(
        funder.renewal_odds, programme.evidence, funder.evidence_required, programme.capital, p
    )


@kernel
def renew_or_end(funder, programme, p, u, month):
    """At the end of a grant give another one, or stop for good; unspent money lapses then, or at a year's end without an end."""
    run = month - funder.since_month
    if funder.horizon == 0:
        if run > 0 and run % YEAR == 0:
            lapse(funder)
        return
    if run < funder.horizon:
        return
    lapse(funder)
    if u < chance_of_grant(funder, programme, p):
        funder.since_month = month
        funder.grants += 1
    else:
        funder.status = GrantStatus.ENDED


@kernel
def lapse(funder):
    """Take back what is not spent, but for the share that may be carried over; paid in is then what was spent and what is kept."""
    funder.balance_flexible *= funder.carry_over
    funder.balance_earmarked *= funder.carry_over
    funder.paid_in = funder.spent + (funder.balance_flexible + funder.balance_earmarked)
