"""Exposure in a network as a cause of adoption: a hazard model, and a permutation test.

Of those who have not adopted, P(i adopts in t) has logit a_t + b E_i(t-1) + c x_i: a_t is free, so the curve of all explains nothing, and
E_i(t-1) is the share of those i looks to who had adopted before (discrete time: Allison 1982; exposure: Valente 1995). A period in which no one
or everyone who is left adopts, or all are exposed alike, says nothing about b. Those who look to no one have no exposure, not one of 0, and is left out.

The test compares Rao's score for b = 0 with that of networks in which people have changed places at random: the graph and the curve
stay, who is where does not. To permute the times of adoption over people is the same. p = (1 + as large) / (1 + permutations) (Phipson &
Smyth 2010). A small p says that people adopt after those they look to. It does not say why: friends who are alike adopt alike too (Shalizi &
Thomas 2011).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from ..errors import ListError
from ..networks.diffusion import exposure
from ..tables import Ties

PERMUTATIONS = 4999
MOST_PEOPLE = 5000  # ties are held as a square table
LIKE_NOTHING = 1e-9
PRIOR_SD = 10.0  # of coefficients: so wide that it only keeps them finite where the data do not


@dataclass(frozen=True)
class Hazard:
    """A fitted hazard: b and its standard error, for all against none of those looked to; twice the log of the likelihood ratio for b."""

    effect: float
    error: float
    likelihood_ratio: float
    person_periods: int

    def odds(self, share: float = 1 / 3) -> tuple[float, float, float]:
        """Return the odds ratio of so much more exposure, and the ends of its 90% interval."""
        ends = (self.effect + k * 1.645 * self.error for k in (0, -1, 1))
        middle, low, high = (float(np.exp(share * end)) for end in ends)
        return middle, low, high


@dataclass(frozen=True)
class ExposureTest:
    """What `permutation_test` finds. `statistic` is the observed score in standard deviations, `permuted` those of permuted networks."""

    people: int
    statistic: float
    permuted: np.ndarray
    hazard: Hazard

    @property
    def p(self) -> float:
        """The share of permuted networks with a score as large, the observed one counted with them."""
        as_large = int((self.permuted >= self.statistic - LIKE_NOTHING).sum())
        return (1 + as_large) / (1 + len(self.permuted))

    @property
    def p_error(self) -> float:
        """The standard error of p from the number of permutations."""
        return sqrt(self.p * (1 - self.p) / len(self.permuted))


def permutation_test(
    ties: Ties,
    times: np.ndarray,
    *,
    strata: np.ndarray | None = None,
    alone: bool = False,
    permutations: int = PERMUTATIONS,
    seed: int = 1,
) -> ExposureTest:
    """Return whether people adopt after those they look to, more than chance would have it.

    Parameters
    ----------
    ties : who looks to whom; direction counts.
    times : float (n,), the period of adoption in whole numbers, nan for never.
    strata : int (n,): people change places with those of the same stratum only, who is in one alone stays. By default with those of the same connected
        component (`components`): villages that share no tie may differ in how fast they adopt, which is no exposure.
    alone : whether the score counts who looks to no one, as exposed to nothing.
    permutations, seed : how many, and their chance.
    """
    times = _checked(ties, times)
    if permutations < 1:
        raise ListError(f"permutations = {permutations}: allowed 1 or more")
    looks = _table(ties)
    counted = (looks.sum(axis=1) > 0) | alone
    places = permuted_places(components(ties) if strata is None else np.asarray(strata), permutations, seed)
    return ExposureTest(
        int(counted.sum()),
        float(scores(looks, times[None], counted)[0]),
        scores(looks, times[places], counted),
        hazard(ties, times),
    )


def scores(looks: np.ndarray, times: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Return Rao's score for b = 0, with a_t free and without x, in standard deviations: (histories,).

    U = sum_t sum of E - mean E over those who adopt in t, the mean over all who could; Var U = sum_t h_t (1 - h_t) sum (E - mean E)^2,
    h_t the share who adopt of those who could. `looks` is 1 where row looks to column, `times` (histories, n), inf for never;
    `counted` (n,) says in which places people count.
    """
    shares = looks / np.maximum(1, looks.sum(axis=1))[:, None]
    score, variance = np.zeros(len(times)), np.zeros(len(times))
    for period in np.unique(times[np.isfinite(times)]):
        exposed = (times < period).astype(np.float64) @ shares.T
        left, adopts = (times >= period) & counted, (times == period) & counted
        n_left = np.maximum(1, left.sum(axis=1))
        chance = adopts.sum(axis=1) / n_left
        apart = np.where(left, exposed - ((exposed * left).sum(axis=1) / n_left)[:, None], 0.0)
        score += (apart * adopts).sum(axis=1)
        variance += chance * (1 - chance) * np.square(apart).sum(axis=1)
    return score / np.sqrt(np.where(variance > LIKE_NOTHING, variance, np.inf))


