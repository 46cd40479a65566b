"""What does a list of schools put in place of the numbers of a scenario? Its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import ListError, ScenarioError
from ..parameters import find
from ..scenario import Scenario


def settled(scenario: Scenario) -> Scenario:
    """Return a scenario whose setting has the numbers of its list of schools; one without a list, or settled, is returned as it is."""
    if not scenario.system.schools:
        if scenario.system.teachers:
            raise ListError(
                f"{scenario.name}: system.teachers needs system.schools, the list that its schools are in"
            )
        return scenario
    result = with_numbers(scenario)
    result.check_counts()
    return result


def with_numbers(scenario: Scenario) -> Scenario:
    """Return a scenario with the numbers of its list of schools, or as it is if it has them. Raises ListError for what no setting may be."""
    counted = numbers_of(scenario)
    if all(getattr(scenario.setting, name) == number for name, number in counted.items()):
        return scenario
    try:
        return scenario.replace(counted)
    except ScenarioError as error:
        raise ListError(f"{scenario.system.schools}: what it adds up to cannot be: {error}") from None


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
    from .lists import school_list

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
