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

import secrets
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .. import folders
from ..errors import OutputError, StoreError
from .manifest import MANIFEST, as_json, manifest_of, read_manifest
from .parts import (
    MONTHS,
    RETIRED,
    RUNS,
    as_parquet,
    columns_of,
    of_another_study,
    parts_in,
    put,
    read_as,
    read_table,
)
from .study import STUDY_FILE, Study

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from .plan import Plan

POINTS, POINTS_GIVEN, SCENARIOS = "points.parquet", "points.csv", "scenarios"
# All that is read, replaced or deleted in a folder of results.
OWN = (MANIFEST, STUDY_FILE, POINTS, POINTS_GIVEN, SCENARIOS, RUNS, MONTHS, RETIRED)


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
    check_own(folder)
    study = study_in(folder)
    pairs = [pair for pair, mark in parts_in(folder) if mark.plan == read_manifest(folder)["plan"]]
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


def points_in(folder: Path, study: Study) -> pd.DataFrame:
    """Return the design in a folder: index point, and a column of numbers for each factor of the study. Raises StoreError."""
    table = read_table(folder / POINTS).to_pandas()
    kinds = {name: table[name].dtype.kind for name in table}
    if sorted(table) != sorted(["point", *study.factors]) or set(kinds.values()) - set("iuf"):
        raise of_another_study(folder / POINTS)
    return table.set_index("point")[list(study.factors)]


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
        copy(Path(study.file), folder / POINTS_GIVEN)
        study = study.model_copy(update={"file": POINTS_GIVEN})
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
    check_own(folder)
    if (folder / MANIFEST).exists():
        name = read_manifest(folder)["study"]
        if name != study.name:
            raise StoreError(
                f"{folder} holds the study {name!r}, and this is {study.name!r}: give another folder"
            )
    elif folder.is_dir() and any(not path.name.startswith(".") for path in folder.iterdir()):
        raise StoreError(f"{folder} holds other files and no {MANIFEST}: give a new or empty folder")


def check_own(folder: Path) -> None:
    """Raise StoreError for a folder of results in which something leads out of it, such as a symbolic link."""
    folders.check_own(folder, OWN, StoreError)


def sweep(folder: Path) -> None:
    """Remove what a killed process left unfinished: files under other names, and months without runs. Raises OutputError."""
    for place in (RUNS, MONTHS, SCENARIOS):
        folders.sweep(folder / place, "")
    for months in (folder / MONTHS).glob("part-*.parquet"):
        if not (folder / RUNS / months.name).exists():
            folders.remove(months)


def locked(folder: Path) -> AbstractContextManager[None]:
    """Keep a folder of results for this process. Raises StoreError if another one has it."""
    return folders.locked(folder, OWN, StoreError)
