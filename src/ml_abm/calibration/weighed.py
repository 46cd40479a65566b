"""Importance weights of runs: their likelihood of the reports, and how much rarer they are among the runs than in the prior.

A run's own true counts say how likely the reports are, with every error of reports that the prior allows. That has chance of the model and all,
but chance makes few runs stand for many. So the likelihood of the runs themselves counts as far as enough of them share the weight, and for the rest
the emulator's does, which has no chance: own^power x emulated / what the emulator expects of own^power. Power 1 owes nothing to the emulator but where
runs were made, and with endless runs it would be exact; at any power the mean over chance is the emulator's likelihood where the emulator is right. (A plain own^power x emulated^(1 - power)
would hear the reports more than once: where chance is large beside the error of reports, its intervals are up to a fifth too narrow.)

With power 0 the emulator is alone and not bound to runs: draws from around the case are weighed by it, or, where too few of them count, as with many
unknowns, emcee goes on from them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from .around import Around, Round
from .emulator import (
    SEARCH,
    Emulator,
    Walk,
    columns_of_runs,
    density_of_prior,
    error_columns,
    sampled,
    variances,
)
from .problem import Problem
from .simulations import Simulations
from .summaries import true_summaries

LEAST_EFFECTIVE, ERRORS = 300, 15
DRAWN = 20_000  # where no run has a say: their number costs little
POWERS = tuple(0.5**k for k in range(7, 0, -1))  # between 0, the emulator alone, and 1, the runs alone


@dataclass(frozen=True)
class Weighed:
    """Runs, as normal scores, each with several errors of reports, and weights that sum to 1; `power` is that of the runs' own likelihood.

    `z` is (runs, errors, unknowns), `weights` (runs, errors). With power 0 there may be draws in place of runs. `effective` is how many of equal weight
    would say as much.
    """

    z: np.ndarray
    weights: np.ndarray
    power: float
    effective: float

    def mean(self) -> np.ndarray:
        """Return the mean of each unknown."""
        return np.einsum("re,rek->k", self.weights, self.z)

    def below(self, true: np.ndarray) -> np.ndarray:
        """Return the weight of what is below a truth, for each unknown."""
        return np.einsum("re,rek->k", self.weights, (self.z < true).astype(float))

    def draws(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Return n equally weighted draws."""
        flat = self.z.reshape(-1, self.z.shape[-1])
        return flat[rng.choice(len(flat), n, p=self.weights.ravel())]


class Weigher:
    """Runs made ready to be weighed for any reports: likelihoods of the emulator and of the runs themselves, for each with several errors.

    `made` and `prior` are logarithms of densities, errors of reports left aside: of the runs (runs,), and of any normal scores. Where the emulator
    has to do it alone it is not bound to runs, and weighs many draws from `around`; `walk` is emcee's then.
    """

    def __init__(
        self,
        problem: Problem,
        runs: Simulations,
        made: np.ndarray,
        prior: Callable[[np.ndarray], np.ndarray],
        emulated: Emulator,
        around: Around | None,
        seed: int,
        walk: Walk = SEARCH,
    ) -> None:
        self.problem, self.prior, self.emulated, self.around, self.seed = (
            problem,
            prior,
            emulated,
            around,
            seed,
        )
        self.walk = walk
        self.start = prior(runs.z) - made
        self.true = true_summaries(problem, runs)
        self.z = _with_errors(problem, runs.z, ERRORS, [seed, 10])
        flat = self.z.reshape(-1, self.z.shape[-1])
        self.variance = variances(problem, flat, np.repeat(self.true, ERRORS, axis=0)).reshape(
            len(runs), ERRORS, -1
        )
        self.expected = cache(emulated.likelihoods(flat))

    def weighed(
        self, reports: np.ndarray, least: float = LEAST_EFFECTIVE, without: int | None = None
    ) -> Weighed:
        """Return the runs weighed for reports, given as raw summaries, one run left out where asked to."""
        away = np.square(reports - self.true)[:, None] / self.variance
        own = -0.5 * (away + np.log(self.variance)).sum(axis=2)
        emulated = self.expected(1.0)(reports).reshape(own.shape)
        start = self.start[:, None].copy()
        if without is not None:
            start[without] = -np.inf

        def shares(power: float) -> np.ndarray:
            if power in (0.0, 1.0):
                return _shares(start + (own if power else emulated))
            expected = self.expected(power)(reports).reshape(own.shape)
            return _shares(start + power * own + emulated - expected)

        found = shares(1.0)
        if _effective(found) >= least:
            return Weighed(self.z, found, 1.0, _effective(found))
        found, last = shares(0.0), 0.0
        for power in POWERS:
            more = shares(power)
            if _effective(more) < least:
                break
            found, last = more, power
        if last or not self.around:
            return Weighed(self.z, found, last, _effective(found))
        return self._alone(reports, without or 0)

    def _alone(self, reports: np.ndarray, row: int) -> Weighed:
        """Return draws weighed by the emulator, or a chain that begins among them where they lie too far off, as with many unknowns."""
        z, start, likelihood = self._drawn
        weights = _shares((start + likelihood(reports))[:, None])
        found = Weighed(z, weights, 0.0, _effective(weights))
        if found.effective >= LEAST_EFFECTIVE:
            return found
        begin = found.draws(self.walk.walkers * z.shape[-1], np.random.default_rng([self.seed, 13, row]))
        chain = sampled(self.emulated, reports, self.prior, [self.seed, 14, row], self.walk, start=begin)
        even = np.full((len(chain.z), 1), 1 / len(chain.z))
        return Weighed(chain.z[:, None], even, 0.0, chain.effective)

    @cached_property
    def _drawn(self) -> tuple[np.ndarray, np.ndarray, Callable[[np.ndarray], np.ndarray]]:
        """Draws from around the case, the logarithms of their weights without any report, and of their likelihoods given reports."""
        assert self.around
        z = self.around.draws(DRAWN, np.random.default_rng([self.seed, 11]))
        start = self.prior(z) - self.around.log_density(z, columns_of_runs(self.problem))
        z = _with_errors(self.problem, z, 1, [self.seed, 12])
        return z, start, self.emulated.likelihoods(z[:, 0])(1.0)


def _with_errors(problem: Problem, z: np.ndarray, errors: int, seed: list[int]) -> np.ndarray:
    """Return normal scores with several errors of reports each, from their prior: (runs, errors, unknowns)."""
    columns = error_columns(problem)
    z = np.repeat(z[:, None], errors, axis=1)
    z[:, :, columns] = np.random.default_rng(seed).standard_normal((len(z), errors, len(columns)))
    return z


def _shares(logs: np.ndarray) -> np.ndarray:
    """Return weights that sum to 1."""
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def _effective(weights: np.ndarray) -> float:
    return float(1 / np.square(weights.sum(axis=1)).sum())


def density_of_runs(problem: Problem, z: np.ndarray, from_prior: int, made: Sequence[Round]) -> np.ndarray:
    """Return the logarithm of how dense all runs lie, errors of reports left aside: some from the prior, others around the case."""
    from scipy.special import logsumexp

    columns = columns_of_runs(problem)
    of_prior = from_prior + sum(len(one.runs) - one.drawn for one in made)
    parts = [np.log(of_prior) + density_of_prior(problem, z)]
    parts += [np.log(one.drawn) + one.around.log_density(z, columns) for one in made]
    return logsumexp(parts, axis=0)
