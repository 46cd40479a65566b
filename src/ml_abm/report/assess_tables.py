"""Tables of an assessment's page, each made from one table of answers; an interval stands under its number."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..assess.answers.odds import ASKED
from ..foundation.numbers_in_words import between, learning, money, percent, points, significant
from ..foundation.numbers_in_words import number as plain
from .assess_figures import NAMES_OF_CRITERIA
from .html import number, paragraph, said, table

if TYPE_CHECKING:
    import pandas as pd

    from ..assess.found import Assessed

Form = Callable[[float], str]
NONE = "–"
CASES_SHOWN = 8
SHOWN_AS_0 = {"0", "0 points"}


def cell(name: str, key: str, r: Any, column: str, form: Form = points) -> str:
    """Return a number of a table for a cell; a dash where there is none."""
    value = float(r[column])
    return NONE if value != value else number(value, form(value), f"{name}/{key}/{column}")


def with_interval(name: str, key: str, r: Any, column: str, low: str, high: str, form: Form = points) -> str:
    """Return a number for a cell with its interval under it."""
    said_ = cell(name, key, r, column, form)
    if said_ == NONE:
        return NONE
    return f'{said_} <span class="under">{said(between(float(r[low]), float(r[high]), form))}</span>'


def odds_table(a: Assessed) -> str:
    """Return each criterion with its threshold and odds."""
    rows = []
    for _, r in a.tables["odds"].iterrows():
        name, asked = str(r["criterion"]), float(r["threshold"])
        threshold = "" if asked != asked else f"{asked:.0f} years" if name == "sustained" else percent(asked)
        rows.append([
            said(NAMES_OF_CRITERIA[name]), said(ASKED.get(name, str(r["asks"]))), said(threshold),
            with_interval("odds", name, r, "odds", "low", "high", percent),
        ])  # fmt: skip
    return table(
        "What the endgame asks, and how often it is met",
        ["criterion", "asks", "at least", "met in (95%)"],
        rows,
        (2, 3),
    )


def constraint_table(a: Assessed) -> str:
    """Return each constraint, what it is to take it away, and what that gains in the endgame's year and in the last."""
    whens = {"then": a.clock.endgame_year} | ({"last": a.clock.last_year} if a.clock.after else {})
    tried = bool(a.tables["constraints"]["alone_costs"].notna().any())
    rows = []
    for _, r in a.tables["constraints"].sort_values("then_gain", ascending=False).iterrows():
        name = str(r["constraint"])
        rows.append([
            said(name), said(str(r["relaxed"])),
            *(with_interval("constraints", name, r, f"{w}_gain", f"{w}_low", f"{w}_high") for w in whens),
            *([cell("constraints", name, r, "alone_costs")] if tried else []),
        ])  # fmt: skip
    headings = ["constraint", "taken away means", *(f"{year} (95%)" for year in whens.values())]
    alone = " Alone: what it costs from the year of the endgame on, where all others are taken away."
    return table(
        "If a constraint were taken away, at no cost: gain in coverage",
        [*headings, *(["alone"] if tried else [])],
        rows,
        range(2, 5),
    ) + paragraph(
        f"Gains in the year of the endgame{' and in the last year, when outside money has gone' if a.clock.after else ''}; the same simulated futures and random seeds with and without. "
        f"They do not add up, as one may do another's work.{alone if tried else ''}",
        "note",
    )


