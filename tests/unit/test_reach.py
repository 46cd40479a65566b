"""Three reaches that no one should confuse: ever joined, on the list, in use. And when, and whom, the programme reaches."""

import numpy as np
import pytest

from ml_abm import Scenario, Simulation, simulate
from ml_abm.tables import Enrolment, Stage

# No one begins, stops, hears of it or leaves by chance: users are those whom a test puts there.
STILL = {
    "districts": 1, "schools": 6, "teachers_per_school": 4, "school_size_spread": 0, "pilot_schools": 0, "pilot_districts": 0,
    "target_share": 0, "teacher_attrition": 0, "lapse_base": -15, "lapse_of_strain": 0, "lapse_of_new_leader": 0, "adoption_base": -15,
    "awareness_of_exposure": 0, "cross_ties": 0,
}  # fmt: skip
RICH = {"name": "Fund", "stage": "system", "annual_budget": 1e9, "horizon_months": 0}
# All that chance and money can hold back is out of the way.
WILLING = {
    "districts": 2, "schools": 20, "pilot_schools": 2, "pilot_districts": 2, "district_recruitment": 0.99, "school_recruitment": 0.99,
    "training_capacity": 5000, "design_months": 0, "school_exit_base": -15, "joining_of_mandate": 4, "funders": [RICH],
}  # fmt: skip


def test_a_school_uses_it_when_half_of_its_staff_do_whatever_its_enrolment():
    run = Simulation(Scenario().replace(STILL), 1)
    teachers = run.system.teachers["stage"].reshape(6, 4)
    for school, users in enumerate([0, 1, 2, 3, 4, 0]):
        teachers[school, :users] = Stage.USING
    run.system.schools["enrolment"][3] = Enrolment.LEFT
    latest = run.run_for(1).latest()
    assert latest["schools_in_use"] == 3
    assert latest["reach_in_use"] == 0.5
    assert latest["schools_enrolled"] == 0


@pytest.mark.parametrize(("share", "schools"), [(0.25, 4), (0.26, 3), (1.0, 1)])
def test_the_share_of_staff_that_counts_as_in_use_is_a_definition(share, schools):
    run = Simulation(Scenario().replace({**STILL, "in_use_share": share}), 1)
    teachers = run.system.teachers["stage"].reshape(6, 4)
    for school, users in enumerate([0, 1, 2, 3, 4, 0]):
        teachers[school, :users] = Stage.USING
    assert run.run_for(1).latest()["schools_in_use"] == schools


def test_schools_that_ever_joined_never_become_fewer_and_are_those_on_the_list_or_gone():
    # each leaves with the same chance of 1 - exp(-exp(-3)) = 5% a month, and some come back
    leaving = {
        "districts": 2, "schools": 40, "pilot_schools": 20, "pilot_districts": 1, "design_months": 0, "school_exit_base": -3,
        "school_exit_of_strain": 0, "school_exit_kept_by_use": 0, "school_exit_kept_by_support": 0, "school_exit_kept_by_fit": 0,
        "school_exit_of_unpaid": 0, "new_leader_reopens": 0, "welcome_back": 0.5,
    }  # fmt: skip
    table = simulate(Scenario().replace(leaving), months=120, seed=2).system
    assert table.schools_left.max() > 0.2
    assert (table.reach_ever.diff().dropna() >= 0).all()
    assert (table.reach_ever >= table.reach_schools).all()
    assert table.schools_ever.to_numpy() == pytest.approx(table.schools_enrolled + 40 * table.schools_left)


def test_a_school_that_leaves_the_list_goes_on_as_long_as_its_teachers_do():
    run = Simulation(
        Scenario().replace({**STILL, "school_exit_base": 0, "target_share": 1, "district_recruitment": 0}), 1
    )
    run.system.teachers["stage"] = Stage.USING
    run.system.schools["enrolment"][:3] = Enrolment.ENROLLED
    table = run.run_for(24).trace().system
    assert table.schools_enrolled.iloc[-1] == 0
    assert table.schools_left.iloc[-1] == 0.5
    assert (table.schools_in_use == 6).all()


def test_where_no_school_joins_by_itself_only_the_pilot_does():
    scenario = Scenario().replace({**WILLING, "never_join": 1})
    table = simulate(scenario, months=60, seed=range(3)).system
    assert (table.schools_ever == 2).all()


def test_an_order_reaches_those_who_never_join_by_themselves():
    scenario = Scenario().replace({**WILLING, "never_join": 1, "mandate": 1})
    assert (simulate(scenario, months=24, seed=range(3)).at(23).schools_ever == 20).all()
    free = Scenario().replace({**WILLING, "never_join": 0})
    assert (simulate(free, months=120, seed=range(3)).at(119).schools_ever == 20).all()


def test_growth_levels_off_at_those_who_would_ever_join():
    """Of 400 schools beside the pilot each never joins with chance 0.3: 120, give or take 4 standard deviations of 9."""
    many = {**WILLING, "schools": 402, "never_join": 0.3, "training_capacity": 1e6, "adoption_base": -15}
    table = simulate(Scenario().replace(many), months=240, seed=5).system
    assert table.schools_ever.iloc[-1] == table.schools_ever.iloc[-60]
    assert abs(402 - table.schools_ever.iloc[-1] - 120) < 4 * np.sqrt(400 * 0.3 * 0.7)


@pytest.mark.parametrize(
    ("months", "participation", "delay"),
    [(12, 0.5, 6), (12, 1.0, 12), (10, 0.25, 2), (12, 0.0, 0), (0, 1.0, 0)],
)
def test_design_with_teachers_delays_the_pilot_and_its_management_is_paid_meanwhile(
    months, participation, delay
):
    begins = 3
    plan = {
        "districts": 2, "schools": 12, "pilot_schools": 4, "start_month": begins, "design_months": months,
        "participatory_design": participation, "cost_fixed": 24_000, "cost_management": 0, "funders": [RICH],
    }  # fmt: skip
    table = simulate(Scenario().replace(plan), months=24, seed=1).system
    pilot = begins + delay
    assert (table.schools_ever.iloc[:pilot] == 0).all()
    assert table.schools_ever.iloc[pilot] >= 4
    assert (table.spending.iloc[:begins] == 0).all()
    assert table.spending_fixed.iloc[begins:].to_numpy() == pytest.approx(np.full(24 - begins, 2_000))
    assert table.spending.iloc[begins:pilot].to_numpy() == pytest.approx(np.full(delay, 2_000))
    assert (table.adoption.iloc[:pilot] == 0).all()


def test_a_programme_that_is_called_off_during_its_design_has_no_pilot():
    off = {"month": 3, "says": "it is called off", "set": {"programme.target_share": 0}}
    plan = {"design_months": 6, "participatory_design": 1, "timeline": [off], "schools": 40}
    table = simulate(Scenario().replace(plan), months=12, seed=1).system
    assert (table.schools_ever == 0).all()
    assert (table.spending.iloc[:3] > 0).all()
    assert (table.spending.iloc[3:] == 0).all()
