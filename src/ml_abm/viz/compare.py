"""Comparison of plans: each run many times in the background, run by run under common random numbers.

A run of a plan is the run of `plan.as_scenario()`, to the bit, mid-run moves included. Runs are jobs of `runs/`, on an executor that serves all
sessions in turn; a batch is dropped between two months when its session goes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from ..calibration.uncertain import with_draw
from ..errors import EngineError
from ..experiments.analysis.stochastic import over_draws
from ..foundation.threads import cores
from ..outcomes import describe, lost
from ..runs import Engine, Job, Result, results_of
from ..runs.engines import on_executor
from ..runs.many import Results, StoppedError
from ..simulation import Simulation
from ..system.memory import expected_teachers
from .background import POOL, Turns
from .counterfactual import ADDED, OUTCOMES, Counterfactual, counterfactual
from .plan import Plan
from .running_plan import COLUMNS

FEWEST, MOST = 8, 40  # runs of a plan
SECONDS = 10.0  # that a comparison may take about
MASS = 0.9  # of runs in a band
# Measured on two shared cores: what a teacher costs a month, a run costs besides, and building costs a teacher (seconds).
A_TEACHER_MONTH, A_RUN, A_TEACHER_BUILT = 150e-9, 0.02, 400e-9
MONTHS_A_CALL = 12  # simulated between two checks for cancellation


class Interval(NamedTuple):
    """A mean, and the middle 95% of paired runs: they differ by chance and by what is not known."""

    mean: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Whether the whole interval is on one side of nothing."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Moved:
    """One barrier of the loss funnel, or "delivering": its share of teachers under A and B in a month, and B less A.

    `teachers` is the difference in teachers, with the same interval times the mean number of teachers.
    """

    barrier: str
    a: float
    b: float
    share: Interval
    teachers: Interval


@dataclass(frozen=True)
class Comparison:
    """One plan many times, or two under the same random seed.

    Attributes
    ----------
    plans : the one or two plans.
    seeds : the random seed of each run; the same for both plans.
    values : float64 (plans, runs, months, outcomes), in the order of `life.COLUMNS`: outcomes, and what the programme adds to some.
    teachers : mean number of teachers.
    """

    plans: tuple[Plan, ...]
    seeds: tuple[int, ...]
    values: np.ndarray
    teachers: float

    @property
    def months(self) -> int:
        """Months of each run."""
        return self.values.shape[2]

    def band(self, outcome: str, plan: int = 0) -> np.ndarray:
        """Return low, median and high of an outcome by month over 90% of the runs of a plan: (3, months)."""
        tail = (1 - MASS) / 2
        return np.quantile(self._of(outcome)[plan], [tail, 0.5, 1 - tail], axis=0)

    def bands_message(self, plan: int = 0) -> dict[str, Any]:
        """Return the message with the bands of a plan (`frame.py`), to five digits."""
        bands = {name: self.band(name, plan) for name in COLUMNS}
        outcomes = {
            name: {"low": _short(low), "high": _short(high)} for name, (low, _, high) in bands.items()
        }
        return {"kind": "bands", "plan": plan, "outcomes": outcomes}

    def differences(self, outcome: str) -> np.ndarray:
        """Return B less A by month: mean, low and high of the paired difference: (3, months)."""
        a, b = self._of(outcome)
        return np.stack(paired(b - a))

    def difference(self, outcome: str, month: int | None = None) -> Interval:
        """Return B less A at the end of a month (0, 1, ...), the last by default."""
        return Interval(*self.differences(outcome)[:, -1 if month is None else month].tolist())

    def better(self, outcome: str, month: int | None = None) -> float:
        """Return the share of pairs in which B is better than A; ties count half."""
        a, b = self._of(outcome)[:, :, -1 if month is None else month]
        sign = -1 if describe()[outcome].less_is_better else 1
        return float(((1 + np.sign(sign * (b - a))) / 2).mean())

    def explained(self, month: int | None = None) -> list[Moved]:
        """Return why the plans differ: every barrier with its share under both, the one that moved most first.

        The shares of all barriers and of "delivering" are 1 together, so what one loses others gain.
        """
        at = -1 if month is None else month
        found = [self._moved(name, at) for name in ("delivering", *lost())]
        return sorted(found, key=lambda moved: -abs(moved.share.mean))

    def _moved(self, barrier: str, month: int) -> Moved:
        a, b = self._of(barrier)[:, :, month].mean(axis=1).tolist()
        share = self.difference(barrier, month)
        return Moved(barrier, a, b, share, Interval(*(self.teachers * part for part in share)))

    def _of(self, outcome: str) -> np.ndarray:
        return self.values[..., COLUMNS.index(outcome)]


def _short(values: np.ndarray) -> list[float]:
    return [float(f"{value:.5g}") for value in values.tolist()]


def paired(differences: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean, low and high over the first axis: the middle 95%."""
    return over_draws(np.moveaxis(differences, 0, -1))


