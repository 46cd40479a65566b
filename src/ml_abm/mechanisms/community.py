"""Community: parents and volunteers who take work off teachers, while somebody organises them."""

from ..compiled import formula
from .chance import bounded, relax


@formula
def next_community(community, funded, benefit, p):
    """Return C' = C + rho [C0 + mobilised + y - C], bounded.

    `funded` is the mobilisation paid for this month, 0..1. Helpers fade without support (volunteer attrition);
    information alone moves nothing (Banerjee et al. 2010), which is why committees without organisers add 0 here.
    """
    target = p.community_base + p.community_of_mobilisation * funded + p.community_of_benefit * benefit
    return bounded(relax(community, bounded(target), p.community_speed))


@formula
def next_materials(materials, delivered, p):
    """Return M' = M (1 - wear) + delivered (1 - M): books and tools wear out and are replaced when paid for."""
    kept = materials * (1.0 - p.materials_wear)
    return bounded(kept + p.materials_speed * delivered * (1.0 - kept))


@formula
def next_ownership(ownership, reached, openness, use_share, p):
    """Return O' relaxing to participation in design, openness of the district and use itself (Coburn 2003).

    Where nobody has been reached (0 or 1) there is nothing to own.
    """
    target = reached * (
        p.ownership_of_participation * p.participatory_design
        + p.ownership_of_openness * openness
        + p.ownership_of_use * use_share
    )
    return bounded(relax(ownership, bounded(target), p.ownership_speed))
