"""Feasible first: what a plan itself rules out, whatever the future brings. It is known before anything is simulated.

Each criterion of the endgame is held against what the plan aims for, its start, its trainers and its payers. A criterion above such a cap is met in no future.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ..foundation.numbers_in_words import listed, percent
from ..scenario import Endgame, Scenario
from ..scenario.values_over_time import changes_of, followed
from ..system.month_zero import pilot_month
from .endgame import Clock, publicly_paid


@dataclass(frozen=True)
class Cap:
    """What a plan rules out.

    Attributes
    ----------
    criterion : of the endgame: "schools" or "government".
    kind : what caps it: "aim", "start", "trainers" or "payer".
    asked, most : shares: what the endgame asks, and the most that the plan allows.
    why : the reason, as a clause that follows "because".
    lift : the change that would lift it, as a clause that follows "it takes".
    """

    criterion: str
    kind: str
    asked: float
    most: float
    why: str
    lift: str


def feasible(scenarios: Iterable[Scenario], endgame: Endgame, clock: Clock) -> tuple[Cap, ...]:
    """Return the caps that hold in every draw of a scenario, each at its mildest."""
    of_each = [{(cap.criterion, cap.kind): cap for cap in caps(one, endgame, clock)} for one in scenarios]
    everywhere = [key for key in of_each[0] if all(key in found for found in of_each)]
    return tuple(max((found[key] for found in of_each), key=lambda cap: cap.most) for key in everywhere)


def caps(scenario: Scenario, endgame: Endgame, clock: Clock) -> list[Cap]:
    """Return what one scenario rules out of an endgame."""
    rules = (_aim, _start_or_trainers, _payer)
    return [cap for rule in rules if (cap := rule(scenario, endgame, clock)) is not None]


def _aim(scenario: Scenario, endgame: Endgame, clock: Clock) -> Cap | None:
    months = [0, *(change.month for change in changes_of(scenario, "target_share"))]
    target = _over_time(scenario, "target_share")
    pilot = scenario.programme.pilot_schools / scenario.setting.schools
    most = max(pilot, *(target(month) for month in months if month < 12 * clock.by))
    if endgame.schools <= most + _one_school(scenario):
        return None
    return Cap(
        "schools",
        "aim",
        endgame.schools,
        most,
        f"the plan aims for {percent(most)} of schools",
        "an aim for all schools",
    )


def _start_or_trainers(scenario: Scenario, endgame: Endgame, clock: Clock) -> Cap | None:
    end, begins = 12 * clock.by, pilot_month(scenario)
    if endgame.schools > 0 and begins >= end:
        why = f"the first schools join in month {begins}, and the endgame is judged before month {end}"
        return Cap("schools", "start", endgame.schools, 0.0, why, "an earlier start or a later year")
    most = most_schools(scenario, end) / scenario.setting.schools
    if endgame.schools <= most + _one_school(scenario):
        return None
    why = f"its trainers can take on no more than {percent(most)} of schools by {clock.endgame_year}"
    return Cap("schools", "trainers", endgame.schools, most, why, "more trainers (or a cascade of them)")


def _payer(scenario: Scenario, endgame: Endgame, clock: Clock) -> Cap | None:
    if not endgame.government_share:
        return None
    if not publicly_paid(scenario):
        why = "no payer of this scenario is government"
        return Cap("government", "payer", endgame.government_share, 0.0, why, "a public payer")
    first = min(funder.first_month for funder in scenario.funders if funder.public)
    if first < 12 * clock.by:
        return None
    why = f"government pays from month {first} on, after {clock.endgame_year}"
    return Cap("government", "payer", endgame.government_share, 0.0, why, "a public payer who comes earlier")


def most_schools(scenario: Scenario, end: int) -> float:
    """Return the most schools that trainers can have taken on before month `end`, if all are wanted and willing, none leaves and money is never short.

    The same places a month as in `kernels/programme.py`: own trainers, those that money adds, and a cascade; unused places are never lost here.
    """
    names = ("training_capacity", "capacity_growth", "trainers_bought", "cascade")
    capacity, growth, bought, cascade = (_over_time(scenario, name) for name in names)
    schools, begins = scenario.setting.schools, pilot_month(scenario)
    enrolled = float(min(scenario.programme.pilot_schools, schools))
    for month in range(begins, end):
        own = (capacity(month) + growth(month) * enrolled) / 12
        more = own * (1 + bought(month)) + cascade(month) * (schools - enrolled) / 12
        enrolled = min(float(schools), enrolled + more)
    return enrolled if begins < end else 0.0


def _over_time(scenario: Scenario, name: str) -> Callable[[int], float]:
    """Return a function from a month to the value of a parameter in it."""
    now, changes = float(scenario.values()[name]), changes_of(scenario, name)
    if not changes:
        return lambda month: now
    return lambda month: followed(now, (change for change in changes if change.month <= month))


def _one_school(scenario: Scenario) -> float:
    """Return the share that one school is."""
    return 1 / scenario.setting.schools


# --- in words

ASKED_OF = {"schools": "are asked for", "government": "of spending is asked of it"}


def as_planned(found: Iterable[Cap]) -> str:
    """Return in one sentence that a plan cannot reach its endgame, why, and what it would take; nothing where it can."""
    found = list(found)
    if not found:
        return ""
    whys = "; ".join(f"{cap.why}, where {percent(cap.asked)} {ASKED_OF[cap.criterion]}" for cap in found)
    lifts = listed(dict.fromkeys(cap.lift for cap in found))
    return f"As planned the endgame cannot be reached: {whys}. It takes {lifts}."
