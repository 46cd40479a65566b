"""What do the points say about the parameters together? Regression-adjusted ABC on learned summaries, zoomed in once.

1. Runs are drawn from the priors. The same runs serve every data set of the same points: the case, and synthetic truths that check the method.
2. Runs whose learned summaries are nearest to the case's are kept, nearer ones with more weight, and their parameters moved along a linear
   regression to where the case is (Beaumont, Zhang & Balding 2002).
3. More runs are drawn around what that gave, the prior's with them, and weighed back to the prior; step 2 is done again with all.

Parameters are in normal scores of their priors: nothing leaves its range, and 1 is a standard deviation of the prior.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..errors import FitError
from .priors import unit_sample
from .problem import Problem
from .simulations import Simulations, simulate_all
from .summaries import Learned, learn, observed_summaries, raw_summaries, true_summaries

if TYPE_CHECKING:
    import pandas as pd

RUNS, RUNS_OF_ZOOM, FEWEST_RUNS = 2000, 1000, 200
KEPT_SHARE, KEPT_LEAST = 0.10, 150
WIDER, OF_PRIOR = (
    1.5,
    0.1,
)  # the zoom is that much wider than the first posterior, and in part the prior again
DRAWS = 2000
FARTHEST = 3.0  # times off, of the nearest run at its worst point, from where on the model never matches

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Kept:
    """Runs kept by ABC: their rows, weights that sum to 1, and where regression moved what was wanted."""

    rows: np.ndarray
    weights: np.ndarray
    moved: np.ndarray

    @property
    def effective(self) -> float:
        """How many runs of equal weight would say as much."""
        return float(1 / np.square(self.weights).sum())

    def mean(self) -> np.ndarray:
        """Return the weighted mean of what was moved."""
        return self.weights @ self.moved

    def covariance(self) -> np.ndarray:
        """Return its weighted covariance."""
        return np.atleast_2d(np.cov(self.moved.T, aweights=self.weights))


@dataclass(frozen=True)
class Posterior:
    """What a fit gives: equally weighted draws as normal scores `z` and as `values`, (draws, unknowns).

    `prior_runs` are those of step 1 with their raw summaries `raw`: all that checks of the method need. `nearest` is how many times
    off the nearest run is at its worst point.
    """

    problem: Problem
    z: np.ndarray
    values: np.ndarray
    prior_runs: Simulations
    raw: np.ndarray
    all_runs: Simulations
    all_raw: np.ndarray
    kept: Kept
    nearest: float
    seed: int

    def table(self) -> pd.DataFrame:
        """Return the draws with the names of the parameters."""
        import pandas as pd

        return pd.DataFrame(self.values, columns=self.problem.names)


def fit(
    problem: Problem,
    seed: int = 1,
    *,
    runs: int = RUNS,
    zoom: int = RUNS_OF_ZOOM,
    workers: int | None = None,
    folder: Path | None = None,
    progress: Progress = lambda runs: None,
) -> Posterior:
    """Return the posterior of a problem.

    Parameters
    ----------
    problem : targets and unknowns.
    seed : all luck: draws, runs and reports.
    runs, zoom : simulations from the priors, and around the case; a zoom of 0 leaves that step out.
    workers : threads, all cores by default; they change no result.
    folder : where runs are kept, and gone on from.
    progress : told how many more runs are done, of runs + zoom.

    Raises FitError when no run comes near the case.
    """
    if runs < FEWEST_RUNS:
        raise FitError(f"{runs} runs are too few to fit with: {FEWEST_RUNS} or more")
    first = prior_runs(problem, seed, runs, workers=workers, folder=folder, progress=progress)
    raw = raw_summaries(problem, first, seed)
    nearest = nearest_run(problem, first)
    summaries = learn(raw, first.z)
    truth = observed_summaries(problem)
    kept = keep(summaries.of_runs, summaries.of(truth)[0], first.z)
    every, every_raw = first, raw
    if zoom:
        z, weights = _around(kept, first, zoom, seed)
        second = simulate_all(
            problem,
            z,
            seed * 2 + 1_000_003,
            workers=workers,
            folder=folder / "zoom" if folder else None,
            progress=progress,
        )
        every = first.joined(second)
        every_raw = np.concatenate([raw, raw_summaries(problem, second, seed + 1)])
        summaries = learn(every_raw, every.z)
        kept = keep(summaries.of_runs, summaries.of(truth)[0], every.z, weights)
    rng = np.random.default_rng([seed, 2])
    z = kept.moved[rng.choice(len(kept.rows), DRAWS, p=kept.weights)]
    return Posterior(problem, z, problem.values(z), first, raw, every, every_raw, kept, nearest, seed)


def prior_runs(
    problem: Problem,
    seed: int,
    runs: int,
    *,
    workers: int | None = None,
    folder: Path | None = None,
    progress: Progress = lambda runs: None,
) -> Simulations:
    """Return runs drawn evenly from the priors."""
    from scipy.special import ndtri

    z = ndtri(unit_sample(runs, len(problem.unknowns), seed))
    return simulate_all(problem, z, seed, workers=workers, folder=folder, progress=progress)


def keep(
    summaries: np.ndarray, truth: np.ndarray, wanted: np.ndarray, weights: np.ndarray | None = None
) -> Kept:
    """Return the runs nearest to the truth, with what is wanted moved along a regression on the summaries.

    Summaries are expectations in prior standard deviations, so one that says little varies little and counts for little.
    """
    distance = np.sqrt(np.square(summaries - truth).sum(axis=1))
    n = min(len(distance) - 1, max(KEPT_LEAST, round(KEPT_SHARE * len(distance))))
    rows = np.argpartition(distance, n)[:n]
    edge = np.partition(distance, n)[n]
    near = 1 - np.square(distance[rows] / max(edge, 1e-12))
    near = near if weights is None else near * weights[rows]
    near = np.maximum(near, 1e-12) / np.maximum(near, 1e-12).sum()
    away = summaries[rows] - truth
    design = np.column_stack([np.ones(n), away]) * np.sqrt(near)[:, None]
    line = np.linalg.lstsq(design, wanted[rows] * np.sqrt(near)[:, None], rcond=1e-8)[0]
    return Kept(rows, near, line[0] + _widened(wanted[rows] - line[0] - away @ line[1:], near, len(line)))


def _widened(residuals: np.ndarray, weights: np.ndarray, coefficients: int) -> np.ndarray:
    """Return residuals as wide as they would be about the true line: a line fitted to few runs lies too near to them."""
    n = 1 / np.square(weights).sum()
    return residuals * np.sqrt(n / max(n - coefficients, n / 4))


def _around(kept: Kept, first: Simulations, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return n draws around a posterior, some of them from the prior, and the weights that bring old and new runs back to the prior."""
    from scipy.stats import multivariate_normal

    rng = np.random.default_rng([seed, 1])
    d = first.z.shape[1]
    centre = multivariate_normal(*_wider(kept))
    n_prior = round(OF_PRIOR * n)
    z = np.concatenate(
        [centre.rvs(n - n_prior, random_state=rng).reshape(-1, d), rng.standard_normal((n_prior, d))]
    )
    every = np.concatenate([first.z, z])
    prior = multivariate_normal(np.zeros(d), np.eye(d)).logpdf(every)
    around = centre.logpdf(every)
    n_all = len(every)
    shares = np.log([(len(first) + n_prior) / n_all, (n - n_prior) / n_all])
    drawn = np.logaddexp(shares[0] + prior, shares[1] + around)
    return z, np.exp(prior - drawn)


