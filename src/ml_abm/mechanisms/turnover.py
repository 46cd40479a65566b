"""Turnover: teachers, principals and district leaders come and go."""

from ..compiled import formula
from .chance import bounded, power_of_e


@formula
def teacher_leaves_chance(strain, strain_mean, strain_sd, p):
    """Return the monthly chance: the annual rate x HR^z, z the standardised strain (kept within +-3).

    Exhaustion and the intention to quit: Madigan & Kim 2021, scaled to behaviour.
    """
    z = 0.0
    if strain_sd > 1e-6:
        z = min(max((strain - strain_mean) / strain_sd, -3.0), 3.0)
    return bounded(p.monthly_attrition * power_of_e(p.log_turnover_ratio * z))


@formula
def newcomer_skill(school_skill, p):
    """Return the skill of a newcomer: the school's mean skill x induction."""
    return p.induction * school_skill


@formula
def quantile(quantiles, u):
    """Return a number from a distribution given by its quantiles, for one draw u in [0, 1)."""
    return quantiles[int(u * len(quantiles))]


@formula
def spread_around(mean, spread, u):
    """Return a number around a mean: uniform within mean +- spread, from one draw u in [0, 1)."""
    return mean + spread * (2.0 * u - 1.0)
