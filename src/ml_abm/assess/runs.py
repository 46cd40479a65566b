"""How are all runs of an assessment lived, summed up by year, and kept to go on from? On threads, as parts of Parquet.

A key says what a run is (all that is simulated, its seed, its months and the code of the model: `experiments/plan.py`), so runs that a folder
holds are never lived again, and an edited scenario lives what is new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from threading import Event as Flag

import numpy as np

from ..errors import StoreError
from ..experiments.batch import StoppedError
from ..experiments.parts import as_parquet, put, read_table
from ..experiments.plan import base_of, contents_of, hash_of, key_of
from ..folders import check_own
from ..mechanisms.learning import lays
from ..scenario import Scenario
from ..simulation import Simulation
from ..system.memory import expected_teachers
from ..tables import CostLine
from ..threads import cores, worthwhile
from .ensemble import Ensemble
from .thinning import part_of
from .variants import Variant

# Means over the months of each year.
MEANS = (
    "reach_ever", "reach_schools", "reach_in_use", "adoption", "fidelity", "reported_fidelity", "effective_coverage", "learning_sd", "pupils_reached",
    "institutionalisation", "data_quality", "strain", "coaching", "capacity", "community_support", "delivering",
    "lost_not_reached", "lost_unaware", "lost_untrained", "lost_overloaded", "lost_not_convinced", "lost_lapsed", "lost_left",
    "lost_low_fidelity", "funding_gap", "schools_enrolled",
)  # fmt: skip
LINES = tuple(f"spending_{line.name.lower()}" for line in CostLine)
SUMS = ("spending", *LINES)
PAYER = "paid by "
# What is counted in people, schools or money, and so is less where a part of a system is lived.
COUNTED = {"spending", *LINES, "public", "pupils_reached", "pupils_taught", "lays", "schools_enrolled"}
RUNS_A_PART = 50
# Runs side by side share threads better than schools of one run do, so a run has several only where it is so many times as large as pays alone:
# then it is memory that counts, which each run under way takes for itself.
RUNS_ARE_BETTER = 10
FOLDER = "assessed"

Lived = Mapping[str, np.ndarray]  # outcome: (draws, years)


@dataclass(frozen=True)
class Job:
    """One run: of which variant and draw, what is lived, and its key."""

    variant: tuple[str, str]
    draw: int
    scenario: Scenario
    seed: int
    key: str


@dataclass(frozen=True)
class Runs:
    """All runs by variant; each outcome is a table of draws by years."""

    found: dict[tuple[str, str], dict[str, np.ndarray]]

    def __getitem__(self, key: tuple[str, str]) -> dict[str, np.ndarray]:
        """Return one variant's outcomes."""
        return self.found[key]

    def __contains__(self, key: object) -> bool:
        """Return whether a variant was run."""
        return key in self.found

    def of(self, part: str) -> list[str]:
        """Return the names of the variants of one part, in the order in which they were asked for."""
        return [name for group, name in self.found if group == part]

    def count(self) -> int:
        """Return the number of runs."""
        return sum(len(lived["spending"]) for lived in self.found.values())

    def larger(self, share: float) -> Runs:
        """Return runs of a part of a system with the counts and the money of the whole."""

        def told(name: str, values: np.ndarray) -> np.ndarray:
            return values / share if name in COUNTED or name.startswith(PAYER) else values

        return Runs({key: {n: told(n, v) for n, v in lived.items()} for key, lived in self.found.items()})

    def joined(self, other: Runs) -> Runs:
        """Return these runs and others."""
        return Runs({**self.found, **other.found})


def run_all(
    variants: Iterable[Variant],
    ensemble: Ensemble,
    months: int,
    *,
    share: float = 1.0,
    workers: int | None = None,
    folder: Path | None = None,
    told: Callable[[int], None] = lambda runs: None,
    pool: Executor | None = None,
) -> Runs:
    """Live every variant in its draws, in a share of the schools, on threads of its own or in a pool of others.

    With a folder, parts are kept there and gone on from.
    """
    variants = list(variants)
    kept = read_kept(folder, months) if folder else {}
    jobs = list(jobs_of(variants, ensemble, months, share))
    told(sum(job.key in kept for job in jobs))
    todo = {job.key: job for job in jobs if job.key not in kept}  # alike runs are lived once
    alike = Counter(job.key for job in jobs)
    for part in lived_parts(list(todo.values()), months, workers, lambda key: told(alike[key]), pool):
        kept |= part
        if folder:
            keep(folder, part)
    of: dict[tuple[str, str], list[str]] = {variant.key: [] for variant in variants}
    for job in jobs:
        of[job.variant].append(job.key)
    return Runs({variant: together([kept[key] for key in keys]) for variant, keys in of.items()}).larger(
        share
    )


