"""Rollout of a case, which is local to it: trainers, recruitment, target and money; and the scenario that is run to fit them.

Presets were set so that reach follows the counts, with events that change the pace where the counts did. A fit must not know that, so
the rollout is taken out of the timeline and is one set of unknown numbers for the whole case. For speed the system is scaled down: reach
depends on schools, so each keeps a few teachers, and a large system is made smaller in proportion.
"""

from __future__ import annotations

from typing import Any

from ..scenario import Scenario
from ..system.countries import scaled, with_budgets
from .priors import Prior
from .reporting import SHARE_ERRORS, SIGMA_MEDIAN

ROLLOUT = (
    "training_capacity",
    "capacity_growth",
    "target_share",
    "school_recruitment",
    "district_recruitment",
)
TRAINERS = "programme.training_capacity"  # schools a year of the real system
BUDGETS, REPORTING_ERROR, SHARE_ERROR = "budgets", "reporting_error", "share_error"
# What is fitted and is no parameter of a scenario, with its bounds.
NO_PARAMETERS = {BUDGETS: (0.0, 1000.0), REPORTING_ERROR: (0.0, 1.0), SHARE_ERROR: (0.0, 5.0)}
ASSUMED = "assumed, local to the case"
MOST_SCHOOLS, MOST_TEACHERS = 1500, 2.0
# Of a case with surveys: in schools of two, use and strain differ more, so that more leave; docs/calibration.md says how many.
MOST_TEACHERS_SURVEYED = 8.0
# Money that is spent by the programme or by school, not by teacher.
NOT_BY_TEACHER = ("cost_fixed", "cost_coach", "cost_community", "cost_data")


def local_priors(scenario: Scenario, surveyed: bool = False) -> dict[str, Prior]:
    """Return the priors of what is local, by name. All are assumed and wide; the numbers of all presets lie inside.

    Trainers take on 0.01 to 20% of all schools a year, and each enrolled school makes room for up to 2 more; schools and districts
    join with chances of 2 to 90% a year; budgets are right within a factor of 2. The error of shares is there where surveys are.
    """
    schools = scenario.setting.schools
    pilot = max(0.01, scenario.programme.pilot_schools / schools)
    given = [
        (TRAINERS, "loguniform", schools / 10_000, schools / 100, schools / 5, (0, 1e7)),
        ("programme.capacity_growth", "loguniform", 0.02, 0.2, 2.0, (0, 10)),
        ("programme.target_share", "uniform", pilot, (1 + pilot) / 2, 1.0, (0, 1)),
        ("programme.school_recruitment", "loguniform", 0.02, 0.13, 0.9, (0, 0.99)),
        ("programme.district_recruitment", "loguniform", 0.02, 0.13, 0.9, (0, 0.99)),
        (BUDGETS, "lognormal", 0.5, 1.0, 2.0, NO_PARAMETERS[BUDGETS]),
        (REPORTING_ERROR, "lognormal", 0.02, SIGMA_MEDIAN, 0.30, NO_PARAMETERS[REPORTING_ERROR]),
    ]
    if surveyed:
        given.append((SHARE_ERROR, "lognormal", *SHARE_ERRORS, NO_PARAMETERS[SHARE_ERROR]))
    return {
        name: Prior(name, distribution, low, central, high, (float(bounds[0]), float(bounds[1])), ASSUMED)
        for name, distribution, low, central, high, bounds in given
    }


def for_fitting(scenario: Scenario, most_teachers: float = MOST_TEACHERS) -> tuple[Scenario, float]:
    """Return the scenario that is run in a fit, and by how much its schools are fewer than the real ones (1 or less)."""
    open_ended = scaled_down(without_rollout(scenario), most_teachers)
    factor = min(1.0, MOST_SCHOOLS / scenario.setting.schools)
    fixed = bool(scenario.network or scenario.system.schools)
    if factor == 1.0 or fixed:
        return open_ended, 1.0
    return scaled(open_ended, factor), factor


def without_rollout(scenario: Scenario) -> Scenario:
    """Return a scenario whose events leave the rollout alone; those that change nothing else do not happen."""
    kept = []
    for event in scenario.timeline:
        changes = {how: _not_local(getattr(event, how)) for how in ("set", "scale")}
        if event.happens or any(changes.values()):
            kept.append({**event.model_dump(), **changes})
    return scenario.replace({"timeline": kept})


def _not_local(changes: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in changes.items() if name.rpartition(".")[2] not in ROLLOUT}


def scaled_down(scenario: Scenario, most_teachers: float = MOST_TEACHERS) -> Scenario:
    """Return a scenario with so many teachers a school at most; money that does not go by teacher is less in proportion."""
    teachers = scenario.setting.teachers_per_school
    ratio = min(1.0, most_teachers / teachers)
    if ratio == 1.0 or scenario.system.schools:
        return scenario
    now = scenario.values()
    changes: dict[str, Any] = {name: now[name] * ratio for name in NOT_BY_TEACHER}
    changes["teachers_per_school"] = teachers * ratio
    changes["dilution_size"] = now["dilution_size"] * ratio
    changes["funders"] = with_budgets(scenario, ratio)
    return scenario.replace(changes)
