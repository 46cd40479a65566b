"""Simulations of a fit: one run for each row of parameters, on any engine, kept to resume from (`runs/`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np

from ..errors import FitError, OutputError
from ..foundation.atomic_write import write_whole
from ..foundation.compiled import model_stamp
from ..foundation.folders import check_own
from ..runs import Engine, Job, Kept, Result, results_of
from ..simulation import Simulation
from ..system.memory import expected_teachers
from .problem import Problem
from .surveys import shares_found

MANIFEST = "simulations.json"
# All that is read or replaced in a folder of kept runs; later rounds have folders of their own in it.
OWN = (MANIFEST, "part-*.parquet", "zoom-*")
SEEDS_A_FIT = 10_000_000  # runs that one seed of a fit has room for

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Simulations:
    """Runs of a problem: normal scores of their parameters (runs, unknowns) and, for each target, true counts (runs, months) and shares (runs, surveys)."""

    z: np.ndarray
    counts: tuple[np.ndarray, ...]
    shares: tuple[np.ndarray, ...]

    def __len__(self) -> int:
        return len(self.z)

    def joined(self, other: Simulations) -> Simulations:
        """Return these runs and then the others."""
        return Simulations(
            np.concatenate([self.z, other.z]),
            tuple(np.concatenate(pair) for pair in zip(self.counts, other.counts, strict=True)),
            tuple(np.concatenate(pair) for pair in zip(self.shares, other.shares, strict=True)),
        )


@dataclass(frozen=True)
class FitRun(Job):
    """One row of a fit: a run for each target, and of each what the case counts by month, then what surveys ask for."""

    problem: Problem
    values: np.ndarray
    seed: int
    row: int

    @property
    def teacher_months(self) -> float:
        """About how many teachers times months it simulates."""
        targets = self.problem.targets
        return sum(expected_teachers(target.scenario) * (target.last_month + 1) for target in targets)

    def run(self, check_stop: Callable[[int], None]) -> Result:
        """Simulate it."""
        found = {}
        for t in range(len(self.problem.targets)):
            check_stop(0)
            found[str(t)] = counts_of(self.problem, t, self.values, self.seed, self.row)
        return found


def simulate_all(
    problem: Problem,
    z: np.ndarray,
    seed: int = 1,
    *,
    workers: int | None = None,
    folder: Path | None = None,
    progress: Progress = lambda runs: None,
    engine: Engine | None = None,
) -> Simulations:
    """Run a problem for every row of `z`; with a folder, keep runs there and resume from those that are there.

    `progress` is called with how many more rows are done. Chance events depend on `seed` and the row alone, so neither the number of threads
    nor the engine changes a result.
    """
    of_fit = stamp(problem, z, seed)
    if folder:
        make_ready(folder, json.dumps({"fit": of_fit, "runs": len(z)}))
    values = problem.values(z)
    jobs = [FitRun(f"{of_fit}-{row}", problem, values[row], seed, row) for row in range(len(z))]
    kept = Kept(folder, OWN) if folder else None
    found = results_of(jobs, kept=kept, engine=engine or "local", workers=workers, on_progress=progress)
    tables = [np.array([found[job.key][str(t)] for job in jobs]) for t in range(len(problem.targets))]
    months = [target.last_month + 1 for target in problem.targets]
    counts = tuple(table[:, :n] for table, n in zip(tables, months, strict=True))
    return Simulations(z, counts, tuple(table[:, n:] for table, n in zip(tables, months, strict=True)))


def counts_of(problem: Problem, target: int, values: np.ndarray, seed: int, row: int) -> np.ndarray:
    """Return what the case counts at the end of each month of one run, in the case's unit, then what surveys ask for: float64 (months + surveys,)."""
    wanted = problem.targets[target]
    of_run = (seed * SEEDS_A_FIT + row) * len(problem.targets) + target
    run = Simulation(problem.scenario(target, values), of_run)
    shares = shares_found(run, wanted.surveys, wanted.survey_months, wanted.last_month + 1)
    return np.append(run.outcomes()[wanted.outcome] * wanted.factor, shares)


def make_ready(folder: Path, said: str) -> None:
    """Make a folder ready for the fit that its manifest says; raise FitError if it holds the runs of another."""
    path = folder / MANIFEST
    check_own(folder, OWN, FitError)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            write_whole(path, lambda part: part.write_text(said + "\n", encoding="utf-8"))
        elif path.read_text(encoding="utf-8", errors="replace").strip() != said:
            raise FitError(
                f"{folder} holds runs of another fit (case, priors, number, seed or model): give another folder"
            )
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror}") from None


def stamp(problem: Problem, z: np.ndarray, seed: int) -> str:
    """Return a hash of all that runs depend on: scenarios, months, parameters, seed and the model's code."""
    digest = blake2b(model_stamp().encode(), digest_size=12)
    for target in problem.targets:
        digest.update(f"{target.scenario.to_toml()}{target.outcome}{target.last_month}".encode())
        for survey, month in zip(target.surveys, target.survey_months, strict=True):
            digest.update(f"survey {survey.within} {month}".encode())
    digest.update(np.ascontiguousarray(problem.values(z)).tobytes() + str((seed, problem.names)).encode())
    return digest.hexdigest()
