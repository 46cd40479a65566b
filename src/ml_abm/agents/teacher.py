"""A teacher: one post, with the person who holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..foundation.numbers_in_words import percent
from ..tables import Stage, ties_of
from .base import PLACE, Window, column, derived

if TYPE_CHECKING:
    from .district import District
    from .rowset import RowSet
    from .school import School

STAGE_IN_WORDS = {
    Stage.UNAWARE: "has not heard of it",
    Stage.AWARE: "has heard of it",
    Stage.TRAINED: "has had the course and does not use it",
    Stage.USING: "uses it",
    Stage.LAPSED: "used it and stopped",
}


class Teacher(Window):
    """One teacher; every attribute is a cell of `tables.Teacher`, read and written in place."""

    table = "teachers"

    stage = column(Stage)
    strain = column(float)
    commitment = column(float)
    skill = column(float)
    drift = column(float)
    adaptation = column(float)
    fidelity = column(float)
    dosage = column(float)
    threshold = column(float)
    weekly_hours = column(float)
    resilience = column(float)
    willingness = column(float)
    habit = column(float)
    replaced = column(bool)
    ties = column(int, PLACE)
    using = derived(bool, lambda row: row["stage"] == Stage.USING)

    @property
    def id(self) -> str:
        """The id of this post in its list, or a number in its school."""
        return self.model.id_of_teacher(self.row)

    @property
    def school(self) -> School:
        """The school of this post."""
        first = self.model.system.schools["first_teacher"]
        return self.model.window("schools", int(first.searchsorted(self.row, side="right")) - 1)

    @property
    def district(self) -> District:
        """The district of this post."""
        return self.school.district

    @property
    def colleagues(self) -> RowSet:
        """The other teachers of the school."""
        staff = self.school.rows_of_teachers
        return self.model.row_set("teachers", staff[staff != self.row])

    @property
    def looks_to(self) -> RowSet:
        """The teachers whom this one asks for advice: of the own school, then of others."""
        return self.model.row_set("teachers", ties_of(self.model.system, self.row))

    def describe(self) -> str:
        """Return what this teacher does and how it feels, in words."""
        words = f"Teacher {self.id} {STAGE_IN_WORDS[self.stage]}, works {self.weekly_hours:.0f} hours a week"
        if self.using:
            words += f", delivers {percent(self.dosage)} of sessions at {percent(self.fidelity)} fidelity"
        return f"{words}; skill {percent(self.skill)}, exhaustion {percent(self.strain)}."
