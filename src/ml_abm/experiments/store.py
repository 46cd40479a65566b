"""Where do results lie, and how are they read? A folder of Parquet files that are whole or not there.

manifest.json           what this is: schema, versions, machine, the study and its plan
study.toml              the study, with all values of its scenario
scenarios/NAME.toml     each of the scenarios that are compared, for `ml-abm run`
points.parquet          the design: a row a point
runs/part-*.parquet     a row a run: its key, its place in the study, factors, outcomes of the last month
months/part-*.parquet   a row a run and month: outcomes
retired/                runs of an earlier version of the study; may be deleted

A part is written under another name and renamed when it is safe on disk; first that of months, then that of runs, which says
that both are there. Parts are named after the runs in them, so whoever lives the same runs again writes the same files.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .. import __version__
from ..checkpoint import sync_folder
from ..errors import OutputError, StoreError
from .study import STUDY_FILE, Study

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from .batch import Batch, Run
    from .plan import Plan

SCHEMA = 1
MANIFEST = "manifest.json"
POINTS = "points.parquet"
RUNS, MONTHS, RETIRED, SCENARIOS = "runs", "months", "retired", "scenarios"
LABELS = ("key", "point", "scenario", "replicate")
UNFINISHED = ".part-"  # how the names of files begin that are being written
PACKAGES = ("numba", "numpy", "pandas", "pyarrow", "pydantic", "SALib", "scipy", "dask")
META = b"ml_abm experiment"


class Pair(NamedTuple):
    """The two tables of some runs: a row a run, and a row a run and month."""

    runs: pa.Table
    months: pa.Table


@dataclass(frozen=True)
class Mark:
    """What a part says of itself: whose it is, and after which plan its rows are labelled."""

    store: str
    plan: str


@dataclass(frozen=True)
class Experiment:
    """A study and its results as tidy tables, in the order of the study whatever the order in which runs finished.

    `points` has index point and a column a factor; `runs` a row a run: key, point, scenario, replicate, seed, factors, outcomes of
    the last month; `months` a row a run and month: key, point, scenario, replicate, month, outcomes.
    """

    study: Study
    points: pd.DataFrame
    runs: pd.DataFrame
    months: pd.DataFrame
    folder: Path | None = None


def load(folder: str | Path, *, months: bool = True) -> Experiment:
    """Return what is in a folder; of a study that is not finished, the runs that are. Raises StoreError in one line.

    Without `months` that table is left empty: a large study has a row of it for every run and month.
    """
    folder = Path(folder)
    study = study_in(folder)
    pairs = [pair for pair, mark in parts(folder) if mark.plan == read_manifest(folder)["plan"]]
    points = points_in(folder, study)
    columns = columns_of(study, points)
    return Experiment(
        study=study,
        points=points,
        runs=in_order([read_as(columns.runs, runs) for runs, _ in pairs], columns.runs, study),
        months=in_order(
            [read_as(columns.months, part) for _, part in pairs if months], columns.months, study
        ),
        folder=folder,
    )


def in_order(tables: list[pa.Table], schema: pa.Schema, study: Study) -> pd.DataFrame:
    """Return some parts as one table in the order of the study; a run that was lived twice is there once."""
    import pyarrow as pa

    frame = pa.concat_tables([schema.empty_table(), *tables]).to_pandas()
    rank = {name: k for k, name in enumerate(study.compared())}
    labels = [name for name in ("month", "replicate", "scenario", "point") if name in frame]
    ranks = [frame[name].map(rank) if name == "scenario" else frame[name] for name in labels]
    frame = frame.iloc[np.lexsort([column.to_numpy() for column in ranks])]
    return frame.drop_duplicates(labels, ignore_index=True)


def study_in(folder: Path) -> Study:
    """Return the study that a folder's results are of."""
    read_manifest(folder)
    return Study.load(folder / STUDY_FILE)


# --- tables ------------------------------------------------------------------------------------------------------------


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


# --- parts -------------------------------------------------------------------------------------------------------------


def parts(folder: Path) -> Iterator[tuple[tuple[Path, Path], Mark]]:
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


