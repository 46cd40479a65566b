"""A plan as one page, a scenario file for each package, and tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..foundation.numbers_in_words import between, money, percent, points, significant
from ..plan.answers import sentences
from ..plan.found import PROGRAMME, Plan
from . import svg
from .assess_page import STYLE
from .files import MANIFEST, write_folder
from .html import bullets, document, number, paragraph, said, table

if TYPE_CHECKING:
    import pandas as pd

REPORT, BEHIND = "plan.html", "plan.json"
# What a folder of a plan holds, so that a new one may take its place.
OURS = (MANIFEST, REPORT, BEHIND, "plan-*.toml", "as-it-is.toml", "best-*.toml", "*.csv")
SECTIONS = {
    "cheapest": "What is the cheapest way?",
    "better": "Is it better than one or two steps?",
    "when": "What to do when?",
    "money": "What does it cost, and who pays?",
    "fair": "Who gains, and in bad futures?",
    "never": "What can no package reach?",
    "trust": "How far can this be trusted?",
}


def write(plan: Plan, folder: str | Path) -> None:
    """Write page, tables, JSON and scenarios into a folder that appears whole or not at all. Raises OutputError."""
    write_folder(Path(folder), lambda new: fill(plan, new))


def fill(plan: Plan, folder: Path) -> None:
    """Write all files of a plan into a folder."""
    (folder / REPORT).write_text(page(plan), encoding="utf-8")
    said_behind = json.dumps(behind(plan), indent=1, ensure_ascii=False)
    (folder / BEHIND).write_text(said_behind + "\n", encoding="utf-8")
    for name, rows in plan.tables.items():
        rows.to_csv(folder / f"{name}.csv", index=False)
    for name in plan.finalists:
        (folder / file_of(name)).write_text(plan.scenario(name).to_toml(), encoding="utf-8")
    manifest = {
        "schema": 1,
        "kind": "plan",
        "ml_abm": __version__,
        "seed": plan.sizes.seed,
        "runs": plan.sizes.runs,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def file_of(name: str) -> str:
    """Return the name of a finalist's scenario file."""
    return f"{name.replace(' ', '-')}.toml"


def behind(plan: Plan) -> dict[str, Any]:
    """Return all that the page is made from, for JSON."""
    return {
        "schema": 1,
        "kind": "plan",
        "ml_abm": __version__,
        "goal": plan.asked.endgame.model_dump(),
        "budget": plan.asked.budget,
        "budget_a_year": plan.asked.budget_a_year,
        "sizes": vars(plan.sizes),
        "best": plan.best(),
        "sentences": sentences(plan),
        "tables": {
            name: json.loads(rows.to_json(orient="records", double_precision=15))
            for name, rows in plan.tables.items()
        },
    }


def page(plan: Plan) -> str:
    """Return the whole page, which needs nothing but itself."""
    texts = sentences(plan)
    drawn = {
        "cheapest": gains(plan) + package_table(plan),
        "when": step_figure(plan) + step_table(plan),
        "money": cost_figure(plan) + payer_table(plan),
        "fair": fair_table(plan),
        "never": criteria_table(plan),
    }
    scenario = plan.asked.scenario
    body = "".join(
        f'<section id="{name}"><h2>{said(title)}</h2>{bullets(texts[name])}{drawn.get(name, "")}</section>'
        for name, title in SECTIONS.items()
    )
    title = f"A plan for {scenario.title or scenario.name}"
    head = f"<header><h1>{said(title)}</h1>{''.join(map(paragraph, texts['goal']))}</header>"
    foot = f"<footer>{paragraph(f'ml_abm {__version__}, seed {plan.sizes.seed}. Every package is a scenario file beside this page, to run with ml-abm run.')}</footer>"
    return document(title, STYLE + svg.STYLE, f"{head}<main>{body}</main>{foot}")


def label(name: str) -> str:
    """Return a finalist's name for people."""
    return name[0].upper() + name[1:]


def gains(plan: Plan) -> str:
    """Return the figure of what each finalist covers more than the programme as it is."""
    rows = plan.packages[plan.packages["name"] != PROGRAMME]
    bars = [
        svg.Bar(
            label(r.name),
            r.gain,
            r.gain_low,
            r.gain_high,
            f"odds {percent(r.odds)}, {money(r.cost)}",
            f"packages/{r.name}/gain",
        )
        for r in rows.set_index("name", drop=False).itertuples(index=False)
    ]
    if not bars:
        return ""
    words = "; ".join(f"{bar.label} {points(bar.value)}" for bar in bars)
    return svg.intervals(
        "What each package adds",
        words,
        bars,
        points,
        axis="Coverage over all years beside the programme as it is, 95% intervals",
    )


