"""If an innovation asks more of teachers, how much of that can helpers from the community take off them?"""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ml_abm.experiments import Experiment
from ml_abm.foundation.numbers_in_words import significant
from ml_abm.look import in_percent

from . import pictures as draw
from .finding import Finding
from .gaps import between, by_replicate, crossing, gap, interval, said, when

HOURS, HELP = "innovation.added_hours", "programme.community_mobilisation"
Y, GAP = "effective_coverage", "funding_gap"
CAUTION = (
    "How many hours fully mobilised helpers take off a teacher (3 a week) is an assumption, and so is how much of that becomes rest; "
    "helpers are also a support to teachers, which is why they can be worth more than those hours."
)


def finding(experiment: Experiment) -> Finding:
    """Return what helpers are worth where the burden is light and where it is heavy."""
    table = by_replicate(experiment, Y, HELP, HOURS)
    unpaid, helps = by_replicate(experiment, GAP, HELP, HOURS), table.index.unique(0)
    none, full = table.loc[helps[0]], table.loc[helps[-1]]
    light, heavy = none.index[0], none.index[-1]
    lighter, heavier = gap(Y, none.loc[light], full.loc[light]), gap(Y, none.loc[heavy], full.loc[heavy])
    more = gap(Y, full.loc[light] - none.loc[light], full.loc[heavy] - none.loc[heavy])
    burden = gap(Y, none.loc[light], none.loc[heavy])
    return Finding(
        title=worth(none, full),
        sentences=(
            f"After {when(experiment)}, effective coverage is {said(Y, none.loc[light])} at {light:g} added hour a week and "
            f"{said(Y, none.loc[heavy])} at {heavy:g} where no one organises helpers, and {said(Y, full.loc[light])} and "
            f"{said(Y, full.loc[heavy])} where the community is fully organised.",
            f"Where the burden is light, helpers {lighter.turns('raise coverage', 'lower coverage', 'do not distinguishably change coverage')}, and where it is heavy, they {heavier.turns('raise it', 'lower it', 'do not distinguishably change it')}: they are worth "
            f"{more.word('more', 'less', 'not distinguishably more or less')} where the burden is heavier.",
            f"What fails first is money, since grants are renewed for results: at {heavy:g} added hours {said(GAP, unpaid.loc[(helps[0], heavy)])} of running "
            f"needs are unmet without helpers and {said(GAP, unpaid.loc[(helps[-1], heavy)])} with them, at {light:g} hour "
            f"{said(GAP, unpaid.loc[(helps[0], light)])} and {said(GAP, unpaid.loc[(helps[-1], light)])}.",
        ),
        claims=(
            burden.to("A heavier burden on teachers stands in the way of scale.", -1),
            heavier.to("Community actors can take some of that burden off teachers.", 1),
        ),
        caution=CAUTION,
        heading=["added hours a week", *(NAMES.get(h, f"helpers {h:g}") for h in helps)],
        rows=[[f"{b:g}", *(between(Y, table.loc[(h, b)]) for h in helps)] for b in none.index],
        draw=lambda: picture(experiment, table, worth(none, full)),
    )


NAMES = {0.0: "no helpers", 0.5: "half", 1.0: "fully organised"}


def reach_alike(none: pd.DataFrame, full: pd.DataFrame) -> tuple[float, float] | None:
    """Return the heaviest burden with helpers, and the one without that reaches as far; None if there is none."""
    for burden in full.index[::-1]:
        alike = crossing(none.index.to_numpy(float), interval(none).mean, float(full.loc[burden].mean()))
        if alike is not None and alike < burden:
            return float(burden), alike
    return None


def worth(none: pd.DataFrame, full: pd.DataFrame) -> str:
    """Return in hours what organised helpers are worth."""
    pair = reach_alike(none, full)
    if pair is None:
        return "Helpers from the community do not make up for added hours"
    return f"With organised helpers, {pair[0]:g} added hours a week reach as far as {significant(pair[1])} without them"


def picture(experiment: Experiment, table: pd.DataFrame, title: str) -> Figure:
    """Draw coverage by added hours, a curve for each amount of help, and what help is worth in hours."""
    figure, (axes,) = draw.panels(title, labels_need=0.02)
    ends = draw.Ends(axes)
    helps = table.index.unique(0)
    for help_, colour in zip(helps, draw.colours(len(helps)), strict=True):
        rows = table.loc[help_]
        ends.add(
            draw.curve(axes, rows.index.to_numpy(float), rows, colour), NAMES.get(help_, f"{help_:g}"), colour
        )
    axes.set_ylim(bottom=0)
    in_percent(axes.yaxis)
    axes.set_xlabel("hours a week that the innovation adds")
    draw.heading(axes, "Effective coverage (use x fidelity)")
    none, full = table.loc[helps[0]], table.loc[helps[-1]]
    pair = reach_alike(none, full)
    if pair is not None:
        height = float(full.loc[pair[0]].mean())
        axes.annotate(
            "",
            (pair[1], height),
            (pair[0], height),
            arrowprops={"arrowstyle": "<->", "color": "black", "lw": 1.2},
        )
        axes.annotate(
            f"worth {significant(pair[0] - pair[1])} h a week", ((pair[0] + pair[1]) / 2, height), xytext=(0, -5),
            textcoords="offset points", ha="center", va="top", fontsize=9,
            bbox={"fc": "white", "ec": "none", "pad": 1, "alpha": 0.8},
        )  # fmt: skip
    ends.write(table.index.unique(1)[-1])
    draw.read_as(figure, experiment, f"After {when(experiment)}.")
    return figure
