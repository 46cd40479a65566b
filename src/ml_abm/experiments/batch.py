"""What does a worker do with some runs? It lives them and writes them to the folder as one part.

A worker is a thread, a process or another machine. It needs this package and the folder, and gives back only a number.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..compiled import check_code, model_stamp
from ..errors import OutputError, StoreError
from ..scenario import Scenario
from ..simulation import Simulation
from .manifest import read_manifest
from .parts import Mark, tables_of, write_pair
from .plan import Plan

if TYPE_CHECKING:
    import pandas as pd

# What a run costs, measured on one core of a small machine: enough to share work out evenly, no forecast.
SECONDS_A_RUN = 1e-3
SECONDS_A_TEACHER_MONTH = 5e-8
RUNS_A_BATCH = 500
SHARES_A_WORKER = 4  # at least, so that no worker is left with nothing for long
SHORTEST_BATCH = 0.02  # seconds; writing a part takes some milliseconds
BYTES_A_BATCH = 1 << 26  # of outcomes, in memory

Label = tuple[int, str, int]  # point, scenario, replicate


@dataclass(frozen=True)
class Run:
    """One run, and the places in the study where it stands: more than one where points are alike."""

    key: str
    scenario: str
    values: dict[str, float]
    seed: int
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Batch:
    """Some runs of a study, with all that a worker needs to live them."""

    folder: Path
    store: str
    plan: str
    model: str
    scenarios: dict[str, Scenario]
    factors: tuple[str, ...]
    outcomes: tuple[str, ...]
    months: int
    runs: tuple[Run, ...]

    def __len__(self) -> int:
        return sum(len(run.labels) for run in self.runs)


class StoppedError(Exception):
    """Somebody asked to stop; what is not finished is left."""


def nobody_asks() -> bool:
    """Return that nobody asked to stop."""
    return False


def nobody_listens(runs: int) -> None:
    """Tell nobody how many runs were finished."""


def live(
    batch: Batch, told: Callable[[int], None] = nobody_listens, stop: Callable[[], bool] = nobody_asks
) -> int:
    """Live a batch and write its part; return how many of the study's runs that finished.

    `told` hears of every run; when `stop` says so, what was finished is written and the run under way is left.
    """
    check_worker(batch)
    finished: list[tuple[Run, np.ndarray]] = []
    try:
        for run, scenario in settings(batch):
            finished.append((run, outcomes_of(batch, scenario, run.seed, stop)))
            told(len(run.labels))
    except StoppedError:
        pass
    if finished:
        write_pair(batch.folder, tables_of(batch, finished), Mark(batch.store, batch.plan))
    return sum(len(run.labels) for run, _ in finished)


def settings(batch: Batch) -> Iterator[tuple[Run, Scenario]]:
    """Yield each run with its scenario; replicates share one."""
    last: tuple[str, dict[str, float]] | None = None
    for run in batch.runs:
        if (run.scenario, run.values) != last:
            base = batch.scenarios[run.scenario]
            scenario = base.replace(run.values) if run.values else base
            last = (run.scenario, run.values)
        yield run, scenario


def outcomes_of(batch: Batch, scenario: Scenario, seed: int, stop: Callable[[], bool]) -> np.ndarray:
    """Return the study's outcomes of one run: float64 (months, outcomes)."""

    def heed(months: int) -> None:
        if stop():
            raise StoppedError

    heed(0)
    found = Simulation(scenario, seed).run_for(batch.months, heed).outcomes()
    return np.column_stack([found[name] for name in batch.outcomes])


def check_worker(batch: Batch) -> None:
    """Raise, in one line, if a worker runs other code or does not see the folder of the one who asked."""
    check_code(model_stamp(), batch.model)
    try:
        known = read_manifest(batch.folder)["store"]
    except StoreError:
        known = ""
    if known != batch.store:
        raise OutputError(
            f"the worker on {socket.gethostname()} does not see {batch.folder}: give a folder that all machines share"
        )


def batches(plan: Plan, folder: Path, done: set[str], seconds: float, workers: int) -> Iterator[Batch]:
    """Yield what is still to be lived, in batches of at most so many seconds on one core, and some for every worker."""
    marks = {"folder": folder.absolute(), "store": read_manifest(folder)["store"], "plan": plan.stamp}
    todo = plan.runs[~plan.runs["key"].isin(done)]
    most = max(1, min(RUNS_A_BATCH, BYTES_A_BATCH // (8 * plan.study.months * len(plan.study.outcomes))))
    most = min(most, max(1, len(todo) // (workers * SHARES_A_WORKER)))
    waiting: list[Run] = []
    work = 0.0
    for run in runs_of(plan, todo):
        waiting.append(run)
        work += cost(plan, run)
        if work >= seconds or (len(waiting) >= most and work >= SHORTEST_BATCH):
            yield batch_of(plan, marks, waiting)
            waiting, work = [], 0.0
    if waiting:
        yield batch_of(plan, marks, waiting)


def batch_of(plan: Plan, marks: dict[str, object], runs: Iterable[Run]) -> Batch:
    """Return a batch with those scenarios that its runs need."""
    chosen = tuple(runs)
    names = {run.scenario for run in chosen}
    return Batch(
        **marks,  # type: ignore[arg-type]
        model=model_stamp(),
        scenarios={name: scenario for name, scenario in plan.scenarios.items() if name in names},
        factors=tuple(plan.study.factors),
        outcomes=plan.study.outcomes,
        months=plan.study.months,
        runs=chosen,
    )


def runs_of(plan: Plan, todo: pd.DataFrame) -> Iterator[Run]:
    """Yield some runs of a plan in its order, each once though it may stand in several places."""
    alike: dict[str, list[Label]] = {}
    for key, *label, _ in todo[todo["key"].duplicated(keep=False)].itertuples(index=False, name=None):
        alike.setdefault(key, []).append((label[0], label[1], label[2]))
    for row in todo.drop_duplicates("key").itertuples(index=False, name=None):
        key, point, scenario, replicate, seed = row
        labels = alike.get(key, [(point, scenario, replicate)])
        yield Run(key, scenario, plan.values(point), seed, tuple(labels))


def cost(plan: Plan, run: Run) -> float:
    """Return about how many seconds a run takes on one core."""
    setting = plan.scenarios[run.scenario].setting
    schools = run.values.get("setting.schools", setting.schools)
    each = run.values.get("setting.teachers_per_school", setting.teachers_per_school)
    return SECONDS_A_RUN + schools * each * plan.study.months * SECONDS_A_TEACHER_MONTH
