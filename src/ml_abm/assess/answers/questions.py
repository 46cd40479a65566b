"""The report's five questions (adaptation, environment, design, readiness, innovate or execute): tables and sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...foundation.numbers_in_words import between, capital, counted, listed, percent, points, sd
from ...scenario import Scenario
from ..change import Steps, value_at
from ..endgame import Clock
from ..estimates import all_years, at_the_end, mean_over, paired
from ..readiness import CRITERIA
from ..runs import Runs
from ..variants import (
    AS_IT_IS,
    CLARITIES,
    DESIGN,
    DESIGN_STEP,
    EXECUTION,
    EXECUTION_STEP,
    FREEDOMS,
    LEVELS,
    durations,
    place,
)
from .constraints import BINDS
from .frame import COVERAGE, LEARNING, frame
from .levers import NOTICEABLE, of_levers
from .stresses import too_close_to_call

if TYPE_CHECKING:
    import pandas as pd

    from ..found import Assessed


def freedom(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return what is learnt with how much freedom to adapt, where the core is vague, as it is and clear."""
    rows = []
    for word in CLARITIES:
        for share in FREEDOMS:
            name = f"{word}|{share:g}"
            if ("freedom", name) in runs:
                learning = mean_over(at_the_end(runs["freedom", name], LEARNING, clock))
                covered = mean_over(at_the_end(runs["freedom", name], COVERAGE, clock))
                rows.append(
                    {
                        "core": word,
                        "freedom": share,
                        "learning": learning.mean,
                        "coverage": covered.mean,
                        **against(runs, f"{word}|0", name, clock),
                    }
                )
    return frame(rows, "core freedom learning coverage gain low high")


def against(runs: Runs, reference: str, name: str, clock: Clock) -> dict[str, float]:
    """Return what freedom gains in learning against none, under the same core."""
    gain = paired(
        at_the_end(runs["freedom", name], LEARNING, clock),
        at_the_end(runs["freedom", reference], LEARNING, clock),
    )
    return {"gain": gain.mean, "low": gain.low, "high": gain.high}


