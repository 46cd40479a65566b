"""Strain: emotional exhaustion in the job demands-resources model."""

from ..compiled import formula
from .chance import bounded, logistic, relax


@formula
def support(leadership, community, coaching, quality, p):
    """Return R = wL L + wC C + wv v q: the resources around a teacher (Crawford, LePine & Rich 2010).

    Coaching counts by its quality q as well, which the design note left out: a coach who cannot help is no resource, and
    without q neither the loss of effect with size (SF8) nor weak government delivery (SF9) comes out.
    """
    return (
        p.support_of_leadership * leadership
        + p.support_of_community * community
        + p.support_of_coaching * coaching * quality
    )


@formula
def next_strain(strain, overload, paperwork, support, p):
    """Return b' = b + lambda_b [L(b0 + bx x + bn n - bR R) - b]; n are hours of paperwork.

    Demands raise exhaustion more than resources lower it (Hakanen, Bakker & Schaufeli 2006). Paperwork is a hindrance, no challenge (Crawford,
    LePine & Rich 2010). It counts by its hours: as a share of what is added, as in the design note, less teaching with the same forms would tire more.
    """
    target = logistic(
        p.strain_base
        + p.strain_of_overload * overload
        + p.strain_of_paperwork * paperwork
        - p.strain_relief_of_support * support
    )
    return bounded(relax(strain, target, p.strain_speed))
