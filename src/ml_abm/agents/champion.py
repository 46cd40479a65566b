"""A champion's seat: a person who speaks for the innovation, or no one."""

from __future__ import annotations

from typing import Any

from ..foundation.numbers_in_words import percent
from ..tables import NEVER
from .base import Window, column


class Champion(Window):
    """One seat; attributes are cells of `tables.Champion`."""

    table = "champions"

    active = column(bool)
    capital = column(float)
    since_month = column(int)

    @property
    def district(self) -> Any:  # a District, whose file imports this one, or None
        """The district, or None for a champion of the whole system."""
        row = int(self.rows["district"][self.row])
        return None if row == NEVER else self.model.window("districts", row)

    def leave(self) -> None:
        """Leave the seat; capital that was not built into rules goes too. An empty seat stays as it is."""
        if self.active:
            self.model.simulation.empty_seat(self.row)

    def describe(self) -> str:
        """Return who speaks for it here, in words."""
        where = "of the whole system" if self.district is None else f"of district {self.district.id}"
        if not self.active:
            return (
                f"The champion's seat {where} is empty; {percent(self.capital)} of political capital is left."
            )
        return f"The champion {where} has {percent(self.capital)} of political capital."
