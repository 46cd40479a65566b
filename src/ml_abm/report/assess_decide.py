"""Two pages to decide by, which open the page of an assessment: odds, reason, steps, risks, and what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..assess.answers.constraints import binding_names
from ..assess.answers.cost import unit
from ..assess.answers.levers import RULE, priced, row_of_first
from ..assess.answers.odds import out_of_reach
from ..foundation import numbers_in_words as numbers
from .assess_tables import in_order, with_interval
from .html import bullets, number, paragraph, said, table

if TYPE_CHECKING:
    from ..assess.found import Assessed

STEPS, RISKS = 3, 3
NOTE = (
    "Coverage is the share of all teaching that follows the design: teachers who use it x how well. Answers are of a model, over chance and over what is not known (evidence and assumption); "
    "they are no forecast."
)
QUICK = "A quick look: fewer futures, and some parts are left out. Run it without --quick before anything is decided."


def decide(a: Assessed, texts: dict[str, list[str]], why: str) -> str:
    """Return what is read first; `why` is the picture of where teachers are lost."""
    return (
        f"<header><h1>{said(a.scenario.title)}</h1>{paragraph(a.scenario.sentence, 'lead')}{paragraph('The goal: ' + texts['goal'][0])}"
        + "".join(paragraph(text, "warning") for text in texts["feasible"])
        + cards(a, texts)
        + (paragraph(QUICK, "note") if a.quick else "")
        + paragraph(NOTE, "note")
        + '<h2 id="why">Why</h2>'
        + bullets(texts["constraint"][: 2 if a.clock.after else 1])
        + why
        + '<h2 id="steps">What to do, in order</h2>'
        + steps(a)
        + '<h2 id="risks">The gravest risks</h2>'
        + risks(a)
        + '<h2 id="who">Who gets it</h2>'
        + bullets([texts["equity"][0], texts["equity"][2]])
        + '<h2 id="unknown">What is not known, and what to find out first</h2>'
        + bullets([*texts["information"], " ".join(texts["nearest"][:2])])
        + "</header>"
    )


def cards(a: Assessed, texts: dict[str, list[str]]) -> str:
    """Return the four answers in large: the odds, what holds it back, the first step and the price."""
    row = a.tables["odds"].iloc[0]
    names = binding_names(a)
    lever = row_of_first(a)
    taught = unit(a, "taught as designed", "scale")
    total = a.tables["spending"].set_index("item").loc["all lines", "scale"]
    found = [
        (
            "The odds of its goal",
            number(float(row.odds), odds_in_large(a, row), "odds/endgame/odds"),
            " ".join(texts["odds"]),
        ),
        (
            "What holds it back",
            said(numbers.capital(numbers.listed(names[:2], "or")) if names else "Nothing by itself"),
            reason(a, names),
        ),
        (
            "What to do first",
            said(numbers.capital(lever.lever) if lever is not None else "No single step"),
            texts["lever"][0],
        ),
        (
            "The price at scale",
            number(float(total), f"{numbers.money(total)} per year", "spending/all lines/scale")
            if taught is None
            else number(
                float(taught["median"]),
                numbers.quantity(taught["median"], "USD/pupil/year"),
                "unit_costs/US$ per pupil taught as designed|scale/median",
            ),
            texts["price"][0],
        ),
    ]
    drawn = "".join(
        f'<div class="card"><h2>{said(head)}</h2><p class="big">{big}</p><p>{said(text)}</p></div>'
        for head, big, text in found
    )
    return f'<div class="cards">{drawn}</div>'


def reason(a: Assessed, names: list[str]) -> str:
    """Return what the constraint that costs most means."""
    if not names:
        return "No single constraint stands out."
    row = a.tables["constraints"].set_index("constraint").loc[names[0]]
    return f"{numbers.capital(row.meaning)}."


def odds_in_large(a: Assessed, row: Any) -> str:
    """Return the odds as they are said at first."""
    if out_of_reach(a):
        return "0% as planned"
    hits = round(row.odds * row.runs)
    if hits == 0:
        return f"below {numbers.percent(row.high)}"
    if hits == row.runs:
        return f"above {numbers.percent(row.low)}"
    return numbers.percent(row.odds)


def steps(a: Assessed) -> str:
    """Return the first steps in order, with who decides them, what they gain and what they cost."""
    ranked = a.tables["levers"][a.tables["levers"]["rank"] > 0]
    if not len(ranked):
        return paragraph(
            "No single step clearly gains enough to be noticed: larger steps, or several at once, are needed."
        )
    rows = [
        [
            said(f"{r['rank']}. {numbers.capital(r['lever'])}"),
            said(r["does"]),
            said(r["who"]),
            with_interval("levers", str(r["lever"]), r, "gain", "low", "high"),
            said(numbers.capital(priced(r))) + (" (assumed price)" if r["assumed"] else ""),
        ]
        for _, r in in_order(ranked).head(STEPS).iterrows()
    ]
    headings = ["step", "what it is", "who decides", "coverage (95%)", "price over all years"]
    return table(
        f"Taken from the start, each by itself; gains are means of all {a.clock.years} years",
        headings,
        rows,
        (3,),
    ) + paragraph(
        f"{RULE.replace('it gives', 'the first gives')} Gains of several steps do not add up.", "note"
    )


def risks(a: Assessed) -> str:
    """Return the shocks that surely cost most."""
    table_ = a.tables["stresses"]
    worst = table_[table_["high"] < 0].sort_values("change").head(RISKS)
    if not len(worst):
        return paragraph("No shock that was tried clearly costs coverage.")
    rows = [
        [
            said(numbers.capital(r["stress"])),
            said(r["says"]),
            with_interval("stresses", str(r["stress"]), r, "change", "low", "high"),
        ]
        for _, r in worst.iterrows()
    ]
    return table("Half way to the goal", ["risk", "what happens", "coverage (95%)"], rows, (2,))
