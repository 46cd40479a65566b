"""What do the runs say, as tables? One function a table; words and figures are made from these and from nothing else.

Shares are 0..1, money is USD, gains are differences between runs of the same draw with the same luck, intervals are at 95 %.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from ..experiments.analysis.luck import share_interval
from ..outcomes import lost
from ..scenario import Endgame, Scenario
from .change import in_words, value_at
from .constraints import CONSTRAINTS
from .endgame import Clock, criteria, reached
from .estimates import all_years, at_the_end, mean_over, paired, ratio, spread
from .levers import LEVERS, Lever, possible_levers
from .readiness import CRITERIA
from .runs import LINES, PAYER, Lived, Runs
from .stresses import STRESSES
from .variants import (
    AS_IT_IS,
    CLARITIES,
    DESIGN,
    DESIGN_STEP,
    EVERYTHING,
    EXECUTION,
    EXECUTION_STEP,
    FREEDOMS,
    LEVELS,
    durations,
    place,
)

if TYPE_CHECKING:
    import pandas as pd

NOTICEABLE = 0.005  # of coverage, over all years: half a point
NOTICEABLE_SHARE = 0.1  # of the coverage that there is
NEXT_BEST = 4  # levers that are paired among themselves
COVERAGE, LEARNING = "effective_coverage", "learning_sd"
ASKED = {
    "schools": "schools that it is in",
    "teachers": "teachers of those schools who use it",
    "fidelity": "fidelity of those who use it",
    "government": "spending that government pays",
    "sustained": "schools, teachers and fidelity in every year after outside money has left",
}


def frame(rows: list[dict[str, Any]], columns: str) -> pd.DataFrame:
    """Return rows as a table with these columns, which it has also where there are no rows."""
    import pandas as pd

    return pd.DataFrame(rows, columns=columns.split())


# --- odds --------------------------------------------------------------------------------------------------------------


def odds(endgame: Endgame, clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return in what share of runs the endgame is reached, and each of its criteria, with Wilson's interval for as many runs."""
    lived = runs[AS_IT_IS]
    met = criteria(endgame, clock, lived)
    asked = {
        "schools": endgame.schools,
        "teachers": endgame.teachers,
        "fidelity": endgame.fidelity,
        "government": endgame.government_share,
        "sustained": float(clock.after),
    }
    rows = [odds_row("endgame", "all of it", np.nan, reached(endgame, clock, lived))]
    rows += [odds_row(name, ASKED[name], asked[name], which) for name, which in met.items()]
    return frame(rows, "criterion asks threshold odds low high runs")


def odds_row(name: str, asks: str, threshold: float, met: np.ndarray) -> dict[str, Any]:
    """Return one criterion's odds."""
    share = share_interval(float(met.mean()), len(met))
    return {
        "criterion": name,
        "asks": asks,
        "threshold": threshold,
        "odds": float(share.mean),
        "low": float(share.low),
        "high": float(share.high),
        "runs": len(met),
    }


def path(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return the programme year by year as it is: medians and middle 90 % over draws, in long form."""
    lived = runs[AS_IT_IS]
    names = (
        "reach_schools",
        "adoption",
        "fidelity",
        "reported_fidelity",
        COVERAGE,
        LEARNING,
        "institutionalisation",
        "government_share",
    )
    rows = []
    for name in names:
        for k, year in enumerate(clock.labels):
            median, low, high = spread(lived[name][:, k])
            rows.append({"outcome": name, "year": year, "median": median, "low": low, "high": high})
    return frame(rows, "outcome year median low high")


def funnel(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return where teachers are lost, each at the first barrier, year by year: means over draws."""
    lived = runs[AS_IT_IS]
    rows = [
        {"barrier": name, "year": year, "share": float(lived[name][:, k].mean())}
        for name in [*lost(), "delivering"]
        for k, year in enumerate(clock.labels)
    ]
    return frame(rows, "barrier year share")


# --- constraints -------------------------------------------------------------------------------------------------------


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


def not_surely_less(first: np.ndarray, other: np.ndarray) -> bool:
    """Return whether a change cannot be told from the largest one in the same draws."""
    n = min(len(first), len(other))
    return first is other or paired(first[:n], other[:n]).low <= 0


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


# --- levers ------------------------------------------------------------------------------------------------------------


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

    `per_100usd` is pupil-years taught with fidelity, and `lays_per_100usd` learning-adjusted years, that 100 USD more give; both
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


# --- the five questions ------------------------------------------------------------------------------------------------


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


def patience(endgame: Endgame, clock: Clock, runs: Runs) -> pd.DataFrame:
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
            "ready_at": in_words(criterion.steps),
            "gap": criterion.gap(scenario),
        }
        if key in runs:
            gain = paired(all_years(runs[key], COVERAGE), before)
            row |= {"gain": gain.mean, "low": gain.low, "high": gain.high}
        rows.append(row)
    return frame(rows, "criterion asks now ready_at gap gain low high")


