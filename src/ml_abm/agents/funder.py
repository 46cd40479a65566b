"""A funder and its account."""

from __future__ import annotations

from ..foundation.numbers_in_words import money
from ..tables import FunderStage, GrantStatus
from .base import Window, column, derived

STATUS_IN_WORDS = {
    GrantStatus.WAITING: "has not begun",
    GrantStatus.PAYING: "pays",
    GrantStatus.ENDED: "has ended",
}


class Funder(Window):
    """One funder; attributes are cells of `tables.Funder`, and what follows from them (USD)."""

    table = "funders"

    stage = column(FunderStage)
    public = column(bool)
    annual_budget = column(float)
    first_month = column(int)
    horizon = column(int)
    flexible_share = column(float)
    evidence_required = column(float)
    renewal_odds = column(float)
    carry_over = column(float)
    by_results = column(float)
    status = column(GrantStatus)
    since_month = column(int)
    grants = column(int)
    paid_in = column(float)
    spent = column(float)
    spent_now = column(float)
    balance_flexible = column(float)
    balance_earmarked = column(float)
    balance = derived(float, lambda row: row["balance_flexible"] + row["balance_earmarked"])

    @property
    def name(self) -> str:
        """The funder's name in the scenario."""
        return self.model.simulation.scenario.funders[self.row].name

    def end_grant(self) -> None:
        """Stop paying for good; what is in the account may still be spent."""
        self.status = GrantStatus.ENDED

    def describe(self) -> str:
        """Return what this funder has done, in words."""
        return (
            f"{self.name} {STATUS_IN_WORDS[self.status]}: {money(self.paid_in)} paid in over {self.grants} "
            f"grant(s), {money(self.balance)} left."
        )
