"""What is spent by line and payer, and what does a pupil cost, in the pilot and at scale? Over runs as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...scenario import Scenario
from ..endgame import Clock
from ..estimates import spread
from ..runs import LINES, PAYER, Runs
from ..variants import AS_IT_IS
from .frame import frame

if TYPE_CHECKING:
    import pandas as pd


def spending(scenario: Scenario, clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return what is spent a year, by line and by payer, in the pilot's years and at scale: means over draws."""
    lived = runs[AS_IT_IS]
    names = {name: ("line", name.removeprefix("spending_")) for name in LINES}
    names |= {PAYER + funder.name: ("payer", funder.name) for funder in scenario.funders}
    names |= {"spending": ("total", "all lines")}
    rows = []
    for name, (kind, label) in names.items():
        row: dict[str, Any] = {"kind": kind, "item": label}
        for when, years in periods(clock).items():
            row[when] = float(lived[name][:, years].mean())
        rows.append(row)
    return frame(rows, "kind item pilot scale")


def periods(clock: Clock) -> dict[str, slice]:
    """Return the years that count as the pilot (the first two, or fewer) and as at scale (the endgame's year)."""
    return {"pilot": slice(0, max(1, min(2, clock.by - 1))), "scale": slice(clock.by - 1, clock.by)}


def unit_costs(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return cost per pupil per year, and learning per US$100, in the pilot's years, at scale and over all: medians and 90% of draws."""
    lived = runs[AS_IT_IS]
    spans = {**periods(clock), "all": slice(0, clock.years)}
    measures = {
        "US$ per pupil whose teacher uses it": ("spending", "pupils_reached", 1.0),
        "US$ per pupil taught as designed": ("spending", "pupils_taught", 1.0),
        "LAYS per US$100": ("lays", "spending", 100.0),
    }
    rows = []
    for measure, (top, bottom, times) in measures.items():
        for when, years in spans.items():
            a, b = (lived[name][:, years].sum(axis=1) for name in (top, bottom))
            good = b > 0
            if good.any():
                median, low, high = spread(times * a[good] / b[good])
                rows.append({"measure": measure, "when": when, "median": median, "low": low, "high": high})
    return frame(rows, "measure when median low high")
