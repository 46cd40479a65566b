"""An assessment as one page: two pages to decide by, then an annex of what stands behind them, section by section."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import __version__
from ..assess.answers.sentences import sentences
from . import svg
from .assess_decide import decide
from .assess_figures import all_figures
from .assess_tables import (
    case_table,
    constraint_table,
    equity_table,
    lever_table,
    money_table,
    odds_table,
    pair_table,
    readiness_table,
    step_table,
    stress_table,
    unit_table,
)
from .html import bullets, contents, document, paragraph, said

if TYPE_CHECKING:
    from ..assess.found import Assessed

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
    "nav ol{columns:2;padding:0;list-style:none;font-size:.95rem}@media(max-width:480px){nav ol{columns:1}}figure{margin:1.1rem 0}figcaption{font-size:.95rem;line-height:1.35;margin-bottom:.3rem}figcaption span{color:var(--soft);font-size:.88rem;display:block}"
    ".scroll{overflow-x:auto;margin:.8rem 0}@media screen and (min-width:78rem){.scroll.wide{width:72rem;margin-left:calc(50% - 36rem)}}table{border-collapse:collapse;font-size:.86rem;line-height:1.35;min-width:100%}caption{text-align:left;font-weight:600;padding:.2rem 0;position:sticky;left:0;max-width:calc(100vw - 2.4rem)}"
    "th,td{padding:.3rem .55rem .3rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);font-weight:400}thead th{color:var(--soft);font-weight:600}"
    "th.n,td.n{text-align:right;padding-left:.55rem}td.n{white-space:nowrap}.w{min-width:9.5rem}tbody th{font-weight:600;position:sticky;left:0;background:var(--ground)}.under{display:block;color:var(--soft);font-size:.92em}.warning{border-left:.3rem solid var(--mark);padding:.2rem .8rem;font-weight:600}.note{color:var(--soft);font-size:.9rem}footer{margin:2.5rem auto;color:var(--soft);font-size:.88rem}"
    "@media print{@page{size:A4;margin:16mm 14mm}:root{"
    + svg.LIGHT
    + "}body{font-size:10.5pt}nav{display:none}.annex{break-before:page}header{font-size:9.5pt;line-height:1.35}header h2{margin-top:.9rem;padding-top:.3rem;font-size:12pt}header h1{margin:0;font-size:17pt}header .card{padding:.4rem .7rem}header .card p{font-size:9pt}header .card .big{font-size:14pt}header .note{font-size:8.5pt;margin:.2rem 0}header figure{margin:.3rem 0}header figure svg{max-width:8.5cm}header .cards{gap:.5rem;margin:.5rem 0}header,main,footer{max-width:none;padding:0}"
    ".card{border:1px solid var(--line)}h2,h3{break-after:avoid}figure,.card,tr{break-inside:avoid}figure svg{max-width:10.5cm}.scroll{overflow:visible}.scroll.short{break-inside:avoid}table{font-size:8pt}.wide td.n{white-space:normal}.w{min-width:26mm}tbody th{position:static}.cards{grid-template-columns:1fr 1fr}}"
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
    "equity": "Who gets it?",
    "nearest": "How fast did real programmes grow?",
    "honesty": "How far can this be trusted?",
}

ANNEX = '<div class="annex"><h2 id="annex">Annex: what stands behind it</h2></div>'


def page(a: Assessed) -> str:
    """Return the whole page."""
    texts, drawn = sentences(a), all_figures(a)
    written = {
        "odds": paragraph(texts["goal"][0])
        + bullets(texts["odds"])
        + drawn["odds"]
        + drawn["path"]
        + odds_table(a),
        "constraints": bullets(texts["constraint"]) + drawn["constraints"] + constraint_table(a),
        "levers": bullets(texts["lever"]) + drawn["tornado"] + lever_table(a) + pair_table(a),
        "adaptation": bullets(texts["adaptation"]) + drawn["freedom"],
        "environment": bullets(texts["environment"]) + drawn["environment"] + drawn["patience"],
        "design": bullets(texts["design"]) + drawn["design"],
        "readiness": bullets(texts["readiness"]) + drawn["readiness"] + readiness_table(a),
        "innovate": bullets(texts["innovate"]) + drawn["innovate"] + step_table(a),
        "stress": bullets(texts["stress"]) + drawn["stresses"] + stress_table(a),
        "cost": bullets(texts["cost"]) + drawn["money"] + money_table(a) + unit_table(a),
        "equity": bullets(texts["equity"]) + equity_table(a),
        "nearest": bullets(texts["nearest"]) + case_table(a),
        "honesty": bullets(texts["honesty"])
        + trust(a)
        + "<h3>What would be most worth knowing</h3>"
        + bullets(texts["information"])
        + drawn["information"],
    }
    sections = "".join(
        f'<section aria-labelledby="{name}"><h2 id="{name}">{said(title)}</h2>{written[name]}</section>'
        for name, title in SECTIONS.items()
    )
    return document(
        f"{a.scenario.title}: assessment",
        STYLE + svg.STYLE,
        f"{decide(a, texts, drawn['funnel'])}<main>{ANNEX}{contents(SECTIONS)}{sections}</main>{end(a)}",
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
    part, whole = a.simulated.setting.schools, a.scenario.setting.schools
    part_of_it = f" of {part:,} schools for {whole:,}" if part < whole else ""
    return (
        "<footer>"
        + paragraph(
            f"ml_abm {__version__}; scenario {a.scenario.name}; seed {a.seed}; {a.runs.count():,} runs of {a.clock.months} months{part_of_it}"
            f"{' (quick)' if a.quick else ''}. `ml-abm assess` writes all tables beside this page as CSV and in assessment.json; docs/assess.md says how each number is made."
        )
        + "</footer>"
    )
