"""Parts of a study: two tables of some runs, a row per run and a row per run and month, as Parquet files that belong together.

The table of months is written first; that of runs names it, so it says that both are there. Both names are digests of what is in the files
(`runs/parts.py`), so neither can be exchanged or damaged without notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..errors import StoreError
from ..runs import Result
from ..runs import parts as files
from .manifest import MANIFEST, SCHEMA, read_manifest
from .plan import Plan
from .study import Study

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

RUNS, MONTHS, RETIRED = "runs", "months", "retired"  # folders of parts
LABELS = ("point", "scenario", "replicate")  # of a run's place in the study


class Tables(NamedTuple):
    """The two tables of some runs: a row per run, and a row per run and month."""

    runs: pa.Table
    months: pa.Table


@dataclass(frozen=True)
class Mark:
    """What a part says of itself: of which results, and after which plan its rows are labelled."""

    store: str
    plan: str


@dataclass(frozen=True)
class Part:
    """The two files of some runs, whose digests are right, and their mark."""

    runs: Path
    months: Path
    mark: Mark

    def run_keys(self) -> list[str]:
        """Return the keys of its runs."""
        return files.read_part(self.runs, ["key"])[0]["key"].to_pylist()

    def places(self) -> Iterator[tuple[int, str, int]]:
        """Yield the places in the study (point, scenario, replicate) that it has runs for."""
        table = files.read_part(self.runs, list(LABELS))[0]
        return zip(*(table[name].to_pylist() for name in LABELS), strict=True)

    def tables(self) -> Tables:
        """Return both tables."""
        return Tables(files.read_part(self.runs)[0], files.read_part(self.months)[0])


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


def tables_of(plan: Plan, results: Mapping[str, Result]) -> Tables:
    """Return the tables of some results: a run stands at every place of the study that asks for it."""
    import pyarrow as pa

    rows = plan.runs.iloc[np.sort(plan.keys.get_indexer_for(list(results)))]
    months, outcomes = plan.study.months, plan.study.outcomes
    labels = {name: rows[name].to_numpy() for name in ("key", *LABELS)}
    found = [results[key] for key in rows["key"]]
    every = {name: np.array([result[name] for result in found]) for name in outcomes}
    factors = {name: plan.points.loc[rows["point"], name].to_numpy() for name in plan.study.factors}
    repeated = {name: np.repeat(column, months) for name, column in labels.items()}
    month = np.tile(np.arange(months, dtype=np.int64), len(rows))
    last = {name: values[:, -1] for name, values in every.items()}
    return Tables(
        pa.table({**labels, "seed": rows["seed"].to_numpy(), **factors, **last}),
        pa.table({**repeated, "month": month, **{name: v.ravel() for name, v in every.items()}}),
    )


def parts_in(folder: Path) -> Iterator[Part]:
    """Yield each part that is whole. Raises StoreError for a file that is damaged or of other results."""
    store = read_manifest(folder.parent if folder.name == RETIRED else folder)["store"]
    for runs in files.parts_in(folder / RUNS):
        mark, name = _mark_of(runs, store)
        if not name or Path(name).name != name:
            raise files.foreign(runs)
        months = folder / MONTHS / name
        if months.exists():
            if _mark_of(months, store)[0] != mark:
                raise files.foreign(months)
            yield Part(runs, months, mark)


def _mark_of(path: Path, store: str) -> tuple[Mark, str | None]:
    """Return the mark of a file, and the name of its months where it says one. Raises StoreError for one of something else."""
    _, said = files.read_part(path, [])
    try:
        mark = Mark(str(said["store"]), str(said["plan"]))
    except KeyError:
        raise files.foreign(path) from None
    if mark.store != store:
        raise StoreError(f"{path} is of another experiment: take it away from here")
    months = said.get("months")
    return mark, months if isinstance(months, str) else None


def read_as(schema: pa.Schema, path: Path) -> pa.Table:
    """Return a part with exactly these columns, none of them empty. Raises StoreError for one that has not got them."""
    import pyarrow as pa

    table = files.read_part(path)[0]
    try:
        wanted = table.select(schema.names).cast(schema)
    except (KeyError, ValueError, pa.ArrowException):
        raise of_another_study(path) from None
    if any(column.null_count for column in wanted.columns):
        raise of_another_study(path)
    return wanted.replace_schema_metadata(None)


def of_another_study(path: Path) -> StoreError:
    """Return the error for a file that is not what the study beside it asks for."""
    return StoreError(
        f"{path} does not go with the {MANIFEST} beside it: run the study again, or put back what was edited"
    )


def finished(parts: Iterable[Part], plan: str) -> set[str]:
    """Return the keys of the runs in some parts that are labelled after this plan."""
    return {key for part in parts if part.mark.plan == plan for key in part.run_keys()}


def write_tables(folder: Path, tables: Tables, mark: Mark) -> str:
    """Write the two tables of some runs; return the name of the table of runs. Raises OutputError, and nothing of them is there."""
    said: dict[str, Any] = {"schema": SCHEMA, **vars(mark)}
    months = files.write_part(folder / MONTHS, tables.months, said)
    return files.write_part(folder / RUNS, tables.runs, {**said, "months": months})
