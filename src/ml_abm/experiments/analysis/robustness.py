"""Robustness of policies: regret, satisficing across states of the world, and the worst tenth.

Regret is what a policy falls short of the best policy in the same future (Savage 1951). Satisficing is the share of futures
in which thresholds hold. Sources: McPhail et al. 2018, doi:10.1002/2017EF000649; Lempert et al. 2006, doi:10.1287/mnsc.1050.0472.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ...foundation.numbers_in_words import capital, listed, percent
from ...look import BLUE, GREY, ORANGE, foot, height_of, page, quiet, rows
from . import words
from .policies import Policies, by_future, folded, performance, policies_of
from .reading import Experiment, one_of
from .result import Analysis
from .stochastic import resampled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

SHOWN = 8  # policies of the figure
WORST = 0.1  # share of futures that the worst tenth is


def robustness(
    experiment: Experiment,
    outcome: str | None = None,
    thresholds: Mapping[str, float] | None = None,
    month: int | None = None,
) -> Analysis:
    """Return every policy over all futures, that with the least of worst regrets first.

    The table has a row a policy: what it is; `mean` and `worst_tenth` of the outcome over futures; regret: `regret_mean`,
    `regret_90` and `regret_max`; `best_in`, the share of futures in which it is best; `holds_in`, that in which all thresholds hold
    (an outcome's least value, or of a burden its most); and `stays_first`, how often it has the least worst regret when replicates are resampled.
    """
    policies = policies_of(experiment, "robustness")
    outcome, values = performance(experiment, policies, outcome, month)
    goodness = -values if words.less_is_better(outcome) else values
    holds = np.ones(by_future(values).shape, bool)
    for name, threshold in (thresholds or {}).items():
        one_of("outcome", name, experiment.study.outcomes)
        found = by_future(performance(experiment, policies, name, month)[1])
        holds &= found <= threshold if words.less_is_better(name) else found >= threshold
    table = tabulated(policies, by_future(values), goodness, outcome, holds if thresholds else None)
    regret = regrets(by_future(goodness))[table.index]
    n = values.shape[2]
    futures = (
        f"{policies.futures} futures, {n} replicates each" if policies.futures > 1 else f"{n} replicates"
    )
    title = title_of(table, outcome)
    return Analysis(
        title,
        sentence_of(table, outcome, futures, thresholds or {}),
        table.reset_index(drop=True),
        lambda: draw(title, table, regret, outcome, futures, bool(thresholds)),
    )


def regrets(goodness: np.ndarray) -> np.ndarray:
    """Return how far each policy (row) is from the best in each future (column): 0 or more."""
    return goodness.max(axis=0) - goodness


def tabulated(
    policies: Policies, found: np.ndarray, goodness: np.ndarray, outcome: str, holds: np.ndarray | None
) -> pd.DataFrame:
    """Return a row a policy; the index is its number in `policies`."""
    regret = regrets(by_future(goodness))
    worst = 1 - WORST if words.less_is_better(outcome) else WORST
    table = policies.table.assign(
        policy=policies.labels(),
        mean=found.mean(axis=1),
        worst_tenth=np.quantile(found, worst, axis=1),
        regret_mean=regret.mean(axis=1),
        regret_90=np.quantile(regret, 0.9, axis=1),
        regret_max=regret.max(axis=1),
        best_in=(regret == 0).mean(axis=1),
        stays_first=stays_first(goodness),
    )
    if holds is not None:
        table["holds_in"] = holds.mean(axis=1)
    return table.sort_values(["regret_max", "regret_mean"], kind="stable")


def stays_first(goodness: np.ndarray) -> np.ndarray:
    """Return for each policy how often its worst regret is the least when replicates are drawn anew; sums to 1."""
    first = np.zeros(len(goodness))
    for draw_of in resampled(goodness.shape[2]):
        first[regrets(by_future(goodness[:, :, draw_of])).max(axis=1).argmin()] += 1
    return first / first.sum()


def title_of(table: pd.DataFrame, outcome: str) -> str:
    """Return the policy with the least of worst regrets."""
    best = table.iloc[0]
    if best["regret_max"] == 0:
        return f"Best for {words.called(outcome)} in every future: {best['policy']}"
    return (
        f"Least regret: {best['policy']}. At worst it misses {words.step(outcome, best['regret_max'])} of "
        f"{words.called(outcome)}"
    )


def sentence_of(table: pd.DataFrame, outcome: str, futures: str, thresholds: Mapping[str, float]) -> str:
    """Return regret, thresholds and certainty in words."""
    best, last = table.iloc[0], table.iloc[-1]
    text = (
        f"Over {futures}, '{best['policy']}' has the least of worst regrets, {words.step(outcome, best['regret_max'])}, and is "
        f"best in {percent(best['best_in'])} of futures; '{last['policy']}' has the most, {words.step(outcome, last['regret_max'])}. "
        f"With other random seeds the first stays first in {percent(best['stays_first'])} of resamplings."
    )
    if thresholds:
        most = table.loc[table["holds_in"].idxmax()]
        text += (
            f" {capital(thresholds_said(thresholds))} holds in {percent(best['holds_in'])} of futures with it"
        )
        other = f", and in most with '{most['policy']}', {percent(most['holds_in'])}"
        text += (other if most["holds_in"] > best["holds_in"] else "") + "."
    return text


def thresholds_said(thresholds: Mapping[str, float]) -> str:
    """Return thresholds in words: ``effective coverage of 20% or more``."""
    return listed(
        f"{words.called(name)} of {words.amount(name, value)} or {'less' if words.less_is_better(name) else 'more'}"
        for name, value in thresholds.items()
    )


def draw(
    title: str, table: pd.DataFrame, regret: np.ndarray, outcome: str, futures: str, with_thresholds: bool
) -> Figure:
    """Return a row a policy: its regret in every future, half of them as a bar, the worst as a mark."""
    shown = table.head(SHOWN)
    labels = [
        folded(row.policy) + (f"\nholds in {percent(row.holds_in)}" if with_thresholds else "")
        for row in shown.itertuples()
    ]
    figure = page(title, 1.9 + height_of(labels))
    axes = figure.subplots()
    for row, values in enumerate(regret[: len(shown)]):
        low, high = np.quantile(values, [0.25, 0.75])
        axes.plot(values, np.full(len(values), row), "|", color=GREY, ms=9, alpha=0.5)
        axes.plot([low, high], [row, row], color=BLUE, lw=7, alpha=0.7, solid_capstyle="butt")
        axes.plot(values.max(), row, "D", color=ORANGE, ms=8, mec="white", clip_on=False, zorder=3)
    rows(axes, labels)
    axes.set_xlim(left=0)
    words.axis_of_differences(axes.xaxis, outcome, f"regret in {words.called(outcome)}", signed=False)
    quiet(axes)
    left_out = f" The {len(shown)} best of {len(table)} policies." if len(shown) < len(table) else ""
    foot(
        figure,
        f"What a policy misses against the best one in the same future; {futures}. Bar: half of the futures. "
        f"Orange: the worst one.{left_out}",
    )
    return figure
