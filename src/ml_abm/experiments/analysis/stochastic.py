"""Variability between replicates: intervals, and the share of variance that is not the factors'.

Replicates are the independent units: what is estimated is estimated in each replicate by itself, and the spread of
these estimates gives the interval. So it holds under common random numbers. Where replicates differ by chance alone, an interval is that
of the mean, which more replicates narrow. Where each has a draw of what is not known, it holds most of the draws, which they do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

CONFIDENCE = 0.95
RESAMPLES = 400
SEED = 20161  # of resampling, so that the same runs give the same words


class Interval(NamedTuple):
    """A mean and its interval; arrays where several are estimated at once."""

    mean: Any
    low: Any
    high: Any


def over_replicates(estimates: Any) -> Interval:
    """Return mean and Student's interval of estimates whose last axis is the replicates (2 or more)."""
    estimates = np.asarray(estimates, float)
    mean = estimates.mean(axis=-1)
    # not scipy.stats.t.interval, which gives nan where all replicates are the same
    half = half_width(estimates.std(axis=-1, ddof=1), estimates.shape[-1])
    return Interval(mean, mean - half, mean + half)


def over_draws(estimates: Any) -> Interval:
    """Return mean and the middle 95% of estimates whose last axis is draws of what is not known."""
    estimates = np.asarray(estimates, float)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(estimates, [tail, 1 - tail], axis=-1)
    return Interval(estimates.mean(axis=-1), low, high)


def half_width(sd: Any, n: Any) -> Any:
    """Return half the length of Student's interval for a mean: t(n - 1) x sd / sqrt(n)."""
    from scipy.stats import t

    return t.ppf((1 + CONFIDENCE) / 2, np.asarray(n) - 1) * sd / np.sqrt(n)


def share_interval(share: Any, n: int) -> Interval:
    """Return a share of n trials with Wilson's interval, which stays within 0..1 and has a width at 0 and at 1.

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953. A tie counts half, and many shares are asked for at once: SciPy's
    `binomtest(...).proportion_ci("wilson")` takes one whole count, and a test holds this to it.
    """
    from scipy.stats import norm

    share = np.asarray(share, float)
    z2 = norm.ppf((1 + CONFIDENCE) / 2) ** 2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2) / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return Interval(share, np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0))


def resampled(n: int, times: int = RESAMPLES) -> Iterator[np.ndarray]:
    """Yield draws of n replicates with replacement: other chance events that could have been."""
    rng = np.random.default_rng(SEED)
    for _ in range(times):
        yield rng.integers(n, size=n)


@dataclass(frozen=True)
class ChanceVariance:
    """Parts of variance that are chance, in the unit of the outcome squared.

    Attributes
    ----------
    signal : variance between points, without chance.
    within : variance of single runs at a point.
    in_means : variance of the means of points that is chance and differs between points; chance that moves all points
        alike shifts the mean and is no part of it.
    """

    signal: float
    within: float
    in_means: float

    @property
    def of_runs(self) -> float:
        """Share of the variance of single runs that is chance, 0..1."""
        return ratio(self.within, self.signal + self.within)

    @property
    def of_means(self) -> float:
        """Share of the variance between means of points that is chance, 0..1: what an index may mistake for an effect."""
        return ratio(self.in_means, self.signal + self.in_means)


def variance_components(values: Any) -> ChanceVariance:
    """Return how much of a table of points by replicates is chance: a two-way analysis of variance, 2 replicates or more."""
    values = np.asarray(values, float)
    n_points, n_replicates = values.shape
    within = float(values.var(axis=1, ddof=1).mean())
    if n_points < 2:
        return ChanceVariance(0.0, within, 0.0)
    means = values.mean(axis=1)
    rest = values - means[:, None] - values.mean(axis=0) + values.mean()
    in_means = float((rest**2).sum() / ((n_points - 1) * (n_replicates - 1))) / n_replicates
    return ChanceVariance(max(0.0, float(means.var(ddof=1)) - in_means), within, in_means)


def ratio(part: float, whole: float) -> float:
    """Return a part of a whole, 0 of nothing."""
    return part / whole if whole > 0 else 0.0
