"""What a plan is asked: goal, budget and levers, checked in one line each before anything long is run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..assess.endgame import Clock, check, clock_of, publicly_paid, sets
from ..assess.levers import LEVERS, possible_levers
from ..errors import PlanError, suggestion
from ..foundation.numbers_in_words import money, percent
from ..scenario import Endgame, Scenario
from ..system import settled
from .packages import Choices, months_until

HIGHEST = 1e13  # USD
AIM = "aim for all"


@dataclass(frozen=True)
class Asked:
    """A scenario with its goal, what packages may be made of, and what they may cost in all and in any year (USD)."""

    scenario: Scenario
    endgame: Endgame
    clock: Clock
    choices: Choices
    budget: float | None = None
    budget_a_year: float | None = None


def asked(
    scenario: Scenario,
    *,
    goal: Mapping[str, float] | None = None,
    by: int | None = None,
    levers: Iterable[str] | None = None,
    apart: Iterable[tuple[str, str]] = (),
    most_levers: int = 5,
    budget: float | None = None,
    budget_a_year: float | None = None,
) -> Asked:
    """Return what is asked. Raises PlanError or ScenarioError, in one line, for what cannot be."""
    scenario = settled(with_goal(scenario, dict(goal or {}), by))
    endgame = check(scenario)
    clock = clock_of(scenario, endgame)
    known = {lever.name: lever for lever in possible_levers(scenario)}
    names = list(dict.fromkeys(known if levers is None else levers))
    pairs = [tuple(pair) for pair in apart]
    for name in [*names, *(name for pair in pairs for name in pair)]:
        check_lever(name, known, scenario)
    if not names:
        raise PlanError(f"no lever can be moved in {scenario.name}: there is nothing to plan")
    if not 1 <= most_levers <= 10:
        raise PlanError(f"most_levers = {most_levers}: allowed 1 to 10")
    for called, amount in (("budget", budget), ("budget a year", budget_a_year)):
        if amount is not None and not 0 < amount <= HIGHEST:
            raise PlanError(f"{called} = {amount:g}: allowed above 0, up to {HIGHEST:g} USD")
    check_reachable(scenario, endgame, names)
    choices = Choices(
        tuple(known[name] for name in names),
        months_until(clock.by),
        frozenset(frozenset(pair) for pair in pairs),
        most_levers,
    )
    return Asked(scenario, endgame, clock, choices, budget, budget_a_year)


def with_goal(scenario: Scenario, goal: dict[str, float], by: int | None) -> Scenario:
    """Return a scenario whose endgame has some numbers of its own. Raises PlanError for a word that no goal has."""
    for name in goal:
        if name not in Endgame.model_fields:
            known = list(Endgame.model_fields)
            raise PlanError(f"goal {name}: allowed are {', '.join(known)}.{suggestion(name, known)}")
    if not goal and by is None:
        return scenario
    now = scenario.endgame.model_dump() if scenario.endgame else {}
    return scenario.replace({"endgame": {**now, **goal, **({} if by is None else {"by_year": by})}})


def check_lever(name: str, known: Mapping[str, object], scenario: Scenario) -> None:
    """Raise PlanError for a lever that does not exist, or is at its limit."""
    if name in known:
        return
    if name in {lever.name for lever in LEVERS}:
        raise PlanError(f"lever {name!r} is at its limit in {scenario.name}: leave it out")
    raise PlanError(
        f"there is no lever {name!r}: allowed are {', '.join(known)}.{suggestion(name, list(known))}"
    )


def check_reachable(scenario: Scenario, endgame: Endgame, names: list[str]) -> None:
    """Raise PlanError for a goal that no package can reach by construction."""
    if endgame.government_share > 0 and not publicly_paid(scenario):
        raise PlanError(
            f"the goal asks that government pays {percent(endgame.government_share)}, and no payer of {scenario.name} is public: "
            "add one to [[funders]], or ask for government_share=0"
        )
    willing = 1 - scenario.setting.never_join
    ordered = max([scenario.programme.mandate, *sets(scenario, "mandate")]) > 0
    if endgame.schools > willing and not ordered:
        raise PlanError(
            f"the goal asks for {percent(endgame.schools)} of schools, and only {percent(willing)} would ever join "
            f"(setting.never_join = {scenario.setting.never_join:g}): ask for at most schools={willing:g}"
        )
    aim = max([scenario.programme.target_share, *sets(scenario, "target_share")])
    if endgame.schools > aim and AIM not in names:
        raise PlanError(
            f"the goal asks for {percent(endgame.schools)} of schools, and the programme aims for {percent(aim)} at most "
            f"with these levers: add the lever {AIM!r}, or ask for at most schools={aim:g}"
        )


def check_pilot(budget: float | None, pilot: float) -> None:
    """Raise PlanError for a budget that does not pay for the first year of the pilot."""
    if budget is not None and budget < pilot:
        raise PlanError(
            f"budget = {budget:g} USD: the pilot alone costs about {money(pilot)} in its first year; allowed from {pilot:.0f}"
        )
