"""The Mesa model: a `Simulation` with agents, for the live view, for notebooks and for every tool of Mesa's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakValueDictionary

import mesa
import numpy as np

from .agents import Champion, District, Funder, RowSet, School, Teacher, Window
from .outcomes import Trace, describe
from .scenario import Scenario
from .simulation import Simulation
from .tables import SchoolSystem

KINDS: tuple[type[Window], ...] = (Teacher, School, District, Champion, Funder)


class AgentsByType(dict[type, RowSet]):
    """Mesa's dictionary of agents by type, in which a user's subclass is also found under its base class."""

    def __missing__(self, kind: type) -> RowSet:
        for own, agents in self.items():
            if issubclass(own, kind):
                return agents
        raise KeyError(kind)


class SchoolSystemModel(mesa.Model):
    """A school system as a Mesa model; one step is one month.

    Parameters
    ----------
    scenario : a Scenario, a preset's name, a path, or None for the base scenario. Mesa's page passes an object of its own
        under this name when it resets a model; that one is ignored.
    rng, seed : the luck; Mesa's newer and older word for the same. None draws a seed.
    agent_classes : subclasses of Teacher, School, District, Champion or Funder to use in their place. Their `step` is
        called for every agent after each month, if they have one of their own.
    threads : threads that share the schools of one month.
    **overrides : parameters by their short names, such as ``tool_hours=3.0``.

    Attributes
    ----------
    simulation : the simulation beneath; `system` and `month` are its tables and months lived.
    datacollector : Mesa's collector with every outcome, collected each month.
    """

    def __init__(
        self,
        scenario: Any = None,
        *,
        rng: Any = None,
        seed: Any = None,
        agent_classes: Iterable[type[Window]] = (),
        threads: int = 1,
        **overrides: Any,
    ) -> None:
        luck = seed_of(rng if rng is not None else seed)
        super().__init__(rng=luck)
        self._classes = classes_by_table(agent_classes)
        self._windows: WeakValueDictionary[tuple[str, int], Window] = WeakValueDictionary()
        self.simulation = Simulation(scenario_of(scenario).replace(overrides), luck, threads=threads)
        self.datacollector = mesa.DataCollector(
            model_reporters={name: lambda model, name=name: model.latest[name] for name in describe()}
        )
        self.latest = dict.fromkeys(describe(), 0.0)

    @property
    def system(self) -> SchoolSystem:
        """The tables of the school system."""
        return self.simulation.system

    @property
    def month(self) -> int:
        """Months lived so far."""
        return self.simulation.month

    def trace(self) -> Trace:
        """Return what happened so far as tables."""
        return self.simulation.trace()

    def before_month(self) -> None:
        """Do nothing; override it to act before each month."""

    def after_month(self) -> None:
        """Do nothing; override it to act after each month, before outcomes are collected."""

    def step(self) -> None:
        """Live one month: the hook before, the kernels, agents with a step of their own, the hook after."""
        self.before_month()
        self.simulation.run_for(1)
        self.latest = self.simulation.latest()
        for table, kind in self._classes.items():
            if kind.step is not Window.step:
                self.row_set(table).do("step")
        self.after_month()
        self.datacollector.collect(self)
        self.running = self.month < self.simulation.scenario.months

    def run_for(self, duration: int) -> None:  # type: ignore[override]
        """Live some months (Mesa 3.3 has no such method)."""
        for _ in range(int(duration)):
            self.step()

    @property
    def agents(self) -> RowSet:
        """All agents of the five kinds, in the order of their tables."""
        return RowSet(self, [(table, np.arange(self._size(table))) for table in self._classes])

    @property
    def agents_by_type(self) -> AgentsByType:
        """The agents by their class."""
        return AgentsByType({kind: self.row_set(table) for table, kind in self._classes.items()})

    @property
    def agent_types(self) -> list[type]:
        """The five classes of agents."""
        return list(self._classes.values())

    def agent_class(self, table: str) -> type[Window]:
        """Return the class of a table's agents."""
        return self._classes[table]

    def row_set(self, table: str, rows: np.ndarray | None = None) -> RowSet:
        """Return the agents of some rows of a table, or of all."""
        return RowSet(self, [(table, np.arange(self._size(table)) if rows is None else rows)])

    def window(self, table: str, row: int) -> Any:
        """Return the agent of one row; while anybody holds it, it is the same object."""
        found = self._windows.get((table, row))
        if found is None:
            found = self._classes[table](self, row)
            self._windows[table, row] = found
        return found

    def first_id(self, table: str) -> int:
        """Return the unique_id of a table's first agent; ids count through all tables from 1."""
        before = list(self._classes)[: list(self._classes).index(table)]
        return 1 + sum(self._size(name) for name in before)

    def _size(self, table: str) -> int:
        return len(getattr(self.system, table))


def seed_of(rng: Any) -> int:
    """Return a seed of the simulation from any of Mesa's ways to give one."""
    if isinstance(rng, int | np.integer) and rng >= 0:
        return int(rng)
    return int(np.random.default_rng(rng).integers(2**31))


def scenario_of(given: Any) -> Scenario:
    """Return our scenario from what was given; an object that is none of ours stands for the base scenario."""
    if isinstance(given, Scenario):
        return given
    if isinstance(given, str):
        return Scenario.find(given)
    if hasattr(given, "__fspath__"):
        return Scenario.load(given)
    return Scenario()


def classes_by_table(own: Iterable[type[Window]]) -> dict[str, type[Window]]:
    """Return the class of each table's agents. Raises TypeError for a class that is none of the five kinds."""
    classes: dict[str, type[Window]] = {kind.table: kind for kind in KINDS}
    for kind in own:
        if not (isinstance(kind, type) and issubclass(kind, KINDS)):
            raise TypeError(f"agent_classes: {kind!r} is not a subclass of {', '.join(k.__name__ for k in KINDS)}")
        classes[kind.table] = kind
    return classes
