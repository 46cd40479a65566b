"""Global sensitivity analysis (SALib): indices of factors alone and with others, and factors that may be left at any value.

The design decides the method: `saltelli` gives Sobol indices, `morris` elementary effects, and points scattered
evenly give first-order indices by random balance designs (RBD-FAST). Indices are of means over replicates; chance
that is left in them looks like an interaction of everything, so what a factor would get by chance alone stands beside its index.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import AnalysisError
from ...foundation.numbers_in_words import capital, listed, percent
from ...look import BLUE, GREY, ORANGE, PALE, foot, page, quiet, rows
from . import words
from .reading import Experiment, Reading, needs_factors, range_of, read
from .result import Analysis
from .stochastic import CONFIDENCE, SEED, ChanceVariance, variance_components

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = 12  # factors of the figure
RESAMPLES = 400  # of the intervals
HARMONICS = 6  # of RBD-FAST; Tarantola, Gatelli & Mara 2006
LEAST_POINTS = 64  # of RBD-FAST: ten times as many as harmonics, and some


@dataclass(frozen=True)
class Method:
    """How an index is called, what its mark and its second mark mean, and from where chance alone can give it."""

    name: str
    first: str
    second: str
    axis: str


SOBOL = Method("Sobol", "S1", "ST", "share of variance")
MORRIS = Method("Morris", "mu_star", "sigma", "change over the range of the factor")
SCATTERED = Method("RBD-FAST", "S1", "", "share of variance")


def sensitivity(
    experiment: Experiment, outcome: str | None = None, scenario: str | None = None, month: int | None = None
) -> Analysis:
    """Return indices of sensitivity with intervals over resampled points; the design of the study decides which.

    The table has a row an index: `index` is S1 (alone), ST (with all others) and S2 (a pair) of Sobol, shares of variance;
    mu_star, mu and sigma of Morris, in the unit of the outcome. `chance` is what ST or mu_star would be without any effect.
    """
    names = needs_factors(experiment, 2)
    reading = read(experiment, outcome, scenario, month)
    if np.ptp(reading.means) == 0:
        raise AnalysisError(f"sensitivity: {words.called(reading.outcome)} is the same at all points")
    problem = problem_of(reading, experiment)
    chance = variance_components(reading.values) if reading.values.shape[1] > 1 else None
    if experiment.study.design == "saltelli":
        method, table = SOBOL, sobol(problem, reading)
    elif experiment.study.design == "morris":
        method, table = MORRIS, morris(problem, reading)
    elif experiment.study.design == "grid":
        raise AnalysisError(
            "sensitivity: a grid has too few values a factor: use `effects`, whose shares mean the same, or the "
            "design 'saltelli'"
        )
    else:
        method, table = SCATTERED, scattered(problem, reading)
    labels = {name: label_of(name, reading, experiment) for name in names}
    return Analysis(
        title_of(table, method, reading),
        sentence_of(table, method, chance, reading),
        table,
        lambda: draw(table, method, labels, reading),
    )


def problem_of(reading: Reading, experiment: Experiment) -> dict[str, Any]:
    """Return what SALib calls a problem, with all factors in the order of the design."""
    factors = experiment.study.factors
    ends = [list(range_of(reading.points[name], factors[name])) for name in factors]
    return {"num_vars": len(ends), "names": list(factors), "bounds": ends}


def label_of(name: str, reading: Reading, experiment: Experiment) -> str:
    """Return a factor with its range."""
    return words.with_range(name, *range_of(reading.points[name], experiment.study.factors[name]))


def sobol(problem: dict[str, Any], reading: Reading) -> pd.DataFrame:
    """Return first-order, total and, where the design has them, second-order indices.

    Source: Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018; intervals by bootstrap over base points.
    """
    from SALib.analyze import sobol as salib

    pairs = has_pairs(reading.points.to_numpy(float))
    found = salib.analyze(
        problem, reading.means, pairs, num_resamples=RESAMPLES, conf_level=CONFIDENCE, seed=SEED
    )
    names, chance = (
        problem["names"],
        chance_of_totals(reading.values.to_numpy(float), len(problem["names"]), pairs),
    )
    table = [("ST", name, found["ST"][k], found["ST_conf"][k], chance[k]) for k, name in enumerate(names)]
    table += [("S1", name, found["S1"][k], found["S1_conf"][k], np.nan) for k, name in enumerate(names)]
    if pairs:
        table += [
            ("S2", f"{names[j]} x {names[k]}", found["S2"][j, k], found["S2_conf"][j, k], np.nan)
            for j, k in combinations(range(len(names)), 2)
        ]
    return tabulated(table)


def chance_of_totals(values: np.ndarray, n_factors: int, pairs: bool) -> np.ndarray:
    """Return the total index that each factor would have by chance alone; nan with one replicate.

    A total index is half the mean square of the difference that a factor makes, over the variance. The part of chance of the
    square is the variance of that difference over replicates, which have the same random seeds at both points.
    """
    blocks = values.reshape(-1, 2 * n_factors + 2 if pairs else n_factors + 2, values.shape[1])
    spread = blocks[:, [0, -1]].mean(axis=2).var()
    differences = blocks[:, 1 : n_factors + 1] - blocks[:, :1]
    return variance_of_means(differences).mean(axis=0) / 2 / spread


def variance_of_means(differences: np.ndarray) -> np.ndarray:
    """Return the variance of the mean over the last axis, the replicates; nan with one replicate."""
    n = differences.shape[-1]
    return differences.var(axis=-1, ddof=1) / n if n > 1 else np.full(differences.shape[:-1], np.nan)


def has_pairs(points: np.ndarray) -> bool:
    """Return whether points are blocks A, AB, BA, B of Saltelli's design, or A, AB, B; raise AnalysisError if neither.

    In a block every row of AB is A but for one factor, and every row of BA is B but for one.
    """
    n = points.shape[1]
    for size, pairs in ((2 * n + 2, True), (n + 2, False)):
        if len(points) % size == 0:
            blocks = points.reshape(-1, size, n)
            others = ~np.eye(n, dtype=bool)
            like_first = blocks[:, 1 : n + 1] == blocks[:, :1]
            like_last = blocks[:, n + 1 : 2 * n + 1] == blocks[:, -1:]
            if like_first[:, others].all() and (not pairs or like_last[:, others].all()):
                return pairs
    raise AnalysisError(
        "sensitivity: the points are not those of a whole design 'saltelli', in its order: run the study as it was drawn"
    )


def morris(problem: dict[str, Any], reading: Reading) -> pd.DataFrame:
    """Return elementary effects: their mean size mu_star, mean mu and spread sigma over the range of each factor.

    Source: Morris 1991, doi:10.1080/00401706.1991.10484804; Campolongo et al. 2007, doi:10.1016/j.envsoft.2006.10.004.
    """
    from SALib.analyze import morris as salib

    points = reading.points.to_numpy(float)
    check_trajectories(points)
    found = salib.analyze(
        problem,
        points,
        reading.means,
        num_resamples=RESAMPLES,
        conf_level=CONFIDENCE,
        num_levels=levels_of(points),
        seed=SEED,
    )
    chance = chance_of_walks(points, reading.values.to_numpy(float))
    table = [
        ("mu_star", name, found["mu_star"][k], found["mu_star_conf"][k], chance[k])
        for k, name in enumerate(problem["names"])
    ]
    for index in ("mu", "sigma"):
        table += [(index, name, found[index][k], np.nan, np.nan) for k, name in enumerate(problem["names"])]
    return tabulated(table)


def chance_of_walks(points: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the mean size of elementary effects that each factor would have by chance alone; nan with one replicate.

    The mean size of a normal number of standard deviation s is s sqrt(2 / pi); s is that of the mean step over replicates, which
    have the same random seeds on both ends of it.
    """
    n, levels = points.shape[1], levels_of(points)
    walks = values.reshape(-1, n + 1, values.shape[1])
    moved = np.diff(points.reshape(-1, n + 1, n), axis=1).astype(bool).argmax(axis=2)
    spread = np.sqrt(variance_of_means(np.diff(walks, axis=1)) * 2 / np.pi)
    step = levels / (2 * (levels - 1))  # of the unit range
    return np.array([spread[moved == k].mean() for k in range(n)]) / step


