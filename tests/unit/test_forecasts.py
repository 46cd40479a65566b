import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from ml_abm.calibration import baselines, forecast, reporting
from ml_abm.calibration.case import Case, load_case
from ml_abm.calibration.scores import crps, inside
from ml_abm.calibration.series import Series, check, long_series, rounding_units, series_of
from ml_abm.errors import CaseError


def a_case(years, values, denominator=np.nan, metric="schools"):
    points = pd.DataFrame({"year": years, "metric": metric, "value": values, "denominator": denominator})
    points = points.assign(source="test", note="", confidence="A")
    return Case("test", "A test", "nowhere", points, points[:0], points[:0])


def a_curve(curve, theta, years, sigma=0.03, seed=1):
    """Return reports of a known curve."""
    t = np.asarray(years, float)
    rng = np.random.default_rng(seed)
    expected = curve(np.array([theta]), t - t[0])
    values = reporting.reported(rng, expected, np.array([sigma]), np.ones(len(t)))[0]
    return Series("test", "schools", t, values, np.ones(len(t)))


def test_crps_of_a_large_sample_is_that_of_its_distribution():
    """The closed form of a normal (Gneiting & Raftery 2007); a sample of 20,000 evenly spread quantiles, within 0.001."""
    sample = norm.ppf((np.arange(20_000)[:, None] + 0.5) / 20_000, 2.0, 1.5).repeat(3, axis=1)
    truth = np.array([2.0, 0.5, 6.0])
    z = (truth - 2.0) / 1.5
    exact = 1.5 * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    assert crps(sample, truth) == pytest.approx(exact, abs=0.001)


def test_crps_of_few_draws_is_the_double_sum_it_stands_for():
    sample, truth = np.random.default_rng(1).normal(size=(7, 2)), np.array([0.3, -2.0])
    pairs = np.abs(sample[:, None] - sample[None]).sum(axis=(0, 1)) / (7 * 6)
    assert crps(sample, truth) == pytest.approx(np.abs(sample - truth).mean(axis=0) - pairs / 2)


def test_a_middle_interval_holds_its_share():
    sample = np.arange(101.0)[:, None].repeat(3, axis=1)
    assert inside(sample, np.array([24.0, 26.0, 76.0]), 0.5).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("value", "unit"), [(1500, 100), (4894, 1), (80, 1), (1, 1), (0, 1), (20_000, 1000), (0.35, 0.01)]
)
def test_a_number_shows_what_it_was_rounded_to(value, unit):
    assert rounding_units([value])[0] == pytest.approx(unit)


def test_a_report_is_likeliest_where_the_truth_is_near_it():
    series = Series(
        "test", "schools", np.array([0.0, 1, 2]), np.array([100.0, 200, 400]), np.array([100.0, 100, 100])
    )
    expected = series.values * np.array([[1.0], [1.5], [1e6], [1e-6]])
    near, off, far, low = reporting.log_likelihood(series, expected, np.full(4, 0.1))
    assert near > off > far
    assert np.isfinite([far, low]).all()


def test_reports_have_the_spread_that_was_asked_for():
    rng = np.random.default_rng(1)
    sample = reporting.reported(rng, np.full((50_000, 1), 1e8), np.full(50_000, 0.1), np.ones(1))
    assert np.log(sample).std() == pytest.approx(0.1, rel=0.02)


def test_a_report_of_everybody_is_censored():
    """100 of 100 expected, an error of 0.1 and the chance of 100: sd = sqrt(0.01 + 0.01). P(report 100) = P(true > 99.5) = Phi(-log(0.995) / sd)."""
    chance = norm.cdf(-np.log(0.995) / np.sqrt(0.02))
    rng = np.random.default_rng(1)
    expected, sigma = np.full((40_000, 1), 100.0), np.full(40_000, 0.1)
    sample = reporting.reported(rng, expected, sigma, np.ones(1), most=100.0)
    assert sample.max() == 100
    assert (sample == 100).mean() == pytest.approx(chance, abs=0.01)
    series = Series("test", "schools", np.array([0.0]), np.array([100.0]), np.ones(1), ceiling=100.0)
    found = reporting.log_likelihood(series, expected[:1], sigma[:1])
    assert found[0] == pytest.approx(np.log(chance))


@pytest.mark.parametrize(
    ("name", "theta"),
    [
        ("Bass", [2000, 20, 0.01, 0.6]),
        ("logistic", [2000, 20, 0.8]),
        ("Gompertz", [2000, 20, 0.35]),
    ],
)
def test_a_fit_finds_the_curve_that_made_the_points(name, theta):
    """14 yearly points with an error of 3%, seed 1: the ceiling within 10%, the truth inside the middle 99%."""
    series = a_curve(baselines.GROWTH[name].curve, theta, range(2000, 2014))
    fitted = baselines.fit(series, name)
    assert np.median(fitted.theta[:, 0]) == pytest.approx(theta[0], rel=0.1)
    low, high = np.quantile(fitted.theta, [0.005, 0.995], axis=0)
    assert ((low <= theta) & (theta <= high))[[0, 1, 3] if name == "Bass" else slice(None)].all()


