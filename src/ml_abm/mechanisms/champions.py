"""Champions: political capital is earned by visible wins, spent on reform, and lost with the person."""

from ..foundation.compiled import formula
from .chance import bounded


@formula
def next_capital(capital, wins, p):
    """Return P' = P (1 - d) + (1 - P)(office + earned wins), bounded.

    Half of the credit is gone in a year (half-life 12 months, grade C).
    """
    earned = p.capital_of_office + p.capital_of_wins * wins
    return bounded(capital * (1.0 - p.capital_decay) + earned * (1.0 - capital))


@formula
def capital_left_behind(capital, institutionalisation, p):
    """Return psi I P: what outlives the champion is what was built into rules."""
    return p.capital_kept_by_rules * institutionalisation * capital


@formula
def idle_capital(capital, institutionalisation, p):
    """Return the capital of an empty seat a month later: it fades unless it is built into rules."""
    return capital * (1.0 - p.capital_decay * (1.0 - institutionalisation))


@formula
def recruitment_chance(wins, p):
    """Return the monthly chance that a new champion takes up the cause: wins recruit new champions."""
    return bounded(p.recruitment_of_champions * (p.champion_luck + wins))


@formula
def push(district_capital, system_capital, p):
    """Return the political push in a district: 1 - (1 - P_d)(1 - w P_system), 0..1."""
    return 1.0 - (1.0 - district_capital) * (1.0 - p.reach_of_system_champion * system_capital)
