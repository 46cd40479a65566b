import json
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from ml_abm.calibration import diagnostics, predict
from ml_abm.calibration.emulator import Emulator, Part, Walk, density_of_prior, sampled
from ml_abm.calibration.fit import fit, prior_runs
from ml_abm.calibration.inference_data import inference_data, write_netcdf
from ml_abm.calibration.kept import keep
from ml_abm.calibration.priors import prior_from
from ml_abm.calibration.problem import Problem, preset_of, problem_of, target_of
from ml_abm.calibration.rollout import ROLLOUT, for_fitting, local_priors
from ml_abm.calibration.series import Series
from ml_abm.calibration.simulations import Simulations, simulate_all
from ml_abm.calibration.summaries import learn, observed_summaries, raw_summaries
from ml_abm.calibration.weighed import Weigher, density_of_runs
from ml_abm.errors import FitError, PriorError, StoreError
from ml_abm.runs import Kept
from ml_abm.scenario import Scenario, preset_names
from ml_abm.simulation import Simulation
from tests.needs import needs_calibrate

SMALL = {
    "districts": 4,
    "schools": 200,
    "teachers_per_school": 2.0,
    "pilot_schools": 5,
    "design_months": 0,
    "trainers_bought": 0.0,  # money is no object here, and would hide the trainers' own pace
    "target_share": 0.9,
    "funders": [
        {"name": "Ministry", "stage": "system", "annual_budget": 1e9, "horizon_months": 0},
    ],
}
# What is to be found again: the trainers' pace.
TRUE = {"training_capacity": 12.0, "capacity_growth": 0.5}
STAYS = (
    "budgets",
    "programme.target_share",
    "programme.school_recruitment",
    "programme.district_recruitment",
)
MONTHS = np.array([11, 23, 35, 47, 59])


def a_scenario(**changes) -> Scenario:
    joins_at_once = {"school_recruitment": 0.9, "district_recruitment": 0.9}
    return Scenario().replace({"months": 60, **SMALL, **joins_at_once, **changes})


def a_series(scenario: Scenario, seed: int = 99, case: str = "made-up") -> Series:
    """Return what the model itself reports, as a case."""
    records = Simulation(scenario, seed).run_for(60).records()
    counts = records["record.practice"]["schools_enrolled"][MONTHS]
    years = scenario.setting.start_year + MONTHS / 12
    return Series(case, "schools", years, counts, np.ones(len(counts)))


def a_problem(**changes) -> Problem:
    scenario = a_scenario(**{**TRUE, **changes})
    return problem_of([target_of(scenario, a_series(scenario))], behaviour=(), leave_out=STAYS)


@pytest.fixture(scope="module")
def posterior():
    return fit(a_problem(), seed=3, runs=800, zoom=300)


# --- the fit ---


def test_a_known_truth_is_found_again(posterior):
    """12 schools a year and 0.5 for each school; 800 + 300 runs, seed 3: both inside the middle 95%, and much narrower than the prior."""
    table = diagnostics.posterior_table(posterior).set_index("parameter")
    low, high = np.quantile(posterior.values, [0.025, 0.975], axis=0)
    for name, value in TRUE.items():
        k = posterior.problem.names.index(f"programme.{name}")
        assert low[k] < value < high[k]
        assert table.contraction[f"programme.{name}"] > 0.5


def test_a_fit_is_the_same_on_any_number_of_threads():
    one, two = (fit(a_problem(), seed=3, runs=200, zoom=50, workers=n) for n in (1, 2))
    assert (one.values == two.values).all()


def test_a_fit_goes_on_from_runs_that_are_kept(tmp_path):
    problem, told = a_problem(), []
    whole = fit(problem, seed=3, runs=200, zoom=0, folder=tmp_path / "runs")
    found = Kept(tmp_path / "runs").read()
    assert len(found) == 200
    for part in (tmp_path / "runs").glob("part-*.parquet"):
        part.unlink()
    Kept(tmp_path / "runs").add(dict(list(found.items())[:100]))
    again = fit(problem, seed=3, runs=200, zoom=0, folder=tmp_path / "runs", progress=told.append)
    assert (whole.values == again.values).all()
    assert told[0] == 100
    assert sum(told) == 200


