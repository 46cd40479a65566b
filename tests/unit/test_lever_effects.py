"""The arithmetic of the page of levers, by numbers worked out by hand."""

import numpy as np
import pytest

from docs.lever_effects import Difference, difference, steepest, whole_range
from docs.lever_ranges import LEVERS, Lever, allowed, set_to, values_on
from ml_abm.scenario import Scenario

TENTHS = np.linspace(0.0, 1.0, 11)
NOISE = np.array(
    [-0.01, 0.0, 0.01]
)  # of a seed, the same at every value: it leaves no trace in paired differences
BASE = Scenario.preset("base")


def lever(name):
    return next(lever for lever in LEVERS if lever.short == name)


def curve(heights):
    return np.array(heights)[:, None] + NOISE


def test_a_paired_interval_is_that_of_students_t():
    # mean 2, sd 1, n 3: half = 4.3027 (t of 2 degrees of freedom) / sqrt 3 = 2.4841
    found = difference(np.array([1.0, 2.0, 3.0]))
    assert (found.mean, found.low, found.high) == pytest.approx((2.0, -0.4841, 4.4841), abs=1e-4)


def test_one_seed_says_nothing():
    assert difference(np.array([0.3])).low == -np.inf


@pytest.mark.parametrize(
    ("low", "high", "seen", "nothing"),
    [
        (0.011, 0.02, True, False),
        (-0.02, -0.011, True, False),
        (-0.009, 0.009, False, True),
        (0.005, 0.02, False, False),
    ],
)
def test_an_effect_is_seen_outside_a_point_and_nothing_inside_it(low, high, seen, nothing):
    found = Difference((low + high) / 2, low, high)
    assert (found.seen, found.nothing) == (seen, nothing)


def test_the_whole_range_effect_is_the_last_less_the_first():
    effect, paired = whole_range(curve(0.3 - 0.2 * TENTHS))
    assert effect.mean == pytest.approx(-0.2)
    assert paired == pytest.approx([-0.2, -0.2, -0.2])


def test_of_a_lever_that_turns_it_is_the_larger_half():
    hump = np.where(TENTHS <= 0.5, TENTHS, 1.3 - 1.6 * TENTHS)  # 0 up to 0.5, then down to -0.3
    assert whole_range(curve(hump))[0].mean == pytest.approx(-0.8)


def test_seeds_are_paired():
    wide = np.array([[0.0, 10.0, 20.0], [0.1, 10.1, 20.1], [0.2, 10.2, 20.2]])
    assert whole_range(wide)[0].low == pytest.approx(0.2)


def test_a_straight_line_has_a_tenth_of_its_effect_in_each_tenth_and_no_cliff():
    found = steepest(TENTHS, curve(0.5 * TENTHS))
    assert found.share == pytest.approx(0.1)
    assert not found.cliff


def test_a_jump_is_a_cliff_and_says_where():
    found = steepest(TENTHS, curve([0.0] * 4 + [0.3] * 7))
    assert (found.start, found.end) == pytest.approx((0.3, 0.4))
    assert found.share == pytest.approx(1.0)
    assert found.cliff


def test_two_fifths_within_a_tenth_are_no_cliff_and_more_are():
    assert not steepest(TENTHS, curve([0.0, 0.039, *np.linspace(0.045, 0.1, 9)])).cliff
    assert steepest(TENTHS, curve([0.0, 0.041, *np.linspace(0.045, 0.1, 9)])).cliff


def test_a_jump_that_may_be_chance_is_no_cliff():
    runs = curve([0.0] * 4 + [0.3] * 7)
    runs[4:] += [[0.5, -0.5, 0.0]]
    assert not steepest(TENTHS, runs).cliff


def test_a_jump_of_less_than_a_point_is_no_cliff():
    assert not steepest(TENTHS, curve([0.0] * 4 + [0.009] * 7)).cliff


def test_the_share_of_a_wide_step_is_told_for_a_tenth():
    # five values, a quarter of the range apart: all of the effect in one step is 0.4 of it in a tenth
    found = steepest(np.arange(5.0), curve([0.0, 0.3, 0.3, 0.3, 0.3]))
    assert found.share == pytest.approx(0.4)


def test_values_are_evenly_spaced_and_counts_whole():
    assert values_on(lever("tool_hours"), BASE) == pytest.approx(np.linspace(0, 6, 11))
    assert values_on(lever("system_champions"), BASE) == [0, 1, 2, 3, 4]
    assert values_on(lever("cut_month"), BASE) == [18 * k for k in range(11)]
    assert values_on(lever("pilot_districts"), BASE) == list(range(1, 11))


def test_a_factor_multiplies_a_presets_own_value():
    places = BASE.programme.training_capacity
    assert set_to(lever("training_capacity"), BASE, 0.4).programme.training_capacity == pytest.approx(
        0.4 * places
    )
    assert [f.annual_budget for f in set_to(lever("annual_budget"), BASE, 2.0).funders] == [
        2 * f.annual_budget for f in BASE.funders
    ]


def test_a_count_times_a_factor_is_a_whole_number_of_schools():
    few = BASE.replace({"pilot_schools": 3})
    sizes = [
        set_to(lever("pilot_schools"), few, v).programme.pilot_schools
        for v in values_on(lever("pilot_schools"), few)
    ]
    assert sizes[0] == 0
    assert sizes[-1] == 12
    assert sizes == sorted(set(sizes))


def test_events_leave_a_lever_where_it_is_put():
    tusome = Scenario.preset("tusome-kenya")
    [event] = [e for e in tusome.timeline if "programme.training_capacity" in e.set]
    [doubled] = [
        e for e in set_to(lever("training_capacity"), tusome, 2.0).timeline if e.month == event.month
    ]
    assert doubled.set["programme.training_capacity"] == 2 * event.set["programme.training_capacity"]
    accelerated = Scenario.preset("accelerated-schools")
    assert any("programme.capacity_growth" in e.set for e in accelerated.timeline)
    held = set_to(lever("capacity_growth"), accelerated, 1.5)
    assert held.programme.capacity_growth == 1.5
    assert not any("programme.capacity_growth" in {*e.set, *e.scale} for e in held.timeline)
    assert any("programme.training_capacity" in e.set for e in held.timeline)


def test_a_lever_of_funders_moves_all_of_them():
    assert {f.carry_over for f in set_to(lever("carry_over"), BASE, 0.7).funders} == {0.7}


def test_values_that_a_scenario_refuses_are_left_out_and_said():
    able, refused = allowed(lever("target_share"), BASE)
    assert 0.0 not in able
    assert len(able) == 10
    assert "target_share at 0" in refused[0]


def test_what_a_lever_needs_stands_beside_it():
    assert set_to(lever("cut_month"), BASE, 12).programme.cut_expensive == 1.0
    assert Lever("programme.cut_month", 0, 0, (), up_to="months", beside={"cut_expensive": 1}).range == (
        "0 to the last month, with cut_expensive = 1"
    )
