"""Checks of the posterior: scores of each study by the others, calibration on made-up studies, and how much each number was narrowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..calibration.quiet import arviz
from .emulator import Emulator
from .rounds import Inferred, Refit
from .weights import effective, shares, systematic

CHAINS, CLASSES = 20, 6  # draws for each point of simulation-based calibration, and classes of their ranks
DIRECTIONS, RIDGE = 25, 30.0
CERTAIN = -1e6  # standard errors by which a direction holds, so that it says nothing
RELIABLE = 0.7  # largest k of a Pareto tail at which smoothed weights can be trusted (Vehtari et al. 2024, JMLR 25:72)


@dataclass(frozen=True)
class Score:
    """How well a study is foretold by all others.

    Attributes
    ----------
    cluster : the trials that share the study.
    left_out : logarithm of the density of its findings given all others.
    prior, defaults : the same of the prior, and of the default numbers, which were set with a look at all of them.
    k : of the Pareto tail of the weights without it; above `RELIABLE` the score cannot be trusted.
    """

    cluster: str
    left_out: float
    prior: float
    defaults: float
    k: float


@dataclass(frozen=True)
class LeftOut:
    """What is left possible without a cluster of trials: values of the model (draws, figures), their weights (draws,), and k as in `Score`."""

    values: np.ndarray
    weights: np.ndarray
    k: float


def left_out(found: Inferred, cluster: str, refits: Mapping[str, Refit]) -> LeftOut:
    """Return what is left possible without a cluster: by points drawn without it where there are any, else by those of the last round."""
    if cluster in refits:
        return LeftOut(refits[cluster].values, *smoothed(found.log_weights_of(refits[cluster])))
    return LeftOut(found.drawn_values, *smoothed(found.log_weights(cluster)))


def unreliable(found: Inferred) -> list[str]:
    """Return the clusters without which the weights of the last round rest on too few points."""
    return [
        cluster for cluster in found.likelihood.groups if smoothed(found.log_weights(cluster))[1] > RELIABLE
    ]


def scores(found: Inferred, defaults: np.ndarray, refits: Mapping[str, Refit]) -> list[Score]:
    """Return the score of each cluster of trials; `defaults` is what the model gives at the default numbers (figures,)."""
    likelihood, results = found.likelihood, []
    of_defaults = likelihood.log(defaults[None])
    for cluster in likelihood.groups:
        without = left_out(found, cluster, refits)
        given = likelihood.log(without.values) - likelihood.log(without.values, cluster)
        alone = likelihood.log_alone(found.prior_values, cluster)
        by_default = float((of_defaults - likelihood.log(defaults[None], cluster))[0])
        foretold = float(np.log(without.weights @ np.exp(given)))
        results.append(Score(cluster, foretold, float(np.log(np.exp(alone).mean())), by_default, without.k))
    return results


def smoothed(logs: np.ndarray) -> tuple[np.ndarray, float]:
    """Return weights that sum to 1 with the largest smoothed by a Pareto distribution, and its k."""
    smooth, k = arviz().psislw(logs - logs.max())
    return shares(np.asarray(smooth)), float(k)


def ranks(
    proposal: Emulator, scores: np.ndarray, values: np.ndarray, directions: np.ndarray, seed: int
) -> np.ndarray:
    """Return where points lie among draws made for what studies would have found there: simulation-based calibration.

    Where inference is right, ranks are spread evenly over 0 to `CHAINS`. Source: Talts et al. 2018, arXiv:1804.06788.

    Parameters
    ----------
    scores, values : points from the prior that the networks have not seen, and what the model gives there.
    directions : of the unknowns that trials see, in which ranks are taken: (unknowns, directions).

    Returns
    -------
    Whole numbers (points, directions).
    """
    rng = np.random.default_rng(seed)
    likelihood = proposal.likelihood
    found = np.sinh(likelihood.far(values)) + likelihood.errors_of_findings(len(values), rng)
    found[:, likelihood.signs] = CERTAIN  # made-up studies find no directions
    shift = np.repeat(found, CHAINS, axis=0)
    draws = proposal.draws(rng.standard_normal((len(shift), scores.shape[1])), rng, shift)
    places = (draws @ directions).reshape(len(scores), CHAINS, -1)
    return np.asarray((places < (scores @ directions)[:, None]).sum(axis=1))


def evenness(found: np.ndarray) -> np.ndarray:
    """Return how likely ranks are as uneven as these if they are uniform (chi square, six classes): (directions,)."""
    from scipy.stats import chisquare

    classes = np.minimum(found * CLASSES // (CHAINS + 1), CLASSES - 1)
    counts = np.array([np.bincount(column, minlength=CLASSES) for column in classes.T])
    width = np.bincount(np.minimum(np.arange(CHAINS + 1) * CLASSES // (CHAINS + 1), CLASSES - 1))
    expected = width / width.sum() * len(found)
    return np.asarray(chisquare(counts, expected[None], axis=1).pvalue)


def seen_directions(scores: np.ndarray, far: np.ndarray, most: int = DIRECTIONS) -> np.ndarray:
    """Return the orthogonal directions of the unknowns along which what trials give moves most: (unknowns, directions)."""
    from sklearn.linear_model import Ridge

    slopes = Ridge(alpha=RIDGE).fit(scores, far).coef_
    return np.asarray(np.linalg.svd(slopes, full_matrices=False)[2][:most].T)


def difference(better: np.ndarray, worse: np.ndarray) -> tuple[float, float, float]:
    """Return the sum of differences of scores with its 95% interval (Student's, over clusters)."""
    from scipy.stats import t

    apart = better - worse
    half = float(t.ppf(0.975, len(apart) - 1) * apart.std(ddof=1) * np.sqrt(len(apart)))
    return float(apart.sum()), float(apart.sum() - half), float(apart.sum() + half)


def contraction(normal_scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return by which share each unknown's variance is below the prior's, whose normal scores have variance 1: (unknowns,)."""
    mean = weights @ normal_scores
    variance = weights @ np.square(normal_scores - mean) / (1 - 1 / effective(weights))
    return np.asarray(1 - variance)


def draws(weights: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Return the rows of n draws of equal weight, in no order: (n,)."""
    rng = np.random.default_rng(seed)
    return np.asarray(rng.permutation(systematic(weights, n, rng)))
