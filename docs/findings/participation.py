"""What is gained if teachers and communities take part in the design, and where is that worth most?"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ml_abm.experiments import Experiment
from ml_abm.foundation.numbers_in_words import percent
from ml_abm.look import in_percent

from . import pictures as draw
from .finding import Finding
from .gaps import COVERAGE, IT, between, by_replicate, gap, said, when

PART, MISFIT = "innovation.participatory_design", "setting.context_mismatch"
Y = "effective_coverage"
FITS = {0.1: "fits well", 0.3: "fits fairly", 0.6: "fits badly"}
CAUTION = (
    "That participation raises ownership and takes away misfit is built in, with assumed numbers; what it costs in time and money is not in the "
    "model. That it is worth more where the design fits badly is a result."
)


def finding(experiment: Experiment) -> Finding:
    """Return what full participation gains against none, where the design fits well and where it fits badly."""
    table = by_replicate(experiment, Y, MISFIT, PART)
    well, badly = table.loc[table.index.unique(0).min()], table.loc[table.index.unique(0).max()]
    gain_well, gain_badly = (gap(Y, rows.iloc[0], rows.iloc[-1]) for rows in (well, badly))
    more = gap(Y, well.iloc[-1] - well.iloc[0], badly.iloc[-1] - badly.iloc[0])
    middle = len(badly) // 2
    first, second = gap(Y, badly.iloc[0], badly.iloc[middle]), gap(Y, badly.iloc[middle], badly.iloc[-1])
    where = more.word(
        "most where a design fits badly", "most where a design fits well", "as much wherever a design fits"
    )
    title = f"Designing with teachers and communities is worth {where}: {gain_badly.size} there, {gain_well.size} where it fits well"
    if not more.sign:
        title = f"Designing with teachers and communities is worth {where}"
    return Finding(
        title=title,
        sentences=(
            f"Where the design fits badly, full participation in place of none {gain_badly.turns(*COVERAGE)} after {when(experiment)}, from "
            f"{said(Y, badly.iloc[0])} to {said(Y, badly.iloc[-1])}.",
            f"Where it fits well, it {gain_well.turns(*COVERAGE)}, from {said(Y, well.iloc[0])}: participation is worth {more.word('less', 'more', 'neither more nor less')} there.",
            f"Half-hearted participation {half_word(first.mean, second.mean)}: where the design fits badly, the first half {first.turns(*COVERAGE)} and the second {second.turns(*IT)}.",
        ),
        claims=(
            gain_badly.to(
                "The most effective designs arise from a participatory process (design fits badly).", 1
            ),
            gain_well.to("The same, where the design fits well.", 1),
        ),
        caution=CAUTION,
        heading=["participation", *(FITS.get(m, f"misfit {m:g}") for m in table.index.unique(0))],
        rows=[
            [percent(p), *(between(Y, table.loc[(m, p)]) for m in table.index.unique(0))]
            for p in table.index.unique(1)
        ],
        draw=lambda: picture(experiment, table, title),
    )


def half_word(first: float, second: float) -> str:
    """Return whether half of the way gives more or less than half of the gain."""
    if abs(first - second) < 0.2 * abs(first + second):
        return "gives about half of the gain"
    return "gives less than half of the gain" if first < second else "gives more than half of the gain"


def picture(experiment: Experiment, table: pd.DataFrame, title: str) -> Figure:
    """Draw coverage by participation, a curve for each fit."""
    figure, (axes,) = draw.panels(title, height=3.7, labels_need=0.03)
    ends = draw.Ends(axes)
    misfits = sorted(table.index.unique(0), reverse=True)
    for misfit, colour in zip(misfits, draw.colours(len(misfits)), strict=True):
        rows = table.loc[misfit]
        ends.add(
            draw.curve(axes, rows.index.to_numpy(float), rows, colour),
            FITS.get(misfit, f"misfit {misfit:g}"),
            colour,
        )
    axes.set_ylim(bottom=0)
    in_percent(axes.yaxis)
    axes.set_xticks([0, 0.5, 1], ["none", "half", "full"])
    axes.set_xlabel("participation of teachers and communities in the design")
    draw.heading(axes, "Effective coverage, by how the design fits")
    ends.write(table.index.unique(1)[-1])
    draw.read_as(figure, experiment, f"After {when(experiment)}.")
    return figure