def test_runs_of_another_fit_are_not_taken(tmp_path):
    fit(a_problem(), seed=3, runs=200, zoom=0, folder=tmp_path / "runs")
    with pytest.raises(FitError, match="holds runs of another fit"):
        fit(a_problem(), seed=4, runs=200, zoom=0, folder=tmp_path / "runs")


def test_a_part_that_is_damaged_is_said(tmp_path):
    fit(a_problem(), seed=3, runs=200, zoom=0, folder=tmp_path / "runs")
    next((tmp_path / "runs").glob("part-*.parquet")).write_bytes(b"no")
    with pytest.raises(StoreError, match=r"is damaged.*: delete it and run again"):
        fit(a_problem(), seed=3, runs=200, zoom=0, folder=tmp_path / "runs")


def test_two_cases_share_behaviour_and_keep_their_rollouts():
    """Two systems, 400 + 150 runs, seed 5: four draws of five say which case has more trainers."""
    scenarios = [a_scenario(**TRUE), a_scenario(training_capacity=40.0, capacity_growth=0.1)]
    targets = [target_of(s, a_series(s, case=name)) for s, name in zip(scenarios, "ab", strict=True)]
    problem = problem_of(targets, behaviour=("joining_of_peers",), leave_out=STAYS)
    assert problem.names[0] == "behaviour.joining_of_peers"
    assert problem.names[1:] == [
        f"{case}: {name}"
        for case in "ab"
        for name in ("programme.training_capacity", "programme.capacity_growth", "reporting_error")
    ]
    posterior = fit(problem, seed=5, runs=400, zoom=150)
    draws = posterior.table()
    slow, fast = draws["a: programme.training_capacity"], draws["b: programme.training_capacity"]
    assert (slow < fast).mean() > 0.8
    only_a = [problem.names.index(name) for name in problem.names if name.startswith("a: ")]
    changed = np.zeros((2, len(problem.names)))
    changed[1, only_a] = 1.0
    expected = posterior.rounds[-1].before.expected(changed)
    assert (expected[0, :5] != expected[1, :5]).all()
    assert (expected[0, 5:] == expected[1, 5:]).all()  # what is local to one case says nothing of the other


# --- what cannot be fitted ---


def test_a_model_that_never_matches_says_how_far_off_it_is():
    scenario = a_scenario(**TRUE)
    series = a_series(scenario)
    jump = Series("made-up", "schools", series.years, np.array([1.0, 199, 1, 199, 1]), np.ones(5))
    problem = problem_of([target_of(scenario, jump)], behaviour=(), leave_out=STAYS)
    with pytest.raises(FitError, match=r"none of 200 runs comes near.*off by a factor of"):
        fit(problem, runs=200, zoom=0)


def test_too_few_runs_are_refused():
    with pytest.raises(FitError, match="50 runs are too few"):
        fit(a_problem(), runs=50)


def test_counts_that_the_model_does_not_have_are_refused():
    scenario, years = a_scenario(), np.array([2021.0, 2022, 2023])
    pupils = Series("made-up", "students", years, np.array([10.0, 20, 30]), np.ones(3))
    with pytest.raises(FitError, match="does not count students"):
        target_of(scenario, pupils)
    many = Series("made-up", "schools", years, np.array([10.0, 20, 300]), np.ones(3))
    with pytest.raises(FitError, match="more than the 200 schools"):
        target_of(scenario, many)
    early = Series("made-up", "schools", years - 50, np.array([10.0, 20, 30]), np.ones(3))
    with pytest.raises(FitError, match="0 points after the start"):
        target_of(scenario, early)
    with pytest.raises(FitError, match="has no case to fit"):
        target_of(scenario)


def test_a_case_without_a_scenario_is_said():
    with pytest.raises(FitError, match="Did you mean 'success_for_all'"):
        preset_of("success_for_al")
    assert preset_of("success-for-all").name == preset_of("success_for_all").name == "success-for-all"


def test_a_prior_for_what_is_not_fitted_is_said():
    scenario = a_scenario(**TRUE)
    prior = prior_from("rest_share", {"low": 0.1, "high": 0.3}, "here")
    with pytest.raises(PriorError, match="which is not fitted"):
        problem_of([target_of(scenario, a_series(scenario))], overrides={prior.name: prior})


