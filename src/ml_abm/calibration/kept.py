"""Regression-adjusted ABC: accepted runs near the case serve any data from one batch of runs.

Runs whose learned summaries are nearest are kept, nearer ones with more weight, and what is wanted of them moved along a linear
regression to where the case is (Beaumont, Zhang & Balding 2002). Coarse beside a fit that makes runs around its case.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .summaries import learn

KEPT_SHARE, KEPT_LEAST = 0.10, 150


@dataclass(frozen=True)
class Kept:
    """Runs kept by ABC: their rows, weights that sum to 1, and where regression moved what was wanted."""

    rows: np.ndarray
    weights: np.ndarray
    moved: np.ndarray

    def mean(self) -> np.ndarray:
        """Return the weighted mean of what was moved."""
        return self.weights @ self.moved

    def covariance(self) -> np.ndarray:
        """Return its weighted covariance."""
        return np.atleast_2d(np.cov(self.moved.T, aweights=self.weights))


def kept_for(reports: np.ndarray, raw: np.ndarray, wanted: np.ndarray) -> Kept:
    """Return the runs whose raw summaries `raw` are like some reports, with what is wanted of them moved to where those are."""
    summaries = learn(raw, wanted)
    return keep(summaries.of_runs, summaries.of(reports)[0], wanted)


def keep(summaries: np.ndarray, truth: np.ndarray, wanted: np.ndarray) -> Kept:
    """Return the runs nearest to the truth, with what is wanted moved along a regression on the summaries.

    Summaries are expectations in prior standard deviations, so one that says little varies little and counts for little.
    """
    distance = np.sqrt(np.square(summaries - truth).sum(axis=1))
    n = min(len(distance) - 1, max(KEPT_LEAST, round(KEPT_SHARE * len(distance))))
    rows = np.argpartition(distance, n)[:n]
    edge = np.partition(distance, n)[n]
    near = 1 - np.square(distance[rows] / max(edge, 1e-12))
    near = np.maximum(near, 1e-12) / np.maximum(near, 1e-12).sum()
    away = summaries[rows] - truth
    design = np.column_stack([np.ones(n), away]) * np.sqrt(near)[:, None]
    line = np.linalg.lstsq(design, wanted[rows] * np.sqrt(near)[:, None], rcond=1e-8)[0]
    return Kept(rows, near, line[0] + _widened(wanted[rows] - line[0] - away @ line[1:], near, len(line)))


def _widened(residuals: np.ndarray, weights: np.ndarray, coefficients: int) -> np.ndarray:
    """Return residuals as wide as they would be about the true line: a line fitted to few runs lies too near to them."""
    n = 1 / np.square(weights).sum()
    return residuals * np.sqrt(n / max(n - coefficients, n / 4))
