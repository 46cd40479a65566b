"""Main effects and two-factor interactions: which factors move the outcome, and which way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import AnalysisError
from ...foundation.numbers_in_words import capital, listed, percent, significant
from ...look import BLUE, GREEN, GREY, ORANGE, foot, key, page, quiet, rows
from . import words
from .decomposition import Parts, Term, decompose
from .reading import Experiment, Reading, needs_factors, range_of, read
from .result import Analysis
from .stochastic import ChanceVariance, ratio, variance_components

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = 10  # terms of the figure
SAID = 3  # factors of the title, at most
BINS = 5  # of a factor with many values, along the axis
# Below this share a fit that does not foretell points is not to be read as the model's answer.
GOOD_FIT = 0.8


def effects(
    experiment: Experiment, outcome: str | None = None, scenario: str | None = None, month: int | None = None
) -> Analysis:
    """Return main effects and two-way interactions of all factors, with intervals over replicates.

    The table has a row a term, the largest share of variance first. `change` is the outcome at the highest minus that at
    the lowest value; of a pair, by how much the change of the first grows as the second goes from lowest to highest.
    """
    names = needs_factors(experiment)
    if experiment.study.design == "morris":
        raise AnalysisError(
            "effects: points of the design 'morris' are too bunched for main effects: use `sensitivity`, or "
            "the designs grid, latin-hypercube or sobol"
        )
    reading = read(experiment, outcome, scenario, month, replicates=2)
    values = reading.values.to_numpy(float)
    parts = decompose(reading.points[names], experiment.study.factors, values)
    chance = variance_components(values)
    table = tabulated(parts, chance, reading)
    title = title_of(table, parts, reading)
    return Analysis(
        title,
        sentence_of(table, parts, chance, reading),
        table,
        lambda: draw(title, table, reading, parts, experiment.study.factors),
    )


def tabulated(parts: Parts, chance: ChanceVariance, reading: Reading) -> pd.DataFrame:
    """Return the terms with their change, its interval, and their share of the variance of single runs."""
    import pandas as pd

    whole = chance.signal + chance.within
    rows = []
    for term, change in parts.change.items():
        mean, low, high = reading.over(change)
        share = share_of(parts.added[term], whole)
        kind = "main effect" if len(term) == 1 else "interaction"
        rows.append((" x ".join(term), kind, mean, low, high, share))
    columns = ["term", "kind", "change", "low", "high", "share"]
    table = pd.DataFrame(rows, columns=columns).sort_values("share", ascending=False, ignore_index=True)
    # on scattered points terms overlap a little, so that together they may seem to explain more than there is
    table["share"] /= max(1.0, ratio(float(table["share"].sum()), 1 - chance.of_runs))
    return table


def share_of(added: np.ndarray, whole: float) -> float:
    """Return the share of variance that a term explains, less what chance would give it by itself; 0..1."""
    seen = float((added.mean(axis=1) ** 2).sum())
    by_replicate = float(added.var(axis=1, ddof=1).sum()) / added.shape[1]
    return min(1.0, ratio(max(0.0, seen - by_replicate) / (len(added) - 1), whole))


def title_of(table: pd.DataFrame, parts: Parts, reading: Reading) -> str:
    """Return what moves the outcome most; several factors where chance does not let them be distinguished."""
    mains = table[table["kind"] == "main effect"]
    clear = mains[(mains["low"] > 0) | (mains["high"] < 0)]
    outcome = words.called(reading.outcome)
    if clear.empty:
        return f"No factor moves {outcome} by more than {reading.spread} does"
    most = leaders({term: parts.change[(term,)] for term in clear["term"]}, reading)
    if len(most) > SAID:
        return f"{len(most)} factors move {outcome} alike, as far as {reading.spread} allows"
    found = mains.set_index("term")["change"]
    said = [f"{words.called(term)} ({words.change(reading.outcome, found[term])})" for term in most]
    return f"{capital(listed(said))} {'moves' if len(most) == 1 else 'move'} {outcome} most"


def leaders(changes: Mapping[str, np.ndarray], reading: Reading) -> list[str]:
    """Return the factor with the largest change, given by replicate, and those that are not surely smaller."""
    size = {name: change * np.sign(change.mean()) for name, change in changes.items()}
    first = max(size, key=lambda name: float(size[name].mean()))
    return [first] + [
        name for name in size if name != first and reading.over(size[first] - size[name]).low <= 0
    ]


def sentence_of(table: pd.DataFrame, parts: Parts, chance: ChanceVariance, reading: Reading) -> str:
    """Return shares of mains, pairs, rest and chance, and how far the fit can be trusted."""
    share = table.groupby("kind")["share"].sum()
    mains, pairs = float(share.get("main effect", 0.0)), float(share.get("interaction", 0.0))
    rest = max(0.0, 1 - mains - pairs - chance.of_runs)
    text = (
        f"Of the variance of {words.called(reading.outcome)} ({reading.where}), factors by themselves explain "
        f"{percent(mains)}, pairs of factors {percent(pairs)}, {reading.spread} {percent(chance.of_runs)}, and {percent(rest)} is more than pairs can say. "
        f"Effects are from {parts.method}; intervals hold {reading.holds}."
    )
    if parts.foretold < GOOD_FIT:
        text += f" The fit foretells only {percent(parts.foretold)} of what points left out show: read it as a direction."
    return text


def draw(
    title: str, table: pd.DataFrame, reading: Reading, parts: Parts, factors: Mapping[str, Any]
) -> Figure:
    """Return the changes with their intervals; below, how the strongest pair works together, or else the first factor."""
    shown = table.head(SHOWN)
    labels = [term_label(term, reading, factors) for term in shown["term"]]
    figure = page(title, 4.9 + 0.42 * len(shown))
    upper, lower = figure.subplots(2, 1, height_ratios=[0.6 + 0.42 * len(shown), 2.6])
    draw_changes(upper, shown, labels, reading)
    pairs = "interaction" in set(shown["kind"])
    first = str(table[table["kind"] == "main effect"]["term"].iloc[0])
    draw_lines(lower, reading, strongest_pair(table, parts) or (first,))
    foot(
        figure,
        f"{capital(reading.where)}. Blue: a factor goes from lowest to highest, all others averaged over. "
        + ("Orange: by how much that grows as the second one goes from lowest to highest. " if pairs else "")
        + f"Bars: 95% intervals over {reading.values.shape[1]} replicates, {reading.holds}.",
    )
    return figure


def draw_changes(axes: Axes, shown: pd.DataFrame, labels: list[str], reading: Reading) -> None:
    """Draw a term a row: blue a factor, orange what a pair adds."""
    for row, term in enumerate(shown.itertuples()):
        colour = BLUE if term.kind == "main effect" else ORANGE
        axes.plot([term.low, term.high], [row, row], color=colour, lw=2.5, solid_capstyle="round")
        axes.plot(term.change, row, "o" if colour == BLUE else "D", color=colour, ms=7, mec="white")
    axes.axvline(0, color=GREY, lw=1)
    rows(axes, labels)
    words.axis_of_differences(axes.xaxis, reading.outcome, "change, lowest to highest")
    quiet(axes)


def term_label(term: str, reading: Reading, factors: Mapping[str, Any]) -> str:
    """Return a factor with its range, or a pair."""
    names = term.split(" x ")
    if len(names) == 2:
        return f"{words.called(names[0])}\nx {words.called(names[1])}"
    return words.with_range(term, *range_of(reading.points[term], factors[term]))


def strongest_pair(table: pd.DataFrame, parts: Parts) -> Term | None:
    """Return the pair with the largest share of variance, if it is more than chance."""
    pairs = table[(table["kind"] == "interaction") & ((table["low"] > 0) | (table["high"] < 0))]
    if pairs.empty or pairs["share"].iloc[0] <= 0:
        return None
    first, second = pairs["term"].iloc[0].split(" x ")
    # the stronger one goes along the axis
    size = {name: float(np.abs(parts.change[(name,)]).mean()) for name in (first, second)}
    return (first, second) if size[first] >= size[second] else (second, first)


def draw_lines(axes: Axes, reading: Reading, term: Term) -> None:
    """Draw means of the outcome along a factor, at the low and the high end of another one."""
    along = term[0]
    ends: list[tuple[str, Any, str]] = [(BLUE, np.ones(len(reading.points), bool), "")]
    if len(term) == 2:
        other = reading.points[term[1]].to_numpy(float)
        low, high = np.quantile(other, [1 / 3, 2 / 3])
        if low == high:  # most points have the same value
            low, high = other.min(), other.max()
        name = words.called(term[1])
        ends = [
            (GREY, other <= low, end_label(name, other[other <= low])),
            (GREEN, other >= high, end_label(name, other[other >= high])),
        ]
    for colour, chosen, label in ends:
        where, interval = binned(reading, along, chosen)
        axes.errorbar(
            where,
            interval.mean,
            np.array([interval.mean - interval.low, interval.high - interval.mean]),
            fmt="o-",
            color=colour,
            lw=2,
            ms=6,
            mec="white",
            label=label,
        )
    words.axis_of(axes.yaxis, reading.outcome, words.called(reading.outcome))
    axes.set_xlabel(words.with_unit(along))
    if len(term) == 2:
        key(axes, columns=1)  # names of factors are long, and the page is as narrow as a phone
    quiet(axes)


def end_label(name: str, values: np.ndarray) -> str:
    """Return a factor at one end of its range: a value, or from where to where."""
    low, high = float(values.min()), float(values.max())
    return f"{name} {significant(low)}" + ("" if low == high else f" to {significant(high)}")


def binned(reading: Reading, along: str, chosen: np.ndarray) -> tuple[np.ndarray, Any]:
    """Return where, and mean and interval of the outcome, by value of a factor or by bins of as many points each."""
    x = reading.points[along].to_numpy(float)[chosen]
    values = reading.values.to_numpy(float)[chosen]
    distinct = np.unique(x)
    if len(distinct) <= BINS:
        group = np.searchsorted(distinct, x)
    else:
        group = np.argsort(np.argsort(x, kind="stable"), kind="stable") * BINS // len(x)
    groups = np.unique(group)
    where = np.array([x[group == g].mean() for g in groups])
    return where, reading.over(np.array([values[group == g].mean(axis=0) for g in groups]))
