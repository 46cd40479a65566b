"""Surveys of a case, who left and how well it is done: what they are of the model, what they add to a fit, and what cannot be meant."""

import numpy as np
import pytest

from ml_abm.calibration import diagnostics
from ml_abm.calibration.case import load_case
from ml_abm.calibration.data import data_file
from ml_abm.calibration.fit import fit
from ml_abm.calibration.inference_data import inference_data
from ml_abm.calibration.own_case import read_own_case
from ml_abm.calibration.problem import BEHAVIOUR, OF_FIDELITY, preset_of, problem_of, target_of
from ml_abm.calibration.reporting import in_logits, surveyed
from ml_abm.calibration.rollout import NO_PARAMETERS, SHARE_ERROR
from ml_abm.calibration.scores import LEVELS
from ml_abm.calibration.summaries import learn, number_of_points, observed_summaries
from ml_abm.calibration.surveys import Survey, follow_schools, share_left, surveys_of, why_not
from ml_abm.errors import CaseError, FitError
from ml_abm.simulation import Simulation
from ml_abm.tables import NEVER
from tests.unit.test_calibrate import CASE, POINTS, SMALL
from tests.unit.test_fit import STAYS, TRUE, a_scenario, a_series

LEFT, DONE = "share_abandoned_within_2y", "mean_fidelity"
OF_THESE = ("behaviour.school_exit_base", "behaviour.skill_of_practice")


def two_surveys(scenario, left=0.2, done=0.4):
    year = scenario.setting.start_year + 5 - 1 / 12
    return (
        Survey("made-up", LEFT, year, left, 300, 0.01, 2),
        Survey("made-up", DONE, year, done, 100, 0.01),
    )


@pytest.fixture(scope="module")
def posterior():
    scenario = a_scenario(**TRUE)
    target = target_of(scenario, a_series(scenario), two_surveys(scenario))
    return fit(problem_of([target], behaviour=OF_THESE, leave_out=STAYS), seed=3, runs=600, zoom=200)


# --- what is used of the package's cases ---


def test_every_figure_is_used_or_says_why_not():
    table = data_file("fidelity")
    reasons = [why_not(case, metric) for case, metric in zip(table.case_id, table.metric, strict=True)]
    used = [case for case, reason in zip(table.case_id, reasons, strict=True) if not reason]
    assert sorted(used) == ["escuela_nueva", "pbis_us"]


def test_schools_that_were_followed_for_five_years_are_followed_in_the_model():
    target = target_of(preset_of("pbis_us"))
    (survey,) = target.surveys
    assert (survey.value, survey.of, survey.within, survey.unit) == (0.07, 915, 5, 0.01)
    assert target.survey_months.tolist() == [192]
    names = problem_of([target]).names
    assert [name for name in names if name.startswith("behaviour.")] == [
        f"behaviour.{name}" for name in BEHAVIOUR
    ]


def test_a_fidelity_after_the_scenarios_end_is_waited_for():
    """Escuela Nueva has two points and one survey, of 2010; the scenario ends in 1992 and the run goes on."""
    target = target_of(preset_of("escuela_nueva"))
    assert target.last_month == 12 * (2010 - 1976)
    names = problem_of([target]).names
    wanted = [f"behaviour.{name}" for name in (*BEHAVIOUR, *OF_FIDELITY)]
    assert [name for name in names if name.startswith("behaviour.")] == wanted


def test_marks_that_were_not_asked_for_are_not_used():
    assert surveys_of(load_case("pbis_us", "AB"))
    assert not surveys_of(load_case("pbis_us", "C"))


def test_a_case_without_surveys_has_no_unknown_of_them():
    problem = problem_of([target_of(preset_of("success_for_all"))])
    assert SHARE_ERROR not in problem.names
    assert SHARE_ERROR in NO_PARAMETERS
    assert SHARE_ERROR in problem_of([target_of(preset_of("pbis_us"))]).names


