"""Figures. Each takes results and returns a matplotlib figure; nothing is shown or saved here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..look import BLUE, GREEN, GREY, ORANGE, RED, as_share, quiet
from ..outcomes import REACHES, Trace, lost
from ..scenario import Scenario
from .observed import counted, counted_as, counted_in_words, observed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FUNNEL = ("#D9DDE3", "#B8C0CC", "#93A1B5", "#882255", "#CC6677", "#DDCC77", "#AA7744", "#88CCEE", "#117733")
FUNNEL_WORDS = {
    "lost_not_reached": "school not reached",
    "lost_unaware": "has not heard of it",
    "lost_untrained": "no course",
    "lost_overloaded": "week too full",
    "lost_not_convinced": "not convinced",
    "lost_lapsed": "stopped",
    "lost_left": "trained teacher left",
    "lost_low_fidelity": "uses it, low fidelity",
    "delivering": "delivers it",
}
MASS = 0.9
LOOKS = {
    "ever joined": ":",
    "on the list": "-",
    "in use": "--",
}  # of reaches that are not the one a case counts


def overview(
    trace: Trace, scenario: Scenario, spread_of: str = "chance alone", without: Trace | None = None
) -> Figure:
    """Return four panels: reach over the real points, practice, burden, and where teachers are lost.

    `spread_of` says why runs differ; `without` is a trace of the same schools and seeds without the programme, which burden is held against.
    """
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    figure = Figure(figsize=(12, 9.2), layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1))
    (reach, practice), (burden, funnel) = figure.subplots(2, 2)
    system = by_seed(trace.system)
    draw_reach(reach, system, scenario)
    draw_practice(practice, system, scenario)
    draw_burden(burden, system, scenario, None if without is None else by_seed(without.system))
    draw_funnel(funnel, system, scenario)
    for axes in (reach, practice, burden, funnel):
        finish(axes)
        draw_events(axes, trace, scenario)
    runs = system.index.get_level_values("seed").nunique()
    below = footnote(trace, scenario, runs, spread_of)
    figure.supxlabel(below, x=0.01, ha="left", fontsize=9, color=GREY, parse_math=False)
    figure.suptitle(
        f"{scenario.title}: what the model gives",
        x=0.01,
        ha="left",
        fontsize=14,
        weight="bold",
        parse_math=False,  # "$5 or $6" in users' words is no formula
    )
    return figure


def by_seed(system: pd.DataFrame) -> pd.DataFrame:
    """Return a table with a `seed` index level, also for a single run."""
    if system.index.nlevels == 2:
        return system
    import pandas as pd

    return pd.concat({1: system}, names=["seed"])


def years(scenario: Scenario, months: Any) -> np.ndarray:
    """Return calendar years of the ends of months."""
    return scenario.setting.start_year + np.asarray(months, float) / 12


def band(
    axes: Axes, series: pd.Series, scenario: Scenario, colour: str, label: str, style: str = "-"
) -> None:
    """Draw the median over seeds and the interval that holds 90% of them."""
    months = series.groupby(level="month")
    low, median, high = months.quantile((1 - MASS) / 2), months.median(), months.quantile((1 + MASS) / 2)
    when = years(scenario, median.index)
    axes.plot(when, median, style, color=colour, lw=2, label=label)
    if series.index.get_level_values("seed").nunique() > 1:
        axes.fill_between(when, low, high, color=colour, alpha=0.18, lw=0)


def middle(series: pd.Series, scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
    """Return years and the median over seeds."""
    median = series.groupby(level="month").median()
    return years(scenario, median.index), median.to_numpy()


def draw_reach(axes: Axes, system: pd.DataFrame, scenario: Scenario) -> None:
    """Draw what the case counts, with the interval, over the real points; and schools that ever joined, on the list and in use."""
    outcome, _ = counted_as(scenario)
    noun = counted_in_words(scenario)
    if noun == "districts":
        band(axes, counted(scenario, system), scenario, BLUE, f"{noun}, model")
    else:
        for word, (_, count) in REACHES.items():
            if count != outcome:
                axes.plot(
                    *middle(system[count], scenario), LOOKS[word], color=GREY, label=f"schools {word}, model"
                )
        band(axes, counted(scenario, system), scenario, BLUE, f"{noun}, model")
    points = observed(scenario)
    if points is not None:
        when = scenario.setting.start_year + points.month / 12
        axes.plot(when, points.value, "o", color=ORANGE, ms=8, mec="white", label="reported", zorder=5)
    total = scenario.setting.districts if noun == "districts" else scenario.setting.schools
    axes.set_title(f"Reach, of {total:,} {'districts' if noun == 'districts' else 'schools'}")
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter("{x:,.0f}")


def draw_practice(axes: Axes, system: pd.DataFrame, scenario: Scenario) -> None:
    """Draw use, and fidelity as it is and as it is reported."""
    band(axes, system.adoption, scenario, BLUE, "teachers using it")
    band(axes, system.reported_fidelity, scenario, GREY, "fidelity of users, as reported", "--")
    band(axes, system.fidelity, scenario, GREEN, "fidelity of users, true")
    band(axes, system.effective_coverage, scenario, ORANGE, "effective coverage (use x fidelity)")
    axes.set_title("Practice: how many, and how well")
    as_share(axes)


def draw_burden(
    axes: Axes, system: pd.DataFrame, scenario: Scenario, without: pd.DataFrame | None = None
) -> None:
    """Draw exhaustion, as it is and as it would be without the programme, and the support against it."""
    band(axes, system.strain, scenario, RED, "strain (exhaustion) of teachers")
    if (
        without is not None
    ):  # exhaustion also moves by itself: only what is between the lines is the programme's
        median = without.strain.groupby(level="month").median()
        axes.plot(
            years(scenario, median.index), median, ":", color=RED, lw=2, label="strain without the programme"
        )
    band(axes, system.coaching, scenario, BLUE, "coaching of enrolled schools")
    band(axes, system.community_support, scenario, GREEN, "community at work in schools")
    band(axes, system.funding_gap, scenario, GREY, "running need not funded", "--")
    axes.set_title("Burden and support")
    as_share(axes)


def draw_funnel(axes: Axes, system: pd.DataFrame, scenario: Scenario) -> None:
    """Draw every teacher once: at the first barrier, or delivering."""
    names = [*lost(), "delivering"]
    mean = system[names].groupby(level="month").mean()
    axes.stackplot(years(scenario, mean.index), *(mean[n] for n in names), colors=FUNNEL, lw=0)
    axes.set_title("Where teachers are lost: each at the first barrier")
    as_share(axes)
    axes.set_ylim(0, 1)
    handles = axes.collections[::-1]
    labels = [FUNNEL_WORDS[n] for n in names[::-1]]
    axes.legend(handles, labels, loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize=9)


def finish(axes: Axes) -> None:
    """Give every panel the same quiet frame, and its legend a place beside the curves."""
    quiet(axes)
    axes.margins(x=0.01)
    axes.xaxis.get_major_locator().set_params(integer=True)  # type: ignore[call-arg]
    if axes.get_legend() is None:
        axes.legend(
            loc="upper left",
            bbox_to_anchor=(-0.02, -0.08),
            ncols=2,
            frameon=False,
            fontsize=9,
            borderaxespad=0,
        )


def draw_events(axes: Axes, trace: Trace, scenario: Scenario) -> None:
    """Mark the events of the timeline with numbers that the footnote explains."""
    for k, (month, _) in enumerate(trace.events, 1):
        when = scenario.setting.start_year + month / 12
        axes.axvline(when, color=GREY, lw=1, ls=":", zorder=1)
        axes.annotate(
            str(k),
            (when, 0.985),
            xycoords=("data", "axes fraction"),
            ha="center",
            va="top",
            fontsize=8,
            bbox={"boxstyle": "circle,pad=0.15", "fc": "white", "ec": GREY, "lw": 0.6},
        )


def footnote(trace: Trace, scenario: Scenario, runs: int, spread_of: str) -> str:
    """Return what the bands hold and what the numbers on the time axis mean."""
    lines = ["One run." if runs == 1 else f"Bands hold 90% of {runs} runs, which differ by {spread_of}."]
    if scenario.case:
        lines[0] += " Rollout was set to follow the reported counts: a reconstruction, not a prediction."
    for k, (month, says) in enumerate(trace.events, 1):
        lines.append(f"{k}  {scenario.setting.start_year + month / 12:.1f}: {says}")
    return "\n".join(lines)