def patience(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return what is left in the last year when outside money leaves after so many years."""
    rows = []
    for years in durations(clock):
        outcomes = runs["patience", str(years)]
        left = mean_over(outcomes[COVERAGE][:, -1])
        rows.append({"years": years, "coverage": left.mean, "low": left.low, "high": left.high})
    return frame(rows, "years coverage low high")


def readiness(scenario: Scenario, clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return each criterion: whether there is a gap, and what coverage gains when that gap alone is closed."""
    before = all_years(runs[AS_IT_IS], COVERAGE)
    rows = []
    for criterion in CRITERIA:
        key = ("ready", criterion.name)
        row: dict[str, Any] = {
            "criterion": criterion.name,
            "asks": criterion.asks,
            "now": now_of(scenario, criterion.steps),
            "ready_at": ready_at(criterion.steps),
            "gap": criterion.gap(scenario),
        }
        if key in runs:
            gain = paired(all_years(runs[key], COVERAGE), before)
            row |= {"gain": gain.mean, "low": gain.low, "high": gain.high}
        rows.append(row)
    return frame(rows, "criterion asks now ready_at gap gain low high")


def now_of(scenario: Scenario, steps: Steps) -> str:
    """Return what the numbers of some steps are in a scenario at the start, with their names."""
    said = []
    for name in steps:
        whose, _, field = name.rpartition(".")
        if whose == "outside":
            values = {getattr(funder, field) for funder in scenario.funders if not funder.public}
            now = " and ".join(
                "no end" if field == "horizon_months" and v == 0 else f"{v:g}" for v in sorted(values)
            )
        else:
            now = f"{value_at(scenario, name, 0):g}"
        said.append(f"{field.replace('_', ' ')} {now or '(no outside payer)'}")
    return ", ".join(said)


def ready_at(steps: Steps) -> str:
    """Return from which numbers on a criterion counts as met."""
    ends = {">=": "or more", "<=": "or less"}
    return ", ".join(f"{float(step[2:]):g} {ends[step[:2]]}" for step in steps.values())


def design_map(clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return learning and coverage from poor to good design and execution, means over draws, from the endgame's year on."""
    rows = []
    for d in LEVELS:
        for e in LEVELS:
            key = ("map", f"{d:g}|{e:g}")
            if key in runs:
                learning, covered = (
                    float(at_the_end(runs[key], name, clock).mean()) for name in (LEARNING, COVERAGE)
                )
                rows.append({"design": d, "execution": e, "learning": learning, "coverage": covered})
    return frame(rows, "design execution learning coverage")


def design_or_execution(scenario: Scenario, clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return what a fifth of the way from poor to good does from where the programme is, on each side."""
    rows = []
    for side, key, numbers in (("design", DESIGN_STEP, DESIGN), ("execution", EXECUTION_STEP, EXECUTION)):
        if key not in runs:
            continue
        row: dict[str, Any] = {"side": side, "now": place(scenario, numbers)}
        for word, name in (("learning", LEARNING), ("coverage", COVERAGE)):
            gain = paired(at_the_end(runs[key], name, clock), at_the_end(runs[AS_IT_IS], name, clock))
            row |= {word: gain.mean, f"{word}_low": gain.low, f"{word}_high": gain.high}
        rows.append(row)
    if len(rows) == 2:
        for word, name in (("learning", LEARNING), ("coverage", COVERAGE)):
            apart = paired(
                at_the_end(runs[DESIGN_STEP], name, clock), at_the_end(runs[EXECUTION_STEP], name, clock)
            )
            for row in rows:
                row[f"{word}_first"] = {1: "design", -1: "execution", 0: "cannot tell"}[apart.sure]
    columns = "side now learning learning_low learning_high coverage coverage_low coverage_high learning_first coverage_first"
    return frame(rows, columns)


# --- in words

SMALL = 0.005  # SD a year: freedom that changes learning by less is a small matter
SEEN = 0.001  # SD a year: learning below it is next to nothing
ENABLING = ("open policy", "champions", "flexible money", "patient money", "money that may be kept", "payment by results", "more outside money", "government budget", "fit to government", "principals")  # fmt: skip
DESIGNING = ("ask less", "tools that save time", "less paperwork", "community helpers", "helpers who teach", "paired teachers", "design together", "quicker joint design", "a clearer core", "more data")  # fmt: skip


def adaptation(a: Assessed) -> list[str]:
    """Return how much freedom pays, and whether that depends on the core."""
    table = a.tables["freedom"]
    if not len(table):
        return ["How freedom works was left out to be quick."]
    said = []
    for core, rows in table.groupby("core", sort=False):
        full = rows.iloc[-1]
        best = rows.loc[rows["learning"].idxmax()]
        place = "with the core as it is now" if core == "as it is" else f"with a {core} core"
        if max(abs(full.low), abs(full.high)) < SEEN:
            said.append(f"{capital(place)}, freedom changes next to nothing (less than {sd(SEEN)}).")
            continue
        if full.low > 0:
            said.append(
                f"{capital(place)}, full freedom adds {sd(full.gain)} ({between(full.low, full.high, sd)}) against none."
            )
        elif full.high < 0:
            said.append(
                f"{capital(place)}, full freedom costs {sd(-full.gain)} ({between(-full.high, -full.low, sd)}) against none; best was {percent(best.freedom)}."
            )
        else:
            said.append(
                f"{capital(place)}, whether freedom adds or costs is too close to call ({between(full.low, full.high, sd)})."
            )
    clear = table[table["core"] == "clear"].iloc[-1]
    vague = table[table["core"] == "vague"].iloc[-1]
    if clear.low > vague.high:
        said.append("So say first what must hold; then let go.")
    elif max(abs(end) for core in (clear, vague) for end in (core.low, core.high)) < SMALL:
        said.append("In this programme freedom is a small matter beside what holds it back.")
    return said


def enabling(a: Assessed) -> list[str]:
    """Return what an enabling environment does, and how long outside money must last."""
    said = of_levers(a, ENABLING, "openness, leaders and money")
    table = a.tables["patience"]
    last = table.iloc[-1]
    if not any(not funder.public for funder in a.scenario.funders):
        return [*said, "No outside money pays here, so the question how long it must last does not arise."]
    if last.coverage < BINDS:
        return [*said, "However long outside money lasts, next to nothing is left once it has gone."]
    short = table.iloc[0]
    left = (
        f"coverage in {a.clock.last_year} is {percent(short.coverage)} where it left after {counted(short.years, 'year')}, "
        f"{percent(last.coverage)} where it left after {int(last.years)} ({between(max(0.0, last.low), last.high, percent)})"
    )
    enough = table[table["coverage"] >= 0.8 * last.coverage].iloc[0].years
    if enough == short.years:
        said.append(f"How long outside money lasts matters little for what is left once it has gone: {left}.")
    elif enough == last.years:
        said.append(
            f"Outside money is needed up to the endgame, and nothing says that it is enough then: {left}."
        )
    else:
        said.append(
            f"Outside money must last some {counted(enough, 'year')} to leave four fifths of what {int(last.years)} years leave: {left}."
        )
    return said


def designing(a: Assessed) -> list[str]:
    """Return which of the report's principles of design matter here."""
    said = of_levers(a, DESIGNING, "burden, community, participation and data")
    cut = a.tables["stresses"].set_index("stress").loc["expensive parts cut"]
    if cut.high < 0:
        said.append(
            f"Cutting the expensive parts half way costs {points(-cut.change)} of coverage ({between(-cut.high, -cut.low)}): design it for a price that can be paid at scale."
        )
    else:
        said.append(
            f"What cutting the expensive parts half way does to coverage is too close to call ({between(cut.low, cut.high)})."
        )
    return said


def gap_words(n: int) -> str:
    """Return a number of gaps in words."""
    return {0: "no gap", 1: "one gap"}.get(n, f"{n} gaps")


def ready(a: Assessed) -> list[str]:
    """Return which gaps of a checklist matter in the dynamics, and which do not."""
    table = a.tables["readiness"]
    gaps = table[table["gap"].astype(bool)]
    said = [f"A checklist finds {gap_words(len(gaps))} in {len(table)} criteria."]
    run = gaps.dropna(subset=["gain"])
    if not len(run):
        return [*said, "Which of them matter was left out to be quick."] if len(gaps) else said
    matter = run[(run["low"] > 0) & (run["gain"] >= NOTICEABLE)].sort_values("gain", ascending=False)
    little = run[(run["high"] < 2 * NOTICEABLE) & ~run["criterion"].isin(matter["criterion"])]
    if len(matter):
        said.append(
            f"Closing one alone matters for {listed(f'{r.criterion} ({points(r.gain)})' for r in matter.itertuples())}."
        )
    else:
        said.append("Closing any one alone does not clearly matter.")
    if len(little):
        said.append(f"It hardly matters (less than a point) for {listed(little['criterion'])}.")
    return said + too_close_to_call(run["criterion"], matter["criterion"], little["criterion"])


def innovate(a: Assessed) -> list[str]:
    """Return whether a better design or better execution comes first here."""
    table = a.tables["design_or_execution"]
    if not len(table):
        return ["Design against execution was left out to be quick."]
    design, execution = table.iloc[0], table.iloc[1]
    said = [
        f"On the way from poor to good, the design is at {percent(design.now)} and execution at {percent(execution.now)}."
    ]
    for word, form, what in (("learning", sd, "learning"), ("coverage", points, "coverage")):
        first = design[f"{word}_first"]
        a_, b_ = form(design[word]), form(execution[word])
        if first == "cannot tell":
            said.append(
                f"Counted in {what}, which comes first is too close to call: a fifth of the way adds {a_} by design, {b_} by execution."
            )
        else:
            other = "execution" if first == "design" else "design"
            order = (a_, b_) if first == "design" else (b_, a_)
            said.append(
                f"Counted in {what}, better {first} comes first: a fifth of the way adds {order[0]}, against {order[1]} by {other}."
            )
    said.append("Whether a fifth of the way costs the same on both sides is not known.")
    return said
