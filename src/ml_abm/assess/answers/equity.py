"""Who gets it: gaps between the least and the most disadvantaged fifth of schools, and what each step does to them; table and sentences."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ...experiments.analysis.stochastic import Interval
from ...foundation.numbers_in_words import between, listed, points, sd
from ..endgame import Clock
from ..estimates import Paired, at_the_end, mean_over, paired
from ..runs import Runs
from ..variants import AS_IT_IS
from .frame import frame

if TYPE_CHECKING:
    import pandas as pd

    from ..found import Assessed

REACH_GAP, LEARNING_GAP = "reach_gap", "equity_gap"
AS_PLANNED = "as planned"
MOST_NAMED = 3


def equity(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return the gaps in schools that use it and in learning from the endgame's year on, as planned, and their changes by each lever.

    A gap is the least disadvantaged fifth of schools less the most disadvantaged: above 0 the disadvantaged get less.
    """
    before = runs[AS_IT_IS]
    gaps = (("reach", REACH_GAP), ("learning", LEARNING_GAP))
    as_planned = {name: mean_over(at_the_end(before, gap, clock)) for name, gap in gaps}
    rows = [row(AS_PLANNED, **as_planned)]
    for lever in runs.of("lever"):
        after = runs["lever", lever]
        rows.append(
            row(
                lever,
                **{
                    name: paired(at_the_end(after, gap, clock), at_the_end(before, gap, clock))
                    for name, gap in gaps
                },
            )
        )
    return frame(rows, "step reach reach_low reach_high learning learning_low learning_high")


def row(step: str, **gaps: Interval | Paired) -> dict[str, Any]:
    """Return a row of the table: each gap with the ends of its interval."""
    found: dict[str, Any] = {"step": step}
    for name, gap in gaps.items():
        found |= {name: gap.mean, f"{name}_low": gap.low, f"{name}_high": gap.high}
    return found


# --- in words


def who_gets_it(a: Assessed) -> list[str]:
    """Return how far apart advantaged and disadvantaged schools are, and which steps change that."""
    table = a.tables["equity"]
    now, steps = table.iloc[0], table.iloc[1:].sort_values("learning")
    ahead, behind = "least disadvantaged", "most disadvantaged"
    said = [
        _gap(now.learning, now.learning_low, now.learning_high, "In learning", sd, ahead, behind),
        _gap(now.reach, now.reach_low, now.reach_high, "In schools that use it", points, ahead, behind),
    ]
    for word, rows in (
        ("narrows", steps[steps["learning_high"] < 0]),
        ("widens", steps[steps["learning_low"] > 0].iloc[::-1]),
    ):
        if len(rows):
            named = listed(f"{r.step} ({sd(r.learning)})" for r in rows.head(MOST_NAMED).itertuples())
            said.append(f"What clearly {word} the gap in learning most: {named}.")
        else:
            said.append(f"No single step clearly {word} the gap in learning.")
    return said


def _gap(
    mean: float, low: float, high: float, where: str, form: Callable[[float], str], ahead: str, behind: str
) -> str:
    if low <= 0 <= high:
        return f"{where}, whether the {ahead} fifth of schools is ahead of the {behind} is too close to call ({between(low, high, form)})."
    if mean < 0:
        ahead, behind, mean, low, high = behind, ahead, -mean, -high, -low
    return f"{where}, the {ahead} fifth of schools is ahead of the {behind} by {form(mean)} ({between(low, high, form)})."
