"""Stress tests: odds and coverage after each shock; table and sentences. Less than a point of coverage counts as nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ...experiments.analysis.stochastic import share_interval
from ...foundation.numbers_in_words import between, listed, percent, points
from ...scenario import Endgame
from ..endgame import Clock, reached
from ..estimates import at_the_end, paired
from ..runs import Runs
from ..stresses import STRESSES
from ..variants import AS_IT_IS
from .frame import COVERAGE, frame
from .levers import NOTICEABLE

if TYPE_CHECKING:
    import pandas as pd

    from ..found import Assessed


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


# --- in words


def stressed(a: Assessed) -> list[str]:
    """Return which shocks surely cost coverage, and which it stands."""
    table = a.tables["stresses"]
    hurts = table[(table["high"] < 0) & (table["change"] <= -NOTICEABLE)]
    stands = table[(table["low"] > -2 * NOTICEABLE) & ~table["stress"].isin(hurts["stress"])]
    said = []
    if len(hurts):
        worst = hurts.iloc[0]
        odds_ = (
            "the endgame is reached in none of these futures, with it or without"
            if worst.odds_without == worst.odds == 0
            else f"the odds of the endgame go from {percent(worst.odds_without)} to {percent(worst.odds)} in the same futures"
        )
        said.append(
            f"Worst is {worst.stress}: coverage falls by {points(-worst.change)} ({between(-worst.high, -worst.low)}), and {odds_}."
        )
        if len(hurts) > 1:
            said.append(
                f"Clearly harmful too: {listed(f'{r.stress} ({points(r.change)})' for r in hurts.iloc[1:].itertuples())}."
            )
    else:
        said.append("No shock clearly costs half a point of coverage.")
    if len(stands):
        said.append(f"It withstands (less than a point lost): {listed(stands['stress'])}.")
    return said + too_close_to_call(table["stress"], hurts["stress"], stands["stress"])


def too_close_to_call(names: Iterable[str], *named: Iterable[str]) -> list[str]:
    """Return the sentence on what is in no list of clear results; none where all is clear."""
    known = {name for some in named for name in some}
    rest = [name for name in names if name not in known]
    return [f"Too close to call: {listed(rest)}."] if rest else []
