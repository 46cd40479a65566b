"""An assessment as one page: what a minister reads first, then what stands behind it, section by section."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import __version__
from ..assess import words
from ..assess.answers import ASKED
from . import svg
from .assess_figures import NAMES_OF_CRITERIA, all_figures
from .html import bullets, contents, document, number, paragraph, said, table

if TYPE_CHECKING:
    from ..assess.assessed import Assessed

STYLE = (
    f":root{{{svg.LIGHT};color-scheme:light dark}}@media(prefers-color-scheme:dark){{:root{{{svg.DARK}}}}}"
    "*{box-sizing:border-box}html{-webkit-text-size-adjust:100%}"
    "body{font:17px/1.55 system-ui,-apple-system,'Segoe UI',sans-serif;margin:0;background:var(--ground);color:var(--ink)}"
    "header,main,footer{max-width:46rem;margin:0 auto;padding:0 1.1rem}h1{font-size:1.9rem;line-height:1.15;margin:1.6rem 0 .3rem}"
    "h2{font-size:1.35rem;line-height:1.25;margin:2.6rem 0 .4rem;padding-top:.9rem;border-top:2px solid var(--line)}h3{font-size:1.05rem;margin:1.4rem 0 .2rem}"
    "p,ul{margin:.45rem 0}ul{padding-left:1.15rem}li{margin:.2rem 0}a{color:var(--mark)}.lead{color:var(--soft);margin-top:0}"
    ".cards{display:grid;grid-template-columns:1fr;gap:.8rem;margin:1.1rem 0}.card{background:var(--card);border-radius:.6rem;padding:.8rem 1rem}"
    ".card h2{border:0;margin:0;padding:0;font-size:.95rem;font-weight:600;color:var(--soft)}.card .big{font-size:1.55rem;font-weight:700;line-height:1.2;margin:.1rem 0 .2rem}"
    ".card p{margin:.2rem 0;font-size:.98rem}@media(min-width:700px){.cards{grid-template-columns:1fr 1fr}}"
    "nav ol{columns:2;padding-left:1.3rem;font-size:.95rem}@media(max-width:480px){nav ol{columns:1}}figure{margin:1.1rem 0}figcaption{font-size:.95rem;line-height:1.35;margin-bottom:.3rem}figcaption span{color:var(--soft);font-size:.88rem;display:block}"
    ".scroll{overflow-x:auto;margin:.8rem 0}table{border-collapse:collapse;font-size:.86rem;line-height:1.35;min-width:100%}caption{text-align:left;font-weight:600;padding:.2rem 0}"
    "th,td{padding:.3rem .55rem .3rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);font-weight:400}thead th{color:var(--soft);font-weight:600}"
    ".n{text-align:right;white-space:nowrap}.w{min-width:11rem}tbody th{font-weight:600}.note{color:var(--soft);font-size:.9rem}footer{margin:2.5rem auto;color:var(--soft);font-size:.88rem}"
    "@media print{@page{size:A4;margin:16mm 14mm}:root{"
    + svg.LIGHT
    + "}body{font-size:10.5pt}nav{display:none}header,main,footer{max-width:none;padding:0}"
    ".card{border:1px solid var(--line)}h2,h3{break-after:avoid}figure,.card,tr{break-inside:avoid}svg{max-width:13cm}.scroll{overflow:visible}table{font-size:8pt}.n{white-space:normal}.w{min-width:30mm}.cards{grid-template-columns:1fr 1fr}}"
)
SECTIONS = {
    "odds": "What are the odds?",
    "constraints": "What holds it back?",
    "levers": "What to do first, and at what price?",
    "adaptation": "1 How much may be adapted?",
    "environment": "2 What must authorities and funders do?",
    "design": "3 Is it designed for scale?",
    "readiness": "4 Is it ready to be scaled?",
    "innovate": "5 Innovate, or execute better?",
    "stress": "What if things go wrong?",
    "cost": "What does it cost, and who pays?",
    "honesty": "How far can this be trusted?",
}


def page(a: Assessed) -> str:
    """Return the whole page."""
    told, drawn = words.sentences(a), all_figures(a)
    written = {
        "odds": paragraph(told["goal"][0])
        + bullets(told["odds"])
        + drawn["odds"]
        + drawn["path"]
        + odds_table(a),
        "constraints": bullets(told["constraint"])
        + drawn["constraints"]
        + drawn["funnel"]
        + constraint_table(a),
        "levers": bullets(told["lever"]) + drawn["tornado"] + lever_table(a) + pair_table(a),
        "adaptation": bullets(told["adaptation"]) + drawn["freedom"],
        "environment": bullets(told["environment"]) + drawn["environment"] + drawn["patience"],
        "design": bullets(told["design"]) + drawn["design"],
        "readiness": bullets(told["readiness"]) + drawn["readiness"] + readiness_table(a),
        "innovate": bullets(told["innovate"]) + drawn["innovate"] + step_table(a),
        "stress": bullets(told["stress"]) + drawn["stresses"] + stress_table(a),
        "cost": bullets(told["cost"]) + drawn["money"] + money_table(a) + unit_table(a),
        "honesty": bullets(told["honesty"])
        + trust(a)
        + "<h3>What would be most worth knowing</h3>"
        + bullets(told["information"])
        + drawn["information"],
    }
    sections = "".join(
        f'<section aria-labelledby="{name}"><h2 id="{name}">{said(title)}</h2>{written[name]}</section>'
        for name, title in SECTIONS.items()
    )
    return document(
        f"{a.scenario.title}: assessment",
        STYLE + svg.STYLE,
        f"{first_screen(a, told)}<main>{contents(SECTIONS)}{sections}</main>{end(a)}",
    )


def first_screen(a: Assessed, told: dict[str, list[str]]) -> str:
    """Return the name, the odds, what holds it back, the first step and the price."""
    row = a.tables["odds"].iloc[0]
    names = words.binding_names(a)
    lever = words.lever_row(a)
    taught = words.unit(a, "taught with fidelity", "scale")
    total = a.tables["spending"].set_index("item").loc["all lines", "scale"]
    cards = [
        (
            "The odds of its endgame",
            number(float(row.odds), odds_in_large(row), "odds/endgame/odds"),
            " ".join(told["odds"]),
        ),
        (
            "What holds it back",
            said(words.upper(words.listed(names[:2], "or")) if names else "Nothing by itself"),
            " ".join(told["constraint"][: 2 if a.clock.after else 1]),
        ),
        (
            "What to do first",
            said(words.upper(lever.lever) if lever is not None else "No single step"),
            told["lever"][0],
        ),
        (
            "The price at scale",
            number(float(total), f"{words.dollars(total)} a year", "spending/all lines/scale")
            if taught is None
            else number(
                float(taught["median"]),
                f"{words.dollars(taught['median'])} a pupil and year",
                "unit_costs/USD per pupil taught with fidelity|scale/median",
            ),
            told["price"][0],
        ),
    ]
    drawn = "".join(
        f'<div class="card"><h2>{said(head)}</h2><p class="big">{big}</p><p>{said(text)}</p></div>'
        for head, big, text in cards
    )
    quick = (
        paragraph(
            "A quick look: fewer futures, and some parts are left out. Run it without --quick before anything is decided.",
            "note",
        )
        if a.quick
        else ""
    )
    return (
        f"<header><h1>{said(a.scenario.title)}</h1>{paragraph(a.scenario.sentence, 'lead')}{paragraph('The endgame: ' + told['goal'][0])}"
        f'<div class="cards">{drawn}</div>{quick}'
        + paragraph(
            "Coverage is the share of all teaching that follows the design: teachers who use it x how well. Answers are of a model, over what is uncertain about it; they are no forecast.",
            "note",
        )
        + "</header>"
    )


def odds_in_large(row: Any) -> str:
    """Return the odds as they are said at first."""
    hits = round(row.odds * row.runs)
    if hits == 0:
        return f"below {words.percent(row.high)}"
    if hits == row.runs:
        return f"above {words.percent(row.low)}"
    return words.percent(row.odds)


def interval(r: Any, low: str, high: str, form: Any = words.points) -> str:
    """Return an interval for a cell; nothing where there is none."""
    ends = (float(r[low]), float(r[high]))
    return "" if ends[0] != ends[0] else said(words.between(*ends, form))


def cell(name: str, key: str, r: Any, column: str, form: Any = words.points) -> str:
    """Return a number of a table for a cell; a dash where there is none."""
    value = float(r[column])
    return "–" if value != value else number(value, form(value), f"{name}/{key}/{column}")


def odds_table(a: Assessed) -> str:
    """Return each criterion with its threshold and odds."""
    rows = []
    for _, r in a.tables["odds"].iterrows():
        name = str(r["criterion"])
        threshold = (
            ""
            if name == "endgame"
            else f"{r['threshold']:.0f} years"
            if name == "sustained"
            else words.percent(r["threshold"])
        )
        rows.append(
            [
                said(NAMES_OF_CRITERIA[name]),
                said(ASKED.get(name, "all of it")),
                said(threshold),
                cell("odds", name, r, "odds", words.percent),
                interval(r, "low", "high", words.percent),
            ]
        )
    return table(
        "What the endgame asks, and how often it is met",
        ["criterion", "asks", "at least", "met in", "95 %"],
        rows,
        (2, 3, 4),
    )


def constraint_table(a: Assessed) -> str:
    """Return each constraint, what it is to take it away, and what that gains."""
    rows = []
    for _, r in a.tables["constraints"].iterrows():
        name = str(r["constraint"])
        rows.append(
            [
                said(name),
                said(str(r["relaxed"])),
                cell("constraints", name, r, "gain"),
                interval(r, "low", "high"),
                cell("constraints", name, r, "alone_costs"),
            ]
        )
    return table(
        "If a constraint were taken away, at no cost",
        ["constraint", "taken away means", "coverage", "95 %", "costs alone"],
        rows,
        (2, 3, 4),
    ) + paragraph(
        "Coverage: gain from the year of the endgame on, same future and same luck with and without. Costs alone: what it costs where all others are taken away.",
        "note",
    )


def per(value: float) -> str:
    """Return pupil-years for 100 USD."""
    return words.significant(value).replace("-", "−")


def lever_table(a: Assessed) -> str:
    """Return each step with gain, price and gain for the money."""
    rows = []
    for _, r in a.tables["levers"].iterrows():
        name = str(r["lever"])
        rows.append([
            said(name), said(f"{r['does']} ({r['basis']})."), cell("levers", name, r, "gain"), cell("levers", name, r, "learning_gain", words.sd),
            cell("levers", name, r, "cost", words.dollars), cell("levers", name, r, "per_100usd", per),
            interval(r, "per_low", "per_high", per), cell("levers", name, r, "lays_per_100usd", per),
        ])  # fmt: skip
    headings = [
        "lever",
        "the step, and where its price is from",
        "coverage",
        "learning",
        "costs in all",
        "pupil-years / 100 USD",
        "95 %",
        "LAYS / 100 USD",
    ]
    return table("Steps, from the largest gain", headings, rows, (2, 3, 4, 5, 6, 7)) + paragraph(
        f"Taken from the start, within the money that there is; costs over {a.clock.years} years. Pupil-years: more pupils taught as designed for a year. A dash: it is not sure "
        "that the step costs anything. What the model does not price is assumed, in months of a coach at the scenario's own price.",
        "note",
    )


def pair_table(a: Assessed) -> str:
    """Return the best pairs."""
    found = a.tables["pairs"].head(6)
    if not len(found):
        return ""
    rows = []
    for _, r in found.iterrows():
        key = f"{r['first']}|{r['second']}"
        rows.append(
            [
                said(f"{r['first']} + {r['second']}"),
                cell("pairs", key, r, "gain"),
                interval(r, "low", "high"),
                cell("pairs", key, r, "interaction"),
                interval(r, "interaction_low", "interaction_high"),
            ]
        )
    return table(
        "The best pairs", ["pair", "coverage", "95 %", "more than both alone", "95 %"], rows, (1, 2, 3, 4)
    )


def readiness_table(a: Assessed) -> str:
    """Return the checklist."""
    rows = []
    for _, r in a.tables["readiness"].iterrows():
        name = str(r["criterion"])
        rows.append(
            [
                said(name),
                said(str(r["asks"])),
                said(str(r["now"])),
                said("gap" if r["gap"] else "ready"),
                cell("readiness", name, r, "gain"),
                interval(r, "low", "high"),
            ]
        )
    return table(
        "A checklist, and whether its gaps matter",
        ["criterion", "asks", "now", "state", "if closed alone", "95 %"],
        rows,
        (4, 5),
    )


def step_table(a: Assessed) -> str:
    """Return a step in design and one in execution."""
    rows = []
    for _, r in a.tables["design_or_execution"].iterrows():
        name = str(r["side"])
        rows.append(
            [
                said(name),
                cell("design_or_execution", name, r, "now", words.percent),
                cell("design_or_execution", name, r, "learning", words.sd),
                interval(r, "learning_low", "learning_high", words.sd),
                cell("design_or_execution", name, r, "coverage"),
                interval(r, "coverage_low", "coverage_high"),
            ]
        )
    return (
        table(
            "A fifth of the way from poor to good",
            ["side", "now", "learning", "95 %", "coverage", "95 %"],
            rows,
            (1, 2, 3, 4, 5),
        )
        if rows
        else ""
    )


def stress_table(a: Assessed) -> str:
    """Return each shock with the odds after it."""
    rows = []
    for _, r in a.tables["stresses"].iterrows():
        name = str(r["stress"])
        rows.append(
            [
                said(name),
                said(str(r["says"])),
                cell("stresses", name, r, "odds", words.percent),
                interval(r, "odds_low", "odds_high", words.percent),
                cell("stresses", name, r, "odds_without", words.percent),
                cell("stresses", name, r, "change"),
                interval(r, "low", "high"),
            ]
        )
    return table(
        "Shocks half way to the endgame",
        ["shock", "what happens", "odds after it", "95 %", "odds without", "coverage", "95 %"],
        rows,
        (2, 3, 4, 5, 6),
    )


def money_table(a: Assessed) -> str:
    """Return spending by line and by payer."""
    rows = []
    for _, r in a.tables["spending"].iterrows():
        name = str(r["item"])
        rows.append(
            [
                said(name),
                said({"line": "cost line", "payer": "payer", "total": "in all"}[str(r["kind"])]),
                cell("spending", name, r, "pilot", words.dollars),
                cell("spending", name, r, "scale", words.dollars),
            ]
        )
    return table(
        "Spending a year, mean over futures", ["item", "what it is", "pilot", "at scale"], rows, (2, 3)
    )


def unit_table(a: Assessed) -> str:
    """Return unit costs in the pilot, at scale and over all years."""
    whens = {"pilot": "pilot", "scale": "at scale", "all": "all years"}
    rows = []
    for _, r in a.tables["unit_costs"].iterrows():
        form = per if str(r["measure"]).startswith("LAYS") else words.dollars
        key = f"{r['measure']}|{r['when']}"
        rows.append(
            [
                said(str(r["measure"])),
                said(whens[str(r["when"])]),
                cell("unit_costs", key, r, "median", form),
                interval(r, "low", "high", form),
            ]
        )
    return table(
        "What it costs, and what it buys", ["measure", "when", "median", "9 in 10 futures"], rows, (2, 3)
    ) + paragraph(
        "Pilot: the first two years. At scale: the year of the endgame. A year of learning (LAYS) is worth what [behaviour] sd_per_school_year says.",
        "note",
    )


def trust(a: Assessed) -> str:
    """Return what the scenario says is sourced and assumed."""
    parts = [
        ("What the scenario says has a source", a.scenario.sourced),
        ("What it says is assumed", a.scenario.assumed),
    ]
    return "".join(f"<h3>{said(title)}</h3>{bullets(lines)}" for title, lines in parts if lines)


def end(a: Assessed) -> str:
    """Return what it takes to repeat this."""
    part, whole = a.lived.setting.schools, a.scenario.setting.schools
    lived = f" of {part:,} schools for {whole:,}" if part < whole else ""
    return (
        "<footer>"
        + paragraph(
            f"ml_abm {__version__}; scenario {a.scenario.name}; seed {a.seed}; {a.runs.count():,} runs of {a.clock.months} months{lived}"
            f"{' (quick)' if a.quick else ''}. `ml-abm assess` writes all tables beside this page as CSV and in assessment.json; docs/assess.md says how each number is made."
        )
        + "</footer>"
    )
