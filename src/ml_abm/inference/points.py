"""All trials run at many points: each point is a job, kept by its content key, on any engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from ..foundation.compiled import model_stamp
from ..runs import Engine, Job, Kept, Result, results_of
from ..runs.keys import hash_of, key_of
from ..scenario import Scenario
from ..scenario.possible import possible
from ..trials.run import run_trials
from ..trials.trial import Trial, load_trials
from .figures import Figure, figures, model_values
from .unknowns import LEARNT_FROM, Unknown, point_of, unknowns, values_of

FOLDER = "points"  # in the folder of kept runs
SEEDS = {"fit": 4, "sign": 2}  # runs of each arm, by the use of a trial
# More where chance would be as wide as the study's error.
MORE_SEEDS = {"T15": 12, "T16": 12, "T17": 12, "T20": 12, "T21": 12, "T22": 12, "T34": 8}
TEACHER_MONTHS = 3e7  # of all trials at one point


@dataclass(frozen=True)
class Asked:
    """Trials that weigh points, what they are asked about, and what they found."""

    trials: tuple[Trial, ...]
    unknowns: tuple[Unknown, ...]
    figures: tuple[Figure, ...]


@cache
def asked() -> Asked:
    """Return the question that the package's trials answer."""
    trials = tuple(trial for trial in load_trials() if trial.use in LEARNT_FROM)
    return Asked(trials, unknowns(trials), figures(trials))


def seeds_of(trial: Trial) -> int:
    """Return how many runs each arm of a trial has at a point."""
    return MORE_SEEDS.get(trial.id, SEEDS[trial.use])


@dataclass(frozen=True)
class PointRun(Job):
    """All trials at one point."""

    values: tuple[float, ...]  # of the unknowns, in their order

    @property
    def teacher_months(self) -> float:
        """About how many teachers times months it simulates."""
        return TEACHER_MONTHS

    def run(self, check_stop: Callable[[int], None]) -> Result:
        """Simulate it."""
        check_stop(0)
        all_of_it = asked()
        point = point_of(all_of_it.unknowns, self.values)
        drawn = possible(Scenario(), point.drawn)  # a spread of thresholds that their mean can have
        results = []
        for seeds in sorted({*SEEDS.values(), *MORE_SEEDS.values()}):
            some = [trial for trial in all_of_it.trials if seeds_of(trial) == seeds]
            found = run_trials(some, seeds, 1, drawn=drawn, effects=point.effects, nuisance=point.nuisance)
            results += found
        values, chance = model_values(all_of_it.figures, results)
        return {"values": values, "chance": chance}


def run_points(
    scores: np.ndarray,
    *,
    keep: Path | None = None,
    engine: str | Executor | Engine = "local",
    workers: int | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the model's values and chance errors of all figures at points given as normal scores; words as in `run_values`."""
    values = values_of(asked().unknowns, scores)
    return run_values(values, keep=keep, engine=engine, workers=workers, progress=progress)


def run_values(
    values: np.ndarray,
    *,
    keep: Path | None = None,
    engine: str | Executor | Engine = "local",
    workers: int | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the model's values and chance errors of all figures at points given by their values: two arrays (points, figures).

    Points that are kept in the folder are not simulated again.
    """
    setting = hash_of({"model": model_stamp(), "trials": _described(), "seeds": [SEEDS, MORE_SEEDS]})
    jobs = [PointRun(key_of(setting + row.tobytes(), 0), tuple(row.tolist())) for row in values]
    done = 0

    def more(points: int) -> None:
        nonlocal done
        done += points
        progress(done, len(jobs))

    kept = Kept.below(keep, FOLDER) if keep else None
    found = results_of(jobs, kept=kept, engine=engine, workers=workers, on_progress=more)
    rows: Sequence[Result] = [found[job.key] for job in jobs]
    return np.array([row["values"] for row in rows]), np.array([row["chance"] for row in rows])


def _described() -> list[str]:
    return [trial.model_dump_json() for trial in asked().trials]
