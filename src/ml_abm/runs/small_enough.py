"""How small a part of a large system may stand for the whole: doubled until what is shown changes no more.

A part has fewer schools, with all that grows with them in proportion (`system/smaller.py`). It differs from the whole in two ways: chance between schools
weighs more, and what is rounded or rare (a pilot, a first school) may move the mean. Both are measured, not assumed: the same draws with the same random seeds are
simulated in a part and in one twice as large. Where chance adds a variance of b / size, the two differ by a variance of 3 b / larger size, and where size moves the
mean by c / size, they differ by c / larger size. So one comparison says how far the larger part is still off.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf, sqrt
from typing import TYPE_CHECKING

import numpy as np

from ..outcomes import LedgerOutcomes, Outcome, Trace, describe
from ..scenario import Scenario
from ..system.memory import expected_teachers
from ..system.smaller import share_simulated
from ..tables import columns

if TYPE_CHECKING:
    import pandas as pd

SHOWN = ("reach_schools", "reach_in_use", "adoption", "fidelity", "effective_coverage")  # shares, at the end
FIRST = 1000  # teachers of the first part
ADDED = 0.02  # standard deviation that smallness may add to a share
MOVED = 0.01  # by which it may move the mean of a share, as far as that can be told from chance
COUNTED_IN = {"schools", "pupils", "USD"}  # units of what is less in a part

Ends = Callable[[float], np.ndarray]


@dataclass(frozen=True)
class SmallEnough:
    """How small a part is enough.

    Attributes
    ----------
    share : of the schools; 1 is the whole system.
    added : standard deviation that smallness adds to what chance does anyway, the largest of `SHOWN`; 0 for the whole.
    moved : by how much it moves the mean, the largest of `SHOWN`; 0 for the whole.
    """

    share: float
    added: float
    moved: float


def small_enough(scenario: Scenario, ends_at: Ends, most: float = inf) -> SmallEnough:
    """Return the smallest part, of those that double from `FIRST` teachers, in which nothing that is shown is seen to change any more.

    Parameters
    ----------
    scenario : of the whole system.
    ends_at : simulates a share of its schools, two runs at least, with the same draws and random seeds each time, and returns what is shown at their end: (`SHOWN`, runs).
    most : teachers of the largest part. Lists of schools and networks are simulated whole.
    """
    most = min(most, expected_teachers(scenario))
    size, before = float(FIRST), None
    while True:
        share = share_simulated(scenario, size)
        ends = ends_at(share)
        added, moved, steady = compared(ends, before)
        if share == 1.0:
            return SmallEnough(1.0, 0.0, 0.0)
        if steady or size >= most:
            return SmallEnough(share, added, moved)
        before, size = ends, min(2 * size, most)


def ends_of(trace: Trace) -> np.ndarray:
    """Return what is shown in the last month of a trace: (`SHOWN`, runs)."""
    last = trace.system.index.get_level_values("month").max()
    return trace.system.xs(last, level="month")[list(SHOWN)].to_numpy(float).T


def compared(ends: np.ndarray, before: np.ndarray | None) -> tuple[float, float, bool]:
    """Return what smallness still adds and moves in the larger of two parts, and whether both are as little as is asked: (outcomes, runs) of both."""
    if before is None:
        return inf, inf, False
    apart = ends - before
    spread, mean = apart.std(axis=1, ddof=1), np.abs(apart.mean(axis=1))
    seen = 2 * spread / sqrt(apart.shape[1])  # two standard errors
    steady = bool((spread <= ADDED * sqrt(3)).all() and (mean <= np.maximum(MOVED, seen)).all())
    return float(spread.max() / sqrt(3)), float(mean.max()), steady


def larger(trace: Trace, share: float) -> Trace:
    """Return a trace of a part of a system with the counts and the money of the whole; it has no districts."""
    return replace(
        trace,
        system=scaled_up(trace.system, describe(), share),
        funders=None if trace.funders is None else scaled_up(trace.funders, columns(LedgerOutcomes), share),
        districts=None,
    )


def scaled_up(table: pd.DataFrame, about: dict[str, Outcome], share: float) -> pd.DataFrame:
    """Return a table in which what is counted in schools, pupils or money is of the whole."""
    counted = [name for name in table.columns if name in about and about[name].unit in COUNTED_IN]
    return table.assign(**{name: table[name] / share for name in counted})
