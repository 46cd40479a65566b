"""Racing: few draws for packages that are clearly worse than another one, more for those that may be good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .packages import Package

RUNGS = (4, 8, 16, 32)  # draws after which packages are compared
STANDARD_ERRORS = 1.0  # by which a package has to be worse to be left


@dataclass(frozen=True)
class Scores:
    """Objectives to be minimised, (draws, objectives), and by how much limits are passed, (draws, limits), of one package."""

    objectives: np.ndarray
    limits: np.ndarray

    def __len__(self) -> int:
        return len(self.objectives)


Judge = Callable[
    [Sequence[Package], int], list[Scores]
]  # packages, and the number of draws from the first one on


def clearly_worse(one: np.ndarray, other: np.ndarray) -> bool:
    """Return whether a package is clearly worse than another in the same draws.

    It is where the other is not worse in any objective, and better in one, also after the standard error of the mean difference over
    draws is taken off. Arrays are (draws, objectives) to be minimised; as many draws as both have are compared.
    """
    n = min(len(one), len(other))
    difference = one[:n] - other[:n]
    error = difference.std(axis=0, ddof=1) / np.sqrt(n) if n > 1 else np.zeros(difference.shape[1])
    least = difference.mean(axis=0) - STANDARD_ERRORS * error
    return bool((least >= 0).all() and (least > 0).any())


def clearly_over(limits: np.ndarray) -> bool:
    """Return whether a limit is clearly passed: by more than the standard error of its mean over draws."""
    n = len(limits)
    error = limits.std(axis=0, ddof=1) / np.sqrt(n) if n > 1 else 0.0
    return bool((limits.mean(axis=0) - STANDARD_ERRORS * error > 0).any())


def race(
    packages: Sequence[Package],
    judge: Judge,
    rivals: Sequence[Scores],
    may_run: Callable[[int], bool],
    rungs: Sequence[int] = RUNGS,
) -> dict[Package, Scores]:
    """Return the scores of packages in as many draws as each was worth.

    Parameters
    ----------
    packages : who races.
    judge : gives scores; draws that it was asked before cost it nothing.
    rivals : scores, in all draws, of those found before.
    may_run : whether about so many more runs are allowed; when not, all stay with the draws they have.
    rungs : numbers of draws, rising.
    """
    found: dict[Package, Scores] = {}
    left, before = list(packages), 0
    for draws in rungs:
        if not left or not may_run(len(left) * (draws - before)):
            break
        before = draws
        found.update(zip(left, judge(left, draws), strict=True))
        against = [*rivals, *(found[package] for package in left)]
        left = [package for package in left if not lost(found[package], against)]
    return found


def lost(scores: Scores, against: Sequence[Scores]) -> bool:
    """Return whether a package is over a limit or worse than another that is within all of them."""
    if clearly_over(scores.limits):
        return True
    allowed = (other for other in against if other is not scores and not over(other))
    return any(clearly_worse(scores.objectives, other.objectives) for other in allowed)


def over(scores: Scores) -> bool:
    """Return whether a mean over draws passes a limit."""
    return bool((scores.limits.mean(axis=0) > 0).any())


def front(means: np.ndarray) -> list[int]:
    """Return which rows, objectives to be minimised, no other row dominates, in their order. Needs pymoo."""
    from pymoo.util.nds.non_dominated_sorting import NonDominatedSorting

    if not len(means):
        return []
    return sorted(int(k) for k in NonDominatedSorting().do(means, only_non_dominated_front=True))
