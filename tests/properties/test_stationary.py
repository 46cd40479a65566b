"""Without a programme nothing moves: month 0 is a sample of the law that leaving, arriving and tiring leave unchanged."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_abm import Scenario, Simulation
from ml_abm.outcomes import SpreadOutcomes
from ml_abm.parameters import declarations
from ml_abm.tables import columns

YEARS = 20
SEEDS = 6
STEP_OF_QUANTILES = 0.0101  # they are rounded to the nearest hundredth, so that a hair may move one by a step
NO_PROGRAMME = {"pilot_schools": 0, "pilot_districts": 0, "target_share": 0}
# What describes a system without a programme: any of it may differ, and nothing may drift.
OF_THE_SYSTEM = (
    "weekly_hours", "weekly_hours_spread", "teacher_attrition", "principal_turnover", "district_leader_turnover", "principal_support",
    "principal_spread", "policy_openness", "openness_spread", "disadvantage_spread", "government_capacity", "turnover_ratio",
    "turnover_of_disadvantage", "strain_base", "strain_of_load", "strain_spread", "strain_speed", "strain_relief_of_support",
    "commitment_base", "commitment_spread", "commitment_lost_to_strain", "commitment_speed", "data_base", "grade_rotation",
)  # fmt: skip


def drift(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """Return by outcome the change from month 0 to the mean of the last five years: its mean over seeds, and its standard error."""
    changes: dict[str, list[float]] = {}
    for seed in range(SEEDS):
        trace = Simulation(scenario, seed).run_for(12 * YEARS).trace()
        for table in (trace.system, trace.spread):
            late = table.iloc[-60:].mean()
            for name in table:
                changes.setdefault(str(name), []).append(late[name] - table[name].iloc[0])
    return {
        name: (float(np.mean(c)), float(np.std(c, ddof=1) / np.sqrt(SEEDS))) for name, c in changes.items()
    }


def flat(scenario: Scenario) -> list[str]:
    """Return the outcomes that drift by more than chance explains, with by how much."""
    # Student's t with 5 degrees of freedom: |t| above 9 is seen once in 3,500 times, and outcomes go together in some ten groups
    return [
        f"{name}: {change:+.4f}, standard error {error:.4f}"
        for name, (change, error) in drift(scenario).items()
        if abs(change) > max(9 * error, STEP_OF_QUANTILES if name in columns(SpreadOutcomes) else 0.004)
    ]


def test_without_a_programme_every_outcome_stays_flat_for_twenty_years():
    assert flat(Scenario().replace({**NO_PROGRAMME, "schools": 300, "months": 12 * YEARS})) == []


@st.composite
def systems(draw):
    chosen = draw(st.lists(st.sampled_from(OF_THE_SYSTEM), max_size=6, unique=True))
    values = {name: draw(st.floats(declarations()[name].low, declarations()[name].high)) for name in chosen}
    return Scenario().replace({**values, **NO_PROGRAMME, "schools": 120, "districts": 30})


@settings(max_examples=25, deadline=None)
@given(systems())
def test_no_system_drifts_by_itself(scenario):
    assert flat(scenario) == []


def test_nor_does_one_whose_community_helps_without_a_programme():
    still = {"principal_turnover": 0.0, "teacher_attrition": 0.0}
    helped = {"community_base": 0.5, "strain_of_load": 6.0}
    assert (
        flat(Scenario().replace({**helped, **still, **NO_PROGRAMME, "schools": 120, "districts": 30})) == []
    )


@pytest.mark.parametrize(
    "extreme",
    [
        {"turnover_ratio": 3, "strain_of_load": 10},
        {"turnover_ratio": 3, "strain_of_load": 5, "teacher_attrition": 0.6},
        {"turnover_ratio": 3, "strain_spread": 3, "teacher_attrition": 0.6},
        {
            "turnover_ratio": 2,
            "weekly_hours_spread": 20,
            "teacher_attrition": 0.3,
            "turnover_of_disadvantage": 1,
        },
        {"turnover_ratio": 3, "teacher_attrition": 0},
        {"district_leader_turnover": 1e-300},
    ],
    ids=lambda extreme: ", ".join(extreme),
)
def test_nor_does_a_system_where_the_exhausted_hardly_stay(extreme):
    """In posts that exhaust everyone, and where some would leave more often than every month."""
    assert flat(Scenario().replace({**extreme, **NO_PROGRAMME, "schools": 300, "districts": 30})) == []


def test_a_start_that_is_not_stationary_is_noticed():
    """The test can fail: with newcomers who are all alike, strain would drift; here a state is moved by hand."""
    run = Simulation(Scenario().replace({**NO_PROGRAMME, "schools": 300}), 1)
    run.system.teachers["strain"] += 0.1
    before = run.run_for(1).latest()["strain"]
    after = run.run_for(59).latest()["strain"]
    assert before - after > 0.05


@pytest.mark.parametrize("ratio", [1.0, 1.3, 3.0])
def test_the_exhausted_are_rarer_among_posts_than_among_newcomers(ratio):
    """With a turnover ratio of 1 people in posts are as newcomers are; above it, the more exhausted have left."""
    run = Simulation(Scenario().replace({**NO_PROGRAMME, "schools": 2000, "turnover_ratio": ratio}), 1)
    resilience = run.system.teachers["resilience"].mean()  # newcomers have mean 0
    if ratio == 1.0:
        assert abs(resilience) < 0.03
    else:
        assert resilience > 0.1
