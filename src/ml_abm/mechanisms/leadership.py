"""Leadership: the principal's support for the innovation."""

from ..compiled import formula
from .chance import bounded, relax


@formula
def next_leadership(leadership, base, push, benefit, coaching, p):
    """Return L' = L + lambda_L [base + district push + benefit + coaching - L], bounded.

    Principals led by their district move practice (Beg et al. 2023, Ghana); top-down pressure alone does less.
    """
    target = (
        base
        + p.leadership_of_push * push
        + p.leadership_of_benefit * benefit
        + p.leadership_of_coaching * coaching
    )
    return bounded(relax(leadership, bounded(target), p.leadership_speed))


@formula
def is_new(months):
    """Return whether a leader is in the first year, when what is not in the rules may end."""
    return months < 12


@formula
def school_leaves_log_hazard(use_share, strain, support, ownership, leader_is_new, p):
    """Return the log of the monthly hazard that a school formally leaves the programme.

    Lack of staff buy-in and a new administrator are the reasons given (Kittelman et al. 2020); 7 % in 5 years
    with state support (Nese et al. 2016), a third in 3 years for heavy external models (Taylor 2006).
    """
    return (
        p.school_exit_base
        + p.school_exit_of_strain * strain
        - p.school_exit_kept_by_use * use_share
        - p.school_exit_kept_by_support * support
        - p.school_exit_kept_by_ownership * ownership
        - p.school_exit_kept_by_fit * p.government_fit
        + p.school_exit_of_new_leader * leader_is_new
    )
