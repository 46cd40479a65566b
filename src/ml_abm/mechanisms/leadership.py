"""Leadership: the principal's support for the innovation."""

from ..foundation.compiled import formula
from .chance import bounded, relax


@formula
def next_leadership(leadership, principal, push, benefit, p):
    """Return L' = L + lambda [L_own + district push + benefit - L], bounded; L_own is the principal's own support.

    Principals led by their district move practice (Beg et al. 2023, Ghana); top-down pressure alone does less. `push` is 0 in schools
    that the programme is not in.
    """
    target = principal + p.leadership_of_push * push + p.leadership_of_benefit * benefit
    return bounded(relax(leadership, bounded(target), p.organisation_speed))


@formula
def is_new(months):
    """Return whether a leader is in the first year, when what is not in the rules may end."""
    return months < 12


@formula
def school_leaves_log_hazard(use_share, around, strain, support, unpaid, leader_is_new, p):
    """Return x0 + xb b - xu (U + A) - xR R - xF fit + xm unpaid + xN [leader new], the log of the monthly hazard of formal exit.

    Lack of staff buy-in and a new administrator are the reasons given (Kittelman et al. 2020): disuse (U is the share of the staff that
    uses it, A that of the district's teachers), exhaustion, and money that does not come (`unpaid`, the share of running need not met).
    7% in 5 years with state support (Nese et al. 2016), a third in 3 years for heavy models from outside (Taylor 2006).
    """
    return (
        p.school_exit_base
        + p.school_exit_of_strain * strain
        - p.school_exit_kept_by_use * (use_share + around)
        - p.school_exit_kept_by_support * support
        - p.school_exit_kept_by_fit * p.government_fit
        + p.school_exit_of_unpaid * unpaid
        + p.new_leader_reopens * leader_is_new
    )
