"""The whole inference: points from the prior, rounds of points where networks expect what was found, and the weights of the last round.

Networks learn from all runs so far what trials give at a point, and how far they miss; their error is part of the error of each finding. The points of the last round
are draws from what is left possible as far as networks know. Each carries its own runs, and these have as much of a say as leaves enough points
sharing the weight: own^power x expected^(1 - power), as in fits to cases (`calibration/weighed.py`). Power 1 owes nothing to networks.

Everything that was drawn or run is kept in a folder, so that an interrupted inference goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from ..calibration.priors import unit_sample
from ..runs import Engine, Kept
from .emulator import Emulator, emulator
from .figures import Likelihood
from .points import asked, run_points
from .weights import effective, shares

PRIOR, ROUNDS = 500, (400, 400, 400, 800)  # points from the prior, and of each round
NEAR = 60  # points with the nearest value, from which the chance error of a figure is known
START = 0.3  # power of the likelihood where chains start, so that they start apart
LEAST, HALVINGS = 240, 30  # effective draws, and steps in which the power that leaves them is found
REFITTED = 100  # points of a cluster that is left out anew
SEED = 2016
FOLDER = "drawn"  # of scores, in the folder of an inference


@dataclass(frozen=True)
class Refit:
    """Points that were drawn as if a cluster of trials had never been: normal scores (draws, unknowns), and what the model gives there (draws, figures)."""

    without: str
    scores: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class Inferred:
    """What trials leave possible.

    Attributes
    ----------
    scores, values : all points as normal scores of the priors (points, unknowns), and what the model gives there (points, figures), those of the prior first.
    counts : points of the prior and of each round; those of the last one are weighed.
    proposal : the networks from which the last round was drawn.
    likelihood : of what was found.
    """

    scores: np.ndarray
    values: np.ndarray
    counts: tuple[int, ...]
    proposal: Emulator
    likelihood: Likelihood

    @property
    def prior_values(self) -> np.ndarray:
        """What the model gives at points of the prior: (points, figures)."""
        return self.values[: self.counts[0]]

    @property
    def drawn(self) -> np.ndarray:
        """The points of the last round as normal scores: (draws, unknowns)."""
        return self.scores[-self.counts[-1] :]

    @property
    def drawn_values(self) -> np.ndarray:
        """What the model gives there: (draws, figures)."""
        return self.values[-self.counts[-1] :]

    @cached_property
    def power(self) -> float:
        """How much the runs' own likelihood counts: 1 if enough points share the weight then, else the most that leaves `LEAST` effective."""
        own, expected = self.likelihood.log(self.drawn_values), self.proposal.log(self.drawn)
        low, high = 0.0, 1.0
        if effective(shares(own - expected)) >= LEAST:
            return 1.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            enough = effective(shares(middle * (own - expected))) >= LEAST
            low, high = (middle, high) if enough else (low, middle)
        return low

    @cached_property
    def weights(self) -> np.ndarray:
        """The weight of each point of the last round: (draws,), they sum to 1."""
        return shares(self.log_weights())

    def log_weights(self, without: str | None = None) -> np.ndarray:
        """Return the logarithms of weights, as they would be without a cluster of trials where one is named: (draws,)."""
        own = self.likelihood.log(self.drawn_values, without)
        expected = self.proposal.log(self.drawn, without)
        return self.power * own + (1 - self.power) * expected - self.proposal.log(self.drawn)

    def log_weights_of(self, refit: Refit) -> np.ndarray:
        """Return the logarithms of weights of points that were drawn without a cluster of trials: (draws,)."""
        own = self.likelihood.log(refit.values, refit.without)
        return self.power * (own - self.proposal.log(refit.scores, refit.without))


