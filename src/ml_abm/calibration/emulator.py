"""Emulator of the reports given parameters: what is expected of each is learned from runs, and so is its error.

Small neural networks (scikit-learn) learn the logarithms of true counts, and logits of what surveys ask for, from parameters, each without a part of the runs, and their mean is what
is expected. What each misses on the part that it has not seen, chance of the model with it, is a covariance. Errors of reports come on top.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .quiet import arviz
from .reporting import spread
from .rollout import BUDGETS, NO_PARAMETERS
from .simulations import Simulations
from .summaries import learn, observed_summaries, places, true_summaries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .problem import Problem

HIDDEN, FOLDS = (48, 48), 3
NEAR_SHARE, NEAR = (
    0.5,
    3.0,
)  # learned from are the nearest half of the runs, and all that are within this factor of every point
NEAREST, NEAREST_SHARE = 100, 0.2  # of those, whose random seed is taken for the case's
# How far apart walkers begin, in prior standard deviations: moves are differences of walkers, so no two may stand in one place.
AROUND_MIDDLE, AROUND_START = 0.3, 0.1
SEEDS_A_PART = 10_000


class Walk(NamedTuple):
    """How long emcee walks: steps, how many of them are burnt, and walkers for each unknown. A walker forgets where it was in some 300 steps."""

    steps: int
    burnt: int
    walkers: int = 4


# Where runs are to be made, and at the end of a fit: more walkers, which take less time than steps, keep to the weights of answers far apart.
SEARCH, FINAL, THIN = Walk(500, 200), Walk(4000, 1000, 16), 20
OF_ONE_CASE = 12  # unknowns; with twice as many all takes four times as long


@dataclass(frozen=True)
class Part:
    """What is expected of one case: networks that know no more than the unknowns which move its runs.

    `layers` has for each network its weights and offsets, layer by layer; `unknowns` are columns of draws, `places` those of the summaries.
    """

    layers: tuple[tuple[tuple[np.ndarray, np.ndarray], ...], ...]
    middle: np.ndarray
    scale: np.ndarray
    unknowns: list[int]
    places: np.ndarray

    def expected(self, z: np.ndarray) -> np.ndarray:
        """Return what is expected of each report of the case: (draws, its points and surveys)."""
        return (
            np.mean([_through(one, z[:, self.unknowns]) for one in self.layers], axis=0) * self.scale
            + self.middle
        )


@dataclass(frozen=True)
class Emulator:
    """A part for each case, and the covariance of what they miss near the case; cases have no chance in common."""

    problem: Problem
    parts: tuple[Part, ...]
    covariance: np.ndarray

    def expected(self, z: np.ndarray) -> np.ndarray:
        """Return what is expected of each report: (draws, points and surveys)."""
        found = np.empty((len(z), len(self.covariance)))
        for part in self.parts:
            found[:, part.places] = part.expected(z)
        return found

    def likelihoods(self, z: np.ndarray) -> Callable[[float], Callable[[np.ndarray], np.ndarray]]:
        """Return a function from a power to one from reports, as raw summaries (points,), to logarithms, for each draw: (draws,).

        Power 1 gives how likely the reports are. Another gives what is expected, over chance, of the power of how likely a run makes them.
        """
        mean = self.expected(z)
        variance = variances(self.problem, z, mean)

        def to(power: float) -> Callable[[np.ndarray], np.ndarray]:
            wider = variance / power
            size = (power * np.log(variance) - np.log(wider)).sum(axis=1)
            inverses = []
            for part in self.parts:
                alone = self.covariance[np.ix_(part.places, part.places)]
                total = alone + wider[:, part.places, None] * np.eye(len(alone))
                inverses.append((part.places, np.linalg.inv(total)))
                size += np.linalg.slogdet(total)[1]

            def of(reports: np.ndarray) -> np.ndarray:
                away = reports - mean
                far = sum(
                    (away[:, None, where] @ inverse @ away[:, where, None])[:, 0, 0]
                    for where, inverse in inverses
                )
                return -0.5 * (far + size)

            return of

        return to


def emulator(problem: Problem, runs: Simulations, around: np.ndarray, seed: int) -> Emulator:
    """Return an emulator that has learned from those runs that are near the case; `around` says which of them were drawn around it: (runs,)."""
    true, truth = true_summaries(problem, runs), observed_summaries(problem)
    covariance, parts = np.zeros((len(truth), len(truth))), []
    for t, where in enumerate(places(problem)):
        columns, points = unknowns_of(problem, t), len(problem.targets[t].series)
        near = around | _near(runs.z[:, columns], true[:, where], truth[where], points)
        part, unseen = _learned_part(
            runs.z[near], true[np.ix_(near, where)], columns, where, seed + t * SEEDS_A_PART
        )
        missed = (true[np.ix_(near, where)] - unseen)[_expected_near(unseen, truth[where])]
        covariance[np.ix_(where, where)] = missed.T @ missed / len(missed)
        parts.append(part)
    return Emulator(problem, tuple(parts), covariance)


def _near(z: np.ndarray, true: np.ndarray, truth: np.ndarray, points: int) -> np.ndarray:
    """Return which runs are expected near the points, by a quadratic that has not seen them.

    To learn from those that came out near would draw what is expected towards the points, and hide chance.
    """
    away = np.abs(learn(z, true).of_runs - truth)[:, :points].max(axis=1)
    return away <= max(np.quantile(away, NEAR_SHARE), np.log(NEAR))


def _learned_part(
    z: np.ndarray, true: np.ndarray, unknowns: list[int], where: np.ndarray, seed: int
) -> tuple[Part, np.ndarray]:
    """Return a part, and what of it expected each run without having seen it: (runs, points and surveys)."""
    x, middle, scale = z[:, unknowns], true.mean(axis=0), true.std(axis=0) + 1e-9
    fold = np.arange(len(x)) % FOLDS
    networks, unseen = [], np.empty_like(true)
    for k in range(FOLDS):
        networks.append(_learned(x[fold != k], (true[fold != k] - middle) / scale, seed + k))
        unseen[fold == k] = _through(networks[k], x[fold == k]) * scale + middle
    return Part(tuple(networks), middle, scale, unknowns, where), unseen


def _expected_near(expected: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return which runs were expected nearest to the case: chance is larger in some places than in others, and theirs is the case's.

    Those that came out nearest would not do: they are selected by chance.
    """
    n = max(NEAREST, round(NEAREST_SHARE * len(expected)))
    return np.argsort(np.square(expected - truth).sum(axis=1), kind="stable")[:n]


