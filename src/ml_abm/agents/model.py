"""The Mesa model: a `Simulation` with agents, for the live view, for notebooks and for every tool of Mesa's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import mesa
import numpy as np

try:
    from mesa.experimental.scenarios import Scenario as MesasScenario  # Mesa 3.5
except ImportError:  # Mesa 3.3 has none
    MesasScenario = None

from ..outcomes import Trace, describe
from ..scenario import Scenario
from ..simulation import Simulation
from ..system import district_ids, school_ids, teacher_ids
from ..tables import SchoolSystem
from . import Champion, District, Funder, RowSet, School, Teacher, Window
from .user_agents import USER_AGENTS, UserAgents, refuse_window

if TYPE_CHECKING:
    import pandas as pd

KINDS: tuple[type[Window], ...] = (Teacher, School, District, Champion, Funder)
IDS = {"schools": school_ids, "districts": district_ids}
Classes = type[Window] | Iterable[type[Window]] | Mapping[Any, type[Window]]


class AgentsByType(dict[type, RowSet]):
    """Mesa's dictionary of agents by type, in which a user's subclass is also found under its base class."""

    def __missing__(self, kind: type) -> RowSet:
        for own, agents in self.items():
            if kind in KINDS and issubclass(own, kind):
                return agents
        raise KeyError(kind)


class SchoolSystemModel(mesa.Model):  # type: ignore[misc]
    """A school system as a Mesa model; one step is one month.

    Parameters
    ----------
    scenario : a Scenario, a preset's name, a path, or None for the base scenario; or a `Scenario` of Mesa 3.5, whose
        fields are parameters of the base scenario by name, and whose `rng` is the random seed.
    rng, seed : the random seed; Mesa's newer and older word for the same. None draws one.
    months : months that `run_model` and `mesa.batch_run` simulate; the scenario's own number by default.
    agent_classes : subclasses of Teacher, School, District, Champion or Funder to use in their place: several, a
        dictionary such as ``{Teacher: Mentor}``, or one. Their `step` is called for every agent after each month, if
        they have one of their own.
    threads : threads that share the schools of one month.
    ties : real ties between "teachers", "schools" or "districts", as of `Simulation`.
    **kwargs : parameters by their short or dotted names, such as ``tool_hours=3.0``. (Mesa 3.3's page takes a model
        with any parameter only if they go by this word.)

    Attributes
    ----------
    simulation : the simulation beneath; `system` and `month` are its tables and months simulated.
    latest : every outcome of the last month simulated, by name.
    datacollector : Mesa's collector with every outcome, collected each month.
    running : whether months of the scenario are left.
    """

    def __init__(
        self,
        scenario: Any = None,
        *,
        rng: Any = None,
        seed: Any = None,
        months: int | None = None,
        agent_classes: Classes = (),
        threads: int = 1,
        ties: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        if rng is not None and seed is not None:
            raise ValueError("give rng or seed, not both: they are two words for the same")
        self._mesas_scenario = scenario if is_mesas(scenario) else None
        chance = seed_of(agreed(rng if rng is not None else seed, seed_in(self._mesas_scenario)))
        super().__init__(rng=chance)
        self._classes = classes_by_table(agent_classes)
        self._windows: WeakValueDictionary[tuple[str, int], Window] = WeakValueDictionary()
        self._own_agents: dict[tuple[str, int], Window] = {}
        self.user_agents = UserAgents()
        if months is not None:
            kwargs["months"] = months
        self.simulation = Simulation(
            scenario_of(scenario).replace(kwargs), chance, threads=threads, ties=ties
        )
        self._ids = ids_of_lists(self.simulation.scenario)
        ends = np.cumsum([self._size(table) for table in self._classes]).tolist()
        self._first_ids = dict(zip(self._classes, [1, *(1 + end for end in ends)], strict=False))
        self.agent_id_counter = 1 + ends[-1]  # Mesa 3.5's own name; a user's agents follow all rows
        self.latest = dict.fromkeys(describe(), 0.0)
        self.datacollector = mesa.DataCollector(
            model_reporters={name: partial(outcome_of, name=name) for name in describe()}
        )

    @property
    def scenario(self) -> Any:
        """The scenario of Mesa's that the model was made from, or None; what is simulated is `simulation.scenario`."""
        return self._mesas_scenario

    @scenario.setter
    def scenario(self, scenario: Any) -> None:
        """Let Mesa 3.5 hand over an empty one while the model is made; refuse any other."""
        if hasattr(self, "simulation") or type(scenario) is not MesasScenario:
            raise AttributeError(
                "a model is made from its scenario: make a new one with SchoolSystemModel(scenario)"
            )

    @property
    def system(self) -> SchoolSystem:
        """The tables of the school system."""
        return self.simulation.system

    @property
    def month(self) -> int:
        """Months simulated so far."""
        return self.simulation.month

    def trace(self) -> Trace:
        """Return what happened so far as tables."""
        return self.simulation.trace()

    def before_month(self) -> None:
        """Do nothing; override it to act before each month."""

    def after_month(self) -> None:
        """Do nothing; override it to act after each month. What it changes in the tables, the next month finds."""

    def step(self) -> None:
        """Simulate one month: the hook before, the kernels, agents with a step of their own, the hook after."""
        self.before_month()
        self.simulation.run_for(1)
        self.latest = self.simulation.latest()
        for table, kind in self._classes.items():
            if kind.step is not Window.step:
                self.row_set(table).do("step")
        self.row_set(USER_AGENTS).do("step")
        self.after_month()
        self.datacollector.collect(self)
        if self.month >= self.simulation.scenario.months:
            self.running = False

    def run_for(self, duration: float) -> None:
        """Simulate some months (Mesa 3.3 has no such method)."""
        if duration < 0 or duration != int(duration):
            raise ValueError(f"run_for({duration}): allowed whole months")
        for _ in range(int(duration)):
            self.step()

    @property
    def agents(self) -> RowSet:
        """All agents: the five kinds in the order of their tables, then those of a user's own classes."""
        return RowSet(self, [(table, self._rows(table)) for table in [*self._classes, USER_AGENTS]])

    @property
    def agents_by_type(self) -> AgentsByType:
        """The agents by their class."""
        sets = {kind: self.row_set(table) for table, kind in self._classes.items()}
        for kind in super().agents_by_type:
            sets[kind] = self.row_set(USER_AGENTS, self.user_agents.numbers(kind))
        return AgentsByType(sets)

    @property
    def agent_types(self) -> list[type]:
        """The five classes of agents, and a user's own classes of which an agent was ever registered."""
        return [*self._classes.values(), *super().agents_by_type]

    def register_agent(self, agent: mesa.Agent) -> None:
        """Take in an agent of a user's own class; its id follows all ids given so far.

        Raises NotImplementedError for a window, and ValueError for an agent of another model.
        """
        refuse_window(agent)
        if agent.model is not self:
            raise ValueError(f"{type(agent).__name__} is an agent of another model")
        if self.user_agents.has_number(agent):
            return
        number = self.agent_id_counter  # Mesa 3.5 counts it up itself; Mesa 3.3 has another counter
        super().register_agent(agent)
        self.agent_id_counter = number + 1
        agent.unique_id = number
        self.user_agents.by_number[number] = agent
        getattr(mesa.Agent, "_ids", {}).pop(self, None)  # that of Mesa 3.3 would keep every model alive

    def deregister_agent(self, agent: mesa.Agent) -> None:
        """Let an agent of a user's own class go; it leaves all sets. Raises KeyError if it is not registered, as Mesa does."""
        refuse_window(agent)
        number = self.user_agents.number(agent)
        if number is None:
            raise KeyError(agent)
        super().deregister_agent(agent)
        del self.user_agents.by_number[number]

    def remove_all_agents(self) -> None:
        """Refuse: there is no school system without its rows."""
        raise NotImplementedError(
            "rows of a school system are fixed: only agents of your own classes can be removed, each by its remove()"
        )

    def place(self, agent: object) -> tuple[str, int] | None:
        """Return the table and row of an agent, or None for what is no agent of this model."""
        if isinstance(agent, Window):
            return (agent.table, agent.row) if agent.model is self else None
        number = self.user_agents.number(agent)
        return None if number is None else (USER_AGENTS, number)

    def agent_class(self, table: str) -> type[mesa.Agent]:
        """Return the class of a table's agents."""
        return self._classes.get(table, mesa.Agent)

    def row_set(self, table: str, rows: np.ndarray | None = None) -> RowSet:
        """Return the agents of some rows of a table, or of all."""
        return RowSet(self, [(table, self._rows(table) if rows is None else rows)])

    def window(self, table: str, row: int) -> Any:
        """Return the agent of one row; while it is held, it is the same object. None if it was removed."""
        if table == USER_AGENTS:
            return self.user_agents.by_number.get(row)
        kind = self._classes[table]
        known = self._windows if kind in KINDS else self._own_agents
        found = known.get((table, row))
        if found is None:
            found = known[table, row] = kind(self, row)
        return found

    def first_id(self, table: str) -> int:
        """Return the unique_id of a table's first agent; ids count through all tables from 1."""
        return self._first_ids[table]

    def ids(self, table: str) -> pd.Index:
        """Return the ids of schools or districts by row: those of a list, or numbers."""
        if table not in self._ids:
            self._ids[table] = IDS[table](self.simulation.scenario)
        return self._ids[table]

    def id_of_teacher(self, row: int) -> str:
        """Return the id of a teacher: that of a list of teachers, or SCHOOL/1, SCHOOL/2, ..."""
        if "teachers" in self._ids:
            return self._ids["teachers"][row]
        first = self.system.schools["first_teacher"]
        school = int(first.searchsorted(row, side="right")) - 1
        return f"{self.ids('schools')[school]}/{row - int(first[school]) + 1}"

    def _rows(self, table: str) -> np.ndarray:
        if table == USER_AGENTS:
            return self.user_agents.numbers()
        return np.arange(self._size(table))

    def _size(self, table: str) -> int:
        return len(getattr(self.system, table))


