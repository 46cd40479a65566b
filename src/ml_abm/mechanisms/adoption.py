"""Adoption: to hear of it, to begin, to stop. Chances and hazards are per month."""

from ..foundation.compiled import formula


@formula
def awareness_chance(exposure, p):
    """Return the chance to hear of it from those whom a teacher asks.

    This is how an idea spreads without a programme ("idea adoption", Robinson & Winthrop 2016). Zero where there is nothing to hear.
    """
    return min(1.0, p.awareness_of_exposure * exposure)


@formula
def adoption_log_hazard(reinforcement, trained, good_course, benefit, overload, commitment, support, p):
    """Return the log-hazard to begin, a0 + aT trained + aK course q + aE L(k(E-theta)) + ay y + ag g - ax x + aM mandate + aR R.

    Social pressure weighs at least as much as own belief (Frank, Zhao & Borman 2004). `good_course` is the quality of a course taken this
    month, 0 without one: many try at once what they have just been shown. `overload` is what the teacher expects of the week with the
    innovation in it. Trained teachers without active managers hardly begin (Beg, Fitzpatrick & Lucas 2024), coached ones do: support R,
    the principal's included. Commitment g carries ownership and exhaustion.
    """
    return (
        p.adoption_base
        + p.adoption_of_training * trained
        + p.adoption_at_course * good_course
        + p.adoption_of_peers * reinforcement
        + p.adoption_of_benefit * benefit
        + p.adoption_of_will * commitment
        - p.adoption_lost_to_overload * overload
        + p.adoption_of_mandate * p.mandate
        + p.adoption_of_support * support
    )


@formula
def lapse_log_hazard(strain, habit, exposure, around, support, institutionalisation, leader_is_new, p):
    """Return the log-hazard to stop, w0 + wb b - wH H - wE (E + A) - wR R - wI I + wN (1-I) [leader new].

    New leaders end what is not built into rules (Kittelman et al. 2020); local adopters keep it: those whom a teacher asks (E) and the
    share of users in the district (A; McIntosh et al. 2018). Habit H is what months of practice leave, so that long support leaves more
    than short.
    """
    return (
        p.lapse_base
        + p.lapse_of_strain * strain
        - p.lapse_kept_by_habit * habit
        - p.lapse_kept_by_peers * (exposure + around)
        - p.lapse_kept_by_support * support
        - p.lapse_kept_by_rules * institutionalisation
        + p.lapse_of_new_leader * (1.0 - institutionalisation) * leader_is_new
    )
