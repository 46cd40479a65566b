"""Exposure: the use that a teacher or a district sees around itself; complex contagion."""

from ..foundation.compiled import formula
from .chance import logistic


@formula
def exposure(users, ties):
    """Return E, the share of those whom a teacher asks who use it; 0 without colleagues to ask."""
    if ties == 0:
        return 0.0
    return users / ties


@formula
def social_reinforcement(share, threshold, p):
    """Return L(k (E - theta)): many adopting peers count, one does not (Centola & Macy 2007; Valente 1996)."""
    return logistic(p.threshold_steepness * (share - threshold))
