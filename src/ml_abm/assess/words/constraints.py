"""What holds a programme back, and when? Nothing is named that its interval does not allow."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ...foundation.numbers_in_words import between, capital, listed, percent, points

if TYPE_CHECKING:
    from ..assessed import Assessed

BINDS = 0.01  # of coverage: a constraint that costs less is not named
MOST_NAMED = 3


def binding_names(a: Assessed, when: str = "then") -> list[str]:
    """Return the constraint that costs most in the year of the endgame (`then`) or in the last year, with those that cannot be told from it."""
    table = a.tables["constraints"].sort_values(f"{when}_gain", ascending=False)
    if table.iloc[0][f"{when}_gain"] < BINDS or table.iloc[0][f"{when}_low"] <= 0:
        return []
    near = table[table[f"{when}_as_first"] & (table[f"{when}_low"] > 0) & (table[f"{when}_gain"] >= BINDS)]
    return list(near["constraint"])


def binding(a: Assessed) -> str:
    """Return what holds it back in the year of the endgame, in one sentence."""
    names = binding_names(a)
    if not names:
        return (
            "No single constraint can be named: taking any one of them away changes coverage in the year of the endgame by less than a "
            "point, or by no amount that the futures agree on."
        )
    return capital(bound(a, "then", names))


def bound(a: Assessed, when: str, names: list[str]) -> str:
    """Return the constraints that cost most at one time, the first with its gain."""
    first = a.tables["constraints"].set_index("constraint").loc[names[0]]
    gain, low, high = (first[f"{when}_{what}"] for what in ("gain", "low", "high"))
    year = f" in {a.clock.endgame_year}" if when == "then" else ""
    said = (
        f"{names[0]}: {first.meaning}. Without it, {points(gain)} more of all teaching would follow the design{year} "
        f"(95% interval {between(low, high)})."
    )
    if len(names) > 1:
        more = len(names) - 1 - MOST_NAMED
        near = names[1:] if more <= 0 else [*names[1 : 1 + MOST_NAMED], f"{more} more"]
        said += f" Whether it or {listed(near, 'or')} costs more cannot be told."
    return said


def binding_after(a: Assessed) -> str:
    """Return what holds it back once outside money has gone; nothing where the endgame asks for no years after it."""
    if not a.clock.after:
        return ""
    when = f"In {a.clock.last_year}, once outside money has gone"
    names, before = binding_names(a, "last"), binding_names(a)
    if not names:
        return f"{when}, no single constraint can be named."
    if names == before:
        gain = a.tables["constraints"].set_index("constraint").loc[names[0], "last_gain"]
        return f"{when}, it is still {listed(names, 'or')} ({points(gain)})."
    return f"{when}, what costs most is {bound(a, 'last', names)}"


def together(a: Assessed) -> str:
    """Return what the model gives without any constraint, and which costs most as the only one left."""
    table = a.tables["constraints"]
    said = f"With none of the {len(table)} constraints, coverage would be {percent(a.ceiling)} from {a.clock.endgame_year} on."
    left = table.dropna(subset=["alone_costs"])
    if len(left):
        most = left.loc[left["alone_costs"].idxmax()]
        if most.alone_costs >= BINDS:
            said += f" Were all others solved, {most.constraint} alone would still cost {points(most.alone_costs)}."
    return said


def binding_by_year(a: Assessed) -> list[tuple[int, str]]:
    """Return the constraint that costs most in each year, '' where none surely costs a point."""
    table = a.tables["constraint_years"]
    found = []
    for year, rows in table.groupby("year", sort=True):
        first = rows.loc[rows["gain"].idxmax()]
        named = first.gain >= BINDS and first.low > 0
        found.append((int(year), str(first.constraint) if named else ""))
    return found


def story(a: Assessed) -> str:
    """Return which constraint binds when."""
    parts = []
    for name, years in groupby(binding_by_year(a), key=lambda pair: pair[1]):
        span = [year for year, _ in years]
        when = f"from {span[0]} to {span[-1]}" if len(span) > 1 else f"in {span[0]}"
        parts.append(f"{name or 'none that can be named'} {when}")
    return f"What costs most: {', '.join(parts)}."


FUNNEL_WORDS = {
    "lost_not_reached": "their school is not reached",
    "lost_unaware": "they have not heard of it",
    "lost_untrained": "they had no course",
    "lost_overloaded": "their week is too full",
    "lost_not_convinced": "they are not convinced",
    "lost_lapsed": "they stopped",
    "lost_left": "the trained teacher left",
    "lost_low_fidelity": "they use it, but far from the design",
    "delivering": "they deliver it",
}


def funnel(a: Assessed) -> str:
    """Return where most teachers are lost in the endgame's year."""
    table = a.tables["funnel"]
    year = a.clock.labels[a.clock.by - 1]
    now = table[table["year"] == year].set_index("barrier")["share"]
    lost = now.drop("delivering").sort_values(ascending=False)
    first, second = lost.index[0], lost.index[1]
    return (
        f"In {a.clock.endgame_year}, {percent(now['delivering'])} of all teachers deliver it. Most of the others are lost because "
        f"{FUNNEL_WORDS[first]} ({percent(lost[first])} of all), then because {FUNNEL_WORDS[second]} ({percent(lost[second])})."
    )
