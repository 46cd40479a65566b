"""Priors without double use: no trial's study, and no number that was set to what trials found, informs one."""

import numpy as np
import pytest

from ml_abm.evidence import plausible_ranges
from ml_abm.inference.points import asked
from ml_abm.inference.unknowns import default_values, named_studies, point_of, values_of
from ml_abm.parameters import declarations


def prior(name):
    return next(one.prior for one in asked().unknowns if one.name == name)


@pytest.mark.parametrize(
    ("text", "studies"),
    [
        ("Beg, Fitzpatrick & Lucas 2024", {("Beg", "2024")}),
        ("Kraft et al. 2018: small v >= 100", {("Kraft", "2018")}),
        ("direction: Castro, Barrera & Martinez 2004; tuned to trials", {("Castro", "2004")}),
        ("Kittelman et al. 2020; McIntosh et al. 2018", {("Kittelman", "2020"), ("McIntosh", "2018")}),
        ("assumed", set()),
    ],
)
def test_studies_are_known_by_author_and_year(text, studies):
    assert named_studies(text) == studies


def test_a_number_whose_study_is_a_trial_has_what_is_plausible():
    for name in (
        "rest_share",
        "report_bias",
        "dilution_size",
        "lapse_of_new_leader",
    ):  # Duflo, Ennett, Kraft, Kittelman
        assert prior(name).source.endswith("its study is a trial")


def test_a_tuned_number_has_what_is_plausible_and_no_trace_of_its_default():
    said = plausible_ranges()["units"]["log-hazard"]
    for name in ("adoption_of_peers", "lapse_of_strain"):
        assert "tuned" in declarations()[name].source
        assert (prior(name).low, prior(name).high) == (said["low"], said["high"])


def test_all_else_keeps_the_evidence_table_or_the_convention():
    assert prior("threshold_mean").source.startswith("evidence table")
    assert prior("capital_decay").source.startswith("around the default")


def test_ranges_lie_within_what_is_declared_and_say_why():
    for one in asked().unknowns:
        if one.kind == "behaviour":
            about = declarations()[one.name]
            assert about.low <= one.prior.low < one.prior.high <= about.high, one.name
    for of in plausible_ranges().values():
        for name, said in of.items():
            assert said["why"], name
            assert said["low"] < said["high"], name
    assert set(plausible_ranges()["numbers"]) <= set(declarations())


def test_normal_scores_become_values_and_points():
    values = values_of(asked().unknowns, np.zeros((1, len(asked().unknowns))))[0]
    point = point_of(asked().unknowns, values)
    assert point.drawn["strain_base"] == pytest.approx(-1.25)  # the middle of -3 to 0.5
    assert point.drawn["lapse_of_strain"] == pytest.approx((0.3 * 10) ** 0.5)
    assert point.effects["Targeted instruction"] == pytest.approx(1.2)
    assert point.nuisance["criterion"] == pytest.approx(0.6)


def test_defaults_are_those_of_scenarios_and_trials():
    point = point_of(asked().unknowns, default_values(asked().unknowns, asked().trials))
    assert point.drawn["found_hours"] == declarations()["found_hours"].default
    assert point.effects["Coaching, USA"] == 0.97
