"""Funders begin, pay in, renew or end."""

from ..compiled import kernel
from ..draws import Decision, key, uniform
from ..mechanisms.funding import monthly_payment, renewal_chance
from ..tables import FunderStage, GrantStatus

YEAR = 12


@kernel
def pay_in(funders, programme, p, seed, month):
    """Let each funder decide, then pay this month's money into its own account."""
    renewal = key(seed, Decision.GRANT_RENEWED, month)
    programme.income = 0.0
    for k in range(len(funders)):
        funder = funders[k]
        if funder.status == GrantStatus.WAITING:
            begin_when_window_opens(funder, programme, month)
        elif funder.status == GrantStatus.PAYING:
            renew_or_end(funder, programme, p, uniform(renewal, k), month)
        if funder.status == GrantStatus.PAYING:
            takes_over = funder.stage == FunderStage.GOVERNMENT
            payment = monthly_payment(funder.annual_budget, takes_over, programme.institutionalisation)
            flexible = payment * funder.flexible_share
            funder.balance_flexible += flexible
            funder.balance_earmarked += payment - flexible
            funder.paid_in += payment
            programme.income += payment


@kernel
def begin_when_window_opens(funder, programme, month):
    """Begin in the first month, or at a yearly window after it, once the evidence asked for is there."""
    waited = month - funder.first_month
    if waited < 0 or waited % YEAR != 0:
        return
    if programme.evidence >= funder.evidence_required:
        funder.status = GrantStatus.PAYING
        funder.since_month = month
        funder.grants += 1


@kernel
def renew_or_end(funder, programme, p, u, month):
    """At the end of a grant give another one, or stop for good."""
    if funder.horizon == 0 or month - funder.since_month < funder.horizon:
        return
    chance = renewal_chance(
        funder.renewal_odds, programme.evidence, funder.evidence_required, programme.capital, p
    )
    if u < chance:
        funder.since_month = month
        funder.grants += 1
    else:
        funder.status = GrantStatus.ENDED
