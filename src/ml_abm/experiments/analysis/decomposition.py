"""Functional decomposition: what each factor and each pair adds; exact on a grid, a fitted polynomial on scattered points.

The outcome is written as a mean + a part of each factor + a part of each pair + the rest. On a full grid the parts
are differences of means of cells (analysis of variance). Elsewhere they are a least-squares fit of Legendre polynomials
of degree 2, which do not overlap over a box filled evenly (polynomial chaos; Sudret 2008, doi:10.1016/j.ress.2007.04.002).
Either is worked out in each replicate by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import AnalysisError
from .reading import range_of

if TYPE_CHECKING:
    import pandas as pd

Term = tuple[str, ...]  # one factor, or two
POINTS_A_COEFFICIENT = 2  # of a fit, at least


@dataclass(frozen=True)
class Parts:
    """What every term adds.

    Attributes
    ----------
    added : what a term adds to the outcome, points x replicates.
    change : the outcome when a factor goes from its lowest to its highest value, on average over all others; of a pair,
        by how much the change of the one grows when the other goes from lowest to highest. A number a replicate.
    foretold : share of the variance between points that a fit foretells at points left out (0..1); 1 on a grid.
    """

    added: dict[Term, np.ndarray]
    change: dict[Term, np.ndarray]
    foretold: float
    method: str


def decompose(points: pd.DataFrame, factors: Mapping[str, Any], values: np.ndarray) -> Parts:
    """Return the parts of an outcome, given as points x replicates; `points` has the factors that vary as columns."""
    if is_full_grid(points):
        return of_grid(points, values)
    return of_scattered(points, factors, values)


def is_full_grid(points: pd.DataFrame) -> bool:
    """Return whether every value of each factor meets every value of all others, once."""
    return prod(points.nunique()) == len(points) == len(points.drop_duplicates())


def of_grid(points: pd.DataFrame, values: np.ndarray) -> Parts:
    """Return main effects and interactions of the cells of a full grid."""
    names = list(points.columns)
    codes = [np.unique(points[name], return_inverse=True)[1] for name in names]
    cells = np.empty((*(code.max() + 1 for code in codes), values.shape[1]))
    cells[tuple(codes)] = values
    cells = cells - cells.mean(axis=tuple(range(len(names))))
    added, change = {}, {}
    for term in terms_of(names):
        axes = [names.index(name) for name in term]
        mean = cells.mean(axis=tuple(a for a in range(len(names)) if a not in axes))
        if len(term) == 2:
            mean = mean - mean.mean(axis=1, keepdims=True) - mean.mean(axis=0, keepdims=True)
        added[term] = mean[tuple(codes[a] for a in axes)]
        change[term] = corners(mean, len(term))
    return Parts(added, change, 1.0, "means of the cells of the grid")


def corners(mean: np.ndarray, n_factors: int) -> np.ndarray:
    """Return last minus first along every factor: a difference, or a difference of differences."""
    for _ in range(n_factors):
        mean = mean[-1] - mean[0]
    return mean


def terms_of(names: Sequence[str], *, pairs: bool = True) -> Iterator[Term]:
    """Yield every factor, then every pair."""
    yield from ((name,) for name in names)
    if pairs:
        yield from combinations(names, 2)


def of_scattered(points: pd.DataFrame, factors: Mapping[str, Any], values: np.ndarray) -> Parts:
    """Return the parts of a least-squares polynomial; pairs are left out where there are too few points for them."""
    scaled = {name: from_minus_one_to_one(points[name], factors[name]) for name in points}
    curved = [name for name in points if points[name].nunique() > 2]
    n_main, n_pairs = len(scaled) + len(curved), len(scaled) * (len(scaled) - 1) // 2
    pairs = len(points) >= POINTS_A_COEFFICIENT * (1 + n_main + n_pairs)
    if len(points) < POINTS_A_COEFFICIENT * (1 + n_main):
        raise AnalysisError(
            f"{len(points)} points are too few for {len(scaled)} factors: give {POINTS_A_COEFFICIENT * (1 + n_main)} "
            "or more, or use the design 'grid'"
        )
    terms = list(terms_of(list(scaled), pairs=pairs))
    columns = {term: columns_of(term, scaled, curved) for term in terms}
    matrix = np.column_stack([np.ones(len(points)), *columns.values()])
    fitted = np.linalg.lstsq(matrix, values, rcond=None)[0]
    added, change, first = {}, {}, 1
    for term in terms:
        width = columns[term].shape[1]
        coefficients = fitted[first : first + width]
        part = columns[term] @ coefficients
        added[term] = part - part.mean(axis=0)
        # the square is the same at both ends of the range, so that the first coefficient is all of the change
        change[term] = 2 ** len(term) * coefficients[0]
        first += width
    method = "a fitted polynomial of degree 2" + ("" if pairs else ", without pairs as points are few")
    return Parts(added, change, foretold_share(matrix, values.mean(axis=1)), method)


def columns_of(term: Term, scaled: Mapping[str, np.ndarray], curved: Sequence[str]) -> np.ndarray:
    """Return the columns of a term: Legendre polynomials of degree 1 and 2, or the product of two of degree 1."""
    if len(term) == 2:
        return (scaled[term[0]] * scaled[term[1]])[:, None]
    x = scaled[term[0]]
    return np.column_stack([x, (3 * x * x - 1) / 2] if term[0] in curved else [x])


def from_minus_one_to_one(column: pd.Series, factor: Any) -> np.ndarray:
    """Return a factor between -1 at its lowest and 1 at its highest value, on a log scale where it was drawn on one."""
    x, (low, high) = column.to_numpy(float), range_of(column, factor)
    if "log" in str(getattr(factor, "distribution", "")) and low > 0:
        x, low, high = np.log(x), np.log(low), np.log(high)
    return (2 * x - low - high) / (high - low)


def foretold_share(matrix: np.ndarray, means: np.ndarray) -> float:
    """Return the share of variance that a least-squares fit foretells at points left out one by one (PRESS), 0..1.

    Source: Allen 1974, doi:10.1080/00401706.1974.10489157.
    """
    basis = np.linalg.qr(matrix)[0]
    residual = means - basis @ (basis.T @ means)
    left_out = residual / np.maximum(1e-9, 1 - (basis**2).sum(axis=1))
    spread = float(((means - means.mean()) ** 2).sum())
    return max(0.0, 1 - float((left_out**2).sum()) / spread) if spread > 0 else 0.0