def permuted_places(strata: np.ndarray, permutations: int, seed: int) -> np.ndarray:
    """Return who is in each place in each permutation: int64 (permutations, n)."""
    rng = np.random.default_rng([seed, 38])
    places = np.tile(np.arange(len(strata)), (permutations, 1))
    for group in np.unique(strata):
        inside = np.flatnonzero(strata == group)
        places[:, inside] = rng.permuted(places[:, inside], axis=1)
    return places


def components(ties: Ties) -> np.ndarray:
    """Return the connected component of each person; the direction of ties does not count: int (n,)."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    n = len(ties.start) - 1
    looks = csr_array((np.ones(len(ties.neighbour)), ties.neighbour, ties.start), shape=(n, n))
    return np.asarray(connected_components(looks, directed=False)[1])


def by_number_of_ties(ties: Ties, groups: int = 3) -> np.ndarray:
    """Return strata of people with about as many ties, those without any in one of their own: int (n,)."""
    n_ties = np.diff(ties.start)
    some = n_ties[n_ties > 0]
    cuts = np.quantile(some, np.arange(1, groups) / groups) if len(some) else np.empty(0)
    return np.where(n_ties > 0, 1 + np.searchsorted(cuts, n_ties, side="left"), 0)


def hazard(ties: Ties, times: np.ndarray, covariates: np.ndarray | None = None) -> Hazard:
    """Return the fitted hazard; x is the logarithm of how many one looks to, and `covariates` (n, any) where given."""
    times = np.where(np.isnan(times), np.inf, times)
    n_ties = np.diff(ties.start)
    x = np.log(np.maximum(1, n_ties))[:, None]
    x = x if covariates is None else np.column_stack([x, covariates])
    rows, adopted = _person_periods(ties, times, x)
    if not len(rows):
        return Hazard(0.0, float("inf"), 0.0, 0)
    effect, error, fit = _logistic(rows, adopted)
    _, _, without = _logistic(rows[:, 1:], adopted)
    return Hazard(float(effect[0]), float(error[0]), max(0.0, 2 * (fit - without)), len(rows))


def _person_periods(ties: Ties, times: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a row for each person and period that can say something: exposure, covariates, a column a period; and who adopted."""
    periods = np.unique(times[np.isfinite(times)])
    exposed = exposure(ties, times, periods - 1)
    parts, adopted, of_period = [], [], []
    for k, period in enumerate(periods):
        left = np.flatnonzero((times >= period) & (np.diff(ties.start) > 0))
        adopts = times[left] == period
        if adopts.any() and not adopts.all() and np.ptp(exposed[left, k]) > 0:
            parts.append(np.column_stack([exposed[left, k], x[left]]))
            adopted.append(adopts)
            of_period.append(np.full(len(left), k))
    if not parts:
        return np.empty((0, 2)), np.empty(0)
    columns = np.concatenate(of_period)[:, None] == np.unique(np.concatenate(of_period))
    return np.column_stack([np.concatenate(parts), columns]), np.concatenate(adopted).astype(np.float64)


def _logistic(rows: np.ndarray, adopted: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return coefficients, their standard errors and the log-likelihood of a logistic regression."""
    from scipy.optimize import minimize
    from scipy.special import expit

    prior = np.eye(rows.shape[1]) / PRIOR_SD**2

    def loss(b: np.ndarray) -> float:
        return float(np.logaddexp(0, rows @ b).sum() - adopted @ (rows @ b) + b @ prior @ b / 2)

    def slope(b: np.ndarray) -> np.ndarray:
        return rows.T @ (expit(rows @ b) - adopted) + prior @ b

    def curvature(b: np.ndarray) -> np.ndarray:
        chance = expit(rows @ b)
        return (rows * (chance * (1 - chance))[:, None]).T @ rows + prior

    found = minimize(loss, np.zeros(rows.shape[1]), jac=slope, hess=curvature, method="trust-exact").x
    errors = np.sqrt(np.diag(np.linalg.inv(curvature(found))))
    return found, errors, float(adopted @ (rows @ found) - np.logaddexp(0, rows @ found).sum())


def _table(ties: Ties) -> np.ndarray:
    """Return who looks to whom as a table of 0 and 1: float64 (n, n)."""
    n = len(ties.start) - 1
    looks = np.zeros((n, n))
    looks[np.repeat(np.arange(n), np.diff(ties.start)), ties.neighbour] = 1.0
    return looks


def _checked(ties: Ties, times: np.ndarray) -> np.ndarray:
    """Return times with inf for never. Raises ListError for what cannot be tested."""
    times, n = np.asarray(times, np.float64), len(ties.start) - 1
    if times.shape != (n,):
        raise ListError(f"times has shape {times.shape}: give one time for each of the {n:,} people")
    if n > MOST_PEOPLE:
        raise ListError(f"{n:,} people: allowed at most {MOST_PEOPLE:,}")
    known = times[np.isfinite(times)]
    if not len(known) or (known != np.floor(known)).any():
        raise ListError("times: give whole periods, nan for those who never adopted")
    return np.where(np.isnan(times), np.inf, times)