def package_table(plan: Plan) -> str:
    """Return the table of finalists."""
    rows = [
        (
            said(label(r["name"])),
            said(r["levers"]),
            number(r["odds"], percent(r["odds"]), f"packages/{r['name']}/odds"),
            said(between(r["odds_low"], r["odds_high"], percent)),
            number(r["cost"], money(r["cost"]), f"packages/{r['name']}/cost"),
            number(r["coverage"], percent(r["coverage"]), f"packages/{r['name']}/coverage"),
            said(f"{points(r['gain'])} ({between(r['gain_low'], r['gain_high'])})"),
        )
        for r in records(plan.packages)
    ]
    headings = ("", "What is done", "Odds of the goal", "95%", "Cost in all", "Coverage", "Gain")
    return table(
        "Packages, from the cheapest of the search to the dearest", headings, rows, numeric=(2, 3, 4, 5, 6)
    )


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows of a table."""
    return rows.to_dict(orient="records")


def step_figure(plan: Plan) -> str:
    """Return the figure of what each step of the best package adds."""
    rows = plan.tables["steps"]
    rows = rows[rows["name"] == plan.best()]
    bars = [svg.Bar(r.lever, r.adds, r.adds_low, r.adds_high, f"{r.year}".strip()) for r in rows.itertuples()]
    if not bars:
        return ""
    words = "; ".join(f"{bar.label} {points(bar.value)}" for bar in bars)
    return svg.intervals(
        f"What each step adds within {plan.best()}",
        words,
        bars,
        points,
        axis="Coverage that is lost without it, 95% intervals",
    )


def step_table(plan: Plan) -> str:
    """Return the table of all steps of all packages."""
    rows = [
        (
            said(label(r["name"])),
            said(f"{r['year']}, month {r['month']}" if r["month"] >= 0 else ""),
            said(r["lever"]),
            said(r["does"]),
            said(f"{points(r['adds'])} ({between(r['adds_low'], r['adds_high'])})"),
            said(points(r["adds_odds"])),
            said(money(r["adds_cost"])),
        )
        for r in records(plan.tables["steps"])
    ]
    headings = ("Package", "When", "Lever", "What is done", "Adds coverage", "Adds odds", "Adds cost")
    return table("Every step, and what its package loses without it", headings, rows, numeric=(4, 5, 6))


def cost_figure(plan: Plan) -> str:
    """Return the figure of cost by year, of the programme as it is and of the best package."""
    years = plan.tables["years"]
    series = []
    for name in dict.fromkeys((PROGRAMME, plan.best())):
        rows = years[years["name"] == name]
        series.append(svg.Series(label(name), list(range(len(rows))), rows["cost"].tolist()))
    called = plan.asked.clock.called
    return svg.lines(
        "Cost by year",
        "Mean over futures",
        series,
        money,
        lambda k: called(round(k)),
        axis="USD a year, mean over futures",
    )


def payer_table(plan: Plan) -> str:
    """Return the table of who pays."""
    rows = [
        (
            said(label(r["name"])),
            said(r["payer"]),
            said("yes" if r["public"] else ""),
            said(money(r["usd"])),
            said(percent(r["share"])),
        )
        for r in records(plan.tables["payers"])
        if r["usd"] >= 1
    ]
    return table("Who pays, over all years", ("", "Payer", "Public", "USD", "Share"), rows, numeric=(3, 4))


def fair_table(plan: Plan) -> str:
    """Return the table of learning, gap, worst tenth and regret."""
    rows = [
        (
            said(label(r["name"])),
            said(significant(r["learning"])),
            said(significant(r["gap"])),
            said(percent(r["worst_tenth"])),
            said(points(r["regret"])),
        )
        for r in records(plan.packages)
    ]
    headings = ("", "Learning, SD a year", "Gap in learning, SD", "Coverage, worst tenth", "Regret")
    return table("Learning, fairness and bad futures", headings, rows, numeric=(1, 2, 3, 4))


def criteria_table(plan: Plan) -> str:
    """Return the table of each criterion's odds."""
    wide = plan.tables["criteria"].pivot(index="name", columns="criterion", values="odds")
    wide = wide.loc[list(plan.finalists), list(dict.fromkeys(plan.tables["criteria"]["criterion"]))]
    rows = [
        (said(label(str(name))), *(said(percent(v)) for v in row))
        for name, row in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    return table(
        "In how many futures each criterion is met",
        ("", *map(label, wide.columns)),
        rows,
        numeric=range(1, len(wide.columns) + 1),
    )
