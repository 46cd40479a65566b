"""Prediction from the first part of a case: the later reports are inferred as parameters are, from the same runs.

Runs whose reports so far are like the case's are kept, and what they report later is the forecast: no run is made anew, and
the points to be predicted are used nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..errors import FitError
from .fit import DRAWS
from .kept import kept_for
from .problem import Problem
from .series import Series
from .simulations import Simulations
from .summaries import observed_summaries, raw_summaries


def model_forecast(problem: Problem, runs: Simulations) -> Callable[[Series, np.ndarray, int], np.ndarray]:
    """Return a forecast (see `forecast.Forecast`) of a problem of one case, from its prior runs."""
    target = problem.targets[0]

    def forecast(series: Series, years: np.ndarray, seed: int) -> np.ndarray:
        known = np.flatnonzero(np.isin(target.series.years, series.years))
        later = np.flatnonzero(np.isin(target.series.years, years))
        if not len(known) or len(later) != len(years):
            raise FitError(f"{series.name}: the model was not run for all of these years")
        blind = _blind(problem, known)
        raw = raw_summaries(blind, runs, seed)
        return np.exp(later_reports(blind, runs, raw, known, later, seed))

    return forecast


def _blind(problem: Problem, known: np.ndarray) -> Problem:
    """Return a problem whose later points are rounded as the last known one is: even that is not to be seen."""
    target = problem.targets[0]
    units = target.series.units.copy()
    units[known[-1] + 1 :] = units[known[-1]]
    return replace(problem, targets=(replace(target, series=replace(target.series, units=units)),))


def later_reports(
    problem: Problem, runs: Simulations, raw: np.ndarray, known: np.ndarray, later: np.ndarray, seed: int
) -> np.ndarray:
    """Return draws of the logarithms of later reports, given the real ones that are known: (draws, later)."""
    target = problem.targets[0]
    truth = observed_summaries(problem)[known]
    middle, scale = raw[:, later].mean(axis=0), raw[:, later].std(axis=0) + 1e-9
    wanted = np.column_stack([runs.z, (raw[:, later] - middle) / scale])
    kept = kept_for(truth, raw[:, known], wanted)
    moved = kept.moved[:, runs.z.shape[1] :] * scale + middle
    rows = np.random.default_rng([seed, 3]).choice(len(moved), DRAWS, p=kept.weights)
    units = target.series.units[later]
    return np.clip(moved[rows], np.log(units / 2), np.log(target.most))
