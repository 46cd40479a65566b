"""Repeating one run of a study by an ordinary command line, to the last bit."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..errors import StoreError
from ..parameters import find
from .plan import varied
from .store import SCENARIOS, Experiment

if TYPE_CHECKING:
    import pandas as pd


def kept_by_name(experiment: Experiment, scenario: str) -> list[str]:
    """Return the uncertain numbers that the scenarios of a study set, as options: no draw goes before them."""
    values = experiment.study.compared()[scenario].values()
    abouts = [find(name) for name in sorted(varied(experiment.study) - set(experiment.points))]
    return [
        word
        for about in abouts
        if about is not None and about.role == "uncertainty"
        for word in ("--set", f"{about.dotted}={values[about.name]!r}")
    ]


def repeat_command(experiment: Experiment, run: int | Mapping[str, Any] | pd.Series) -> str:
    """Return the `ml-abm run` that repeats a run, given its row in `experiment.runs` or the number of that row."""
    if experiment.folder is None:
        raise StoreError(
            f"{experiment.study.name} was not loaded from a folder: it has no scenario files to run"
        )
    row = experiment.runs.iloc[run] if isinstance(run, int) else run
    words = ["ml-abm", "run", str(experiment.folder / SCENARIOS / f"{row['scenario']}.toml")]
    words += ["--months", str(experiment.study.months), "--seed", str(row["seed"])]
    if experiment.study.draws:
        words += ["--draw", str(row["seed"]), *kept_by_name(experiment, row["scenario"])]
    for name, column in experiment.points.items():
        words += ["--set", f"{name}={column.loc[row['point']].item()!r}"]
    return shlex.join(words)
