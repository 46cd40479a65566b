"""Money, trainers and pilot in proportion to a list of schools.

The rule. A size that a scenario says itself is taken as it is: said in its file, in that of its preset, by ``--set`` or by
``Scenario.replace``. The sizes that it does not say (`SIZES`) are by default those of a system of 500 schools in 10 districts, and
with a list of schools they grow with it:

- annual budgets of funders, fixed costs and trainers' places are multiplied by the schools of the list / 500;
- so are the schools of the pilot, rounded: at least 1, at most those that the programme aims for;
- the size from which quality thins out, a number of teachers, is multiplied by the teachers of the list / 4,000 where they are more: there
  are as many more trainers who know the programme well, and a smaller system does not thin out sooner;
- the pilot's districts are the same share of all districts, rounded: at least 1.

``system.in_proportion`` has their names, until the list is read. All else of a scenario is a share, a rate or a unit cost, and stays as
it is.
"""

from __future__ import annotations

from typing import Any

from ..foundation.numbers_in_words import capital, listed
from ..parameters import declarations
from ..scenario import Scenario
from .countries import fewer, with_budgets

KINDS = {
    "money": ("funders", "innovation.cost_fixed"),
    "trainers": ("programme.training_capacity",),
    "pilot": ("programme.pilot_schools", "programme.pilot_districts"),
}


def in_proportion(scenario: Scenario, schools: int, districts: int, teachers: float) -> dict[str, Any]:
    """Return the sizes of a scenario that follow a list of so many schools, districts and teachers."""
    follow, now = scenario.system.in_proportion or (), scenario.values()
    thinning = declarations()["dilution_size"]
    factor = times_default(schools)
    pilot = pilot_schools(scenario, schools)
    sizes = {
        "funders": with_budgets(scenario, factor),
        "innovation.cost_fixed": now["cost_fixed"] * factor,
        "programme.training_capacity": now["training_capacity"] * factor,
        "behaviour.dilution_size": min(
            thinning.high, now[thinning.name] * max(1, teachers / default_teachers())
        ),
        "programme.pilot_schools": pilot,
        "programme.pilot_districts": pilot_districts(scenario, districts, pilot),
    }
    return {name: size for name, size in sizes.items() if name in follow}


def times_default(schools: int) -> float:
    """Return how many times as many schools as in the default system there are."""
    return schools / Scenario().setting.schools


def default_teachers() -> float:
    """Return how many teachers the default system has."""
    setting = Scenario().setting
    return setting.schools * setting.teachers_per_school


def pilot_schools(scenario: Scenario, schools: int) -> int:
    """Return the schools of the pilot, which are at least one in each district that the scenario says it is in."""
    plan, follow = scenario.programme, scenario.system.in_proportion or ()
    if "programme.pilot_schools" not in follow or plan.pilot_schools == 0:
        return plan.pilot_schools
    least = 1 if "programme.pilot_districts" in follow else max(1, plan.pilot_districts)
    most = int(plan.target_share * schools + 1e-9)  # a product such as 0.07 x 100 may be a hair too small
    return max(least, min(fewer(plan.pilot_schools, times_default(schools)), most))


def pilot_districts(scenario: Scenario, districts: int, pilot: int) -> int:
    """Return the districts of a pilot of so many schools, in proportion to all districts."""
    share = districts / Scenario().setting.districts
    return min(fewer(scenario.programme.pilot_districts, share), max(1, pilot))


def in_words(given: Scenario, settled: Scenario) -> str:
    """Return in one line which sizes follow the list of schools, and what came of it; empty where none does."""
    follow = given.system.in_proportion or ()
    factor = f"{times_default(settled.setting.schools):,.3g}"
    before, now = given.values(), settled.values()
    came = []
    for name in follow:
        short = name.rpartition(".")[2]
        if name == "funders":
            came.append(f"annual_budget of funders x {factor}")
        elif now[short] != before[short]:
            came.append(f"{name} = {now[short]:,.10g}")
    if not came:
        return ""
    kinds = [kind for kind, names in KINDS.items() if set(names) & set(follow)] or ["thinning of quality"]
    are = "are" if len(kinds) > 1 or kinds == ["trainers"] else "is"
    return (
        f"{capital(listed(kinds))} {are} in proportion to {settled.setting.schools:,} schools ({factor} times the default's "
        f"{Scenario().setting.schools}): {', '.join(came)}. Set {'any of them' if len(came) > 1 else 'it'} in the scenario to use your own."
    )
