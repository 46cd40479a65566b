"""Which folders does the package read back, what is in a good one, and who reads it? Experiments, checkpoints, kept runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pandas as pd

from ml_abm import checkpoint, experiments
from ml_abm.calibration.problem import problem_of, target_of
from ml_abm.calibration.simulations import MANIFEST, kept_part, make_ready
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
    experiments.status(folder)
    there = experiments.load(folder)
    for row in range(len(there.runs)):
        experiments.repeat_command(there, row)


def a_checkpoint(folder: Path) -> None:
    checkpoint.live(TINY, 3, 1, folder)


def read_checkpoint(folder: Path) -> None:
    """Read a checkpoint whose checksum is right, whatever it holds: whoever writes one by hand can work it out."""
    path = folder / checkpoint.FILE
    body = path.read_bytes()[:-64]
    path.write_bytes(body + blake2b(body).digest())
    checkpoint.load(folder)


@cache
def a_problem() -> Any:
    return problem_of([target_of(Scenario.preset("success-for-all"))])


def kept_runs(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    problem = a_problem()
    columns = [f"0.{month}" for month in range(problem.targets[0].last_month + 1)]
    pd.DataFrame([[1.0] * len(columns)] * 3, columns=columns).to_parquet(folder / "part-000000.parquet")
    (folder / MANIFEST).write_text(json.dumps({"fit": "x", "runs": 3}), encoding="utf-8")


def read_kept_runs(folder: Path) -> None:
    make_ready(folder, json.dumps({"fit": "x", "runs": 3}))
    counts = kept_part(a_problem(), folder / "part-000000.parquet", 3)
    assert all(len(target) == 3 for target in counts)


FOLDERS = {
    "experiment": Folder(an_experiment, ("manifest.json", "study.toml", "points.parquet", "runs/*", "months/*"), read_experiment),
    "checkpoint": Folder(a_checkpoint, (checkpoint.FILE,), read_checkpoint),
    "kept runs": Folder(kept_runs, (MANIFEST, "*.parquet"), read_kept_runs),
}  # fmt: skip
