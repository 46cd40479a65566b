"""How long must grants of the same money be, and what happens if no one pays for the years between the pilot and the system?"""

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
    "Every grant of a funder holds the same money, so a longer one is thinner; where nothing comes for the middle stage the bank gives as much more later. No source was found for the odds that a grant is renewed (1 in 2 where evidence just suffices). Runs either last or end for lack of money, so a "
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
    title = f"At the same money {long:g}-year grants reach {best}, and {alone} where all of it misses the middle stage; {short:g}-year grants {least}"
    return Finding(
        title=title,
        sentences=(
            f"With the same money in each grant, and money for the middle stage in time, effective coverage after {when(experiment)} is {said(Y, table.loc[(short, 'in-time')])} "
            f"with grants of {short:g} year and {said(Y, table.loc[(long, 'in-time')])} with grants of {long:g} years: patience {patience.turns(*IT)}.",
            f"That the same money comes after the middle stage instead of for it {missing_usual.turns(*COVERAGE)} with grants of {usual:g} years and {missing.turns(*IT)} with grants of "
            f"{long:g} years.",
            f"Money for the middle stage that comes two and a half years late {late_usual.turns(*COVERAGE)} with grants of {usual:g} years, and "
            f"{late.turns(*IT)} with grants of {long:g} years.",
        ),
        claims=(
            patience.to(
                "Scaling takes a decade or more of stable financing: the same money reaches further in longer grants.",
                1,
            ),
            patience_alone.to("Longer grants help also where the money misses the middle stage.", 1),
            missing_usual.to(
                "Support at the middle stage is critical: the same money later reaches less.", -1
            ),
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
