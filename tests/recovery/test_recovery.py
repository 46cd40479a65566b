"""Are truths found again, and do intervals hold them as often as they say, after the zoom too?

Reduced: one made-up system with three unknowns. `make calibration-report` does the same with all eleven unknowns of a real case and more truths
(`docs/calibration.py`). Tolerances are three standard errors of so many truths: intervals of one fit go together, so that only truths
count as independent, not parameters.
"""

from dataclasses import replace

import numpy as np
import pytest

from ml_abm.calibration import diagnostics
from ml_abm.calibration.emulator import Walk
from ml_abm.calibration.fit import fit
from ml_abm.calibration.scores import LEVELS
from tests.unit.test_fit import a_problem

ZOOM, WHOLE = 300, 12


@pytest.fixture(scope="module")
def fitted():
    return fit(a_problem(), seed=3, runs=300, zoom=ZOOM)


@pytest.fixture(scope="module")
def around(fitted):
    """Truths around a case: those runs of the last round that were drawn there, 90 of 100; seed 3."""
    return diagnostics.check_method(fitted)


@pytest.fixture(scope="module")
def by_runs(fitted):
    """The same with a likelihood that is the runs' own in part, since 60 of them have to count, not 300."""
    checks = diagnostics.check_method(fitted, least=60)
    assert checks.power > 0.1
    return checks


@pytest.fixture(scope="module")
def whole():
    """12 truths from the prior, each with 300 runs of the prior and 25 around it; seed 2."""
    return diagnostics.check_fits(a_problem(), WHOLE, seed=2, runs=300, zoom=25, search=Walk(150, 60))


@pytest.fixture(params=["around", "by_runs", "whole"])
def checks(request):
    return request.getfixturevalue(request.param)


def test_intervals_hold_truths_as_often_as_they_say(checks):
    """Coverage of 50, 80 and 95%, mean over parameters, and over what is expected of points: three binomial standard errors of the number of truths."""
    truths = len(checks.ranks)
    for held in checks.held():
        for level, share in zip(LEVELS, held, strict=True):
            assert share == pytest.approx(level, abs=3 * np.sqrt(level * (1 - level) / truths))


def test_ranks_are_even(checks):
    """Kolmogorov-Smirnov, whose p takes the number of truths into account: no p below 0.01 / how many there are."""
    assert not checks.uneven()


def test_distances_are_as_large_as_the_intervals_say(checks):
    """Ranks as normal scores: chi-squared of their mean square, with as many degrees of freedom as truths, middle 99.8%.

    Intervals that are too narrow put truths into the tails, ones that are too wide into the middle.
    """
    from scipy.special import ndtri
    from scipy.stats import chi2

    truths = len(checks.ranks)
    low, high = chi2.ppf([0.001, 0.999], truths) / truths
    scores = np.square(ndtri(np.clip(checks.ranks, 1e-3, 1 - 1e-3)))
    for some in (scores[:, : checks.parameters], scores[:, checks.parameters :]):
        assert low < some.mean() < high


def test_what_the_data_know_best_is_found_again(whole):
    """Truths from the whole prior: posterior mean and truth of the growth of capacity go together (12 truths; chance gives 0.5 in one of twenty)."""
    recovery = whole.table().set_index("parameter").recovery
    assert recovery["programme.capacity_growth"] > 0.5
    assert (recovery.iloc[whole.parameters :] > 0.8).all()  # what was expected of each point


def test_intervals_that_are_too_narrow_are_noticed(around):
    """The same truths, with posteriors half as wide as they are: the first test would fail."""
    from scipy.special import ndtr, ndtri

    narrow = ndtr(2 * ndtri(np.clip(around.ranks, 1e-6, 1 - 1e-6)))
    for held in replace(around, ranks=narrow).held():
        assert held[1] < 0.8 - 3 * np.sqrt(0.8 * 0.2 / len(narrow))


def test_a_model_that_cannot_follow_its_points_is_said():
    """A fit of 300 + 45 runs, seed 3, and then a third count that the fitted model would hardly ever report: p below 0.05, in words."""
    posterior = fit(a_problem(), seed=3, runs=300, zoom=45)
    after = diagnostics.posterior_predictive(posterior, 60)
    assert "follows the points" in diagnostics.follows_in_words(posterior, after)[0]
    logs = np.log(posterior.problem.targets[0].series.values) + np.array([0, 0, -2, 0, 0])
    wrong = replace(posterior, problem=diagnostics.reporting(posterior.problem, logs))
    assert "does NOT follow these points" in diagnostics.follows_in_words(wrong, after)[0]
