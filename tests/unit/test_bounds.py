"""Bounds from both sides: a value at the end of its range is accepted, the next one beyond it is refused, in events as at the start."""

from math import inf, nextafter

import pytest

from ml_abm.errors import ScenarioError
from ml_abm.parameters import declarations
from ml_abm.scenario import FIXED_AT_START, Event, Scenario

CHANGEABLE = [about for about in declarations().values() if about.name not in FIXED_AT_START]
COACHES = "programme.coaches_per_100_schools"  # 0 to 50
# The range of each number of a funder that an event may change.
OF_FUNDERS = {
    "annual_budget": (0, 1e12),
    "horizon_months": (0, 1200),
    "flexible_share": (0, 1),
    "evidence_required": (0, 1),
    "renewal_odds": (0, 1),
    "carry_over": (0, 1),
    "by_results": (0, 1),
}


def with_event(start=None, **event):
    return Scenario().replace({**(start or {}), "timeline": [Event(month=3, says="it changes", **event)]})


def ends(about):
    """Return each end of a parameter's range with the nearest value beyond it."""
    if about.whole:
        return (about.low, about.low - 1), (about.high, about.high + 1)
    return (about.low, nextafter(about.low, -inf)), (about.high, nextafter(about.high, inf))


# --- events that change parameters


def test_some_ranges_end_below_nothing_and_some_begin_above_it():
    lows = {about.low for about in CHANGEABLE}
    assert min(lows) < 0 < max(lows)


@pytest.mark.parametrize("about", CHANGEABLE, ids=lambda a: a.dotted)
def test_an_event_may_set_a_value_to_the_ends_of_its_range_and_no_further(about):
    for end, beyond in ends(about):
        assert with_event(set={about.dotted: end}).timeline[0].set == {about.dotted: end}
        with pytest.raises(ScenarioError, match=rf"month 3 .*set {about.dotted} = .*: allowed "):
            with_event(set={about.dotted: beyond})


@pytest.mark.parametrize("times", [0.0, 5.0])
def test_an_event_may_scale_a_value_to_the_ends_of_its_range(times):
    """10 coaches per 100 schools: at most 50, so five times as many."""
    assert with_event({"coaches_per_100_schools": 10.0}, scale={COACHES: times})


@pytest.mark.parametrize(("times", "result"), [(-0.01, "-0.1"), (5.01, "50.1")])
def test_an_event_may_scale_a_value_no_further_than_the_ends_of_its_range(times, result):
    with pytest.raises(ScenarioError, match=rf"scale {COACHES} = 10 x {times:g} = {result}: allowed 0 to 50"):
        with_event({"coaches_per_100_schools": 10.0}, scale={COACHES: times})


def test_bounds_of_later_events_are_of_the_values_that_earlier_ones_left():
    """10, set to 30, doubled is 60: too many; set to 20 first, it is 40."""

    def twice(first):
        return [
            Event(month=1, says="a", set={COACHES: first}),
            Event(month=2, says="b", scale={COACHES: 2.0}),
        ]

    Scenario().replace({"timeline": twice(20.0)})
    with pytest.raises(ScenarioError, match="30 x 2 = 60"):
        Scenario().replace({"timeline": twice(30.0)})


# --- events that change funders


@pytest.mark.parametrize("name", OF_FUNDERS)
def test_an_event_may_set_a_number_of_a_funder_to_either_bound(name):
    for bound in OF_FUNDERS[name]:
        assert with_event(funder="Donor", set={name: bound})


@pytest.mark.parametrize("name", OF_FUNDERS)
def test_an_event_may_not_set_a_number_of_a_funder_beyond_either_bound(name):
    low, high = OF_FUNDERS[name]
    step = 1 if name == "horizon_months" else 0.001
    for outside in (low - step, high + step):
        with pytest.raises(ScenarioError, match=rf"month 3 .*set {name} of 'Donor' = .*: allowed "):
            with_event(funder="Donor", set={name: outside})


@pytest.mark.parametrize("times", [-0.1, 1.7])
def test_an_event_may_scale_a_number_of_a_funder_no_further_than_the_ends_of_its_range(times):
    """The Donor's share is 0.6: 1.7 times as much is more than 1."""
    assert with_event(funder="Donor", scale={"flexible_share": 1.6})
    with pytest.raises(ScenarioError, match=r"scale flexible_share of 'Donor' = "):
        with_event(funder="Donor", scale={"flexible_share": times})


# --- the pilot


def with_pilot(schools, target_share, system=500, districts=1):
    """Return a scenario with so many pilot schools in a system with a target."""
    return Scenario().replace(
        {
            "schools": system,
            "pilot_schools": schools,
            "pilot_districts": districts,
            "target_share": target_share,
        }
    )


def test_a_pilot_may_be_as_large_as_the_target():
    """One fifth of 500 schools are 100."""
    assert with_pilot(100, 0.2).programme.pilot_schools == 100
    assert with_pilot(500, 1.0).programme.pilot_schools == 500


def test_a_pilot_may_not_exceed_the_target_by_a_single_school():
    with pytest.raises(
        ScenarioError,
        match=r"pilot_schools = 101 is more than programme\.target_share = 0\.2 of setting\.schools = 500",
    ):
        with_pilot(101, 0.2)


def test_a_part_of_a_school_in_the_target_makes_no_room_for_a_whole_one():
    """A fifth of 499 schools are 99.8, and half of 15 are 7.5."""
    for inside, target, system in ((99, 0.2, 499), (7, 0.5, 15)):
        assert with_pilot(inside, target, system)
        with pytest.raises(ScenarioError, match=r"is more than programme\.target_share"):
            with_pilot(inside + 1, target, system)


def test_a_target_that_is_a_whole_number_only_but_for_rounding_holds_that_many():
    """0.29 x 100 is 28.999999999999996 in floating point."""
    assert 0.29 * 100 < 29
    assert with_pilot(29, 0.29, system=100)


def test_a_pilot_may_not_exceed_the_system_by_a_single_school():
    assert with_pilot(40, 1.0, system=40)
    with pytest.raises(ScenarioError, match=r"pilot_schools = 41 is more than setting\.schools = 40"):
        with_pilot(41, 1.0, system=40)


def test_a_pilot_has_a_district_at_least_and_a_school_in_each():
    assert with_pilot(5, 1.0, districts=5)
    for districts in (0, 6):
        with pytest.raises(ScenarioError, match=rf"pilot_districts = {districts}: allowed 1 to "):
            with_pilot(5, 1.0, districts=districts)


def test_a_system_has_a_school_in_each_district():
    assert Scenario().replace({"schools": 30, "districts": 30})
    with pytest.raises(ScenarioError, match=r"setting\.schools = 30 is fewer than setting\.districts = 31"):
        Scenario().replace({"schools": 30, "districts": 31})


def test_a_pilot_may_be_in_all_districts_and_in_no_more():
    assert Scenario().replace({"districts": 8, "pilot_schools": 20, "pilot_districts": 8})
    with pytest.raises(ScenarioError, match=r"pilot_districts = 9 is more than setting\.districts = 8"):
        Scenario().replace({"districts": 8, "pilot_schools": 20, "pilot_districts": 9})
