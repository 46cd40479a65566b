"""What is to be done first, what does it cost, and which steps strengthen each other? Nothing is advised that is not sure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...foundation.numbers_in_words import between, capital, listed, lower, money, percent, points
from ..answers.levers import first_lever, noticeable
from ..levers import PRICED

if TYPE_CHECKING:
    from ..assessed import Assessed

NOTHING = 5e-5  # of coverage: what is shown as 0


def lever_row(a: Assessed) -> Any:
    """Return the row of the lever to pull first, or None."""
    table = a.tables["levers"]
    name = first_lever(table)
    return None if name is None else table.set_index("lever", drop=False).loc[name]


def first_step(a: Assessed) -> str:
    """Return the first lever in one sentence, with gain and price."""
    row = lever_row(a)
    if row is None:
        best = a.tables["levers"].iloc[0]
        return (
            f"None of the {len(a.tables['levers'])} steps surely gains {points(noticeable(a.tables['levers']))} of coverage by itself (the "
            f"most: {best.lever}, {points(best.gain)}, {between(best.low, best.high)}). Larger steps, or several at once, are needed."
        )
    return (
        f"{capital(row.lever)}: {lower(row.does)}. Averaged over all {a.clock.years} years it adds {points(row.gain)} "
        f"({between(row.low, row.high)}) to a coverage of {percent(row.before)}; {priced(row)}."
    )


def priced(row: Any) -> str:
    """Return what a step costs in words: an amount where it is sure that it costs or saves, else that this cannot be told."""
    if row.cost_low > 0:
        return f"it costs {money(row.cost)} over all years ({between(row.cost_low, row.cost_high, money)})"
    if row.cost_high < 0:
        return f"it saves {money(-row.cost)} over all years ({between(-row.cost_high, -row.cost_low, money)})"
    if row.cost == 0 and row.cost_low == 0 and row.cost_high == 0:
        return "it costs nothing more"
    return f"whether it costs more in all cannot be told ({between(row.cost_low, row.cost_high, money)})"


def best_pair(a: Assessed) -> str:
    """Return the best pair of levers, and whether it is more than its parts."""
    table = a.tables["pairs"]
    if not len(table):
        return "Pairs of levers were left out to be quick."
    row = table.iloc[0]
    if row.low <= 0:
        return (
            f"No pair surely gains: the best, {row['first']} with {row.second}, {between(row.low, row.high)}."
        )
    if row.interaction_low > 0:
        more = f"{points(row.interaction)} more than the two by themselves: they strengthen each other"
    elif row.interaction_high < 0:
        more = (
            f"{points(-row.interaction)} less than the two by themselves: one does part of the other's work"
        )
    else:
        more = f"whether that is more or less than the two by themselves cannot be told ({between(row.interaction_low, row.interaction_high)})"
    return f"Best of {len(table)} pairs: {row['first']} with {row.second}, {points(row.gain)} ({between(row.low, row.high)}); {more}."


def sequence(a: Assessed) -> str:
    """Return what is needed first, and what next."""
    table = a.tables["pairs"]
    if not len(table):
        return ""
    needs = table[(table["interaction_low"] > 0) & (table["interaction"] >= noticeable(a.tables["levers"]))]
    if len(needs):
        row = needs.iloc[0]
        alone_first = row.gain - row.second_after_first
        first, second = (
            (row["first"], row.second) if alone_first >= row.second_alone else (row.second, row["first"])
        )
        return f"Needed first: {first}. Without it, {second} gives less."
    lead = first_lever(a.tables["levers"])
    after = table[table["first"] == lead].sort_values("second_after_first", ascending=False)
    if lead and len(after) and after.iloc[0].second_after_first_low > 0:
        row = after.iloc[0]
        return f"In order: {lead} first, then {row.second} ({points(row.second_after_first)} on top of it). No step that was run has to wait for another."
    return f"No pair that was run surely needs a step first; what should come after {lead or 'it'} cannot be told."


def harmful(a: Assessed) -> list[str]:
    """Return which steps surely harm as much as can be noticed, and why, as far as that is known."""
    table = a.tables["levers"]
    harms = table[(table["high"] < 0) & (table["gain"] <= -noticeable(table))]
    if not len(harms):
        return []
    said = [
        f"Surely harmful by itself: {listed(f'{r.lever} ({points(r.gain)})' for r in harms.itertuples())}."
    ]
    money = a.tables["constraints"].set_index("constraint").loc["money"]
    if money.low > 0 and (harms["basis"] == PRICED).any():
        said.append("Money is short, so what such a step costs is taken from what does more.")
    return said


def of_levers(a: Assessed, names: tuple[str, ...], what: str) -> list[str]:
    """Return in words which levers of a group surely help, which surely harm, and for how many that cannot be told."""
    table = a.tables["levers"]
    rows = table[table["lever"].isin(names)]
    nothing = rows[(rows["low"].abs() < NOTHING) & (rows["high"].abs() < NOTHING)]
    rows = rows.drop(nothing.index)
    helps, harms = rows[rows["low"] > 0], rows[rows["high"] < 0]
    said = []
    if len(helps):
        named = listed(
            f"{r.lever} ({points(r.gain)}, {between(r.low, r.high)})" for r in helps.head(3).itertuples()
        )
        said.append(f"Of {what}, what surely helps most: {named}.")
    else:
        said.append(f"None of {what} surely helps by one step.")
    if len(harms):
        said.append(f"Surely harmful: {listed(harms['lever'])}.")
    if len(nothing):
        said.append(f"Changes nothing here: {listed(nothing['lever'])}.")
    unsure = rows[(rows["low"] <= 0) & (rows["high"] >= 0)]
    if len(unsure):
        said.append(f"Cannot be told: {listed(unsure['lever'])}.")
    at_end = [name for name in names if name not in set(table["lever"])]
    if at_end:
        said.append(f"Cannot be moved further here: {listed(at_end)}.")
    return said
