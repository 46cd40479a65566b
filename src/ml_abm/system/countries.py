"""The size and shape of national school systems, with sources, and any school system made smaller in proportion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import ScenarioError, suggestion
from ..evidence import countries
from ..scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

# Numbers that grow with a school system. All others are shares, rates, or per school, teacher or pupil.
WHOLE_NUMBERS = ("districts", "schools", "pilot_districts", "pilot_schools")
AMOUNTS = ("training_capacity", "cost_fixed", "dilution_size")
GROWING = {*AMOUNTS, "annual_budget"}  # the last in an event that changes a funder's money
DISTORTS = (
    "Scaled: districts, schools, the pilot, trainers' places, fixed costs, the size from which quality thins out and all budgets are "
    "multiplied alike; schools keep their size and districts their schools. Distorted all the same: small counts are rounded up to 1 (a "
    "pilot, a district), chance weighs more (add runs), each champion at the top stands for a smaller system, ties between districts cover "
    "more of it, and unit costs are those of a smaller programme where cost_elasticity is not 0."
)


def structure(country: str) -> pd.DataFrame:
    """Return what is known of a country's school system: a row a parameter, with value, mark and source. Raises ScenarioError."""
    table = countries()
    known = sorted(table["country"].unique())
    if country not in known:
        raise ScenarioError(
            f"there is no country {country!r}: one of {', '.join(known)}.{suggestion(country, known)}"
        )
    return table[table["country"] == country].set_index("parameter")


def in_country(scenario: Scenario, country: str) -> Scenario:
    """Return a scenario in the school system of a country; its programme and its budgets stay as they are. Raises ScenarioError."""
    values = structure(country)["value"]
    if scenario.system.schools or scenario.network:
        raise ScenarioError(
            f"{scenario.name}: a country does not go with real schools or real districts: leave it out"
        )
    whole = {name: int(values[name]) for name in values.index if name in WHOLE_NUMBERS}
    return scenario.replace({**values.to_dict(), **whole})


def scaled(scenario: Scenario, factor: float) -> Scenario:
    """Return a scenario in a school system that is `factor` times as large, with all that grows with it; see `DISTORTS`.

    Raises ScenarioError for a factor that is not above 0, and where a number would leave its range.
    """
    if not 0 < factor <= 1000:
        raise ScenarioError(f"scale = {factor:g}: allowed above 0 to 1000")
    if scenario.system.schools or scenario.network:
        raise ScenarioError(
            f"{scenario.name}: scale = {factor:g} does not go with real schools or real districts: leave it out"
        )
    now = scenario.values()
    changes: dict[str, Any] = {name: now[name] * factor for name in AMOUNTS}
    changes |= {name: fewer(now[name], factor) for name in WHOLE_NUMBERS}
    changes["schools"] = max(changes["schools"], changes["districts"])
    changes["funders"] = with_budgets(scenario, factor)
    changes["timeline"] = [
        {**event.model_dump(), "set": scaled_event(event.set, factor)} for event in scenario.timeline
    ]
    return scenario.replace(changes)


def with_budgets(scenario: Scenario, factor: float) -> list[dict[str, Any]]:
    """Return the funders of a scenario with their budgets times a factor."""
    return [
        {**funder.model_dump(), "annual_budget": funder.annual_budget * factor} for funder in scenario.funders
    ]


def fewer(count: float, factor: float) -> int:
    """Return a scaled count, at least 1 of what there was any of."""
    return max(1, round(count * factor)) if count > 0 else 0


def scaled_event(changes: dict[str, float], factor: float) -> dict[str, float]:
    """Return an event's new values with those scaled that grow with the system."""
    return {
        name: value * factor if name.rpartition(".")[2] in GROWING else value
        for name, value in changes.items()
    }
