"""Odds of the endgame, the path year by year and the loss funnel: tables, and what they say in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from ...experiments.analysis.stochastic import share_interval
from ...foundation.numbers_in_words import between, capital, counted, listed, percent
from ...outcomes import lost
from ...scenario import Endgame
from ..endgame import Clock, criteria, reached
from ..estimates import spread
from ..feasible import Cap, as_planned
from ..runs import Runs
from ..variants import AS_IT_IS
from .frame import COVERAGE, LEARNING, frame

if TYPE_CHECKING:
    import pandas as pd

    from ..found import Assessed

ASKED = {
    "schools": "schools on its list",
    "teachers": "teachers of those schools who use it",
    "fidelity": "fidelity of those who use it",
    "government": "spending that government pays",
    "sustained": "schools, teachers and fidelity in every year after outside money has left",
}


def odds(endgame: Endgame, clock: Clock, runs: Runs, caps: Iterable[Cap] = ()) -> pd.DataFrame:
    """Return in what share of runs the endgame is reached, and each of its criteria, with Wilson's interval for as many runs.

    A last row, `others`, has all that the plan does not rule out (`caps`), where it rules anything out.
    """
    outcomes = runs[AS_IT_IS]
    met = criteria(endgame, clock, outcomes)
    asked = {
        "schools": endgame.schools,
        "teachers": endgame.teachers,
        "fidelity": endgame.fidelity,
        "government": endgame.government_share,
        "sustained": float(clock.after),
    }
    rows = [odds_row("endgame", "all of it", np.nan, reached(endgame, clock, outcomes))]
    if not endgame.government_share:
        del met["government"]
    rows += [odds_row(name, ASKED[name], asked[name], which) for name, which in met.items()]
    ruled_out = {cap.criterion for cap in caps}
    if "schools" in ruled_out:  # what is never reached is not sustained
        ruled_out.add("sustained")
    if ruled_out:
        others = np.logical_and.reduce([which for name, which in met.items() if name not in ruled_out])
        rows.append(odds_row("others", "all that the plan does not rule out", np.nan, others))
    return frame(rows, "criterion asks threshold odds low high runs")


def odds_row(name: str, asks: str, threshold: float, met: np.ndarray) -> dict[str, Any]:
    """Return one criterion's odds."""
    share = share_interval(float(met.mean()), len(met))
    return {
        "criterion": name,
        "asks": asks,
        "threshold": threshold,
        "odds": float(share.mean),
        "low": float(share.low),
        "high": float(share.high),
        "runs": len(met),
    }


def path(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return the programme year by year as it is: medians and middle 90% over draws, in long form."""
    outcomes = runs[AS_IT_IS]
    names = (
        "reach_ever",
        "reach_schools",
        "reach_in_use",
        "adoption",
        "fidelity",
        "reported_fidelity",
        COVERAGE,
        LEARNING,
        "institutionalisation",
        "government_share",
    )
    rows = []
    for name in names:
        for k, year in enumerate(clock.labels):
            median, low, high = spread(outcomes[name][:, k])
            rows.append({"outcome": name, "year": year, "median": median, "low": low, "high": high})
    return frame(rows, "outcome year median low high")


def funnel(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return where teachers are lost, each at the first barrier, year by year: means over draws."""
    outcomes = runs[AS_IT_IS]
    rows = [
        {"barrier": name, "year": year, "share": float(outcomes[name][:, k].mean())}
        for name in [*lost(), "delivering"]
        for k, year in enumerate(clock.labels)
    ]
    return frame(rows, "barrier year share")


# --- in words

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
    """Return whether the plan itself rules the endgame out."""
    return bool(a.caps)


def ruled_out(a: Assessed) -> list[str]:
    """Return what the plan rules out, and what it would take; no sentence where it rules nothing out."""
    return [as_planned(a.caps)] if a.caps else []


def odds_in_words(a: Assessed) -> str:
    """Return the odds of the endgame, never more exact than the runs allow."""
    row = a.tables["odds"].iloc[0]
    n, hits = int(row.runs), round(row.odds * row.runs)
    interval = f"95% interval {between(row.low, row.high, percent)}, with {n} simulated futures"
    if hits == 0:
        return f"In none of {n} futures is the endgame reached: its odds are below {percent(row.high)}."
    if hits == n:
        return f"In all of {n} futures the endgame is reached: its odds are above {percent(row.low)}."
    if row.low > LIKELY:
        word = "likely"
    elif row.high < UNLIKELY:
        word = "unlikely"
    else:
        word = "open: it could go either way"
    return f"The endgame is reached in {hits} of {n} futures, {percent(row.odds)} ({interval}). That makes it {word}."


def weakest(a: Assessed) -> str:
    """Return the criterion that is met least, and what stands in its way where nothing else could."""
    rows = a.tables["odds"].iloc[1:]
    row = rows.loc[rows["odds"].idxmin()]
    if row.odds >= 1:
        return "Every criterion is met in every future."
    if out_of_reach(a):
        rest = rows.set_index("criterion").loc["others"]
        return f"All that the plan does not rule out is met in {percent(rest.odds)} of futures ({between(rest.low, rest.high, percent)})."
    return f"The criterion met least often: {row.asks}, in {percent(row.odds)} of futures ({between(row.low, row.high, percent)})."
