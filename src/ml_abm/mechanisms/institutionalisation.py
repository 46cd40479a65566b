"""Institutionalisation: the way into rules, posts and budgets; how districts join."""

from ..compiled import formula
from .chance import bounded, logistic, monthly_hazard


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
def district_joins_chance(log_rate, reinforcement, push, evidence, openness, p):
    """Return h of log-hazard log r + dE L(k(E-theta)) + dP push + de evidence + dM mandate + do (openness - 0.5).

    r is the yearly chance that the programme's own recruitment wins a district nobody else has moved. Evidence weighs
    little (DellaVigna, Kim & Linos 2024).
    """
    return monthly_hazard(
        log_rate
        + p.joining_of_peers * reinforcement
        + p.joining_of_push * push
        + p.joining_of_evidence * evidence
        + p.joining_of_mandate * p.mandate
        + p.joining_of_openness * (openness - 0.5)
    )


@formula
def school_enrols_chance(log_rate, schools_around, leadership, evidence, p):
    """Return h of log-hazard log r + sE share of schools around + sL (L - 0.5) + se evidence + sM mandate."""
    return monthly_hazard(
        log_rate
        + p.enrolling_of_peers * schools_around
        + p.enrolling_of_leadership * (leadership - 0.5)
        + p.enrolling_of_evidence * evidence
        + p.enrolling_of_mandate * p.mandate
    )
