"""Programmes like this one: how fast real programmes grew from their first count, beside what the endgame asks; table and sentence."""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from ...calibration.data import data_file
from ...foundation.numbers_in_words import counted, listed, number, percent
from ...scenario import Endgame, Scenario
from ..endgame import Clock
from .frame import frame

if TYPE_CHECKING:
    import pandas as pd

    from ..found import Assessed

MARKS = ("A", "B")  # seen in a source, itself or second hand


def nearest(scenario: Scenario, endgame: Endgame, clock: Clock) -> pd.DataFrame:
    """Return real programmes whose schools were counted twice or more within as many years as the endgame gives, the nearest in size at the start first.

    Each is followed from its first count to its last within those years, half of them at least. `growth` is of the number of schools, a year.
    """
    cases = data_file("cases")
    cases = cases[(cases["metric"] == "schools") & cases["confidence"].isin(MARKS) & (cases["value"] > 0)]
    rows = []
    for name, points in cases.sort_values("year").groupby("case_id", sort=True):
        first = points.iloc[0]
        within = points[points["year"] <= first["year"] + clock.by]
        last = within.iloc[-1]
        years = float(last["year"] - first["year"])
        if 2 * years < clock.by:
            continue
        rows.append(
            {
                "case": name,
                "programme": first["programme"],
                "country": first["country"],
                "since": float(first["year"]),
                "first": float(first["value"]),
                "years": years,
                "last": float(last["value"]),
                "growth": growth(float(first["value"]), float(last["value"]), years),
                "itself": name == scenario.case,
            }
        )
    table = frame(rows, "case programme country since first years last growth itself")
    begins = max(1, scenario.programme.pilot_schools)
    apart = [abs(log(first / begins)) for first in table["first"]]
    return table.assign(apart=apart).sort_values("apart", ignore_index=True).drop(columns="apart")


def growth(first: float, last: float, years: float) -> float:
    """Return growth a year as a share."""
    return float((last / first) ** (1 / years) - 1)


def asked_growth(scenario: Scenario, endgame: Endgame, clock: Clock) -> float | None:
    """Return by how much a year schools have to grow from the pilot to the endgame; None without a pilot or a number of schools."""
    pilot, asked = scenario.programme.pilot_schools, endgame.schools * scenario.setting.schools
    if pilot == 0 or asked <= pilot:
        return None
    return growth(pilot, asked, clock.by)


# --- in words


def like_this_one(a: Assessed) -> list[str]:
    """Return how many real programmes grew as fast as the endgame asks; no sentence where it asks for no growth."""
    asked, table = asked_growth(a.scenario, a.endgame, a.clock), a.tables["nearest"]
    others = table[~table["itself"].astype(bool)]
    if asked is None or not len(others):
        return []
    as_fast = int((others["growth"] >= asked).sum())
    near = listed(
        f"{r.programme} ({number(r.first)} to {number(r.last)} schools in {counted(round(r.years), 'year')}, {percent(r.growth)} a year)"
        for r in others.head(3).itertuples()
    )
    schools = number(a.endgame.schools * a.scenario.setting.schools)
    return [
        f"From {number(a.scenario.programme.pilot_schools)} schools in the pilot to {schools} in {counted(a.clock.by, 'year')} is growth of {percent(asked)} a year.",
        f"Of {len(others)} real programmes with counts over as long, or half as long at least, {as_fast} grew as fast. Nearest in size at the start: {near}.",
        "Programmes that were counted are those that grew: others like them were never written about.",
    ]
