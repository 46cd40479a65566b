"""Learning: what pupils gain, in SD per year and in learning-adjusted years of schooling."""

from ..compiled import formula
from .capacity import components_left


@formula
def school_learning(fidelity_mean, mismatch, adaptation_mean, p):
    """Return y = ES x mean f x (1 - omega (1 - p)) x what cutting components leaves, SD/year.

    The effect is roughly linear in fidelity: 0.42 SD when taken up, 0.85 at high fidelity (Angrist & Meager 2023).
    """
    fit = 1.0 - mismatch * (1.0 - adaptation_mean)
    return p.effect_size * components_left(p) * fidelity_mean * fit


@formula
def lays(learning, pupils, p):
    """Return learning-adjusted years of schooling gained in a month (Angrist et al. 2020, WPS9450)."""
    return learning / p.sd_per_school_year * pupils / 12.0
