"""Levers and pairs of levers: gain, price and order; tables and sentences. Nothing is advised that its interval does not allow."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from ...foundation.numbers_in_words import between, capital, listed, lower, money, percent, points
from ...scenario import Endgame, Scenario
from ..change import in_words
from ..endgame import ByYear, Clock, reached
from ..estimates import all_years, at_the_end, mean_over, not_surely_less, paired, ratio
from ..levers import LEVERS, PRICED, RANGE, Lever, possible_levers
from ..runs import Runs
from ..variants import AS_IT_IS
from .frame import COVERAGE, LEARNING, frame

if TYPE_CHECKING:
    import pandas as pd

    from ..found import Assessed

NOTICEABLE = 0.005  # of coverage, over all years: half a point
NOTICEABLE_SHARE = 0.1  # of the coverage that there is
NEXT_BEST = 4  # levers that are paired among themselves


def extra_cost(
    lever: Lever, scenario: Scenario, clock: Clock, after: ByYear, before: ByYear, times: float = 1.0
) -> np.ndarray:
    """Return what a lever costs in each draw over all years: what spending rises by, and so many times what is declared beside it."""
    n = len(after["spending"])
    priced = after["spending"].sum(axis=1) - before["spending"][:n].sum(axis=1)
    years = after["schools_enrolled"].sum(axis=1)
    declared = [lever.declared_cost(scenario, clock.years, float(y)) for y in years]
    return np.asarray(priced + times * np.array(declared))


def levers(scenario: Scenario, endgame: Endgame, clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return what each lever does and costs, over all years; the largest gain first. `rank` is the order in which to take them (`ranked`).

    Where a price is assumed, `cost_low` is at a third of it and `cost_high` at three times, and so are the ends of gains for the money. `per_100usd` is pupil-years taught as designed, and `lays_per_100usd` learning-adjusted years, that 100 USD more give; both
    are empty where it is not sure that the step costs anything.
    """
    before = runs[AS_IT_IS]
    rows = [
        lever_row(lever, scenario, endgame, clock, runs["lever", lever.name], before)
        for lever in LEVERS
        if ("lever", lever.name) in runs
    ]
    columns = (
        "lever does group before gain low high better_in end_gain learning_gain learning_low learning_high odds_gain cost cost_low cost_high "
        "per_100usd per_low per_high lays_per_100usd lays_low lays_high basis assumed who steps"
    )
    table = frame(rows, columns).sort_values("gain", ascending=False, ignore_index=True)
    means = [all_years(runs["lever", name], COVERAGE) for name in table["lever"]]
    table = table.assign(as_first=[not_surely_less(means[0], other) for other in means])
    order = ranked(table)
    return table.assign(rank=[order.index(name) + 1 if name in order else 0 for name in table["lever"]])


def noticeable(table: pd.DataFrame) -> float:
    """Return the gain from which a step can be noticed: half a point of coverage, or a tenth of what there is where that is less."""
    return min(NOTICEABLE, NOTICEABLE_SHARE * float(table["before"].iloc[0])) if len(table) else NOTICEABLE


def lever_row(
    lever: Lever, scenario: Scenario, endgame: Endgame, clock: Clock, after: ByYear, before: ByYear
) -> dict[str, Any]:
    """Return one lever's gain and price."""
    n = len(after["spending"])
    gain = paired(all_years(after, COVERAGE), all_years(before, COVERAGE))
    learning = paired(all_years(after, LEARNING), all_years(before, LEARNING))
    cost, cheap, dear = (
        extra_cost(lever, scenario, clock, after, before, times) for times in (1.0, 1 / RANGE, RANGE)
    )
    taught, lays = (
        after[name].sum(axis=1) - before[name][:n].sum(axis=1) for name in ("pupils_taught", "lays")
    )
    per, per_lays = (for_the_money(100 * what, cost, cheap, dear) for what in (taught, lays))
    won = reached(endgame, clock, after).astype(float) - reached(endgame, clock, before)[:n]
    return {
        "lever": lever.name,
        "does": lever.does,
        "group": lever.group,
        "before": float(all_years(before, COVERAGE).mean()),
        "gain": gain.mean,
        "low": gain.low,
        "high": gain.high,
        "better_in": gain.better,
        "end_gain": paired(at_the_end(after, COVERAGE, clock), at_the_end(before, COVERAGE, clock)).mean,
        "learning_gain": learning.mean,
        "learning_low": learning.low,
        "learning_high": learning.high,
        "odds_gain": float(won.mean()),
        "cost": mean_over(cost).mean,
        "cost_low": mean_over(cheap).low,
        "cost_high": mean_over(dear).high,
        **dict(zip(("per_100usd", "per_low", "per_high"), per, strict=True)),
        **dict(zip(("lays_per_100usd", "lays_low", "lays_high"), per_lays, strict=True)),
        "basis": lever.basis,
        "assumed": lever.is_assumed,
        "who": lever.who,
        "steps": in_words(lever.steps),
    }


