"""What a parameter has become is worked out by hand: set replaces, scale multiplies, events follow one another, funders are not parameters."""

import pytest

from ml_abm.assess.change import value_at
from ml_abm.scenario import Event, Scenario
from ml_abm.scenario.values_over_time import Change, changes_of, followed
from ml_abm.viz.plan import Plan

TRAINERS, COACHES = "programme.training_capacity", "programme.coaches_per_100_schools"


@pytest.fixture
def eventful():
    """Trainers: 20, then x 1.5 (30), set to 100, x 0.5 (50). A funder's numbers of the like change between."""
    events = [
        Event(month=6, says="more", scale={TRAINERS: 1.5}),
        Event(month=12, says="a donor gives", funder="Donor", set={"annual_budget": 7.0}),
        Event(month=24, says="many", set={"training_capacity": 100.0}),
        Event(month=24, says="and fewer again", scale={TRAINERS: 0.5}),
        Event(month=30, says="coaches", set={COACHES: 4.0}),
    ]
    return Scenario().replace({"training_capacity": 20.0, "coaches_per_100_schools": 1.0, "timeline": events})


def test_set_replaces_and_scale_multiplies_in_the_order_of_events():
    assert followed(20.0, []) == 20.0
    assert followed(20.0, [Change(1, "scale", 1.5)]) == 30.0
    assert followed(20.0, [Change(1, "set", 7.0)]) == 7.0
    assert followed(20.0, [Change(1, "set", 7.0), Change(2, "scale", 3.0)]) == 21.0
    assert followed(20.0, [Change(1, "scale", 3.0), Change(2, "set", 7.0)]) == 7.0


def test_changes_of_a_parameter_are_its_own_whatever_way_it_is_named(eventful):
    found = [(c.month, c.how, c.value, c.says) for c in changes_of(eventful, TRAINERS)]
    assert found == [
        (6, "scale", 1.5, "more"),
        (24, "set", 100.0, "many"),
        (24, "scale", 0.5, "and fewer again"),
    ]
    assert [c[0] for c in changes_of(eventful, COACHES)] == [30]


def test_events_of_a_month_follow_one_another_as_the_file_has_them_and_months_as_time_has_them():
    """Trainers 20: halved and set to 8 in month 9 are 8; set to 8 and halved are 4; a later month stands first in the file."""
    half, eight = {"scale": {TRAINERS: 0.5}}, {"set": {TRAINERS: 8.0}}
    for first, second, value in ((half, eight, 8.0), (eight, half, 4.0)):
        events = [
            Event(month=40, says="ends", set={TRAINERS: 1.0}),
            Event(month=9, says="a", **first),
            Event(month=9, says="b", **second),
        ]
        scenario = Scenario().replace({"training_capacity": 20.0, "timeline": events})
        assert [value_at(scenario, TRAINERS, month) for month in (8, 9, 39, 40)] == [20.0, value, value, 1.0]


def test_an_event_before_the_first_month_acts_in_it():
    """The live view shows the start until that month has been simulated."""
    scenario = Scenario().replace(
        {"training_capacity": 20.0, "timeline": [Event(month=0, says="at once", set={TRAINERS: 30.0})]}
    )
    assert value_at(scenario, TRAINERS, 0) == 30.0
    assert [Plan(scenario).own_value(TRAINERS, months) for months in (0, 1)] == [20.0, 30.0]


def test_the_end_of_a_grant_may_change_a_parameter_beside_it():
    """An event that names a funder changes parameters if it says what happens to that funder."""
    event = Event(month=5, says="it leaves", happens="funder leaves", funder="Donor", set={COACHES: 2.0})
    scenario = Scenario().replace({"coaches_per_100_schools": 10.0, "timeline": [event]})
    assert [value_at(scenario, COACHES, month) for month in (4, 5)] == [10.0, 2.0]


@pytest.mark.parametrize("how", ["set", "scale"])
@pytest.mark.parametrize("name", ["flexible_share", "carry_over", "by_results"])
def test_a_share_that_an_event_gives_one_funder_is_not_that_of_all_outside_money(name, how):
    scenario = Scenario().replace(
        {"timeline": [Event(month=5, says="one of them", funder="Donor", **{how: {name: 0.5}})]}
    )
    assert changes_of(scenario, f"money.{name}") == changes_of(scenario, name) == []


def test_a_funders_changes_are_in_no_parameters_history(eventful):
    """Not even in that of a parameter of the same name."""
    assert changes_of(eventful, "annual_budget") == []
    assert changes_of(eventful, "funders.annual_budget") == []


@pytest.mark.parametrize(
    ("month", "trainers", "coaches"),
    [(0, 20.0, 1.0), (5, 20.0, 1.0), (6, 30.0, 1.0), (23, 30.0, 1.0), (24, 50.0, 1.0), (29, 50.0, 1.0), (30, 50.0, 4.0), (60, 50.0, 4.0)],
)  # fmt: skip
def test_a_value_changes_in_the_month_of_its_event(eventful, month, trainers, coaches):
    """As assessments see it at the beginning of a month, and as the live view sees it when that month has been simulated."""
    assert (value_at(eventful, TRAINERS, month), value_at(eventful, COACHES, month)) == (trainers, coaches)
    plan = Plan(eventful)
    assert (plan.own_value(TRAINERS, month + 1), plan.own_value(COACHES, month + 1)) == (trainers, coaches)
