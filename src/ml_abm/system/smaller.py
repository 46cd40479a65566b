"""Scaling down a large system: fewer schools, with trainers, fixed costs, pilot and money in proportion.

Schools keep their size and districts their number, down to `SCHOOLS_A_DISTRICT`, so that what happens inside a school is as it was and
chance between districts weighs hardly more. Shares need no translation; counts and money are scaled up to the real system (`Runs.larger`).
docs/assess.md compares scaled-down and whole assessments.
"""

from __future__ import annotations

from typing import Any

from ..parameters import find
from ..scenario import Scenario
from ..scenario.possible import bounded
from .countries import fewer, scaled
from .memory import expected_teachers

SCHOOLS_A_DISTRICT = 10
# Unit costs move with the number of schools (mechanisms/cost.py); a part of a system pays what the whole would.
UNIT_COSTS = ("cost_training", "cost_coach", "cost_materials", "cost_community", "cost_data")


def real(scenario: Scenario) -> bool:
    """Return whether schools or districts are real ones, of which a part would have other ties and other places."""
    return bool(scenario.network or scenario.system.schools)


def large_and_real(scenario: Scenario, most: int) -> bool:
    """Return whether a scenario has more teachers than are simulated elsewhere, and all of them are simulated as it is a real system."""
    return real(scenario) and 0 < most < expected_teachers(scenario)


def share_simulated(scenario: Scenario, most: float) -> float:
    """Return which share of the schools is simulated for at most so many teachers; all of them for 0, and where schools are real ones."""
    if not most or real(scenario) or expected_teachers(scenario) <= most:
        return 1.0
    schools = scenario.setting.schools
    return max(1, round(schools * most / expected_teachers(scenario))) / schools


def part_of(scenario: Scenario, share: float) -> Scenario:
    """Return a scenario with a share of its schools, and all that grows with them in proportion."""
    if share == 1.0:
        return scenario
    setting, plan = scenario.setting, scenario.programme
    part = scaled(scenario, share)
    schools = part.setting.schools
    per_district = min(SCHOOLS_A_DISTRICT, setting.schools / setting.districts)
    districts = min(setting.districts, max(1, int(schools / per_district)))
    pilot = min(fewer(plan.pilot_districts, districts / setting.districts), part.programme.pilot_schools)
    dearer = share**-scenario.behaviour.cost_elasticity
    timeline = [{**event.model_dump(), "set": at_prices(event.set, dearer)} for event in part.timeline]
    changes: dict[str, Any] = at_prices({name: part.values()[name] for name in UNIT_COSTS}, dearer)
    return part.replace({**changes, "districts": districts, "pilot_districts": pilot, "timeline": timeline})


def at_prices(values: dict[str, float], times: float) -> dict[str, float]:
    """Return values with the unit costs among them times a number."""
    moved = {}
    for name, value in values.items():
        about = find(name)
        known = about is not None and about.name in UNIT_COSTS
        moved[name] = bounded(about, value * times) if about is not None and known else value
    return moved
