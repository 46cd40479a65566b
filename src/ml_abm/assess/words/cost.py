"""What does it cost, who pays, and what does the money buy? In the pilot, at scale and over all years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...foundation.numbers_in_words import between, money, percent, significant

if TYPE_CHECKING:
    from ..assessed import Assessed


def unit(a: Assessed, measure: str, when: str) -> Any:
    """Return one row of unit costs, or None where nobody was taught."""
    table = a.tables["unit_costs"]
    found = table[table["measure"].str.contains(measure) & (table["when"] == when)]
    return found.iloc[0] if len(found) else None


def price(a: Assessed) -> str:
    """Return what it costs at scale, in one sentence."""
    total = a.tables["spending"].set_index("item").loc["all lines", "scale"]
    taught, used = unit(a, "taught as designed", "scale"), unit(a, "uses it", "scale")
    said = f"{money(total)} in the year of the endgame (mean over futures)"
    if taught is None or used is None:
        return said + "; nobody is taught by then, so there is no price per pupil."
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
