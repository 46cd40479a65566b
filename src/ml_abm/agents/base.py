"""The window: a Mesa agent that owns nothing but a row number. All that it is, the table holds."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, overload

import mesa
import numpy as np

from ..errors import suggestion
from ..tables import TABLES, Column, columns

if TYPE_CHECKING:
    from typing import Self


Value = TypeVar("Value")

# Why a column cannot be written.
PLACE = "the schools and posts of a system are fixed"
COUNTED = "it is counted every month; change those who are counted"


class column(Generic[Value]):  # noqa: N801 - reads as a declaration
    """One cell of a table, as an attribute that is read and written in place.

    Parameters
    ----------
    kind : turns the cell into what Python code wants to see, such as ``float`` or ``Stage``.
    fixed : why it cannot be written; empty if it can.
    """

    def __init__(self, kind: Callable[[Any], Value], fixed: str = "") -> None:
        self.kind = kind
        self.fixed = fixed

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, agent: None, owner: type) -> Self: ...
    @overload
    def __get__(self, agent: Window, owner: type) -> Value: ...
    def __get__(self, agent: Window | None, owner: type) -> Self | Value:
        if agent is None:
            return self
        return self.kind(agent.rows[self.name][agent.row].tolist())

    def __set__(self, agent: Window, value: Any) -> None:
        self.check(agent.table, value)
        agent.rows[self.name][agent.row] = value

    def check(self, table: str, value: Any) -> None:
        """Raise for a value that the kernels cannot use, before it can spread."""
        if self.fixed:
            raise AttributeError(f"{self.name} cannot be set: {self.fixed}")
        row: type = TABLES[table]
        about: Column = columns(row)[self.name]
        values = np.asarray(value, np.float64)
        fine, allowed = self._allowed(about, values)
        if not np.all(fine):
            raise ValueError(f"{self.name} = {value}: allowed {allowed}. {about.sentence}")

    def _allowed(self, about: Column, values: np.ndarray) -> tuple[Any, str]:
        """Return which values are allowed, and in words what is."""
        if isinstance(self.kind, type) and issubclass(self.kind, IntEnum):
            return np.isin(values, list(self.kind)), ", ".join(
                f"{self.kind.__name__}.{k.name}" for k in self.kind
            )
        if about.unit == "yes/no":
            return np.isin(values, (0, 1)), "True or False"
        if about.unit == "share":
            return (values >= 0) & (values <= 1), "0 to 1 (share)"
        if np.dtype(about.dtype).kind in "iu":
            return np.isfinite(values) & (values == np.floor(values)), f"whole numbers ({about.unit})"
        return np.isfinite(values), f"finite numbers ({about.unit})"

    def values(self, rows: np.ndarray) -> np.ndarray:
        """Return the cells of many rows at once, as numbers that compare as the agents' own do."""
        cells = rows[self.name]
        return cells.astype(np.float64) if cells.dtype == np.float32 else cells

    def to_list(self, rows: np.ndarray) -> list[Value]:
        """Return the cells of many rows as the agents would."""
        cells = rows[self.name].tolist()
        return cells if self.kind in (int, float) else list(map(self.kind, cells))


class derived(Generic[Value]):  # noqa: N801 - reads as a declaration
    """An attribute worked out from a row's cells; the same formula serves one agent and whole columns."""

    def __init__(self, kind: Callable[[Any], Value], formula: Callable[[Any], Any]) -> None:
        self.kind = kind
        self.formula = formula

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, agent: None, owner: type) -> Self: ...
    @overload
    def __get__(self, agent: Window, owner: type) -> Value: ...
    def __get__(self, agent: Window | None, owner: type) -> Self | Value:
        if agent is None:
            return self
        return self.kind(np.asarray(self.formula(agent.rows[agent.row])).tolist())

    def __set__(self, agent: Window, value: Any) -> None:
        self.check(agent.table, value)

    def check(self, table: str, value: Any) -> None:
        """Refuse: it follows from other columns."""
        raise AttributeError(f"{self.name} cannot be set: it follows from other columns of {table}")

    def values(self, rows: np.ndarray) -> np.ndarray:
        """Return the values of many rows at once."""
        return np.asarray(self.formula(rows))

    def to_list(self, rows: np.ndarray) -> list[Value]:
        """Return the values of many rows as the agents would."""
        return self.values(rows).tolist()


class Window(mesa.Agent):  # type: ignore[misc]
    """A Mesa agent that looks at one row of a table of its model.

    Mesa's own constructor is not called: it would register the agent and, in Mesa 3.3, keep every model alive
    through a counter of the class. Windows are made on access and dropped afterwards; those of
    a user's own subclass may have attributes of their own, so the model keeps them.
    """

    table: ClassVar[str]
    model: Any  # the SchoolSystemModel, whose file imports this one
    row: int
    unique_id: int
    pos: Any

    def __init__(self, model: Any, row: int) -> None:
        # written past __setattr__, which asks questions: agents are made by the million
        self.__dict__.update(model=model, row=row, pos=None, unique_id=model.first_id(self.table) + row)

    def __setattr__(self, name: str, value: Any) -> None:
        if not hasattr(type(self), name) and name not in ("model", "row", "pos", "unique_id"):
            self._refuse_notes(name)
        super().__setattr__(name, value)

    def _refuse_notes(self, name: str) -> None:
        """Raise AttributeError when a class of the package would lose what is written on it, or it is misspelt."""
        kind = type(self)
        if "table" in vars(kind):
            raise AttributeError(
                f"{kind.__name__} has no attribute {name!r}.{suggestion(name, dir(kind))} An agent is a window on a "
                f"row: for attributes of your own, subclass {kind.__name__} and hand it over in agent_classes"
            )

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


def ratio(part: Any, whole: Any) -> Any:
    """Return part / whole, 0 of none; for numbers and columns."""
    return np.divide(part, whole, out=np.zeros_like(np.asarray(part, float)), where=np.asarray(whole) > 0)
