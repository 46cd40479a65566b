"""How are findings drawn? Curves with their intervals, named where they end and in their own colour."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ml_abm.calibration.uncertain import HOLDS
from ml_abm.experiments import Experiment
from ml_abm.experiments.analysis.stochastic import over_draws
from ml_abm.look import BLUE, GREEN, GREY, ORANGE, foot, page, quiet

MARKERS = {BLUE: "o", ORANGE: "s", GREEN: "^", GREY: "D"}  # colours are not the only difference


def panels(
    title: str, count: int = 1, height: float = 3.7, labels_need: float = 0.0
) -> tuple[Figure, Sequence[Axes]]:
    """Return a page with some panels side by side; `labels_need` is the share of a panel that names at its right edge take."""
    figure = page(title, height)
    axes = figure.subplots(1, count, sharey=True, squeeze=False)[0]
    for panel in axes:
        quiet(panel)
        panel.grid(axis="y", color="#EEEEEE")
        panel.set_axisbelow(True)
        panel.margins(x=labels_need)
    return figure, axes


def curve(axes: Axes, x: Sequence[float], table: pd.DataFrame, colour: str) -> float:
    """Draw means and their intervals, a row of the table at each x; return the height at the end."""
    found = over_draws(table.to_numpy(float))
    axes.fill_between(x, found.low, found.high, color=colour, alpha=0.2, lw=0)
    axes.plot(x, found.mean, color=colour, lw=2.2, marker=MARKERS[colour], ms=5, mec="white", mew=0.6)
    return float(found.mean[-1])


def history(
    axes: Axes, experiment: Experiment, outcome: str, scenario: str, colour: str, point: int = 0
) -> float:
    """Draw an outcome over the years with its interval; return the height at the end."""
    months = experiment.months[
        (experiment.months["scenario"] == scenario) & (experiment.months["point"] == point)
    ]
    table = months.pivot(index="month", columns="replicate", values=outcome)
    found = over_draws(table.to_numpy(float))
    years = (table.index.to_numpy(float) + 1) / 12
    axes.fill_between(years, found.low, found.high, color=colour, alpha=0.2, lw=0)
    axes.plot(years, found.mean, color=colour, lw=2.2)
    axes.plot(
        years[-1:], found.mean[-1:], color=colour, marker=MARKERS[colour], ms=6, mec="white", clip_on=False
    )
    return float(found.mean[-1])


class Ends:
    """Names of curves at their ends, moved apart where they would overlap."""

    def __init__(self, axes: Axes) -> None:
        self.axes = axes
        self.named: list[tuple[float, str, str]] = []

    def add(self, height: float, name: str, colour: str) -> None:
        """Remember a name for a curve that ends at a height."""
        self.named.append((height, name, colour))

    def write(self, x: float, line: float = 0.085) -> None:
        """Write all names right of x; a line of letters needs that share of the panel's height."""
        low, high = self.axes.get_ylim()
        ordered = sorted(self.named, reverse=True)
        room = [(name.count("\n") + 1) * line * (high - low) for _, name, _ in ordered]
        places = apart([height for height, _, _ in ordered], room, high)
        for y, (_, name, colour) in zip(places, ordered, strict=True):
            self.axes.annotate(
                name, (x, y), xytext=(7, 0), textcoords="offset points", color=colour, fontsize=9, va="center",
                weight="bold", annotation_clip=False,
            )  # fmt: skip


def apart(heights: Sequence[float], room: Sequence[float], top: float) -> list[float]:
    """Return places for names from the top down: those that would overlap share the middle of where they belong."""
    places = list(heights)
    for _ in range(50):
        for k in range(len(places) - 1):
            overlap = (room[k] + room[k + 1]) / 2 - (places[k] - places[k + 1])
            if overlap > 0:
                places[k] += overlap / 2
                places[k + 1] -= overlap / 2
        places[0] = min(places[0], top)
    return places


def read_as(figure: Figure, experiment: Experiment, more: str = "", *, bands: bool = True) -> None:
    """Write below a figure what was run, and what its bands are."""
    shown = f"; bands hold 95% of them: {HOLDS}" if bands else ""
    foot(
        figure,
        f"Means of {experiment.study.replicates} runs that meet the same random seeds and draws{shown}. {more}".strip(),
    )


def colours(n: int) -> list[str]:
    """Return colours from the worst to the best of an ordered series."""
    return [ORANGE, GREY, BLUE] if n == 3 else [ORANGE, GREY, GREEN, BLUE][:n]


def heading(axes: Axes, text: str) -> None:
    """Say above a panel what its upright axis shows."""
    axes.set_title(text, loc="left", fontsize=10)
