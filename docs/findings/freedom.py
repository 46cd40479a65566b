"""Should teachers be free to change an innovation, and does that depend on its core and on how much places differ?"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ml_abm.experiments import Experiment
from ml_abm.foundation.numbers_in_words import percent

from . import pictures as draw
from .finding import Finding
from .gaps import IT, LEARNING, Gap, between, by_replicate, gap, said, when

FREE, CLEAR = "programme.adaptation_freedom", "innovation.core_clarity"
ALIKE, DIFFER, MISFIT = "places-alike", "places-differ", "misfit-everywhere-alike"
Y = "learning_sd"
CAUTION = (
    "Clarity is in the model the chance that a change leaves the core alone, so that a vague core loses by freedom is built in; whether "
    "the better fit outweighs that is a result. How fast teachers adapt is an assumption."
)
HARDLY = 0.1  # of the gain: a difference below that is told apart from none, and of no use to anyone
PLACES = {ALIKE: "Places alike, design fits", DIFFER: "Places differ, design fits less"}
CORES = {0.1: "vague core", 0.5: "half clear", 0.9: "clear core"}


def finding(experiment: Experiment) -> Finding:
    """Return what full freedom gains against none, by clarity of the core and by contexts."""
    table = by_replicate(experiment, Y, "scenario", CLEAR, FREE)
    clear, vague = freed(table, DIFFER, -1), freed(table, DIFFER, 0)
    clear_alike, vague_alike = freed(table, ALIKE, -1), freed(table, ALIKE, 0)
    clear_misfit = freed(table, MISFIT, -1)
    spread = gap(Y, gained(table, MISFIT, -1), gained(table, DIFFER, -1))
    by_places = gap(Y, gained(table, ALIKE, -1), gained(table, DIFFER, -1))
    title = f"Freedom to adapt {clear.word('pays', 'costs', 'changes little')} where the core is clear, and {vague.word('pays', 'costs learning', 'changes little')} where it is vague"
    return Finding(
        title=title,
        sentences=(
            f"Where places differ, full freedom in place of none {clear.turns(*LEARNING)} if the core is clear, from "
            f"{said(Y, table.loc[(DIFFER, *ends(table, -1, 0))])}, and {vague.turns(*IT)} if it is vague, from "
            f"{said(Y, table.loc[(DIFFER, *ends(table, 0, 0))])}.",
            f"Where places are alike and the design fits them, the same freedom {clear_alike.turns(*LEARNING)} with a clear core and "
            f"{vague_alike.turns(*IT)} with a vague one.",
            f"It is {misfit_or_spread(spread, clear)} that counts: where a design fits as badly, but everywhere alike, freedom "
            f"with a clear core {clear_misfit.turns(*LEARNING)}.",
        ),
        claims=(
            clear.to("Local adaptation improves results where contexts differ, if the core is kept.", 1),
            vague.to("Without knowing the core, adaptation loses what works.", -1),
            by_places.to("Freedom is worth more where places differ and the design fits worse.", 1),
            (
                "Freedom is worth more where places differ, the average fit being the same.",
                by_itself(spread, clear),
            ),
        ),
        caution=CAUTION,
        heading=["places", "core clarity", "no freedom", "full freedom", "difference"],
        rows=[
            row(table, place, k)
            for place in (ALIKE, DIFFER, MISFIT)
            for k in range(len(table.index.unique(1)))
        ],
        draw=lambda: picture(experiment, table, title),
    )


def ends(table: pd.DataFrame, core: int, freedom: int) -> tuple[float, float]:
    """Return levels of clarity and freedom by their place, -1 being the highest."""
    return table.index.unique(1)[core], table.index.unique(2)[freedom]


def gained(table: pd.DataFrame, place: str, core: int) -> pd.Series:
    """Return what full freedom makes in place of none, by replicate."""
    return table.loc[(place, *ends(table, core, -1))] - table.loc[(place, *ends(table, core, 0))]


def freed(table: pd.DataFrame, place: str, core: int) -> Gap:
    """Return the same with its interval."""
    return gap(Y, table.loc[(place, *ends(table, core, 0))], table.loc[(place, *ends(table, core, -1))])


def misfit_or_spread(spread: Gap, clear: Gap) -> str:
    """Return what counts: how badly a design fits on average, or also how much that differs."""
    if abs(spread.mean) < HARDLY * abs(clear.mean) or not spread.sign:
        return "how badly the design fits on average, and not how much places differ,"
    return "both how badly the design fits on average and how much places differ"


def by_itself(spread: Gap, clear: Gap) -> str:
    """Return what the model says to the spread of contexts by itself."""
    if spread.sign and abs(spread.mean) < HARDLY * abs(clear.mean):
        return f"Hardly: it makes {percent(abs(spread.mean / clear.mean))} of the gain."
    return spread.to("", 1)[1]


def row(table: pd.DataFrame, place: str, core: int) -> list[str]:
    """Return a row of the page's table."""
    none, full = ends(table, core, 0), ends(table, core, -1)
    cells = (between(Y, table.loc[(place, *none)]), between(Y, table.loc[(place, *full)]))
    return [
        place.replace("-", " "),
        CORES.get(none[0], f"{none[0]:g}"),
        *cells,
        freed(table, place, core).said,
    ]


def picture(experiment: Experiment, table: pd.DataFrame, title: str) -> Figure:
    """Draw learning by freedom, a panel a kind of places, a curve for each clarity."""
    figure, panels = draw.panels(title, 2, height=3.6, labels_need=0.04)
    cores = table.index.unique(1)
    for axes, (place, name) in zip(panels, PLACES.items(), strict=True):
        named = draw.Ends(axes)
        for core, colour in zip(cores, draw.colours(len(cores)), strict=True):
            rows = table.loc[(place, core)]
            named.add(
                draw.curve(axes, rows.index.to_numpy(float), rows, colour),
                CORES.get(core, f"{core:g}"),
                colour,
            )
        draw.heading(axes, name)
        axes.set_xticks([0, 0.5, 1], ["none", "half", "full"])
        axes.set_xlabel("freedom to adapt")
    panels[0].set_ylabel("learning gain (SD a year)")
    named.write(table.index.unique(2)[-1])
    draw.read_as(figure, experiment, f"After {when(experiment)}.")
    return figure
