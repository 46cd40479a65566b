"""A district office and its schools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables import NEVER
from .base import Window, column, derived, percent, ratio

if TYPE_CHECKING:
    from .champion import Champion
    from .rowset import RowSet


class District(Window):
    """One district; attributes are cells of `tables.District`, and what follows from them."""

    table = "districts"

    joined_month = column()
    threshold = column()
    openness = column()
    leader_months = column()
    coaches = column()
    capacity = column()
    quality = column()
    institutionalisation = column()
    data_quality = column()
    push = column()
    enrolled = column()
    users = column()
    fidelity = column()
    reported_fidelity = column()
    benefit = column()
    reach = derived(lambda row: ratio(row["enrolled"], row["schools"]))

    @property
    def joined(self) -> bool:
        """Whether the district has joined by now."""
        return self.joined_month != NEVER and self.joined_month <= self.model.month

    @property
    def schools(self) -> RowSet:
        """The schools of this district."""
        row = self.rows[self.row]
        return self.model.row_set("schools", row["first_school"] + np.arange(row["schools"]))

    @property
    def champion(self) -> Champion:
        """The seat of this district's champion, filled or not."""
        seats = self.model.system.champions
        return self.model.window("champions", len(seats) - len(self.rows) + self.row)

    @property
    def looks_to(self) -> RowSet:
        """The districts to whose decisions this one looks."""
        ties = self.model.system.district_ties
        return self.model.row_set("districts", ties.neighbour[ties.start[self.row] : ties.start[self.row + 1]])

    def describe(self) -> str:
        """Return where this district stands, in words."""
        if not self.joined:
            return f"District {self.row} has not joined; its leader's openness is {percent(self.openness)}."
        return (
            f"District {self.row} joined in month {self.joined_month}: {percent(self.reach)} of its schools are in,"
            f" fidelity is {percent(self.fidelity)} and is reported as {percent(self.reported_fidelity)};"
            f" {self.coaches:.1f} coaches; it is {percent(self.institutionalisation)} built into rules."
        )