def test_intervals_of_forecasts_cover_what_comes():
    """Ten logistic series of 8 points, four of them to be met, seeds 0 to 9: 80% intervals hold 0.80 +- 0.15 of 40 points."""
    held = []
    for seed in range(10):
        series = a_curve(baselines.logistic, [1000, 30, 0.7], range(2000, 2008), 0.08, seed)
        known, later = series.part(0, 5), series.part(5, 8)
        sample = baselines.curve_forecast("logistic")(known, later.years, seed)
        held += inside(sample, later.values, 0.8).tolist()
    assert np.mean(held) == pytest.approx(0.8, abs=0.15)


def test_the_same_seed_gives_the_same_forecast():
    series = series_of(load_case("pltw"), "schools").part(0, 5)
    first, again = (baselines.METHODS["logistic"](series, np.array([2014.7]), 3) for _ in range(2))
    assert (first == again).all()


def test_no_forecast_is_above_everybody():
    """Neither what is expected nor a report is above the 38 districts."""
    series = series_of(load_case("new_math_allegheny"), "districts").part(0, 4)
    much_later = np.array([2058.0])
    assert baselines.fit(series, "Bass").expected(much_later).max() <= 38
    assert baselines.METHODS["Bass"](series, much_later, 1).max() <= 38
    for naive in (baselines.last_value, baselines.last_growth):
        assert naive(series, much_later, 1).max() <= 38


def test_who_guesses_the_last_value_is_surer_of_next_year_than_of_the_next_decade():
    series = series_of(load_case("pltw"), "schools").part(0, 5)
    near, far = baselines.last_value(series, np.array([2011.0, 2020.0]), 1).T
    assert np.std(np.log(near)) < np.std(np.log(far))


def test_growth_that_went_on_is_met_by_who_holds_growth():
    years = np.arange(2000.0, 2006)
    series = Series("test", "schools", years, np.round(100 * 1.5 ** (years - 2000)), np.ones(6))
    rows = forecast.score(series, "last growth", baselines.last_growth)
    assert (rows.crps < 0.02).all()
    assert list(rows.ahead) == [1, 2]


def test_the_table_has_every_series_and_says_who_was_best():
    many = long_series()[:2]
    scores = forecast.score_all(
        many, {"last value": baselines.last_value, "last growth": baselines.last_growth}
    )
    table = forecast.by_series(scores)
    assert list(table.index) == [series.name for series in many]
    assert forecast.summary(scores)["best"].sum() == len(many)


def test_scores_are_means_over_seeds_with_their_error():
    """A forecast that is off by 10, 20 and 30% for seeds 1, 2 and 3: mean 0.2, standard error 0.1 / sqrt(3)."""
    years = np.arange(2000.0, 2005)
    series = Series("test", "schools", years, np.full(5, 1000.0), np.ones(5))
    scores = forecast.score(series, "off", lambda known, later, seed: off(later, 0.1 * seed), 1, 3)
    assert forecast.by_series(scores).loc[series.name, "off"] == pytest.approx(0.2)
    assert forecast.monte_carlo_error(scores).loc[series.name, "off"] == pytest.approx(0.1 / np.sqrt(3))


def test_a_method_within_the_noise_of_another_is_not_best():
    """Means 0.2 and 0.25 with an error of 0.058 each are no difference; 0.2 and 0.5 with 0.058 and 0 are one of 5 errors."""
    years = np.arange(2000.0, 2005)
    series = Series("test", "schools", years, np.full(5, 1000.0), np.ones(5))

    def best(other):
        methods = {"off": lambda known, later, seed: off(later, 0.1 * seed), "other": other}
        return forecast.clearly_best(forecast.score_all([series], methods, repeats=3))

    assert best(lambda known, later, seed: off(later, 0.1 * seed + 0.05)) == {}
    assert best(lambda known, later, seed: off(later, 0.5)) == {series.name: "off"}


def off(years, by):
    """Return a forecast that is sure of a count so far above 1,000, in logarithms."""
    return np.full((100, len(years)), 1000 * np.exp(by))


def test_every_long_series_leaves_two_points_to_meet():
    many = long_series()
    assert len({series.case for series in many}) >= 8
    for series in many:
        known, later = forecast.split(series)
        assert len(known) >= 3
        assert len(later) >= 2
        assert not series.metric.startswith("new_")


@pytest.mark.parametrize(
    ("years", "values", "of", "says"),
    [
        ([2000, 2001], [1, 2], np.nan, "has 2 points: a fit needs 3"),
        ([2000, 2001, 2002], [0, 0, 0], np.nan, "all values are 0"),
        ([2000, 2001, 2001], [1, 2, 3], np.nan, "year 2001 is there twice"),
        ([2000, 2001, 2002], [1, 2, 300], 200, "300 is above the denominator 200"),
        ([2000, 2001, 2002], [1, -2, 3], np.nan, "-2 is below 0"),
        ([2000, 2001, 2002], [1, np.nan, 3], np.nan, "missing or not a number"),
    ],
)
def test_what_cannot_be_fitted_is_said_in_one_line(years, values, of, says):
    with pytest.raises(CaseError, match=says) as caught:
        series_of(a_case(years, values, of), "schools")
    assert "\n" not in str(caught.value)


def test_points_that_can_be_fitted_pass():
    check(series_of(a_case([2000, 2001, 2002], [1, 20, 30], 200), "schools"))