def _wider(kept: Kept) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and covariance to draw from: wider than what was kept, and the prior's own in directions that would be as wide as it.

    So weights differ only in what the data know, and few draws do not end up with all the weight.
    """
    variance, axes = np.linalg.eigh(kept.covariance())
    wide = np.clip(WIDER**2 * variance, 1e-6, 1.0)
    middle = np.where(wide < 1.0, axes.T @ kept.mean(), 0.0)
    return axes @ middle, (axes * wide) @ axes.T


def nearest_run(problem: Problem, runs: Simulations) -> float:
    """Return how many times off the nearest run is at its worst point, surveys left aside. Raises FitError when it is too far."""
    where = [(target.series, k) for target in problem.targets for k in range(len(target.series))]
    away = np.abs(true_summaries(problem, runs) - observed_summaries(problem))[:, : len(where)]
    off, worst = away.max(axis=1), away.argmax(axis=1)
    best = int(off.argmin())
    times = float(np.exp(off[best]))
    if times > FARTHEST:
        series, k = where[worst[best]]
        raise FitError(
            f"{series.name}: none of {len(runs):,} runs comes near the points: the nearest is off by a factor of {times:.1f} "
            f"in {series.years[k]:.1f}: widen the priors, or look at the scenario"
        )
    return times


def learned(posterior: Posterior) -> Learned:
    """Return the summaries learned from a posterior's prior runs alone: those that serve any data set."""
    return learn(posterior.raw, posterior.prior_runs.z)
