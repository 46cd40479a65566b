"""Intervals hold the truth as often as they say, and chance is told from signal."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from ml_abm.experiments.analysis.stochastic import (
    over_replicates,
    resampled,
    share_interval,
    variance_components,
)


def test_intervals_over_replicates_hold_the_mean_95_times_in_100():
    """4,000 experiments of 5 normal replicates (seed 1): a share of 0.95 +- 3 standard errors of 0.0034."""
    values = np.random.default_rng(1).normal(3.0, 2.0, (4000, 5))
    found = over_replicates(values)
    held = (found.low <= 3.0) & (found.high >= 3.0)
    assert abs(held.mean() - 0.95) < 3 * 0.0034


@pytest.mark.parametrize("truth", [0.5, 0.9])
def test_intervals_of_a_share_hold_it_about_95_times_in_100(truth):
    """20,000 binomial counts of 30 trials (seed 2); Wilson's interval is near its level, not at it: 0.92 to 0.99."""
    shares = np.random.default_rng(2).binomial(30, truth, 20_000) / 30
    found = share_interval(shares, 30)
    assert 0.92 < ((found.low <= truth) & (found.high >= truth)).mean() < 0.99


@pytest.mark.parametrize(("hits", "n"), [(0, 12), (3, 30), (200, 200), (57, 160)])
def test_the_interval_of_a_whole_count_is_scipys(hits, n):
    asked = binomtest(hits, n).proportion_ci(0.95, "wilson")
    found = share_interval(hits / n, n)
    assert (found.low, found.high) == pytest.approx((asked.low, asked.high), abs=1e-12)


@given(st.integers(1, 200), st.floats(0, 1))
def test_a_share_has_an_interval_within_0_and_1_that_holds_it(n, share):
    found = share_interval(share, n)
    assert 0 <= found.low <= share + 1e-12
    assert share - 1e-12 <= found.high <= 1
    assert found.high > found.low


def test_variance_is_divided_into_signal_and_chance():
    """3,000 points x 6 replicates (seed 3): signal 4, chance common to all points 1, chance of its own 0.36."""
    rng = np.random.default_rng(3)
    signal, common, own = rng.normal(0, 2, (3000, 1)), rng.normal(0, 1, (1, 6)), rng.normal(0, 0.6, (3000, 6))
    chance = variance_components(signal + common + own)
    assert chance.signal == pytest.approx(4, rel=0.1)
    assert chance.in_means == pytest.approx(0.36 / 6, rel=0.05)
    # chance that is common to all points counts in single runs, not in what differs between points
    assert chance.within == pytest.approx(common.var(ddof=1) + 0.36, rel=0.05)


def test_one_point_has_chance_and_no_signal():
    chance = variance_components(np.array([[1.0, 2.0, 3.0]]))
    assert (chance.signal, chance.in_means) == (0.0, 0.0)
    assert chance.of_runs == 1.0


def test_resampling_is_the_same_every_time():
    first, second = list(resampled(4, 3)), list(resampled(4, 3))
    assert np.array_equal(first, second)
