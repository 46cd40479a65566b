"""Commitment: the will to practise the innovation well; a state of its own (Benveniste & McEwan 2000)."""

from ..compiled import formula
from .chance import bounded, logistic, relax


@formula
def next_commitment(commitment, benefit, ownership, support, strain, support_lost, p):
    """Return g' = (g + lambda_g [L(c0 + cy y + cO O + cR R - cb b) - g]) (1 - shock x support lost).

    The shock is what is felt when coaching ends: half of an effect was gone a year after (Cilliers et al. 2022).
    """
    target = logistic(
        p.commitment_base
        + p.commitment_of_benefit * benefit
        + p.commitment_of_ownership * ownership
        + p.commitment_of_support * support
        - p.commitment_lost_to_strain * strain
    )
    relaxed = relax(commitment, target, p.commitment_speed)
    return bounded(relaxed * (1.0 - p.withdrawal_shock * support_lost))
