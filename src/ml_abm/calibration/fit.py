"""Fit of a problem: a likelihood of the reports, learned from runs, with more runs around the case.

1. Runs are drawn from the priors.
2. An emulator learns from all runs what is expected of each report, and what it misses itself and chance makes (`emulator.py`); emcee samples the
   posterior that this gives.
3. More runs are drawn around that, a tenth of them from the prior again, and step 2 is done with all: in three rounds, so that runs are
   where the case is.
4. All runs are weighed by how likely they make the reports, as far as there are enough of them, and by the emulator for the rest (`weighed.py`).

Parameters are in normal scores of their priors: nothing leaves its range, and 1 is a standard deviation of the prior.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..errors import FitError
from ..runs import Engine
from .around import Around, Round
from .emulator import FINAL, SEARCH, Chain, Emulator, Walk, density_of_prior, emulator, sampled
from .kept import Kept, kept_for
from .priors import unit_sample
from .problem import Problem
from .simulations import Progress, Simulations, simulate_all
from .summaries import number_of_points, observed_summaries, raw_summaries, true_summaries
from .weighed import Weighed, Weigher, density_of_runs

if TYPE_CHECKING:
    import pandas as pd

RUNS, RUNS_OF_ZOOM, FEWEST_RUNS = 2000, 1000, 200
ROUNDS, FEWEST_OF_ROUND = 3, 15
OF_PRIOR = 0.1  # share of each round that is drawn from the prior again
DRAWS = 2000
FARTHEST = 3.0  # times off, of the nearest run at its worst point, from where on the model never matches


@dataclass(frozen=True)
class Posterior:
    """What a fit gives: equally weighted draws as normal scores `z` and as `values`, (draws, unknowns).

    `prior_runs` are those of step 1 with their raw summaries `raw`, `rounds` those of step 3, `weighed` all with their
    weights; `emulated` are emcee's draws from what the emulator alone would say. `nearest` is how many times off the nearest
    run from the priors is at its worst point.
    """

    problem: Problem
    z: np.ndarray
    values: np.ndarray
    prior_runs: Simulations
    raw: np.ndarray
    rounds: tuple[Round, ...]
    weighed: Weighed
    emulated: Chain
    nearest: float
    seed: int

    @property
    def all_runs(self) -> Simulations:
        """All runs, the prior's first."""
        return joined(self.prior_runs, self.rounds)

    @cached_property
    def abc(self) -> Kept:
        """What ABC keeps of the prior's runs (`kept.py`): a method with no likelihood and no emulator."""
        return kept_for(observed_summaries(self.problem), self.raw, self.prior_runs.z)

    @cached_property
    def abc_of_counts(self) -> Kept:
        """What ABC keeps where surveys are not heard."""
        n = number_of_points(self.problem)
        return kept_for(observed_summaries(self.problem)[:n], self.raw[:, :n], self.prior_runs.z)

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
    engine: Engine | None = None,
) -> Posterior:
    """Return the posterior of a problem.

    Parameters
    ----------
    problem : targets and unknowns.
    seed : all chance: draws, runs and reports.
    runs, zoom : simulations from the priors, and around the case; a zoom of 0 leaves that step out.
    workers : threads, all cores by default; they change no result.
    folder : where runs are kept, and gone on from.
    progress : called with how many more runs are done, of runs + zoom.
    engine : has runs simulated elsewhere, as on a cluster; it changes no result either.

    Raises FitError when no run comes near the case.
    """
    if runs < FEWEST_RUNS:
        raise FitError(f"{runs} runs are too few to fit with: {FEWEST_RUNS} or more")
    first = prior_runs(problem, seed, runs, workers=workers, folder=folder, progress=progress, engine=engine)
    nearest = nearest_run(problem, first)
    rounds = zoomed(
        problem, first, seed, zoom, workers=workers, folder=folder, progress=progress, engine=engine
    )
    last = emulator(problem, joined(first, rounds), drawn_around(first, rounds), seed + ROUNDS)
    reports, prior = observed_summaries(problem), partial(density_of_prior, problem)
    found = answer(problem, first, rounds, last, reports, seed)
    z = found.draws(DRAWS, np.random.default_rng([seed, 2]))
    alone = sampled(last, reports, prior, [seed, 4, ROUNDS], FINAL, start=z)
    raw = raw_summaries(problem, first, seed)
    return Posterior(problem, z, problem.values(z), first, raw, rounds, found, alone, nearest, seed)