def check_trajectories(points: np.ndarray) -> None:
    """Raise AnalysisError unless points are walks in which one factor at a time changes, each of them once."""
    n = points.shape[1]
    if len(points) % (n + 1) == 0 and len(points) > n + 1:
        walks = points.reshape(-1, n + 1, n)
        moved = np.diff(walks, axis=1) != 0
        if (moved.sum(axis=1) == 1).all() and (moved.sum(axis=2) == 1).all():
            return
    raise AnalysisError(
        "sensitivity: the points are not two or more whole walks of the design 'morris', in its order: whole-number "
        "factors need a range as wide as there are levels"
    )


def levels_of(points: np.ndarray) -> int:
    """Return the levels that walks go on: an even number, all of which some factor has visited."""
    unit = (points - points.min(axis=0)) / np.ptp(points, axis=0)
    seen = max(len(np.unique(column.round(9))) for column in unit.T)
    return seen + seen % 2


def scattered(problem: dict[str, Any], reading: Reading) -> pd.DataFrame:
    """Return first-order indices of points scattered evenly.

    Source: Tarantola, Gatelli & Mara 2006, doi:10.1016/j.ress.2005.06.003, with the correction of bias of Tissot & Prieur 2012,
    doi:10.1016/j.ress.2012.06.010.
    """
    from SALib.analyze import rbd_fast as salib

    if len(reading.points) < LEAST_POINTS:
        raise AnalysisError(
            f"sensitivity: {len(reading.points)} points are too few without the design 'saltelli': give {LEAST_POINTS} or more"
        )
    points = reading.points.to_numpy(float)
    found = salib.analyze(
        problem,
        points,
        reading.means,
        M=HARMONICS,
        num_resamples=RESAMPLES,
        conf_level=CONFIDENCE,
        seed=SEED,
    )
    return tabulated(
        [("S1", name, found["S1"][k], found["S1_conf"][k], np.nan) for k, name in enumerate(problem["names"])]
    )


