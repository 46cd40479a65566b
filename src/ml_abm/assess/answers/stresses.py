"""What are the odds after each shock, and what does coverage lose? Against the same draws without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...experiments.analysis.luck import share_interval
from ...scenario import Endgame
from ..endgame import Clock, reached
from ..estimates import at_the_end, paired
from ..runs import Runs
from ..stresses import STRESSES
from ..variants import AS_IT_IS
from .frame import COVERAGE, frame

if TYPE_CHECKING:
    import pandas as pd


def stresses(endgame: Endgame, clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return the odds after each shock, those of the same draws without it, and what coverage loses."""
    before = runs[AS_IT_IS]
    rows = []
    for stress in STRESSES:
        after = runs["stress", stress.name]
        won = reached(endgame, clock, after)
        n = len(won)
        share = share_interval(float(won.mean()), n)
        change = paired(at_the_end(after, COVERAGE, clock), at_the_end(before, COVERAGE, clock))
        rows.append(
            {
                "stress": stress.name,
                "says": stress.says,
                "odds": float(share.mean),
                "odds_low": float(share.low),
                "odds_high": float(share.high),
                "odds_without": float(reached(endgame, clock, before)[:n].mean()),
                "change": change.mean,
                "low": change.low,
                "high": change.high,
            }
        )
    columns = "stress says odds odds_low odds_high odds_without change low high"
    return frame(rows, columns).sort_values("change", ignore_index=True)