def ids_of_lists(scenario: Scenario) -> dict[str, pd.Index]:
    """Return the ids of a real system by table, taken while its lists are as they were when it was built; none of a generated one."""
    if not scenario.system.schools:
        return {}
    ids = {table: ids_of(scenario) for table, ids_of in IDS.items()}
    return ids | ({"teachers": teacher_ids(scenario)} if scenario.system.teachers else {})


def seed_of(rng: Any) -> int:
    """Return a seed of the simulation from any of Mesa's ways to give one."""
    if isinstance(rng, int | np.integer) and rng >= 0:
        return int(rng)
    return int(np.random.default_rng(rng).integers(2**31))


def scenario_of(given: Any) -> Scenario:
    """Return our scenario from what was given; None stands for the base scenario."""
    if isinstance(given, Scenario):
        return given
    if isinstance(given, str):
        return Scenario.find(given)
    if isinstance(given, PathLike):
        return Scenario.load(Path(given))
    if given is None:
        return Scenario()
    if is_mesas(given):
        return Scenario().replace(fields_of(given))
    raise TypeError(f"scenario = {given!r}: give a Scenario, a preset's name, or the path of a .toml file")


def is_mesas(given: Any) -> bool:
    """Return whether an object is a scenario of Mesa's, or of a subclass."""
    return MesasScenario is not None and isinstance(given, MesasScenario)


