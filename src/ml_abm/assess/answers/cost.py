"""Cost: what is spent by line and by payer, and cost per pupil, in the pilot and at scale; tables and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...foundation.numbers_in_words import between, money, percent, significant
from ...scenario import Scenario
from ..endgame import Clock
from ..estimates import spread
from ..runs import LINES, PAYER, Runs
from ..variants import AS_IT_IS
from .frame import frame

if TYPE_CHECKING:
    import pandas as pd

    from ..found import Assessed


def spending(scenario: Scenario, clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return what is spent a year, by line and by payer, in the pilot's years and at scale: means over draws."""
    outcomes = runs[AS_IT_IS]
    names = {name: ("line", name.removeprefix("spending_")) for name in LINES}
    names |= {PAYER + funder.name: ("payer", funder.name) for funder in scenario.funders}
    names |= {"spending": ("total", "all lines")}
    rows = []
    for name, (kind, label) in names.items():
        row: dict[str, Any] = {"kind": kind, "item": label}
        for when, years in periods(clock).items():
            row[when] = float(outcomes[name][:, years].mean())
        rows.append(row)
    return frame(rows, "kind item pilot scale")


def periods(clock: Clock) -> dict[str, slice]:
    """Return the years that count as the pilot (the first two, or fewer) and as at scale (the endgame's year)."""
    return {"pilot": slice(0, max(1, min(2, clock.by - 1))), "scale": slice(clock.by - 1, clock.by)}


def unit_costs(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return cost per pupil per year, and learning per US$100, in the pilot's years, at scale and over all: medians and 90% of draws."""
    outcomes = runs[AS_IT_IS]
    spans = {**periods(clock), "all": slice(0, clock.years)}
    measures = {
        "US$ per pupil whose teacher uses it": ("spending", "pupils_reached", 1.0),
        "US$ per pupil taught as designed": ("spending", "pupils_taught", 1.0),
        "LAYS per US$100": ("lays", "spending", 100.0),
    }
    rows = []
    for measure, (top, bottom, times) in measures.items():
        for when, years in spans.items():
            a, b = (outcomes[name][:, years].sum(axis=1) for name in (top, bottom))
            good = b > 0
            if good.any():
                median, low, high = spread(times * a[good] / b[good])
                rows.append({"measure": measure, "when": when, "median": median, "low": low, "high": high})
    return frame(rows, "measure when median low high")


# --- in words


def unit(a: Assessed, measure: str, when: str) -> Any:
    """Return one row of unit costs, or None where no pupil was taught."""
    table = a.tables["unit_costs"]
    found = table[table["measure"].str.contains(measure) & (table["when"] == when)]
    return found.iloc[0] if len(found) else None


def price(a: Assessed) -> str:
    """Return what it costs at scale, in one sentence."""
    total = a.tables["spending"].set_index("item").loc["all lines", "scale"]
    taught, used = unit(a, "taught as designed", "scale"), unit(a, "uses it", "scale")
    said = f"{money(total)} in the year of the endgame (mean over futures)"
    if taught is None or used is None:
        return said + "; no pupil is taught by then, so there is no price per pupil."
    return (
        f"{said}: {money(taught['median'])} per year for each pupil who is taught as designed (9 in 10 futures: "
        f"{between(taught.low, taught.high, money)}); counted on all whose teacher uses it at all, {money(used['median'])}."
    )


def costs(a: Assessed) -> list[str]:
    """Return who pays for what, and how that changes from pilot to scale."""
    table = a.tables["spending"]
    total = table.set_index("item").loc["all lines"]
    lines, payers = (
        table[table["kind"] == kind].sort_values("scale", ascending=False) for kind in ("line", "payer")
    )
    said = [
        f"{money(total.pilot)} per year in the pilot's years, {money(total.scale)} in the year of the endgame."
    ]
    if total.scale > 0:
        top = lines.iloc[0]
        said.append(
            f"The largest line at scale is {top['item']} ({percent(top.scale / total.scale)}); the largest payer {payers.iloc[0]['item']} ({percent(payers.iloc[0].scale / total.scale)})."
        )
    lays = unit(a, "LAYS", "all")
    if lays is not None:
        said.append(
            f"US$100 buy {significant(lays['median'])} learning-adjusted years of schooling over all years (9 in 10 futures: {between(lays.low, lays.high, significant)})."
        )
    pilot, scale = (unit(a, "taught as designed", when) for when in ("pilot", "scale"))
    if pilot is not None and scale is not None:
        said.append(
            f"A pupil taught as designed costs {money(pilot['median'])} per year in the pilot and {money(scale['median'])} at scale."
        )
    return said
