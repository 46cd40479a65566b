"""Estimates of differences between runs with the same draw and the same random seeds, with their intervals."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..experiments.analysis.stochastic import Interval, over_replicates, resampled
from .endgame import ByYear, Clock

SURE = 0.95  # of every interval


class Paired(NamedTuple):
    """A mean difference with its interval, and the share of draws in which it is above 0."""

    mean: float
    low: float
    high: float
    better: float

    @property
    def sure(self) -> int:
        """1 if the interval is above 0, -1 if below, 0 if it is too close to call."""
        return int(self.low > 0) - int(self.high < 0)


def paired(after: np.ndarray, before: np.ndarray) -> Paired:
    """Return the mean of after - before over draws, with Student's interval; before may have more draws."""
    difference = after - before[: len(after)]
    found = over_replicates(difference)
    return Paired(float(found.mean), float(found.low), float(found.high), float((difference > 0).mean()))


def mean_over(values: np.ndarray) -> Interval:
    """Return the mean over draws with Student's interval."""
    found = over_replicates(values)
    return Interval(float(found.mean), float(found.low), float(found.high))


def spread(values: np.ndarray) -> tuple[float, float, float]:
    """Return the median, and the ends of the middle 90% of draws."""
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
    return float(middle), float(low), float(high)


def all_years(outcomes: ByYear, name: str) -> np.ndarray:
    """Return the mean of an outcome over all years: (draws,)."""
    return outcomes[name].mean(axis=1)


def at_the_end(outcomes: ByYear, name: str, clock: Clock) -> np.ndarray:
    """Return the mean of an outcome over the year of the endgame and those after it: (draws,)."""
    return outcomes[name][:, clock.by - 1 :].mean(axis=1)


def ratio(gain: np.ndarray, cost: np.ndarray) -> Interval | None:
    """Return mean gain per mean cost with a bootstrap interval over draws; None where it is not sure that it costs anything."""
    if len(cost) < 2 or over_replicates(cost).low <= 0:
        return None
    # not scipy.stats.bootstrap: resamples in which nothing is spent have no ratio and are left out
    chosen = np.array(list(resampled(len(gain))))
    means = np.column_stack([gain[chosen].mean(axis=1), cost[chosen].mean(axis=1)])
    kept = means[means[:, 1] > 0]
    low, high = np.quantile(kept[:, 0] / kept[:, 1], ((1 - SURE) / 2, (1 + SURE) / 2))
    return Interval(float(gain.mean() / cost.mean()), float(low), float(high))


def not_surely_less(first: np.ndarray, other: np.ndarray) -> bool:
    """Return whether a change cannot be distinguished from the largest one in the same draws."""
    n = min(len(first), len(other))
    return first is other or paired(first[:n], other[:n]).low <= 0
