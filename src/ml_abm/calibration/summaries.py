"""Summary statistics of a case for each parameter, learned from simulations.

The raw summaries are the logarithms of the reported counts, then the logits of what surveys found. The learned ones are, for each parameter, its expectation given the reports: a
quadratic regression. It is cross-fitted: no summary comes from a regression that has seen it, else fits are over-confident.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .problem import Problem
from .reporting import in_logits, in_logs, reported, surveyed
from .simulations import Simulations

FOLDS = 5
PENALTIES = np.logspace(-2, 3, 6)


def raw_summaries(problem: Problem, runs: Simulations, seed: int) -> np.ndarray:
    """Return what the points' reports would be in each run, in logarithms, and what surveys would find: (runs, points and surveys of all targets)."""
    values = problem.values(runs.z)
    parts, found = [], []
    for t, target in enumerate(problem.targets):
        rng = np.random.default_rng([seed, 15, t])
        sigma = problem.errors_of_reports(values, t)
        expected = runs.counts[t][:, target.months]
        units = target.series.units
        parts.append(in_logs(reported(rng, expected, sigma, units, most=target.most), units))
        if target.surveys:
            rng = np.random.default_rng([seed, 16, t])
            error = problem.errors_of_shares(values, t)
            shares = surveyed(rng, runs.shares[t], error, target.asked, target.survey_units)
            found.append(in_logits(shares, target.survey_units))
    return np.concatenate([*parts, *found], axis=1)


def observed_summaries(problem: Problem) -> np.ndarray:
    """Return the same of the real points and surveys: (points and surveys of all targets,)."""
    points = [in_logs(target.series.values, target.series.units) for target in problem.targets]
    surveys = [in_logits(target.survey_values, target.survey_units) for target in problem.targets]
    return np.concatenate([*points, *surveys])


def true_summaries(problem: Problem, runs: Simulations) -> np.ndarray:
    """Return the same of true counts and shares, before they are reported: (runs, points and surveys of all targets)."""
    counts = [
        in_logs(runs.counts[t][:, target.months], target.series.units)
        for t, target in enumerate(problem.targets)
    ]
    shares = [in_logits(runs.shares[t], target.survey_units) for t, target in enumerate(problem.targets)]
    return np.concatenate([*counts, *shares], axis=1)


def number_of_points(problem: Problem) -> int:
    """Return how many of the summaries are counts; the others are of surveys."""
    return sum(len(target.series) for target in problem.targets)


def places(problem: Problem) -> list[np.ndarray]:
    """Return for each target where its points, and then its surveys, are among the summaries."""
    points = np.cumsum([0, *(len(target.series) for target in problem.targets)])
    surveys = points[-1] + np.cumsum([0, *(len(target.surveys) for target in problem.targets)])
    return [
        np.r_[points[t] : points[t + 1], surveys[t] : surveys[t + 1]] for t in range(len(problem.targets))
    ]


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
