"""How are many runs made, and kept? In threads or on a cluster, a part at a time, as Parquet files that a fit can go on from.

The kernels do not hold Python's lock, so runs share one process. A part is written under another name and then renamed: it is there
whole or not at all. A cluster is sent batches of runs, and sends their counts back: only the one who asked needs the folder.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from ..compiled import check_code, model_stamp
from ..errors import FitError, OutputError
from ..folders import locked
from ..simulation import Simulation
from ..threads import cores
from ..whole import write_whole
from .problem import Problem
from .surveys import shares_found

RUNS_A_PART = 100
RUNS_A_BATCH = 20  # sent to a cluster at once: a second or so
MANIFEST = "simulations.json"
# All that is read or replaced in a folder of kept runs; runs of the zoom have folders of their own in it.
OWN = (MANIFEST, "part-*.parquet", "zoom-*")
SEEDS_A_FIT = 10_000_000  # runs that one seed of a fit has room for

Counts = tuple[np.ndarray, ...]  # for each target (runs, months + surveys)
Progress = Callable[[int], None]
# Has batches done elsewhere: given what is to be done with one, the batches for so many workers, and who hears what came of each.
Engine = Callable[[Callable[[Any], Any], Callable[[int], Iterable[Any]], Callable[[Any], None]], None]


@dataclass(frozen=True)
class Batch:
    """Some rows of a fit, from `start` on, with all that a worker needs to live them."""

    problem: Problem
    values: np.ndarray
    seed: int
    start: int
    model: str


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
    progress: Progress = lambda runs: None,
    engine: Engine | None = None,
) -> Simulations:
    """Run a problem for every row of `z`; with a folder, keep parts there and go on from those that are there.

    `progress` is told how many more rows are done. Luck depends on `seed` and the row alone, so neither the number of threads nor an
    engine, which lives the runs elsewhere, changes anything.
    """
    with locked(folder, OWN, FitError) if folder else nullcontext():
        if folder:
            make_ready(folder, json.dumps({"fit": stamp(problem, z, seed), "runs": len(z)}))
        if engine:
            parts = _sent(problem, z, seed, engine, folder, progress)
        else:
            parts = _lived_here(problem, z, seed, workers, folder, progress)
    lived = [np.concatenate(counts) for counts in zip(*parts, strict=True)]
    months = [target.last_month + 1 for target in problem.targets]
    counts = tuple(table[:, :n] for table, n in zip(lived, months, strict=True))
    return Simulations(z, counts, tuple(table[:, n:] for table, n in zip(lived, months, strict=True)))


def _parts(n: int) -> list[range]:
    """Return the rows of each part."""
    return [range(start, min(start + RUNS_A_PART, n)) for start in range(0, n, RUNS_A_PART)]


def _file(folder: Path, rows: range) -> Path:
    return folder / f"part-{rows.start:06}.parquet"


def _lived_here(
    problem: Problem, z: np.ndarray, seed: int, workers: int | None, folder: Path | None, progress: Progress
) -> list[Counts]:
    """Return the counts of every part, lived on threads of this process."""
    with ThreadPoolExecutor(workers or cores()) as pool:
        try:
            return [_part(problem, z, seed, rows, pool, folder, progress) for rows in _parts(len(z))]
        except BaseException:  # after Ctrl-C nobody waits for runs that have not begun
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _sent(
    problem: Problem, z: np.ndarray, seed: int, engine: Engine, folder: Path | None, progress: Progress
) -> list[Counts]:
    """Return the counts of every part, lived by an engine; a part is kept as soon as all of it is back."""
    parts: dict[int, Counts] = {}
    back: dict[int, Counts] = {}
    missing = []
    for rows in _parts(len(z)):
        if folder and _file(folder, rows).exists():
            parts[rows.start] = kept_part(problem, _file(folder, rows), len(rows))
            progress(len(rows))
        else:
            missing.append(rows)

    def batches(workers: int) -> Iterator[Batch]:
        for rows in missing:
            for some in _batches(rows):
                values = problem.values(z[some.start : some.stop])
                yield Batch(problem, values, seed, some.start, model_stamp())

    def told(result: tuple[int, Counts]) -> None:
        start, counts = result
        back[start] = counts
        progress(len(counts[0]))
        rows = _parts(len(z))[start // RUNS_A_PART]
        pieces = [some.start for some in _batches(rows)]
        if all(piece in back for piece in pieces):
            found = zip(*(back.pop(piece) for piece in pieces), strict=True)
            parts[rows.start] = tuple(np.concatenate(target) for target in found)
            if folder:
                _write(problem, parts[rows.start], _file(folder, rows))

    if missing:
        engine(live, batches, told)
    return [parts[start] for start in sorted(parts)]


def _batches(rows: range) -> list[range]:
    """Return the rows of a part in the batches in which they are sent."""
    starts = range(rows.start, rows.stop, RUNS_A_BATCH)
    return [range(start, min(start + RUNS_A_BATCH, rows.stop)) for start in starts]


def live(batch: Batch) -> tuple[int, Counts]:
    """Return where a batch begins and the counts of its runs, lived where this is called. Raises EngineError for other code."""
    check_code(model_stamp(), batch.model)
    runs = [
        [
            counts_of(batch.problem, t, values, batch.seed, batch.start + k)
            for t in range(len(batch.problem.targets))
        ]
        for k, values in enumerate(batch.values)
    ]
    return batch.start, tuple(np.array(target) for target in zip(*runs, strict=True))


def _part(
    problem: Problem,
    z: np.ndarray,
    seed: int,
    rows: range,
    pool: ThreadPoolExecutor,
    folder: Path | None,
    progress: Progress,
) -> Counts:
    """Return the counts of some rows, read from the folder where they are there."""
    path = _file(folder, rows) if folder else None
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


def _write(problem: Problem, counts: Counts, path: Path) -> None:
    import pandas as pd

    tables = [pd.DataFrame(counts[t], columns=names) for t, names in _columns(problem)]
    write_whole(path, lambda part: pd.concat(tables, axis=1).to_parquet(part, index=False))


def kept_part(problem: Problem, path: Path, runs: int) -> Counts:
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
