"""Changes that hold together: the nearest possible values where numbers that move together would leave their ranges."""

from __future__ import annotations

from typing import Any

from ..parameters import About, bounds_of, find
from .parts import Funder
from .scenario import Scenario


def bounded(about: About, value: float) -> float:
    """Return the possible value of a parameter that is nearest."""
    value = min(max(value, about.low), about.high)
    return round(value) if about.whole else value


def payable(field: str, value: float) -> float:
    """Return the possible value of a funder's number that is nearest."""
    low, high = bounds_of(Funder.model_fields[field])
    value = min(max(value, low), high)
    return round(value) if field == "horizon_months" else value


def possible(scenario: Scenario, changes: dict[str, Any]) -> dict[str, Any]:
    """Return changes that hold together: a spread of thresholds that a mean between 0 and 1 can have, events that leave no range."""
    now = {**scenario.values(), **changes}
    fitted = dict(changes)
    widest = 0.98 * (now["threshold_mean"] * (1 - now["threshold_mean"])) ** 0.5
    if now["threshold_sd"] > widest:
        fitted["threshold_sd"] = widest
    timeline = changes.get("timeline", [event.model_dump() for event in scenario.timeline])
    if any(event["scale"] for event in timeline):
        funders = changes.get("funders", [funder.model_dump() for funder in scenario.funders])
        fitted["timeline"] = within_range(timeline, now, {funder["name"]: dict(funder) for funder in funders})
    return fitted


def within_range(
    timeline: list[dict[str, Any]], now: dict[str, Any], money: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return events of which none scales a value out of its range: it sets the nearest that there can be instead."""
    kept = []
    for event in timeline:
        values = money.get(event["funder"], now) if not event["happens"] else now
        sets: dict[str, float] = dict(event["set"])
        scales: dict[str, float] = {}
        values |= {name.rpartition(".")[2]: value for name, value in sets.items()}
        for name, times in event["scale"].items():
            short, about = name.rpartition(".")[2], find(name)
            value = values[short] * times
            values[short] = bounded(about, value) if about is not None else payable(short, value)
            (scales if values[short] == value else sets)[name] = (
                times if values[short] == value else values[short]
            )
        kept.append({**event, "set": sets, "scale": scales})
    return kept
