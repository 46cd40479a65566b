"""Turnover: teachers, principals and district leaders come and go."""

from ..foundation.compiled import formula
from .chance import bounded, power_of_e


@formula
def turnover_factor(strain, strain_mean, strain_sd, p):
    """Return HR^z, z the standardised strain (kept within +-3): Madigan & Kim 2021, from intention scaled to behaviour."""
    z = 0.0
    if strain_sd > 1e-6:
        z = min(max((strain - strain_mean) / strain_sd, -3.0), 3.0)
    return power_of_e(p.log_turnover_ratio * z)


@formula
def school_turnover(disadvantage, p):
    """Return the monthly chance to leave a school, for a teacher of average exhaustion: higher where pupils are disadvantaged.

    `disadvantage` is 0 to 1, 0.5 on average (Carver-Thomas & Darling-Hammond 2017: half as much again in the poorest quarter of schools).
    """
    return bounded(p.monthly_attrition * (1.0 + p.turnover_of_disadvantage * (2.0 * disadvantage - 1.0)))


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
