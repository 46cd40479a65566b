"""Does a second, independent method give the same posterior? An emulator of the model, and a likelihood that emcee samples.

A small neural network (scikit-learn) learns the logarithms of true counts, and logits of what surveys ask for, from parameters. What it misses on runs that it has not seen, and luck,
are a covariance; errors of reports come on top. It shares the runs with ABC, and nothing else: no distance, no kept runs, no regression
of parameters. pyABC and PyMC were not taken: they bring a database, a compiler or a cluster, and new runs for every data set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .fit import FARTHEST, Posterior
from .reporting import spread
from .simulations import Simulations
from .summaries import number_of_points, observed_summaries, true_summaries

if TYPE_CHECKING:
    import pandas as pd

    from .problem import Problem

HIDDEN, HELD_OUT = (48, 48), 5  # every fifth run is not learned from
NEAR_SHARE = 0.5
WALKERS_A_PARAMETER, STEPS, BURN_IN, THIN = 4, 2000, 500, 20


def emulated(posterior: Posterior) -> np.ndarray:
    """Return draws from the emulated posterior, as normal scores: (draws, unknowns)."""
    from emcee import EnsembleSampler
    from emcee.moves import DEMove, DESnookerMove

    problem, runs = posterior.problem, posterior.all_runs
    predict, covariance = emulator(problem, runs, posterior.seed)
    truth = observed_summaries(problem)

    def log_posterior(z: np.ndarray) -> np.ndarray:
        mean = predict(z)
        total = covariance + np.einsum("ni,ij->nij", variances(problem, z, mean), np.eye(len(truth)))
        away = (truth - mean)[:, :, None]
        quadratic = (away * np.linalg.solve(total, away)).sum(axis=(1, 2))
        return -0.5 * (quadratic + np.linalg.slogdet(total)[1] + np.square(z).sum(axis=1))

    d = len(problem.unknowns)
    walkers = WALKERS_A_PARAMETER * d
    rng = np.random.default_rng([posterior.seed, 4])
    moves = [(DEMove(), 0.8), (DESnookerMove(), 0.2)]
    sampler = EnsembleSampler(walkers, d, log_posterior, vectorize=True, moves=moves)
    sampler.random_state = np.random.RandomState(posterior.seed).get_state()
    start = 0.3 * rng.standard_normal((walkers, d))
    sampler.run_mcmc(start, STEPS, skip_initial_state_check=True)
    return sampler.get_chain(discard=BURN_IN, thin=THIN, flat=True)


def emulator(problem: Problem, runs: Simulations, seed: int) -> tuple[Any, np.ndarray]:
    """Return a function from normal scores to what is expected of each summary, and the covariance of what it misses near the case."""
    from sklearn.neural_network import MLPRegressor

    true = true_summaries(problem, runs)
    away = np.abs(true - observed_summaries(problem))[:, : number_of_points(problem)].max(axis=1)
    near = away <= max(np.quantile(away, NEAR_SHARE), np.log(FARTHEST))
    z, true = runs.z[near], true[near]
    middle, scale = true.mean(axis=0), true.std(axis=0) + 1e-9
    held = np.arange(len(z)) % HELD_OUT == 0
    network = MLPRegressor(
        hidden_layer_sizes=HIDDEN,
        activation="tanh",
        solver="lbfgs",
        alpha=1.0,
        max_iter=200,
        tol=1e-5,
        random_state=seed,
    )
    _fit_quietly(network, z[~held], (true[~held] - middle) / scale)

    def predict(scores: np.ndarray) -> np.ndarray:
        return network.predict(scores).reshape(len(scores), -1) * scale + middle

    missed = true[held] - predict(z[held])
    return predict, np.atleast_2d(missed.T @ missed / len(missed))


def _fit_quietly(network: Any, x: np.ndarray, y: np.ndarray) -> None:
    """Fit; that the last digits were not reached is no news."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    with warnings.catch_warnings(), threadpool_limits(1):  # threads would wait for each other at this size
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(x, y.ravel() if y.shape[1] == 1 else y)


def variances(problem: Problem, z: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Return the variance of each report's logarithm, and of each survey's logit, rounding with it: (draws, points and surveys)."""
    from scipy.special import expit

    values, parts, start = problem.values(z), [], 0
    for t, target in enumerate(problem.targets):
        n = len(target.series)
        sigma = problem.errors_of_reports(values, t)[:, None]
        sd = spread(np.exp(mean[:, start : start + n]), sigma, target.series.share)
        rounding = target.series.units / np.maximum(target.series.values, target.series.units) / np.sqrt(12)
        parts.append(np.square(sd) + np.square(rounding))
        start += n
    for t, target in enumerate(problem.targets):
        if target.surveys:
            n = len(target.surveys)
            error = problem.errors_of_shares(values, t)[:, None]
            share = expit(mean[:, start : start + n])
            slope = 1 / np.maximum(share * (1 - share), target.survey_units / 2)
            parts.append(
                np.square(error) + slope / target.asked + np.square(slope * target.survey_units) / 12
            )
            start += n
    return np.concatenate(parts, axis=1)


def compare(posterior: Posterior, other: np.ndarray) -> pd.DataFrame:
    """Return mean and spread of each parameter in prior standard deviations by both methods, and how far the means are apart."""
    import pandas as pd

    columns = {
        "parameter": posterior.problem.names,
        "ABC mean": posterior.z.mean(axis=0),
        "ABC sd": posterior.z.std(axis=0),
        "emulated mean": other.mean(axis=0),
        "emulated sd": other.std(axis=0),
    }
    table = pd.DataFrame(columns)
    return table.assign(apart=(table["ABC mean"] - table["emulated mean"]).abs())
