"""Scenario discovery: when the programme fails, as boxes in the space of factors that can be put in words.

Boxes are the failing leaves of a classification tree (CART, scikit-learn), freed of limits that could be chance. Sources: Bryant &
Lempert 2010, doi:10.1016/j.techfore.2009.08.002, for coverage, density and quasi-p-values; Lempert, Bryant & Bankes
2008 (RAND WR-557) for CART beside PRIM.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import AnalysisError
from ...foundation.numbers_in_words import capital, percent, significant
from ...look import BLUE, ORANGE, RED, foot, key, page, quiet
from . import words
from .reading import Experiment, Reading, needs_factors, read
from .result import Analysis
from .stochastic import SEED

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DEPTH = 3  # limits that a box may have: more are hard to say
LEAST_SHARE = 0.02  # of points in a box
LEAST_POINTS = 5  # in a box, and that fail, and that do not
CHANCE = 0.05  # quasi-p-value above which a limit is left out
FOLDS = 5
ABOVE, AT_MOST = "above", "at most"
Limits = dict[tuple[str, str], float]  # by factor and side


@dataclass(frozen=True)
class Box:
    """A corner in which the programme fails; `inside` says for each point whether it is in it."""

    limits: Limits
    inside: np.ndarray
    quasi_p: dict[tuple[str, str], float]

    @property
    def factors(self) -> set[str]:
        """The factors that it limits."""
        return {name for name, _ in self.limits}

    def ends(self, name: str) -> tuple[float, float]:
        """Return from where to where it goes in a factor, infinite where it has no limit."""
        return self.limits.get((name, ABOVE), -np.inf), self.limits.get((name, AT_MOST), np.inf)


def discovery(
    experiment: Experiment,
    thresholds: Mapping[str, float] | None = None,
    scenario: str | None = None,
    month: int | None = None,
    depth: int = DEPTH,
) -> Analysis:
    """Return boxes of factors in which the programme fails, that with the most of all failures first.

    A run fails when an outcome is below its threshold (a burden above it); a point fails when half of its runs or more do. The table has
    a row a limit of a box: `coverage` (share of all failing points that are in the box), `density` (share of its points
    that fail), `mass` (share of all points), `mean` of the first outcome in the box, and `quasi_p` of the limit.
    """
    names = needs_factors(experiment)
    if not thresholds:
        raise AnalysisError(
            f"discovery: say when the programme fails, with a threshold such as {experiment.study.outcomes[0]}=0.2"
        )
    if depth < 1:
        raise AnalysisError(f"depth {depth}: allowed 1 or more")
    readings = {name: read(experiment, name, scenario, month) for name in thresholds}
    first = next(iter(readings.values()))
    points = first.points[names]
    fails = failing(readings, thresholds)
    check_both(fails, first, thresholds)
    boxes = boxes_of(points, fails, depth)
    table = tabulated(boxes, fails, first)
    title = title_of(boxes, thresholds)
    return Analysis(
        title,
        sentence_of(boxes, points, fails, thresholds, first, depth),
        table,
        lambda: draw(title, boxes, points, fails, first),
    )


def failing(readings: Mapping[str, Reading], thresholds: Mapping[str, float]) -> np.ndarray:
    """Return for each point whether half of its runs or more miss a threshold."""
    runs = [
        reading.values.to_numpy(float) > thresholds[name]
        if words.less_is_better(name)
        else reading.values.to_numpy(float) < thresholds[name]
        for name, reading in readings.items()
    ]
    return np.asarray(np.logical_or.reduce(runs).mean(axis=1) >= 0.5)


def check_both(fails: np.ndarray, reading: Reading, thresholds: Mapping[str, float]) -> None:
    """Raise AnalysisError where too few points fail, or too few do not, to distinguish them."""
    n = int(fails.sum())
    if min(n, len(fails) - n) < LEAST_POINTS:
        low, high = reading.means.min(), reading.means.max()
        raise AnalysisError(
            f"discovery: {n} of {len(fails)} points fail, and {LEAST_POINTS} or more on each side are needed: "
            f"{words.called(reading.outcome)} goes from {words.amount(reading.outcome, low)} to "
            f"{words.amount(reading.outcome, high)}, so move the threshold ({failure_said(thresholds)})"
        )


def failure_said(thresholds: Mapping[str, float]) -> str:
    """Return what failure is: ``effective coverage below 20%``."""
    return " or ".join(
        f"{words.called(name)} {'above' if words.less_is_better(name) else 'below'} {words.amount(name, value)}"
        for name, value in thresholds.items()
    )


def new_tree(n_points: int, depth: int) -> Any:
    """Return an unfitted tree whose leaves are large enough to be spoken of."""
    from sklearn.tree import DecisionTreeClassifier

    least = max(LEAST_POINTS, round(LEAST_SHARE * n_points))
    return DecisionTreeClassifier(max_depth=depth, min_samples_leaf=least, random_state=SEED)


def boxes_of(points: pd.DataFrame, fails: np.ndarray, depth: int) -> list[Box]:
    """Return the failing leaves of a tree, or the one that fails most, without limits that could be chance."""
    tree = new_tree(len(points), depth).fit(points.to_numpy(float), fails)
    leaves = list(leaves_of(tree.tree_, list(points.columns)))
    densities = np.array([fails[inside(points, limits)].mean() for limits in leaves])
    chosen = [limits for limits, density in zip(leaves, densities, strict=True) if density >= 0.5]
    chosen = chosen or [leaves[int(densities.argmax())]]
    found: dict[str, Box] = {}
    for limits in chosen:
        kept = without_chance(points, fails, limits)
        found[str(kept)] = Box(kept, inside(points, kept), quasi_p_values(points, fails, kept))
    return distinct(sorted(found.values(), key=lambda box: -int((box.inside & fails).sum())), fails)


def distinct(boxes: list[Box], fails: np.ndarray) -> list[Box]:
    """Leave out boxes without limits, and those whose failures are nearly all in boxes before them."""
    kept: list[Box] = []
    seen = np.zeros(len(fails), bool)
    for box in boxes:
        if box.limits and (box.inside & fails & ~seen).sum() >= LEAST_POINTS:
            kept.append(box)
            seen |= box.inside
    return kept


def leaves_of(tree: Any, names: list[str], node: int = 0, limits: Limits | None = None) -> Iterator[Limits]:
    """Yield the limits of every leaf of a fitted tree; a deeper limit of the same side is the tighter one."""
    limits = limits or {}
    if tree.children_left[node] < 0:
        yield limits
        return
    name, cut = names[tree.feature[node]], float(tree.threshold[node])
    yield from leaves_of(tree, names, tree.children_left[node], {**limits, (name, AT_MOST): cut})
    yield from leaves_of(tree, names, tree.children_right[node], {**limits, (name, ABOVE): cut})


def inside(points: pd.DataFrame, limits: Limits) -> np.ndarray:
    """Return which points are in a box."""
    held = np.ones(len(points), bool)
    for (name, side), cut in limits.items():
        column = points[name].to_numpy(float)
        held &= column > cut if side == ABOVE else column <= cut
    return held


def without_chance(points: pd.DataFrame, fails: np.ndarray, limits: Limits) -> Limits:
    """Return a box without the limits that could be chance, the least telling one left out first."""
    while limits:
        p = quasi_p_values(points, fails, limits)
        least = max(p, key=lambda limit: p[limit])
        if p[least] <= CHANCE:
            break
        limits = without(limits, least)
    return limits


def without(limits: Limits, one: tuple[str, str]) -> Limits:
    """Return limits without one of them."""
    return {limit: cut for limit, cut in limits.items() if limit != one}


def quasi_p_values(points: pd.DataFrame, fails: np.ndarray, limits: Limits) -> dict[tuple[str, str], float]:
    """Return for each limit how likely as dense a box would be by chance if that limit did not matter.

    A binomial test of the failures in the box against the density of the box without the limit (Bryant & Lempert 2010). It
    is *quasi*, as the limits were chosen on the same points.
    """
    from scipy.stats import binomtest

    held = inside(points, limits)
    n, k = int(held.sum()), int((held & fails).sum())
    p = {}
    for limit in limits:
        wider = inside(points, without(limits, limit))
        p[limit] = float(binomtest(k, n, float(fails[wider].mean()), alternative="greater").pvalue)
    return p


def tabulated(boxes: list[Box], fails: np.ndarray, reading: Reading) -> pd.DataFrame:
    """Return a row a limit."""
    import pandas as pd

    rows = []
    for number, box in enumerate(boxes, 1):
        about = {
            "box": number,
            "coverage": (box.inside & fails).sum() / fails.sum(),
            "density": fails[box.inside].mean(),
            "mass": box.inside.mean(),
            "mean": reading.means[box.inside].mean(),
        }
        for (name, side), cut in box.limits.items():
            rows.append(
                {**about, "factor": name, "side": side, "limit": cut, "quasi_p": box.quasi_p[name, side]}
            )
    columns = ["box", "factor", "side", "limit", "quasi_p", "coverage", "density", "mass", "mean"]
    return pd.DataFrame(rows, columns=columns)


def box_said(box: Box) -> str:
    """Return a box in words: ``training capacity < 40 and teacher attrition > 0.18``."""
    said = []
    for name in dict.fromkeys(name for name, _ in box.limits):
        low, high = box.ends(name)
        word = words.called(name)
        if np.isinf(low):
            said.append(f"{word} < {significant(high)}")
        elif np.isinf(high):
            said.append(f"{word} > {significant(low)}")
        else:
            said.append(f"{word} is {significant(low)} to {significant(high)}")
    return " and ".join(said)


def title_of(boxes: list[Box], thresholds: Mapping[str, float]) -> str:
    """Return the first box in words."""
    what = capital(failure_said(thresholds))
    if not boxes:
        return f"{what}: no factor predicts when"
    return f"{what} when {box_said(boxes[0])}"


def sentence_of(
    boxes: list[Box],
    points: pd.DataFrame,
    fails: np.ndarray,
    thresholds: Mapping[str, float],
    reading: Reading,
    depth: int,
) -> str:
    """Return all boxes with coverage and density, and whether they hold for points that were not used."""
    text = (
        f"Failure is {failure_said(thresholds)} ({reading.where}) in at least half of the replicates: {fails.sum()} of {len(fails)} "
        "points. "
    )
    for box in boxes:
        coverage, density = (box.inside & fails).sum() / fails.sum(), fails[box.inside].mean()
        text += (
            f"It fails when {box_said(box)}: in {percent(density)} of such points (density), which are "
            f"{percent(coverage)} of all failures (coverage). "
        )
    return text + left_out_said(points, fails, depth)


def left_out_said(points: pd.DataFrame, fails: np.ndarray, depth: int) -> str:
    """Return how a tree of the same kind does on points that it has not seen."""
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    foretold = cross_val_predict(new_tree(len(points), depth), points.to_numpy(float), fails, cv=folds)
    if not foretold.any():
        return "On points left out such a tree foretells no failure: the boxes are not to be relied on."
    return (
        f"On points left out such a tree finds {percent(foretold[fails].mean())} of failures, and of "
        f"those it calls failing {percent(fails[foretold].mean())} fail."
    )


def draw(title: str, boxes: list[Box], points: pd.DataFrame, fails: np.ndarray, reading: Reading) -> Figure:
    """Return the points over the two factors that matter most, with the boxes; over one factor, the outcome upright."""
    figure = page(title, 5.2)
    axes = figure.subplots()
    across, upright = plane_of(boxes, points)
    x = points[across].to_numpy(float)
    y = points[upright].to_numpy(float) if upright else reading.means
    axes.plot(x[~fails], y[~fails], "o", mfc="none", mec=BLUE, ms=5, alpha=0.8, label="does not fail")
    axes.plot(x[fails], y[fails], "o", color=ORANGE, ms=5, mec="white", mew=0.5, label="fails")
    ends = axes.get_xlim(), axes.get_ylim()
    for number, box in enumerate(boxes, 1):
        draw_box(axes, box, number, across, upright, ends)
    axes.set_xlim(ends[0])
    axes.set_ylim(ends[1])
    axes.set_xlabel(words.with_unit(across))
    if upright:
        axes.set_ylabel(words.with_unit(upright))
    else:
        words.axis_of(axes.yaxis, reading.outcome, words.called(reading.outcome))
    quiet(axes)
    key(axes)
    foot(figure, f"{capital(reading.where)}. {figure_said(boxes, fails, {across, upright})}")
    return figure


def plane_of(boxes: list[Box], points: pd.DataFrame) -> tuple[str, str]:
    """Return the factor across and that upright, those of the first box first; none upright where one is limited."""
    telling: list[str] = []
    for box in boxes:
        telling += [name for name, _ in sorted(box.quasi_p, key=lambda limit: box.quasi_p[limit])]
    across, upright, *_ = [*dict.fromkeys(telling), "", ""]
    return across or str(points.columns[0]), upright


def draw_box(axes: Axes, box: Box, number: int, across: str, upright: str, ends: Any) -> None:
    """Draw the shadow of a box; dashed where it has limits that the plane does not show."""
    if not {across, upright} & box.factors:
        return
    left, right = np.clip(box.ends(across), *ends[0])
    bottom, top = np.clip(box.ends(upright), *ends[1])
    hidden = box.factors - {across, upright}
    axes.fill_between([left, right], bottom, top, color=RED, alpha=0.03 if hidden else 0.09, lw=0)
    axes.plot(
        [left, right, right, left, left],
        [bottom, bottom, top, top, bottom],
        "--" if hidden else "-",
        color=RED,
        lw=1.5,
        clip_on=False,
    )
    # boxes often share a corner, so numbers stand side by side
    beside = 12 * number - 8
    axes.annotate(str(number), (left, top), (beside, -4), textcoords="offset points", va="top", color=RED)


def figure_said(boxes: list[Box], fails: np.ndarray, shown: set[str]) -> str:
    """Return what the boxes of the figure hold."""
    lines = []
    for number, box in enumerate(boxes, 1):
        coverage = (box.inside & fails).sum() / fails.sum()
        dashed = ", dashed as not all limits are shown" if box.factors - shown else ""
        lines.append(
            f"{number}  {box_said(box)}: {percent(coverage)} of failures, {percent(fails[box.inside].mean())} of its points "
            f"fail{dashed}."
        )
    return "\n".join(["A point is a setting of all factors.", *lines])
