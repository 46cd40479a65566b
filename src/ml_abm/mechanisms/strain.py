"""Strain: emotional exhaustion in the job demands-resources model."""

from ..foundation.compiled import formula
from .chance import bounded, logistic, relax


@formula
def support(leadership, community, coached, p):
    """Return R = wL L + wC C + wv v q: the resources around a teacher (Crawford, LePine & Rich 2010).

    Coaching counts by its quality q as well, which the design note left out: a coach who cannot help is no resource, and
    without q neither the loss of effect with size (SF8) nor weak government delivery (SF9) comes out.
    """
    return (
        p.support_of_leadership * leadership
        + p.support_of_community * community
        + p.support_of_coaching * coached
    )


@formula
def strain_target(load, paperwork, support, resilience, p):
    """Return L(b0 + bx x + bn n - bR R - bu u), the exhaustion that a week brings to one person; n are hours of paperwork.

    Demands raise exhaustion more than resources lower it (Hakanen, Bakker & Schaufeli 2006). Paperwork is a hindrance, no challenge (Crawford,
    LePine & Rich 2010). Across persons demands and resources each explain some 7% of exhaustion (r = 0.27 and -0.27, the same study), so most
    of it lies with the person: u is the lasting resilience of a teacher, of mean 0 and sd 1 among newcomers. `load` is signed: a light week rests.
    """
    return logistic(
        p.strain_base
        + p.strain_of_load * load
        + p.strain_of_paperwork * paperwork
        - p.strain_relief_of_support * support
        - p.strain_spread * resilience
    )


@formula
def next_strain(strain, target, p):
    """Return b' = b + lambda_b [target - b]."""
    return bounded(relax(strain, target, p.strain_speed))
