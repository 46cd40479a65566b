"""The network case as a picture: the real score beside chance, and beside the model with and without influence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..calibration.exposure import ExposureTest
from ..calibration.network_case import FRIENDS, LEVEL, NAMED, ModelRuns, views
from ..foundation.numbers_in_words import capital, percent
from ..look import BLUE, GREY, ORANGE, foot, page, quiet, rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def exposure_figure(tests: dict[tuple[str, bool], ExposureTest], runs: Sequence[ModelRuns]) -> Figure:
    """Return the real scores over those of permuted networks, and over those of the model's histories."""
    figure = page(_title(tests), 3.2 + 0.4 * max(2, len(runs)))
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, max(1.5, len(runs))])
    names = list(views())
    for k, name in enumerate(names):
        test = tests[name, False]
        _row(above, k, test.permuted, GREY, test.statistic, f"p = {test.p:.3f}")
    rows(above, [capital(name).replace(" either", "\neither") for name in names])
    above.set_title("Real years, and people placed at random")
    for k, one in enumerate(runs):
        colour, real = BLUE if one.influence else GREY, tests[one.view, False].statistic
        _row(below, k, one.statistics, colour, real, f"{percent(one.power)} found")
    along = {FRIENDS: "friends", NAMED: "named"}
    rows(below, [f"{along.get(one.view, one.view)},\ninfluence {one.influence:.2g}" for one in runs])
    below.set_title("Histories of the model on the same ties")
    below.set_xlabel("adopters' exposure over that of others at the time (sd)", fontsize=9)
    for axes in (above, below):
        quiet(axes)
        axes.axvline(0, color=GREY, lw=1, ls=":")
    below.set_xlim(right=1.3 * below.get_xlim()[1])
    foot(
        figure,
        "Orange: the real superintendents. Lines: 90% of permutations (above) or of histories (below), thick 50%. "
        f"Found: the share of histories in which the same test says yes at {percent(LEVEL)}; influence 3 is the preset's.",
    )
    return figure


def _row(axes: Axes, row: int, values: np.ndarray, colour: str, real: float, said: str) -> None:
    """Draw 90 and 50% of some values, their median, the real one over them, and some words at the right."""
    q = np.quantile(values, [0.05, 0.25, 0.5, 0.75, 0.95])
    axes.hlines(row, q[0], q[4], color=colour, lw=1.5)
    axes.hlines(row, q[1], q[3], color=colour, lw=6)
    axes.plot(q[2], row, "o", color="white", mec=colour, ms=5)
    axes.plot(real, row, "D", color=ORANGE, ms=7, mec="white", zorder=4)
    axes.annotate(said, (1, row), xycoords=("axes fraction", "data"), ha="right", va="bottom", fontsize=9)


def _title(tests: dict[tuple[str, bool], ExposureTest]) -> str:
    p = {name: tests[name, False].p for name in views()}
    found = [name for name in p if p[name] <= LEVEL]
    if not found:
        return "Who looks to whom does not explain who adopted when, more than chance would"
    sure = "A hint that superintendents" if len(p) * min(p.values()) > LEVEL else "Superintendents"
    return f"{sure} adopted after {' and '.join(found)}, more than chance would have it"
