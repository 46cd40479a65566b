"""What is the endgame, what are its odds, and which of its criteria is the hardest? Never more exact than the runs allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...foundation.numbers_in_words import between, capital, counted, listed, percent

if TYPE_CHECKING:
    from ..assessed import Assessed

LIKELY, UNLIKELY = 2 / 3, 1 / 3


def goal(a: Assessed) -> str:
    """Return the endgame in one sentence."""
    e = a.endgame
    parts = [
        f"by {e.by_year} (counted over {a.clock.endgame_year}) {percent(e.schools)} of schools are on its list",
        f"{percent(e.teachers)} of their teachers use it",
        f"those who use it do so with a fidelity of {percent(e.fidelity)}",
    ]
    if e.government_share > 0:
        parts.append(f"government pays {percent(e.government_share)} of it")
    sustained = (
        f"; and for {counted(e.sustained_years, 'year')} after all outside money has left, schools, teachers and fidelity hold"
        if e.sustained_years
        else ""
    )
    return capital(f"{listed(parts)}{sustained}.")


def out_of_reach(a: Assessed) -> bool:
    """Return whether the endgame asks government to pay where no payer is government."""
    return "others" in set(a.tables["odds"]["criterion"])


def odds(a: Assessed) -> str:
    """Return the odds of the endgame, never more exact than the runs allow."""
    row = a.tables["odds"].iloc[0]
    n, hits = int(row.runs), round(row.odds * row.runs)
    interval = f"95% interval {between(row.low, row.high, percent)}, for so many futures"
    if hits == 0:
        return f"In none of {n} futures is the endgame reached: its odds are below {percent(row.high)}."
    if hits == n:
        return f"In all of {n} futures the endgame is reached: its odds are above {percent(row.low)}."
    if row.low > LIKELY:
        word = "likely"
    elif row.high < UNLIKELY:
        word = "unlikely"
    else:
        word = "open: the futures do not decide it"
    return f"The endgame is reached in {hits} of {n} futures, {percent(row.odds)} ({interval}). That makes it {word}."


def weakest(a: Assessed) -> str:
    """Return the criterion that is met least, and what stands in its way where nothing else could."""
    rows = a.tables["odds"].iloc[1:]
    row = rows.loc[rows["odds"].idxmin()]
    if row.odds >= 1:
        return "Every criterion is met in every future."
    if out_of_reach(a):
        rest = rows.set_index("criterion").loc["others"]
        return (
            "No payer of this scenario is government, so the share that government is to pay cannot be reached: the odds are 0 until "
            f"somebody public pays. All else that the endgame asks is met in {percent(rest.odds)} of futures "
            f"({between(rest.low, rest.high, percent)})."
        )
    return f"Of what it asks, this is met least: {row.asks}, in {percent(row.odds)} of futures ({between(row.low, row.high, percent)})."