def now_of(scenario: Scenario, steps: Any) -> str:
    """Return what the numbers of some steps are in a scenario at the start."""
    said = []
    for name in steps:
        if name.startswith("outside."):
            field = name.partition(".")[2]
            values = {getattr(funder, field) for funder in scenario.funders if not funder.public}
            said.append("/".join(f"{v:g}" for v in sorted(values)) or "no outside payer")
        else:
            said.append(f"{value_at(scenario, name, 0):g}")
    return ", ".join(said)


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


# --- stresses and cost -------------------------------------------------------------------------------------------------


def stresses(endgame: Endgame, clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return the odds after each shock, those of the same draws without it, and what coverage loses."""
    before = runs[AS_IT_IS]
    rows = []
    for stress in STRESSES:
        after = runs["stress", stress.name]
        won = reached(endgame, clock, after)
        n = len(won)
        share = share_interval(float(won.mean()), n)
        change = paired(at_the_end(after, COVERAGE, clock), at_the_end(before, COVERAGE, clock))
        rows.append(
            {
                "stress": stress.name,
                "says": stress.says,
                "odds": float(share.mean),
                "odds_low": float(share.low),
                "odds_high": float(share.high),
                "odds_without": float(reached(endgame, clock, before)[:n].mean()),
                "change": change.mean,
                "low": change.low,
                "high": change.high,
            }
        )
    columns = "stress says odds odds_low odds_high odds_without change low high"
    return frame(rows, columns).sort_values("change", ignore_index=True)


def spending(scenario: Scenario, clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return what is spent a year, by line and by payer, in the pilot's years and at scale: means over draws."""
    lived = runs[AS_IT_IS]
    names = {name: ("line", name.removeprefix("spending_")) for name in LINES}
    names |= {PAYER + funder.name: ("payer", funder.name) for funder in scenario.funders}
    names |= {"spending": ("total", "all lines")}
    rows = []
    for name, (kind, label) in names.items():
        row: dict[str, Any] = {"kind": kind, "item": label}
        for when, years in periods(clock).items():
            row[when] = float(lived[name][:, years].mean())
        rows.append(row)
    return frame(rows, "kind item pilot scale")


def periods(clock: Clock) -> dict[str, slice]:
    """Return the years that count as the pilot (the first two, or fewer) and as at scale (the endgame's year)."""
    return {"pilot": slice(0, max(1, min(2, clock.by - 1))), "scale": slice(clock.by - 1, clock.by)}


def unit_costs(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return cost per pupil and year, and learning per 100 USD, in the pilot's years, at scale and over all: medians and 90 % of draws."""
    lived = runs[AS_IT_IS]
    spans = {**periods(clock), "all": slice(0, clock.years)}
    measures = {
        "USD per pupil whose teacher uses it": ("spending", "pupils_reached", 1.0),
        "USD per pupil taught with fidelity": ("spending", "pupils_taught", 1.0),
        "LAYS per 100 USD": ("lays", "spending", 100.0),
    }
    rows = []
    for measure, (top, bottom, times) in measures.items():
        for when, years in spans.items():
            a, b = (lived[name][:, years].sum(axis=1) for name in (top, bottom))
            good = b > 0
            if good.any():
                median, low, high = spread(times * a[good] / b[good])
                rows.append({"measure": measure, "when": when, "median": median, "low": low, "high": high})
    return frame(rows, "measure when median low high")