def points_in(folder: Path, study: Study) -> pd.DataFrame:
    """Return the design in a folder: index point, and a column of numbers for each factor of the study. Raises StoreError."""
    table = read_table(folder / POINTS).to_pandas()
    kinds = {name: table[name].dtype.kind for name in table}
    if sorted(table) != sorted(["point", *study.factors]) or set(kinds.values()) - set("iuf"):
        raise of_another_study(folder / POINTS)
    return table.set_index("point")[list(study.factors)]


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
    for (runs, _), mark in parts(folder):
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
    """Write a file that appears whole, and stays after a power cut, or not at all. Raises OutputError."""
    unfinished = path.with_name(f"{UNFINISHED}{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with unfinished.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
            sync_folder(path.parent)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from None


# --- the folder --------------------------------------------------------------------------------------------------------


def prepare(folder: Path, plan: Plan) -> None:
    """Make a folder the place of a study's results, or raise StoreError if it is the place of something else."""
    check_folder(folder, plan.study)
    manifest = read_manifest(folder) if (folder / MANIFEST).exists() else {"store": secrets.token_hex(8)}
    said = {**manifest, **manifest_of(plan)}
    if "plan" not in manifest:  # from now on the folder is known as ours, whatever happens
        put(folder / MANIFEST, as_json({**said, "plan": ""}))
    put_study(folder, plan)
    put(folder / MANIFEST, as_json(said))


def put_study(folder: Path, plan: Plan) -> None:
    """Write what is run: the study, its scenarios with the files that they name, and its points."""
    import pyarrow as pa

    study = plan.study
    if study.file:
        copy(Path(study.file), folder / "points.csv")
        study = study.model_copy(update={"file": "points.csv"})
    put(folder / STUDY_FILE, study.to_toml(whole=True).encode())
    for name, scenario in plan.scenarios.items():
        put(folder / SCENARIOS / f"{name}.toml", scenario.to_toml().encode())
        for file in scenario.files().values():
            copy(file, folder / SCENARIOS / file.relative_to(scenario.system.folder))
    put(folder / POINTS, as_parquet(pa.Table.from_pandas(plan.points.reset_index(), preserve_index=False)))


def copy(file: Path, to: Path) -> None:
    """Copy a file whole, unless it is there already."""
    if not (to.exists() and to.samefile(file)):
        put(to, file.read_bytes())


def check_folder(folder: Path, study: Study) -> None:
    """Raise StoreError or OutputError if results of a study cannot lie in a folder."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file: give a folder")
    if (folder / MANIFEST).exists():
        name = read_manifest(folder)["study"]
        if name != study.name:
            raise StoreError(
                f"{folder} holds the study {name!r}, and this is {study.name!r}: give another folder"
            )
    elif folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir()):
        raise StoreError(f"{folder} holds other files and no {MANIFEST}: give a new or empty folder")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return a folder's manifest. Raises StoreError for one of something else, or of a newer version."""
    path = folder / MANIFEST
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(said, dict) or said.get("what") != "ml_abm experiment":
            raise StoreError(
                f"{path} is not of an experiment: give a folder that `ml-abm experiment run` wrote"
            )
        if said["schema"] > SCHEMA:
            raise StoreError(
                f"{folder} was written by a newer version (ml_abm {said['ml_abm']}, schema {said['schema']}; this knows "
                f"schema {SCHEMA}): update ml_abm"
            )
        texts = all(isinstance(said[name], str) for name in ("store", "study", "plan", "model"))
        if not texts or not isinstance(said["planned"], int):
            raise damaged_manifest(path)
        return said
    except FileNotFoundError:
        raise StoreError(f"{folder} holds no {MANIFEST}: it is no folder of an experiment") from None
    except NotADirectoryError:
        raise StoreError(f"{folder} is a file: give the folder of its results") from None
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise error if isinstance(error, StoreError) else damaged_manifest(path) from None


def damaged_manifest(path: Path) -> StoreError:
    """Return the error for a manifest that is not what was written."""
    return StoreError(f"{path} is damaged: put back a copy, or give another folder")


def manifest_of(plan: Plan) -> dict[str, Any]:
    """Return what a manifest says: what it takes to live the runs again and to know what they are."""
    from ..compiled import model_stamp

    return {
        "what": "ml_abm experiment",
        "schema": SCHEMA,
        "study": plan.study.name,
        "plan": plan.stamp,
        "planned": len(plan.runs),
        "model": model_stamp(),
        "ml_abm": __version__,
        "python": platform.python_version(),
        "packages": {name: version_of(name) for name in PACKAGES},
        "machine": {"system": platform.system(), "machine": platform.machine()},
    }


def version_of(package: str) -> str:
    """Return the version of a package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def as_json(said: dict[str, Any]) -> bytes:
    """Return a manifest's bytes."""
    return (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode()


def sweep(folder: Path) -> None:
    """Remove what a killed process left unfinished: files under other names, and months without runs."""
    for place in (folder, folder / RUNS, folder / MONTHS, folder / SCENARIOS):
        for path in place.glob(f"{UNFINISHED}*"):
            path.unlink(missing_ok=True)
    for months in (folder / MONTHS).glob("part-*.parquet"):
        if not (folder / RUNS / months.name).exists():
            months.unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep a folder for this process, where the system can; the lock goes with the process, however it ends."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / ".lock").open("w")
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror}") from None
    with file:
        try:
            import fcntl

            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:  # not on this system
            pass
        except (BlockingIOError, PermissionError):
            raise StoreError(
                f"{folder} is being run by another process: wait for it, or give another folder"
            ) from None
        except OSError:  # a shared folder whose server keeps no locks
            pass
        yield
