"""Stationary start: teachers as they would be found in a system where nothing happens, the exhausted having left more often."""

from __future__ import annotations

from functools import cache
from math import sqrt
from statistics import NormalDist

import numpy as np

from ..compiled import door, kernel
from ..draws import Decision, key, uniform
from ..mechanisms.chance import power_of_e
from ..mechanisms.commitment import commitment_target
from ..mechanisms.strain import strain_target, support
from ..mechanisms.turnover import quantile, turnover_factor
from ..mechanisms.workload import load

N_QUANTILES = 1024
SAMPLE = 4096  # rows, or up to twice as many, from which mean and sd of exhaustion are worked out
ROUNDS = 30  # of the fixed point of that mean and sd; it moves by less than 1e-9 after some ten
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

    Those who leave less often are found more often: a person is drawn as a newcomer is, and kept with chance HR^(-3 - z), so that the
    distribution over posts is the one that turnover itself leaves unchanged.
    """
    first = np.uint64(seed)
    mean, sd = _mean_and_sd(teachers, schools, parameters, first, traits)
    _draw_people(teachers, schools, parameters, first, traits, mean, sd)


@kernel
def person(teacher, school, row, k, p, seed, traits):
    """Return resilience and exhaustion of the k-th person drawn for a post."""
    resilience = quantile(traits, uniform(key(seed, Decision.RESILIENCE, k), row))
    help_felt = support(np.float64(school.leadership), np.float64(school.community), 0.0, p)
    return resilience, strain_target(load(np.float64(teacher.weekly_hours), p), 0.0, help_felt, resilience, p)


@door
def _mean_and_sd(teachers, schools, parameters, seed, traits):
    """Return mean and sd of exhaustion that turnover leaves unchanged, from a sample of posts with one person each."""
    p = parameters[0]
    step = max(1, len(teachers) // SAMPLE)
    strains = np.empty(len(teachers))
    n, s = 0, 0
    for row in range(0, len(teachers), step):
        while row >= schools[s].first_teacher + schools[s].staff:
            s += 1
        strains[n] = person(teachers[row], schools[s], row, 0, p, seed, traits)[1]
        n += 1
    mean, sd = 0.0, 0.0
    for _ in range(ROUNDS):
        weights, total, squares = 0.0, 0.0, 0.0
        for i in range(n):
            weight = 1.0 / turnover_factor(strains[i], mean, sd, p)
            weights += weight
            total += weight * strains[i]
            squares += weight * strains[i] * strains[i]
        mean = total / weights
        sd = sqrt(max(0.0, squares / weights - mean * mean))
    return mean, sd


@door
def _draw_people(teachers, schools, parameters, seed, traits, mean, sd):
    """Fill in traits, exhaustion and commitment."""
    p = parameters[0]
    for s in range(len(schools)):
        school = schools[s]
        help_felt = support(np.float64(school.leadership), np.float64(school.community), 0.0, p)
        for row in range(school.first_teacher, school.first_teacher + school.staff):
            resilience, strain = 0.0, 0.0
            for k in range(TRIES):
                resilience, strain = person(teachers[row], school, row, k, p, seed, traits)
                kept = power_of_e(-3.0 * p.log_turnover_ratio) / turnover_factor(strain, mean, sd, p)
                if uniform(key(seed, Decision.RESILIENCE_KEPT, k), row) < kept:
                    break
            willingness = quantile(traits, uniform(key(seed, Decision.WILLINGNESS, 0), row))
            teachers[row].resilience, teachers[row].willingness = resilience, willingness
            teachers[row].strain = strain
            teachers[row].commitment = commitment_target(
                0.0, 0.0, help_felt, strain, np.float64(school.mismatch), willingness, p
            )
