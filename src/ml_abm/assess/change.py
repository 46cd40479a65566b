"""Changes of a scenario by steps that can be read: ``=0``, ``+2``, ``-1``, ``x1.5``, ``>=0.9``, ``<=0.3``.

A step moves the value that a parameter has at the start, and every value that an event of the timeline sets it to, so that a
programme whose events change its trainers is relaxed, or strengthened, all along. Nothing leaves a parameter's declared range.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..parameters import About, declarations, find
from ..scenario import Event, Funder, Scenario
from ..scenario.possible import bounded, payable, possible
from ..scenario.values_over_time import changes_of, followed

Steps = Mapping[str, str]

WORDS = re.compile(r"(>=|<=|=|\+|-|x)(-?[0-9.]+(?:e[0-9]+)?)")
# Whose money a step moves.
PAYERS: dict[str, Callable[[Funder], bool]] = {
    "funders": lambda funder: True,
    "outside": lambda funder: not funder.public,
    "government": lambda funder: funder.public,
}


def stepped(value: float, step: str) -> float:
    """Return a value after one step."""
    found = WORDS.fullmatch(step)
    if found is None:
        raise ValueError(f"{step!r} is no step")
    how, number = found[1], float(found[2])
    return {
        "=": number,
        "+": value + number,
        "-": value - number,
        "x": value * number,
        ">=": max(value, number),
        "<=": min(value, number),
    }[how]


def changed(scenario: Scenario, steps: Steps) -> Scenario:
    """Return a scenario after some steps; names are dotted, money is ``outside.annual_budget`` and the like."""
    changes: dict[str, Any] = {}
    timeline = [event.model_dump() for event in scenario.timeline]
    now = scenario.values()
    for name, step in steps.items():
        about = find(name)
        if about is not None:
            changes[about.name] = bounded(about, stepped(now[about.name], step))
            timeline = [moved_event(event, about, step) for event in timeline]
    funders = [paid(funder.model_dump(), funder, steps) for funder in scenario.funders]
    called = {funder.name: funder for funder in scenario.funders}
    timeline = [
        {**event, "set": paid(event["set"], called[event["funder"]], steps)}
        if event["funder"] in called
        else event
        for event in timeline
    ]
    return scenario.replace(possible(scenario, {**changes, "timeline": merged(timeline), "funders": funders}))


def moved_event(event: dict[str, Any], about: About, step: str) -> dict[str, Any]:
    """Return an event that sets a parameter to the value after a step; where the step fixes it, scaling is left out."""
    of = {name: value for name, value in event["set"].items() if find(name) == about}
    moved = {name: bounded(about, stepped(value, step)) for name, value in of.items()}
    kept = {name: value for name, value in event["scale"].items() if find(name) != about or step[0] in "+-x"}
    return {**event, "set": {**event["set"], **moved}, "scale": kept}


def merged(timeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return events without those that change nothing any more."""
    return [event for event in timeline if event["set"] or event["scale"] or event["happens"]]


def paid(numbers: dict[str, Any], funder: Funder, steps: Steps) -> dict[str, Any]:
    """Return a funder's numbers, or those that an event gives it, after the steps that move its money; a grant without an end keeps none."""
    moved = dict(numbers)
    for name, step in steps.items():
        whose, _, field = name.partition(".")
        if whose in PAYERS and PAYERS[whose](funder) and field in moved:
            if field != "horizon_months" or moved[field] != 0:
                moved[field] = payable(field, stepped(moved[field], step))
    return moved


def moves(scenario: Scenario, steps: Steps) -> bool:
    """Return whether some steps change a scenario at all."""
    return changed(scenario, steps) != changed(scenario, {})


def value_at(scenario: Scenario, name: str, month: int) -> float:
    """Return what a parameter is in a month, after the events up to then."""
    about = find(name)
    assert about is not None
    return followed(
        scenario.values()[about.name], (c for c in changes_of(scenario, name) if c.month <= month)
    )


def from_month(scenario: Scenario, month: int, says: str, steps: Steps) -> Scenario:
    """Return a scenario in which some steps are taken in a month, and from then on."""
    values = {}
    for name, step in steps.items():
        about = find(name)
        assert about is not None
        values[about.dotted] = bounded(about, stepped(value_at(scenario, name, month), step))
    timeline = [moved_later(event.model_dump(), month, steps) for event in scenario.timeline]
    event = Event(month=month, says=says, set=values).model_dump()
    after = next((k for k, e in enumerate(timeline) if e["month"] > month), len(timeline))
    timeline.insert(after, event)
    return scenario.replace(possible(scenario, {"timeline": timeline}))


def moved_later(event: dict[str, Any], month: int, steps: Steps) -> dict[str, Any]:
    """Return an event whose values are moved too if it comes after a month."""
    if event["month"] <= month:
        return event
    for name, step in steps.items():
        about = find(name)
        assert about is not None
        event = moved_event(event, about, step)
    return event


def with_events(scenario: Scenario, events: Iterator[Event] | list[Event]) -> Scenario:
    """Return a scenario in which more happens."""
    return scenario.replace({"timeline": [*scenario.timeline, *events]}) if events else scenario


def in_words(steps: Steps) -> str:
    """Return steps for people: names without their section, and what is done to them."""
    said = []
    for name, step in steps.items():
        about = declarations().get(name.rpartition(".")[2])
        label = about.dotted if about else name
        said.append(f"{label} {step}")
    return ", ".join(said)
