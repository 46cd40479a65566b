"""Figures of a fit. Each takes what calibration found and returns a matplotlib figure; nothing is shown or saved here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..calibration.diagnostics import Checks, Predictive, contraction, plain, ties_between
from ..calibration.fit import Posterior
from ..calibration.problem import Target
from ..calibration.scores import LEVELS
from ..foundation.numbers_in_words import percent
from ..look import BLUE, GREY, ORANGE
from .observed import in_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAIRS_SHOWN = 6
DOTS = 400
BINS = 10


def reach_figure(posterior: Posterior, prior: Predictive, after: Predictive) -> Figure:
    """Return the real points of each case over what the model gives before and after the fit."""
    targets = posterior.problem.targets
    figure, panels = _panels(len(targets), 2 if len(targets) > 1 else 1, (6.4, 4.4))
    for t, (axes, target) in enumerate(zip(panels, targets, strict=True)):
        _band(axes, target, prior.runs.counts[t], GREY, "before the fit, 90%", (0.05, 0.95), 0.20)
        before = np.median(prior.runs.counts[t], axis=0)
        axes.plot(target.years(), before, color=GREY, lw=1.5, ls="--", label="before the fit, median")
        _band(axes, target, after.runs.counts[t], BLUE, "after the fit, 90%", (0.05, 0.95), 0.20)
        _band(axes, target, after.runs.counts[t], BLUE, "after the fit, 50%", (0.25, 0.75), 0.35)
        middle = np.median(after.runs.counts[t], axis=0)
        axes.plot(target.years(), middle, color=BLUE, lw=2, label="after the fit, median")
        low, high = (target.series.values + sign * target.series.units / 2 for sign in (-1, 1))
        axes.vlines(target.series.years, low, high, color=ORANGE, lw=2, zorder=4)
        axes.plot(
            target.series.years, target.series.values, "o", color=ORANGE, ms=7, mec="white", label="reported"
        )
        called = f"{target.series.case}: {in_words(target.series.metric, target.outcome)}"
        axes.set_title(called, loc="left", fontsize=11, parse_math=False)
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.xaxis.get_major_locator().set_params(integer=True)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower left", ncols=3, frameon=False, fontsize=9)
    return figure


def surveys_figure(prior: Predictive, after: Predictive, targets: Sequence[Target]) -> Figure:
    """Return what each survey found over what the model would report before and after the fit."""
    where = [(t, k, survey) for t, target in enumerate(targets) for k, survey in enumerate(target.surveys)]
    figure, panels = _panels(len(where), 2, (5.2, 3.0))
    for axes, (t, k, survey) in zip(panels, where, strict=True):
        before, later = prior.found[t][:, k], after.found[t][:, k]
        bins = _bins(max(np.quantile(before, 0.99), np.quantile(later, 0.99), survey.value), survey.unit)
        for found, colour, label in ((before, GREY, "before the fit"), (later, BLUE, "after the fit")):
            weights = np.full(len(found), 1 / len(found))
            axes.hist(found, bins, weights=weights, color=colour, alpha=0.45, label=label)
        axes.axvline(survey.value, color=ORANGE, lw=2.5, label="found")
        axes.set_title(f"{survey.case}\n{survey.in_words}", loc="left", fontsize=9, parse_math=False)
        axes.xaxis.set_major_formatter(lambda x, _: percent(x))
        axes.set_yticks([])
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower left", ncols=3, frameon=False, fontsize=9)
    return figure


def _bins(most: float, unit: float) -> list[float]:
    """Return the edges of about 25 bins up to a share, each of as many printed shares."""
    step = unit * max(1, round(most / unit / 25))
    return [step * k - unit / 2 for k in range(int(most / step) + 3)]


def _band(
    axes: Axes,
    target: Target,
    counts: np.ndarray,
    colour: str,
    label: str,
    ends: tuple[float, float],
    alpha: float,
) -> None:
    low, high = np.quantile(counts, ends, axis=0)
    axes.fill_between(target.years(), low, high, color=colour, alpha=alpha, lw=0, label=label)


def parameters_figure(posterior: Posterior) -> Figure:
    """Return each parameter's 50 and 90% intervals, in standard deviations of its prior, best known first."""
    from matplotlib.figure import Figure

    learnt = contraction(posterior.z)
    order = np.argsort(learnt)
    q = np.quantile(posterior.z, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)[:, order]
    figure = Figure(figsize=(8.5, 1.4 + 0.36 * len(order)), layout="constrained")
    axes = figure.subplots()
    y = np.arange(len(order))
    axes.axvspan(-1.645, 1.645, color=GREY, alpha=0.15, lw=0, label="prior, 90%")
    axes.axvline(0, color=GREY, lw=1, ls=":")
    axes.hlines(y, q[0], q[4], color=BLUE, lw=1.5, label="posterior, 90%")
    axes.hlines(y, q[1], q[3], color=BLUE, lw=5, label="posterior, 50%")
    axes.plot(q[2], y, "o", color="white", mec=BLUE, ms=5)
    axes.set_yticks(y, [plain(posterior.problem.names[k]) for k in order])
    for k, row in zip(order, y, strict=True):
        axes.annotate(
            percent(learnt[k]), (1.02, row), xycoords=("axes fraction", "data"), va="center", fontsize=9
        )
    axes.set_title("Where the fit moved each parameter; right: contraction", loc="left", fontsize=11)
    axes.set_xlabel("standard deviations of the prior from its median")
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside lower left", ncols=3, frameon=False, fontsize=9)
    return figure


