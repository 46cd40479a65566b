"""Community: parents and volunteers who take work off teachers and teach, while they are organised."""

from ..foundation.compiled import formula
from .chance import bounded, relax


@formula
def community_reach(disadvantage, p):
    """Return what a fully organised community of a school can do, 0..1: a setting, less where families have less schooling.

    `disadvantage` is 0 to 1, 0.5 on average.
    """
    return bounded(
        p.community_capacity * (1.0 - p.community_lost_to_disadvantage * (2.0 * disadvantage - 1.0))
    )


@formula
def next_community(community, funded, reach, p):
    """Return C' = C + rho [C0 + reach x mobilised - C], bounded.

    `funded` is the mobilisation paid for this month, 0..1. Helpers fade without support (volunteer attrition); information alone moves
    nothing (Banerjee et al. 2010), which is why committees without organisers add 0 here.
    """
    target = p.community_base + reach * funded
    return bounded(relax(community, bounded(target), p.community_speed))


@formula
def next_helper_skill(helper_skill, supported, quality, p):
    """Return how well helpers teach: relaxes to the quality of the support that is paid for (`supported`, 0..1), and fades without it."""
    return bounded(relax(helper_skill, supported * quality, p.community_speed))


@formula
def helpers_instruction(community, helper_skill, p):
    """Return the share of the design's instruction that helpers give well, h = s_h C q_h (Ganimian, Muralidharan & Walters 2024)."""
    return p.helper_teaching * community * helper_skill


@formula
def next_materials(materials, delivered, p):
    """Return M' = M + speed (delivered - M): books and tools arrive, wear out, and are replaced while they are paid for."""
    return bounded(relax(materials, delivered, p.materials_speed))


@formula
def next_ownership(ownership, reached, use_share, p):
    """Return O' relaxing to use, more so where the staff took part in the design (Coburn 2003).

    Participation pays as far as it is used: buy-in was no help in the first years of programmes and a help in mature ones
    (Lee & Min 2017). Where no one has been reached (0 or 1) there is nothing to own.
    """
    target = (
        reached * use_share * (p.ownership_of_use + p.ownership_of_participation * p.participatory_design)
    )
    return bounded(relax(ownership, bounded(target), p.organisation_speed))
