"""A scenario's sizes resolved from its list of schools: schools, teachers and pupils are the list's, the programme is in proportion.

`proportion.py` has the rule for money, trainers and pilot, and `notes` says what it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import ListError, ScenarioError
from ..parameters import find
from ..scenario import Scenario
from .outside import outside
from .proportion import in_proportion, in_words


def settled(scenario: Scenario) -> Scenario:
    """Return a scenario whose setting has the numbers of its list of schools; one without a list, or settled, is returned as it is."""
    if not scenario.system.schools:
        for needs in ("teachers", "in_proportion"):
            if getattr(scenario.system, needs):
                raise ListError(f"{scenario.name}: system.{needs} needs system.schools, a list of schools")
        return scenario
    result = with_numbers(scenario)
    result.check_counts()
    return result


def with_numbers(scenario: Scenario) -> Scenario:
    """Return a scenario with the numbers of its list of schools and what follows them, or as it is if it has them or has no list.

    Raises ListError for what no setting may be.
    """
    if not scenario.system.schools:
        return scenario
    counted = numbers_of(scenario)
    schools = int(counted["schools"])
    follow = in_proportion(
        scenario, schools, int(counted["districts"]), schools * counted["teachers_per_school"]
    )
    if not follow and all(getattr(scenario.setting, name) == number for name, number in counted.items()):
        return scenario
    try:
        return scenario.replace({**counted, **follow})
    except ScenarioError as error:
        raise ListError(f"{scenario.system.schools}: what it adds up to cannot be: {error}") from None


def notes(given: Scenario) -> list[str]:
    """Return in a line each what of a scenario, as it was given, follows its list of schools, and which of its sizes are out of proportion."""
    scenario = settled(given)
    follows = in_words(given, scenario)
    return [*([follows] if follows else []), *(found.sentence for found in outside(scenario, given))]


def changed(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """Return a scenario with some values changed. Raises ScenarioError for one that its list of schools settles."""
    check_free(scenario, changes)
    return scenario.replace(changes)


def check_free(scenario: Scenario, names: Iterable[str]) -> None:
    """Raise ScenarioError for a parameter that the scenario's list of schools settles."""
    if not scenario.system.schools:
        return
    counted = numbers_of(scenario)
    for name in names:
        about = find(name)
        if about and about.name in counted:
            raise ScenarioError(
                f"{about.dotted} cannot be set: the list {scenario.system.schools} says it is {counted[about.name]:g}"
            )


def numbers_of(scenario: Scenario) -> dict[str, float]:
    """Return the numbers of the setting that a list of schools settles."""
    from ..lists.school_list import school_list

    listed = school_list(scenario.system)
    teachers, pupils = int(listed.schools["teachers"].sum()), float(listed.schools["pupils"].sum())
    numbers: dict[str, float] = {
        "districts": len(listed.districts),
        "schools": len(listed.schools),
        "teachers_per_school": teachers / len(listed.schools),
    }
    if listed.schools["pupils"].notna().any():
        numbers["pupils_per_teacher"] = pupils / teachers
    return numbers
