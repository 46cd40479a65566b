"""Diffusion over a network: exposure, thresholds, infectiousness, hazards, adopter categories.

The statistics are those of Valente (1995, *Network models of the diffusion of innovations*) and Valente, Dyal, Chu, Wipfli &
Fujimoto (2015, Social Science & Medicine 145: 89-97), after Myers (2000, American Journal of Sociology 106: 173-208), as the R
package netdiffuseR 1.25 works them out (Vega Yon & Valente). Times of adoption are whole periods; who never adopted has nan.
Someone without ties is exposed to nothing: 0, as there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import ListError
from ..foundation.compiled import entry_point
from ..tables import Ties
from .statistics import ends

if TYPE_CHECKING:
    import pandas as pd

MOST_PERIODS = 10_000
BY_TIME = ("non-adopters", "early adopters", "early majority", "late majority", "laggards")
BY_THRESHOLD = ("no threshold", "very low", "low", "high", "very high")


@dataclass(frozen=True)
class Span:
    """The periods looked at, and how followers are counted in them.

    Parameters
    ----------
    first, last : the first and the last period.
    window : how many periods after (or before) an adoption still count.
    discount : weights of the k-th of them: 1 / k, or 1 / (1 + discount)^(k - 1) where a discount is given.
    normalised : whether the ratio is divided by how many adopted in those periods, weighted alike.
    """

    first: int
    last: int
    window: int = 1
    discount: float | None = None
    normalised: bool = True


@dataclass(frozen=True)
class DiffusionStatistics:
    """What `diffusion_statistics` finds.

    `people` has a row per node: adopted, threshold, infectiousness, susceptibility, category, threshold_category.
    `periods` has a row per period: adopters, cumulative, share, hazard, exposure (its mean), and moran if it was asked for.
    `exposure` has the exposure of each node in each period, float64 (n, n_periods).
    """

    people: pd.DataFrame
    periods: pd.DataFrame
    exposure: np.ndarray

    def categories(self) -> pd.DataFrame:
        """Return how many are in each category of time (rows) and of threshold (columns)."""
        import pandas as pd

        counts = pd.crosstab(self.people.category, self.people.threshold_category)
        return counts.reindex(index=BY_TIME, columns=BY_THRESHOLD, fill_value=0)


def diffusion_statistics(
    ties: Ties,
    adoption_times: np.ndarray,
    *,
    first: int | None = None,
    last: int | None = None,
    lag: int = 0,
    window: int = 1,
    discount: float | None = None,
    normalised: bool = True,
    moran: bool = False,
) -> DiffusionStatistics:
    """Return the statistics of one diffusion over one network that does not change.

    Parameters
    ----------
    ties : who looks to whom; direction counts.
    adoption_times : float (n,), the period of adoption, nan for those who never adopted.
    first, last : the first and the last period; those of the first and last adopter by default.
    lag : periods between exposure and adoption, for thresholds (see `thresholds`).
    window, discount, normalised : see `Span`.
    moran : whether Moran's I is worked out too; its cost grows with the square of the number of nodes.
    """
    import pandas as pd

    _check_options(first=first, last=last, lag=lag, window=window)
    if discount is not None and not 0 <= discount < np.inf:
        raise ListError(f"discount = {discount}: allowed numbers of 0 or more, or None for weights of 1 / k")
    times, first, last = _checked(ties, adoption_times, first, last)
    periods = np.arange(first, last + 1)
    exposed = exposure(ties, times, periods)
    at_adoption = thresholds(exposed, times, first, lag)
    span = Span(first, last, window, discount, normalised)
    people = pd.DataFrame(
        {
            "adopted": times,
            "threshold": at_adoption,
            "infectiousness": infectiousness(ties, times, span),
            "susceptibility": susceptibility(ties, times, span),
            "category": np.array(BY_TIME)[standing(times)],
            "threshold_category": np.array(BY_THRESHOLD)[standing(at_adoption)],
        }
    )
    adopted = np.array([(times <= period).sum() for period in periods])
    columns = {
        "adopters": np.diff(adopted, prepend=0),
        "cumulative": adopted,
        "share": adopted / max(1, len(times)),
        "hazard": hazards(adopted, len(times)),
        "exposure": exposed.mean(axis=0) if len(times) else np.zeros(len(periods)),
    }
    if moran:
        columns["moran"] = np.array([morans_i(ties, times <= period) for period in periods])
    return DiffusionStatistics(people, pd.DataFrame(columns, index=pd.Index(periods, name="period")), exposed)


def exposure(ties: Ties, times: np.ndarray, periods: np.ndarray) -> np.ndarray:
    """Return E_i(t) = sum_j x_ij a_j(t) / sum_j x_ij: the share of those one looks to who had adopted by period t.

    x_ij is 1 when i looks to j, a_j(t) is 1 from j's adoption on, that of the same period included (Valente 1995). It is 0
    without ties. Shape (n, n_periods).
    """
    n_ties = np.maximum(1, np.diff(ties.start))
    seen = np.empty((len(times), len(periods)))
    for column, period in enumerate(periods):
        adopted = (times <= period)[ties.neighbour]
        so_far = np.concatenate([[0], np.cumsum(adopted)])
        seen[:, column] = (so_far[ties.start[1:]] - so_far[ties.start[:-1]]) / n_ties
    return seen


def thresholds(exposed: np.ndarray, times: np.ndarray, first: int, lag: int = 0) -> np.ndarray:
    """Return each adopter's exposure `lag` periods before adoption; nan for non-adopters, and where that is before the first period.

    Without a lag those who adopt in the first period have one too, as in netdiffuseR, though no one saw what came before it.
    """
    at = times - first - lag
    there = np.isfinite(at) & (at >= 0) & (at < exposed.shape[1])
    found = np.full(len(times), np.nan)
    found[there] = exposed[np.flatnonzero(there), at[there].astype(np.int64)]
    return found


def infectiousness(ties: Ties, times: np.ndarray, span: Span) -> np.ndarray:
    """Return how far those who look to a node adopted right after it, of all who look to it and adopted later.

    I_i = sum_k sum_j x_ji z_j(t+k) / w_k  /  sum_k sum_j x_ji z_j(t+k..T) / w_k, with k = 1..window, t the adoption of i, z_j
    whether j adopted then, and 1 / w_k the weight of the k-th period. Normalised, it is divided by sum_k n(t+k) / w_k, n how many
    adopted then. nan for those who never adopted, 0 where no one could follow.
    Valente et al. 2015; Myers 2000; with k > 1, Vega Yon's "Time discounted infection and susceptibility" (netdiffuseR).
    """
    follower, leader = ends(ties)
    return _followed(leader, times[follower] - times[leader], times, 1, span)


def susceptibility(ties: Ties, times: np.ndarray, span: Span) -> np.ndarray:
    """Return how far those whom a node looks to adopted right before it, of all of them who adopted earlier.

    S_i = sum_k sum_j x_ij z_j(t-k) / w_k  /  sum_k sum_j x_ij z_j(1..t-k) / w_k; words as in `infectiousness`.
    netdiffuseR 1.25 counts those who never adopted in the denominator as if they had done so early (not a number is read as a
    very small one); the formula does not, and nor does this.
    """
    follower, leader = ends(ties)
    return _followed(follower, times[follower] - times[leader], times, -1, span)


def _followed(whose: np.ndarray, gap: np.ndarray, times: np.ndarray, ahead: int, span: Span) -> np.ndarray:
    """Return the ratio of both statistics.

    `whose` node a tie counts for, `gap` periods between its ends; `ahead` is 1 for what comes after an adoption, -1 for what came before.
    """
    n, n_periods = len(times), span.last - span.first + 1
    adopted = np.isfinite(times)
    new = np.bincount((times[adopted] - span.first).astype(np.int64), minlength=n_periods)
    room = span.last - times if ahead == 1 else times - span.first
    right_then, then_or_beyond, of_period = np.zeros(n), np.zeros(n), np.zeros(n)
    for k in range(1, min(span.window, n_periods - 1) + 1):
        weight = 1 / (k if span.discount is None else (1 + span.discount) ** (k - 1))
        possible = room >= k
        right_then += weight * possible * np.bincount(whose[gap == k], minlength=n)
        then_or_beyond += weight * possible * np.bincount(whose[gap >= k], minlength=n)
        period = np.where(possible, times + ahead * k - span.first, 0).astype(np.int64)
        of_period += weight * possible * new[period]
    ratio = right_then / np.where(then_or_beyond > 0, then_or_beyond, 1)
    if span.normalised:
        ratio /= np.where(of_period > 0, of_period, 1)
    return np.where(adopted, ratio, np.nan)


def hazards(cumulative: np.ndarray, n: int) -> np.ndarray:
    """Return (q_t - q_(t-1)) / (n - q_(t-1)), the share of those left who adopt in a period; 0 in the first (Allison 1984)."""
    left = n - cumulative[:-1]
    return np.concatenate([[0.0], np.diff(cumulative) / np.maximum(1, left)])


def standing(values: np.ndarray) -> np.ndarray:
    """Return 1 to 4 for values cut at mean - sd, mean and mean + sd, 0 for nan (Valente 1995); an edge is of the higher class."""
    known = values[np.isfinite(values)]
    if not len(known):
        return np.zeros(len(values), np.int64)
    sd = known.std(ddof=1) if len(known) > 1 else 0.0
    cuts = known.mean() + sd * np.array([-1, 0, 1])
    return np.where(np.isfinite(values), 1 + np.searchsorted(cuts, values, side="right"), 0)


def morans_i(ties: Ties, values: np.ndarray, reach: int = 6) -> float:
    """Return Moran's I of a number over the network: n / W sum_ij w_ij d_i d_j / sum_i d_i^2, d the distance from the mean.

    w_ij is 1 / the steps from i to j along ties, up to `reach`, and rows of w add up to 1 (0 for those who reach no one), W is their
    sum; so are the weights of netdiffuseR's summary. It is -1/(n - 1) by chance; nan where the number does not vary.
    """
    apart = values - np.mean(values)
    variation = float((apart**2).sum())
    if variation < 1e-12:
        return float("nan")
    total, weights = _moran_sums(ties.start, ties.neighbour, apart.astype(np.float64), reach)
    return len(values) / weights * total / variation if weights > 0 else float("nan")


@entry_point
def _moran_sums(start, neighbour, apart, reach):
    """Return the sum over pairs, and of weights, by a search in breadth from every row."""
    n = len(start) - 1
    steps = np.full(n, -1, np.int32)
    queue = np.empty(n, np.int32)
    total, rows = 0.0, 0.0
    for i in range(n):
        steps[i], queue[0] = 0, i
        head, tail = 0, 1
        weights, weighted = 0.0, 0.0
        while head < tail:
            j = queue[head]
            head += 1
            if steps[j] > 0:
                weights += 1 / steps[j]
                weighted += apart[j] / steps[j]
            if steps[j] < reach:
                for tie in range(start[j], start[j + 1]):
                    k = neighbour[tie]
                    if steps[k] < 0:
                        steps[k] = steps[j] + 1
                        queue[tail] = k
                        tail += 1
        for place in range(tail):
            steps[queue[place]] = -1
        if weights > 0:
            total += apart[i] * weighted / weights
            rows += 1
    return total, rows


def _check_options(**periods: int | None) -> None:
    """Raise ListError for periods, or numbers of them, that are not whole or too few."""
    least = {"lag": 0, "window": 1}
    for name, given in periods.items():
        whole = given is None or isinstance(given, int | np.integer)
        if not whole or (name in least and (given is None or given < least[name])):
            raise ListError(
                f"{name} = {given}: allowed whole numbers{f' from {least[name]}' if name in least else ''}"
            )


def _checked(
    ties: Ties, adoption_times: np.ndarray, first: int | None, last: int | None
) -> tuple[np.ndarray, int, int]:
    """Return times as floats, and the first and last period. Raises ListError for times that cannot be."""
    times = np.asarray(adoption_times, np.float64)
    n = len(ties.start) - 1
    if times.shape != (n,):
        raise ListError(f"adoption_times has shape {times.shape}: give one time for each of the {n:,} nodes")
    known = times[~np.isnan(times)]
    if not len(known) or not np.isfinite(known).all() or (known != np.floor(known)).any():
        raise ListError("adoption_times: give whole periods, nan for those who never adopted")
    first = int(known.min()) if first is None else first
    last = int(known.max()) if last is None else last
    if not first <= known.min() or not known.max() <= last or last - first >= MOST_PERIODS:
        raise ListError(
            f"adoption_times from {known.min():g} to {known.max():g} do not fit periods {first} to {last}: allowed at most "
            f"{MOST_PERIODS:,} periods that hold all times"
        )
    return times, first, last
