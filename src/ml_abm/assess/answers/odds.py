"""In what share of futures is the endgame reached, and where does the programme go, year by year? As it is, with no step taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...experiments.analysis.luck import share_interval
from ...outcomes import lost
from ...scenario import Endgame, Scenario
from ..endgame import Clock, criteria, publicly_paid, reached
from ..estimates import spread
from ..runs import Runs
from ..variants import AS_IT_IS
from .frame import COVERAGE, LEARNING, frame

if TYPE_CHECKING:
    import pandas as pd

ASKED = {
    "schools": "schools on its list",
    "teachers": "teachers of those schools who use it",
    "fidelity": "fidelity of those who use it",
    "government": "spending that government pays",
    "sustained": "schools, teachers and fidelity in every year after outside money has left",
}


def odds(scenario: Scenario, endgame: Endgame, clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return in what share of runs the endgame is reached, and each of its criteria, with Wilson's interval for as many runs.

    A last row, `others`, has all but government's share, where that cannot be reached as no payer is government.
    """
    lived = runs[AS_IT_IS]
    met = criteria(endgame, clock, lived)
    asked = {
        "schools": endgame.schools,
        "teachers": endgame.teachers,
        "fidelity": endgame.fidelity,
        "government": endgame.government_share,
        "sustained": float(clock.after),
    }
    rows = [odds_row("endgame", "all of it", np.nan, reached(endgame, clock, lived))]
    if not endgame.government_share:
        del met["government"]
    rows += [odds_row(name, ASKED[name], asked[name], which) for name, which in met.items()]
    if endgame.government_share > 0 and not publicly_paid(scenario):
        others = np.logical_and.reduce([which for name, which in met.items() if name != "government"])
        rows.append(odds_row("others", "all but what government pays", np.nan, others))
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
    lived = runs[AS_IT_IS]
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
            median, low, high = spread(lived[name][:, k])
            rows.append({"outcome": name, "year": year, "median": median, "low": low, "high": high})
    return frame(rows, "outcome year median low high")


def funnel(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return where teachers are lost, each at the first barrier, year by year: means over draws."""
    lived = runs[AS_IT_IS]
    rows = [
        {"barrier": name, "year": year, "share": float(lived[name][:, k].mean())}
        for name in [*lost(), "delivering"]
        for k, year in enumerate(clock.labels)
    ]
    return frame(rows, "barrier year share")
