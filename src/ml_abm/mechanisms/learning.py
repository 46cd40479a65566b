"""Learning: what pupils gain, in SD per year and in learning-adjusted years of schooling."""

from ..foundation.compiled import formula
from .capacity import components_left


@formula
def school_learning(fidelity_mean, helpers, mismatch, adaptation_mean, cut, p):
    """Return y = ES x components x (f + (1 - f) h) x (1 - omega (1 - p)), SD/year.

    f is the staff's mean of use x fidelity, h what helpers teach as designed where teachers do not. The effect is roughly linear in
    fidelity: 0.42 SD when taken up, 0.85 at high fidelity (Angrist & Meager 2023).
    """
    fit = 1.0 - mismatch * (1.0 - adaptation_mean)
    taught = fidelity_mean + (1.0 - fidelity_mean) * helpers
    return p.effect_size * components_left(cut, p) * taught * fit


@formula
def next_gain(gain, learning, p):
    """Return what pupils of a grade have gained so far (SD) a month later: they gain, and gains fade out."""
    return gain + learning / 12.0 - gain * p.monthly_fade_out


@formula
def lays(learning, pupils, p):
    """Return learning-adjusted years of schooling gained in a month (Angrist et al. 2020, WPS9450)."""
    return learning / p.sd_per_school_year * pupils / 12.0
