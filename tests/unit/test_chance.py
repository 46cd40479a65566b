"""The exponential of the formulas: as near to the true one as it says, and the same in kernels and in plain Python."""

from math import exp

import numpy as np
import pytest

from ml_abm.mechanisms.chance import monthly_hazard, power_of_e, two_to
from tests.reference.plain import plain

ALLOWED = np.concatenate([np.linspace(-700, 700, 20_001), np.linspace(-1, 1, 20_001), [0.0, -0.0]])


def test_powers_of_e_are_as_near_as_promised():
    assert max(abs(power_of_e(x) / exp(x) - 1) for x in ALLOWED.tolist()) < 1.2e-12
    assert power_of_e(0.0) == 1.0


def test_the_polynomial_goes_through_chebyshevs_points():
    """At nine points of +-log(2) / 2 it is e^r to the last digits."""
    points = np.log(2) / 2 * np.cos(np.pi * (2 * np.arange(9) + 1) / 18)
    assert [power_of_e(x) for x in points.tolist()] == pytest.approx(
        [exp(x) for x in points.tolist()], rel=2e-13
    )


def test_kernels_and_plain_python_get_the_same_bits():
    in_python = plain(power_of_e)
    assert [power_of_e(x) for x in ALLOWED.tolist()] == [in_python(x) for x in ALLOWED.tolist()]
    hazard = plain(monthly_hazard)
    assert [monthly_hazard(x) for x in ALLOWED.tolist()] == [hazard(x) for x in ALLOWED.tolist()]


@pytest.mark.parametrize("n", [-1022, -1, 0, 1, 52, 1023])
def test_powers_of_two_are_exact(n):
    assert two_to(n) == 2.0**n


def test_hazards_are_chances_that_grow():
    chances = [monthly_hazard(x) for x in np.linspace(-40, 10, 500).tolist()]
    assert chances == sorted(chances)
    assert chances[0] >= 0.0
    assert chances[-1] <= 1.0
