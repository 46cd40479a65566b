"""A district office and its schools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..foundation.numbers_in_words import percent
from ..tables import NEVER
from .base import COUNTED, PLACE, Window, column, derived, ratio

if TYPE_CHECKING:
    from .champion import Champion
    from .rowset import RowSet


class District(Window):
    """One district; attributes are cells of `tables.District`, and what follows from them."""

    table = "districts"

    first_school = column(int, PLACE)
    joined_month = column(int)
    threshold = column(float)
    openness = column(float)
    leader_months = column(int)
    coaches = column(float)
    capacity = column(float)
    quality = column(float)
    institutionalisation = column(float)
    data_quality = column(float)
    push = column(float)
    enrolled = column(int, COUNTED)
    users = column(int, COUNTED)
    staff = column(int, COUNTED)
    use = column(float, COUNTED)
    fidelity = column(float, COUNTED)
    reported_fidelity = column(float, COUNTED)
    coverage = column(float, COUNTED)
    benefit = column(float, COUNTED)
    n_schools = derived(int, lambda row: row["schools"])
    reach = derived(float, lambda row: ratio(row["enrolled"], row["schools"]))

    @property
    def id(self) -> str:
        """The id of this district in its list, or a number."""
        return self.model.ids("districts")[self.row]

    @property
    def joined(self) -> bool:
        """Whether the district has joined by now."""
        return self.joined_month != NEVER and self.joined_month <= self.model.month

    @property
    def schools(self) -> RowSet:
        """The schools of this district."""
        return self.model.row_set("schools", self.first_school + np.arange(self.n_schools))

    @property
    def champion(self) -> Champion:
        """The seat of this district's champion, filled or not."""
        seats = self.model.system.champions
        return self.model.window("champions", len(seats) - len(self.rows) + self.row)

    @property
    def looks_to(self) -> RowSet:
        """The districts to whose decisions this one looks."""
        ties = self.model.system.district_ties
        return self.model.row_set(
            "districts", ties.neighbour[ties.start[self.row] : ties.start[self.row + 1]]
        )

    def describe(self) -> str:
        """Return where this district stands, in words."""
        if not self.joined:
            return f"District {self.id} has not joined; its leader's openness is {percent(self.openness)}."
        return (
            f"District {self.id} joined in month {self.joined_month}: {percent(self.reach)} of its schools are in,"
            f" fidelity is {percent(self.fidelity)} and is reported as {percent(self.reported_fidelity)};"
            f" {self.coaches:.1f} coaches; it is {percent(self.institutionalisation)} built into rules."
        )
