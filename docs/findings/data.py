"""Does it matter whether practice and learning are measured from the first year, or is it enough to begin later?"""

from __future__ import annotations

from matplotlib.figure import Figure

from ml_abm.experiments import Experiment
from ml_abm.look import in_percent

from . import pictures as draw
from .finding import Finding
from .gaps import COVERAGE, IT, Gap, between, by_replicate, gap, said, when

START, SOON, LATER, NEVER = "from-the-start", "from-year-3", "from-year-6", "never"
SAFE_START, SAFE_NEVER = "from-the-start-with-money-secure", "never-with-money-secure"
NAMES = {NEVER: "never", LATER: "from year 6", SOON: "from year 3", START: "from the\nstart"}
Y = "effective_coverage"
CAUTION = (
    "How much of a gain is seen without data is an assumption, and so is how much evidence funders ask for."
)


def finding(experiment: Experiment) -> Finding:
    """Return what is lost by measuring later, or never."""
    table = by_replicate(experiment, Y, "scenario")
    secure = gap(Y, table.loc[SAFE_START], table.loc[SAFE_NEVER])
    soon, later, never = (gap(Y, table.loc[START], table.loc[name]) for name in (SOON, LATER, NEVER))
    evidence, unpaid = (
        by_replicate(experiment, "evidence", "scenario"),
        by_replicate(experiment, "funding_gap", "scenario"),
    )
    true, reported = (
        by_replicate(experiment, "fidelity", "scenario"),
        by_replicate(experiment, "reported_fidelity", "scenario"),
    )
    flattery = gap("fidelity", reported.loc[START] - true.loc[START], reported.loc[NEVER] - true.loc[NEVER])
    proof = gap("evidence", evidence.loc[LATER], evidence.loc[START])
    title = (
        f"Measured from the start, {said(Y, table.loc[START])} of what is possible is practised; measured from year 6, "
        f"{said(Y, table.loc[LATER])}"
    )
    return Finding(
        title=title,
        sentences=(
            f"Beginning to measure in year 6 and not at the start {later.turns(*COVERAGE)} after {when(experiment)}, and never measuring {never.turns(*IT)}; beginning in "
            f"year 3, before the first donor asks, {soon.turns(*IT)}.",
            f"Most of it is {money_or_practice(never, secure)}: where one patient funder asks for nothing, never measuring {secure.turns(*COVERAGE)}, and with the usual funders "
            f"{said('funding_gap', unpaid.loc[NEVER])} of running needs are unmet without data and {said('funding_gap', unpaid.loc[START])} with them.",
            f"Without data reports flatter: users' fidelity is reported as {said('fidelity', reported.loc[NEVER])} and is {said('fidelity', true.loc[NEVER])}; with data from the start "
            f"it is reported as {said('fidelity', reported.loc[START])} and is {said('fidelity', true.loc[START])}.",
        ),
        claims=(
            later.to("Data from the beginning matter: to begin later reaches less.", -1),
            proof.to("With them evidence is available when opportunities for expansion open up.", 1),
            secure.to("They also make the practice stronger, no matter who pays.", -1),
            flattery.to("Without data reports are too good.", 1),
        ),
        caution=CAUTION,
        heading=[
            "data",
            "effective coverage",
            "evidence that outsiders see",
            "true fidelity",
            "reported fidelity",
        ],
        rows=[
            [
                n.replace("-", " "),
                between(Y, table.loc[n]),
                between("evidence", evidence.loc[n]),
                said("fidelity", true.loc[n]),
                said("fidelity", reported.loc[n]),
            ]
            for n in (START, SOON, LATER, NEVER, SAFE_START, SAFE_NEVER)
        ],
        draw=lambda: picture(experiment, title),
    )


def money_or_practice(never: Gap, secure: Gap) -> str:
    """Return what most of the loss is: what is left of it where money is secure is practice."""
    return (
        "money that does not come"
        if abs(secure.mean) < abs(never.mean) / 2
        else "practice that does not get better"
    )


def picture(experiment: Experiment, title: str) -> Figure:
    """Draw coverage over the years, a curve for when data work begins."""
    figure, (axes,) = draw.panels(title, height=3.8)
    ends = draw.Ends(axes)
    for name, colour in zip(NAMES, draw.colours(len(NAMES)), strict=True):
        ends.add(draw.history(axes, experiment, Y, name, colour), NAMES[name], colour)
    axes.set_ylim(bottom=0)
    in_percent(axes.yaxis)
    axes.set_xlabel("year")
    draw.heading(axes, "Effective coverage, by when measuring begins")
    ends.write(experiment.study.months / 12)
    draw.read_as(figure, experiment)
    return figure
