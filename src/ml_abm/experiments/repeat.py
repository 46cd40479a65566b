"""Repeating one run of a study by an ordinary command line, to the last bit."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import StoreError
from .store import SCENARIOS, Experiment

if TYPE_CHECKING:
    import pandas as pd


def repeat_command(experiment: Experiment, run: int | Mapping[str, Any] | pd.Series) -> str:
    """Return the `ml-abm run` that repeats a run, given its row in `experiment.runs` or the number of that row."""
    if experiment.folder is None:
        raise StoreError(
            f"{experiment.study.name} was not loaded from a folder: it has no scenario files to run"
        )
    row = experiment.runs.iloc[run] if isinstance(run, int) else run
    words = ["ml-abm", "run", str(experiment.folder / SCENARIOS / f"{row['scenario']}.toml")]
    words += ["--months", str(experiment.study.months), "--seed", str(row["seed"])]
    for name, column in experiment.points.items():
        words += ["--set", f"{name}={column.loc[row['point']].item()!r}"]
    return shlex.join(words)
