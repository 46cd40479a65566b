"""Where to run points next: networks learn what trials give at a point, and Hamiltonian Monte Carlo draws where they expect what was found.

Networks only propose. What a draw is worth is said by its own runs (`weights.py`), so a network that is wrong costs runs and misleads no one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .figures import Likelihood

HIDDEN, FOLDS, PENALTY = (48, 48), 3, 10.0
NEAREST = 400  # points with the likeliest findings, over which it is seen how far networks miss
BURN, LEAPS, STEP, ACCEPTED = 120, 12, 0.15, 0.7
STEEPEST = 6.0  # networks learn asinh of distances; beyond this they are all the same far

Layers = tuple[tuple[np.ndarray, np.ndarray], ...]


@dataclass(frozen=True)
class Emulator:
    """What networks expect of the distance of each figure from what was found, and how far they miss.

    Attributes
    ----------
    networks : layers of weights and offsets of each; their mean is what is expected.
    middle, scale : of what they learnt: (figures,).
    missed : root mean square of what they missed where they had not seen it: (figures,), of asinh of distances.
    likelihood : of what was found.
    """

    networks: tuple[Layers, ...]
    middle: np.ndarray
    scale: np.ndarray
    missed: np.ndarray
    likelihood: Likelihood

    def log(self, scores: np.ndarray, without: str | None = None) -> np.ndarray:
        """Return the logarithm of how likely what was found is expected to be, of all or without a cluster: (points,)."""
        return self._log_and_slope(scores, 0.0, without)[0]

    def draws(
        self,
        start: np.ndarray,
        rng: np.random.Generator,
        shift: np.ndarray | float = 0.0,
        without: str | None = None,
    ) -> np.ndarray:
        """Return one draw from prior times expected likelihood for each place to start from: normal scores (draws, unknowns).

        `shift` as in `Likelihood.rough`; `without` names a cluster of trials that is left out. All chains share a step, which is adapted in the first half. Source: Neal 2011, MCMC using Hamiltonian
        dynamics, in Handbook of Markov Chain Monte Carlo.
        """
        z, step = start.copy(), STEP
        energy, force = self._energy(z, shift, without)
        for move in range(BURN):
            momentum = rng.standard_normal(z.shape)
            before = energy + 0.5 * np.square(momentum).sum(axis=1)
            to, its_force, its_energy = z, force, energy
            for _ in range(LEAPS):
                momentum = momentum + 0.5 * step * its_force
                to = to + step * momentum
                its_energy, its_force = self._energy(to, shift, without)
                momentum = momentum + 0.5 * step * its_force
            change = before - its_energy - 0.5 * np.square(momentum).sum(axis=1)
            taken = np.log(rng.random(len(z))) < change
            z, energy = np.where(taken[:, None], to, z), np.where(taken, its_energy, energy)
            force = np.where(taken[:, None], its_force, force)
            if move < BURN // 2:  # adapting for ever would not leave the target alone
                step *= np.exp(0.1 * (taken.mean() - ACCEPTED))
        return z

    def _energy(
        self, z: np.ndarray, shift: np.ndarray | float, without: str | None
    ) -> tuple[np.ndarray, np.ndarray]:
        log, slope = self._log_and_slope(z, shift, without)
        return 0.5 * np.square(z).sum(axis=1) - log, slope - z

    def _log_and_slope(
        self, z: np.ndarray, shift: np.ndarray | float, without: str | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        expected, states = np.zeros((len(z), len(self.middle))), []
        for layers in self.networks:
            found, seen = _through(layers, z)
            expected += found / len(self.networks)
            states.append(seen)
        far = np.clip(expected * self.scale + self.middle, -STEEPEST, STEEPEST)
        log, by_far = self.likelihood.rough(far, self.missed, shift, without)
        back = by_far * self.scale / len(self.networks)
        slopes = [_back(layers, seen, back) for layers, seen in zip(self.networks, states, strict=True)]
        return log, np.sum(slopes, axis=0)


def emulator(scores: np.ndarray, far: np.ndarray, likelihood: Likelihood, seed: int) -> Emulator:
    """Return networks that have learnt from points: scores (points, unknowns), asinh of distances `far` (points, figures)."""
    far = np.clip(far, -STEEPEST, STEEPEST)
    middle, scale = far.mean(axis=0), far.std(axis=0) + 1e-9
    fold = np.random.default_rng(seed).permutation(len(far)) % FOLDS
    networks, unseen = [], np.empty_like(far)
    for k in range(FOLDS):
        layers = _learned(scores[fold != k], (far[fold != k] - middle) / scale, seed + k)
        unseen[fold == k] = _through(layers, scores[fold == k])[0] * scale + middle
        networks.append(layers)
    zero = np.zeros(far.shape[1])
    near = np.argsort(-likelihood.rough(unseen, zero)[0])[:NEAREST]
    missed = np.sqrt(np.square(far[near] - unseen[near]).mean(axis=0))
    return Emulator(tuple(networks), middle, scale, missed, likelihood)


def _learned(x: np.ndarray, y: np.ndarray, seed: int) -> Layers:
    """Return the layers of a network that was fitted; that the last digits were not reached is no news."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPRegressor
    from threadpoolctl import threadpool_limits

    network = MLPRegressor(
        hidden_layer_sizes=HIDDEN,
        activation="tanh",
        solver="lbfgs",
        alpha=PENALTY,
        max_iter=300,
        random_state=seed,
    )
    with warnings.catch_warnings(), threadpool_limits(1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(x, y)
    return tuple(zip(network.coefs_, network.intercepts_, strict=True))


def _through(layers: Layers, x: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return what a network says, and the states of its hidden layers."""
    states = []
    for weights, offsets in layers[:-1]:
        x = np.tanh(x @ weights + offsets)
        states.append(x)
    weights, offsets = layers[-1]
    return x @ weights + offsets, states


def _back(layers: Layers, states: Sequence[np.ndarray], slope: np.ndarray) -> np.ndarray:
    """Return the slope by the inputs from the slope by the outputs."""
    slope = slope @ layers[-1][0].T
    for (weights, _), state in zip(reversed(layers[:-1]), reversed(states), strict=True):
        slope = (slope * (1 - state**2)) @ weights.T
    return slope