def _learned(x: np.ndarray, y: np.ndarray, seed: int) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """Return the layers of a network that was fitted; that the last digits were not reached is no news."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPRegressor
    from threadpoolctl import threadpool_limits

    network = MLPRegressor(
        hidden_layer_sizes=HIDDEN,
        activation="tanh",
        solver="lbfgs",
        alpha=1.0,
        max_iter=200,
        tol=1e-5,
        random_state=seed,
    )
    with warnings.catch_warnings(), threadpool_limits(1):  # threads would wait for each other at this size
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(x, y.ravel() if y.shape[1] == 1 else y)
    return tuple(zip(network.coefs_, network.intercepts_, strict=True))


def _through(layers: Sequence[tuple[np.ndarray, np.ndarray]], z: np.ndarray) -> np.ndarray:
    """Return what a network says: (draws, points)."""
    for weights, offsets in layers[:-1]:
        z = np.tanh(z @ weights + offsets)
    weights, offsets = layers[-1]
    return z @ weights + offsets


@dataclass(frozen=True)
class Chain:
    """Draws of emcee as normal scores, (draws, unknowns), and how many independent ones would say as much of the worst known unknown."""

    z: np.ndarray
    effective: float


def sampled(
    emulated: Emulator,
    reports: np.ndarray,
    prior: Callable[[np.ndarray], np.ndarray],
    seed: list[int],
    walk: Walk,
    start: np.ndarray | None = None,
) -> Chain:
    """Return draws from the posterior given reports, as raw summaries, by the emulator alone; `walk` is what one case takes.

    `prior` gives logarithms of its density, errors of reports left aside, which have their own. `start` are draws to begin among, by default ones near the middle of the prior, from where a few walkers may not find the way.
    """
    from emcee import EnsembleSampler
    from emcee.moves import DEMove, StretchMove
    from threadpoolctl import threadpool_limits

    errors = error_columns(emulated.problem)

    def log_posterior(z: np.ndarray) -> Any:
        return emulated.likelihoods(z)(1.0)(reports) + prior(z) - 0.5 * np.square(z[:, errors]).sum(axis=1)

    d = len(emulated.problem.unknowns)
    walkers, times = walk.walkers * d, max(1, d // OF_ONE_CASE) ** 2
    rng = np.random.default_rng(seed)
    # Stretches bring in walkers that are lost. No snooker moves: those of emcee 3.1.6 make chains too narrow, by a tenth with 20 unknowns.
    sampler = EnsembleSampler(
        walkers, d, log_posterior, vectorize=True, moves=[(DEMove(), 0.8), (StretchMove(), 0.2)]
    )
    sampler.random_state = np.random.RandomState(rng.integers(2**31)).get_state()
    apart = rng.standard_normal((walkers, d))
    first = AROUND_MIDDLE * apart if start is None else start[:walkers] + AROUND_START * apart
    with threadpool_limits(1):
        sampler.run_mcmc(first, times * walk.steps, skip_initial_state_check=True)
    walks = sampler.get_chain(discard=times * walk.burnt, thin=times * THIN)
    return Chain(walks.reshape(-1, d), _effective(walks))


def _effective(walks: np.ndarray) -> float:
    """Return how many independent draws say as much of the mean of the unknown that is known worst: walks are (steps, walkers, unknowns).

    By how far walkers are apart, too. The time by which each forgets, which emcee gives, is too short by half in chains that are a few dozen of it long.
    """
    return min(float(arviz().ess(walk.T, method="mean")) for walk in np.moveaxis(walks, 2, 0))


def error_columns(problem: Problem) -> list[int]:
    """Return which unknowns are errors of reports: they change no run."""
    return [k for k, one in enumerate(problem.unknowns) if one.key in NO_PARAMETERS and one.key != BUDGETS]


def columns_of_runs(problem: Problem) -> list[int]:
    """Return which unknowns change a run."""
    errors = error_columns(problem)
    return [k for k in range(len(problem.unknowns)) if k not in errors]


def density_of_prior(problem: Problem, z: np.ndarray) -> np.ndarray:
    """Return the logarithm of the prior's density, errors of reports left aside."""
    columns = columns_of_runs(problem)
    return -0.5 * (np.square(z[:, columns]).sum(axis=1) + len(columns) * np.log(2 * np.pi))


def unknowns_of(problem: Problem, target: int) -> list[int]:
    """Return which unknowns move the runs of a target: those that all share and its own, errors of reports left aside."""
    return [k for k in columns_of_runs(problem) if problem.unknowns[k].target in (None, target)]


def errors_alone(problem: Problem, z: np.ndarray) -> np.ndarray:
    """Return the values of the errors of reports, and 0 for all other unknowns, which takes a fraction of the time: (draws, unknowns)."""
    from scipy.special import ndtr

    values = np.zeros_like(z)
    for k in error_columns(problem):
        values[:, k] = problem.unknowns[k].prior.values(ndtr(z[:, k]))
    return values


def variances(problem: Problem, z: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Return the variance of each report's logarithm, and of each survey's logit, rounding with it: (draws, points and surveys)."""
    from scipy.special import expit

    values, parts, start = errors_alone(problem, z), [], 0
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
