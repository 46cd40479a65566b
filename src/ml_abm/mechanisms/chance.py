"""Shapes that every mechanism shares: the logistic curve, monthly hazards, relaxation, bounds."""

from math import exp, expm1, log, log1p

from ..compiled import formula


@formula
def logistic(x):
    """Return L(x) = 1 / (1 + e^-x), 0..1; x beyond +-30 counts as +-30."""
    return 1.0 / (1.0 + exp(-min(max(x, -30.0), 30.0)))


@formula
def bounded(x):
    """Return x, kept within 0..1."""
    return min(max(x, 0.0), 1.0)


@formula
def monthly_hazard(log_hazard):
    """Return the chance within a month, 1 - exp(-exp(x)): complementary log-log (Allison 1982, doi:10.2307/270718)."""
    return -expm1(-exp(min(max(log_hazard, -30.0), 5.0)))


@formula
def monthly_chance(annual):
    """Return the monthly chance that compounds to an annual chance (0..0.99)."""
    return -expm1(log1p(-min(annual, 0.99)) / 12.0)


@formula
def log_monthly_rate(annual):
    """Return the log of the monthly hazard rate behind an annual chance; -30 (never) for a chance of 0."""
    if annual <= 0.0:
        return -30.0
    return log(-log1p(-min(annual, 0.99)) / 12.0)


@formula
def relax(state, target, rate):
    """Return the state one month on its way to a target: x' = x + rate (target - x)."""
    return state + rate * (target - state)
