"""Weights, draws, contraction and scores: worked out by hand."""

import numpy as np
import pytest

from ml_abm.inference.checks import contraction, difference, draws, evenness
from ml_abm.inference.weights import effective, shares, systematic


def test_effective_size_is_that_of_equal_weights():
    assert effective(np.full(4, 0.25)) == pytest.approx(4)
    assert effective(np.array([0.5, 0.5, 0.0])) == pytest.approx(2)
    assert shares(np.array([-1e4, -1e4])) == pytest.approx([0.5, 0.5])


def test_draws_are_as_often_as_points_weigh():
    rows = systematic(np.array([0.5, 0.25, 0.0, 0.25]), 8, np.random.default_rng(1))
    assert rows.tolist() == [0, 0, 0, 0, 1, 1, 3, 3]
    assert sorted(draws(np.array([0.5, 0.25, 0.0, 0.25]), 8, seed=1).tolist()) == rows.tolist()


def test_contraction_is_the_share_of_variance_that_is_gone():
    z = np.random.default_rng(1).standard_normal((20_000, 2)) * [1.0, 0.5]
    assert contraction(z, np.full(len(z), 1 / len(z))) == pytest.approx([0.0, 0.75], abs=0.03)


def test_a_difference_of_scores_has_students_interval():
    # 1, 2, 3 sum up to 6; sd 1, so the sum has standard error sqrt(3), and t(2) at 97.5% is 4.303
    assert difference(np.array([1.0, 2, 3]), np.zeros(3)) == pytest.approx(
        (6, 6 - 7.453, 6 + 7.453), abs=1e-3
    )


def test_ranks_that_pile_up_are_uneven():
    even = np.tile(np.arange(21), 10)[:, None]
    heaped = np.full((210, 1), 20)
    assert evenness(even)[0] > 0.99
    assert evenness(heaped)[0] < 1e-6