def answer(
    problem: Problem,
    first: Simulations,
    rounds: tuple[Round, ...],
    last: Emulator,
    reports: np.ndarray,
    seed: int,
) -> Weighed:
    """Return all runs weighed for some reports."""
    every = joined(first, rounds)
    made = density_of_runs(problem, every.z, len(first), rounds)
    around = rounds[-1].around if rounds else None
    prior = partial(density_of_prior, problem)
    return Weigher(problem, every, made, prior, last, around, seed, FINAL).weighed(reports)


def zoomed(
    problem: Problem,
    first: Simulations,
    seed: int,
    zoom: int,
    *,
    search: Walk = SEARCH,
    workers: int | None = None,
    folder: Path | None = None,
    progress: Progress = lambda runs: None,
    engine: Engine | None = None,
) -> tuple[Round, ...]:
    """Return rounds of runs around the case, `zoom` in all, from runs of the priors; `search` is how long emcee looks where to make them."""
    reports, prior = observed_summaries(problem), partial(density_of_prior, problem)
    rounds: tuple[Round, ...] = ()
    for k, n in enumerate(shares(zoom)):
        before = emulator(problem, joined(first, rounds), drawn_around(first, rounds), seed + k)
        around = Around.of(sampled(before, reports, prior, [seed, 4, k], search).z, seed)
        z, drawn = _drawn(around, n, np.random.default_rng([seed, 1, k]))
        new = simulate_all(
            problem,
            z,
            (seed * 2 + 1_000_003) * ROUNDS + k,
            workers=workers,
            folder=folder / f"zoom-{k + 1}" if folder else None,
            progress=progress,
            engine=engine,
        )
        rounds = (*rounds, Round(before, around, drawn, new))
    return rounds


def shares(zoom: int) -> list[int]:
    """Return how many runs each round has."""
    rounds = min(ROUNDS, max(1, zoom // FEWEST_OF_ROUND)) if zoom else 0
    return [zoom // rounds + (k < zoom % rounds) for k in range(rounds)]


def joined(first: Simulations, rounds: tuple[Round, ...]) -> Simulations:
    """Return all runs, the prior's first."""
    for one in rounds:
        first = first.joined(one.runs)
    return first


def drawn_around(first: Simulations, rounds: tuple[Round, ...]) -> np.ndarray:
    """Return which of all runs were drawn around the case: chosen by their parameters, never by what came out."""
    return np.concatenate(
        [np.zeros(len(first), bool), *(np.arange(len(one.runs)) < one.drawn for one in rounds)]
    )


def _drawn(around: Around, n: int, rng: np.random.Generator) -> tuple[np.ndarray, int]:
    """Return n draws, and how many of them, the first ones, are around the case; the others are the prior's."""
    of_prior = round(OF_PRIOR * n)
    near = around.draws(n - of_prior, rng)
    return np.concatenate([near, rng.standard_normal((of_prior, near.shape[1]))]), n - of_prior


def prior_runs(
    problem: Problem,
    seed: int,
    runs: int,
    *,
    workers: int | None = None,
    folder: Path | None = None,
    progress: Progress = lambda runs: None,
    engine: Engine | None = None,
) -> Simulations:
    """Return runs drawn evenly from the priors."""
    from scipy.special import ndtri

    z = ndtri(unit_sample(runs, len(problem.unknowns), seed))
    return simulate_all(problem, z, seed, workers=workers, folder=folder, progress=progress, engine=engine)


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
