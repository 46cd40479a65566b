"""Steps reach what the timeline does later: parameters, and the money of funders; nothing leaves its range."""

import pytest

from ml_abm.assess.change import changed, from_month, value_at
from ml_abm.scenario import Scenario, preset_names
from ml_abm.system.memory import expected_teachers
from ml_abm.system.smaller import part_of, share_simulated
from ml_abm.viz.plan import Plan

COACHES, TRAINERS = "programme.coaches_per_100_schools", "programme.training_capacity"
EVENTS = (
    {"month": 12, "says": "more trainers", "set": {TRAINERS: 100.0}},
    {"month": 24, "says": "the donor gives more", "funder": "Donor", "set": {"annual_budget": 2e6, "horizon_months": 96}},
    {"month": 36, "says": "the donor halves it", "funder": "Donor", "scale": {"annual_budget": 0.5, "flexible_share": 1.5}},
    {"month": 48, "says": "the ministry gives more", "funder": "Ministry of education", "set": {"annual_budget": 3e6}},
    {"month": 60, "says": "six times the coaches", "scale": {COACHES: 6.0}},
)  # fmt: skip


@pytest.fixture
def eventful():
    return Scenario.preset("base").replace({"timeline": EVENTS})


def test_more_outside_money_is_more_of_what_events_give_too(eventful):
    more = changed(eventful, {"outside.annual_budget": "x1.25", "outside.horizon_months": "+24"})
    _, donor, halved, ministry, _ = more.timeline
    assert donor.set == {"annual_budget": 2.5e6, "horizon_months": 120}
    assert halved.scale["annual_budget"] == 0.5
    assert ministry.set == {"annual_budget": 3e6}


def test_the_governments_budget_leaves_outside_money_alone(eventful):
    more = changed(eventful, {"government.annual_budget": "x1.25"})
    assert more.timeline[3].set == {"annual_budget": 3.75e6}
    assert more.timeline[1] == eventful.timeline[1]


def test_a_step_after_which_an_event_would_leave_the_range_sets_the_nearest_value_there_is(eventful):
    more = changed(eventful, {COACHES: "+4", "outside.flexible_share": "+0.25"})  # 10 x 6, and 0.85 x 1.5
    assert more.timeline[4].set == {COACHES: 50.0}
    assert more.timeline[2].set == {"flexible_share": 1.0}
    assert more.timeline[2].scale == {"annual_budget": 0.5}


@pytest.mark.parametrize(
    ("name", "values"), [(TRAINERS, [20] * 2 + [100] * 10), (COACHES, [6] * 10 + [36] * 2)]
)
def test_an_assessment_and_the_live_view_follow_a_value_alike(eventful, name, values):
    """Every six months: trainers are set to 100 in month 12, the 6 coaches are multiplied by six in month 60."""
    months = range(0, 72, 6)
    assert [value_at(eventful, name, month) for month in months] == values
    assert [Plan(eventful).own_value(name, month + 1) for month in months] == values


def test_a_step_half_way_stands_on_what_events_made_of_a_value(eventful):
    later = from_month(eventful, 30, "half of the trainers go", {TRAINERS: "x0.5"})
    assert value_at(later, TRAINERS, 29) == 100
    assert value_at(later, TRAINERS, 30) == 50


@pytest.mark.parametrize("name", preset_names())
def test_a_part_of_a_system_is_alike_in_all_but_size(name):
    whole = Scenario.preset(name)
    share = share_simulated(whole, 8_000)
    part = part_of(whole, share)
    assert expected_teachers(part) <= 8_100 or whole.network
    assert part.setting.teachers_per_school == whole.setting.teachers_per_school
    assert part.setting.schools == pytest.approx(share * whole.setting.schools)
    assert part.setting.districts <= whole.setting.districts
    for mine, theirs in zip(part.funders, whole.funders, strict=True):
        assert mine.annual_budget == pytest.approx(share * theirs.annual_budget)


def test_money_that_an_event_gives_is_less_in_a_part_of_a_system(eventful):
    part = part_of(eventful, 0.5)
    assert part.timeline[1].set == {"annual_budget": 1e6, "horizon_months": 96}
    assert part.timeline[0].set == {TRAINERS: 50.0}
    assert part.timeline[2].scale == eventful.timeline[2].scale


def test_a_quarter_of_a_system_pays_the_unit_costs_of_the_whole():
    """Unit costs go with size to the power of -0.5: a quarter alone would pay twice as much, so its prices are halved."""
    sizes = {
        "schools": 400,
        "districts": 4,
        "cost_elasticity": -0.5,
        "cost_training": 46.0,
        "cost_coach": 800.0,
    }
    part = part_of(Scenario().replace(sizes), 0.25).values()
    assert part["cost_training"] == pytest.approx(23.0)
    assert part["cost_coach"] == pytest.approx(400.0)