def test_schools_of_a_surveyed_case_keep_their_teachers():
    """In schools of two, more leave: the PBIS team of five is run whole."""
    assert target_of(preset_of("pbis_us")).scenario.setting.teachers_per_school == 5
    assert target_of(preset_of("success_for_all")).scenario.setting.teachers_per_school == 2


# --- what is true, and what is printed ---


def test_schools_are_followed_from_their_own_first_month():
    """Seven schools in month 60, followed for 24: four for long enough, of which one left in time, one late, one on the last day."""
    joined = np.array([0, 10, 20, 36, 37, 59, NEVER])
    left = np.array([24, 35, NEVER, NEVER, 38, 60, NEVER])
    assert share_left(joined, left, 60, 24) == 1 / 4
    assert share_left(joined, left, 10, 24) == 0


def test_looking_at_schools_every_month_changes_nothing():
    whole, watched = (Simulation(a_scenario(school_exit_base=-3.0), seed=4) for _ in range(2))
    whole.run_for(60)
    joined, left = follow_schools(watched, 60)
    assert (whole.outcomes()["fidelity"] == watched.outcomes()["fidelity"]).all()
    gone = left != NEVER
    assert gone.sum() > 10
    assert (joined[gone] < left[gone]).all()
    assert (joined != NEVER).sum() >= whole.latest()["schools_enrolled"]


def test_a_printed_share_has_the_chance_of_whom_one_asked_and_an_error_in_logits():
    """20,000 reports of 30% of 100 schools, seed 1: spread within 3% of binomial; with an error of 0.5, of both in logits."""
    rng = np.random.default_rng(1)
    true, of, unit = np.full((20_000, 1), 0.3), np.array([100]), np.array([0.01])
    plain = surveyed(rng, true, np.zeros(20_000), of, unit)
    assert plain.std() == pytest.approx(np.sqrt(0.3 * 0.7 / 100), rel=0.03)
    assert all(share == float(f"{share:.2f}") for share in np.unique(plain))
    loose = in_logits(surveyed(rng, true, np.full(20_000, 0.5), of, unit), unit)
    assert loose.std() == pytest.approx(np.sqrt(0.5**2 + 1 / (100 * 0.3 * 0.7)), rel=0.05)
    nobody = surveyed(rng, np.zeros((5, 1)), np.full(5, 1.0), of, unit)
    assert (nobody == 0).all()
    assert np.isfinite(in_logits(nobody, unit)).all()


# --- what they add to a fit ---


def recovery(posterior, summaries):
    """Return how well what is expected of each parameter, learned from other runs, goes with the truth, over all runs of the prior."""
    z = posterior.prior_runs.z
    expected = learn(posterior.raw[:, :summaries], z).of_runs
    pairs = zip(posterior.problem.names, expected.T, z.T, strict=True)
    return {name: np.corrcoef(each, true)[0, 1] for name, each, true in pairs}


def test_a_survey_finds_the_parameter_that_it_speaks_of(posterior):
    """600 truths: recovery of both is at least 0.2 better with surveys, and the trainers' pace is found as well."""
    asked = recovery(posterior, None)
    silent = recovery(posterior, number_of_points(posterior.problem))
    for name in OF_THESE:
        assert asked[name] > silent[name] + 0.2
    for name in ("programme.training_capacity", "programme.capacity_growth"):
        assert asked[name] > silent[name] - 0.1


def test_intervals_hold_truths_with_surveys_too(posterior):
    """Truths around the case, seed 1: three binomial standard errors of their number, mean over parameters, and over points and surveys."""
    checks = diagnostics.check_method(posterior)
    for held in checks.held():
        for level, share in zip(LEVELS, held, strict=True):
            tolerance = 3 * np.sqrt(level * (1 - level) / len(checks.ranks))
            assert share == pytest.approx(level, abs=tolerance)


def test_other_methods_hear_the_surveys_too(posterior):
    """More leave than the model expects and it is done less well: every method moves the parameter of each, by much and to one side."""
    table = diagnostics.compare(posterior).set_index("parameter")
    for name, side in zip(OF_THESE, (1, -1), strict=True):
        for method in ("mean", "emulated mean", "ABC mean"):
            assert side * table[method][name] > 0.3
        assert table["emulated apart"][name] < 0.5
        assert table["ABC apart"][name] < 1  # it has no likelihood, and is coarser


