"""Cost-effectiveness frontier: policies that no other beats in both cost and outcome.

A policy is on the frontier if none is as good and cheaper, or as cheap and better. Source: Drummond et al. 2015, Methods for
the Economic Evaluation of Health Care Programmes, ch. 5; uncertainty as in Briggs & Fenn 1998,
doi:10.1002/(SICI)1099-1050(199812)7:8<723::AID-HEC392>3.0.CO;2-O.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import AnalysisError
from ...foundation.numbers_in_words import percent, short, significant
from ...look import BLUE, GREY, ORANGE, foot, page, quiet
from . import words
from .policies import Policies, arranged, performance, policies_of
from .reading import Experiment, one_of
from .result import Analysis
from .stochastic import over_draws, over_replicates, resampled

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

TOTAL = "spending"  # is summed over months; every other cost is taken as it is
NEAR = 0.12  # of the figure: policies of the frontier that are nearer to a named one are not named in it
SURE = 0.9  # share of resamplings in which a policy of the frontier stays on it


def frontier(
    experiment: Experiment, outcome: str | None = None, cost: str | None = None, month: int | None = None
) -> Analysis:
    """Return what each policy costs and gives, the cheapest on the frontier first.

    Cost is `spending` summed over all months up to `month`, in USD, where it is recorded, and otherwise `cost_per_pupil`; means are
    over futures and replicates. The table has a row a policy: `cost` and `outcome` with intervals over replicates,
    `on_frontier`, `stays_on` (how often it is on it when replicates are resampled), and of those on it `extra_cost` and
    `extra_outcome` against the one before.
    """
    policies = policies_of(experiment, "frontier")
    cost = cost_name(experiment, cost)
    outcome, found = performance(experiment, policies, outcome, month)
    paid = arranged(experiment, policies, costs(experiment, cost, month), cost)
    paid, found = paid.mean(axis=1), found.mean(axis=1)  # policies x replicates
    table = tabulated(policies, paid, found, words.less_is_better(outcome), experiment.study.draws)
    title = title_of(table, outcome)
    return Analysis(
        title,
        sentence_of(table, outcome, cost),
        table.drop(columns="goodness"),
        lambda: draw(title, table, outcome, cost),
    )


def cost_name(experiment: Experiment, cost: str | None) -> str:
    """Return the outcome that is the cost."""
    known = [
        name
        for name in experiment.study.outcomes
        if words.less_is_better(name) and "USD" in words.unit_of(name)
    ]
    if not known:
        raise AnalysisError(
            f"frontier: {experiment.study.name} records no cost: put spending or cost_per_pupil into its `outcomes`"
        )
    return one_of("cost", cost, sorted(known, key=[TOTAL, "cost_per_pupil", *known].index))


def costs(experiment: Experiment, cost: str, month: int | None) -> pd.DataFrame:
    """Return a row per run with its cost: spending summed up to a month, any other at that month."""
    last = experiment.study.months - 1 if month is None else month
    months = experiment.months
    if not cost.startswith(TOTAL):
        return months[months["month"] == last]
    until = months[months["month"] <= last]
    return until.groupby(["scenario", "point", "replicate"], as_index=False)[cost].sum()


def tabulated(
    policies: Policies, paid: np.ndarray, found: np.ndarray, less: bool, drawn: bool = False
) -> pd.DataFrame:
    """Return a row a policy, those on the frontier first and by cost."""
    goodness = -found if less else found
    cost, outcome = interval_or_one(paid, drawn), interval_or_one(found, drawn)
    table = policies.table.assign(
        policy=policies.labels(),
        cost=cost[0],
        cost_low=cost[1],
        cost_high=cost[2],
        outcome=outcome[0],
        outcome_low=outcome[1],
        outcome_high=outcome[2],
        goodness=goodness.mean(axis=1),
        on_frontier=undominated(paid.mean(axis=1), goodness.mean(axis=1)),
        stays_on=stays_on(paid, goodness),
    )
    table = table.sort_values(["on_frontier", "cost"], ascending=[False, True], ignore_index=True)
    on = table["on_frontier"]
    return table.assign(
        extra_cost=table["cost"].where(on).diff(), extra_outcome=table["outcome"].where(on).diff()
    )


def interval_or_one(values: np.ndarray, drawn: bool) -> tuple[Any, Any, Any]:
    """Return mean and interval over replicates; with one replicate an interval is not known."""
    if values.shape[1] > 1:
        return over_draws(values) if drawn else over_replicates(values)
    unknown = np.full(len(values), np.nan)
    return values[:, 0], unknown, unknown


def undominated(cost: np.ndarray, goodness: np.ndarray) -> np.ndarray:
    """Return which policies none beats: as cheap or cheaper, as good or better, and not the same in both."""
    pairs, which = np.unique(np.column_stack([cost, -goodness]), axis=0, return_inverse=True)
    # by cost, and the better first: on the frontier is what is better than all before
    before = np.concatenate([[np.inf], np.minimum.accumulate(pairs[:, 1])[:-1]])
    return np.asarray(pairs[:, 1] < before)[which.ravel()]


def stays_on(paid: np.ndarray, goodness: np.ndarray) -> np.ndarray:
    """Return how often each policy is on the frontier when replicates are drawn anew."""
    draws = [
        undominated(paid[:, d].mean(axis=1), goodness[:, d].mean(axis=1)) for d in resampled(paid.shape[1])
    ]
    return np.mean(draws, axis=0)


def title_of(table: pd.DataFrame, outcome: str) -> str:
    """Return how many policies are worth their money, and what the range of choice is."""
    on = table[table["on_frontier"]]
    first, last = on.iloc[0], on.iloc[-1]
    if len(on) == 1:
        return f"One policy beats all others in cost and {words.called(outcome)}: {first['policy']}"
    return (
        f"{len(on)} of {len(table)} policies are beaten by none: {money_more(first['cost'], last['cost'])} takes "
        f"{words.called(outcome)} from {words.amount(outcome, first['outcome'])} to {words.amount(outcome, last['outcome'])}"
    )


def money_more(first: float, last: float) -> str:
    """Return how much more the last costs than the first."""
    if first <= 0:
        return "more money"
    times = last / first
    return f"{percent(times - 1)} more money" if times < 2 else f"{significant(times)} times the money"


def sentence_of(table: pd.DataFrame, outcome: str, cost: str) -> str:
    """Return the steps of the frontier in words."""
    on = table[table["on_frontier"]]
    said = [
        f"{row.policy} ({words.amount(cost, row.cost)}, {words.amount(outcome, row.outcome)}, on it in {percent(row.stays_on)} of "
        "resamplings)"
        for row in on.itertuples()
    ]
    return f"Frontier of {words.called(outcome)} against {cost_said(cost)}, the cheapest first: {'; '.join(said)}."


def draw(title: str, table: pd.DataFrame, outcome: str, cost: str) -> Figure:
    """Return outcome against cost: the frontier as a line with numbered policies, all others in grey."""
    on, off = table[table["on_frontier"]], table[~table["on_frontier"]]
    named = apart(on)
    figure = page(title, 4.5 + 0.135 * len(named))
    axes = figure.subplots()
    axes.plot(off["cost"], off["outcome"], "o", color=GREY, ms=5, alpha=0.6, mec="white")
    axes.step(on["cost"], on["outcome"], where="post", color=BLUE, lw=2)
    for row in on.itertuples():
        sure = row.stays_on >= SURE
        axes.plot(row.cost, row.outcome, "o", color=BLUE if sure else "white", mec=BLUE, ms=6)
    for number, place in enumerate(named, 1):
        where = on.iloc[place][["cost", "outcome"]]
        axes.annotate(
            str(number),
            where,
            (0, 6),
            textcoords="offset points",
            color=ORANGE,
            ha="center",
            fontsize=11,
            weight="bold",
        )
    axes.margins(0.08)
    words.axis_of(axes.yaxis, outcome, words.called(outcome))
    axes.set_xlabel(f"{cost_said(cost)} ({words.unit_of(cost)})")
    axes.xaxis.set_major_formatter(lambda x, _: short(x))
    quiet(axes)
    lines = [f"{number}  {on['policy'].iloc[place]}" for number, place in enumerate(named, 1)]
    foot(figure, "\n".join([*lines, FOOT]))
    return figure


FOOT = (
    "Blue: none is cheaper and as good, or better; open where other random seeds takes it off in more than a tenth of resamplings. Grey: "
    "beaten by a blue one."
)


def cost_said(cost: str) -> str:
    """Return a cost as it is said; spending is a total over months."""
    return f"total {words.called(cost)}" if cost.startswith(TOTAL) else words.called(cost)


def apart(on: pd.DataFrame) -> list[int]:
    """Return places on the frontier that can be named without covering each other: the first, the last, and what is between."""
    places = np.column_stack([on["cost"], on["outcome"]])
    span = np.ptp(places, axis=0)
    scaled = places / np.where(span > 0, span, 1.0)
    last, named = len(on) - 1, [0]
    for place in range(1, last):
        if all(np.hypot(*(scaled[other] - scaled[place])) >= NEAR for other in (named[-1], last)):
            named.append(place)
    return [*named, last] if last else named
