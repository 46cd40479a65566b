"""Which folders does the package read back, what is in a good one, and who reads it? Experiments, checkpoints, kept runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ml_abm import checkpoint, experiments
from ml_abm.errors import InputError
from ml_abm.experiments.manifest import MANIFEST, signed
from ml_abm.runs import Kept
from ml_abm.runs.parts import digest_of
from ml_abm.scenario import Scenario

TINY = Scenario().replace(
    {
        "name": "tiny",
        "districts": 2,
        "schools": 8,
        "pilot_schools": 2,
        "pilot_districts": 1,
        "design_months": 0,
        "months": 6,
    }
)


@dataclass(frozen=True)
class Folder:
    """A kind of folder: how it is made, the files of it that are spoilt (patterns), and who reads it."""

    make: Callable[[Path], Any]
    spoilt: tuple[str, ...]
    read: Callable[[Path], Any]


def an_experiment(folder: Path) -> None:
    study = experiments.Study(
        name="small",
        scenario=TINY,
        factors={"tool_hours": {"values": [0, 3]}},
        outcomes=["adoption"],
        replicates=2,
    )
    experiments.run(study, folder, workers=1)


def read_experiment(folder: Path) -> None:
    """Read an experiment as it is, and with digests that are right, whatever it holds: whoever writes one by hand can work them out."""
    with TemporaryDirectory() as place:
        forged = Path(shutil.copytree(folder, Path(place) / "forged"))
        forge(forged)
        with suppress(InputError):
            read_all(forged)
    read_all(folder)


def read_all(folder: Path) -> None:
    experiments.status(folder)
    there = experiments.load(folder)
    for row in range(len(there.runs)):
        experiments.repeat_command(there, row)


def forge(folder: Path) -> None:
    for path in folder.glob("*/part-*.parquet"):
        path.rename(path.with_name(f"part-{digest_of(path.read_bytes())}.parquet"))
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        said["files"] = {name: digest_of((folder / name).read_bytes()) for name in said["files"]}
        said.pop("digest")
        (folder / MANIFEST).write_bytes(signed(said))
    except (ValueError, LookupError, TypeError, AttributeError, OSError, RecursionError):
        pass


def a_checkpoint(folder: Path) -> None:
    checkpoint.run(TINY, 3, 1, folder)


def read_checkpoint(folder: Path) -> None:
    """Read a checkpoint whose checksum is right, whatever it holds: whoever writes one by hand can work it out."""
    path = folder / checkpoint.FILE
    body = path.read_bytes()[:-64]
    path.write_bytes(body + blake2b(body).digest())
    checkpoint.load(folder)


def kept_runs(folder: Path) -> None:
    Kept(folder).add({"a": {"x": np.arange(40.0)}, "b": {"x": np.arange(3.0)}})


def read_kept_runs(folder: Path) -> None:
    """Read results whose digest is right, whatever they hold."""
    with TemporaryDirectory() as place:
        for path in folder.glob("part-*.parquet"):
            shutil.copy(path, Path(place) / f"part-{digest_of(path.read_bytes())}.parquet")
        for result in Kept(Path(place)).read().values():
            assert all(values.dtype == np.float64 for values in result.values())


FOLDERS = {
    "experiment": Folder(an_experiment, ("manifest.json", "study.toml", "points.parquet", "runs/*", "months/*"), read_experiment),
    "checkpoint": Folder(a_checkpoint, (checkpoint.FILE,), read_checkpoint),
    "kept runs": Folder(kept_runs, ("*.parquet",), read_kept_runs),
}  # fmt: skip
