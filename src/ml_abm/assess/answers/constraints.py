"""What does coverage gain when each constraint is taken away, and in which years? Runs with and without it, of the same draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..change import in_words
from ..constraints import CONSTRAINTS
from ..endgame import Clock
from ..estimates import at_the_end, not_surely_less, paired
from ..runs import Runs
from ..variants import AS_IT_IS, EVERYTHING
from .frame import COVERAGE, LEARNING, frame

if TYPE_CHECKING:
    import pandas as pd


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
