"""Runs of an assessment: every variant in every draw, summed up by year, and kept to resume from (`runs/`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..foundation.threads import cores, worthwhile
from ..mechanisms.learning import lays
from ..runs import Engine, Job, Kept, Result, results_of
from ..runs.keys import base_of, contents_of, hash_of, key_of
from ..scenario import Scenario
from ..simulation import Simulation
from ..system.memory import expected_teachers
from ..system.smaller import part_of
from ..tables import CostLine
from .ensemble import Ensemble
from .variants import Variant

# Means over the months of each year.
MEANS = (
    "reach_ever", "reach_schools", "reach_in_use", "adoption", "fidelity", "reported_fidelity", "effective_coverage", "learning_sd", "reach_gap", "equity_gap", "pupils_reached",
    "institutionalisation", "data_quality", "strain", "coaching", "capacity", "community_support", "delivering",
    "lost_not_reached", "lost_unaware", "lost_untrained", "lost_overloaded", "lost_not_convinced", "lost_lapsed", "lost_left",
    "lost_low_fidelity", "funding_gap", "schools_enrolled",
)  # fmt: skip
LINES = tuple(f"spending_{line.name.lower()}" for line in CostLine)
SUMS = ("spending", *LINES)
PAYER = "paid by "
# What is counted in people, schools or money, and so is less where a part of a system is simulated.
COUNTED = {"spending", *LINES, "public", "pupils_reached", "pupils_taught", "lays", "schools_enrolled"}
# Runs side by side share threads better than schools of one run do, so a run has several only where it is so many times as large as pays alone:
# then it is memory that counts, which each run under way takes for itself.
RUNS_ARE_BETTER = 10
FOLDER = "assessed"

ByYear = Mapping[str, np.ndarray]  # outcome: (draws, years)


@dataclass(frozen=True)
class AssessmentRun(Job):
    """One run of a variant in a draw; its result has outcomes by year."""

    scenario: Scenario
    seed: int
    months: int
    threads: int

    @property
    def teacher_months(self) -> float:
        """About how many teachers times months it simulates."""
        return expected_teachers(self.scenario) * self.months

    def run(self, check_stop: Callable[[int], None]) -> Result:
        """Simulate it."""
        run = Simulation(self.scenario, self.seed, threads=self.threads).run_for(self.months, check_stop)
        return by_year(run, self.scenario)


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
        return sum(len(outcomes["spending"]) for outcomes in self.found.values())

    def larger(self, share: float) -> Runs:
        """Return runs of a part of a system with the counts and the money of the whole."""

        def scaled_up(name: str, values: np.ndarray) -> np.ndarray:
            return values / share if name in COUNTED or name.startswith(PAYER) else values

        return Runs(
            {key: {n: scaled_up(n, v) for n, v in outcomes.items()} for key, outcomes in self.found.items()}
        )

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
    on_progress: Callable[[int], None] = lambda runs: None,
    pool: Executor | Engine | None = None,
) -> Runs:
    """Simulate every variant in its draws, in a share of the schools, on threads of its own or in a pool of others.

    With a folder, results are kept there and resumed from. `on_progress` is called with how many more runs are finished.
    """
    variants = list(variants)
    threads = 1 if pool else workers or cores()
    each = _threads_a_run(part_of(ensemble.scenarios[0], share), threads)
    jobs: dict[tuple[str, str], list[AssessmentRun]] = {variant.key: [] for variant in variants}
    for variant, job in jobs_of(variants, ensemble, months, share, each):
        jobs[variant].append(job)
    found = results_of(
        [job for of_it in jobs.values() for job in of_it],
        kept=Kept.below(folder, FOLDER) if folder else None,
        engine=pool or "local",
        workers=workers if pool else max(1, threads // each),
        on_progress=on_progress,
    )
    tables = {variant: together([found[job.key] for job in of_it]) for variant, of_it in jobs.items()}
    return Runs(tables).larger(share)


def jobs_of(
    variants: Iterable[Variant], ensemble: Ensemble, months: int, share: float, threads: int = 1
) -> Iterator[tuple[tuple[str, str], AssessmentRun]]:
    """Yield every run with the variant that it is of; variant by variant in the order of draws."""
    contents = contents_of(ensemble.scenarios[0])  # no variant changes a file, and one may be long
    for variant in variants:
        for draw in range(min(variant.draws, len(ensemble))):
            scenario = part_of(variant.build(ensemble.scenarios[draw]), share)
            seed = ensemble.seeds[draw]
            key = key_of(hash_of({**base_of(scenario, months, contents), "by": "year, with gaps"}), seed)
            yield variant.key, AssessmentRun(key, scenario, seed, months, threads)


def _threads_a_run(scenario: Scenario, threads: int) -> int:
    """Return how many threads a run is worth."""
    return worthwhile(threads, expected_teachers(scenario) / RUNS_ARE_BETTER)


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


def together(runs: list[Result]) -> dict[str, np.ndarray]:
    """Return runs of one variant as tables of draws by years; a payer whom some do not have pays nothing there."""
    names = dict.fromkeys(name for run in runs for name in run)
    return {name: np.array([run.get(name, np.zeros_like(run["spending"])) for run in runs]) for name in names}
