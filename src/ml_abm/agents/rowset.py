"""Mesa's AgentSet over rows: the verbs work on columns, and agents are made only when somebody iterates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from mesa.agent import AgentSet

from .base import Window, column

try:
    from mesa.agentset import GroupBy  # Mesa 3.5
except ImportError:
    from mesa.agent import GroupBy  # Mesa 3.3

if TYPE_CHECKING:
    from ..model import SchoolSystemModel

Part = tuple[str, np.ndarray]


class RowSet(AgentSet):
    """An ordered set of agents, held as rows of one or more tables.

    It reads as Mesa's AgentSet. `get`, `set`, `agg`, `groupby` and `sort` by the name of a column never make an
    agent. `select` also takes a boolean array, one per agent, for a selection without a loop.
    """

    def __init__(self, model: SchoolSystemModel, parts: Iterable[Part]) -> None:
        self.model = model
        self.parts = [(table, np.asarray(rows, np.int64)) for table, rows in parts if len(rows)]
        self.random = model.random

    def __len__(self) -> int:
        return sum(len(rows) for _, rows in self.parts)

    def __iter__(self) -> Iterator[Window]:
        for table, rows in self.parts:
            for row in rows:
                yield self.model.window(table, int(row))

    def __contains__(self, agent: object) -> bool:
        if not isinstance(agent, Window) or agent.model is not self.model:
            return False
        return any(table == agent.table and agent.row in rows for table, rows in self.parts)

    def __getitem__(self, item: int | slice) -> Any:
        if isinstance(item, slice):
            return [self._at(k) for k in range(*item.indices(len(self)))]
        if not -len(self) <= item < len(self):
            raise IndexError(f"agent {item} of {len(self)}")
        return self._at(item % len(self))

    def _at(self, position: int) -> Window:
        for table, rows in self.parts:
            if position < len(rows):
                return self.model.window(table, int(rows[position]))
            position -= len(rows)
        raise IndexError(position)

    def values(self, name: str) -> np.ndarray:
        """Return one attribute of every agent as an array. Raises AttributeError if some have no such attribute."""
        found = [self._part_values(table, rows, name) for table, rows in self.parts]
        return np.concatenate(found) if found else np.zeros(0)

    def _part_values(self, table: str, rows: np.ndarray, name: str) -> np.ndarray:
        attribute = getattr(self.model.agent_class(table), name)
        if hasattr(attribute, "values"):
            return attribute.values(getattr(self.model.system, table)[rows])
        return np.array([getattr(self.model.window(table, int(row)), name) for row in rows])

    def get(
        self, attr_names: str | list[str], handle_missing: str = "error", default_value: Any = None
    ) -> list[Any]:
        """Return an attribute of every agent, or a list of several, as in Mesa."""
        if isinstance(attr_names, str):
            return self._get_one(attr_names, handle_missing, default_value)
        each = [self._get_one(name, handle_missing, default_value) for name in attr_names]
        return [list(values) for values in zip(*each, strict=True)]

    def _get_one(self, name: str, handle_missing: str, default_value: Any) -> list[Any]:
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing = {handle_missing!r}: allowed 'error' or 'default'")
        found: list[Any] = []
        for table, rows in self.parts:
            kind = self.model.agent_class(table)
            if handle_missing == "default" and not hasattr(kind, name):
                found += [default_value] * len(rows)
                continue
            values = self._part_values(table, rows, name).tolist()
            attribute = getattr(kind, name)
            found += list(map(attribute.kind, values)) if isinstance(attribute, column) else values
        return found

    def set(self, attr_name: str, value: Any) -> RowSet:
        """Give every agent this value, or each its own from an array."""
        values = np.broadcast_to(value, len(self)) if np.ndim(value) == 0 else np.asarray(value)
        if len(values) != len(self):
            raise ValueError(f"{attr_name}: {len(values)} values for {len(self)} agents")
        start = 0
        for table, rows in self.parts:
            attribute = getattr(self.model.agent_class(table), attr_name)
            part = values[start : start + len(rows)]
            if not isinstance(attribute, column):
                raise AttributeError(f"{attr_name} is not a column of {table}: it cannot be set")
            attribute.check(table, part)
            getattr(self.model.system, table)[attr_name][rows] = part
            start += len(rows)
        return self

    def agg(self, attribute: str, func: Any = "mean") -> Any:
        """Return one number from an attribute: a function of the array, or the name of a NumPy one; or a list of them."""
        values = self.values(attribute)
        if isinstance(func, list | tuple):
            return [self._aggregated(values, one) for one in func]
        return self._aggregated(values, func)

    @staticmethod
    def _aggregated(values: np.ndarray, func: Any) -> Any:
        result = getattr(np, func)(values) if isinstance(func, str) else func(values)
        return result.item() if isinstance(result, np.generic) else result

    def select(
        self,
        filter_func: Callable[[Any], bool] | np.ndarray | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type | None = None,
    ) -> RowSet:
        """Return the agents of a type for whom a function of the agent, or a boolean array, is true.

        `at_most` is a number of agents, or a share of them when it is a float between 0 and 1.
        """
        parts = [p for p in self.parts if agent_type is None or issubclass(self.model.agent_class(p[0]), agent_type)]
        chosen = RowSet(self.model, parts)
        if isinstance(filter_func, np.ndarray):
            if filter_func.dtype != bool or len(filter_func) != len(chosen):
                raise ValueError(f"select needs one True or False for each of {len(chosen)} agents")
            chosen = chosen._masked(filter_func)
        elif filter_func is not None:
            chosen = chosen._masked(np.fromiter((bool(filter_func(a)) for a in chosen), bool, len(chosen)))
        if isinstance(at_most, float) and at_most <= 1:
            at_most = int(len(chosen) * at_most)
        if at_most < len(chosen):
            chosen = chosen._masked(np.arange(len(chosen)) < at_most)
        return self._returned(chosen, inplace)

    def _masked(self, mask: np.ndarray) -> RowSet:
        cuts = np.cumsum([len(rows) for _, rows in self.parts])[:-1]
        masks = np.split(mask, cuts)
        return RowSet(self.model, [(t, rows[m]) for (t, rows), m in zip(self.parts, masks, strict=True)])

    def _returned(self, chosen: RowSet, inplace: bool) -> RowSet:
        if inplace:
            self.parts = chosen.parts
            return self
        return chosen

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> RowSet:
        """Return the agents in the order of an attribute or of a function of the agent."""
        keys = self.values(key) if isinstance(key, str) else np.array([key(agent) for agent in self])
        order = np.argsort(keys, kind="stable")
        return self._returned(self._ordered(order if ascending else order[::-1]), inplace)

    def shuffle(self, inplace: bool = False) -> RowSet:
        """Return the agents in an order drawn by the model's random numbers."""
        order = list(range(len(self)))
        self.random.shuffle(order)
        return self._returned(self._ordered(np.array(order, np.int64)), inplace)

    def _ordered(self, order: np.ndarray) -> RowSet:
        """Return the agents in a given order; neighbours of the same table stay one part."""
        tables = np.concatenate([np.full(len(rows), k) for k, (_, rows) in enumerate(self.parts)])[order]
        rows = np.concatenate([rows for _, rows in self.parts])[order]
        cuts = np.flatnonzero(np.diff(tables)) + 1
        pieces = zip(np.split(tables, cuts), np.split(rows, cuts), strict=True)
        return RowSet(self.model, [(self.parts[int(t[0])][0], r) for t, r in pieces if len(r)])

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> RowSet:
        """Call a method of every agent, or a function with every agent."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> RowSet:
        """Call it in an order drawn by the model's random numbers."""
        self.shuffle().do(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """Return what a method of every agent, or a function of every agent, returns."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self]
        return [method(agent, *args, **kwargs) for agent in self]

    def groupby(self, by: Callable[[Any], Any] | str, result_type: str = "agentset") -> GroupBy:
        """Return the agents in groups, by the name of an attribute or a function of the agent."""
        if result_type not in ("agentset", "list"):
            raise ValueError(f"result_type = {result_type!r}: allowed 'agentset' or 'list'")
        keys = self.get(by) if isinstance(by, str) else self.map(by)
        positions: dict[Any, list[int]] = {}
        for position, key in enumerate(keys):
            positions.setdefault(key, []).append(position)
        groups: dict[Any, Any] = {key: self._ordered(np.array(where)) for key, where in positions.items()}
        if result_type == "list":
            groups = {key: list(group) for key, group in groups.items()}
        return GroupBy(groups)

    def count(self, agent: object = None) -> int:
        """Return how many agents there are, or how often one of them is in the set."""
        return len(self) if agent is None else int(agent in self)

    def copy(self) -> RowSet:
        """Return a set of the same agents."""
        return RowSet(self.model, self.parts)

    def to_list(self) -> list[Window]:
        """Return the agents as a list."""
        return list(self)

    def add(self, agent: object) -> None:
        """Refuse: the rows of a school system are fixed."""
        raise NotImplementedError("rows of a school system are fixed: nobody can be added or removed")

    discard = remove = add

    def __repr__(self) -> str:
        return f"RowSet({', '.join(f'{len(rows)} {table}' for table, rows in self.parts) or 'nobody'})"
