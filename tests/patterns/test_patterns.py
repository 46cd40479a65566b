"""The science: the model holds to every stylised fact, and every mechanism works in its direction."""

import pytest

from tests.patterns.directions import DIRECTIONS
from tests.patterns.facts import FACTS

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


def test_all_ten_facts_are_there():
    assert {fact.number for fact in FACTS} == {f"SF{k}" for k in range(1, 11)}