# --- what is run ---


@pytest.mark.parametrize("name", [name for name in preset_names() if name != "base"])
def test_a_fit_does_not_know_the_rollout_that_a_preset_was_given(name):
    scenario, factor = for_fitting(Scenario.preset(name))
    changed = {key.rpartition(".")[2] for event in scenario.timeline for key in (*event.set, *event.scale)}
    assert not changed & set(ROLLOUT)
    assert 0 < factor <= 1
    assert scenario.setting.schools <= 1500
    assert set(local_priors(scenario)) >= {f"programme.{key}" for key in ROLLOUT}


def test_fewer_teachers_and_schools_give_about_the_same_reach():
    """Bridge in Kenya, seeds 0 to 3: with 2 of 9 teachers a school, means of reach are within 10% from the third year on."""
    whole = Scenario.preset("bridge-kenya")
    plain = whole.replace({"timeline": []})
    thin, factor = for_fitting(plain)
    months = [35, 71, 107]
    reach = [
        np.mean(
            [
                Simulation(s, k).run_for(108).records()["record.practice"]["schools_enrolled"][months]
                for k in range(4)
            ],
            axis=0,
        )
        for s in (plain, thin)
    ]
    assert reach[1] / factor == pytest.approx(reach[0], rel=0.1)


def test_a_pilot_is_given_and_not_fitted():
    target = target_of(preset_of("success_for_all"))
    assert target.months[0] > 0
    assert target.series.values[0] > 1


# --- summaries and the kept runs ---


def test_no_run_has_seen_its_own_summary():
    """Pure noise, 300 runs, seed 1: out of fold, summaries do not go with what they predict."""
    rng = np.random.default_rng(1)
    raw, wanted = rng.normal(size=(300, 6)), rng.normal(size=(300, 1))
    found = learn(raw, wanted)
    assert abs(np.corrcoef(found.of_runs[:, 0], wanted[:, 0])[0, 1]) < 0.15
    assert found.of(raw[:2]).shape == (2, 1)


def test_kept_runs_follow_a_line_to_the_truth():
    """z = s + noise of 0.3, 4,000 runs, seed 1: mean and spread at s = 1 within 0.05."""
    rng = np.random.default_rng(1)
    s = rng.normal(size=(4000, 1))
    z = s + 0.3 * rng.normal(size=(4000, 1))
    kept = keep(s, np.array([1.0]), z)
    assert kept.mean() == pytest.approx([1.0], abs=0.05)
    assert np.sqrt(kept.covariance()) == pytest.approx(np.array([[0.3]]), abs=0.05)
    assert kept.weights.sum() == pytest.approx(1)


# --- what is said of it ---


@pytest.fixture
def weigher(posterior):
    problem, runs, last = posterior.problem, posterior.all_runs, posterior.rounds[-1]
    made = density_of_runs(problem, runs.z, len(posterior.prior_runs), posterior.rounds)
    return Weigher(problem, runs, made, partial(density_of_prior, problem), last.before, last.around, 1)


def test_the_runs_own_likelihood_agrees(posterior, weigher):
    """50 runs or more share the weight by their own likelihood, which owes nothing to the emulator: means within 0.35 prior standard deviations; seed 3."""
    own = weigher.weighed(observed_summaries(posterior.problem), least=50)
    assert own.power == 1
    assert own.weights.sum() == pytest.approx(1)
    assert own.mean() == pytest.approx(posterior.z.mean(axis=0), abs=0.35)


def test_other_methods_agree(posterior):
    """Means of emcee with the emulator alone and of ABC are within 0.4 prior standard deviations where the data speak; seed 3."""
    table = diagnostics.compare(posterior).set_index("parameter")
    for name in TRUE:
        assert table["emulated apart"][f"programme.{name}"] < 0.4
        assert table["ABC apart"][f"programme.{name}"] < 0.4


def test_where_few_runs_would_stand_for_all_the_emulator_helps(posterior, weigher):
    """By their own likelihood alone too few runs would count in effect: some of it is left to the emulator, and no more than has to be."""
    truth = observed_summaries(posterior.problem)
    least = weigher.weighed(truth, least=50).effective + 20
    helped = weigher.weighed(truth, least=least)
    assert 0 < helped.power < 1
    assert helped.effective >= least
    alone = weigher.weighed(truth, least=np.inf)
    assert alone.power == 0
    assert alone.effective > 1000  # it is not bound to runs
    assert alone.mean() == pytest.approx(posterior.emulated.z.mean(axis=0), abs=0.3)


