"""Convergence: the interval as replicates are added, and the number for a width that is good enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import AnalysisError
from ...foundation.numbers_in_words import capital, percent
from ...look import BLUE, GREEN, GREY, ORANGE, RED, foot, key, page, quiet
from . import words
from .reading import Experiment, Reading, read
from .result import Analysis
from .stochastic import CONFIDENCE, half_width

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST = 1_000_000  # replicates that are looked at
WIDTH_OF_SHARE = 0.02  # half-width for shares that is good enough unless set otherwise: 2 points
WIDTH_OF_MEAN = 0.05  # and for all else, of the mean
SURE = 0.95  # that no more replicates than `needed_at_most` are needed
COLOURS = (BLUE, ORANGE, GREEN, RED, GREY)
DIFFERENCE = " against "
FIRST_SHOWN = 3  # intervals left out of the frame, as they are very wide


def convergence(
    experiment: Experiment,
    outcome: str | None = None,
    half_width: float | None = None,
    month: int | None = None,
) -> Analysis:
    """Return how wide the interval of each scenario, and of each difference to the first, is with the replicates there are.

    `half_width` is in the unit of the outcome (0.02 is 2 points of a share). A row is what is estimated: a scenario at its noisiest
    point, or its paired difference to the first scenario at the noisiest point of that; `needed` replicates give the half-width
    asked for, `needed_at_most` do with 95% certainty, as the standard deviation itself is an estimate.
    """
    first, *others = [
        read(experiment, outcome, name, month, replicates=3) for name in experiment.study.compared()
    ]
    wanted = width_of(first, half_width)
    series = {name: noisiest(values) for name, values in estimated(first, others).items()}
    table = tabulated(series, wanted)
    title = title_of(table, first, wanted)
    return Analysis(
        title,
        sentence_of(table, first, wanted),
        table,
        lambda: draw(title, series, first, wanted),
    )


def width_of(reading: Reading, asked: float | None) -> float:
    """Return the half-width that is asked for, or a stated default."""
    if asked is not None and not asked > 0:
        raise AnalysisError(f"half_width {asked:g}: give a number above 0, in the unit of {reading.outcome}")
    if asked is not None:
        return asked
    return (
        WIDTH_OF_SHARE
        if words.is_share(reading.outcome)
        else WIDTH_OF_MEAN * abs(float(reading.means.mean()))
    )


def estimated(first: Reading, others: list[Reading]) -> dict[str, np.ndarray]:
    """Return what people want to know, as points x replicates: scenarios, and differences with the same random seeds."""
    base = first.values.to_numpy(float)
    found = {reading.scenario: reading.values.to_numpy(float) for reading in (first, *others)}
    return found | {
        f"{r.scenario}{DIFFERENCE}{first.scenario}": r.values.to_numpy(float) - base for r in others
    }


def noisiest(values: np.ndarray) -> np.ndarray:
    """Return the replicates of the point at which they differ most."""
    return values[values.std(axis=1, ddof=1).argmax()]


def tabulated(series: dict[str, np.ndarray], wanted: float) -> pd.DataFrame:
    """Return a row for each thing that is estimated."""
    import pandas as pd

    return pd.DataFrame([summary(name, values, wanted) for name, values in series.items()])


def summary(name: str, values: np.ndarray, wanted: float) -> dict[str, Any]:
    """Return mean, spread and width of one series of replicates, and how many are needed."""
    n, sd = len(values), float(values.std(ddof=1))
    return {
        "estimate": name,
        "replicates": n,
        "mean": float(values.mean()),
        "sd": sd,
        "half_width": float(half_width(sd, n)),
        "needed": needed(sd, wanted),
        "needed_at_most": needed(sd * margin(n), wanted),
    }


def needed(sd: float, wanted: float) -> int:
    """Return the least number of replicates, 2 or more, whose interval is no wider than wanted; `MOST` at the most."""
    low, high = 2, MOST
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if half_width(sd, middle) <= wanted else (middle + 1, high)
    return low


def margin(n: int) -> float:
    """Return how many times larger than that of n normal replicates the true standard deviation may be, at 95%."""
    from scipy.stats import chi2

    return float(np.sqrt((n - 1) / chi2.ppf(1 - SURE, n - 1)))


def title_of(table: pd.DataFrame, reading: Reading, wanted: float) -> str:
    """Return whether replicates are enough."""
    n, most = int(table["replicates"].iloc[0]), int(table["needed"].max())
    width = words.step(reading.outcome, wanted)
    if most <= n:
        return f"{n} replicates are enough to know {words.called(reading.outcome)} within {width}"
    return f"{n} replicates are too few: about {most:,} give {words.called(reading.outcome)} within {width}"


def sentence_of(table: pd.DataFrame, reading: Reading, wanted: float) -> str:
    """Return width now and replicates needed in words."""
    said = [
        f"'{row.estimate}' is known within {words.step(reading.outcome, row.half_width)} and needs {row.needed:,} "
        f"(at most {row.needed_at_most:,})"
        for row in table.itertuples()
    ]
    n_points = len(reading.values)
    at = f", at the noisiest of {n_points:,} points" if n_points > 1 else ""
    return (
        f"{capital(words.called(reading.outcome))} {reading.when}{at}, for an interval of "
        f"+-{words.step(reading.outcome, wanted)} at {percent(CONFIDENCE)}: {'; '.join(said)}."
    )


def running(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return numbers of replicates from 2 on, the mean of so many and the half-width of its interval."""
    n = np.arange(2, len(values) + 1)
    mean = np.cumsum(values)[1:] / n
    sd = np.array([values[:k].std(ddof=1) for k in n])
    return n, mean, half_width(sd, n)


