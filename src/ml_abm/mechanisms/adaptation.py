"""Adaptation: teachers change what does not fit; a clear core keeps the change peripheral."""

from ..foundation.compiled import formula
from .chance import bounded


@formula
def adaptation_chance(misfit, overload, openness, p):
    """Return the monthly chance alpha (omega + x), scaled by what the rules allow.

    `misfit` is what still does not fit, omega (1 - p). Rules of the programme (adaptation_freedom) and of
    the district (openness) scale it; changes made in secret remain (Castro, Barrera & Martinez 2004).
    """
    allowed = p.secret_adaptation + (1.0 - p.secret_adaptation) * p.adaptation_freedom * openness
    return bounded(p.adaptation_rate * allowed * (misfit + overload))


@formula
def clarity(data_quality, p):
    """Return 1 - (1 - kappa) (1 - D), how clear the core is: data show what has to stay (Robinson & Winthrop 2016)."""
    return 1.0 - (1.0 - p.core_clarity) * (1.0 - data_quality)


@formula
def keeps_core_chance(clarity, skill):
    """Return 1 - (1 - clarity) (1 - s), the chance that a change leaves the core as it is.

    Where the core is clear it is not cut, and a skilled teacher sees it also where it is not: novices gain from fidelity, the
    experienced from structured adaptation (Quinn & Kim 2017).
    """
    return 1.0 - (1.0 - clarity) * (1.0 - skill)


@formula
def mismatch_left(mismatch, revision, p):
    """Return omega (1 - a participation v): rounds of revision with those who use it make a design fit (Robinson & Winthrop 2016)."""
    return mismatch * (1.0 - p.fit_of_participation * p.participatory_design * revision)


@formula
def next_revision(revision, in_use, p):
    """Return v' = v + speed (1 - v) while it is used (`in_use`, 0 or 1): revision takes months of use, it is not there at the start."""
    return revision + p.revision_speed * in_use * (1.0 - revision)


@formula
def further(state, p):
    """Return the state after one change: x' = x + step (1 - x), for adaptation or for core drift."""
    return state + p.adaptation_step * (1.0 - state)


@formula
def repaired(drift, coaching, p):
    """Return z' = z (1 - r v): coaches bring the core back."""
    return drift * (1.0 - p.drift_repair * coaching)