def test_what_surveys_added_is_said(posterior):
    learnt, silent = diagnostics.without_surveys(posterior)
    k = posterior.problem.names.index("behaviour.school_exit_base")
    assert learnt[k] > silent[k] + diagnostics.SOME
    prior, after = diagnostics.prior_predictive(posterior), diagnostics.posterior_predictive(posterior, 60)
    said = diagnostics.surveys_in_words(posterior, prior, after)
    assert "20% of 300 schools left within 2 years of enrolling" in said[0]
    assert "mean fidelity 40% in 100 schools" in said[1]
    assert "school_exit_base" in said[-1]
    table = diagnostics.predictive_table(posterior, prior, after)
    assert table.metric.tolist() == ["schools"] * 5 + [LEFT, DONE]
    assert table.reported.tolist()[-2:] == [0.2, 0.4]
    assert inference_data(posterior, after).posterior_predictive["made-up_surveys"].shape == (1, 60, 2)


def test_summaries_of_surveys_come_after_all_counts():
    scenario = a_scenario()
    pairs = [("a", two_surveys(scenario)), ("b", ())]
    problem = problem_of([target_of(scenario, a_series(scenario, case=name), asked) for name, asked in pairs])
    assert number_of_points(problem) == 10
    assert observed_summaries(problem)[10:] == pytest.approx(np.log([0.2 / 0.8, 0.4 / 0.6]))
    assert f"a: {SHARE_ERROR}" in problem.names
    assert f"b: {SHARE_ERROR}" not in problem.names


# --- surveys of one's own ---


def own_case(folder, rows):
    (folder / "small.toml").write_text(SMALL.to_toml())
    (folder / "points.csv").write_text(POINTS + rows)
    (folder / "mine.toml").write_text(CASE)
    return read_own_case(folder / "mine.toml")


def test_a_case_of_ones_own_has_surveys_among_its_points(tmp_path):
    scenario, series, surveys = own_case(
        tmp_path,
        "2023,share_abandoned_within_2y,0.12,33,made up\n2023,mean_fidelity,0.625,40,made up\n2023,pupils,7,,x\n",
    )
    assert [(one.name, one.of, one.within, one.unit) for one in surveys] == [
        ("share_abandoned_within_2y 2023", 33, 2, 0.01),
        ("mean_fidelity 2023", 40, 0, 0.001),
    ]
    assert target_of(scenario, series, surveys).survey_months.tolist() == [36, 36]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (
            "2023,share_abandoned_within_2y,7,33,x",
            "share_abandoned_within_2y = 7 in 2023: allowed is a share",
        ),
        ("2023,share_abandoned,0.07,33,x", "metric = 'share_abandoned': allowed of leaving and fidelity are"),
        ("2023,share_abandoned_within_31y,0.07,33,x", "N from 1 to 30"),
        ("2023,fidelity,0.5,33,x", "metric = 'fidelity': allowed of leaving and fidelity are mean_fidelity"),
        ("2023,mean_fidelity,0.5,,x", "denominator is missing: allowed is the number of schools"),
        ("2023,mean_fidelity,0.5,0.5,x", "denominator = 0.5: allowed is the number of schools"),
        ("2023,mean_fidelity,0.5,9,x\n2023,mean_fidelity,0.6,9,x", "mean_fidelity is there twice for 2023"),
        ("2021,share_abandoned_within_2y,0.1,33,x", "begins in 2020: allowed is 2022.1 to 2119.9"),
        ("2019,mean_fidelity,0.1,33,x", "mean_fidelity in 2019: small begins in 2020"),
    ],
)
def test_a_survey_that_cannot_be_meant_is_said_in_one_line(tmp_path, row, says):
    with pytest.raises((CaseError, FitError)) as caught:
        target_of(*own_case(tmp_path, row + "\n"))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
