"""Comparison of plans: each run many times in the background, run by run under common random numbers.

A run of a plan is the run of `plan.as_scenario()`, to the bit, mid-run moves included. All sessions share one small pool, which serves
them in turn, and a batch is dropped between two months when its session goes.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from ..calibration.uncertain import with_draw
from ..experiments.analysis.stochastic import over_draws
from ..foundation.threads import cores
from ..outcomes import describe, lost
from ..simulation import Simulation
from ..system.memory import expected_teachers
from .background import POOL
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


def outcomes_of(
    plan: Plan, seed: int, months: int, wanted: Callable[[], bool] = lambda: True
) -> tuple[np.ndarray, int]:
    """Return the curves of one run of a plan by month, float64 (months, COLUMNS), and its teachers. Raises Dropped if no longer wanted."""
    run, without = Simulation(plan.as_scenario(), seed), counterfactual(plan, seed)
    while run.month < months:
        if not wanted():
            raise Dropped
        run.run_for(min(MONTHS_A_CALL, months - run.month))
        without.until(run.month)
    found = run.outcomes()
    added = (found[name] - without.curve(name, months) for name in ADDED.values())
    return np.column_stack([*(found[name] for name in OUTCOMES), *added]), len(run.system.teachers)


def with_draw_of(plan: Plan, seed: int) -> Plan:
    """Return a plan with the draw of a seed of all that is uncertain; levers that were moved stay where they were put."""
    return replace(plan, scenario=with_draw(plan.scenario, seed))


class Dropped(Exception):  # noqa: N818 - it is no error
    """No longer wanted."""


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
        self.cancelled = False
        self.began = perf_counter()
        self._drawn, self._progress, self._done = drawn, progress, done
        self._waiting = deque((k, r) for r in range(n) for k in range(len(self.plans)))
        self._of = len(self._waiting)
        self._values = np.empty((len(self.plans), n, self.months, len(COLUMNS)))
        self._teachers: list[int] = []
        self._without: set[Counterfactual] = set()  # held, so that both plans of a pair share theirs
        self._lock = threading.Lock()

    def start(self) -> Batch:
        """Begin, after those that wait already."""
        POOL.add(self)
        return self

    def cancel(self) -> None:
        """Drop it: runs under way end within some months, and nothing more is reported."""
        with self._lock:
            self.cancelled = True
            self._waiting.clear()
            self._without.clear()
            self._progress, self._done = (lambda done, of: None), (lambda comparison: None)

    # ---- called by the pool

    def take(self) -> tuple[int, int] | None:
        """Return the next run, plan and place, or None where all are taken."""
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def do(self, run: tuple[int, int]) -> None:
        """Simulate one run and report it."""
        k, place = run
        try:
            seed = self.seeds[place]
            plan = self._drawn(self.plans[k], seed)
            self._without.add(counterfactual(plan, seed))
            values, teachers = outcomes_of(plan, seed, self.months, lambda: not self.cancelled)
        except Dropped:
            return
        except Exception as error:
            report = self._done
            self.cancel()
            report(error)
            return
        with self._lock:
            self._values[k, place] = values
            self._teachers.append(teachers)
            n, progress, done = len(self._teachers), self._progress, self._done
        progress(n, self._of)
        if n == self._of:
            self._without.clear()
            done(Comparison(self.plans, self.seeds, self._values, float(np.mean(self._teachers))))
