"""The exponential of the formulas: as near to the true one as it says, and the same in kernels and in plain Python."""

from math import exp

import numpy as np
import pytest

from ml_abm.mechanisms.chance import monthly_hazard, power_of_e, two_to
from tests.reference.plain import plain

ALLOWED = np.concatenate([np.linspace(-700, 700, 20_001), np.linspace(-1, 1, 20_001), [0.0, -0.0]])


def test_powers_of_e_are_as_near_as_promised():
    nearby = ALLOWED[np.abs(ALLOWED) <= 150]
    wrong = [abs(power_of_e(x) / exp(x) - 1) for x in nearby.tolist()]
    assert max(wrong) < 3e-14
    assert max(abs(power_of_e(x) / exp(x) - 1) for x in ALLOWED.tolist()) < 1e-13
    assert power_of_e(0.0) == 1.0


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
