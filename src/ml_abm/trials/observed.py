"""What the runs of an arm keep for statistics: outcomes by month, and columns of agents in the months that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from ..outcomes import describe
from ..scenario import Scenario
from ..simulation import Simulation
from ..tables import TABLES, columns
from .advice import MEASURES, advice

RUNS = "runs"
# What stands behind an arm's name, and the table whose rows it has. `teacher.school` is a column of a teacher's school.
AGENTS = {"teacher": "teachers", "school": "schools", "district": "districts"}
OF_THE_SCHOOL = "teacher.school"
ADVICE = "advice"


class Need(NamedTuple):
    """What a statistic reads of one arm: a kind of thing, its name, and the month of an agents' column (-1 for all months)."""

    kind: str
    name: str
    month: int = -1


def names_of(kind: str) -> Iterable[str]:
    """Return what can be read of a kind: outcomes of runs, columns of agents that hold one number, measures of advice."""
    if kind == RUNS:
        return describe()
    if kind == ADVICE:
        return MEASURES
    table: Any = TABLES["schools" if kind == OF_THE_SCHOOL else AGENTS[kind]]
    return [name for name, column in columns(table).items() if not column.cell]


@dataclass(frozen=True)
class Observed:
    """One run, as far as statistics need it: float64 arrays by need, of months for outcomes, of agents for columns."""

    values: dict[Need, np.ndarray]


def observe(
    scenario: Scenario,
    seed: int,
    months: int,
    needs: Iterable[Need],
    check_stop: Callable[[int], None] = lambda months: None,
) -> Observed:
    """Run a scenario and keep what is needed; `check_stop` is called between months."""
    run = Simulation(scenario, seed)
    values: dict[Need, np.ndarray] = {}
    needs = sorted(needs, key=lambda need: need.month)
    if any(need.kind == ADVICE for need in needs):
        values |= {Need(ADVICE, name): found for name, found in advice(run.system).items()}
    for month, group in groupby(needs, key=lambda need: need.month):
        if month >= 0:
            run.run_for(month + 1 - run.month, check_stop)
            values |= {need: _column(run, need) for need in group}
    run.run_for(months - run.month, check_stop)
    outcomes = run.outcomes()
    values |= {need: outcomes[need.name] for need in needs if need.kind == RUNS}
    return Observed(values)


def _column(run: Simulation, need: Need) -> np.ndarray:
    """Return a column of agents as it is now, as float64."""
    if need.kind == OF_THE_SCHOOL:
        schools = run.system.schools
        return np.repeat(schools[need.name].astype(np.float64), schools["staff"])
    table: np.ndarray = getattr(run.system, AGENTS[need.kind])
    return table[need.name].astype(np.float64)