def for_the_money(
    gain: np.ndarray, cost: np.ndarray, cheap: np.ndarray, dear: np.ndarray
) -> tuple[float, float, float]:
    """Return gain per cost, with the low end where it is dear and the high end where it is cheap; nan where it is not sure that it costs anything."""
    found = [ratio(gain, price) for price in (cost, dear, cheap)]
    if None in found:
        return (float("nan"),) * 3
    middle, at_dear, at_cheap = (one for one in found if one is not None)
    return float(middle.mean), float(at_dear.low), float(at_cheap.high)


def chosen_pairs(table: pd.DataFrame, scenario: Scenario) -> list[tuple[Lever, Lever]]:
    """Return the pairs that are worth a run: the lever to pull first with every other one, and the next best among themselves."""
    known = {lever.name: lever for lever in possible_levers(scenario)}
    ranked = list(table["lever"])
    lead = first_lever(table) or (ranked[0] if ranked else None)
    found = [(known[lead], known[name]) for name in ranked if lead and name != lead]
    top = [name for name in ranked if name != lead][:NEXT_BEST]
    return found + [(known[a], known[b]) for a, b in combinations(top, 2)]


def ranked(table: pd.DataFrame) -> list[str]:
    """Return the levers that are worth taking, in the order in which to take them: the one rule of headline and table.

    Of those that clearly gain what can be noticed, those come first that gain half as much as the most; among them what gains most for the
    money, at the dear end of its price. What is not sure to cost anything goes before all that costs.
    """
    sure = table[(table["low"] > 0) & (table["gain"] >= noticeable(table))]
    large = sure["gain"] >= sure["gain"].max() / 2
    order = sure.assign(large=large).sort_values(
        ["large", "per_low", "gain"], ascending=False, na_position="first"
    )
    return [str(name) for name in order["lever"]]


def first_lever(table: pd.DataFrame) -> str | None:
    """Return the lever to take first (`ranked`), None where none clearly gains as much as can be noticed: half a point, or a tenth of what is there."""
    return next(iter(ranked(table)), None)


