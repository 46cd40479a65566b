"""Who looks to whom: ties between teachers of different schools and between districts, in compressed rows."""

from __future__ import annotations

from importlib.resources import files
from math import exp

import numpy as np

from ..compiled import door
from ..draws import Decision, key, uniform
from ..tables import Ties

MOST_TIES = 64


def ties_from_edges(n: int, edges: np.ndarray, directed: bool = False) -> Ties:
    """Return a network from row pairs.

    Parameters
    ----------
    n : number of rows.
    edges : int (n_edges, 2); row ``a`` looks to row ``b``, and the reverse unless directed. Self-ties and
        duplicates are dropped.
    """
    pairs = edges if directed else np.vstack([edges, edges[:, ::-1]])
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    return compressed(np.bincount(pairs[:, 0], minlength=n), pairs[:, 1].astype(np.int32))


def compressed(counts: np.ndarray, neighbour: np.ndarray) -> Ties:
    """Return ties in compressed rows from how many each row has, and where they go."""
    start = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=start[1:])
    return Ties(start, neighbour)


def superintendents() -> Ties:
    """Return the 38 superintendents of Allegheny County (Carlson 1965); row 0 adopted first and has no tie."""
    path = files("ml_abm") / "calibration" / "cases" / "networks" / "modmath_edges_symmetric.csv"
    with path.open(encoding="utf-8") as text:
        edges = np.loadtxt(text, delimiter=",", skiprows=1, dtype=np.int64)
    return ties_from_edges(38, edges - 1)


def random_ties(
    begin: np.ndarray, near: np.ndarray, mean: float, near_share: float, seed: int, decision: Decision
) -> tuple[np.ndarray, np.ndarray]:
    """Return directed ties from each row to rows of other groups: how many each row has, and where they go, row by row.

    Parameters
    ----------
    begin : int64 (n_groups + 1,), where each group (school) begins; nobody has a cross-tie inside the group.
    near : int64 (n_groups, 2), the rows (begin, end) that count as near to each group (its district).
    mean : mean number of ties of a row, Poisson, at most `MOST_TIES`.
    near_share : share of ties that stay near, where there is anybody near.
    seed, decision : the luck; ``decision`` counts ties, ``TIE_NEAR`` and ``TIE_TO`` place them.
    """
    counts = poisson(0 if len(begin) == 2 else mean, int(begin[-1]), seed, decision)
    neighbour = np.empty(counts.sum(dtype=np.int64), np.int32)
    _place_ties(counts, neighbour, begin, near, near_share, np.uint64(seed), int(decision))
    return counts, neighbour


def poisson(mean: float, n: int, seed: int, decision: Decision) -> np.ndarray:
    """Return how many ties each of n rows has, Poisson and at most `MOST_TIES`: uint16 (n,)."""
    counts = np.zeros(n, np.uint16)
    if mean > 0:
        _count_ties(counts, mean, np.uint64(seed), int(decision))
    return counts


@door
def _count_ties(counts, mean, seed, decision):
    """Write a Poisson number for each row, by inversion of one draw."""
    k = key(seed, decision, 0)
    nobody = exp(-mean)
    for i in range(len(counts)):
        u = uniform(k, i)
        chance = nobody
        below = chance
        count = 0
        while u >= below and count < MOST_TIES:
            count += 1
            chance *= mean / count
            below += chance
        counts[i] = count


@door
def _place_ties(counts, neighbour, begin, near, near_share, seed, decision):
    """Draw each tie's other end, evenly among the rows near or anywhere, outside the own group."""
    stays_near = key(seed, Decision.TIE_NEAR, decision)
    goes_to = key(seed, Decision.TIE_TO, decision)
    n = begin[len(begin) - 1]
    tie = 0
    for g in range(len(begin) - 1):
        size = begin[g + 1] - begin[g]
        for i in range(begin[g], begin[g + 1]):
            for _ in range(counts[i]):
                first, last = np.int64(0), n
                if near[g, 1] - near[g, 0] > size and uniform(stays_near, tie) < near_share:
                    first, last = near[g, 0], near[g, 1]
                other = first + np.int64(uniform(goes_to, tie) * (last - first - size))
                if other >= begin[g]:
                    other += size
                neighbour[tie] = other
                tie += 1
