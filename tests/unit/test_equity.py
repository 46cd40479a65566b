"""Who gets it, and how people differ: fifths of the schools by disadvantage, and quantiles over people and schools."""

import numpy as np
import pytest

from ml_abm import Scenario, Simulation
from ml_abm.system import build
from ml_abm.system.month_zero import fifths
from ml_abm.tables import Enrolment, Stage

SMALL = {
    "districts": 5,
    "schools": 50,
    "pilot_schools": 20,
    "pilot_districts": 5,
    "design_months": 0,
    "target_share": 0.8,
}


@pytest.fixture(scope="module")
def run():
    return Simulation(Scenario().replace(SMALL), 4).run_for(48)


# --- fifths -----------------------------------------------------------------------------------------------------------


def test_fifths_are_equal_and_in_order_of_disadvantage():
    schools = build(Scenario().replace({"schools": 500}), 1).schools
    assert np.bincount(schools["quintile"]).tolist() == [0, 100, 100, 100, 100, 100]
    for fifth in range(1, 5):
        less, more = (schools["disadvantage"][schools["quintile"] == k] for k in (fifth, fifth + 1))
        assert less.max() <= more.min()


def test_fifths_of_a_few_schools_and_of_schools_that_are_alike():
    assert fifths(np.array([0.9, 0.1, 0.5, 0.7, 0.3])).tolist() == [5, 1, 3, 4, 2]
    assert fifths(np.full(10, 0.5)).tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert fifths(np.array([0.5])).tolist() == [1]
    sizes = np.bincount(fifths(np.random.default_rng(0).random(13)))[1:]
    assert sizes.sum() == 13
    assert sizes.max() - sizes.min() <= 1


def weighted(table, weights):
    """Return the mean over fifths by month: each has a weight."""
    return table.unstack("quintile").to_numpy() @ (weights / weights.sum())


def per_fifth(system, values):
    """Return a sum over the schools of each fifth."""
    return np.bincount(system.schools["quintile"], weights=values, minlength=6)[1:]


def test_fifths_add_up_to_the_system(run):
    trace, schools = run.trace(), run.system.schools
    count, teachers, pupils = (
        per_fifth(run.system, values)
        for values in (np.ones(len(schools)), schools["staff"], schools["pupils"])
    )
    assert trace.system.reach_schools.iloc[-1] > 0.5
    for outcome, weights in (
        ("reach_schools", count), ("reach_in_use", count), ("adoption", teachers), ("learning_sd", pupils),
    ):  # fmt: skip
        together = weighted(trace.quintiles[outcome], weights)
        assert together == pytest.approx(trace.system[outcome].to_numpy(), abs=1e-6), outcome


def test_costs_of_fifths_add_up_to_what_is_spent(run):
    trace, schools = run.trace(), run.system.schools
    reached = per_fifth(run.system, schools["pupils"] * schools["users"] / schools["staff"])
    cost = trace.quintiles.cost_per_pupil.loc[47].to_numpy()
    assert (reached > 0).all()
    assert (cost * reached).sum() / 12 == pytest.approx(trace.system.spending.iloc[-1], rel=1e-6)
    staff = per_fifth(run.system, schools["staff"] * (schools["enrolment"] == Enrolment.ENROLLED))
    assert cost * reached / (cost * reached).sum() == pytest.approx(staff / staff.sum(), rel=1e-6)


def test_gaps_are_the_least_disadvantaged_fifth_less_the_most(run):
    trace = run.trace()
    for gap, outcome in (("reach_gap", "reach_in_use"), ("equity_gap", "learning_sd")):
        fifth = trace.quintiles[outcome].unstack("quintile")
        assert trace.system[gap].to_numpy() == pytest.approx((fifth[1] - fifth[5]).to_numpy(), abs=1e-9)


def test_whom_a_programme_seeks_first_it_reaches_first():
    """A pilot of a fifth of the schools, in all districts: aimed at the most disadvantaged, it is theirs."""
    pilot = {"districts": 1, "schools": 50, "pilot_schools": 10, "pilot_districts": 1, "design_months": 0}
    for aim, fifth in ((3, 5), (-3, 1)):
        run = Simulation(
            Scenario().replace({**pilot, "aim_at_disadvantaged": aim, "school_recruitment": 0}), 1
        )
        reach = run.run_for(1).trace().quintiles.reach_schools
        assert reach[0, fifth] == 1.0
        assert reach[0].sum() == 1.0


# --- spread -----------------------------------------------------------------------------------------------------------

NO_PROGRAMME = {"pilot_schools": 0, "pilot_districts": 0, "target_share": 0, "schools": 20, "districts": 2}
SHARES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}


def differs(values, spread, name):
    """Return the largest distance of the quantiles recorded from numpy's."""
    wanted = [np.quantile(values, share, method="inverted_cdf") for share in SHARES.values()]
    return max(abs(spread[f"{name}_{end}"] - value) for end, value in zip(SHARES, wanted, strict=True))


@pytest.mark.parametrize("state", ["fidelity", "dosage", "strain", "commitment"])
def test_quantiles_over_people_and_schools_are_those_of_the_tables(run, state):
    spread, teachers, schools = run.trace().spread.iloc[-1], run.system.teachers, run.system.schools
    of_users = state in ("fidelity", "dosage")
    people = teachers[state][teachers["stage"] == Stage.USING] if of_users else teachers[state]
    over = schools["users"] if of_users else schools["staff"]
    means = schools[f"{state}_sum"][over > 0] / over[over > 0]
    assert len(people) > 50
    assert len(means) > 20
    assert differs(people, spread, f"teacher_{state}") <= 0.01
    assert differs(means, spread, f"school_{state}") <= 0.01


def test_people_differ_within_schools_and_not_only_between_them():
    """Before anything happens; the first version had clones, whose commitment had a sd of 0.03 within a school."""
    run = Simulation(Scenario().replace(NO_PROGRAMME), 1).run_for(1)
    spread, teachers, schools = run.trace().spread.iloc[-1], run.system.teachers, run.system.schools
    for state in ("strain", "commitment"):
        people, means = (
            spread[f"{whose}_{state}_p90"] - spread[f"{whose}_{state}_p10"] for whose in ("teacher", "school")
        )
        assert people > means > 0
        within = [
            teachers[state][first : first + staff].std()
            for first, staff in zip(schools["first_teacher"], schools["staff"], strict=True)
            if staff > 2
        ]
        assert np.mean(within) > 0.06


def test_without_users_there_is_no_spread_of_practice():
    spread = Simulation(Scenario().replace(NO_PROGRAMME), 1).run_for(3).trace().spread
    practice = spread.filter(regex="fidelity|dosage")
    assert practice.shape == (3, 12)
    assert (practice == 0).all(axis=None)
    assert (spread.filter(regex="strain|commitment") > 0).all(axis=None)


def test_of_large_tables_a_sample_is_enough():
    spread = Simulation(Scenario().replace({"schools": 3000, "districts": 10}), 2).run_for(2)
    teachers = spread.system.teachers
    assert len(teachers) > 4 * 4096
    for state in ("strain", "commitment"):
        assert differs(teachers[state], spread.trace().spread.iloc[-1], f"teacher_{state}") <= 0.02
