"""Network statistics: degree, clustering, assortativity and reciprocity, equal to those of networkx."""

from __future__ import annotations

import numpy as np

from ..foundation.compiled import entry_point
from ..tables import Ties


def degrees(ties: Ties) -> np.ndarray:
    """Return how many others each row looks to: int64 (n,)."""
    return np.diff(ties.start)


def in_degrees(ties: Ties) -> np.ndarray:
    """Return how many others look to each row: int64 (n,)."""
    return np.bincount(ties.neighbour, minlength=len(ties.start) - 1)


def ends(ties: Ties) -> tuple[np.ndarray, np.ndarray]:
    """Return who looks and whom they look to, a tie each: int64 (n_ties,) both."""
    return np.repeat(np.arange(len(ties.start) - 1), degrees(ties)), ties.neighbour.astype(np.int64)


def both_ways(ties: Ties) -> Ties:
    """Return the simple undirected graph under directed ties: each both ways and once, no self-ties, rows sorted."""
    n = len(ties.start) - 1
    looks, to = ends(ties)
    other = looks != to
    looks, to = looks[other], to[other]
    key = np.unique(np.concatenate([looks * n + to, to * n + looks]))
    start = np.searchsorted(key, np.arange(n + 1, dtype=np.int64) * n)
    return Ties(start.astype(np.int64), (key % max(n, 1)).astype(np.int32))


def transitivity(ties: Ties, simple: bool = False) -> float:
    """Return the share of paths of two ties whose ends are tied as well, 3 triangles / paths; direction does not count.

    `simple` spares the time of `both_ways` for ties that already are what it returns.
    """
    closed, paths = _closed_paths(ties if simple else both_ways(ties))
    return float(closed.sum() / max(1, paths.sum()))


def mean_local_clustering(ties: Ties) -> float:
    """Return the mean over rows of the share of pairs of their neighbours that are tied (Watts & Strogatz 1998).

    It is 0 for a row with fewer than two neighbours; direction does not count.
    """
    closed, paths = _closed_paths(both_ways(ties))
    return float(np.mean(closed / np.maximum(1, paths))) if len(paths) else 0.0


def reciprocity(ties: Ties) -> float:
    """Return the share of ties that are returned."""
    looks, to = ends(ties)
    n = len(ties.start) - 1
    there = np.unique(looks * n + to)
    return float(np.isin(there % max(n, 1) * n + there // max(n, 1), there).mean()) if len(there) else 0.0


def assortativity(ties: Ties, values: np.ndarray) -> float:
    """Return Pearson's correlation of a number over the two ends of ties (Newman 2003); nan where it does not vary."""
    looks, to = ends(ties)
    x, y = values[looks].astype(np.float64), values[to].astype(np.float64)
    if not len(x) or x.std() == 0 or y.std() == 0:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])


def assortativity_of_groups(ties: Ties, groups: np.ndarray) -> float:
    """Return (sum e_kk - sum a_k b_k) / (1 - sum a_k b_k), e_kl the share of ties from group k to l (Newman 2003).

    1 when ties stay in their group, 0 when groups do not matter; nan where there is one group only.
    """
    looks, to = ends(ties)
    _, kind = np.unique(groups, return_inverse=True)
    n_kinds = int(kind.max(initial=0)) + 1
    from_group = np.bincount(kind[looks], minlength=n_kinds) / max(1, len(looks))
    to_group = np.bincount(kind[to], minlength=n_kinds) / max(1, len(looks))
    by_chance = float(from_group @ to_group)
    if not len(looks) or by_chance == 1:
        return float("nan")
    return (share_within(ties, kind) - by_chance) / (1 - by_chance)


def share_within(ties: Ties, groups: np.ndarray) -> float:
    """Return the share of ties that stay in a group, such as a district; nan without ties."""
    looks, to = ends(ties)
    return float((groups[looks] == groups[to]).mean()) if len(looks) else float("nan")


def _closed_paths(simple: Ties) -> tuple[np.ndarray, np.ndarray]:
    """Return for each row of a simple undirected graph the pairs of neighbours that are tied, and all its pairs of neighbours."""
    closed = np.zeros(len(simple.start) - 1, np.int64)
    _count_closed(simple.start, simple.neighbour, closed)
    k = degrees(simple)
    return closed, k * (k - 1) // 2


@entry_point
def _count_closed(start, neighbour, closed):
    """Count the neighbours that each row has in common with its neighbours, by merging sorted rows; each pair is met twice."""
    for i in range(len(start) - 1):
        met = 0
        for tie in range(start[i], start[i + 1]):
            j = neighbour[tie]
            a, b = start[i], start[j]
            while a < start[i + 1] and b < start[j + 1]:
                if neighbour[a] == neighbour[b]:
                    met += 1
                    a += 1
                    b += 1
                elif neighbour[a] < neighbour[b]:
                    a += 1
                else:
                    b += 1
        closed[i] = met // 2
