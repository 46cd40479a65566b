"""Does scaling widen the gap between schools, and what do aiming at the disadvantaged and helpers do about it?"""

from __future__ import annotations

from matplotlib.figure import Figure

from ml_abm.experiments import Experiment
from ml_abm.look import in_percent

from . import pictures as draw
from .finding import Finding
from .gaps import COVERAGE, between, by_replicate, gap, said, when

AS_IT_IS, AIMED, HELPERS, BOTH = "as-it-is", "aimed", "helpers", "aimed-and-helpers"
NAMES = {AS_IT_IS: "as it is", HELPERS: "helpers", AIMED: "aimed", BOTH: "aimed,\nhelpers"}
Y, REACH, LEARNING = "effective_coverage", "reach_gap", "equity_gap"
CAUTION = "How much remoteness and disadvantage weaken coaching and communities is assumed; that disadvantaged schools lose more teachers is known from the United States."


def finding(experiment: Experiment) -> Finding:
    """Return who gets it, with and without an aim."""
    reach, learning, coverage = (by_replicate(experiment, name, "scenario") for name in (REACH, LEARNING, Y))
    nothing = learning.loc[AS_IT_IS] * 0
    widened = gap(LEARNING, nothing, learning.loc[AS_IT_IS])
    aimed = gap(REACH, reach.loc[AS_IT_IS], reach.loc[AIMED])
    closed = gap(LEARNING, learning.loc[AS_IT_IS], learning.loc[AIMED])
    costs = gap(Y, coverage.loc[AS_IT_IS], coverage.loc[AIMED])
    helped = gap(LEARNING, learning.loc[AS_IT_IS], learning.loc[HELPERS])
    title = (
        f"The gap between schools after {when(experiment)} is {said(LEARNING, learning.loc[AS_IT_IS])} as it is, and {said(LEARNING, learning.loc[AIMED])} "
        "where the programme aims at disadvantaged schools"
    )
    return Finding(
        title=title,
        sentences=(
            f"As it is, the least disadvantaged fifth of schools gains more than the most disadvantaged: {widened.said}.",
            f"Aiming {aimed.turns('widens the gap in reach', 'narrows the gap in reach', 'does not distinguishably change the gap in reach')}; in learning it "
            f"{closed.turns('widens the gap', 'narrows the gap', 'does not distinguishably change the gap')}, and it {costs.turns(*COVERAGE)}.",
            f"Helpers raise coverage from {said(Y, coverage.loc[AS_IT_IS])} to {said(Y, coverage.loc[HELPERS])}; the gap in learning {helped.turns('widens', 'narrows', 'does not distinguishably change')} with them.",
        ),
        claims=(
            widened.to("Without an aim scaling leaves the most disadvantaged behind.", 1),
            aimed.to("Aiming at the disadvantaged narrows the gap in reach.", -1),
            closed.to("It narrows the gap in learning too.", -1),
        ),
        caution=CAUTION,
        heading=["programme", "gap in learning", "gap in schools in use", "effective coverage"],
        rows=[
            [
                name.replace("-", " "),
                between(LEARNING, learning.loc[name]),
                between(REACH, reach.loc[name]),
                between(Y, coverage.loc[name]),
            ]
            for name in NAMES
        ],
        draw=lambda: picture(experiment, title),
    )


def picture(experiment: Experiment, title: str) -> Figure:
    """Draw the gap in reach over the years, a curve a programme."""
    figure, (axes,) = draw.panels(title, height=3.8)
    ends = draw.Ends(axes)
    for name, colour in zip(NAMES, draw.colours(len(NAMES)), strict=True):
        ends.add(draw.history(axes, experiment, REACH, name, colour), NAMES[name], colour)
    axes.axhline(0, color="black", lw=0.8)
    in_percent(axes.yaxis)
    axes.set_xlabel("year")
    draw.heading(axes, "Schools in use: least less most disadvantaged fifth")
    ends.write(experiment.study.months / 12)
    draw.read_as(figure, experiment)
    return figure
