"""Values of assumed numbers, drawn wider: held to numbers worked out by hand."""

import pytest

from docs.wider import stretched
from ml_abm.calibration.priors import Prior


@pytest.mark.parametrize(
    ("prior", "value", "by_hand"),
    [
        (Prior("x", "uniform", 0.2, 0.5, 0.8, (0.0, 1.0), ""), 0.7, 0.8),  # 0.5 + 1.5 x 0.2
        (Prior("x", "uniform", 0.2, 0.5, 0.8, (0.0, 1.0), ""), 0.1, 0.0),  # 0.5 - 0.6, below what is allowed
        (Prior("x", "loguniform", 1.0, 10.0, 100.0, (0.0, 1000.0), ""), 40.0, 80.0),  # 10 x 4^1.5
    ],
)
def test_a_value_is_half_as_far_again_from_the_median(prior, value, by_hand):
    assert stretched(prior, value) == pytest.approx(by_hand)
