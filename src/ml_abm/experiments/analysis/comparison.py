"""Comparison of scenarios with a reference, under common random numbers, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...errors import AnalysisError
from ...foundation.numbers_in_words import capital, listed, percent
from ...look import BLUE, GREY, PALE, foot, height_of, key, page, quiet, rows
from . import words
from .reading import Experiment, Reading, one_of, read
from .result import Analysis
from .stochastic import half_width, share_interval

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

NORMAL = 1.959964  # standard deviations from the middle to the ends of 95%
ROUNDING = 1e-20  # of a variance of float64 numbers


def comparison(
    experiment: Experiment,
    outcome: str | None = None,
    reference: str | None = None,
    month: int | None = None,
) -> Analysis:
    """Return every scenario less the reference, paired by point and by chance; the first scenario is the reference by default.

    The table has a row a scenario: `difference` with its paired interval over replicates, on average over the points;
    `superiority`, the share of pairs with the same random seeds in which it is better (ties count half), with Wilson's interval for as
    many trials as there are replicates; `better_at`, the share of points at which it is better on average; and `gain`,
    by how many times more runs a comparison without pairing would need.
    """
    names = list(experiment.study.compared())
    reference = one_of("scenario", reference, names)
    if len(names) < 2:
        raise AnalysisError(
            f"comparison: {experiment.study.name} has one scenario, and 2 or more are needed: name them in `scenarios`"
        )
    base = read(experiment, outcome, reference, month, replicates=2)
    others = [read(experiment, outcome, name, month) for name in names if name != reference]
    table = tabulated(base, others)
    title = title_of(table, base, leaders(others))
    return Analysis(title, sentence_of(table, base), table, lambda: draw(title, table, base))


def leaders(others: list[Reading]) -> list[str]:
    """Return the best scenario, and those that are not surely worse than it."""
    sign = -1 if words.less_is_better(others[0].outcome) else 1
    by_replicate = {other.scenario: sign * other.values.to_numpy(float).mean(axis=0) for other in others}
    best = max(by_replicate, key=lambda name: float(by_replicate[name].mean()))
    return [best] + [
        name
        for name, found in by_replicate.items()
        if name != best and others[0].over(by_replicate[best] - found).low <= 0
    ]


def tabulated(base: Reading, others: list[Reading]) -> pd.DataFrame:
    """Return a row a scenario, the best first."""
    import pandas as pd

    table = pd.DataFrame([compared(base, other) for other in others])
    worst_first = words.less_is_better(base.outcome)
    return table.sort_values("difference", ascending=worst_first, ignore_index=True)


def compared(base: Reading, other: Reading) -> dict[str, str | float]:
    """Return one scenario against the reference."""
    x, y = base.values.to_numpy(float), other.values.to_numpy(float)
    n = x.shape[1]
    paired = base.over((y - x).mean(axis=0))
    gain, apart = gain_of_pairing(x.mean(axis=0), y.mean(axis=0), base.drawn)
    better = better_share(x, y, less=words.less_is_better(base.outcome))
    superiority = share_interval(better.mean(), n)
    return {
        "scenario": other.scenario,
        "reference_mean": float(x.mean()),
        "mean": float(y.mean()),
        "difference": float(paired.mean),
        "low": float(paired.low),
        "high": float(paired.high),
        "superiority": float(superiority.mean),
        "superiority_low": float(superiority.low),
        "superiority_high": float(superiority.high),
        "better_at": float(
            better_share(x.mean(axis=1), y.mean(axis=1), less=words.less_is_better(base.outcome)).mean()
        ),
        "gain": gain,
        "unpaired_half": apart,
    }


def better_share(x: np.ndarray, y: np.ndarray, *, less: bool) -> np.ndarray:
    """Return 1 where y is better than x, 0 where it is worse, and a half where they are equal."""
    sign = np.sign(x - y) if less else np.sign(y - x)
    return (1 + sign) / 2


def gain_of_pairing(x: np.ndarray, y: np.ndarray, drawn: bool = False) -> tuple[float, float]:
    """Return the variance of an unpaired over that of the paired difference, and the unpaired half-width.

    Two samples of n without pairing differ with variance (s_x^2 + s_y^2) / n; Welch's degrees of freedom are between n - 1 and
    2 n - 2, and the smaller is taken. Half the width that holds most unpaired draws does not depend on their number. The gain is infinite where the difference is the same in all replicates.
    """
    apart = x.var(ddof=1) + y.var(ddof=1)
    paired = (y - x).var(ddof=1)
    if paired <= ROUNDING * apart:  # the difference is the same in all replicates
        gain = float("inf" if apart > 0 else 1)
    else:
        gain = float(apart / paired)
    return gain, float(NORMAL * np.sqrt(apart) if drawn else half_width(np.sqrt(apart), len(x)))


def title_of(table: pd.DataFrame, base: Reading, first: list[str]) -> str:
    """Return the scenarios that do most for the outcome, if any surely does something."""
    outcome = words.called(base.outcome)
    sign = -1 if words.less_is_better(base.outcome) else 1
    found = table.set_index("scenario")
    sure = [name for name in first if min(sign * found.loc[name, ["low", "high"]]) > 0]
    if not sure:
        return f"No scenario is surely better for {outcome} than '{base.scenario}'"
    names = listed(f"'{name}'" for name in sure)
    changes = listed(words.change(base.outcome, found.loc[name, "difference"]) for name in sure)
    return f"{names} {'does' if len(sure) == 1 else 'do'} most for {outcome}: {changes} against '{base.scenario}'"


def sentence_of(table: pd.DataFrame, base: Reading) -> str:
    """Return every difference in words, and what pairing saved."""
    n_points, n = base.values.shape
    said = [
        f"'{row.scenario}' {words.change(base.outcome, row.difference)} (95% interval "
        f"{words.change(base.outcome, row.low)} to {words.change(base.outcome, row.high)}; better in "
        f"{percent(row.superiority)} of pairs)"
        for row in table.itertuples()
    ]
    over = f"{n} replicates" + (f" at each of {n_points:,} points" if n_points > 1 else "")
    gain = table["gain"].replace(np.inf, np.nan).median()
    saved = (
        f" Without common random seeds a comparison would need {gain:.1f} times as many runs."
        if gain > 0
        else ""
    )
    return (
        f"{capital(words.called(base.outcome))} {base.when} against '{base.scenario}' "
        f"({words.amount(base.outcome, table['reference_mean'].iloc[0])}), {over}: {listed(said)}.{saved} "
        f"Intervals hold {base.holds}."
    )


def draw(title: str, table: pd.DataFrame, base: Reading) -> Figure:
    """Return a row a scenario: the paired interval over the wider one that there would be without pairing."""
    labels = [f"{row.scenario}\nbetter in {percent(row.superiority)} of pairs" for row in table.itertuples()]
    figure = page(title, 2.0 + height_of(labels))
    axes = figure.subplots()
    for row, found in enumerate(table.itertuples()):
        first = row == 0
        axes.plot(
            [found.difference - found.unpaired_half, found.difference + found.unpaired_half],
            [row, row],
            color=PALE,
            lw=8,
            label="if chance were not the same" if first else None,
        )
        axes.plot([found.low, found.high], [row, row], color=BLUE, lw=2.5)
        axes.plot(
            found.difference, row, "o", color=BLUE, ms=8, mec="white", label="difference" if first else None
        )
    axes.axvline(0, color=GREY, lw=1)
    rows(axes, labels)
    words.axis_of_differences(
        axes.xaxis, base.outcome, f"{words.called(base.outcome)}, less '{base.scenario}'"
    )
    quiet(axes)
    key(axes)
    foot(
        figure,
        f"{capital(base.when)}. Bars: 95% intervals over {base.values.shape[1]} replicates, {base.holds}. A pair "
        "is two runs with the same random seeds, and at the same point.",
    )
    return figure
