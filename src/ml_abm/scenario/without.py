"""The counterfactual of a scenario: the same school system without the programme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..parameters import find
from .parts import Event

if TYPE_CHECKING:
    from .scenario import Scenario

# What a programme does to schools; at nought no school is enrolled, ordered, trained, coached, supplied or paid for.
NOT_DONE = dict.fromkeys(
    (
        "pilot_schools",
        "pilot_districts",
        "target_share",
        "school_recruitment",
        "district_recruitment",
        "mandate",
        "refresher_rate",
        "coaches_per_100_schools",
        "materials_supply",
        "community_mobilisation",
        "data_investment",
    ),
    0,
)
OF_THE_PROGRAMME = ("programme", "innovation")


def without_programme(scenario: Scenario) -> Scenario:
    """Return the scenario in which the programme never happens, to hold a run against: what differs is what the programme adds.

    No school is enrolled (no pilot, no aim, none joins), nothing of the programme is done, and nothing is spent. All that describes the
    setting stays, so that both runs are of the same schools, teachers and leaders and, with the same seed, of the same chance events: the
    school system and its ties, [setting], [behaviour], [leadership] and the funders, who pay in as they would. Of the timeline stays what happens
    to those (leaders change, a champion leaves, teachers' week grows); what an event changes of [programme] or [innovation] is left out.

    A scenario whose programme is closed already is its own counterfactual: every outcome is the same to the bit.
    """
    timeline = tuple(event for each in scenario.timeline for event in without_changes(each))
    return scenario.replace({**NOT_DONE, "timeline": timeline})


def without_changes(event: Event) -> tuple[Event, ...]:
    """Return an event without what it changes of the programme: none where nothing is left of it."""
    if event.changes_funder:
        return (event,)
    changes = {"set": of_the_setting(event.set), "scale": of_the_setting(event.scale)}
    left = event.model_copy(update=changes)
    return (left,) if left.set or left.scale or left.happens else ()


def of_the_setting(changes: Mapping[str, float]) -> dict[str, float]:
    """Return the changes of parameters that are not the programme's."""
    return {name: value for name, value in changes.items() if not of_the_programme(name)}


def of_the_programme(name: str) -> bool:
    """Return whether a parameter, by its short or dotted name, describes the programme or what it brings."""
    about = find(name)
    return about is not None and about.section in OF_THE_PROGRAMME
