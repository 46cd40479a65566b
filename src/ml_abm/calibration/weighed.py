"""Does a second, independent method give the same posterior? The runs themselves, weighed by how likely they make the reports.

Nothing is learned and nothing moved: each run counts by the likelihood of the reports given its own true counts and error of reports, and by
how much rarer it is among the runs than in the prior. With enough runs that is exact. With few, one or two would stand for all: then the reports
are taken as less exact (their likelihood to a power below 1) until so many runs share the weight, and the answer is wider than it should be.
It shares with the fit where runs were made, and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .emulator import variances
from .fit import Posterior
from .summaries import observed_summaries, true_summaries

if TYPE_CHECKING:
    import pandas as pd

LEAST_EFFECTIVE = 50


@dataclass(frozen=True)
class Weighed:
    """Runs, as normal scores, and their weights, which sum to 1; `power` is that of the likelihood."""

    z: np.ndarray
    weights: np.ndarray
    power: float

    @property
    def effective(self) -> float:
        """How many runs of equal weight would say as much."""
        return float(1 / np.square(self.weights).sum())


def weighed(posterior: Posterior, least: float = LEAST_EFFECTIVE) -> Weighed:
    """Return all runs of a fit with their weights; `least` is how many in effect have to share the weight."""
    runs = posterior.all_runs
    to_prior = _to_prior(posterior, runs.z)
    true = true_summaries(posterior.problem, runs)
    variance = variances(posterior.problem, runs.z, true)
    away = np.square(observed_summaries(posterior.problem) - true)
    likely = -0.5 * (away / variance + np.log(variance)).sum(axis=1)
    power = _power(to_prior, likely, least)
    return Weighed(runs.z, _shares(to_prior + power * likely), power)


def _to_prior(posterior: Posterior, z: np.ndarray) -> np.ndarray:
    """Return the logarithm of how much rarer each run is among all that were made than in the prior."""
    from scipy.special import logsumexp

    prior = -0.5 * (np.square(z).sum(axis=1) + z.shape[1] * np.log(2 * np.pi))
    of_prior = len(posterior.prior_runs) + sum(len(one.runs) - one.drawn for one in posterior.rounds)
    made = [np.log(of_prior) + prior]
    made += [np.log(one.drawn) + one.around.log_density(z) for one in posterior.rounds]
    return prior - logsumexp(made, axis=0)


def _shares(logs: np.ndarray) -> np.ndarray:
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def _power(to_prior: np.ndarray, likely: np.ndarray, least: float) -> float:
    """Return the largest power of the likelihood, to 1, with which so many runs share the weight."""
    low, high = 0.0, 1.0
    if 1 / np.square(_shares(to_prior + likely)).sum() >= least:
        return 1.0
    for _ in range(40):
        middle = (low + high) / 2
        enough = 1 / np.square(_shares(to_prior + middle * likely)).sum() >= least
        low, high = (middle, high) if enough else (low, middle)
    return low


def compare(posterior: Posterior, other: Weighed) -> pd.DataFrame:
    """Return mean and spread of each parameter in prior standard deviations by both methods, and how far the means are apart.

    `by chance` is how far apart they may be since so few runs make up the second, in two of three cases.
    """
    import pandas as pd

    mean = other.weights @ other.z
    sd = np.sqrt(other.weights @ np.square(other.z - mean))
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
