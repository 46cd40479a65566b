"""The science: the model holds to every stylised fact, and every mechanism works in its direction."""

import pytest

from ml_abm.parameters import declarations
from ml_abm.scenario import Funder, Scenario
from ml_abm.trials import trial_names
from tests.patterns.directions import DIRECTIONS
from tests.patterns.facts import FACTS, REPLACED
from tests.patterns.misses import MISSES
from tests.patterns.trials import measured

pytestmark = pytest.mark.patterns


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact.number}: {fact.pattern}")
def test_stylised_fact(fact):
    value = fact.measure()
    assert fact.low <= value <= fact.high, (
        f"{fact.pattern}: {value:.3f}, target {fact.low:g} to {fact.high:g} ({fact.source})"
    )


@pytest.mark.parametrize("direction", DIRECTIONS, ids=lambda direction: direction.claim)
def test_direction(direction):
    before, after = direction.values()
    gain = after - before if direction.way == "up" else before - after
    assert gain >= direction.least, f"{direction.claim}: {direction.outcome} {before:.4f} -> {after:.4f}"


def test_all_ten_facts_of_the_first_version_are_here_or_are_trials():
    assert {fact.number for fact in FACTS} | set(REPLACED) == {f"SF{k}" for k in range(1, 11)}
    assert {trial for trials in REPLACED.values() for trial in trials} <= set(trial_names())


def test_the_model_misses_what_the_page_says_it_misses_and_nothing_else():
    assert {row.key for row in measured() if row.missed} == set(MISSES)


def test_every_miss_says_why():
    assert all(len(why) > 30 for why in MISSES.values())


def test_every_lever_has_a_direction():
    moved = {name for d in DIRECTIONS for name in (*d.changed, *_of_events(d.changed), *_of_funders(d))}
    levers = {name for name, about in declarations().items() if about.role == "lever"}
    levers |= {
        name for name, info in Funder.model_fields.items()
        if info.json_schema_extra and info.json_schema_extra["role"] == "lever"
    }  # fmt: skip
    assert levers - moved == set()


def _of_events(changed):
    return {name for event in changed.get("timeline", []) for name in event.get("set", {})}


def _of_funders(direction):
    usual = {funder.name: funder.model_dump() for funder in Scenario().funders}
    before = {f["name"]: f for f in direction.before.get("funders", [])}
    return {
        name
        for funder in direction.changed.get("funders", [])
        for name, value in funder.items()
        if value != {**usual.get(funder["name"], {}), **before.get(funder["name"], {})}.get(name)
    }
