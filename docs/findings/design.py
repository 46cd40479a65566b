"""Do we need new solutions, or a better job with the current ones: which first, and where does the line lie?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from ml_abm.experiments import Experiment
from ml_abm.experiments.analysis.stochastic import over_draws
from ml_abm.experiments.analysis.words import amount
from ml_abm.foundation.numbers_in_words import significant

from . import pictures as draw
from .finding import REVERSED, SHOWN, Finding
from .gaps import IT, Gap, gap, when

DESIGN, EXECUTION = "innovation.effect_size", "setting.government_capacity"
Y, PRACTICE = "learning_sd", "effective_coverage"
FIRST = {1: ("D", draw.BLUE), -1: ("E", draw.ORANGE), 0: ("?", "#9AA3AF")}
CAUTION = (
    "A step is a fifth of what the world shows between poor and good, on both sides. Effects differ eightfold in that range, so design weighs "
    "heavily when learning is counted; whether a step costs as much on both sides is not known and would move the line."
)


@dataclass(frozen=True)
class Map:
    """An outcome by design (rows), execution (columns) and replicate, and which step gains more there.

    `first` has 1 for design, -1 for execution, 0 where they cannot be distinguished; it leaves out the highest levels, where only one step is left.
    """

    outcome: str
    values: np.ndarray
    first: np.ndarray

    @property
    def means(self) -> np.ndarray:
        """The mean over replicates."""
        return self.values.mean(axis=2)

    def count(self, way: int, rows: slice = slice(None), columns: slice = slice(None)) -> int:
        """Return in how many situations it is so."""
        return int((self.first[rows, columns] == way).sum())

    def said(self, row: int, column: int) -> str:
        """Return the mean of a cell in its unit."""
        return amount(self.outcome, self.means[row, column])


def mapped(experiment: Experiment, outcome: str) -> Map:
    """Return the map of one outcome."""
    levels = [experiment.points[name].nunique() for name in (DESIGN, EXECUTION)]
    cells = experiment.runs.pivot(index=[DESIGN, EXECUTION], columns="replicate", values=outcome).sort_index()
    values = cells.to_numpy(float).reshape(*levels, -1)
    design, execution = values[1:, :-1] - values[:-1, :-1], values[:-1, 1:] - values[:-1, :-1]
    found = over_draws(design - execution)
    return Map(outcome, values, (found.low > 0).astype(int) - (found.high < 0))


def finding(experiment: Experiment) -> Finding:
    """Return where a step in design gains more than a step in execution, counted in learning and in practice."""
    learning, practice = mapped(experiment, Y), mapped(experiment, PRACTICE)
    title = title_of(learning, practice)
    both = rise(learning)
    return Finding(
        title=title,
        sentences=(
            f"Neither does it alone: after {when(experiment)} learning is {learning.said(-1, 0)} with a good design poorly executed, {learning.said(0, -1)} with a "
            f"poor design well executed, and {learning.said(-1, -1)} with both good, which {both.turns(*IT)} "
            "against both poor.",
            f"Counted in learning, a step in design gains more in {learning.count(1)} of {learning.first.size} situations, a step in execution in {learning.count(-1)}, and in "
            f"{learning.count(0)} they cannot be distinguished; {line_of(learning)}.",
            f"Counted in practice (effective coverage), a step in design gains more in {practice.count(1)} and a step in execution in {practice.count(-1)}; {line_of(practice)}.",
        ),
        claims=[
            claim
            for found, counted in ((learning, "in learning"), (practice, "in practice"))
            for claim in claims_of(found, counted)
        ],
        caution=CAUTION,
        heading=["learning (SD/year): design \\ execution", *names(learning.means.shape[1])],
        rows=[
            [name, *(significant(x) for x in row)]
            for name, row in zip(names(len(learning.means)), learning.means, strict=True)
        ],
        draw=lambda: picture(experiment, (learning, practice), title),
    )


def rise(found: Map) -> Gap:
    """Return what both together gain."""
    return gap(found.outcome, pd.Series(found.values[0, 0]), pd.Series(found.values[-1, -1]))


def names(n: int) -> list[str]:
    """Return names of levels from poor to good."""
    return ["poor", *(str(k) for k in range(2, n)), "good"]


def title_of(learning: Map, practice: Map) -> str:
    """Return what comes first in most situations, by what is counted."""
    a, b = leader(learning), leader(practice)
    if a == b:
        return f"Better {a} comes first in most situations, whether learning or practice is counted"
    return f"Counted in learning, better {a} comes first; counted in practice, better {b} does"


def leader(found: Map) -> str:
    """Return which step gains more in more situations."""
    return "design" if found.count(1) >= found.count(-1) else "execution"


def line_of(found: Map) -> str:
    """Return where what is first in fewer situations lies: at which design and which execution, levels 1 (poor) to 5."""
    way = -1 if leader(found) == "design" else 1
    rows, columns = np.nonzero(found.first == way)
    which = "execution" if way < 0 else "design"
    if not len(rows):
        return f"{which} comes first nowhere"
    where = (f"design is at level {span(rows)}", f"execution is at level {span(columns)}")
    return f"{which} comes first only where {where[0]} and {where[1]} of {found.first.shape[0] + 1}"


def span(levels: np.ndarray) -> str:
    """Return the levels from the lowest to the highest."""
    low, high = int(levels.min()) + 1, int(levels.max()) + 1
    return f"{low}" if low == high else f"{low} to {high}"


def claims_of(found: Map, counted: str) -> list[tuple[str, str]]:
    """Return what the map says to the report: its lower rows to poor designs, its upper left corner to good ones poorly executed."""
    half = len(found.first) // 2
    lower, upper, left = slice(None, half), slice(-half, None), slice(None, half)
    return [
        (
            f"Where approaches are poorly designed, innovation comes first (counted {counted}).",
            verdict(found, 1, lower, slice(None)),
        ),
        (
            f"Where the design is good and execution poor, execution comes first (counted {counted}).",
            verdict(found, -1, upper, left),
        ),
    ]


def verdict(found: Map, way: int, rows: slice, columns: slice) -> str:
    """Return what some situations say to a claim: it is shown or reversed if more than half of them say so."""
    pro, con, n = (
        found.count(way, rows, columns),
        found.count(-way, rows, columns),
        found.first[rows, columns].size,
    )
    word = SHOWN if 2 * pro > n else REVERSED if 2 * con > n else "The model does **not** show it."
    return f"{word} {pro} of {n} situations for it, {con} against."


def picture(experiment: Experiment, maps: tuple[Map, Map], title: str) -> Figure:
    """Draw both maps, each situation coloured by which step gains more."""
    figure, panels = draw.panels(title, 2, height=4.6)
    for axes, found, name in zip(panels, maps, ("Counted in learning", "Counted in practice"), strict=True):
        for i, j in np.ndindex(found.first.shape):
            letter, colour = FIRST[int(found.first[i, j])]
            axes.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, fc=colour, ec="white", lw=2))
            axes.text(j, i, letter, ha="center", va="center", fontsize=10, color="white", weight="bold")
        frame(axes, found.first.shape, name)
    panels[0].set_ylabel("design: effect and fit")
    words = ("D  better design gains more", "E  better execution gains more", "?  cannot be distinguished")
    handles = [Patch(fc=colour, label=word) for (_, colour), word in zip(FIRST.values(), words, strict=True)]
    panels[0].legend(
        handles=handles, loc="lower left", bbox_to_anchor=(-0.05, 1.1), frameon=False, fontsize=9
    )
    draw.read_as(
        figure,
        experiment,
        f"A square is a system; a step is a fifth of the way from poor to good. After {when(experiment)}.",
        bands=False,
    )
    return figure


def frame(axes: Axes, shape: tuple[int, int], name: str) -> None:
    """Name the rows and columns of a map."""
    axes.set_xlim(-0.5, shape[1] - 0.5)
    axes.set_ylim(-0.5, shape[0] - 0.5)
    axes.set_xticks([0, shape[1] - 1], ["poor", "better"])
    axes.set_yticks([0, shape[0] - 1], ["poor", "better"])
    axes.set_xlabel("execution: capacity, coaching")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.grid(visible=False)
    draw.heading(axes, name)
