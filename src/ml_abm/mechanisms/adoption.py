"""Adoption: to hear of it, to begin, to stop. Chances and hazards are per month."""

from ..compiled import formula


@formula
def awareness_chance(exposure, activity, p):
    """Return the chance to hear of it from colleagues (exposure) or in the district (share of schools active).

    This is how an idea spreads without a programme ("idea adoption", Robinson & Winthrop 2016). Zero where there is
    nothing to hear.
    """
    heard = p.awareness_of_exposure * exposure + p.awareness_of_activity * activity
    return min(1.0, heard)


@formula
def adoption_log_hazard(reinforcement, trained, benefit, overload, strain, leadership, ownership, support, p):
    """Return the log-hazard to begin, a0 + aT trained + aE L(k(E-theta)) + ay y - ax x - ab b + aM mandate + aL L + aO O + aR R.

    Social pressure weighs at least as much as own belief (Frank, Zhao & Borman 2004). `overload` is what the
    teacher expects of the week with the innovation in it. Support R is added to the design note's list: trained teachers without
    active managers hardly begin (Beg, Fitzpatrick & Lucas 2024), coached ones do.
    """
    return (
        p.adoption_base
        + p.adoption_of_training * trained
        + p.adoption_of_peers * reinforcement
        + p.adoption_of_benefit * benefit
        - p.adoption_lost_to_overload * overload
        - p.adoption_lost_to_strain * strain
        + p.adoption_of_mandate * p.mandate
        + p.adoption_of_leadership * leadership
        + p.adoption_of_ownership * ownership
        + p.adoption_of_support * support
    )


@formula
def lapse_log_hazard(strain, overload, fidelity, exposure, support, institutionalisation, leader_is_new, p):
    """Return the log-hazard to stop, w0 + wb b + wx x - wf f - wE E - wR R - wI I + wN (1-I) [leader new].

    New leaders end what is not built into rules (Kittelman et al. 2020); good practice and local adopters keep it
    (McIntosh et al. 2018). Overload is added to the design note's list: hours that do not fit end a practice
    before exhaustion shows.
    """
    return (
        p.lapse_base
        + p.lapse_of_strain * strain
        + p.lapse_of_overload * overload
        - p.lapse_kept_by_fidelity * fidelity
        - p.lapse_kept_by_peers * exposure
        - p.lapse_kept_by_support * support
        - p.lapse_kept_by_rules * institutionalisation
        + p.lapse_of_new_leader * (1.0 - institutionalisation) * leader_is_new
    )
