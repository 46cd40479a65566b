"""What does each step gain, at what price, and which pairs are more than their parts? Means over all years."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from ...scenario import Endgame, Scenario
from ..change import in_words
from ..endgame import Clock, Lived, reached
from ..estimates import all_years, at_the_end, mean_over, not_surely_less, paired, ratio
from ..levers import LEVERS, Lever, possible_levers
from ..runs import Runs
from ..variants import AS_IT_IS
from .frame import COVERAGE, LEARNING, frame

if TYPE_CHECKING:
    import pandas as pd

NOTICEABLE = 0.005  # of coverage, over all years: half a point
NOTICEABLE_SHARE = 0.1  # of the coverage that there is
NEXT_BEST = 4  # levers that are paired among themselves


def extra_cost(lever: Lever, scenario: Scenario, clock: Clock, after: Lived, before: Lived) -> np.ndarray:
    """Return what a lever costs in each draw over all years: what spending rises by, and what is declared beside it."""
    n = len(after["spending"])
    priced = after["spending"].sum(axis=1) - before["spending"][:n].sum(axis=1)
    years = after["schools_enrolled"].sum(axis=1)
    return np.asarray(
        priced + np.array([lever.declared_cost(scenario, clock.years, float(y)) for y in years])
    )


def levers(scenario: Scenario, endgame: Endgame, clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return what each lever does and costs, over all years; the largest gain first.

    `per_100usd` is pupil-years taught as designed, and `lays_per_100usd` learning-adjusted years, that 100 USD more give; both
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
        "per_100usd per_low per_high lays_per_100usd lays_low lays_high basis steps"
    )
    table = frame(rows, columns).sort_values("gain", ascending=False, ignore_index=True)
    means = [all_years(runs["lever", name], COVERAGE) for name in table["lever"]]
    return table.assign(as_first=[not_surely_less(means[0], other) for other in means])


def noticeable(table: pd.DataFrame) -> float:
    """Return the gain from which a step can be noticed: half a point of coverage, or a tenth of what there is where that is less."""
    return min(NOTICEABLE, NOTICEABLE_SHARE * float(table["before"].iloc[0])) if len(table) else NOTICEABLE


def lever_row(
    lever: Lever, scenario: Scenario, endgame: Endgame, clock: Clock, after: Lived, before: Lived
) -> dict[str, Any]:
    """Return one lever's gain and price."""
    n = len(after["spending"])
    gain = paired(all_years(after, COVERAGE), all_years(before, COVERAGE))
    learning = paired(all_years(after, LEARNING), all_years(before, LEARNING))
    cost = extra_cost(lever, scenario, clock, after, before)
    taught, lays = (
        after[name].sum(axis=1) - before[name][:n].sum(axis=1) for name in ("pupils_taught", "lays")
    )
    per, per_lays = ratio(100 * taught, cost), ratio(100 * lays, cost)
    price = mean_over(cost)
    won = reached(endgame, clock, after).astype(float) - reached(endgame, clock, before)[:n]
    nothing = (float("nan"),) * 3
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
        "cost": price.mean,
        "cost_low": price.low,
        "cost_high": price.high,
        **dict(zip(("per_100usd", "per_low", "per_high"), per or nothing, strict=True)),
        **dict(zip(("lays_per_100usd", "lays_low", "lays_high"), per_lays or nothing, strict=True)),
        "basis": lever.basis,
        "steps": in_words(lever.steps),
    }


def chosen_pairs(table: pd.DataFrame, scenario: Scenario) -> list[tuple[Lever, Lever]]:
    """Return the pairs that are worth a run: the lever to pull first with every other one, and the next best among themselves."""
    known = {lever.name: lever for lever in possible_levers(scenario)}
    ranked = list(table["lever"])
    lead = first_lever(table) or (ranked[0] if ranked else None)
    found = [(known[lead], known[name]) for name in ranked if lead and name != lead]
    top = [name for name in ranked if name != lead][:NEXT_BEST]
    return found + [(known[a], known[b]) for a, b in combinations(top, 2)]


def first_lever(table: pd.DataFrame) -> str | None:
    """Return the lever to pull first: of those that surely gain, and half as much as the most, the one that gains most for the money.

    None where no lever surely gains as much as can be noticed: half a point, or a tenth of what is there.
    """
    sure = table[(table["low"] > 0) & (table["gain"] >= noticeable(table))]
    if not len(sure):
        return None
    large = sure[sure["gain"] >= sure["gain"].max() / 2]
    # what is not sure to cost anything comes first, then the most for 100 USD
    return str(
        large.sort_values(["per_100usd", "gain"], ascending=False, na_position="first").iloc[0]["lever"]
    )


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
