"""Forecast of what a study takes: some of its runs are simulated and timed, the rest is multiplication."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
import pandas as pd

from ..runs import Result
from ..runs.parts import as_parquet
from .design import points
from .jobs import jobs_of
from .parts import tables_of
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
    plan = some_of(study)
    results: dict[str, Result] = {}
    begun = perf_counter()
    for job in jobs_of(plan, plan.runs):
        results[job.key] = job.run(lambda months: None)
        if perf_counter() - begun > SECONDS_PROBED:
            break
    each = (perf_counter() - begun) / len(results)
    size = sum(len(as_parquet(table)) for table in tables_of(plan, results))
    runs = count(study)
    return Forecast(runs, runs * each / min(workers, runs), runs * size / len(results), len(results))


def some_of(study: Study) -> Plan:
    """Return a plan of runs spread evenly over the points, scenarios and replicates of a study."""
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
    return Plan(study, scenarios, table, runs)
