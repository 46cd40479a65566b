"""What does a list of schools put in place of the numbers of a scenario? Its own."""

from __future__ import annotations

from ..errors import ListError, ScenarioError
from ..scenario import Scenario


def settled(scenario: Scenario) -> Scenario:
    """Return a scenario whose setting has the numbers of its list of schools; one without a list, or settled, is returned as it is."""
    if not scenario.system.schools:
        if scenario.system.teachers:
            raise ListError(
                f"{scenario.name}: system.teachers needs system.schools, the list that its schools are in"
            )
        return scenario
    counted = numbers_of(scenario)
    if all(getattr(scenario.setting, name) == number for name, number in counted.items()):
        scenario.check_counts()
        return scenario
    try:
        result = scenario.replace(counted)
    except ScenarioError as error:
        raise ListError(f"{scenario.system.schools}: what it adds up to cannot be: {error}") from None
    result.check_counts()
    return result


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
