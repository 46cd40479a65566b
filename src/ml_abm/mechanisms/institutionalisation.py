"""Institutionalisation: the way into rules, posts and budgets; how districts join."""

from ..foundation.compiled import formula
from .chance import bounded, logistic, monthly_hazard, power_of_e


@formula
def next_institutionalisation(institutionalisation, push, data_quality, reported_fidelity, use_share, p):
    """Return I' = I + i [P > P*] D L(5 (f - 0.5)) fit use (1 - I) - i0 I.

    It takes capital above a threshold, data to show, and practice that is reported to be good. `fit` is the
    government fit of the design (fit to existing process predicts take-over: DellaVigna, Kim & Linos 2024).
    """
    gain = 0.0
    if push > p.capital_needed:
        fit = 0.5 + p.government_fit
        shown = data_quality * logistic(5.0 * (reported_fidelity - 0.5))
        gain = p.institutionalising * fit * shown * use_share * (1.0 - institutionalisation)
    return bounded(institutionalisation + gain - p.institution_decay * institutionalisation)


@formula
def district_joins_chance(log_rate, reinforcement, push, evidence, openness, burden, p):
    """Return h of log-hazard log r + dE L(k(E-theta)) + dP push + de evidence + dF (fit - 0.5) + dM mandate + do (openness - 0.5) - dB burden.

    r is the yearly chance that the programme's own recruitment wins a district that no one else has moved. Fit with what government already
    does decides, the strength of evidence hardly (DellaVigna, Kim & Linos 2024). `burden` is what is asked of teachers, per full week.
    """
    return monthly_hazard(
        log_rate
        + p.joining_of_peers * reinforcement
        + p.joining_of_push * push
        + p.joining_of_evidence * evidence
        + p.joining_of_fit * (p.government_fit - 0.5)
        + p.joining_of_mandate * p.mandate
        + p.joining_of_openness * (openness - 0.5)
        - p.joining_lost_to_burden * burden
    )


@formula
def school_enrols_chance(log_rate, schools_around, leadership, evidence, burden, aim, p):
    """Return h of log-hazard log r + dE share of schools around + sL (L - 0.5) + de evidence + dF (fit - 0.5) + dM mandate - dB burden + aim.

    The weights are those of districts. `aim` is the programme's preference for this school.
    """
    return monthly_hazard(
        log_rate
        + p.joining_of_peers * schools_around
        + p.enrolling_of_leadership * (leadership - 0.5)
        + p.joining_of_evidence * evidence
        + p.joining_of_fit * (p.government_fit - 0.5)
        + p.joining_of_mandate * p.mandate
        - p.joining_lost_to_burden * burden
        + aim
    )


@formula
def welcome(leader_is_new, p):
    """Return the chance of a school that left to enrol again, relative to one that never did: a new leader brings back what was ended (Kittelman et al. 2020)."""
    return min(1.0, p.welcome_back * power_of_e(p.new_leader_reopens * leader_is_new))


@formula
def aim_of(disadvantage, p):
    """Return how much more (or less) a school is sought, in log-hazard, from its disadvantage (0 to 1, 0.5 on average)."""
    return p.aim_at_disadvantaged * (2.0 * disadvantage - 1.0)
