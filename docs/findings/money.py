"""How long must grants be, and what happens if no one pays for the years between the pilot and the system?"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ml_abm.experiments import Experiment
from ml_abm.look import in_percent

from . import pictures as draw
from .finding import Finding
from .gaps import COVERAGE, IT, Gap, between, by_replicate, gap, said, when

Y = "effective_coverage"
MIDDLE = {"never": "no money\nfor the middle", "late": "2.5 years late", "in-time": "in time"}
CAUTION = (
    "No source was found for the odds that a grant is renewed (1 in 2 where evidence just suffices). Runs either last or end for lack of money, so a "
    "mean of 20% is not a programme at 20% but a minority of programmes that live."
)


def finding(experiment: Experiment) -> Finding:
    """Return what length of grants and money for the middle stage make."""
    table = by_replicate(experiment, Y, "scenario")
    table.index = pd.MultiIndex.from_tuples([split(name) for name in table.index])
    lengths = list(table.index.unique(0))
    long, usual, short = lengths[-1], lengths[-2], lengths[0]
    patience = gap(Y, table.loc[(short, "in-time")], table.loc[(long, "in-time")])
    patience_alone = gap(Y, table.loc[(short, "never")], table.loc[(long, "never")])
    missing, missing_usual = lost(table, long, "never"), lost(table, usual, "never")
    late, late_usual = lost(table, long, "late"), lost(table, usual, "late")
    best, alone, least = (
        said(Y, table.loc[at]) for at in ((long, "in-time"), (long, "never"), (short, "in-time"))
    )
    title = f"{long:g}-year grants reach {best}, but {alone} without money for the middle stage; {short:g}-year grants {least}"
    return Finding(
        title=title,
        sentences=(
            f"With money for the middle stage in time, effective coverage after {when(experiment)} is {said(Y, table.loc[(short, 'in-time')])} "
            f"with grants of {short:g} year and {said(Y, table.loc[(long, 'in-time')])} with grants of {long:g} years: patience {patience.turns(*IT)}.",
            f"That no one pays for the middle stage {missing_usual.turns(*COVERAGE)} with grants of {usual:g} years and {missing.turns(*IT)} with grants of "
            f"{long:g} years: patience alone {missing.word('is more than enough', 'does not close the gap', 'closes the gap')}.",
            f"Money for the middle stage that comes two and a half years late {late_usual.turns(*COVERAGE)} with grants of {usual:g} years, when the "
            f"pilot's grant may have run out, and {late.turns(*IT)} with grants of {long:g} years, which reach over the gap.",
        ),
        claims=(
            patience.to(
                "Scaling takes a decade or more of stable financing: longer grants reach further.", 1
            ),
            patience_alone.to("Longer grants help also where no one pays for the middle stage.", 1),
            missing_usual.to("Support at the middle stage is critical: without it less is reached.", -1),
        ),
        caution=CAUTION,
        heading=["grants of", *(name.replace("\n", " ") for name in MIDDLE.values())],
        rows=[
            [
                f"{length:g} year{'s' * (length > 1)}",
                *(between(Y, table.loc[(length, middle)]) for middle in MIDDLE),
            ]
            for length in lengths
        ],
        draw=lambda: picture(experiment, table, title),
    )


def split(name: str) -> tuple[int, str]:
    """Return years and middle money from a scenario's name, such as ``3-years-in-time``."""
    years, _, middle = name.split("-", 2)
    return int(years), middle


def lost(table: pd.DataFrame, length: int, middle: str) -> Gap:
    """Return what is lost against money in time."""
    return gap(Y, table.loc[(length, "in-time")], table.loc[(length, middle)])


def picture(experiment: Experiment, table: pd.DataFrame, title: str) -> Figure:
    """Draw coverage by the length of grants, a curve for when the middle is paid for."""
    figure, (axes,) = draw.panels(title, height=3.9, labels_need=0.02)
    ends = draw.Ends(axes)
    for middle, colour in zip(MIDDLE, draw.colours(3), strict=True):
        rows = table.xs(middle, level=1)
        ends.add(draw.curve(axes, rows.index.to_numpy(float), rows, colour), MIDDLE[middle], colour)
    axes.set_ylim(bottom=0)
    axes.set_xticks(table.index.unique(0))
    in_percent(axes.yaxis)
    axes.set_xlabel("length of grants (years)")
    draw.heading(axes, "Effective coverage, by when money for the middle stage comes")
    ends.write(table.index.unique(0)[-1])
    draw.read_as(figure, experiment, f"After {when(experiment)}.")
    return figure
