"""How small a part of a system is enough: the rule held to made-up runs whose truth is known, and counts to whole systems."""

from __future__ import annotations

import numpy as np
import pytest

from ml_abm.runs.small_enough import SHOWN, compared, ends_of, larger, small_enough
from ml_abm.scenario import Scenario
from ml_abm.simulation import simulate_each
from ml_abm.system.memory import expected_teachers

RUNS = 16
LARGE = Scenario().replace({"schools": 8000, "districts": 160})  # 64,000 teachers


def made(at_size):
    """Return a stand-in for runs: every share that is shown is what `at_size` gives for a number of teachers, run by run (RUNS,)."""
    return lambda share: np.tile(at_size(share * expected_teachers(LARGE)), (len(SHOWN), 1))


def chosen(at_size, most=np.inf):
    found = small_enough(LARGE, made(at_size), most)
    return round(found.share * expected_teachers(LARGE)), found


def test_where_nothing_depends_on_size_the_second_part_will_do():
    teachers, found = chosen(lambda size: np.linspace(0.2, 0.4, RUNS))
    assert teachers == 2000
    assert (found.added, found.moved) == (0.0, 0.0)


def test_a_mean_that_moves_by_c_over_size_is_followed_until_it_moves_by_a_point():
    """c = 79 teachers: between 4,000 and 8,000 the mean moves by 0.0099, between 2,000 and 4,000 by twice that."""
    teachers, found = chosen(lambda size: np.full(RUNS, 0.5 + 79 / size))
    assert teachers == 8000
    assert found.moved == pytest.approx(79 / 8000, rel=1e-3)
    assert found.added == pytest.approx(0.0, abs=1e-9)


def test_chance_that_falls_with_size_is_followed_until_it_adds_two_points():
    """Runs alternate by 1.2 / root of size around the mean, with opposite signs in every second part: apart by (1.2 / root of size) (1 + root of 2)."""
    sides = np.tile([1.0, -1.0], RUNS // 2)

    def at_size(size):
        doublings = round(np.log2(size / 1000))
        return 0.5 + (-1) ** doublings * sides * 1.2 / np.sqrt(size)

    teachers, found = chosen(at_size)
    apart = 1.2 / np.sqrt(teachers) * (1 + np.sqrt(2)) * np.sqrt(RUNS / (RUNS - 1))
    assert found.added == pytest.approx(apart / np.sqrt(3), rel=1e-3)
    assert found.added <= 0.02 < found.added * np.sqrt(2)  # the part before was not enough


def test_no_part_is_larger_than_is_allowed_and_the_whole_needs_no_comparison():
    never = np.random.default_rng(1)
    teachers, found = chosen(lambda size: never.random(RUNS), most=5000)
    assert teachers == 5000
    assert found.added > 0.1
    whole = small_enough(Scenario().replace({"schools": 100}), made(lambda size: never.random(RUNS)))
    assert (whole.share, whole.added, whole.moved) == (1.0, 0.0, 0.0)


def test_one_outcome_that_changes_is_enough_to_go_on():
    ends = np.full((len(SHOWN), RUNS), 0.5)
    moved = ends.copy()
    moved[2] += 0.011
    assert compared(ends, ends)[2]
    assert not compared(moved, ends)[2]


def test_what_is_shown_is_that_of_the_last_month():
    trace = simulate_each([Scenario().replace({"schools": 100, "districts": 5})] * 2, 30, [1, 2])
    last = trace.at(29)
    assert ends_of(trace)[SHOWN.index("adoption")].tolist() == last["adoption"].tolist()


def test_a_part_is_shown_with_the_counts_and_the_money_of_the_whole():
    scenario = Scenario().replace({"schools": 100, "districts": 5})
    trace = simulate_each([scenario] * 2, 30, [1, 2])
    half = larger(trace, 0.5)
    for name in (
        "schools_ever",
        "schools_enrolled",
        "schools_in_use",
        "pupils_reached",
        "spending",
        "income",
        "balance",
    ):
        assert half.system[name].tolist() == (2 * trace.system[name]).tolist()
    for name in (
        "reach_schools",
        "fidelity",
        "workload_hours",
        "cost_per_pupil",
        "lays_per_100usd",
        "learning_sd",
    ):
        assert half.system[name].tolist() == trace.system[name].tolist()
    assert half.funders["spent"].sum() == pytest.approx(2 * trace.funders["spent"].sum())
    assert half.funders["grants"].tolist() == trace.funders["grants"].tolist()