def lever_table(a: Assessed) -> str:
    """Return each step with gain, price and gain for the money."""
    rows = []
    for _, r in in_order(a.tables["levers"]).iterrows():
        name = str(r["lever"])
        rows.append([
            said(name), said(f"{r['does']} ({r['basis']})."),
            with_interval("levers", name, r, "gain", "low", "high"),
            with_interval("levers", name, r, "learning_gain", "learning_low", "learning_high", learning),
            with_interval("levers", name, r, "cost", "cost_low", "cost_high", money) + assumed(r),
            for_the_money(name, r, "per_100usd", "per", points(float(r["gain"]))),
            for_the_money(name, r, "lays_per_100usd", "lays", learning(float(r["learning_gain"]))),
        ])  # fmt: skip
    headings = [
        "lever",
        "the step, and where its price is from",
        "coverage (95%)",
        "learning, SD a year (95%)",
        "cost in all (95%)",
        "pupil-years per US$100 (95%)",
        "LAYS per US$100 (95%)",
    ]
    return table("Steps, in the order in which to take them", headings, rows, range(2, 7)) + paragraph(
        f"Taken from the start, within the money that there is; gains are means of all {a.clock.years} years, costs their sum. Pupil-years: more pupils taught as designed for a year, "
        "where two who are taught half as designed count as one. LAYS: learning-adjusted years of schooling. A dash: it is not sure that the step costs anything, or its gain is shown as 0. "
        "What the model does not price is assumed, in months of a coach at the scenario's own price: its intervals reach from a third to three times of that. First come, of the steps that clearly gain, those that gain half as much as the most, "
        "by what they give for the money at the dear end of their price; then the other clear gains; then all else, from the largest gain. Of so many intervals at 95% one in twenty misses by chance alone.",
        "note",
    )


def in_order(levers: pd.DataFrame) -> pd.DataFrame:
    """Return levers as they are to be taken: the ranked ones, then all others from the largest gain."""
    last = len(levers) + 1
    return levers.assign(place=levers["rank"].replace(0, last)).sort_values(
        ["place", "gain"], ascending=[True, False]
    )


def assumed(r: Any) -> str:
    """Return the mark of an assumed price."""
    return ' <span class="under">assumed price, a third to three times</span>' if r["assumed"] else ""


def for_the_money(name: str, r: Any, column: str, ends: str, gain: str) -> str:
    """Return what US$100 give, with the interval; a dash where the gain that is bought is shown as 0."""
    if gain in SHOWN_AS_0:
        return NONE
    return with_interval("levers", name, r, column, f"{ends}_low", f"{ends}_high", significant)


def pair_table(a: Assessed) -> str:
    """Return the best pairs."""
    rows = []
    for _, r in a.tables["pairs"].head(6).iterrows():
        key = f"{r['first']}|{r['second']}"
        rows.append([
            said(f"{r['first']} + {r['second']}"), with_interval("pairs", key, r, "gain", "low", "high"),
            with_interval("pairs", key, r, "interaction", "interaction_low", "interaction_high"),
        ])  # fmt: skip
    headings = ["pair", "coverage (95%)", "more than the two by themselves (95%)"]
    return table("The best pairs", headings, rows, (1, 2)) if rows else ""


def readiness_table(a: Assessed) -> str:
    """Return the checklist."""
    found = a.tables["readiness"]
    tried = bool(found["gain"].notna().any())
    rows = []
    for _, r in found.iterrows():
        name = str(r["criterion"])
        rows.append([
            said(name), said(str(r["asks"])), said(str(r["now"])), said(str(r["ready_at"])), "gap" if r["gap"] else "ready",
            *([with_interval("readiness", name, r, "gain", "low", "high")] if tried else []),
        ])  # fmt: skip
    return table(
        "A checklist, and whether its gaps matter",
        ["criterion", "asks", "now", "ready at", "state", *(["coverage if closed alone (95%)"] if tried else [])],
        rows,
        (5,),
    )  # fmt: skip


def step_table(a: Assessed) -> str:
    """Return a step in design and one in execution."""
    rows = []
    for _, r in a.tables["design_or_execution"].iterrows():
        name = str(r["side"])
        rows.append([
            said(name), cell("design_or_execution", name, r, "now", percent),
            with_interval("design_or_execution", name, r, "learning", "learning_low", "learning_high", learning),
            with_interval("design_or_execution", name, r, "coverage", "coverage_low", "coverage_high"),
        ])  # fmt: skip
    headings = ["side", "now", "learning, SD a year (95%)", "coverage (95%)"]
    return table("What a fifth of the way from poor to good adds", headings, rows, (1, 2, 3)) if rows else ""


