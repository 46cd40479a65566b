"""Stationary start: teachers as they would be found in a system where nothing happens, the exhausted having left more often."""

from __future__ import annotations

from functools import cache
from math import sqrt
from statistics import NormalDist

import numpy as np

from ..draws import Decision, key, uniform
from ..foundation.compiled import entry_point, kernel
from ..mechanisms.commitment import commitment_target
from ..mechanisms.strain import strain_target, support
from ..mechanisms.turnover import quantile, school_turnover, turnover_factor
from ..mechanisms.workload import load, usual_hours

N_QUANTILES = 1024
SAMPLE = 512  # posts, or up to twice as many, from which mean and sd of exhaustion are worked out
PERSONS = 32  # evenly spaced quantiles of resilience that stand for all persons who may hold a post
ROUNDS = 100  # at most, of the fixed point of that mean and sd
STEADY = 1e-9  # change in a round from which they count as found, after some ten rounds
TRIES = 256  # of a person for a post; one in two or three is kept at usual turnover ratios


@cache
def normal_quantiles() -> np.ndarray:
    """Return `N_QUANTILES` evenly spaced quantiles of the standard normal distribution: float64."""
    normal = NormalDist()
    return np.array([normal.inv_cdf((k + 0.5) / N_QUANTILES) for k in range(N_QUANTILES)])


def settle_people(
    teachers: np.ndarray, schools: np.ndarray, parameters: np.ndarray, seed: int, traits: np.ndarray
) -> None:
    """Give every post a person, with exhaustion and commitment at the values that post and person bring.

    Those who leave less often are found more often: a person is drawn as a newcomer is, and kept with the chance to stay relative to
    that of the most resilient person in the same post, so that each post has the distribution that turnover itself leaves unchanged.
    """
    first = np.uint64(seed)
    mean, sd = _mean_and_sd(teachers, schools, parameters, traits)
    _draw_people(teachers, schools, parameters, first, traits, mean, sd)


@kernel
def exhaustion(teacher, school, resilience, p):
    """Return the exhaustion that a post brings to a person when nothing happens."""
    community = np.float64(school.community)
    hours = usual_hours(np.float64(teacher.weekly_hours), community, p)
    help_felt = support(np.float64(school.leadership), community, 0.0, p)
    return strain_target(load(hours, p), 0.0, help_felt, resilience, p)


@entry_point
def _mean_and_sd(teachers, schools, parameters, traits):
    """Return mean and sd of exhaustion over posts that turnover leaves unchanged, from a sample of posts with all who may hold them."""
    p = parameters[0]
    step = max(1, len(teachers) // SAMPLE)
    posts = (len(teachers) + step - 1) // step
    strains, turnovers = np.empty((posts, PERSONS)), np.empty(posts)
    s = 0
    for n, row in enumerate(range(0, len(teachers), step)):
        while row >= schools[s].first_teacher + schools[s].staff:
            s += 1
        turnovers[n] = school_turnover(np.float64(schools[s].disadvantage), p)
        for k in range(PERSONS):
            strains[n, k] = exhaustion(teachers[row], schools[s], quantile(traits, (k + 0.5) / PERSONS), p)
    mean, sd = 0.0, 0.0
    for _ in range(ROUNDS):
        before, sd_before = mean, sd
        mean, sd = _after_turnover(strains, turnovers, mean, sd, p)
        if abs(mean - before) + abs(sd - sd_before) < STEADY:
            break
    return mean, sd


@kernel
def leaving(strain, mean, sd, turnover, p):
    """Return how much more often than a person of average exhaustion a person leaves; no one leaves more often than every month."""
    factor = turnover_factor(strain, mean, sd, p)
    if turnover > 0.0:
        factor = min(factor, 1.0 / turnover)
    return factor


@kernel
def _after_turnover(strains, turnovers, mean, sd, p):
    """Return mean and sd of exhaustion over posts where persons stay in proportion to 1 / turnover, which looks at a mean and an sd."""
    total, squares = 0.0, 0.0
    for n in range(len(strains)):
        weights, of_post, squares_of_post = 0.0, 0.0, 0.0
        for strain in strains[n]:
            weight = 1.0 / leaving(strain, mean, sd, turnovers[n], p)
            weights += weight
            of_post += weight * strain
            squares_of_post += weight * strain * strain
        total += of_post / weights
        squares += squares_of_post / weights
    after = total / len(strains)
    return after, sqrt(max(0.0, squares / len(strains) - after * after))


@entry_point
def _draw_people(teachers, schools, parameters, seed, traits, mean, sd):
    """Fill in traits, exhaustion and commitment."""
    p = parameters[0]
    for s in range(len(schools)):
        school = schools[s]
        help_felt = support(np.float64(school.leadership), np.float64(school.community), 0.0, p)
        turnover = school_turnover(np.float64(school.disadvantage), p)
        for row in range(school.first_teacher, school.first_teacher + school.staff):
            resilience, strain = 0.0, 0.0
            least = leaving(exhaustion(teachers[row], school, traits[-1], p), mean, sd, turnover, p)
            for k in range(TRIES):
                resilience = quantile(traits, uniform(key(seed, Decision.RESILIENCE, k), row))
                strain = exhaustion(teachers[row], school, resilience, p)
                kept = least / leaving(strain, mean, sd, turnover, p)
                if uniform(key(seed, Decision.RESILIENCE_KEPT, k), row) < kept:
                    break
            willingness = quantile(traits, uniform(key(seed, Decision.WILLINGNESS, 0), row))
            teachers[row].resilience, teachers[row].willingness = resilience, willingness
            teachers[row].strain = strain
            teachers[row].commitment = commitment_target(
                0.0, 0.0, help_felt, strain, np.float64(school.mismatch), willingness, p
            )
