"""Measures of packages, worked out by hand."""

import numpy as np
import pytest

from ml_abm.plan.asked import asked
from ml_abm.plan.measures import declared, measured, missed, over_budget, regret, worst_tenth
from ml_abm.plan.packages import Step, taken
from ml_abm.scenario import Funder, Scenario

YEARS = 4


def scenario():
    return Scenario.preset("base").replace(
        {
            "schools": 100,
            "districts": 5,
            "cost_coach": 100.0,
            "never_join": 0.0,
            "target_share": 0.9,
            "funders": [
                Funder(name="Ministry", stage="government", annual_budget=1000.0).model_dump(),
                Funder(name="Donor", stage="system", annual_budget=400.0).model_dump(),
            ],
            "endgame": {
                "schools": 0.5, "teachers": 0.5, "fidelity": 0.4, "government_share": 0.2, "sustained_years": 2,
                "by_year": int(Scenario.preset("base").setting.start_year) + 2,
            },
        }
    )  # fmt: skip


def result(**changes):
    flat = {
        "reach_schools": 0.8, "adoption": 0.6, "fidelity": 0.5, "government_share": 0.25, "effective_coverage": 0.3,
        "learning_sd": 0.1, "schools_enrolled": 10.0, "spending": 1000.0, "equity_gap": 0.02,
    }  # fmt: skip
    return {name: np.broadcast_to(np.asarray(v, float), YEARS) for name, v in {**flat, **changes}.items()}


def test_cost_is_spending_and_what_levers_cost_beside_it_from_their_year_on():
    what = asked(scenario())
    package = (Step(12, "principals"), Step(12, "fit to government"))
    found = measured(what, package, [result()])
    # principals: a quarter of a coach's month a year and school, 0.25 x 100 x 10 = 250 from the second year; fit: (30 + 0.06 x 100 schools) x 100 once, in it
    assert found["cost by year"][0].tolist() == [1000, 1000 + 3600 + 250, 1250, 1250]
    assert found["cost"].tolist() == [8350]


def test_costs_a_district_are_of_the_districts_of_the_whole_system():
    what = asked(scenario())
    outcomes = {name: values[None] for name, values in result().items()}
    # three months of a coach a year and district: 3 x 100 x 5
    assert declared(what, (Step(0, "abler officials"),), outcomes)[0].tolist() == [1500] * YEARS


def test_the_goal_and_how_far_it_is_missed():
    what = asked(scenario())
    good, poor = result(), result(fidelity=[0.5, 0.5, 0.3, 0.5])
    found = measured(what, (), [good, poor])
    assert found["odds"].tolist() == [1, 0]  # it does not hold in the third year
    assert found["shortfall"] == pytest.approx([0, 0.25])  # 0.3 of 0.4


def test_a_share_missed_is_0_where_nothing_is_asked():
    assert missed(np.array([0.0, 0.5]), 0.0).tolist() == [0, 0]
    assert missed(np.array([0.0, 0.25, 0.6]), 0.5).tolist() == [1, 0.5, 0]


def test_budgets_hold_in_all_and_in_each_year():
    what = asked(scenario(), budget=3_500.0, budget_a_year=900.0)
    assert over_budget(what, measured(what, (), [result()])).tolist() == [[500, 100, 100, 100, 100]]


def test_the_worst_tenth_is_at_least_one_draw():
    assert worst_tenth(np.array([3.0, 1, 2])) == 1
    assert worst_tenth(np.arange(20.0)) == 0.5


def test_regret_is_what_is_missed_beside_the_best_of_each_draw():
    # best of the draws: 3, 5; the first misses 0 and 1, the second 2 and 0
    assert regret(np.array([[3.0, 4], [1, 5]])).tolist() == [0.5, 1.0]


def test_a_package_moves_parameters_from_its_months_on_and_money_too():
    what = asked(scenario())
    made = taken(
        what.scenario,
        (Step(0, "more data"), Step(12, "ask less"), Step(12, "more outside money")),
        what.choices.called,
    )
    before = what.scenario.values()
    assert made.values()["data_investment"] == pytest.approx(min(1, before["data_investment"] + 0.25))
    assert made.values()["added_hours"] == before["added_hours"]
    later = [event for event in made.timeline if event.month == 12]
    assert {event.funder: event.set for event in later} == {
        "": {"innovation.added_hours": before["added_hours"] - 1},
        "Donor": {"annual_budget": 500.0},
    }


def test_money_that_later_events_set_is_moved_too():
    base = scenario()
    cut = {"month": 24, "says": "The donor pays less", "funder": "Donor", "set": {"annual_budget": 200.0}}
    what = asked(base.replace({"timeline": [cut]}))
    made = taken(what.scenario, (Step(12, "more outside money"),), what.choices.called)
    assert [(e.month, e.set) for e in made.timeline] == [
        (12, {"annual_budget": 500.0}),
        (24, {"annual_budget": 250.0}),
    ]
