"""A school and its staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..tables import Enrolment
from .base import Window, column, derived, percent, ratio

if TYPE_CHECKING:
    from .district import District
    from .rowset import RowSet

ENROLMENT_IN_WORDS = {
    Enrolment.NEVER: "is not in the programme",
    Enrolment.ENROLLED: "is in the programme",
    Enrolment.LEFT: "left the programme",
}


class School(Window):
    """One school; attributes are cells of `tables.School`, and what follows from them."""

    table = "schools"

    staff = column()
    pupils = column()
    enrolment = column(Enrolment)
    enrolled_month = column()
    left_month = column()
    leadership = column()
    community = column()
    materials = column()
    mismatch = column()
    observed_benefit = column()
    ownership = column()
    coaching = column()
    users = column()
    learning = column()
    adoption = derived(lambda row: ratio(row["users"], row["staff"]))
    fidelity = derived(lambda row: ratio(row["fidelity_sum"], row["users"]))
    strain = derived(lambda row: ratio(row["strain_sum"], row["staff"]))

    @property
    def district(self) -> District:
        """The district of this school."""
        return self.model.window("districts", int(self.rows["district"][self.row]))

    @property
    def teachers(self) -> RowSet:
        """The teachers of this school."""
        first = int(self.rows["first_teacher"][self.row])
        return self.model.row_set("teachers", np.arange(first, first + self.staff))

    def describe(self) -> str:
        """Return where this school stands, in words."""
        return (
            f"School {self.row} {ENROLMENT_IN_WORDS[self.enrolment]}; {self.users} of {self.staff} teachers use it"
            f" at {percent(self.fidelity)} fidelity; the principal's support is {percent(self.leadership)},"
            f" coaching {percent(self.coaching)} of what it needs."
        )
