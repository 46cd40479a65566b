"""What do the points of a case say about each parameter? Summaries that are learned from simulations.

The raw summaries are the logarithms of the reported counts. The learned ones are, for each parameter, its expectation given the reports: a
quadratic regression. It is cross-fitted: nobody's summary comes from a regression that has seen it, else fits are over-confident.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .problem import Problem
from .reporting import in_logs, reported
from .simulations import Simulations

FOLDS = 5
PENALTIES = np.logspace(-2, 3, 6)


def raw_summaries(problem: Problem, runs: Simulations, seed: int) -> np.ndarray:
    """Return logarithms of what the points' reports would be in each run: (runs, points of all targets)."""
    values = problem.values(runs.z)
    parts = []
    for t, target in enumerate(problem.targets):
        rng = np.random.default_rng([seed, t])
        sigma = problem.errors_of_reports(values, t)
        expected = runs.counts[t][:, target.months]
        parts.append(in_logs(reported(rng, expected, sigma, target.series.units), target.series.units))
    return np.concatenate(parts, axis=1)


def observed_summaries(problem: Problem) -> np.ndarray:
    """Return the same of the real points: (points of all targets,)."""
    return np.concatenate([in_logs(target.series.values, target.series.units) for target in problem.targets])


def true_summaries(problem: Problem, runs: Simulations) -> np.ndarray:
    """Return the same of true counts, before anybody reports them: (runs, points of all targets)."""
    counts = [
        in_logs(runs.counts[t][:, target.months], target.series.units)
        for t, target in enumerate(problem.targets)
    ]
    return np.concatenate(counts, axis=1)


@dataclass(frozen=True)
class Learned:
    """Learned summaries of every run (runs, wanted), and how to get those of new reports."""

    of_runs: np.ndarray
    of: Callable[[np.ndarray], np.ndarray]


def learn(raw: np.ndarray, wanted: np.ndarray) -> Learned:
    """Return summaries that predict `wanted` (runs, wanted), each run's by the folds that did not hold it; new reports get the folds' mean."""
    folds = np.arange(len(raw)) % FOLDS
    models = [_regression().fit(raw[folds != k], wanted[folds != k]) for k in range(FOLDS)]
    of_runs = np.empty((len(raw), wanted.shape[1]))
    for k, model in enumerate(models):
        of_runs[folds == k] = model.predict(raw[folds == k]).reshape(-1, wanted.shape[1])

    def of(reports: np.ndarray) -> np.ndarray:
        found = [model.predict(np.atleast_2d(reports)).reshape(-1, wanted.shape[1]) for model in models]
        return np.mean(found, axis=0)

    return Learned(of_runs, of)


def _regression() -> Any:
    """Return a quadratic regression with a penalty chosen by leaving one out."""
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    return make_pipeline(
        StandardScaler(), PolynomialFeatures(2, include_bias=False), StandardScaler(), RidgeCV(PENALTIES)
    )