def infer(
    folder: Path,
    *,
    prior: int = PRIOR,
    rounds: tuple[int, ...] = ROUNDS,
    engine: str | Executor | Engine = "local",
    workers: int | None = None,
    progress: Callable[[str, int, int], None] = lambda what, done, of: None,
) -> Inferred:
    """Return what trials say; what is in the folder is not drawn or run again.

    Parameters
    ----------
    folder : of scores and runs.
    prior, rounds : points from the prior, and of each round, one at least.
    engine, workers : as in `runs.engine_of`.
    progress : called with what is run, and how many points are done of how many.
    """
    from scipy.special import ndtri

    folder.mkdir(parents=True, exist_ok=True)

    def run(what: str, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return run_points(
            scores, keep=folder, engine=engine, workers=workers, progress=partial(progress, what)
        )

    draw = partial(unit_sample, prior, len(asked().unknowns), SEED, "latin-hypercube")
    scores = kept(folder, "prior", lambda: ndtri(draw()))
    values, chance = run("prior", scores)
    for number, size in enumerate(rounds, 1):
        likelihood = Likelihood(asked().figures, chance_errors(values, chance))
        proposal = emulator(scores, likelihood.far(values), likelihood, SEED + number)
        drawn = kept(folder, f"round-{number}", partial(proposed, proposal, scores, values, size, number))
        more, its_chance = run(f"round {number} of {len(rounds)}", drawn)
        scores = np.concatenate([scores, drawn])
        values, chance = np.concatenate([values, more]), np.concatenate([chance, its_chance])
    likelihood = Likelihood(asked().figures, chance_errors(values, chance))
    return Inferred(scores, values, (prior, *rounds), proposal, likelihood)


def refit(
    found: Inferred,
    without: str,
    folder: Path,
    *,
    size: int = REFITTED,
    engine: str | Executor | Engine = "local",
    workers: int | None = None,
    progress: Callable[[str, int, int], None] = lambda what, done, of: None,
) -> Refit:
    """Return points drawn and run without a cluster of trials, for where the weights of the last round rest on too few; words as in `infer`."""
    rng = np.random.default_rng([SEED, *without.encode()])
    start = found.drawn[rng.choice(len(found.drawn), size, p=shares(found.log_weights(without)))]
    name = f"without-{without.replace(' ', '-')}"
    scores = kept(folder, name, lambda: found.proposal.draws(start, rng, without=without))
    said = partial(progress, f"without {without}")
    values, _ = run_points(scores, keep=folder, engine=engine, workers=workers, progress=said)
    return Refit(without, scores, values)


def proposed(
    proposal: Emulator, scores: np.ndarray, values: np.ndarray, size: int, number: int
) -> np.ndarray:
    """Return the points of a round: chains start from points so far, the likelier the more of them."""
    rng = np.random.default_rng([SEED, number])
    nothing = np.zeros(values.shape[1])
    start = shares(START * proposal.likelihood.rough(proposal.likelihood.far(values), nothing)[0])
    return proposal.draws(scores[rng.choice(len(scores), size, p=start)], rng)


def chance_errors(values: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Return the chance error of each figure: of the points whose values are nearest to what was found, the root mean square (figures,)."""
    likelihood = Likelihood(asked().figures, np.zeros(values.shape[1]))
    far, known = np.abs(likelihood.far(values)), np.isfinite(values) & np.isfinite(chance)
    found = np.zeros(values.shape[1])
    for k in range(values.shape[1]):
        near = np.flatnonzero(known[:, k])[np.argsort(far[known[:, k], k], kind="stable")[:NEAR]]
        found[k] = np.sqrt(np.square(chance[near, k]).mean()) if len(near) else 0.0
    return found


def kept(folder: Path, name: str, draw: Callable[[], np.ndarray]) -> np.ndarray:
    """Return scores that are kept in the folder under a name, drawn and kept if they are not there: (points, unknowns)."""
    store = Kept.below(folder, FOLDER)
    with store.held():
        there = store.read()
        if name not in there:
            drawn = draw()
            store.add({name: {"scores": drawn.ravel()}})
            return drawn
    return np.asarray(there[name]["scores"]).reshape(-1, len(asked().unknowns))
