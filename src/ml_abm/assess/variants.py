"""Variants of an assessment: each "what if", and in how many of the draws it is run.

Every variant is a function from a drawn scenario to the scenario that is simulated; draw d meets the same random seeds in all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from ..scenario import Scenario
from .change import Steps, changed
from .constraints import CONSTRAINTS, all_but, everything
from .endgame import Clock, withdrawal
from .levers import Lever, both
from .readiness import CRITERIA
from .stresses import STRESSES

Build = Callable[[Scenario], Scenario]
AS_IT_IS = ("base", "")
EVERYTHING = ("constraint", "all")
DESIGN_STEP, EXECUTION_STEP = ("step", "design"), ("step", "execution")

FREEDOMS = (0.0, 0.25, 0.5, 0.75, 1.0)
CLARITIES = {"vague": 0.2, "as it is": None, "clear": 0.95}
LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)
# From poor to good, as in the ready study design-or-execution, where the ends have their sources.
DESIGN = {"innovation.effect_size": (0.1, 0.8), "setting.context_mismatch": (0.6, 0.1)}
EXECUTION = {"setting.government_capacity": (0.1, 0.9), "programme.coaches_per_100_schools": (0.0, 10.0)}
STEP = 0.2  # of that way


@dataclass(frozen=True)
class Size:
    """In how many draws each part is run, 0 leaves it out; and the most teachers that are simulated, 0 simulates all of them."""

    base: int = 160
    constraints: int = 32
    alone: int = 12
    levers: int = 32
    pairs: int = 12
    stresses: int = 64
    readiness: int = 12
    freedom: int = 6
    patience: int = 12
    map: int = 5
    teachers: int = 8_000


FULL = Size()
QUICK = Size(
    base=32, constraints=6, alone=0, levers=6, pairs=0, stresses=6, readiness=0, freedom=0, patience=4, map=0
)
SMALLEST = Size(
    base=16, constraints=4, alone=3, levers=4, pairs=3, stresses=4, readiness=3, freedom=2, patience=3, map=2
)


@dataclass(frozen=True)
class Variant:
    """One "what if": its part and name, how a drawn scenario becomes it, and its number of draws."""

    key: tuple[str, str]
    build: Build
    draws: int


def first_variants(
    scenario: Scenario, clock: Clock, size: Size, levers: Iterable[Lever]
) -> Iterator[Variant]:
    """Yield all but the pairs of levers, which wait for what single levers do."""
    end = 12 * clock.by
    yield Variant(AS_IT_IS, partial(withdrawal, month=end), size.base)
    for constraint in CONSTRAINTS:
        yield Variant(("constraint", constraint.name), partial(constraint, withdrawn=end), size.constraints)
    yield Variant(EVERYTHING, partial(everything, withdrawn=end), size.constraints)
    for lever in levers:
        yield Variant(("lever", lever.name), with_withdrawal(lever, end), size.levers)
    for stress in STRESSES:
        shock = partial(stress, month=end // 2)
        yield Variant(("stress", stress.name), with_withdrawal(shock, end), size.stresses)
    yield from patience(clock, size)
    if size.alone:
        for constraint in CONSTRAINTS:
            yield Variant(("alone", constraint.name), partial(all_but, constraint, withdrawn=end), size.alone)
    if size.readiness:
        for criterion in CRITERIA:
            if criterion.gap(scenario):
                yield Variant(("ready", criterion.name), with_withdrawal(criterion, end), size.readiness)
    if size.freedom:
        yield from freedom(end, size)
    if size.map:
        yield from design_map(end, size)


def with_withdrawal(build: Build, month: int) -> Build:
    """Return a build after which all outside money leaves in a month."""
    return lambda scenario: withdrawal(build(scenario), month)


def stepped(steps: Steps, month: int) -> Build:
    """Return a build that takes some steps, before outside money leaves in a month."""
    return with_withdrawal(lambda scenario: changed(scenario, steps), month)


def freedom(end: int, size: Size) -> Iterator[Variant]:
    """Yield freedom to adapt, where the core is vague, as it is and clear."""
    for word, clarity in CLARITIES.items():
        for share in FREEDOMS:
            steps = {"programme.adaptation_freedom": f"={share}"}
            if clarity is not None:
                steps["innovation.core_clarity"] = f"={clarity}"
            yield Variant(("freedom", f"{word}|{share:g}"), stepped(steps, end), size.freedom)


def patience(clock: Clock, size: Size) -> Iterator[Variant]:
    """Yield outside money that leaves after some years, and never before them."""
    for years in durations(clock):
        yield Variant(("patience", str(years)), partial(lasting, years=years), size.patience)


def lasting(scenario: Scenario, years: int) -> Scenario:
    """Return a scenario in which every outside grant is renewed until a year, and then all of them leave."""
    return withdrawal(changed(scenario, {"outside.renewal_odds": "=1"}), 12 * years)


def durations(clock: Clock) -> list[int]:
    """Return after how many years outside money leaves, in some five steps up to the endgame."""
    step = max(1, round(clock.by / 5))
    return sorted({*range(step, clock.by, step), clock.by})


def design_map(end: int, size: Size) -> Iterator[Variant]:
    """Yield design x execution from poor to good, and a step of each from where the programme is."""
    for d in LEVELS:
        for e in LEVELS:
            steps = {**levelled(DESIGN, d), **levelled(EXECUTION, e)}
            yield Variant(("map", f"{d:g}|{e:g}"), stepped(steps, end), size.map)
    yield Variant(DESIGN_STEP, stepped(further(DESIGN), end), size.levers)
    yield Variant(EXECUTION_STEP, stepped(further(EXECUTION), end), size.levers)


def levelled(side: dict[str, tuple[float, float]], level: float) -> dict[str, str]:
    """Return the steps to a level from poor (0) to good (1)."""
    return {name: f"={poor + level * (good - poor):.6g}" for name, (poor, good) in side.items()}


def further(side: dict[str, tuple[float, float]]) -> dict[str, str]:
    """Return the steps by a fifth of the way from poor to good."""
    return {
        name: f"{'+' if good > poor else '-'}{STEP * abs(good - poor):.6g}"
        for name, (poor, good) in side.items()
    }


def place(scenario: Scenario, side: dict[str, tuple[float, float]]) -> float:
    """Return where a scenario is from poor (0) to good (1), on average over the numbers of a side."""
    now = scenario.values()
    shares = [(now[name.rpartition(".")[2]] - poor) / (good - poor) for name, (poor, good) in side.items()]
    return sum(min(1.0, max(0.0, share)) for share in shares) / len(shares)


def pairs(chosen: Iterable[tuple[Lever, Lever]], clock: Clock, size: Size) -> Iterator[Variant]:
    """Yield pairs of levers."""
    for first, second in chosen:
        key = ("pair", f"{first.name}|{second.name}")
        yield Variant(key, stepped(both(first, second), 12 * clock.by), size.pairs)