def pairs(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return pairs of levers: what both do, and by how much that is more (or less) than the two by themselves."""
    before = all_years(runs[AS_IT_IS], COVERAGE)
    rows = []
    for name in runs.of("pair"):
        one, other = name.split("|")
        n = len(runs["pair", name]["spending"])
        together = all_years(runs["pair", name], COVERAGE)
        a, b = (all_years(runs["lever", lever], COVERAGE)[:n] for lever in (one, other))
        gain = paired(together, before)
        more = paired(together + before[:n], a + b)
        alone_, after_ = paired(b, before), paired(together, a)
        rows.append(
            {
                "first": one,
                "second": other,
                "gain": gain.mean,
                "low": gain.low,
                "high": gain.high,
                "interaction": more.mean,
                "interaction_low": more.low,
                "interaction_high": more.high,
                "second_alone": alone_.mean,
                "second_after_first": after_.mean,
                "second_after_first_low": after_.low,
            }
        )
    columns = "first second gain low high interaction interaction_low interaction_high second_alone second_after_first second_after_first_low"
    return frame(rows, columns).sort_values("gain", ascending=False, ignore_index=True)


# --- in words

NOTHING = 5e-5  # of coverage: what is shown as 0
RULE = "Of the steps that gain at least half as much as the best, it gives most for the money, even at three times any assumed price."


def row_of_first(a: Assessed) -> Any:
    """Return the row of the lever to pull first, or None."""
    table = a.tables["levers"]
    name = first_lever(table)
    return None if name is None else table.set_index("lever", drop=False).loc[name]


def first_step(a: Assessed) -> str:
    """Return the first lever in one sentence, with gain and price."""
    row = row_of_first(a)
    if row is None:
        best = a.tables["levers"].iloc[0]
        return (
            f"None of the {len(a.tables['levers'])} steps clearly gains {points(noticeable(a.tables['levers']))} of coverage by itself (the "
            f"most: {best.lever}, {points(best.gain)}, {between(best.low, best.high)}). Larger steps, or several at once, are needed."
        )
    return (
        f"{capital(row.lever)}: {lower(row.does)}. Averaged over all {a.clock.years} years it adds {points(row.gain)} "
        f"({between(row.low, row.high)}) to a coverage of {percent(row.before)}; {priced(row)}. {RULE}"
    )


def priced(row: Any) -> str:
    """Return what a step costs in words: an amount where it is sure that it costs or saves, else that this is too close to call."""
    if row.cost_low > 0:
        return f"it costs {money(row.cost)} over all years ({between(row.cost_low, row.cost_high, money)})"
    if row.cost_high < 0:
        return f"it saves {money(-row.cost)} over all years ({between(-row.cost_high, -row.cost_low, money)})"
    if row.cost == 0 and row.cost_low == 0 and row.cost_high == 0:
        return "it costs nothing more"
    return (
        f"whether it costs more in all is too close to call ({between(row.cost_low, row.cost_high, money)})"
    )


def best_pair(a: Assessed) -> str:
    """Return the best pair of levers, and whether it is more than its parts."""
    table = a.tables["pairs"]
    if not len(table):
        return "Pairs of levers were left out to be quick."
    row = table.iloc[0]
    if row.low <= 0:
        return f"No pair clearly gains: the best, {row['first']} with {row.second}, {between(row.low, row.high)}."
    if row.interaction_low > 0:
        more = f"{points(row.interaction)} more than the two by themselves: they strengthen each other"
    elif row.interaction_high < 0:
        more = (
            f"{points(-row.interaction)} less than the two by themselves: one does part of the other's work"
        )
    else:
        more = f"whether that is more or less than the two by themselves is too close to call ({between(row.interaction_low, row.interaction_high)})"
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
    return f"No pair that was run clearly needs a step first; what should come after {lead or 'it'} is too close to call."


def harmful(a: Assessed) -> list[str]:
    """Return which steps clearly harm as much as can be noticed, and why, as far as that is known."""
    table = a.tables["levers"]
    harms = table[(table["high"] < 0) & (table["gain"] <= -noticeable(table))]
    if not len(harms):
        return []
    said = [
        f"Clearly harmful by itself: {listed(f'{r.lever} ({points(r.gain)})' for r in harms.itertuples())}."
    ]
    money = a.tables["constraints"].set_index("constraint").loc["money"]
    if money.low > 0 and (harms["basis"] == PRICED).any():
        said.append("Money is short, so what such a step costs is taken from what does more.")
    return said


def of_levers(a: Assessed, names: tuple[str, ...], what: str) -> list[str]:
    """Return in words which levers of a group clearly help, which clearly harm, and for how many that is too close to call."""
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
        said.append(f"Of {what}, what clearly helps most: {named}.")
    else:
        said.append(f"None of {what} clearly helps by one step.")
    if len(harms):
        said.append(f"Clearly harmful: {listed(harms['lever'])}.")
    if len(nothing):
        said.append(f"Changes nothing here: {listed(nothing['lever'])}.")
    unsure = rows[(rows["low"] <= 0) & (rows["high"] >= 0)]
    if len(unsure):
        said.append(f"Too close to call: {listed(unsure['lever'])}.")
    at_end = [name for name in names if name not in set(table["lever"])]
    if at_end:
        said.append(f"Already at their limit here: {listed(at_end)}.")
    return said
