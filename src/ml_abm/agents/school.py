"""A school and its staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..foundation.numbers_in_words import percent
from ..tables import Barrier, Enrolment
from .base import COUNTED, PLACE, Window, column, derived, ratio

if TYPE_CHECKING:
    from .district import District
    from .rowset import RowSet

ENROLMENT_IN_WORDS = {
    Enrolment.NEVER: "is not in the programme",
    Enrolment.ENROLLED: "is in the programme",
    Enrolment.LEFT: "left the programme",
}


def by_barrier(counts: list[int]) -> dict[Barrier, int]:
    """Return a school's teachers by the first barrier that they meet."""
    return dict(zip(Barrier, counts, strict=True))


class School(Window):
    """One school; attributes are cells of `tables.School`, and what follows from them."""

    table = "schools"

    first_teacher = column(int, PLACE)
    first_tie = column(int, PLACE)
    staff = column(int, PLACE)
    pupils = column(float)
    disadvantage = column(float)
    remoteness = column(float)
    quintile = column(int, PLACE)
    enrolment = column(Enrolment)
    enrolled_month = column(int)
    left_month = column(int)
    principal = column(float)
    leadership = column(float)
    community = column(float)
    helper_skill = column(float)
    materials = column(float)
    mismatch = column(float)
    observed_benefit = column(float)
    ownership = column(float)
    coaching = column(float)
    on_course = column(bool)
    users = column(int, COUNTED)
    skill_sum = column(float, COUNTED)
    skill_top = column(float, COUNTED)
    fidelity_sum = column(float, COUNTED)
    dosage_sum = column(float, COUNTED)
    strain_sum = column(float, COUNTED)
    strain_squares = column(float, COUNTED)
    commitment_sum = column(float, COUNTED)
    habit_sum = column(float, COUNTED)
    hours_sum = column(float, COUNTED)
    drift_sum = column(float, COUNTED)
    adaptation_sum = column(float, COUNTED)
    learning = column(float, COUNTED)
    gains = column(list, COUNTED)
    barriers = column(by_barrier, COUNTED)
    adoption = derived(float, lambda row: ratio(row["users"], row["staff"]))
    fidelity = derived(float, lambda row: ratio(row["fidelity_sum"], row["users"]))
    dosage = derived(float, lambda row: ratio(row["dosage_sum"], row["users"]))
    skill = derived(float, lambda row: ratio(row["skill_sum"], row["staff"]))
    strain = derived(float, lambda row: ratio(row["strain_sum"], row["staff"]))

    @property
    def id(self) -> str:
        """The id of this school in its list, or a number."""
        return self.model.ids("schools")[self.row]

    @property
    def district(self) -> District:
        """The district of this school."""
        return self.model.window("districts", int(self.rows["district"][self.row]))

    @property
    def teachers(self) -> RowSet:
        """The teachers of this school."""
        return self.model.row_set("teachers", self.rows_of_teachers)

    @property
    def rows_of_teachers(self) -> np.ndarray:
        """The rows of this school's teachers: one slice of their table."""
        return np.arange(self.first_teacher, self.first_teacher + self.staff)

    def describe(self) -> str:
        """Return where this school stands, in words."""
        return (
            f"School {self.id} {ENROLMENT_IN_WORDS[self.enrolment]}; {self.users} of {self.staff} teachers use it"
            f" at {percent(self.fidelity)} fidelity; the principal's support is {percent(self.leadership)},"
            f" coaching {percent(self.coaching)} of what it needs."
        )
