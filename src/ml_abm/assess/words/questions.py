"""What are the answers to the report's five questions: adaptation, environment, design, readiness, innovate or execute? In words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...foundation.numbers_in_words import between, capital, counted, listed, percent, points, sd
from ..answers.levers import NOTICEABLE
from .constraints import BINDS
from .levers import of_levers
from .stresses import untold

if TYPE_CHECKING:
    from ..assessed import Assessed

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
                f"{capital(place)}, whether freedom adds or costs cannot be told ({between(full.low, full.high, sd)})."
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
            f"What cutting the expensive parts half way does to coverage cannot be told ({between(cut.low, cut.high)})."
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
        said.append("Closing any one alone does not surely matter.")
    if len(little):
        said.append(f"It hardly matters (less than a point) for {listed(little['criterion'])}.")
    return said + untold(run["criterion"], matter["criterion"], little["criterion"])


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
                f"Counted in {what}, which comes first cannot be told: a fifth of the way adds {a_} by design, {b_} by execution."
            )
        else:
            other = "execution" if first == "design" else "design"
            order = (a_, b_) if first == "design" else (b_, a_)
            said.append(
                f"Counted in {what}, better {first} comes first: a fifth of the way adds {order[0]}, against {order[1]} by {other}."
            )
    said.append("Whether a fifth of the way costs the same on both sides is not known.")
    return said
