import numpy as np
import pytest
from scipy import stats

from ml_abm.calibration import priors
from ml_abm.calibration.priors import (
    DISTRIBUTIONS,
    Prior,
    prior_from,
    prior_of,
    prior_table,
    read_priors,
    sample,
    unit_sample,
)
from ml_abm.errors import PriorError
from ml_abm.parameters import declarations

UNCERTAIN = [about.name for about in declarations().values() if about.role == "uncertainty"]


@pytest.mark.parametrize("name", UNCERTAIN)
def test_every_uncertain_parameter_has_a_prior_inside_its_range(name):
    about, prior = declarations()[name], prior_of(name)
    values = prior.values(np.linspace(0, 1, 101))
    assert np.isfinite(values).all()
    assert (np.diff(values) >= 0).all()
    assert about.low <= values[0] <= values[-1] <= about.high
    assert values[0] <= about.default <= values[-1]


def test_evidence_gives_the_prior_where_there_is_some():
    """Thresholds: 0.3 to 0.5 around 0.42 in the evidence table, with a beta distribution."""
    prior = prior_of("threshold_mean")
    assert (prior.distribution, prior.low, prior.central, prior.high) == ("beta", 0.3, 0.42, 0.5)
    assert "threshold_mean" in prior.source
    assert prior.values(np.array([0.05, 0.95])) == pytest.approx([0.32, 0.52], abs=0.01)


def test_without_evidence_ninety_percent_lie_within_a_factor_of_two():
    prior = prior_of("behaviour.joining_of_peers")
    default = declarations()["joining_of_peers"].default
    assert prior.values(np.array([0.05, 0.5, 0.95])) == pytest.approx(
        [default / 2, default, default * 2], rel=0.01
    )


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
def test_low_and_high_are_what_they_say(distribution):
    prior = Prior("x", distribution, 0.2, 0.4, 0.6, (0.0, 1.0), "test")
    inside = np.mean(
        (prior.values(np.linspace(0, 1, 2001)) >= 0.2) & (prior.values(np.linspace(0, 1, 2001)) <= 0.6)
    )
    whole = distribution in ("uniform", "loguniform", "triangular")
    assert inside == pytest.approx(1.0 if whole else 0.9, abs=0.03)


def test_the_same_seed_draws_the_same_and_evenly():
    priors = [prior_of("threshold_mean"), prior_of("rest_share")]
    draws = sample(priors, 256, seed=5)
    assert draws.equals(sample(priors, 256, seed=5))
    assert not draws.equals(sample(priors, 256, seed=6))
    for design in ("sobol", "latin-hypercube"):
        cube = unit_sample(256, 3, 5, design)
        counts = np.apply_along_axis(lambda u: np.histogram(u, 16, (0, 1))[0], 0, cube)
        assert (counts == 16).all()


def test_the_table_says_where_a_prior_is_from():
    table = prior_table([prior_of("threshold_mean"), prior_of("rest_share")])
    assert list(table.columns) == ["parameter", "5%", "median", "95%", "distribution", "source"]
    assert table.source.str.len().min() > 0


def test_a_file_overrides(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(
        "[priors.behaviour.rest_share]\nlow = 0.1\nhigh = 0.3\n"
        '[priors.threshold_mean]\ndistribution = "uniform"\nlow = 0.2\nhigh = 0.6\n'
    )
    priors = read_priors(path)
    assert list(priors) == ["behaviour.rest_share", "behaviour.threshold_mean"]
    assert priors["behaviour.rest_share"].central == pytest.approx(0.2)
    assert "mine.toml" in priors["behaviour.threshold_mean"].source


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[priors.rest_shar]\nlow = 0\nhigh = 1", "Did you mean 'rest_share'"),
        ("[priors.rest_share]\nlow = 0.5\nhigh = 0.1", "low = 0.5 is not below high = 0.1"),
        ("[priors.rest_share]\nhigh = 0.1", "rest_share: low is missing: a number"),
        ("[priors.rest_share]\nlow = true\nhigh = 0.1", "rest_share: low = true: allowed a number"),
        ("[priors.rest_share]\nlow = 0.1\nhigh = 3", "outside of what is allowed, 0 to 1"),
        ("[priors.rest_share]\nlow = 0.1\nhigh = 0.3\ncentral = 0.4", "central = 0.4 is not between"),
        (
            '[priors.rest_share]\nlow = 0.1\nhigh = 0.3\ndistribution = "cauchy"',
            "distribution = 'cauchy': allowed 'uniform', ",
        ),
        ('[priors.rest_share]\nlow = 0\nhigh = 0.3\ndistribution = "lognormal"', "needs a low above 0"),
        (
            '[priors.rest_share]\nlow = 0.001\nhigh = 0.999\ncentral = 0.01\ndistribution = "beta"',
            "too wide for a beta",
        ),
        (
            "[priors.rest_share]\nlow = 0.1\nhigh = 0.3\nmode = 0.4",
            "mode is not known. Did you mean|mode is not known. Allowed are distribution, low, central, high",
        ),
        ("[prior.rest_share]\nlow = 0.1", "allowed are tables"),
        ("priors = 3", "allowed are tables"),
        ("[priors", "is not valid TOML"),
    ],
)
def test_what_a_file_of_priors_may_not_say(tmp_path, text, says):
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(PriorError, match=says) as caught:
        read_priors(path)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(PriorError, match="there is no file"):
        read_priors(tmp_path / "none.toml")


def test_an_unknown_parameter_is_said():
    with pytest.raises(PriorError, match="Did you mean"):
        prior_of("threshold_men")
    with pytest.raises(PriorError, match="is no parameter"):
        prior_from("nothing", {}, "here")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (priors.uniform(1, 3), stats.uniform(1, 2)),
        (priors.triangular(1, 1.5, 3), stats.triang(0.25, 1, 2)),
        (priors.triangular(1, 1, 3), stats.triang(0, 1, 2)),
        (priors.triangular(1, 3, 3), stats.triang(1, 1, 2)),
        (priors.normal(1, 2), stats.norm(1, 2)),
        (priors.logarithmic(priors.normal(np.log(2), 0.3)), stats.lognorm(0.3, scale=2)),
        (priors.logarithmic(priors.uniform(np.log(0.5), np.log(4))), stats.loguniform(0.5, 4)),
        (priors.gamma(2.0, 0.5), stats.gamma(2.0, scale=0.5)),
        (priors.beta(2, 3, 1, 4), stats.beta(2, 3, 1, 3)),
    ],
    ids=lambda shape: shape.dist.name if hasattr(shape, "dist") else "",
)
def test_distributions_are_those_of_scipy(ours, theirs):
    quantiles, values = np.linspace(0, 1, 41), np.linspace(-1, 5, 41)
    np.testing.assert_allclose(ours.quantile(quantiles), theirs.ppf(quantiles), rtol=1e-12)
    np.testing.assert_allclose(ours.below(values), theirs.cdf(values), rtol=1e-12, atol=1e-15)
