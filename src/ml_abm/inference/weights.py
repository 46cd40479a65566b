"""Weights of points, and draws of equal weight."""

from __future__ import annotations

import numpy as np


def shares(logs: np.ndarray) -> np.ndarray:
    """Return weights that sum to 1 from their logarithms."""
    weights = np.exp(logs - logs.max())
    return weights / weights.sum()


def effective(weights: np.ndarray) -> float:
    """Return how many draws of equal weight would say as much: 1 / the sum of squares (Kish 1965)."""
    return float(1 / np.square(weights).sum())


def systematic(weights: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return the rows of n draws of equal weight, in order (systematic resampling: Kitagawa 1996): (n,)."""
    places = (np.arange(n) + rng.random()) / n
    return np.asarray(np.searchsorted(np.cumsum(weights), places, side="right").clip(max=len(weights) - 1))