def tabulated(found: list[tuple[str, str, Any, Any, Any]]) -> pd.DataFrame:
    """Return indices with intervals, the largest of each kind first."""
    import pandas as pd

    table = pd.DataFrame(found, columns=["index", "factor", "value", "half", "chance"])
    table[["value", "half", "chance"]] = table[["value", "half", "chance"]].astype(float)
    kind = table["index"].map({name: k for k, name in enumerate(dict.fromkeys(table["index"]))})
    table = table.assign(kind=kind).sort_values(["kind", "value"], ascending=[True, False], ignore_index=True)
    table["low"], table["high"] = table["value"] - table["half"], table["value"] + table["half"]
    return table[["index", "factor", "value", "low", "high", "chance"]]


def ranked(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows by which factors are ranked: ST, mu_star or S1."""
    return table[table["index"] == table["index"].iloc[0]]


def title_of(table: pd.DataFrame, method: Method, reading: Reading) -> str:
    """Return what the outcome depends on."""
    best, outcome = ranked(table), words.called(reading.outcome)
    clear = best[best["low"] > 0]["factor"]
    names = listed([words.called(name) for name in clear.head(2)])
    if clear.empty:
        return f"No single factor stands out in {outcome}"
    if method is MORRIS:
        return f"Screening: {outcome} answers most to {names}"
    return f"{capital(outcome)} depends most on {names}"


def sentence_of(table: pd.DataFrame, method: Method, chance: ChanceVariance | None, reading: Reading) -> str:
    """Return the indices in words, and the part of chance."""
    best = ranked(table)
    said = [index_said(row, method, reading) for row in best.head(3).itertuples()]
    text = f"{method.name}, {reading.where}, {len(reading.points):,} points: {listed(said)}. "
    if method is SOBOL:
        alone = table.loc[table["index"] == "S1", "value"].sum()
        text += f"Factors by themselves explain {percent(min(1.0, max(0.0, alone)))} of the variance between points. "
    if method is SCATTERED:
        text += "This design cannot show interactions: draw a study of design 'saltelli' for them. "
    if chance is None:
        return text + "There is one replicate, so chance cannot be distinguished from the factors."
    return text + chance_in_words(chance, table, reading)


def index_said(row: Any, method: Method, reading: Reading) -> str:
    """Return one index with its interval in words."""
    if method is MORRIS:
        return f"{words.called(row.factor)} {words.step(reading.outcome, row.value)}"
    return f"{words.called(row.factor)} {row.value:.2f} ({row.low:.2f} to {row.high:.2f})"


def chance_in_words(chance: ChanceVariance, table: pd.DataFrame, reading: Reading) -> str:
    """Return how much of the variance is chance, and which factors do not rise above it."""
    best = ranked(table)
    below = [words.called(name) for name in best[best["value"] <= best["chance"]]["factor"]]
    text = (
        f"{capital(reading.spread)} is {percent(chance.of_runs)} of the variance of single runs and {percent(chance.of_means)} of that of means over "
        f"{reading.values.shape[1]} replicates."
    )
    return f"{text} Not above {reading.spread}: {listed(below)}." if below else text


def draw(table: pd.DataFrame, method: Method, labels: dict[str, str], reading: Reading) -> Figure:
    """Return a row a factor: the index by which they are ranked, and beside it the other one."""
    best = ranked(table).head(SHOWN)
    figure = page(title_of(table, method, reading), 2.2 + 0.42 * len(best))
    axes = figure.subplots()
    if best["chance"].notna().any():
        axes.barh(range(len(best)), best["chance"], height=0.8, color=PALE, label="by chance alone")
    draw_index(axes, best, best, BLUE, "o", LABELS[best["index"].iloc[0]])
    other = method.second if method is MORRIS else method.first
    if other != best["index"].iloc[0]:
        draw_index(axes, table[table["index"] == other], best, ORANGE, "D", LABELS[other])
    axes.axvline(0, color=GREY, lw=1)
    rows(axes, [labels.get(name, words.called(name)) for name in best["factor"]])
    if method is MORRIS:
        label = f"change of {words.called(reading.outcome)}"
        words.axis_of_differences(axes.xaxis, reading.outcome, label, signed=False)
    else:
        axes.set_xlabel(f"share of the variance of {words.called(reading.outcome)}")
    quiet(axes)
    axes.legend(frameon=False, fontsize=9, loc="lower right", bbox_to_anchor=(1, 1), ncols=3)
    foot(figure, f"{capital(reading.where)}. {FOOT[method.name]}")
    return figure


LABELS = {
    "ST": "with all others (ST)",
    "S1": "alone (S1)",
    "mu_star": "mean size (mu*)",
    "sigma": "spread (sigma)",
}
FOOT = {
    "Sobol": "ST well above S1: it works through others. ST near 0: it may be left at any value. Bars: 95% intervals, "
    "points resampled.",
    "Morris": "Change when a factor goes through its whole range, all others somewhere. A large spread: it depends on the others, "
    "or is curved. Bars: 95% intervals, walks resampled.",
    "RBD-FAST": "Part that a factor explains by itself; what works only together is not seen. Bars: 95% intervals, points "
    "resampled.",
}


def draw_index(
    axes: Axes, index: pd.DataFrame, best: pd.DataFrame, colour: str, mark: str, label: str
) -> None:
    """Draw one index beside the names of factors; the second a little lower, so that both are seen."""
    shift = 0.0 if index is best else 0.18
    by_factor = index.set_index("factor")
    for row, name in enumerate(best["factor"]):
        found = by_factor.loc[name]
        axes.plot([found["low"], found["high"]], [row + shift] * 2, color=colour, lw=2.5, alpha=0.6)
        axes.plot(
            found["value"],
            row + shift,
            mark,
            color=colour,
            ms=7,
            mec="white",
            label=label if row == 0 else None,
        )
