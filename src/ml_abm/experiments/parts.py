"""What is a part? The two tables of some runs, as Parquet files that say whose they are.

A part is named after the runs in it, so whoever lives the same runs again writes the same files. The table of months is written
first; that of runs says that both are there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..errors import OutputError, StoreError
from ..whole import write_whole
from .manifest import SCHEMA, read_manifest
from .study import STUDY_FILE, Study

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from .batch import Batch, Run

RUNS, MONTHS, RETIRED = "runs", "months", "retired"  # folders of parts
META = b"ml_abm experiment"  # where a file says whose it is


class Pair(NamedTuple):
    """The two tables of some runs: a row a run, and a row a run and month."""

    runs: pa.Table
    months: pa.Table


@dataclass(frozen=True)
class Mark:
    """What a part says of itself: whose it is, and after which plan its rows are labelled."""

    store: str
    plan: str


class Columns(NamedTuple):
    """The columns of the two tables."""

    runs: pa.Schema
    months: pa.Schema


def columns_of(study: Study, points: pd.DataFrame) -> Columns:
    """Return the columns that a study's results have; whole-number factors are int64."""
    import pyarrow as pa

    labels = [
        ("key", pa.string()),
        ("point", pa.int64()),
        ("scenario", pa.string()),
        ("replicate", pa.int64()),
    ]
    factors = [(name, pa.from_numpy_dtype(points[name].dtype)) for name in study.factors]
    outcomes = [(name, pa.float64()) for name in study.outcomes]
    return Columns(
        pa.schema([*labels, ("seed", pa.int64()), *factors, *outcomes]),
        pa.schema([*labels, ("month", pa.int64()), *outcomes]),
    )


def tables_of(batch: Batch, finished: Iterable[tuple[Run, np.ndarray]]) -> Pair:
    """Return the tables of some runs that were lived, each with its outcomes: float64 (months, outcomes)."""
    import pyarrow as pa

    rows = [(run, label, lived) for run, lived in finished for label in run.labels]
    labels: dict[str, Any] = {
        "key": np.array([run.key for run, _, _ in rows], dtype=object),
        "point": np.array([label[0] for _, label, _ in rows], dtype=np.int64),
        "scenario": np.array([label[1] for _, label, _ in rows], dtype=object),
        "replicate": np.array([label[2] for _, label, _ in rows], dtype=np.int64),
    }
    seed = np.array([run.seed for run, _, _ in rows], dtype=np.int64)
    factors = {name: [run.values[name] for run, _, _ in rows] for name in batch.factors}
    last = np.array([lived[-1] for _, _, lived in rows])
    every = np.concatenate([lived for _, _, lived in rows])
    repeated = {name: np.repeat(column, batch.months) for name, column in labels.items()}
    month = np.tile(np.arange(batch.months, dtype=np.int64), len(rows))
    return Pair(
        pa.table({**labels, "seed": seed, **factors, **by_name(batch.outcomes, last)}),
        pa.table({**repeated, "month": month, **by_name(batch.outcomes, every)}),
    )


def by_name(names: Iterable[str], table: np.ndarray) -> dict[str, np.ndarray]:
    """Return the columns of a plain array by name."""
    return {name: table[:, k] for k, name in enumerate(names)}


def parts_in(folder: Path) -> Iterator[tuple[tuple[Path, Path], Mark]]:
    """Yield each pair of parts that is whole (runs, months), and its mark. Raises StoreError for a file that is no part of this."""
    owner = read_manifest(folder.parent if folder.name == RETIRED else folder)["store"]
    for runs in sorted((folder / RUNS).glob("part-*.parquet")):
        mark, months = mark_of(runs), folder / MONTHS / runs.name
        if mark.store != owner:
            raise StoreError(f"{runs} is of another experiment: take it away from here")
        if months.exists():
            mark_of(months)
            yield (runs, months), mark


def mark_of(path: Path) -> Mark:
    """Return what a part says of itself. Raises StoreError for a torn or foreign file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        said = json.loads((pq.read_schema(path).metadata or {})[META])
        return Mark(str(said["store"]), str(said["plan"]))
    except (KeyError, TypeError):
        raise StoreError(f"{path} is no part of an experiment: take it away from here") from None
    except (OSError, ValueError, pa.ArrowException) as error:
        raise damaged(path, error) from None


def read_table(path: Path, columns: list[str] | None = None) -> pa.Table:
    """Return a Parquet file, or some columns of it. Raises StoreError for one that is torn."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.ParquetFile(path).read(columns)
    except (OSError, KeyError, ValueError, pa.ArrowException) as error:
        raise damaged(path, error) from None


def read_as(schema: pa.Schema, path: Path) -> pa.Table:
    """Return a Parquet file with exactly these columns, none of them empty. Raises StoreError for one that has not got them."""
    import pyarrow as pa

    table = read_table(path)
    try:
        wanted = table.select(schema.names).cast(schema)
    except (KeyError, ValueError, pa.ArrowException):
        raise of_another_study(path) from None
    if any(column.null_count for column in wanted.columns):
        raise of_another_study(path)
    return wanted


def of_another_study(path: Path) -> StoreError:
    """Return the error for a table that does not have the columns that the study beside it asks for."""
    return StoreError(
        f"{path} does not go with the {STUDY_FILE} beside it: run the study again, or put back what was edited"
    )


def damaged(path: Path, error: Exception) -> StoreError:
    """Return the error for a file that cannot be read."""
    if isinstance(error, OSError) and error.strerror:
        return StoreError(f"{path} cannot be read: {error.strerror}")
    return StoreError(
        f"{path} is damaged: delete it and run the study again, which lives only what was in it"
    )


def keys_in(path: Path) -> list[str]:
    """Return the keys of the runs in a part."""
    return read_table(path, ["key"])["key"].to_pylist()


def places_in(path: Path) -> Iterator[tuple[int, str, int]]:
    """Yield the places in the study (point, scenario, replicate) that a part has runs for."""
    columns = read_table(path, ["point", "scenario", "replicate"])
    return zip(*(column.to_pylist() for column in columns.columns), strict=True)


def finished(folder: Path, plan: str) -> set[str]:
    """Return the keys of the runs that are in a folder, labelled after this plan."""
    found: set[str] = set()
    for (runs, _), mark in parts_in(folder):
        if mark.plan == plan:
            found.update(keys_in(runs))
    return found


def write_pair(folder: Path, pair: Pair, mark: Mark) -> str:
    """Write the two tables of some runs as parts; return their name. Raises OutputError, and nothing of them is there."""
    digest = blake2b("\n".join(sorted(set(pair.runs["key"].to_pylist()))).encode(), digest_size=8)
    name = f"part-{digest.hexdigest()}.parquet"
    for kind, table in ((MONTHS, pair.months), (RUNS, pair.runs)):
        put(folder / kind / name, as_parquet(table, mark))
    return name


def as_parquet(table: pa.Table, mark: Mark | None = None) -> bytes:
    """Return a table as the bytes of a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if mark is not None:
        table = table.replace_schema_metadata({META: json.dumps({"schema": SCHEMA, **vars(mark)})})
    stream = pa.BufferOutputStream()
    pq.write_table(table, stream, compression="zstd")
    return stream.getvalue().to_pybytes()


def put(path: Path, content: bytes) -> None:
    """Write a file that appears whole or not at all, and make its folder. Raises OutputError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from None
    write_whole(path, lambda part: part.write_bytes(content))
