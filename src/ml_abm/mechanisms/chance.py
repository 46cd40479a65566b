"""Shapes that every mechanism shares: the logistic curve, monthly hazards, relaxation, bounds."""

from math import expm1, ldexp, log, log1p

import numpy as np
from numba.extending import overload

from ..foundation.compiled import formula

LOG_2 = log(2.0)
PER_LOG_2 = 1.0 / LOG_2


def two_to(n):
    """Return 2^n for a whole n, -1022 to 1023."""
    return ldexp(1.0, n)


@overload(two_to)
def _two_to(n):
    """Let kernels write n into the exponent's bits: the same number without a call, several at a time."""
    return lambda n: np.int64((np.int64(n) + np.int64(1023)) << np.int64(52)).view(np.float64)


@formula
def power_of_e(x):
    """Return e^x, wrong by less than 1.2e-12 of itself for x within +-700.

    e^x = 2^n e^r with |r| <= log(2) / 2; for e^r the polynomial of degree 8 through its Chebyshev points, near to 1 / n! and a
    hundred times as near to e^r. State is kept in float32, which is 50,000 times as coarse.

    The C library's exponential is one number at a time, and its last bits differ from machine to machine.
    """
    n = int(x * PER_LOG_2 + 1024.5) - 1024
    r = x - n * LOG_2
    rest = 0.00833326607422801 + r * (
        0.00138888225045 + r * (0.0001991588006974427 + r * 2.487579458216305e-05)
    )
    rest = 0.49999999999810135 + r * (0.166666668911656 + r * (0.04166666688525819 + r * rest))
    return two_to(n) * (1.0 + r * (0.9999999999797703 + r * rest))


@formula
def logistic(x):
    """Return L(x) = 1 / (1 + e^-x), 0..1; x beyond +-30 counts as +-30."""
    return 1.0 / (1.0 + power_of_e(-min(max(x, -30.0), 30.0)))


@formula
def bounded(x):
    """Return x, kept within 0..1."""
    return min(max(x, 0.0), 1.0)


@formula
def monthly_hazard(log_hazard):
    """Return the chance within a month, 1 - exp(-exp(x)): complementary log-log (Allison 1982, doi:10.2307/270718)."""
    return 1.0 - power_of_e(-power_of_e(min(max(log_hazard, -30.0), 5.0)))


@formula
def log_monthly_stay(annual):
    """Return the log of the chance that what has an annual chance (0..0.99) does not happen within a month."""
    return log1p(-min(annual, 0.99)) / 12.0


@formula
def monthly_chance(annual):
    """Return the monthly chance that compounds to an annual chance (0..0.99)."""
    return -expm1(log_monthly_stay(annual))


@formula
def log_monthly_rate(annual):
    """Return the log of the monthly hazard rate behind an annual chance; -30 (never) for a chance of 0."""
    if annual <= 0.0:
        return -30.0
    return log(-log_monthly_stay(annual))


@formula
def relax(state, target, rate):
    """Return the state one month on its way to a target: x' = x + rate (target - x)."""
    return state + rate * (target - state)
