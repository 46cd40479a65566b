"""Scores of forecasts that are samples: CRPS, and coverage of intervals."""

from __future__ import annotations

import numpy as np

LEVELS = (0.50, 0.80, 0.95)


def crps(sample: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Return E|X - y| - E|X - X'| / 2 of each column (Gneiting & Raftery 2007): (draws, points), (points,) -> (points,).

    Smaller is better; for a single number it is the absolute error. The second mean is over different draws, so
    a small sample is not flattered.
    """
    n = len(sample)
    ordered = np.sort(sample, axis=0)
    weights = 2.0 * np.arange(1, n + 1) - n - 1
    pairs = weights @ ordered / (n * (n - 1))
    return np.abs(sample - truth).mean(axis=0) - pairs


def inside(sample: np.ndarray, truth: np.ndarray, level: float) -> np.ndarray:
    """Return for each column whether the truth is in the middle interval of this level: bool (points,)."""
    low, high = np.quantile(sample, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return (low <= truth) & (truth <= high)
