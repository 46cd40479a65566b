"""Adaptation: teachers change what does not fit; a clear core keeps the change peripheral."""

from ..compiled import formula
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
def further(state, p):
    """Return the state after one change: x' = x + step (1 - x), for adaptation or for core drift."""
    return state + p.adaptation_step * (1.0 - state)


@formula
def repaired(drift, coaching, p):
    """Return z' = z (1 - r v): coaches bring the core back."""
    return drift * (1.0 - p.drift_repair * coaching)
