"""What is lost if champions leave before an innovation is in the rules, and what if they leave after?"""

from __future__ import annotations

from matplotlib.figure import Figure

from ml_abm.experiments import Experiment
from ml_abm.look import in_percent

from . import pictures as draw
from .finding import Finding
from .gaps import COVERAGE, IT, Gap, between, by_replicate, gap, said, when

AFTER = "behaviour.recruitment_of_champions"
STAY, EARLY, LATE = "no-one-leaves", "leave-in-year-5", "leave-in-year-12"
NAMES = {EARLY: "leave in\nyear 5", LATE: "leave in\nyear 12", STAY: "no one\nleaves"}
Y, RULES = "effective_coverage", "institutionalisation"
MONEY_ENDS = 90  # month; see the study file
CAUTION = (
    "Whether someone comes after a champion decides how large the loss is, and no one has measured that. The study lets outside money end, "
    "and champions stay as long as no event takes them."
)


def finding(experiment: Experiment) -> Finding:
    """Return what the loss of all champions costs, early and late, with and without others who come after."""
    table = by_replicate(experiment, Y, AFTER, "scenario")
    nobody, others = table.index.unique(0).min(), table.index.unique(0).max()
    early, late = (gap(Y, table.loc[(nobody, STAY)], table.loc[(nobody, name)]) for name in (EARLY, LATE))
    early_2, late_2 = (gap(Y, table.loc[(others, STAY)], table.loc[(others, name)]) for name in (EARLY, LATE))
    sooner = gap(Y, table.loc[(nobody, LATE)], table.loc[(nobody, EARLY)])
    sooner_2 = gap(Y, table.loc[(others, LATE)], table.loc[(others, EARLY)])
    so_far = before(experiment)
    rules = by_replicate(experiment, RULES, AFTER, "scenario")
    title = f"Champions who leave early cost {early.size} of coverage if no one comes after them, {early_2.size} if successes bring others"
    return Finding(
        title=title,
        sentences=(
            f"If no one comes after them, that all champions leave in year 5 {early.turns(*COVERAGE)} after {when(experiment)}, and that they leave in "
            f"year 12 {late.turns(*IT)}; when outside money ends in year 8, the early loss {so_far.turns(*IT)}.",
            f"If successes bring new champions, as the model assumes, the early loss {early_2.turns(*COVERAGE)} and the late one {late_2.turns(*IT)}.",
            f"What champions leave behind is in the rules: {said(RULES, rules.loc[(nobody, STAY)])} institutionalised where no one leaves, "
            f"{said(RULES, rules.loc[(nobody, LATE)])} after a late and {said(RULES, rules.loc[(nobody, EARLY)])} after an early loss without others, and "
            f"{said(RULES, rules.loc[(others, EARLY)])} after an early loss that others make good.",
        ),
        claims=(
            early.to("Champions are needed to sustain an idea (no one comes after them).", -1),
            early_2.to("The same, where successes bring new champions.", -1),
            sooner.to(
                "A loss before institutionalisation is worse than one after it (no one comes after).", -1
            ),
            sooner_2.to("The same, where successes bring new champions.", -1),
            late_2.to(
                "A loss after institutionalisation still costs something, where successes bring new champions.",
                -1,
            ),
        ),
        caution=CAUTION,
        heading=["", "no one comes after", "successes bring others"],
        rows=[
            [n.replace("-", " "), between(Y, table.loc[(nobody, n)]), between(Y, table.loc[(others, n)])]
            for n in NAMES
        ],
        draw=lambda: picture(experiment, title),
    )


def before(experiment: Experiment) -> Gap:
    """Return what the early loss has cost when outside money ends, if no one comes after."""
    month = min(MONEY_ENDS, experiment.study.months) - 1
    nobody = experiment.points[AFTER].idxmin()
    months = experiment.months
    now = months[(months["month"] == month) & (months["point"] == nobody)]
    wide = now.pivot(index="scenario", columns="replicate", values=Y)
    return gap(Y, wide.loc[STAY], wide.loc[EARLY])


def picture(experiment: Experiment, title: str) -> Figure:
    """Draw coverage over the years, a panel for whether someone comes after."""
    figure, panels = draw.panels(title, 2, height=3.8)
    says = {0: "No one comes after them", 1: "Successes bring others"}
    for point, axes in enumerate(panels):
        ends = draw.Ends(axes)
        for name, colour in zip(NAMES, draw.colours(len(NAMES)), strict=True):
            ends.add(draw.history(axes, experiment, Y, name, colour, point), NAMES[name], colour)
        draw.heading(axes, says[point])
        axes.axvline(MONEY_ENDS / 12, color=draw.GREY, ls=":", lw=1)
        axes.set_xlabel("year")
    panels[0].set_ylim(bottom=0)
    panels[0].set_ylabel("effective coverage")
    in_percent(panels[0].yaxis)
    panels[0].annotate("outside\nmoney ends", (MONEY_ENDS / 12, 0.98), xycoords=("data", "axes fraction"), xytext=(-4, 0),
                       textcoords="offset points", ha="right", va="top", fontsize=8, color=draw.GREY)  # fmt: skip
    ends.write(experiment.study.months / 12)
    draw.read_as(figure, experiment)
    return figure