def draw(title: str, series: dict[str, np.ndarray], reading: Reading, wanted: float) -> Figure:
    """Return running means of scenarios with intervals; below, the half-width of everything by number of replicates."""
    figure = page(title, 6.4)
    upper, lower = figure.subplots(2, 1, sharex=True)
    dashed = f"difference to '{reading.scenario}'"
    colours = dict(zip((name for name in series if DIFFERENCE not in name), COLOURS, strict=False))
    for name, colour in colours.items():
        n, mean, half = running(series[name])
        upper.plot(n, mean, color=colour, lw=2, label=name)
        upper.fill_between(n, mean - half, mean + half, color=colour, alpha=0.12, lw=0)
        lower.plot(n, half, color=colour, lw=2)
        difference = f"{name}{DIFFERENCE}{reading.scenario}"
        if difference in series:
            n, _, half = running(series[difference])
            lower.plot(n, half, "--", color=colour, lw=1.5, label=dashed)
            dashed = ""  # one line of the key stands for all
    frame(upper, lower, reading, wanted, [running(series[name]) for name in colours])
    at = "At the point at which chance matters most. " if len(reading.values) > 1 else ""
    foot(
        figure,
        f"{capital(reading.when)}. {at}Bands: 95% intervals of the mean. "
        "Do not stop at the first replicate that pleases: an interval looked at again and again is too short.",
    )
    return figure


def frame(upper: Axes, lower: Axes, reading: Reading, wanted: float, runs: list[Any]) -> None:
    """Give both panels their axes; the first few intervals, which are very wide, are cut off."""
    first = min(FIRST_SHOWN, len(runs[0][0]) // 2)
    low = min((mean - half)[first:].min() for _, mean, half in runs)
    high = max((mean + half)[first:].max() for _, mean, half in runs)
    if words.is_share(reading.outcome):
        low, high = max(low, 0.0), min(high, 1.0)
    upper.set_ylim(low, high)
    lower.set_ylim(0, 1.1 * max(wanted, *(half[first:].max() for _, _, half in runs)))
    lower.axhline(wanted, color=GREY, lw=1.5, ls=":", label="good enough")
    words.axis_of(upper.yaxis, reading.outcome, f"mean {words.called(reading.outcome)}")
    words.axis_of_differences(lower.yaxis, reading.outcome, "half-width", signed=False)
    lower.set_xlabel("replicates")
    lower.xaxis.get_major_locator().set_params(integer=True)  # type: ignore[call-arg]
    for axes in (upper, lower):
        quiet(axes)
        key(axes)
