"""How are many runs made, and kept? In threads, a part at a time, as Parquet files that a fit can go on from.

The kernels do not hold Python's lock, so runs share one process. A part is written under another name and then renamed: it is there
whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..compiled import package_stamp
from ..errors import FitError, OutputError
from ..simulation import Simulation
from ..threads import cores
from ..whole import write_whole
from .problem import Problem
from .surveys import shares_found

if TYPE_CHECKING:
    pass

RUNS_A_PART = 100
MANIFEST = "simulations.json"
SEEDS_A_FIT = 10_000_000  # runs that one seed of a fit has room for


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


def simulate_all(
    problem: Problem,
    z: np.ndarray,
    seed: int = 1,
    *,
    workers: int | None = None,
    folder: Path | None = None,
    progress: Callable[[int], None] = lambda runs: None,
) -> Simulations:
    """Run a problem for every row of `z`; with a folder, keep parts there and go on from those that are there.

    `progress` is told how many more rows are done. Luck depends on `seed` and the row alone, so the number of threads changes nothing.
    """
    if folder:
        make_ready(folder, json.dumps({"fit": stamp(problem, z, seed), "runs": len(z)}))
    parts = []
    with ThreadPoolExecutor(workers or cores()) as pool:
        try:
            for start in range(0, len(z), RUNS_A_PART):
                rows = range(start, min(start + RUNS_A_PART, len(z)))
                parts.append(_part(problem, z, seed, rows, pool, folder, progress))
        except BaseException:  # after Ctrl-C nobody waits for runs that have not begun
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    lived = [np.concatenate(counts) for counts in zip(*parts, strict=True)]
    months = [target.last_month + 1 for target in problem.targets]
    counts = tuple(table[:, :n] for table, n in zip(lived, months, strict=True))
    return Simulations(z, counts, tuple(table[:, n:] for table, n in zip(lived, months, strict=True)))


def _part(
    problem: Problem,
    z: np.ndarray,
    seed: int,
    rows: range,
    pool: ThreadPoolExecutor,
    folder: Path | None,
    progress: Callable[[int], None],
) -> tuple[np.ndarray, ...]:
    """Return the counts of some rows, read from the folder where they are there."""
    path = folder / f"part-{rows.start:06}.parquet" if folder else None
    if path and path.exists():
        progress(len(rows))
        return kept_part(problem, path, len(rows))
    values = problem.values(z[rows.start : rows.stop])

    def one(k: int) -> list[np.ndarray]:
        found = [counts_of(problem, t, values[k], seed, rows[k]) for t in range(len(problem.targets))]
        progress(1)
        return found

    runs = list(pool.map(one, range(len(rows))))
    counts = tuple(np.array(target) for target in zip(*runs, strict=True))
    if path:
        _write(problem, counts, path)
    return counts


def counts_of(problem: Problem, target: int, values: np.ndarray, seed: int, row: int) -> np.ndarray:
    """Return what the case counts at the end of each month of one run, in the case's unit, then what surveys ask for: float64 (months + surveys,)."""
    wanted = problem.targets[target]
    luck = (seed * SEEDS_A_FIT + row) * len(problem.targets) + target
    run = Simulation(problem.scenario(target, values), luck)
    shares = shares_found(run, wanted.surveys, wanted.survey_months, wanted.last_month + 1)
    return np.append(run.outcomes()[wanted.outcome] * wanted.factor, shares)


def _columns(problem: Problem) -> Iterator[tuple[int, list[str]]]:
    for t, target in enumerate(problem.targets):
        months = [f"{t}.{month}" for month in range(target.last_month + 1)]
        yield t, months + [f"{t}.survey.{k}" for k in range(len(target.surveys))]


def _write(problem: Problem, counts: tuple[np.ndarray, ...], path: Path) -> None:
    import pandas as pd

    tables = [pd.DataFrame(counts[t], columns=names) for t, names in _columns(problem)]
    write_whole(path, lambda part: pd.concat(tables, axis=1).to_parquet(part, index=False))


def kept_part(problem: Problem, path: Path, runs: int) -> tuple[np.ndarray, ...]:
    """Return the counts of a part that was kept: for each target (runs, months). Raises FitError for one that is not what was written."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        if file.metadata.num_rows != runs:
            raise ValueError("not the runs that were kept")
        wanted = [(name, pa.float64()) for _, names in _columns(problem) for name in names]
        table = file.read([name for name, _ in wanted]).select([name for name, _ in wanted])
        columns = dict(zip(table.column_names, table.cast(pa.schema(wanted)).columns, strict=True))
        counts = [np.column_stack([columns[n].to_numpy() for n in names]) for _, names in _columns(problem)]
        if not all(np.isfinite(target).all() for target in counts):
            raise ValueError("not a number")
        return tuple(counts)
    except (OSError, ValueError, LookupError, pa.ArrowException) as error:
        raise FitError(
            f"{path} cannot be read ({type(error).__name__}): remove it, and it is run again"
        ) from None


def make_ready(folder: Path, said: str) -> None:
    """Make a folder ready for the fit that its manifest says; raise FitError if it holds the runs of another."""
    path = folder / MANIFEST
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.write_text(said + "\n", encoding="utf-8")
        elif path.read_text(encoding="utf-8", errors="replace").strip() != said:
            raise FitError(
                f"{folder} holds runs of another fit (case, priors, number, seed or model): give another folder"
            )
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror}") from None


def stamp(problem: Problem, z: np.ndarray, seed: int) -> str:
    """Return a hash of all that runs depend on: scenarios, months, parameters, seed and the model's code."""
    digest = blake2b(package_stamp().encode(), digest_size=12)
    for target in problem.targets:
        digest.update(f"{target.scenario.to_toml()}{target.outcome}{target.last_month}".encode())
        for survey, month in zip(target.surveys, target.survey_months, strict=True):
            digest.update(f"survey {survey.within} {month}".encode())
    digest.update(np.ascontiguousarray(problem.values(z)).tobytes() + str((seed, problem.names)).encode())
    return digest.hexdigest()
