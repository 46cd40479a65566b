"""What will a study take? Some of its runs are lived and timed, the rest is multiplication."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from .batch import Batch, Run, batch_of, nobody_asks, outcomes_of, runs_of, settings
from .design import points
from .parts import as_parquet, tables_of
from .plan import Plan, check_count, check_lists, count, seeds_of
from .study import Study

RUNS_PROBED = 16
SECONDS_PROBED = 3.0


@dataclass(frozen=True)
class Forecast:
    """What a study takes from the beginning: runs, seconds on so many workers of this machine, bytes on disk."""

    runs: int
    seconds: float
    bytes: float
    probed: int


def forecast(study: Study, workers: int) -> Forecast:
    """Return what a study takes, from runs spread over all of it; nothing is written."""
    check_count(study)
    batch = some_of(study)
    lived: list[tuple[Run, np.ndarray]] = []
    begun = perf_counter()
    for run, scenario in settings(batch):
        lived.append((run, outcomes_of(batch, scenario, run.seed, nobody_asks)))
        if perf_counter() - begun > SECONDS_PROBED:
            break
    each = (perf_counter() - begun) / len(lived)
    size = sum(len(as_parquet(table)) for table in tables_of(batch, lived))
    runs = count(study)
    return Forecast(runs, runs * each / min(workers, runs), runs * size / len(lived), len(lived))


def some_of(study: Study) -> Batch:
    """Return a batch of runs spread evenly over the points, scenarios and replicates of a study."""
    scenarios, table, seeds = study.compared(), points(study), seeds_of(study)
    check_lists(scenarios, study)
    names = list(scenarios)
    n = min(RUNS_PROBED, count(study))
    chosen = [divmod(int(k), len(names) * len(seeds)) for k in np.linspace(0, count(study) - 1, n)]
    runs = pd.DataFrame(
        [
            (f"{k:024x}", point, names[rest // len(seeds)], rest % len(seeds), seeds[rest % len(seeds)])
            for k, (point, rest) in enumerate(chosen)
        ],
        columns=["key", "point", "scenario", "replicate", "seed"],
    )
    plan = Plan(study, scenarios, table, runs)
    return batch_of(plan, {"folder": Path(), "store": "", "plan": ""}, runs_of(plan, runs))
