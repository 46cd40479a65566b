"""Who looks to whom: ties between teachers of different schools and between districts, in compressed rows."""

from __future__ import annotations

from importlib.resources import files
from math import exp

import numpy as np

from ..draws import Decision, key, uniform
from ..foundation.compiled import entry_point, inlined, kernel
from ..tables import Ties

MOST_TIES = 64
SCHOOLS_AT_A_TIME = 100_000  # whose teachers are filled in together
EVERYBODY = 5  # teachers of a school in which everyone asks everyone
GUIDES = 256  # a power of two, so that u x GUIDES is exact
DRAWN = 256  # ties drawn at a time, a power of two


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
    begin : int64 (n_groups + 1,), where each group (school) begins; no one has a cross-tie inside the group.
    near : int64 (n_groups, 2), the rows (begin, end) that count as near to each group (its district).
    mean : mean number of ties of a row, Poisson, at most `MOST_TIES`.
    near_share : share of ties that stay near, where there is anyone near.
    seed, decision : the chance; ``decision`` counts ties, ``TIE_NEAR`` and ``TIE_TO`` place them.
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


@entry_point
def _count_ties(counts, mean, seed, decision):
    """Write a Poisson number for each row, by inversion of one draw."""
    k = key(seed, decision, 0)
    below, first = _poisson_steps(mean)
    for i in range(len(counts)):
        u = uniform(k, i)
        count = first[int(u * GUIDES)]
        while count < MOST_TIES and u >= below[count]:
            count += 1
        counts[i] = count


@kernel
def _poisson_steps(mean):
    """Return the chance of at most 0, 1, ... ties, and for each of `GUIDES` stretches of draws the number to begin the search with."""
    below, first = np.empty(MOST_TIES), np.zeros(GUIDES, np.int64)
    chance = exp(-mean)
    below[0] = chance
    for count in range(1, MOST_TIES):
        chance *= mean / count
        below[count] = below[count - 1] + chance
    count = 0
    for guide in range(GUIDES):
        while count < MOST_TIES and guide >= below[count] * GUIDES:
            count += 1
        first[guide] = count
    return below, first


@entry_point
def _place_ties(counts, neighbour, begin, near, near_share, seed, decision):
    """Draw each tie's other end, evenly among the rows near or anywhere, outside the own group."""
    stays_near = key(seed, Decision.TIE_NEAR, decision)
    goes_to = key(seed, Decision.TIE_TO, decision)
    n = begin[len(begin) - 1]
    is_near, at = np.empty(DRAWN), np.empty(DRAWN)
    tie = 0
    for g in range(len(begin) - 1):
        mine, size, near_first, near_size = (
            begin[g],
            begin[g + 1] - begin[g],
            near[g, 0],
            near[g, 1] - near[g, 0],
        )
        chance_near = near_share if near_size > size else 0.0
        for i in range(begin[g], begin[g + 1]):
            for _ in range(counts[i]):
                k = tie & (DRAWN - 1)
                if k == 0:  # many at a time, so that one instruction draws eight
                    for j in range(DRAWN):
                        is_near[j], at[j] = uniform(stays_near, tie + j), uniform(goes_to, tie + j)
                stays = is_near[k] < chance_near
                first = near_first if stays else 0
                among = (near_size if stays else n) - size
                other = first + np.int64(at[k] * among)
                neighbour[tie] = other + (size if other >= mine else 0)
                tie += 1


@inlined
def next_number(chance):
    """Return the next number of a stream, a key and how many of its numbers are used, that is drawn in one order whatever the machine."""
    number = uniform(chance[0], chance[1][0])
    chance[1][0] += 1
    return number
