"""If a pilot is too dear for the whole system: cut it when it grows, or design it without the expensive parts?"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ml_abm.experiments import Experiment
from ml_abm.foundation.numbers_in_words import percent, significant

from . import pictures as draw
from .finding import Finding
from .gaps import LEARNING, between, by_replicate, gap, interval, said, when

KEPT, LATE, SOON, SCALE = "never-cut", "cut-in-year-8", "cut-in-year-3", "designed-for-scale"
NAMES = {
    SCALE: "designed without them,\nfor scale, from the outset",
    KEPT: "expensive parts kept",
    LATE: "cut in year 8",
    SOON: "cut in year 3, after the pilot",
}
Y, REACH, WORTH = "learning_sd", "reach_schools", "lays_per_100usd"
CAUTION = (
    "That a cut takes more than its share of the effect, and that a design for scale thins out less, are assumptions; that the money saved by a "
    "cut does not make up for it is a result. The design for scale is given 40% less effect and 40% less cost from the first day."
)


def finding(experiment: Experiment) -> Finding:
    """Return the four ways to deal with expensive parts, against keeping them."""
    table = by_replicate(experiment, Y, "scenario")
    reach, worth = by_replicate(experiment, REACH, "scenario"), by_replicate(experiment, WORTH, "scenario")
    late, soon, scale = (gap(Y, table.loc[KEPT], table.loc[name]) for name in (LATE, SOON, SCALE))
    later = gap(Y, table.loc[SOON], table.loc[LATE])
    reached = gap(REACH, reach.loc[KEPT], reach.loc[LATE])
    title = title_of(table, late.word("more", "less", "no other"))
    return Finding(
        title=title,
        sentences=(
            f"Taking out the expensive parts in year 8 {late.turns(*LEARNING)}, of {said(Y, table.loc[KEPT])} over all pupils after {when(experiment)} where they "
            f"are kept; the money that it saves {reached.turns('reaches more schools,', 'does not keep schools: it reaches fewer,', 'does not reach more schools')}.",
            f"A design that never had those parts, with the smaller effect that goes with that, {scale.turns(*LEARNING)}; 100 USD buy "
            f"{said(WORTH, worth.loc[SCALE])} with it, {said(WORTH, worth.loc[KEPT])} with all parts kept, and {said(WORTH, worth.loc[LATE])} with the late cut.",
            f"Cutting right after the pilot {soon.turns(*LEARNING)}, {later.word('more than', 'less than', 'about as much as')} the late cut: cutting "
            f"early {later.word('is no better', 'is better', 'is neither better nor worse')}.",
        ),
        claims=(
            late.to("Taking out expensive elements at a later stage can jeopardise the model.", -1),
            scale.to("Going to scale must be designed for from the outset.", 1),
        ),
        caution=CAUTION,
        heading=["", "learning gain", "schools reached", "LAYS per US$100"],
        rows=[
            [
                NAMES[n].replace("\n", " "),
                between(Y, table.loc[n]),
                between(REACH, reach.loc[n]),
                between(WORTH, worth.loc[n]),
            ]
            for n in NAMES
        ],
        draw=lambda: picture(experiment, table, title),
    )


def title_of(table: pd.DataFrame, found: str) -> str:
    """Return what a late cut leaves of the learning, and what a design for scale gives in its place."""
    means = table.mean(axis=1)
    if means[KEPT] <= 0:
        return f"A late cut leaves {found} learning"
    kept, times = percent(means[LATE] / means[KEPT]), significant(means[SCALE] / means[KEPT])
    much = "as much" if times == "1" else f"{times} times as much"
    return f"Cut late, a dear model keeps {kept} of its learning; designed for scale, it gives {much}"


def picture(experiment: Experiment, table: pd.DataFrame, title: str) -> Figure:
    """Draw a bar for each way, the learning that it gives."""
    figure, (axes,) = draw.panels(title, height=3.3)
    table = table.loc[list(NAMES)]
    found = interval(table)
    bars = [draw.BLUE, draw.GREY, draw.ORANGE, draw.ORANGE]
    half = [found.mean - found.low, found.high - found.mean]
    axes.barh(
        range(len(table)),
        found.mean,
        color=bars,
        xerr=half,
        error_kw={"ecolor": "black", "elinewidth": 1.2, "capsize": 3},
    )
    for k, (mean, high) in enumerate(zip(found.mean, found.high, strict=True)):
        axes.annotate(
            significant(mean),
            (high, k),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=10,
            weight="bold",
        )
    axes.set_yticks(range(len(table)), NAMES.values(), fontsize=9)
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.set_xlim(0, 1.2 * found.high.max())
    axes.set_xlabel("learning gain of all pupils (SD a year)")
    draw.read_as(figure, experiment, f"After {when(experiment)}.")
    return figure
