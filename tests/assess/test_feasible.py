"""What a plan rules out, who gets it, and real programmes beside it: each rule held to a case worked out by hand. Nothing is simulated."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ml_abm.assess.answers import equity, nearest
from ml_abm.assess.feasible import as_planned, caps, feasible, most_schools
from ml_abm.assess.runs import Runs
from ml_abm.assess.variants import AS_IT_IS
from ml_abm.scenario import Scenario
from tests.assess.made import CLOCK, GOAL, reaching

# 100 schools, 10 in the pilot, trainers for 12 a year, nothing else: 10 + 36 in three years. GOAL asks for half of the schools by then.
PLAN = {
    "schools": 100,
    "districts": 10,
    "pilot_schools": 10,
    "pilot_districts": 2,
    "design_months": 0,
    "training_capacity": 12.0,
    "capacity_growth": 0.0,
    "trainers_bought": 0.0,
    "cascade": 0.0,
}


def plan(**more):
    return Scenario().replace({**PLAN, **more})


def found(scenario):
    return {cap.kind: cap.most for cap in caps(scenario, GOAL, CLOCK)}


def test_trainers_take_on_as_many_as_they_have_places_and_no_more_schools_than_there_are():
    assert most_schools(plan(), 36) == pytest.approx(46.0)  # 10 + 36 x 1
    assert most_schools(plan(trainers_bought=1.0), 36) == pytest.approx(82.0)  # 10 + 36 x 2
    assert most_schools(plan(training_capacity=60.0), 36) == 100.0
    assert most_schools(plan(start_month=30), 36) == pytest.approx(16.0)  # six months
    assert most_schools(plan(start_month=36), 36) == 0.0


def test_trainers_grow_with_schools_and_a_cascade_takes_its_share_of_those_that_are_wanted():
    assert most_schools(plan(training_capacity=0.0, capacity_growth=1.2), 2) == pytest.approx(10 * 1.1**2)
    cascade = plan(training_capacity=0.0, cascade=0.6)
    assert most_schools(cascade, 2) == pytest.approx(100 - 90 * 0.95**2)


def test_trainers_follow_the_timeline():
    more = plan(
        timeline=[{"month": 12, "says": "more trainers", "set": {"programme.training_capacity": 24.0}}]
    )
    assert most_schools(more, 36) == pytest.approx(10 + 12 * 1 + 24 * 2)


def test_each_thing_that_a_plan_rules_out_is_found():
    enough = {"training_capacity": 24.0}  # 82 schools
    assert found(plan(**enough)) == {}
    assert found(plan()) == {"trainers": pytest.approx(0.46)}
    assert found(plan(**enough, target_share=0.3)) == {"aim": 0.3}
    assert found(plan(**enough, start_month=36)) == {"start": 0.0}
    donor = {"name": "Donor", "stage": "middle", "annual_budget": 1.0, "horizon_months": 12}
    assert found(plan(**enough, funders=[donor])) == {"payer": 0.0}
    late = {
        "name": "Ministry",
        "stage": "government",
        "annual_budget": 1.0,
        "first_month": 36,
        "horizon_months": 0,
    }
    assert found(plan(**enough, funders=[donor, late])) == {"payer": 0.0}


def test_an_aim_that_is_raised_in_time_rules_nothing_out_and_one_that_is_raised_too_late_does():
    for month, kinds in ((35, {}), (36, {"aim": 0.3})):
        event = {"month": month, "says": "for all", "set": {"programme.target_share": 1.0}}
        assert found(plan(training_capacity=24.0, target_share=0.3, timeline=[event])) == kinds


def test_a_school_more_or_less_rules_nothing_out():
    assert found(plan(training_capacity=24.0, target_share=0.49)) == {}
    assert found(plan(training_capacity=24.0, target_share=0.48)) == {"aim": 0.48}


def test_of_several_draws_that_counts_which_all_rule_out_at_its_mildest():
    both = [plan(), plan(training_capacity=11.0)]
    assert [cap.most for cap in feasible(both, GOAL, CLOCK)] == [pytest.approx(0.46)]
    assert feasible([plan(), plan(training_capacity=24.0)], GOAL, CLOCK) == ()


def test_what_is_ruled_out_is_said_with_its_remedy():
    assert as_planned(caps(plan(training_capacity=24.0, target_share=0.3), GOAL, CLOCK)) == (
        "As planned the endgame cannot be reached: the plan aims for 30% of schools, where 50% are asked for. It takes an aim for all schools."
    )
    assert as_planned([]) == ""


# --- who gets it


def gaps(learning, reach=0.0):
    return reaching(equity_gap=[[learning - 0.001] * 5, [learning + 0.001] * 5], reach_gap=reach)


def test_gaps_are_those_from_the_endgames_year_on_and_changes_are_of_the_same_draws():
    runs = {
        AS_IT_IS: gaps(0.05, 0.1),
        ("lever", "champions"): gaps(0.03, 0.1),
        ("lever", "ask less"): gaps(0.06, 0.2),
    }
    table = equity.equity(CLOCK, Runs(runs)).set_index("step")
    assert table.loc["as planned", ["reach", "learning"]].tolist() == pytest.approx([0.1, 0.05])
    assert table.loc["champions", ["reach", "learning", "learning_low"]].tolist() == pytest.approx(
        [0, -0.02, -0.02]
    )
    said = equity.who_gets_it(SimpleNamespace(tables={"equity": table.reset_index()}))
    assert said[2].startswith("What clearly narrows the gap in learning most: champions (")
    assert said[3].startswith("What clearly widens the gap in learning most: ask less (")


def test_a_gap_that_favours_the_disadvantaged_is_said_the_other_way_round():
    runs = {AS_IT_IS: gaps(-0.05)}
    table = equity.equity(CLOCK, Runs(runs))
    assert (
        "the most disadvantaged fifth of schools is ahead of the least disadvantaged by 0.05"
        in equity.who_gets_it(SimpleNamespace(tables={"equity": table}))[0]
    )


# --- real programmes


def test_growth_is_by_the_year():
    assert nearest.growth(10, 80, 3) == pytest.approx(1.0)  # doubles every year
    assert nearest.asked_growth(plan(), GOAL, CLOCK) == pytest.approx(
        5 ** (1 / 3) - 1
    )  # 10 to 50 schools in 3 years
    assert nearest.asked_growth(plan(pilot_schools=60, pilot_districts=6), GOAL, CLOCK) is None


def test_a_programme_is_followed_within_as_many_years_as_the_goal_gives():
    """Accelerated Schools had 2 schools in 1986.7, 140 in 1992.35 and 700 in 1994.7."""
    table = nearest.nearest(plan(), GOAL, CLOCK).set_index("case")
    assert "accelerated_schools" not in table.index  # no second count within three years
    six = CLOCK.__class__(start=2020, by=6, after=2)
    row = nearest.nearest(plan(), GOAL, six).set_index("case").loc["accelerated_schools"]
    assert (row["first"], row["last"], row["years"]) == (2.0, 140.0, pytest.approx(5.65))
    assert row["growth"] == pytest.approx(70 ** (1 / 5.65) - 1)
