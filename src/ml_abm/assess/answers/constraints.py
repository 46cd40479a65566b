"""Binding constraints: what coverage gains when each is taken away, and in which years; tables and sentences."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ...foundation.numbers_in_words import between, capital, listed, percent, points
from ..change import in_words
from ..constraints import CONSTRAINTS
from ..endgame import Clock
from ..estimates import at_the_end, not_surely_less, paired
from ..runs import Runs
from ..variants import AS_IT_IS, EVERYTHING
from .frame import COVERAGE, LEARNING, frame

if TYPE_CHECKING:
    import pandas as pd

    from ..found import Assessed


def constraints(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return what coverage gains when each constraint is taken away, from the endgame's year on, the largest first.

    `then_` is the same in the year of the endgame, `last_` in the last year, when outside money has gone. `alone_costs` is what it
    costs where it is the only constraint left; empty where that was not run.
    """
    before = at_the_end(runs[AS_IT_IS], COVERAGE, clock)
    rows = []
    for constraint in CONSTRAINTS:
        gain = paired(at_the_end(runs["constraint", constraint.name], COVERAGE, clock), before)
        learning = paired(
            at_the_end(runs["constraint", constraint.name], LEARNING, clock),
            at_the_end(runs[AS_IT_IS], LEARNING, clock),
        )
        rows.append(
            {
                "constraint": constraint.name,
                "meaning": constraint.meaning,
                "relaxed": constraint.relaxed,
                "gain": gain.mean,
                "low": gain.low,
                "high": gain.high,
                "better_in": gain.better,
                "learning_gain": learning.mean,
                **in_year("then", runs, constraint.name, clock.by - 1),
                **in_year("last", runs, constraint.name, clock.years - 1),
                "alone_costs": alone(constraint.name, clock, runs),
                "steps": in_words(constraint.steps),
            }
        )
    table = frame(
        rows,
        "constraint meaning relaxed gain low high better_in learning_gain then_gain then_low then_high last_gain last_low last_high "
        "alone_costs steps",
    )
    for when, year in (("then", clock.by - 1), ("last", clock.years - 1)):
        found = {name: runs["constraint", name][COVERAGE][:, year] for name in table["constraint"]}
        first = found[table.loc[table[f"{when}_gain"].idxmax(), "constraint"]]
        table[f"{when}_as_first"] = [not_surely_less(first, other) for other in found.values()]
    return table.sort_values("gain", ascending=False, ignore_index=True)


def in_year(when: str, runs: Runs, name: str, year: int) -> dict[str, float]:
    """Return what coverage gains in one year when a constraint is taken away."""
    gain = paired(runs["constraint", name][COVERAGE][:, year], runs[AS_IT_IS][COVERAGE][:, year])
    return {f"{when}_gain": gain.mean, f"{when}_low": gain.low, f"{when}_high": gain.high}


def alone(name: str, clock: Clock, runs: Runs) -> float:
    """Return what one constraint costs where all others are taken away; nan where that was not run."""
    if ("alone", name) not in runs:
        return float("nan")
    only = at_the_end(runs["alone", name], COVERAGE, clock)
    return -paired(only, at_the_end(runs[EVERYTHING], COVERAGE, clock)).mean


def constraint_years(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return what coverage gains in each year when each constraint is taken away."""
    before = runs[AS_IT_IS][COVERAGE]
    rows = []
    for constraint in CONSTRAINTS:
        after = runs["constraint", constraint.name][COVERAGE]
        for k, year in enumerate(clock.labels):
            gain = paired(after[:, k], before[:, k])
            rows.append(
                {
                    "constraint": constraint.name,
                    "year": year,
                    "gain": gain.mean,
                    "low": gain.low,
                    "high": gain.high,
                }
            )
    return frame(rows, "constraint year gain low high")


def ceiling(clock: Clock, runs: Runs) -> float:
    """Return coverage without any of the constraints, from the endgame's year on."""
    return float(at_the_end(runs[EVERYTHING], COVERAGE, clock).mean())


# --- in words

BINDS = 0.01  # of coverage: a constraint that costs less is not named
MOST_NAMED = 3


def binding_names(a: Assessed, when: str = "then") -> list[str]:
    """Return the constraint that costs most in the year of the endgame (`then`) or in the last year, with those that cannot be distinguished from it."""
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
        said += f" Whether it or {listed(near, 'or')} costs more is too close to call."
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
    """Return the constraint that costs most in each year, '' where none clearly costs a point."""
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
        parts.append(f"{name or 'no single cause stands out'} {when}")
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


def funnel_in_words(a: Assessed) -> str:
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