def runs_for(plans: Sequence[Plan], months: int) -> int:
    """Return how many runs of each plan fit in about as long as a comparison may take, at least 8 and at most 40."""
    one = sum(
        A_RUN + expected_teachers(plan.scenario) * (A_TEACHER_BUILT + A_TEACHER_MONTH * months)
        for plan in (*plans, plans[0])  # and the same schools without the programme
    )
    return int(min(MOST, max(FEWEST, SECONDS * min(cores(), 2) / one)))


@dataclass(frozen=True)
class PlanRun(Job):
    """One run of a plan; its result has the curves by month, float64 (months, COLUMNS), and the number of teachers.

    `without` holds runs without the programme, so that both plans of a pair share theirs.
    """

    plan: Plan
    seed: int
    months: int
    wanted: Callable[[], bool] = lambda: True
    without: set[Counterfactual] = field(default_factory=set)

    @property
    def teacher_months(self) -> float:
        """About how many teachers times months it simulates."""
        return expected_teachers(self.plan.scenario) * self.months

    def run(self, check_stop: Callable[[int], None]) -> Result:
        """Simulate it. Raises StoppedError if no one wants it any more."""
        run, without = Simulation(self.plan.as_scenario(), self.seed), counterfactual(self.plan, self.seed)
        self.without.add(without)
        while run.month < self.months:
            check_stop(run.month)
            if not self.wanted():
                raise StoppedError
            run.run_for(min(MONTHS_A_CALL, self.months - run.month))
            without.until(run.month)
        found = run.outcomes()
        added = (found[name] - without.curve(name, self.months) for name in ADDED.values())
        curves = np.column_stack([*(found[name] for name in OUTCOMES), *added])
        return {"curves": curves, "teachers": np.array(len(run.system.teachers))}


def with_draw_of(plan: Plan, seed: int) -> Plan:
    """Return a plan with the draw of a seed of all that is uncertain; levers that were moved stay where they were put."""
    return replace(plan, scenario=with_draw(plan.scenario, seed))


class Batch:
    """A comparison being made in the background.

    Parameters
    ----------
    plans : one plan, or two that meet the same random seed.
    months : months of each run; the scenario's own by default.
    drawn : returns a plan as it is for a seed, by default with the seed's draw of all that is uncertain; a fit takes its place.
    runs : runs of each plan; as many as fit in some seconds by default. Random seeds are the plans' seed and those that follow it.
    progress : called, in a background thread, with how many runs are done of how many.
    done : called, in a background thread, with the `Comparison`, or the error that ended it; never after `cancel`.
    """

    def __init__(
        self,
        plans: Sequence[Plan],
        *,
        months: int | None = None,
        runs: int | None = None,
        drawn: Callable[[Plan, int], Plan] = with_draw_of,
        progress: Callable[[int, int], None] = lambda done, of: None,
        done: Callable[[Comparison | Exception], None] = lambda comparison: None,
    ) -> None:
        self.plans = tuple(plans)
        self.months = months or self.plans[0].scenario.months
        n = runs or runs_for(self.plans, self.months)
        self.seeds = tuple(range(self.plans[0].seed, self.plans[0].seed + n))
        self._drawn, self._progress, self._done = drawn, progress, done
        self._turns, self._cancelled, self._ended = Turns(), False, 0

    def start(self) -> Batch:
        """Begin, after those that wait already."""
        threading.Thread(target=self._run, name="batch", daemon=True).start()
        return self

    def cancel(self) -> None:
        """Drop it: runs under way end within some months, and nothing more is reported."""
        self._cancelled = True
        self._turns.cancel()

    def jobs(self) -> list[PlanRun]:
        """Return the runs, those of a pair one after the other."""
        without: set[Counterfactual] = set()
        return [
            PlanRun(f"{k}/{seed}", self._drawn(plan, seed), seed, self.months, self._wanted, without)
            for seed in self.seeds
            for k, plan in enumerate(self.plans)
        ]

    def _wanted(self) -> bool:
        return not self._cancelled

    def _run(self) -> None:
        try:
            jobs = self.jobs()
            one_a_turn = Engine(partial(on_executor, self._turns, POOL.threads), 0.0)
            found = results_of(jobs, engine=one_a_turn, on_progress=partial(self._told, of=len(jobs)))
        except EngineError:  # cancelled
            return
        except Exception as error:
            self._report(error)
        else:
            if len(found) == len(jobs):  # fewer where it was cancelled
                self._report(self._comparison(jobs, found))

    def _told(self, more: int, of: int) -> None:
        self._ended += more
        if more and self._wanted():
            self._progress(self._ended, of)

    def _report(self, found: Comparison | Exception) -> None:
        if self._wanted():
            self._done(found)

    def _comparison(self, jobs: Sequence[PlanRun], found: Results) -> Comparison:
        curves = np.array([found[job.key]["curves"] for job in jobs])
        by_plan = curves.reshape(len(self.seeds), len(self.plans), self.months, len(COLUMNS)).swapaxes(0, 1)
        teachers = float(np.mean([found[job.key]["teachers"] for job in jobs]))
        return Comparison(self.plans, self.seeds, by_plan, teachers)
