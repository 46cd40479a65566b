"""Folders of results: Parquet files that are whole or not there, each with a digest.

manifest.json           what this is: schema, versions, machine, the study and its plan, digests of the files beside it
study.toml              the study, with all values of its scenario
scenarios/NAME.toml     each of the scenarios that are compared, for `ml-abm run`
points.parquet          the design: a row per point
runs/part-*.parquet     a row per run: its key, its place in the study, factors, outcomes of the last month
months/part-*.parquet   a row per run and month: outcomes
retired/                runs of an earlier version of the study; may be deleted

A file is written under another name and renamed when it is safe on disk (`parts.py`). Parts are named after their content, so the same runs
always give the same files.
"""

from __future__ import annotations

import secrets
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..errors import OutputError, StoreError
from ..foundation import folders
from ..runs.parts import PATTERN, as_parquet, digest_of, put
from .manifest import MANIFEST, manifest_of, read_manifest, signed
from .parts import (
    MONTHS,
    RETIRED,
    RUNS,
    columns_of,
    of_another_study,
    parts_in,
    read_as,
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

    `points` has index point and a column per factor; `runs` a row per run: key, point, scenario, replicate, seed, factors, outcomes of
    the last month; `months` a row per run and month: key, point, scenario, replicate, month, outcomes.
    """

    study: Study
    points: pd.DataFrame
    runs: pd.DataFrame
    months: pd.DataFrame
    folder: Path | None = None


def load(folder: str | Path, *, months: bool = True) -> Experiment:
    """Return what is in a folder; of a study that is not finished, the runs that are. Raises StoreError in one line.

    Without `months` that table is left empty: a large study has a row of it per run and month.
    """
    folder = Path(folder)
    check_own(folder)
    study = study_in(folder)
    plan = read_manifest(folder)["plan"]
    pairs = [(part.runs, part.months) for part in parts_in(folder) if part.mark.plan == plan]
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
    """Return some parts as one table in the order of the study; a run that was simulated twice is there once."""
    import pyarrow as pa

    frame = pa.concat_tables([schema.empty_table(), *tables]).to_pandas()
    rank = {name: k for k, name in enumerate(study.compared())}
    labels = [name for name in ("month", "replicate", "scenario", "point") if name in frame]
    ranks = [frame[name].map(rank) if name == "scenario" else frame[name] for name in labels]
    frame = frame.iloc[np.lexsort([column.to_numpy() for column in ranks])]
    return frame.drop_duplicates(labels, ignore_index=True)


def study_in(folder: Path) -> Study:
    """Return the study that a folder's results are of. Raises StoreError if it, or a file beside it, is not the one that was run."""
    check_files(folder)
    return Study.load(folder / STUDY_FILE)


def check_files(folder: Path) -> None:
    """Raise StoreError unless all files that the manifest names are as they were written."""
    for name, digest in read_manifest(folder)["files"].items():
        path = folder / name
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise of_another_study(path)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise StoreError(f"{path} cannot be read: {error.strerror}") from None
        if digest_of(content) != digest:
            raise of_another_study(path)


def points_in(folder: Path, study: Study) -> pd.DataFrame:
    """Return the design in a folder: index point, and a column of numbers for each factor of the study. Raises StoreError."""
    import pandas as pd

    try:
        table = pd.read_parquet(folder / POINTS)
        kinds = {name: table[name].dtype.kind for name in table}
    except (OSError, ValueError, KeyError):
        raise of_another_study(folder / POINTS) from None
    if sorted(table) != sorted(["point", *study.factors]) or set(kinds.values()) - set("iuf"):
        raise of_another_study(folder / POINTS)
    return table.set_index("point")[list(study.factors)]


def prepare(folder: Path, plan: Plan) -> None:
    """Make a folder the place of a study's results, or raise StoreError if it is the place of something else."""
    check_folder(folder, plan.study)
    manifest = read_manifest(folder) if (folder / MANIFEST).exists() else {"store": secrets.token_hex(8)}
    said = {**manifest, **manifest_of(plan)}
    if "plan" not in manifest:  # from now on the folder is known as ours, whatever happens
        put(folder / MANIFEST, signed({**said, "plan": "", "files": {}}))
    put(folder / MANIFEST, signed({**said, "files": put_study(folder, plan)}))


def put_study(folder: Path, plan: Plan) -> dict[str, str]:
    """Write what is run: the study, its scenarios with the files that they name, and its points. Return each file's digest by its name."""
    files = files_of(plan)
    for name, content in files.items():
        path = folder / name
        if not (path.exists() and path.read_bytes() == content):
            put(path, content)
    return {name: digest_of(content) for name, content in files.items()}


def files_of(plan: Plan) -> dict[str, bytes]:
    """Return the content of all files that say what is run, by their names in the folder."""
    import pyarrow as pa

    study, files = plan.study, {}
    if study.file:
        files[POINTS_GIVEN] = Path(study.file).read_bytes()
        study = study.model_copy(update={"file": POINTS_GIVEN})
    files[STUDY_FILE] = study.to_toml(whole=True).encode()
    for name, scenario in plan.scenarios.items():
        files[f"{SCENARIOS}/{name}.toml"] = scenario.to_toml().encode()
        for file in scenario.files().values():
            inside = file.relative_to(scenario.system.folder).as_posix()
            files[f"{SCENARIOS}/{inside}"] = file.read_bytes()
    points = pa.Table.from_pandas(plan.points.reset_index(), preserve_index=False)
    files[POINTS] = as_parquet(points)
    return files


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
    """Remove what a killed process left unfinished: files under other names, and one table without the other. Raises OutputError."""
    for place in (RUNS, MONTHS, SCENARIOS):
        folders.sweep(folder / place, "")
    whole = list(parts_in(folder))
    for place, names in (
        (RUNS, {part.runs.name for part in whole}),
        (MONTHS, {part.months.name for part in whole}),
    ):
        for path in (folder / place).glob(PATTERN):
            if path.name not in names:
                folders.remove(path)


def locked(folder: Path) -> AbstractContextManager[None]:
    """Keep a folder of results for this process. Raises StoreError if another one has it."""
    return folders.locked(folder, OWN, StoreError)
