"""Runs of packages: jobs with content keys, simulated on any engine, kept in memory and on disk to resume from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from ..assess.change import changed
from ..assess.endgame import withdrawal
from ..assess.runs import PAYER, by_year
from ..calibration.uncertain import with_draw
from ..foundation.threads import cores
from ..runs import Engine, Job, Kept, Result, engine_of
from ..runs.keys import base_of, contents_of, hash_of, key_of
from ..runs.many import Keeper, Results, run_jobs
from ..scenario import Scenario
from ..simulation import Simulation
from ..system.memory import expected_teachers
from ..system.smaller import part_of, share_simulated
from .asked import Asked
from .packages import Package, taken

FOLDER = "planned"
YEARLY = (
    "reach_schools", "adoption", "fidelity", "government_share", "effective_coverage", "learning_sd", "schools_enrolled", "spending",
)  # fmt: skip
COUNTED = ("spending", "schools_enrolled")  # less where a part of a system is simulated
GAP = "equity_gap"
SEEDS_A_SEED = 1_000_000  # draws that one seed of a plan has room for, chance included
DRAWS_A_SEED = 1_000
FRESH = 256  # of draws 0, 1, ... are searched with; from this one on, finalists are judged with


@dataclass(frozen=True)
class PlanRun(Job):
    """One run of a package in a draw; its result has outcomes by year."""

    scenario: Scenario
    seed: int
    months: int

    @property
    def teacher_months(self) -> float:
        """About how many teachers times months it simulates."""
        return expected_teachers(self.scenario) * self.months

    def run(self, check_stop: Callable[[int], None]) -> Result:
        """Simulate it."""
        run = Simulation(self.scenario, self.seed, threads=1).run_for(self.months, check_stop)
        found = by_year(run, self.scenario)
        kept = {name: v for name, v in found.items() if name in YEARLY or name.startswith(PAYER)}
        return {**kept, GAP: run.outcomes()[GAP].reshape(-1, 12).mean(axis=1)}


Run = Callable[[Iterable[PlanRun], int], Results]  # jobs, and how many they are; all results so far come back


@dataclass
class Simulator:
    """Simulates packages in draws of what is not known; one draw meets the same random seed in all packages.

    Attributes
    ----------
    asked : scenario, goal and levers.
    share : of the schools that is simulated.
    seed : of draws and chance events.
    """

    asked: Asked
    share: float
    seed: int
    _run: Run
    _keys: dict[tuple[Package, int], str] = field(default_factory=dict)
    _drawn: dict[int, Scenario] = field(default_factory=dict)

    def of(self, pairs: Sequence[tuple[Package, int]]) -> list[Result]:
        """Return the result of each package in a draw, with the counts and the money of the whole system."""
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._keys]
        found = self._run(self._jobs(new), len(new))
        return [larger(found[self._keys[pair]], self.share) for pair in pairs]

    def _jobs(self, pairs: Iterable[tuple[Package, int]]) -> Iterator[PlanRun]:
        """Yield jobs one by one, so that they are made while others are simulated."""
        months = self.asked.clock.months
        for package, draw in pairs:
            scenario = taken(self._draw(draw), package, self.asked.choices.called)
            seed = self.seed * SEEDS_A_SEED + draw
            key = key_of(hash_of({**base_of(scenario, months, self._contents), "by": "plan"}), seed)
            self._keys[package, draw] = key
            yield PlanRun(key, scenario, seed, months)

    @cached_property
    def _contents(self) -> dict[str, str]:
        return contents_of(self.asked.scenario)

    def _draw(self, draw: int) -> Scenario:
        if draw not in self._drawn:
            whole = with_draw(self.asked.scenario, self.seed * DRAWS_A_SEED + draw)
            self._drawn[draw] = part_of(withdrawal(whole, 12 * self.asked.clock.by), self.share)
        return self._drawn[draw]


def larger(result: Result, share: float) -> Result:
    """Return a result with the counts and the money of the whole system."""
    return {n: v / share if n in COUNTED or n.startswith(PAYER) else v for n, v in result.items()}


@contextmanager
def simulators(
    what: Asked,
    seed: int,
    *,
    keep: Path | None = None,
    engine: str | Executor | Engine = "local",
    workers: int | None = None,
    on_runs: Callable[[int], None] = lambda runs: None,
) -> Iterator[Callable[[int], Simulator]]:
    """Yield a function from the most teachers that are simulated (0 is all) to the simulator of so many.

    With a folder, what it has is not simulated again, and more is added every few seconds. `on_runs` is called with how many more
    runs are finished.
    """
    kept = Kept.below(keep, FOLDER) if keep else None
    with kept.held() if kept else nullcontext(), engine_of(engine, workers or cores()) as who:
        there: Results = kept.read() if kept else {}
        keeper = Keeper(kept)

        def take(results: Results) -> None:
            there.update(results)
            keeper.add(results)
            on_runs(len(results))

        def run(jobs: Iterable[PlanRun], count: int) -> Results:
            asked_for: set[str] = set()

            def new() -> Iterator[PlanRun]:
                for job in jobs:
                    if job.key in there or job.key in asked_for:
                        on_runs(1)
                    else:
                        asked_for.add(job.key)
                        yield job

            run_jobs(new(), count, who, take)
            return there

        try:
            yield lambda teachers: Simulator(what, share_simulated(what.scenario, teachers), seed, run)
        finally:
            keeper.write()


def pilot_cost(what: Asked) -> float:
    """Return what the pilot alone spends in its first year in USD: one run, in which trainers take on no more schools."""
    alone = changed(what.scenario, {"programme.training_capacity": "=0", "programme.capacity_growth": "=0"})
    run = Simulation(alone.replace({"timeline": []}), 0, threads=1).run_for(12)
    return float(np.sum(run.outcomes()["spending"]))