def test_a_chain_is_as_wide_as_the_posterior():
    """Reports that say nothing, 12 unknowns: spreads of the prior's 1 within 5% in the mean; seed 1. With emcee's snooker moves they are 7% too narrow."""
    problem = problem_of([target_of(a_scenario(**TRUE), a_series(a_scenario(**TRUE)))])
    unknowns, points = len(problem.unknowns), len(observed_summaries(problem))
    part = Part(
        (((np.zeros((unknowns, points)), np.zeros(points)),),), np.zeros(points), np.ones(points), list(range(unknowns)), np.arange(points)
    )  # fmt: skip
    silent = Emulator(problem, (part,), 1e12 * np.eye(points))
    chain = sampled(
        silent, observed_summaries(problem), partial(density_of_prior, problem), [1], Walk(3000, 500)
    )
    assert chain.z.std(axis=0).mean() == pytest.approx(1.0, abs=0.05)


def test_a_chain_may_begin_at_draws_that_are_all_the_same(posterior):
    """As where few runs have all the weight: it finds the same posterior, within 0.3 prior standard deviations; seed 1."""
    emulated, start = posterior.rounds[-1].before, np.repeat(posterior.z[:1], 100, axis=0)
    prior = partial(density_of_prior, posterior.problem)
    chain = sampled(emulated, observed_summaries(posterior.problem), prior, [1], Walk(1000, 200), start)
    assert chain.effective > 50
    assert chain.z.mean(axis=0) == pytest.approx(posterior.emulated.z.mean(axis=0), abs=0.3)


def test_runs_and_emulator_together_hear_each_report_once():
    """ChanceVariance four times as large as errors, and an emulator that is right: with none or some of the likelihood from runs the posterior is the same.

    4,000 runs, seed 1: means within 0.1 prior standard deviations, spreads within 8%. Powers of both that merely add up to 1 would be
    15% too narrow and 0.3 off in the error of reports.
    """
    problem, rng = a_problem(), np.random.default_rng(1)
    truth = observed_summaries(problem) + 3
    slopes = np.array([[0.5, 0.5, 0.5, 0.5, 0.5], [0, 0.1, 0.2, 0.3, 0.4], [0, 0, 0, 0, 0]])
    chance = 0.3**2 * np.ones((5, 5)) + 0.05**2 * np.eye(5)
    part = Part((((slopes, np.zeros(5)),),), truth, np.ones(5), [0, 1, 2], np.arange(5))
    right = Emulator(problem, (part,), chance)
    z = rng.standard_normal((4000, 3))
    counts = np.zeros((4000, 60))
    counts[:, MONTHS] = np.exp(truth + z @ slopes + rng.multivariate_normal(np.zeros(5), chance, 4000))
    runs, flat = Simulations(z, (counts,), (np.empty((4000, 0)),)), lambda z: np.zeros(len(z))
    weigher = Weigher(problem, runs, np.zeros(4000), flat, right, None, 1)
    alone, some, more = (weigher.weighed(truth, least) for least in (np.inf, 300, 130))
    assert 0 == alone.power < some.power < more.power < 1
    for one in (some, more):
        assert one.mean() == pytest.approx(alone.mean(), abs=0.1)
        assert spread(one) == pytest.approx(spread(alone), rel=0.08)


def spread(weighed):
    return np.sqrt(np.einsum("re,rek->k", weighed.weights, np.square(weighed.z - weighed.mean())))


def test_a_posterior_that_is_heaped_at_an_end_of_its_prior_is_said():
    """6 of 10 draws in the highest twentieth of the first prior, 4 of 10 in the lowest of the second."""
    z = np.array([[2.0] * 6 + [0.0] * 4, [-2.0] * 4 + [0.0] * 6]).T
    said = diagnostics._at_the_ends(SimpleNamespace(z=z), ["trainers", "money"])
    assert said == [
        "Heaped at the end of the prior, which may be too narrow: trainers (60% of draws in the high 5% of its prior)."
    ]
    assert diagnostics._at_the_ends(SimpleNamespace(z=z[:, 1:]), ["money"]) == []