def stress_table(a: Assessed) -> str:
    """Return each shock with the odds after it."""
    rows = []
    for _, r in a.tables["stresses"].iterrows():
        name = str(r["stress"])
        rows.append([
            said(name), said(str(r["says"])), cell("stresses", name, r, "odds_without", percent),
            with_interval("stresses", name, r, "odds", "odds_low", "odds_high", percent),
            with_interval("stresses", name, r, "change", "low", "high"),
        ])  # fmt: skip
    headings = ["shock", "what happens", "odds without", "odds after it (95%)", "coverage (95%)"]
    return table("Shocks half way to the endgame", headings, rows, (2, 3, 4)) + paragraph(
        f"In {a.size.stresses} futures, each with and without the shock: so few that the odds of the two are often alike where coverage surely differs.",
        "note",
    )


def equity_table(a: Assessed) -> str:
    """Return the gaps as planned, and what each step does to them."""
    rows = []
    for _, r in a.tables["equity"].iterrows():
        name = str(r["step"])
        rows.append([
            said(name),
            with_interval("equity", name, r, "reach", "reach_low", "reach_high"),
            with_interval("equity", name, r, "learning", "learning_low", "learning_high", learning),
        ])  # fmt: skip
    headings = ["step", "schools that use it (95%)", "learning, SD a year (95%)"]
    return table(
        "Gaps between fifths of schools, and their changes by each step", headings, rows, (1, 2)
    ) + paragraph(
        "The least disadvantaged fifth of schools less the most disadvantaged, from the year of the endgame on. The first row is the gap as planned, all others are changes of it: below 0 a step narrows it.",
        "note",
    )


def case_table(a: Assessed) -> str:
    """Return real programmes, the nearest in size at the start first."""
    rows = []
    for _, r in a.tables["nearest"].head(CASES_SHOWN).iterrows():
        name = str(r["case"])
        rows.append([
            said(f"{r['programme']}, {r['country']}{' (this one)' if r['itself'] else ''}"), said(f"{r['since']:.0f}"),
            *(cell("nearest", name, r, column, form) for column, form in (("first", plain), ("years", plain), ("last", plain), ("growth", percent))),
        ])  # fmt: skip
    headings = ["programme", "since", "schools at first", "years", "schools at last", "growth a year"]
    return table(
        "Real programmes with counts over as long, the nearest in size at the start first",
        headings,
        rows,
        (2, 3, 4, 5),
    ) + paragraph(
        "From the first count to the last within as many years as the goal gives. Counts are the programmes' own, and mostly of schools that signed on; sources: docs/cases.md.",
        "note",
    )


def money_table(a: Assessed) -> str:
    """Return spending by line and by payer."""
    rows = []
    for _, r in a.tables["spending"].iterrows():
        name = str(r["item"])
        rows.append([
            said(name), {"line": "cost line", "payer": "payer", "total": "in all"}[str(r["kind"])],
            *(cell("spending", name, r, when, money) for when in ("pilot", "scale")),
        ])  # fmt: skip
    headings = ["item", "what it is", "pilot", "at scale"]
    return table("Spending a year, mean over futures", headings, rows, (2, 3))


def unit_table(a: Assessed) -> str:
    """Return unit costs in the pilot, at scale and over all years."""
    whens = {"pilot": "pilot", "scale": "at scale", "all": "all years"}
    rows = []
    for _, r in a.tables["unit_costs"].iterrows():
        form = significant if str(r["measure"]).startswith("LAYS") else money
        key = f"{r['measure']}|{r['when']}"
        rows.append([
            said(str(r["measure"])), said(whens[str(r["when"])]),
            cell("unit_costs", key, r, "median", form), said(between(float(r["low"]), float(r["high"]), form)),
        ])  # fmt: skip
    headings = ["measure", "when", "median", "9 in 10 futures"]
    return table("What it costs, and what it buys", headings, rows, (2, 3)) + paragraph(
        f"A year each. Pilot: the first two years. At scale: the year of the endgame, {a.clock.endgame_year}. Taught as designed: two pupils taught half as designed count as one. "
        f"LAYS: learning-adjusted years of schooling, of which one is {a.scenario.behaviour.sd_per_school_year:g} SD of learning (behaviour.sd_per_school_year).",
        "note",
    )
