"""Commitment: the will to practise the innovation well; a state of its own (Benveniste & McEwan 2000)."""

from ..foundation.compiled import formula
from .chance import bounded, logistic, relax


@formula
def commitment_target(benefit, ownership, support, strain, misfit, willingness, p):
    """Return L(c0 + cy y + cO O + cR R - cb b - cm omega + cu u), the will that reasons and the person bring.

    `misfit` is what does not fit the context after adaptation: teachers put less into what does not fit (Castro, Barrera & Martinez 2004).
    `willingness` (u) is lasting and differs between persons (mean 0, sd 1): with the same course some deliver everything, others little
    (Ennett et al. 2011).
    """
    return logistic(
        p.commitment_base
        + p.commitment_of_benefit * benefit
        + p.commitment_of_ownership * ownership
        + p.commitment_of_support * support
        - p.commitment_lost_to_strain * strain
        - p.commitment_lost_to_misfit * misfit
        + p.commitment_spread * willingness
    )


@formula
def next_commitment(commitment, target, p):
    """Return g' = g + lambda_g [target - g]."""
    return bounded(relax(commitment, target, p.commitment_speed))