def fields_of(scenario: Any) -> dict[str, Any]:
    """Return the fields of a scenario of Mesa's, those with and without an annotation, but for its random seed."""
    own = [kind for kind in type(scenario).__mro__ if kind not in MesasScenario.__mro__]
    of_classes = [name for kind in own for name, value in vars(kind).items() if not is_method(value)]
    names = dict.fromkeys([*of_classes, *vars(scenario)])
    return {name: getattr(scenario, name) for name in names if name != "rng" and not name.startswith("_")}


def is_method(value: Any) -> bool:
    """Return whether what a class has under a name is a method, not a value."""
    return callable(value) or isinstance(value, staticmethod | classmethod)


def seed_in(scenario: Any) -> Any:
    """Return the random seed of a scenario of Mesa's, or of its class; None if neither has one."""
    own = getattr(scenario, "rng", None)
    return getattr(type(scenario), "rng", None) if own is None else own


def agreed(given: Any, of_scenario: Any) -> Any:
    """Return the random seed that was given, or that of Mesa's scenario. Raises ValueError if they differ."""
    if given is not None and of_scenario is not None and not np.array_equal(given, of_scenario):
        raise ValueError(f"rng = {given!r} and the scenario's rng = {of_scenario!r} differ: give one of them")
    return of_scenario if given is None else given


def outcome_of(model: SchoolSystemModel, name: str) -> float:
    """Return an outcome of the last month simulated, for Mesa's collector."""
    return model.latest[name]


def classes_by_table(own: Classes) -> dict[str, type[Window]]:
    """Return the class of each table's agents. Raises TypeError for a class that is none of the five kinds."""
    if isinstance(own, type):
        own = (own,)
    elif isinstance(own, Mapping):
        own = own.values()
    classes: dict[str, type[Window]] = {kind.table: kind for kind in KINDS}
    for kind in own:
        if not (isinstance(kind, type) and issubclass(kind, KINDS)):
            raise TypeError(
                f"agent_classes: {kind!r} is not a subclass of {', '.join(k.__name__ for k in KINDS)}"
            )
        if classes[kind.table] not in KINDS:
            raise TypeError(
                f"agent_classes: {classes[kind.table].__name__} and {kind.__name__} are both {kind.table}"
            )
        classes[kind.table] = kind
    return classes
