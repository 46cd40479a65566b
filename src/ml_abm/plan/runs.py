"""Runs of packages: jobs with content keys, simulated on any engine, kept in memory and on disk to resume from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..assess.endgame import withdrawal
from ..assess.runs import PAYER, by_year
from ..assess.scaling_down import part_of, share_simulated
from ..calibration.uncertain import with_draw
from ..foundation.threads import cores
from ..runs import Engine, Job, Kept, Result, engine_of
from ..runs.keys import base_of, contents_of, hash_of, key_of
from ..runs.many import Keeper, Results, run_jobs
from ..scenario import Scenario
from ..simulation import Simulation
from ..system.memory import expected_teachers
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
    _run: Callable[[Sequence[PlanRun]], Results]
    _drawn: dict[int, Scenario] = field(default_factory=dict)
    _contents: dict[str, str] | None = None

    def of(self, pairs: Sequence[tuple[Package, int]]) -> list[Result]:
        """Return the result of each package in a draw, with the counts and the money of the whole system."""
        jobs = [self._job(package, draw) for package, draw in pairs]
        found = self._run(jobs)
        return [larger(found[job.key], self.share) for job in jobs]

    def _job(self, package: Package, draw: int) -> PlanRun:
        if self._contents is None:
            self._contents = contents_of(self.asked.scenario)
        scenario = taken(self._draw(draw), package, self.asked.choices.called)
        seed, months = self.seed * SEEDS_A_SEED + draw, self.asked.clock.months
        key = key_of(hash_of({**base_of(scenario, months, self._contents), "by": "plan"}), seed)
        return PlanRun(key, scenario, seed, months)

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
        memory: Results = {}
        keeper = Keeper(kept)

        def run(jobs: Sequence[PlanRun]) -> Results:
            new = {job.key: job for job in jobs if job.key not in memory}
            known = {key: there[key] for key in new if key in there}
            memory.update(known)
            on_runs(len(known))

            def take(results: Results) -> None:
                memory.update(results)
                keeper.add(results)
                on_runs(len(results))

            todo = [job for key, job in new.items() if key not in known]
            if todo:
                run_jobs(todo, len(todo), who, take)
            return memory

        try:
            yield lambda teachers: Simulator(what, share_simulated(what.scenario, teachers), seed, run)
        finally:
            keeper.write()


def pilot_cost(what: Asked) -> float:
    """Return what the pilot alone spends in its first year in USD: one run, in which trainers take on no more schools."""
    from ..assess.change import changed

    alone = changed(what.scenario, {"programme.training_capacity": "=0", "programme.capacity_growth": "=0"})
    run = Simulation(alone.replace({"timeline": []}), 0, threads=1).run_for(12)
    return float(np.sum(run.outcomes()["spending"]))
