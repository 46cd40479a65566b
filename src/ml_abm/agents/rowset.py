"""Mesa's AgentSet over rows: the verbs work on columns, and agents are made only on iteration."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from mesa.agent import AgentSet

from .base import column, derived
from .user_agents import USER_AGENTS

try:
    from mesa.agentset import GroupBy  # Mesa 3.5
except ImportError:
    from mesa.agent import GroupBy  # Mesa 3.3


Part = tuple[str, np.ndarray]
Verb = str | Callable[..., Any]
OF_NOBODY = {
    "mean": 0.0,
    "median": 0.0,
    "std": 0.0,
    "var": 0.0,
}  # as in the outcomes: a mean over none is 0


class Groups(GroupBy):  # type: ignore[misc]
    """Mesa's GroupBy, whose `agg` works on columns and takes the name of a NumPy function too."""

    def agg(self, attr_name: str, func: Any = "mean") -> dict[Any, Any]:
        """Return one number from an attribute for each group."""
        if any(not isinstance(group, RowSet) for group in self.groups.values()):
            return super().agg(attr_name, getattr(np, func) if isinstance(func, str) else func)
        return {key: group.agg(attr_name, func) for key, group in self.groups.items()}


class RowSet(AgentSet):  # type: ignore[misc]
    """An ordered set of agents, held as rows of one or more tables.

    It reads as Mesa's AgentSet. `get`, `set`, `agg`, `groupby` and `sort` by the name of a column never make an
    agent. `select` also takes a boolean array, one per agent, for a selection without a loop.
    Agents of a user's own classes are one more part, by their numbers; one that is removed from the model leaves every set.
    """

    def __init__(self, model: Any, parts: Iterable[Part]) -> None:
        self.model = model
        self._parts = [(table, np.asarray(rows, np.int64)) for table, rows in parts if len(rows)]

    @property
    def parts(self) -> list[Part]:
        """The tables and rows of the agents that are there."""
        present = self.model.user_agents.present
        there = [(table, present(rows) if table == USER_AGENTS else rows) for table, rows in self._parts]
        return [(table, rows) for table, rows in there if len(rows)]

    @property
    def random(self) -> Any:
        """The model's random numbers."""
        return self.model.random

    # reading as a sequence and as a set

    def __len__(self) -> int:
        return sum(len(rows) for _, rows in self.parts)

    def __iter__(self) -> Iterator[Any]:
        window = self.model.window
        for table, rows in self.parts:
            for row in rows.tolist():
                agent = window(table, row)
                if agent is not None:  # another agent may have removed it in the meantime
                    yield agent

    def __contains__(self, agent: object) -> bool:
        place = self.model.place(agent)
        if place is None:
            return False
        return any(table == place[0] and bool((rows == place[1]).any()) for table, rows in self.parts)

    def __getitem__(self, item: int | slice) -> Any:
        if isinstance(item, slice):
            return [self._at(k) for k in range(*item.indices(len(self)))]
        if not -len(self) <= item < len(self):
            raise IndexError(f"agent {item} of {len(self)}")
        return self._at(item % len(self))

    def _at(self, position: int) -> Any:
        for table, rows in self.parts:
            if position < len(rows):
                return self.model.window(table, int(rows[position]))
            position -= len(rows)
        raise IndexError(position)

    def _from_iterable(self, agents: Iterable[Any]) -> RowSet:
        """Return the set that `&`, `|`, `-` and `^` make, each agent once."""
        places = dict.fromkeys(self._place(agent) for agent in agents)
        return self._stretches([table for table, _ in places], np.array([row for _, row in places], np.int64))

    def _place(self, agent: object) -> tuple[str, int]:
        place = self.model.place(agent)
        if place is None:
            raise ValueError(f"{agent!r} is no agent of this model")
        return place

    def _stretches(self, tables: list[str], rows: np.ndarray) -> RowSet:
        """Return the agents with these tables and rows; neighbours from the same table become one part."""
        if not tables:
            return RowSet(self.model, [])
        cuts = [k for k in range(1, len(rows)) if tables[k] != tables[k - 1]]
        firsts = (tables[k] for k in [0, *cuts])
        return RowSet(self.model, zip(firsts, np.split(rows, cuts), strict=True))

    def __copy__(self) -> RowSet:
        return RowSet(self.model, self.parts)

    copy = __copy__

    def to_list(self) -> list[Any]:
        """Return the agents as a list."""
        return list(self)

    def count(self, agent: object = None) -> int:
        """Return how many agents there are, or how often one of them is in the set."""
        return len(self) if agent is None else int(agent in self)

    # columns

    def values(self, name: str) -> np.ndarray:
        """Return one attribute of every agent as an array. Raises AttributeError if some have no such attribute."""
        found = [self._part_values(table, rows, name) for table, rows in self.parts]
        return np.concatenate(found) if found else np.zeros(0)

    def _part_values(self, table: str, rows: np.ndarray, name: str) -> np.ndarray:
        attribute = self._attribute(table, name)
        if attribute is not None:
            return attribute.values(self._table(table)[rows])
        each = [getattr(agent, name) for agent in RowSet(self.model, [(table, rows)])]
        if each and all(isinstance(value, float | int | np.number | np.bool_) for value in each):
            return np.array(each)
        return objects(each)

    def _attribute(self, table: str, name: str) -> column[Any] | derived[Any] | None:
        """Return what declares an attribute for whole columns, or None."""
        found = getattr(self.model.agent_class(table), name, None)
        return found if isinstance(found, column | derived) else None

    def _table(self, table: str) -> np.ndarray:
        return getattr(self.model.system, table)

    def get(
        self, attr_names: str | list[str], handle_missing: str = "error", default_value: Any = None
    ) -> list[Any]:
        """Return an attribute of every agent, or a list of several, as in Mesa."""
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing = {handle_missing!r}: allowed 'error' or 'default'")
        absent = () if handle_missing == "error" else (default_value,)
        if isinstance(attr_names, str):
            return self._get_one(attr_names, absent)
        each = [self._get_one(name, absent) for name in attr_names]
        return [list(values) for values in zip(*each, strict=True)]

    def _get_one(self, name: str, absent: tuple[Any, ...]) -> list[Any]:
        found: list[Any] = []
        for table, rows in self.parts:
            attribute = self._attribute(table, name)
            if attribute is not None:
                found += attribute.to_list(self._table(table)[rows])
            else:
                found += [getattr(agent, name, *absent) for agent in RowSet(self.model, [(table, rows)])]
        return found

    def set(self, attr_name: str, value: Any) -> RowSet:
        """Give every agent this value, or each its own from an array or list as long as the set."""
        if np.ndim(value) == 0:
            values = np.broadcast_to(np.asarray(value), len(self))
        else:
            values = objects(value) if isinstance(value, list | tuple) else np.asarray(value)
        if len(values) != len(self):
            raise ValueError(f"{attr_name}: {len(values)} values for {len(self)} agents")
        cuts = np.cumsum([len(rows) for _, rows in self.parts])[:-1]
        pieces = list(zip(self.parts, np.split(values, cuts), strict=False))
        for (table, _), part in pieces:
            attribute = self._attribute(table, attr_name)
            if attribute is not None:
                attribute.check(table, part)
        for (table, rows), part in pieces:
            self._set_part(table, rows, attr_name, part)
        return self

    def _set_part(self, table: str, rows: np.ndarray, name: str, values: np.ndarray) -> None:
        if self._attribute(table, name) is not None:
            self._table(table)[name][rows] = values
            return
        for agent, value in zip(RowSet(self.model, [(table, rows)]), values.tolist(), strict=True):
            setattr(agent, name, value)

    def agg(self, attribute: str, func: Any = "mean") -> Any:
        """Return one number from an attribute: a function of the array, or the name of a NumPy one; or a list of them."""
        values = self.values(attribute)
        if isinstance(func, str) or callable(func):
            return aggregated(values, func)
        return [aggregated(values, one) for one in func]

    # choosing and ordering

    def select(
        self,
        filter_func: Callable[[Any], bool] | np.ndarray | Sequence[bool] | None = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type | None = None,
    ) -> RowSet:
        """Return the agents of a type for whom a function of the agent, or a boolean array, is true.

        `at_most` is a number of agents, or, as a float between 0 and 1, a share of this set.
        """
        if isinstance(at_most, float) and at_most <= 1:
            at_most = int(len(self) * at_most)
        chosen = self.copy()
        if filter_func is not None and not callable(filter_func):
            chosen = chosen._masked(np.asarray(filter_func))
        if agent_type is not None:
            parts = ((table, self._of_type(table, rows, agent_type)) for table, rows in chosen.parts)
            chosen = RowSet(self.model, parts)
        if callable(filter_func):
            where = (k for k, agent in enumerate(chosen) if filter_func(agent))
            chosen = chosen._ordered(np.array(list(islice(where, int(min(at_most, len(self))))), np.int64))
        elif at_most < len(chosen):
            chosen = chosen._ordered(np.arange(int(at_most)))
        return self._returned(chosen, inplace)

    def _of_type(self, table: str, rows: np.ndarray, agent_type: type) -> np.ndarray:
        if table == USER_AGENTS:
            return self.model.user_agents.instances(rows, agent_type)
        return rows if issubclass(self.model.agent_class(table), agent_type) else rows[:0]

    def _masked(self, mask: np.ndarray) -> RowSet:
        if mask.dtype != bool or mask.shape != (len(self),):
            raise ValueError(f"select needs one True or False for each of {len(self)} agents")
        return self._ordered(np.flatnonzero(mask))

    def _returned(self, chosen: RowSet, inplace: bool) -> RowSet:
        if inplace:
            self._parts = chosen.parts
            return self
        return chosen

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> RowSet:
        """Return the agents in the order of an attribute or of a function of the agent; equals stay in order."""
        keys = self.values(key) if isinstance(key, str) else objects(self.map(key))
        if ascending:
            order = np.argsort(keys, kind="stable")
        else:
            order = len(keys) - 1 - np.argsort(keys[::-1], kind="stable")[::-1]
        return self._returned(self._ordered(order), inplace)

    def shuffle(self, inplace: bool = False) -> RowSet:
        """Return the agents in an order drawn by the model's random numbers."""
        order = list(range(len(self)))
        self.random.shuffle(order)
        return self._returned(self._ordered(np.array(order, np.int64)), inplace)

    def _ordered(self, order: np.ndarray) -> RowSet:
        """Return the agents at some positions, in that order."""
        parts = self.parts
        if len(parts) == 1:
            table, rows = parts[0]
            return RowSet(self.model, [(table, rows[order])])
        tables = [table for table, rows in parts for _ in range(len(rows))]
        rows = np.concatenate([rows for _, rows in parts] or [np.zeros(0, np.int64)])
        return self._stretches([tables[k] for k in order.tolist()], rows[order])

    def groupby(self, by: Callable[[Any], Any] | str, result_type: str = "agentset") -> Groups:
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
        return Groups(groups)

    # doing

    def do(self, method: Verb, *args: Any, **kwargs: Any) -> RowSet:
        """Call a method of every agent, or a function with every agent."""
        act = verb(method)
        for agent in self:
            act(agent, *args, **kwargs)
        return self

    def shuffle_do(self, method: Verb, *args: Any, **kwargs: Any) -> RowSet:
        """Call it in an order drawn by the model's random numbers."""
        self.shuffle().do(method, *args, **kwargs)
        return self

    def map(self, method: Verb, *args: Any, **kwargs: Any) -> list[Any]:
        """Return what a method of every agent, or a function of every agent, returns."""
        act = verb(method)
        return [act(agent, *args, **kwargs) for agent in self]

    # the rows of a school system are fixed

    def add(self, agent: object) -> None:
        """Refuse: posts, schools and seats are there from the start to the end; a user's agent has a `remove` of its own."""
        raise NotImplementedError("rows of a school system are fixed: none can be added or removed")

    discard = remove = add

    def __repr__(self) -> str:
        return f"RowSet({', '.join(f'{len(rows)} {table}' for table, rows in self.parts) or 'empty'})"


def verb(method: Verb) -> Callable[..., Any]:
    """Return a function of the agent from one, or from the name of a method."""
    if isinstance(method, str):
        return lambda agent, *args, **kwargs: getattr(agent, method)(*args, **kwargs)
    return method


def aggregated(values: np.ndarray, func: Any) -> Any:
    """Return one number from an array, by a function or the name of a NumPy one."""
    if isinstance(func, str):
        if not len(values) and func in OF_NOBODY:
            return OF_NOBODY[func]
        func = getattr(np, func)
    result = func(values)
    return result.item() if isinstance(result, np.generic) else result


def objects(values: Iterable[Any]) -> np.ndarray:
    """Return things of any kind, lists and agents too, as an array of one dimension."""
    return np.fromiter(values, dtype=object)
