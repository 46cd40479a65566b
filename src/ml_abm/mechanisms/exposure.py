"""Exposure: the use that a teacher or a district sees around itself; complex contagion."""

from ..compiled import formula
from .chance import logistic


@formula
def exposure(school_visible, school_others, tie_visible, ties, p):
    """Return E = w_in school mean + (1 - w_in) cross-tie mean of visible use, 0..1.

    Sums are of bytes (1/255). Without colleagues the ties carry all the weight, and the reverse. In a school where it is known who looks
    to whom, nobody is taken to look to all: ties inside it and out of it count alike.
    """
    if school_others == 0 and ties == 0:
        return 0.0
    if ties == 0:
        return school_visible / (255.0 * school_others)
    if school_others == 0:
        return tie_visible / (255.0 * ties)
    inside = school_visible / (255.0 * school_others)
    outside = tie_visible / (255.0 * ties)
    return p.weight_of_own_school * inside + (1.0 - p.weight_of_own_school) * outside


@formula
def social_reinforcement(share, threshold, p):
    """Return L(k (E - theta)): many adopting peers count, one does not (Centola & Macy 2007; Valente 1996)."""
    return logistic(p.threshold_steepness * (share - threshold))