def test_words_say_what_is_known_and_what_is_not(posterior):
    said = diagnostics.in_words(posterior)
    assert any(line.startswith("Well identified") and "training_capacity" in line for line in said)
    assert "prior standard deviations" in said[-1]


def test_parameters_that_only_their_sum_is_known_of_cannot_be_told_apart(posterior):
    rng = np.random.default_rng(1)
    first = rng.normal(size=2000)
    z = np.column_stack([first, -first + 0.1 * rng.normal(size=2000), 0.2 * rng.normal(size=2000)])
    (i, j, r), *others = diagnostics.ties_between(z)
    assert (i, j) == (0, 1)
    assert r < -0.9
    assert not others
    assert diagnostics.contraction(z) == pytest.approx([0, 0, 0.96], abs=0.05)


def test_where_data_are_silent_the_posterior_follows_the_prior(posterior):
    """`follows` is the share of a parameter's variance that is left, for a normal posterior: within 0.15."""
    table = diagnostics.prior_pull(posterior)
    assert table.follows.to_numpy() == pytest.approx(posterior.z.var(axis=0), abs=0.15)


def test_the_real_points_lie_among_what_the_fit_predicts(posterior):
    after = diagnostics.posterior_predictive(posterior, 60)
    table = diagnostics.predictive_table(posterior, diagnostics.prior_predictive(posterior), after)
    assert table["rank"].between(0.02, 0.98).all()
    assert (table["posterior 95%"] - table["posterior 5%"] < table["prior 95%"] - table["prior 5%"]).all()


def test_the_model_predicts_later_points_from_the_first(posterior):
    """Three of five points known; truth of the rest inside the middle 99%."""
    problem, series = posterior.problem, posterior.problem.targets[0].series
    forecast = predict.model_forecast(problem, posterior.prior_runs)
    sample = forecast(series.part(0, 3), series.years[3:], 1)
    low, high = np.quantile(sample, [0.005, 0.995], axis=0)
    assert ((low <= series.values[3:]) & (series.values[3:] <= high)).all()
    assert (forecast(series.part(0, 3), series.years[3:], 1) == sample).all()
    with pytest.raises(FitError, match="was not run for all"):
        forecast(series.part(0, 3), np.array([2050.0]), 1)


def test_no_report_of_the_model_is_above_everybody(posterior):
    """200 schools, of which 180 join: an error of reports alone would lead above 200."""
    problem, series = posterior.problem, posterior.problem.targets[0].series
    assert np.exp(raw_summaries(problem, posterior.prior_runs, 1)).max() == pytest.approx(200)
    sample = predict.model_forecast(problem, posterior.prior_runs)(series.part(0, 3), series.years[3:], 1)
    assert sample.max() <= 200 + 1e-9
    after = diagnostics.posterior_predictive(posterior, 20)
    assert max(part.max() for part in after.reports) <= 200


@needs_calibrate
def test_arviz_has_all_groups_and_a_file_of_them(posterior, tmp_path):
    after = diagnostics.posterior_predictive(posterior, 20)
    data = inference_data(posterior, after)
    assert data.posterior["programme.training_capacity"].shape == (1, 2000)
    assert data.posterior_predictive["made-up"].shape == (1, 20, 5)
    assert data.observed_data["made-up"].shape == (5,)
    write_netcdf(data, tmp_path / "posterior.nc")
    assert (tmp_path / "posterior.nc").stat().st_size > 1000


def test_reports_depend_on_the_seed_alone():
    problem = a_problem()
    runs = prior_runs(problem, 1, 200)
    assert (raw_summaries(problem, runs, 1) == raw_summaries(problem, runs, 1)).all()
    assert (raw_summaries(problem, runs, 1) != raw_summaries(problem, runs, 2)).any()


def test_a_folder_of_runs_says_what_it_is(tmp_path):
    simulate_all(a_problem(), np.zeros((3, 3)), folder=tmp_path)
    assert json.loads((tmp_path / "simulations.json").read_text())["runs"] == 3
    assert len(Kept(tmp_path).read()) == 3
