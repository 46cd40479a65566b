"""Style of all figures: colours that the colour-blind can distinguish, few lines, titles that state the finding."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from .foundation.numbers_in_words import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

# Colour-blind safe (Okabe & Ito 2008).
BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#D55E00", "#009E73", "#CC3311", "#6B7280"
PALE = "#D9DDE3"
# A page is as wide as a phone shows it without zooming: letters of 9 points are then still 9 pixels high.
WIDTH = 5.2  # inches
NO_BREAK = "\N{NO-BREAK SPACE}"
TITLE_LETTERS, FOOT_LETTERS = 50, 84  # that fit into the width


def page(title: str, height: float) -> Figure:
    """Return an empty figure of the width of a phone or of a column, with its finding as title.

    Parameters
    ----------
    title : what is found, in a sentence; it is broken into lines.
    height : inches.
    """
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    figure = Figure(figsize=(WIDTH, height), layout=ConstrainedLayoutEngine(w_pad=0.06, h_pad=0.06))
    figure.suptitle(
        fill(held_together(title), TITLE_LETTERS),
        x=0.01,
        ha="left",
        fontsize=11.5,
        weight="bold",
        parse_math=False,
    )
    return figure


def held_together(text: str) -> str:
    """Return a text in which no line breaks between a number and its sign: ``> 44``."""
    return re.sub(r" ([<>]) ", rf"{NO_BREAK}\1{NO_BREAK}", text)


def foot(figure: Figure, text: str) -> None:
    """Write below a figure how it is to be read; every line of the text stays a line."""
    lines = "\n".join(fill(held_together(line), FOOT_LETTERS) for line in text.splitlines())
    figure.supxlabel(lines, x=0.01, ha="left", fontsize=8, color=GREY, parse_math=False)


def quiet(axes: Axes) -> None:
    """Give a panel the frame that all have: no box, its title at the left."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.title.set_fontsize(11)
    axes.title.set_horizontalalignment("left")
    axes.title.set_x(0.0)


def rows(axes: Axes, labels: Sequence[str]) -> None:
    """Give a panel a row a label, the first on top, with a thin line to follow from label to mark."""
    axes.set_yticks(range(len(labels)), labels, fontsize=9)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.grid(axis="y", color="#EEEEEE")
    axes.set_axisbelow(True)


def height_of(labels: Sequence[str]) -> float:
    """Return the inches that rows need for their labels, all as much as the longest."""
    lines = max(label.count("\n") + 1 for label in labels)
    return len(labels) * (0.14 + 0.15 * max(2, lines))


def key(axes: Axes, columns: int = 2) -> None:
    """Put the legend of a panel above it, where it hides nothing."""
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, fontsize=9, borderaxespad=0.2
    )


def in_percent(axis: Axis) -> None:
    """Write the shares of an axis in percent, with as many digits as its ticks need."""
    axis.set_major_formatter(lambda x, _: percent(x, digits=2))


def as_share(axes: Axes) -> None:
    """Label an upright axis of shares in percent, from no one to everybody."""
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(lambda x, _: percent(x, digits=0))
