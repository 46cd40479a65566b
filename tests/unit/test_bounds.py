"""Bounds from both sides: a value at the end of its range is accepted, one beyond it is refused, in events as at the start."""

import numpy as np
import pytest

from ml_abm.errors import ScenarioError
from ml_abm.parameters import declarations
from ml_abm.scenario import Event, Scenario
from ml_abm.scenario.parts import FIXED_AT_START
from ml_abm.simulation import Simulation

CHANGEABLE = [
    a
    for a in declarations().values()
    if a.name not in FIXED_AT_START and a.section in ("programme", "setting", "innovation", "behaviour")
]
# Ends at which other values would have to change too.
NEEDS_OTHERS = {"target_share", "threshold_mean", "threshold_sd"}


def with_event(**event):
    return Scenario().replace({"timeline": [Event(month=3, says="it changes", **event)]})


@pytest.mark.parametrize(
    "about", [a for a in CHANGEABLE if a.name not in NEEDS_OTHERS], ids=lambda a: a.dotted
)
def test_an_event_may_set_a_value_to_the_ends_of_its_range_and_no_further(about):
    for end, beyond in ((about.low, about.low - 1), (about.high, about.high + 1)):
        if np.isfinite(end):
            with_event(set={about.dotted: end})
            with pytest.raises(ScenarioError, match=f"set {about.dotted} = "):
                with_event(set={about.dotted: beyond})


def test_an_event_may_scale_a_value_to_the_end_of_its_range_and_no_further():
    """10 coaches per 100 schools: at most 50, so five times as many and no more."""
    base = Scenario().replace({"coaches_per_100_schools": 10.0})
    event = {"month": 3, "says": "more coaches"}
    name = "programme.coaches_per_100_schools"
    base.replace({"timeline": [Event(**event, scale={name: 5.0})]})
    with pytest.raises(ScenarioError, match=r"= 10 x 5.01 = 50.1: allowed"):
        base.replace({"timeline": [Event(**event, scale={name: 5.01})]})


def test_bounds_of_later_events_are_of_the_values_that_earlier_ones_left():
    """10, set to 30, doubled is 60: too many; set to 20 first, it is 40."""
    name = "programme.coaches_per_100_schools"

    def twice(first):
        return [Event(month=1, says="a", set={name: first}), Event(month=2, says="b", scale={name: 2.0})]

    Scenario().replace({"timeline": twice(20.0)})
    with pytest.raises(ScenarioError, match="30 x 2 = 60"):
        Scenario().replace({"timeline": twice(30.0)})


@pytest.mark.parametrize(
    ("pilot", "share", "fits"), [(50, 0.5, True), (51, 0.5, False), (100, 1.0, True), (101, 1.0, False)]
)
def test_the_pilot_may_be_all_of_the_target_and_not_one_school_more(pilot, share, fits):
    changes = {
        "schools": 100,
        "districts": 4,
        "pilot_schools": pilot,
        "pilot_districts": 4,
        "target_share": share,
    }
    if fits:
        Scenario().replace(changes)
    else:
        with pytest.raises(ScenarioError, match=f"pilot_schools = {pilot} is more than"):
            Scenario().replace(changes)


@pytest.mark.parametrize(("districts", "schools"), [(1, 5), (3, 6), (3, 7), (4, 4)])
def test_the_pilots_schools_are_taken_from_its_districts_in_turn(districts, schools):
    """Six districts of ten schools: of 7 schools in 3 districts one has three and the others two."""
    scenario = Scenario().replace(
        {
            "schools": 60,
            "districts": 6,
            "pilot_schools": schools,
            "pilot_districts": districts,
            "design_months": 0,
            "start_month": 0,
        }
    )
    system = Simulation(scenario, 3).system
    pilot = system.schools["district"][system.schools["enrolled_month"] == 0]
    _, counts = np.unique(pilot, return_counts=True)
    assert counts.sum() == schools
    assert len(counts) == districts
    assert counts.max() - counts.min() <= 1