def pairs_figure(posterior: Posterior) -> Figure:
    """Return the best known parameters against each other, in their own units, over the prior's middle 90%."""
    from matplotlib.figure import Figure

    order = _shown(posterior)
    n = len(order)
    figure = Figure(figsize=(1.5 * n + 0.8, 1.5 * n + 0.6), layout="constrained")
    panels = np.atleast_2d(figure.subplots(n, n))
    rows = np.random.default_rng(1).choice(
        len(posterior.values), min(DOTS, len(posterior.values)), replace=False
    )
    for i, a in enumerate(order):
        for j, b in enumerate(order):
            _pair(panels[i, j], posterior, (i, int(a)), (j, int(b)), rows)
            if i == n - 1:
                panels[i, j].set_xlabel(_wrapped(posterior.problem.names[b]), fontsize=8)
            if j == 0 and i > 0:
                panels[i, j].set_ylabel(_wrapped(posterior.problem.names[a]), fontsize=8)
    figure.suptitle("Parameters together (axes: the prior's 90%)", x=0.01, ha="left", fontsize=11)
    return figure


def _shown(posterior: Posterior) -> np.ndarray:
    """Return the parameters to show: those that are tied to another first, then the best known."""
    tied = [k for i, j, _ in ties_between(posterior.z) for k in (i, j)]
    best = [int(k) for k in np.argsort(-contraction(posterior.z))]
    return np.array(list(dict.fromkeys([*tied, *best]))[:PAIRS_SHOWN])


def _pair(
    axes: Axes, posterior: Posterior, row: tuple[int, int], column: tuple[int, int], draws: np.ndarray
) -> None:
    """Draw one panel: a histogram on the diagonal, dots below it, the correlation above."""
    (i, a), (j, b) = row, column
    axes.tick_params(labelsize=7, labelleft=j == 0 and i > 0, labelbottom=i == len(_shown(posterior)) - 1)
    if i < j:
        axes.set_axis_off()
        r = np.corrcoef(posterior.z[:, a], posterior.z[:, b])[0, 1]
        axes.text(0.5, 0.5, f"{r:.2f}", ha="center", va="center", fontsize=8 + 5 * abs(r), color=GREY)
        return
    _axis(axes, posterior, b, "x")
    if i == j:
        axes.set_yticks([])
        low, high = axes.get_xlim()
        space = np.geomspace if axes.get_xscale() == "log" else np.linspace
        axes.hist(posterior.values[:, b], bins=space(low, high, 25).tolist(), color=BLUE, alpha=0.7)
    else:
        _axis(axes, posterior, a, "y")
        axes.plot(posterior.values[draws, b], posterior.values[draws, a], ".", color=BLUE, ms=2, alpha=0.5)


def _axis(axes: Axes, posterior: Posterior, k: int, which: str) -> None:
    """Let an axis span the prior's middle 90%, in logarithms where the prior is even in them."""
    prior = posterior.problem.unknowns[k].prior
    low, high = prior.values(np.array([0.05, 0.95]))
    scale = "log" if prior.distribution in ("loguniform", "lognormal") and high > 10 * low else "linear"
    axes.set(**{f"{which}scale": scale, f"{which}lim": (low, high)})
    axis = axes.xaxis if which == "x" else axes.yaxis
    if scale == "log":
        from matplotlib.ticker import LogLocator

        axis.set_major_locator(LogLocator(subs=(1, 3) if high < 100 * low else (1,)))
        axis.set_major_formatter("{x:g}")
        axis.set_minor_formatter("")
    else:
        axis.get_major_locator().set_params(nbins=3)  # type: ignore[call-arg]


def _wrapped(name: str) -> str:
    return plain(name).replace(": ", ":\n").replace("_", "_\n", 1)


def ranks_figure(checks: Checks) -> Figure:
    """Return for each parameter the ranks of synthetic truths among their fits: even when the method is right."""
    from scipy.stats import binom

    n = len(checks.ranks)
    low, high = binom.ppf([0.025, 0.975], n, 1 / BINS)
    figure, panels = _panels(len(checks.names), 4, (2.7, 1.9))
    for axes, name, ranks in zip(panels, checks.names, checks.ranks.T, strict=True):
        axes.axhspan(low, high, color=GREY, alpha=0.2, lw=0)
        axes.hist(ranks, bins=np.linspace(0, 1, BINS + 1), color=BLUE, alpha=0.8)
        away = np.abs(ranks - 0.5)
        held = ", ".join(percent((away <= level / 2).mean()) for level in LEVELS)
        axes.set_title(f"{plain(name)}\nintervals hold {held}", loc="left", fontsize=8)
        axes.set_yticks([])
        axes.set_xticks([0, 0.5, 1])
        axes.tick_params(labelsize=7)
    asked = ", ".join(percent(level) for level in LEVELS)
    figure.supxlabel(
        f"Rank of the truth in {n} fits to synthetic data; grey: 95% of chance. Intervals should hold {asked}.",
        x=0.01,
        ha="left",
        fontsize=9,
        color=GREY,
    )
    return figure


def _panels(n: int, across: int, size: tuple[float, float]) -> tuple[Figure, list[Any]]:
    """Return a figure with n panels in rows of so many, without frames above and to the right."""
    from matplotlib.figure import Figure

    across = min(n, across)
    down = -(-n // across)
    figure = Figure(figsize=(size[0] * across, size[1] * down + 0.5), layout="constrained")
    every = figure.subplots(down, across, squeeze=False).ravel()
    for axes in every[n:]:
        axes.set_axis_off()
    for axes in every[:n]:
        axes.spines[["top", "right"]].set_visible(False)
    return figure, list(every[:n])
