"""Does a second, independent method give the same posterior? The runs themselves, weighed by how likely they make the reports.

Nothing is learned and nothing moved: each run counts by the likelihood of the reports given its own true counts, with every error of reports that
the prior allows, and by how much rarer it is among the runs than in the prior. With enough runs that is exact. With few, one or two would stand for all: then the reports
are taken as less exact (their likelihood to a power below 1) until so many runs share the weight, and the answer is wider than it should be.
It shares with the fit where runs were made, and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .emulator import error_columns, variances
from .fit import Posterior
from .summaries import observed_summaries, true_summaries

if TYPE_CHECKING:
    import pandas as pd

    from .problem import Problem

LEAST_EFFECTIVE, ERRORS = 50, 25


@dataclass(frozen=True)
class Weighed:
    """Runs, as normal scores, each with every error of reports, and weights that sum to 1; `power` is that of the likelihood.

    `z` is (runs, errors, unknowns), `weights` (runs, errors).
    """

    z: np.ndarray
    weights: np.ndarray
    power: float

    @property
    def effective(self) -> float:
        """How many runs of equal weight would say as much."""
        return float(1 / np.square(self.weights.sum(axis=1)).sum())

    def moments(self) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and standard deviation of each unknown."""
        mean = np.einsum("re,rek->k", self.weights, self.z)
        return mean, np.sqrt(np.einsum("re,rek->k", self.weights, np.square(self.z - mean)))


def weighed(posterior: Posterior, least: float = LEAST_EFFECTIVE) -> Weighed:
    """Return all runs of a fit with their weights; `least` is how many in effect have to share the weight."""
    problem, runs = posterior.problem, posterior.all_runs
    true, columns = true_summaries(problem, runs), error_columns(problem)
    z = np.repeat(runs.z[:, None], ERRORS, axis=1)
    z[:, :, columns] = np.random.default_rng([posterior.seed, 10]).standard_normal((ERRORS, len(columns)))
    likely = np.column_stack([_likely(problem, z[:, e], true) for e in range(ERRORS)])
    to_prior = _to_prior(posterior, runs.z)[:, None]
    power = _power(to_prior, likely, least)
    return Weighed(z, _shares(to_prior + power * likely), power)


def _likely(problem: Problem, z: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Return the log-likelihood of the reports given the true counts of each run and its errors of reports: (runs,)."""
    variance = variances(problem, z, true)
    away = np.square(observed_summaries(problem) - true)
    return -0.5 * (away / variance + np.log(variance)).sum(axis=1)


def _to_prior(posterior: Posterior, z: np.ndarray) -> np.ndarray:
    """Return the logarithm of how much rarer each run is among all that were made than in the prior, its errors of reports left aside."""
    from scipy.special import logsumexp

    errors = error_columns(posterior.problem)
    columns = [k for k in range(z.shape[1]) if k not in errors]
    prior = -0.5 * (np.square(z[:, columns]).sum(axis=1) + len(columns) * np.log(2 * np.pi))
    of_prior = len(posterior.prior_runs) + sum(len(one.runs) - one.drawn for one in posterior.rounds)
    made = [np.log(of_prior) + prior]
    made += [np.log(one.drawn) + one.around.log_density(z, columns) for one in posterior.rounds]
    return prior - logsumexp(made, axis=0)


def _shares(logs: np.ndarray) -> np.ndarray:
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def _power(to_prior: np.ndarray, likely: np.ndarray, least: float) -> float:
    """Return the largest power of the likelihood, to 1, with which so many runs share the weight."""

    def enough(power: float) -> bool:
        shares = _shares(to_prior + power * likely).sum(axis=1)
        return bool(1 / np.square(shares).sum() >= least)

    if enough(1.0):
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if enough(middle) else (low, middle)
    return low


def compare(posterior: Posterior, other: Weighed) -> pd.DataFrame:
    """Return mean and spread of each parameter in prior standard deviations by both methods, and how far the means are apart.

    `by chance` is how far apart they may be since so few runs make up the second, in two of three cases.
    """
    import pandas as pd

    mean, sd = other.moments()
    columns = {
        "parameter": posterior.problem.names,
        "mean": posterior.z.mean(axis=0),
        "sd": posterior.z.std(axis=0),
        "weighed mean": mean,
        "weighed sd": sd,
    }
    table = pd.DataFrame(columns)
    apart = (table["mean"] - table["weighed mean"]).abs()
    return table.assign(apart=apart, **{"by chance": sd / np.sqrt(other.effective)})
