"""The same schools without the programme: no one enrolled, nothing done, nothing spent, and everything else as it was."""

import pytest

from ml_abm.scenario import Scenario, preset_names, without_programme
from ml_abm.simulation import simulate

SMALL = Scenario.preset("base").replace({"schools": 40, "districts": 4, "months": 36})
# What a programme is seen by; where there is none, all of it is nothing.
OF_A_PROGRAMME = (
    "reach_schools", "reach_districts", "schools_enrolled", "schools_left", "adoption", "fidelity", "reported_fidelity", "dosage",
    "effective_coverage", "learning_sd", "pupils_reached", "coaching", "delivering", "spending", "spending_fixed", "government_share",
    "funding_gap", "lays_per_100usd", "lost_untrained", "lost_lapsed", "lost_left",
)  # fmt: skip


def event(month=3, **what):
    return {"month": month, "says": "it happens", **what}


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_has_its_counterfactual_of_the_same_schools(name):
    scenario = Scenario.preset(name)
    without = without_programme(scenario)
    assert without.programme.pilot_schools == without.programme.target_share == 0
    for same in (
        "name",
        "months",
        "setting",
        "system",
        "behaviour",
        "leadership",
        "innovation",
        "funders",
        "ties",
    ):
        assert getattr(without, same) == getattr(scenario, same), same
    assert without_programme(without) == without


def test_nothing_of_the_programme_is_seen_and_all_teachers_are_out_of_its_reach():
    without = simulate(without_programme(SMALL)).system
    assert simulate(SMALL).system["adoption"].iloc[-1] > 0, "there is a programme to take away"
    for name in OF_A_PROGRAMME:
        assert (without[name] == 0).all(), name
    assert (without["lost_not_reached"] == 1).all()


def test_a_programme_that_is_closed_already_is_its_own_counterfactual_to_the_bit():
    closed = SMALL.replace({"pilot_schools": 0, "pilot_districts": 0, "target_share": 0})
    assert simulate(closed, seed=5).system.equals(simulate(without_programme(closed), seed=5).system)


def test_it_does_not_depend_on_what_the_programme_would_have_done():
    """Twice the work, coaches and orders, and a pilot in every school, change nothing for those who never hear of it."""
    other = SMALL.replace(
        {
            "added_hours": 12,
            "coaches_per_100_schools": 40,
            "mandate": 1,
            "pilot_schools": 40,
            "pilot_districts": 4,
        }
    )
    one, two = (simulate(without_programme(each), seed=3).system for each in (SMALL, other))
    assert one.equals(two)


def test_what_happens_to_the_setting_still_happens():
    keen = SMALL.replace({"timeline": [event(12, set={"setting.principal_support": 0.9})]})
    quiet, changed = (simulate(without_programme(each), seed=3).system.leadership for each in (SMALL, keen))
    assert changed[:12].equals(quiet[:12])
    assert changed.iloc[-1] > quiet.iloc[-1]


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ({"set": {"programme.target_share": 0.9}}, None),
        ({"set": {"target_share": 0.9}}, None),
        ({"scale": {"innovation.added_hours": 0.5}}, None),
        ({"set": {"policy_openness": 0.2}}, {"set": {"policy_openness": 0.2}}),
        (
            {"scale": {"setting.teacher_attrition": 2.0, "mandate": 1.0}},
            {"scale": {"setting.teacher_attrition": 2.0}},
        ),
        ({"set": {"mandate": 1.0}, "happens": "leaders change"}, {"happens": "leaders change"}),
        (
            {"happens": "champion leaves", "level": "district"},
            {"happens": "champion leaves", "level": "district"},
        ),
        (
            {"funder": "Donor", "scale": {"annual_budget": 0.5}},
            {"funder": "Donor", "scale": {"annual_budget": 0.5}},
        ),
        ({"funder": "Donor", "happens": "grant ends"}, {"funder": "Donor", "happens": "grant ends"}),
    ],
)
def test_of_the_timeline_stays_what_is_not_of_the_programme(told, left):
    wanted = SMALL.replace({"timeline": [event(**left)] if left else []})
    assert without_programme(SMALL.replace({"timeline": [event(**told)]})).timeline == wanted.timeline
