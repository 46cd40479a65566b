"""What do the runs say on the report's five questions? What is not asked in a quick look is an empty table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...scenario import Scenario
from ..change import Steps, value_at
from ..endgame import Clock
from ..estimates import all_years, at_the_end, mean_over, paired
from ..readiness import CRITERIA
from ..runs import Runs
from ..variants import (
    AS_IT_IS,
    CLARITIES,
    DESIGN,
    DESIGN_STEP,
    EXECUTION,
    EXECUTION_STEP,
    FREEDOMS,
    LEVELS,
    durations,
    place,
)
from .frame import COVERAGE, LEARNING, frame

if TYPE_CHECKING:
    import pandas as pd


def freedom(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return what is learnt with how much freedom to adapt, where the core is vague, as it is and clear."""
    rows = []
    for word in CLARITIES:
        for share in FREEDOMS:
            name = f"{word}|{share:g}"
            if ("freedom", name) in runs:
                learning = mean_over(at_the_end(runs["freedom", name], LEARNING, clock))
                covered = mean_over(at_the_end(runs["freedom", name], COVERAGE, clock))
                rows.append(
                    {
                        "core": word,
                        "freedom": share,
                        "learning": learning.mean,
                        "coverage": covered.mean,
                        **against(runs, f"{word}|0", name, clock),
                    }
                )
    return frame(rows, "core freedom learning coverage gain low high")


def against(runs: Runs, reference: str, name: str, clock: Clock) -> dict[str, float]:
    """Return what freedom gains in learning against none, under the same core."""
    gain = paired(
        at_the_end(runs["freedom", name], LEARNING, clock),
        at_the_end(runs["freedom", reference], LEARNING, clock),
    )
    return {"gain": gain.mean, "low": gain.low, "high": gain.high}


def patience(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return what is left in the last year when outside money leaves after so many years."""
    rows = []
    for years in durations(clock):
        lived = runs["patience", str(years)]
        left = mean_over(lived[COVERAGE][:, -1])
        rows.append({"years": years, "coverage": left.mean, "low": left.low, "high": left.high})
    return frame(rows, "years coverage low high")


def readiness(scenario: Scenario, clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return each criterion: whether there is a gap, and what coverage gains when that gap alone is closed."""
    before = all_years(runs[AS_IT_IS], COVERAGE)
    rows = []
    for criterion in CRITERIA:
        key = ("ready", criterion.name)
        row: dict[str, Any] = {
            "criterion": criterion.name,
            "asks": criterion.asks,
            "now": now_of(scenario, criterion.steps),
            "ready_at": ready_at(criterion.steps),
            "gap": criterion.gap(scenario),
        }
        if key in runs:
            gain = paired(all_years(runs[key], COVERAGE), before)
            row |= {"gain": gain.mean, "low": gain.low, "high": gain.high}
        rows.append(row)
    return frame(rows, "criterion asks now ready_at gap gain low high")


def now_of(scenario: Scenario, steps: Steps) -> str:
    """Return what the numbers of some steps are in a scenario at the start, with their names."""
    said = []
    for name in steps:
        whose, _, field = name.rpartition(".")
        if whose == "outside":
            values = {getattr(funder, field) for funder in scenario.funders if not funder.public}
            now = " and ".join(
                "no end" if field == "horizon_months" and v == 0 else f"{v:g}" for v in sorted(values)
            )
        else:
            now = f"{value_at(scenario, name, 0):g}"
        said.append(f"{field.replace('_', ' ')} {now or '(no outside payer)'}")
    return ", ".join(said)


def ready_at(steps: Steps) -> str:
    """Return from which numbers on a criterion counts as met."""
    ends = {">=": "or more", "<=": "or less"}
    return ", ".join(f"{float(step[2:]):g} {ends[step[:2]]}" for step in steps.values())


def design_map(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return learning and coverage from poor to good design and execution, means over draws, from the endgame's year on."""
    rows = []
    for d in LEVELS:
        for e in LEVELS:
            key = ("map", f"{d:g}|{e:g}")
            if key in runs:
                learning, covered = (
                    float(at_the_end(runs[key], name, clock).mean()) for name in (LEARNING, COVERAGE)
                )
                rows.append({"design": d, "execution": e, "learning": learning, "coverage": covered})
    return frame(rows, "design execution learning coverage")


def design_or_execution(scenario: Scenario, clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return what a fifth of the way from poor to good does from where the programme is, on each side."""
    rows = []
    for side, key, numbers in (("design", DESIGN_STEP, DESIGN), ("execution", EXECUTION_STEP, EXECUTION)):
        if key not in runs:
            continue
        row: dict[str, Any] = {"side": side, "now": place(scenario, numbers)}
        for word, name in (("learning", LEARNING), ("coverage", COVERAGE)):
            gain = paired(at_the_end(runs[key], name, clock), at_the_end(runs[AS_IT_IS], name, clock))
            row |= {word: gain.mean, f"{word}_low": gain.low, f"{word}_high": gain.high}
        rows.append(row)
    if len(rows) == 2:
        for word, name in (("learning", LEARNING), ("coverage", COVERAGE)):
            apart = paired(
                at_the_end(runs[DESIGN_STEP], name, clock), at_the_end(runs[EXECUTION_STEP], name, clock)
            )
            for row in rows:
                row[f"{word}_first"] = {1: "design", -1: "execution", 0: "cannot tell"}[apart.sure]
    columns = "side now learning learning_low learning_high coverage coverage_low coverage_high learning_first coverage_first"
    return frame(rows, columns)
