"""Robustness and frontier of policies whose worth is known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml_abm.errors import AnalysisError
from ml_abm.experiments.analysis.frontier import apart, frontier, undominated
from ml_abm.experiments.analysis.robustness import regrets, robustness
from tests.analysis.made import grid, made, scattered

ROLES = {"programme.mandate": "lever"}
POINTS = [{"programme.mandate": x, "setting.grade_rotation": u} for x in (0.0, 0.5, 1.0) for u in (0.0, 1.0)]


def world(point, scenario, z):
    """In the first future a mandate helps, in the second it harms; half a mandate is never far from the best."""
    x, u = point["programme.mandate"], point["setting.grade_rotation"]
    return {
        "adoption": 0.5 + (0.2 * x if u == 0 else -0.4 * x * x) + 0.01 * z[0],
        "strain": 0.1 + 0.5 * x * u,
        "spending": 100.0 * (1 + x) + z[1],
    }


def study(**changes):
    return made(world, POINTS, **{"design": "grid", "roles": ROLES, "replicates": 6, **changes})


def test_the_middle_way_has_the_least_of_worst_regrets():
    # goodness: x = 0: .5 .5; x = .5: .6 .4; x = 1: .7 .1
    table = robustness(study(), thresholds={"adoption": 0.45}).table
    assert table["policy"].tolist() == ["mandate 0.5", "mandate 0", "mandate 1"]
    assert table["regret_max"].tolist() == pytest.approx([0.1, 0.2, 0.4])
    assert table["regret_mean"].tolist() == pytest.approx([0.1, 0.1, 0.2])
    assert table["holds_in"].tolist() == [0.5, 1.0, 0.5]
    assert table["stays_first"].tolist() == [1, 0, 0]


def test_the_worst_tenth_of_a_burden_is_its_largest():
    table = robustness(study(), "strain").table.set_index("policy")
    assert table.loc["mandate 1", "worst_tenth"] > table.loc["mandate 1", "mean"]
    assert table.index[0] == "mandate 0"
    table = robustness(study(), "adoption").table.set_index("policy")
    assert table.loc["mandate 1", "worst_tenth"] < table.loc["mandate 1", "mean"]


def test_scenarios_are_policies_too():
    table = robustness(study(scenarios=("one", "two"))).table
    assert len(table) == 6
    assert table["policy"].iloc[0] in ("one, mandate 0.5", "two, mandate 0.5")


def test_where_nothing_is_uncertain_replicates_are_the_futures():
    lucky = made(
        lambda p, s, z: {"adoption": p["programme.mandate"] * z[0]},
        grid(**{"programme.mandate": [-1.0, 1.0]}),
        roles=ROLES,
        replicates=10,
    )
    analysis = robustness(lucky)
    assert "10 replicates" in analysis.sentence
    assert analysis.table["best_in"].sum() == pytest.approx(1)


@given(arrays(float, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.floats(-1e3, 1e3)))
def test_regret_is_never_negative_and_in_each_future_someone_has_none(goodness):
    regret = regrets(goodness)
    assert (regret >= 0).all()
    assert (regret.min(axis=0) == 0).all()


def test_policies_that_do_not_meet_the_same_futures_are_not_compared():
    points = scattered(20, ["programme.mandate", "setting.grade_rotation"])
    for verb in (robustness, frontier):
        with pytest.raises(AnalysisError, match="same futures"):
            verb(made(world, points, roles=ROLES))


def test_one_policy_cannot_be_compared():
    with pytest.raises(AnalysisError, match="2 or more are needed"):
        robustness(made(world, POINTS[:2], roles=ROLES))


def test_a_threshold_of_an_unknown_outcome_is_refused():
    with pytest.raises(AnalysisError, match="Did you mean 'strain'"):
        robustness(study(), thresholds={"strian": 0.2})


def test_the_frontier_of_points_made_by_hand():
    cost = np.array([1.0, 2.0, 2.0, 3.0, 4.0, 1.0])
    good = np.array([1.0, 3.0, 2.0, 3.0, 5.0, 1.0])
    # 2 and 3 are beaten by 1; 0 and 5 are the same and beat each other not
    assert undominated(cost, good).tolist() == [True, True, False, False, True, True]


@given(arrays(float, st.tuples(st.just(2), st.integers(1, 12)), elements=st.integers(0, 5).map(float)))
def test_someone_is_on_the_frontier_and_the_cheapest_best_always_is(both):
    cost, good = both
    on = undominated(cost, good)
    assert on[np.lexsort((-good, cost))[0]]
    order = np.lexsort((good[on], cost[on]))
    assert (np.diff(good[on][order]) >= 0).all()


def test_spending_is_summed_over_months_and_the_dear_and_bad_are_beaten():
    table = frontier(study(months=3)).table.set_index("policy")
    # the second last month has half of the last month's spending, the one before a quarter
    assert table.loc["mandate 0", "cost"] == pytest.approx(175, abs=2)
    assert table.loc["mandate 1", "cost"] == pytest.approx(350, abs=2)
    assert table["on_frontier"].to_dict() == {"mandate 0": True, "mandate 0.5": False, "mandate 1": False}
    assert table["stays_on"].between(0, 1).all()


def test_steps_along_the_frontier_are_given():
    paid = made(
        lambda p, s, z: {
            "adoption": 0.1 * p["programme.mandate"],
            "cost_per_pupil": 1 + p["programme.mandate"],
        },
        grid(**{"programme.mandate": [0.0, 1.0, 3.0]}),
        roles=ROLES,
    )
    table = frontier(paid).table
    assert table["on_frontier"].all()
    assert table["extra_cost"].tolist()[1:] == pytest.approx([1, 2])
    assert table["extra_outcome"].tolist()[1:] == pytest.approx([0.1, 0.2])
    assert apart(table) == [0, 1, 2]


def test_policies_too_near_to_be_named_beside_each_other_are_not_but_the_ends_are():
    near = pd.DataFrame({"cost": [0.0, 0.01, 0.5, 0.99, 1.0], "outcome": [0.0, 0.01, 0.5, 0.99, 1.0]})
    assert apart(near) == [0, 2, 4]
    assert apart(near.head(1)) == [0]


def test_a_study_without_cost_has_no_frontier():
    free = made(
        lambda p, s, z: {"adoption": p["programme.mandate"]},
        grid(**{"programme.mandate": [0, 1]}),
        roles=ROLES,
    )
    with pytest.raises(AnalysisError, match="spending or cost_per_pupil"):
        frontier(free)