def jobs_of(variants: Iterable[Variant], ensemble: Ensemble, months: int, share: float) -> Iterator[Job]:
    """Yield every run; variant by variant in the order of draws."""
    contents = contents_of(ensemble.scenarios[0])  # no variant changes a file, and one may be long
    for variant in variants:
        for draw in range(min(variant.draws, len(ensemble))):
            scenario = part_of(variant.build(ensemble.scenarios[draw]), share)
            seed = ensemble.seeds[draw]
            setting = hash_of(base_of(scenario, months, contents))
            yield Job(variant.key, draw, scenario, seed, key_of(setting, seed))


def lived_parts(
    jobs: list[Job],
    months: int,
    workers: int | None,
    told: Callable[[str], None],
    pool: Executor | None = None,
) -> Iterator[dict[str, dict[str, np.ndarray]]]:
    """Yield some runs at a time as they are finished; when interrupted, those of the part under way are left."""
    stop = Flag()
    threads = 1 if pool else workers or cores()
    largest = expected_teachers(jobs[0].scenario) if jobs else 0.0
    large = worthwhile(threads, largest / RUNS_ARE_BETTER)

    def one(job: Job) -> tuple[str, dict[str, np.ndarray]]:
        found = summed_up(job.scenario, job.seed, months, stop, large)
        told(job.key)
        return job.key, found

    own = pool or ThreadPoolExecutor(max(1, threads // large))
    try:
        for first in range(0, len(jobs), RUNS_A_PART):
            yield dict(own.map(one, jobs[first : first + RUNS_A_PART]))
    finally:
        stop.set()
        if own is not pool:
            own.shutdown(wait=True, cancel_futures=True)


def summed_up(
    scenario: Scenario, seed: int, months: int, stop: Flag, threads: int = 1
) -> dict[str, np.ndarray]:
    """Live one run; return its outcomes by year."""

    def heed(_: int) -> None:
        if stop.is_set():
            raise StoppedError

    heed(0)
    run = Simulation(scenario, seed, threads=threads).run_for(months, heed)
    return by_year(run, scenario)


def by_year(run: Simulation, scenario: Scenario) -> dict[str, np.ndarray]:
    """Return the outcomes of a run by year: means, sums of money, and what follows from them."""
    monthly, ledger = run.outcomes(), run.records()["record.ledger"]
    found = {name: monthly[name].reshape(-1, 12).mean(axis=1) for name in MEANS}
    found |= {name: monthly[name].reshape(-1, 12).sum(axis=1) for name in SUMS}
    payers = (
        ledger["spent_now"].reshape(-1, 12, len(scenario.funders)).sum(axis=1)
        if scenario.funders
        else np.zeros((len(found["spending"]), 0))
    )
    for k, funder in enumerate(scenario.funders):
        found[PAYER + funder.name] = payers[:, k]
    public = [k for k, funder in enumerate(scenario.funders) if funder.public]
    pupils = float(run.system.schools["pupils"].sum())
    found["public"] = payers[:, public].sum(axis=1)
    spent = found["spending"]
    found["government_share"] = np.divide(found["public"], spent, out=np.zeros_like(spent), where=spent > 0)
    found["pupils_taught"] = found["effective_coverage"] * pupils
    found["lays"] = 12 * lays.py_func(found["learning_sd"], pupils, scenario.behaviour)
    return found


def together(runs: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Return runs of one variant as tables of draws by years; a payer whom some do not have pays nothing there."""
    names = dict.fromkeys(name for run in runs for name in run)
    return {name: np.array([run.get(name, np.zeros_like(run["spending"])) for run in runs]) for name in names}


def keep(folder: Path, part: dict[str, dict[str, np.ndarray]]) -> None:
    """Write some runs as one part that is whole or not there."""
    import pyarrow as pa

    rows = [
        (key, year, name, float(x))
        for key, run in part.items()
        for name, v in run.items()
        for year, x in enumerate(v)
    ]
    columns = list(zip(*rows, strict=True))
    table = pa.table(dict(zip(("key", "year", "outcome", "value"), map(list, columns), strict=True)))
    name = blake2b("".join(sorted(part)).encode(), digest_size=8).hexdigest()
    put(folder / FOLDER / f"part-{name}.parquet", as_parquet(table))


def read_kept(folder: Path, months: int) -> dict[str, dict[str, np.ndarray]]:
    """Return the runs that a folder holds, by key. Raises StoreError for a damaged part, or one that lies elsewhere."""
    check_own(folder, (FOLDER,), StoreError)
    found: dict[str, dict[str, np.ndarray]] = {}
    for path in sorted((folder / FOLDER).glob("part-*.parquet")):
        table = read_table(path)
        try:
            columns = [table[name].to_pylist() for name in ("key", "year", "outcome", "value")]
        except KeyError:
            raise StoreError(f"{path} is no part of an assessment: take it away from here") from None
        for key, year, name, value in zip(*columns, strict=True):
            found.setdefault(key, {}).setdefault(name, np.zeros(months // 12))
            if year < months // 12:
                found[key][name][year] = value
    return found
