"""The window: a Mesa agent that owns nothing but a row number. All that it is, the table holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import mesa
import numpy as np

from ..tables import TABLES, columns

if TYPE_CHECKING:
    from ..model import SchoolSystemModel


class column:  # noqa: N801 - reads as a declaration
    """One cell of a table, as an attribute that is read and written in place."""

    def __init__(self, kind: Callable[[Any], Any] = lambda value: value) -> None:
        self.kind = kind

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, agent: Window | None, owner: type) -> Any:
        if agent is None:
            return self
        return self.kind(agent.rows[self.name][agent.row].item())

    def __set__(self, agent: Window, value: Any) -> None:
        self.check(agent.table, value)
        agent.rows[self.name][agent.row] = value

    def check(self, table: str, value: Any) -> None:
        """Raise ValueError for a share outside 0..1, before it can spread."""
        about = columns(TABLES[table])[self.name]
        values = np.asarray(value)
        if about.unit == "share" and not ((values >= 0) & (values <= 1)).all():
            raise ValueError(f"{self.name} = {value}: allowed 0 to 1 (share). {about.sentence}")

    def values(self, rows: np.ndarray) -> np.ndarray:
        """Return the cells of many rows at once."""
        return rows[self.name]


class derived:  # noqa: N801 - reads as a declaration
    """An attribute worked out from a row's cells; the same formula serves one agent and whole columns."""

    def __init__(self, formula: Callable[[Any], Any]) -> None:
        self.formula = formula

    def __get__(self, agent: Window | None, owner: type) -> Any:
        if agent is None:
            return self
        return np.asarray(self.formula(agent.rows[agent.row])).item()

    def values(self, rows: np.ndarray) -> np.ndarray:
        """Return the values of many rows at once."""
        return np.asarray(self.formula(rows))


class Window(mesa.Agent):
    """A Mesa agent that looks at one row of a table of its model.

    Mesa's own constructor is not called: it would register the agent and, in Mesa 3.3, keep every model alive
    through a counter of the class. Windows are made when somebody looks, and forgotten when nobody does.
    """

    table: ClassVar[str]
    model: SchoolSystemModel

    def __init__(self, model: SchoolSystemModel, row: int) -> None:
        self.model = model
        self.row = row
        self.pos = None
        self.unique_id = model.first_id(self.table) + row

    @property
    def rows(self) -> np.ndarray:
        """The table that this window looks at."""
        return getattr(self.model.system, self.table)

    def remove(self) -> None:
        """Refuse: the posts, schools and seats of a system are fixed; people in them come and go."""
        raise NotImplementedError("rows of a school system are fixed: change the agent's state instead")

    def step(self) -> None:
        """Do nothing of one's own; override it, and the model calls it after each month."""

    def describe(self) -> str:
        """Return the agent's state in words."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.row})"


def percent(share: float) -> str:
    """Return a share as people say it."""
    return f"{100 * share:.0f} %"


def ratio(part: Any, whole: Any) -> Any:
    """Return part / whole, 0 of nobody; for numbers and columns."""
    return np.divide(part, whole, out=np.zeros_like(np.asarray(part, float)), where=np.asarray(whole) > 0)
