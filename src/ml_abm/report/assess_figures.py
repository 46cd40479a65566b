"""Figures of an assessment, each made from one table and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..assess.answers.constraints import BINDS, binding_by_year, funnel_in_words, story
from ..assess.answers.cost import costs
from ..assess.answers.levers import first_step
from ..assess.answers.questions import DESIGNING, ENABLING, adaptation, ready
from ..assess.answers.questions import innovate as innovate_in_words
from ..assess.answers.stresses import stressed
from ..assess.variants import LEVELS
from ..foundation import numbers_in_words as numbers
from . import svg
from .figures import FUNNEL_WORDS

if TYPE_CHECKING:
    import pandas as pd

    from ..assess.found import Assessed

LINES_SHOWN = {
    "reach_ever": "schools that ever joined",
    "reach_schools": "schools on its list",
    "reach_in_use": "schools where it is in use",
    "adoption": "teachers who use it, of all",
    "effective_coverage": "coverage: use x fidelity",
}
NAMES_OF_CRITERIA = {
    "endgame": "The endgame",
    "schools": "enough schools",
    "teachers": "enough teachers",
    "fidelity": "enough fidelity",
    "government": "government pays",
    "sustained": "sustained",
    "others": "all but government",
}
BARRIERS = {**FUNNEL_WORDS, "lost_low_fidelity": "low fidelity"}  # shorter: its key has less room


def points_tick(value: float) -> str:
    """Return a gain on an axis, in points without the word."""
    return numbers.number(100 * value, 2)


def percent_tick(value: float) -> str:
    """Return a share on an axis."""
    return numbers.percent(value, digits=2)


def odds(a: Assessed) -> str:
    """Return the odds of the endgame and of each of its criteria."""
    table = a.tables["odds"]
    rows = [
        svg.Bar(
            NAMES_OF_CRITERIA[r.criterion],
            r.odds,
            r.low,
            r.high,
            numbers.percent(r.odds),
            f"odds/{r.criterion}/odds",
        )
        for r in table.itertuples()
    ]
    return svg.intervals(
        "In what share of futures is each criterion met?",
        "; ".join(f"{row.label} {row.note}" for row in rows),
        rows,
        percent_tick,
        ends=(0.0, 1.0),
        axis="Share of futures, with 95% intervals.",
    )


def path(a: Assessed) -> str:
    """Return the programme year by year, as it is."""
    table = a.tables["path"]
    series = []
    for name, label in LINES_SHOWN.items():
        rows = table[table["outcome"] == name]
        band = (rows["low"].tolist(), rows["high"].tolist()) if name == "effective_coverage" else ((), ())
        series.append(svg.Series(label, rows["year"].tolist(), rows["median"].tolist(), *band))
    last = [f"{s.name} {numbers.percent(s.y[a.clock.by - 1])}" for s in series]
    return svg.lines(
        "Where is it likely to go?",
        f"Medians over futures, by {a.clock.labels[a.clock.by - 1]}: {'; '.join(last)}. The band holds 9 in 10 futures of coverage.",
        series,
        percent_tick,
        lambda year: f"{year:.0f}",
        axis="Medians over futures; the band holds 9 in 10 futures of coverage.",
    )


def constraints(a: Assessed) -> str:
    """Return what coverage gains in each year without each constraint; the strongest of a year is outlined."""
    table, years = a.tables["constraint_years"], a.clock.labels
    order = a.tables["constraints"]["constraint"].tolist()
    wide = table.pivot_table(index="constraint", columns="year", values="gain").loc[order]
    most = max(float(wide.to_numpy().max()), BINDS)
    named = dict(binding_by_year(a))
    cells = [
        [svg.Cell(float(wide.loc[name, year]) / most, "", named[year] == name) for year in years]
        for name in order
    ]
    return svg.heat(
        "What holds it back, and when?",
        f"{story(a)} The strongest colour is {numbers.points(most)} of coverage.",
        order,
        [str(year) for year in years],
        cells,
        axis=f"The stronger the colour, the more coverage without it (strongest {numbers.points(most)}); outlined: most in its year.",
    )


def funnel(a: Assessed) -> str:
    """Return where teachers are lost, year by year."""
    table, years = a.tables["funnel"], a.clock.labels
    wide = table.pivot_table(index="barrier", columns="year", values="share").loc[list(BARRIERS)]
    return svg.stacked(
        "Where teachers are lost: each at the first barrier",
        funnel_in_words(a),
        list(BARRIERS.values()),
        [str(year) for year in years],
        wide[years].to_numpy().tolist(),
    )


def gains(table: pd.DataFrame, name: str, title: str, source: str, description: str, axis: str) -> str:
    """Return gains in coverage as rows with intervals."""
    rows = [
        svg.Bar(
            str(r[name]),
            r["gain"],
            r["low"],
            r["high"],
            numbers.points(r["gain"], sign=True),
            f"{source}/{r[name]}/gain",
        )
        for _, r in table.iterrows()
    ]
    return svg.intervals(title, description, rows, points_tick, axis=axis)


IN_POINTS = "Points of coverage, mean of all years, with 95% intervals; grey: too close to call."


def tornado(a: Assessed) -> str:
    """Return all levers, the largest gain first."""
    return gains(
        a.tables["levers"],
        "lever",
        "What does each step gain?",
        "levers",
        first_step(a),
        IN_POINTS,
    )


def some_levers(a: Assessed, names: tuple[str, ...], title: str) -> str:
    """Return the levers of one question."""
    table = a.tables["levers"]
    chosen = table[table["lever"].isin(names)]
    described = numbers.listed(f"{r.lever} {numbers.points(r.gain, sign=True)}" for r in chosen.itertuples())
    return gains(chosen, "lever", title, "levers", described, IN_POINTS) if len(chosen) else ""


def freedom(a: Assessed) -> str:
    """Return learning over freedom to adapt, for three kinds of core."""
    table = a.tables["freedom"]
    if not len(table):
        return ""
    series = [
        svg.Series(
            {"as it is": "core as it is now"}.get(core, f"{core} core"),
            rows["freedom"].tolist(),
            rows["learning"].tolist(),
        )
        for core, rows in table.groupby("core", sort=False)
    ]
    return svg.lines(
        "How much freedom, with which core?",
        " ".join(adaptation(a)),
        series,
        lambda y: f"{y:.3g}",
        percent_tick,
        axis="Learning (SD a year, upright) by freedom to adapt.",
    )


def patience(a: Assessed) -> str:
    """Return what is left in the last year over the years that outside money lasts."""
    table = a.tables["patience"]
    series = svg.Series(
        "coverage left in the last year",
        table["years"].tolist(),
        table["coverage"].tolist(),
        table["low"].clip(lower=0).tolist(),
        table["high"].tolist(),
    )
    return svg.lines(
        "How long must outside money last?",
        "; ".join(f"{r.years} years: {numbers.percent(r.coverage)}" for r in table.itertuples()),
        [series],
        percent_tick,
        lambda x: f"{x:.0f}",
        axis="By years of outside money, from the start; the band is a 95% interval of the mean.",
    )


def readiness(a: Assessed) -> str:
    """Return what closing each gap of the checklist gains."""
    table = a.tables["readiness"]
    run = table[table["gap"].astype(bool)].dropna(subset=["gain"]).sort_values("gain", ascending=False)
    if not len(run):
        return ""
    return gains(run, "criterion", "Which gaps matter?", "readiness", " ".join(ready(a)), IN_POINTS)


def innovate(a: Assessed) -> str:
    """Return learning over design and execution, where each step gains more, and where the programme is."""
    table = a.tables["design_map"]
    if not len(table):
        return ""
    value = {(r.design, r.execution): r.learning for r in table.itertuples()}
    most = max(value.values()) or 1.0
    cells = [[svg.Cell(value[d, e] / most, better(value, d, e)) for e in LEVELS] for d in reversed(LEVELS)]
    steps = a.tables["design_or_execution"]
    half = 0.5 / len(LEVELS)
    design, execution = (half + float(steps.iloc[k]["now"]) * (1 - 2 * half) for k in (0, 1))
    return svg.heat(
        "Innovate, or execute better?",
        " ".join(innovate_in_words(a))
        + " D: one more step in design gains more learning there; E: one in execution does.",
        ["good", "", "design", "", "poor"],
        ["poor", "", "execution", "", "good"],
        cells,
        height=34,
        here=(execution, design),
        axis=f"The stronger the colour, the more learning (strongest {numbers.sd(most)}). D or E: whether a step in design or in execution gains more. The ring: you are here.",
    )


def better(value: dict[tuple[float, float], float], d: float, e: float) -> str:
    """Return D or E for the step that gains more learning from a place of the map, nothing where only one is left."""
    step = LEVELS[1] - LEVELS[0]
    by_design, by_execution = value.get((d + step, e)), value.get((d, e + step))
    if by_design is None or by_execution is None or max(by_design, by_execution) <= value[d, e]:
        return ""
    return "D" if by_design >= by_execution else "E"


def stresses(a: Assessed) -> str:
    """Return what each shock does to coverage."""
    table = a.tables["stresses"]
    rows = [
        svg.Bar(
            r.stress,
            r.change,
            r.low,
            r.high,
            numbers.points(r.change, sign=True),
            f"stresses/{r.stress}/change",
        )
        for r in table.itertuples()
    ]
    return svg.intervals(
        "What does it stand?",
        " ".join(stressed(a)),
        rows,
        points_tick,
        axis="Points of coverage, from the year of the endgame on, with 95% intervals; grey: too close to call.",
    )


def money(a: Assessed) -> str:
    """Return spending by line, in the pilot and at scale, as shares of a whole."""
    table = a.tables["spending"]
    lines = table[table["kind"] == "line"]
    totals = lines[["pilot", "scale"]].sum()
    shares = [
        [float(r.pilot / (totals.pilot or 1)), float(r.scale / (totals.scale or 1))]
        for r in lines.itertuples()
    ]
    return svg.stacked(
        "What is the money spent on?",
        " ".join(costs(a)),
        [str(name) for name in lines["item"]],
        [
            f"pilot, {numbers.money(totals.pilot)} per year",
            f"at scale, {numbers.money(totals.scale)} per year",
        ],
        shares,
    )


def information(a: Assessed) -> str:
    """Return what knowing each of the most telling numbers would take from the spread."""
    table = a.tables["information"].head(8)
    rows = [
        svg.Bar(
            short(r.parameter),
            r.share,
            0.0,
            r.share,
            numbers.percent(r.share),
            f"information/{r.parameter}/share",
            chance=not r.shown,
        )
        for r in table.itertuples()
    ]
    limit = float(table["chance"].iloc[0]) if len(table) else 0.0
    described = f"Chance alone reaches {numbers.percent(limit)}. " + "; ".join(
        f"{row.label} {row.note}" for row in rows
    )
    return svg.intervals(
        "How much of the spread does each number explain?",
        described,
        rows,
        percent_tick,
        ends=(0.0, max(0.05, *(row.value for row in rows)) if rows else 1.0),
        axis=f"Share of the spread that knowing it would take away; grey: no more than chance alone may reach, {numbers.percent(limit)}.",
    )


def short(name: str) -> str:
    """Return a parameter's name without its section, in words."""
    return name.rpartition(".")[2].replace("_", " ")


def all_figures(a: Assessed) -> dict[str, Any]:
    """Return every figure by its name."""
    return {
        "odds": odds(a),
        "path": path(a),
        "constraints": constraints(a),
        "funnel": funnel(a),
        "tornado": tornado(a),
        "freedom": freedom(a),
        "environment": some_levers(a, ENABLING, "Openness, leaders and money: what does each step gain?"),
        "patience": patience(a),
        "design": some_levers(a, DESIGNING, "Design: what does each step gain?"),
        "readiness": readiness(a),
        "innovate": innovate(a),
        "stresses": stresses(a),
        "money": money(a),
        "information": information(a),
    }
