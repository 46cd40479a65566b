"""Chance events as a pure function: ``uniform(key(seed, decision, month), row)``.

A counter-based hash (SplitMix64's finaliser: Steele, Lea & Flood 2014, OOPSLA, doi:10.1145/2660193.2660195)
of who draws (row), what for (decision), when (month) and in which world (seed). No state is carried, so
a result does not depend on the number of threads, on the order of rows, or on which draws were needed; and two
policies meet the same random seeds (common random numbers).
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from .foundation.compiled import entry_point, formula

MASK = 0xFFFFFFFFFFFFFFFF
WEYL = 0x9E3779B97F4A7C15
MIX_1 = 0xBF58476D1CE4E5B9
MIX_2 = 0x94D049BB133111EB

_WEYL, _MIX_1, _MIX_2 = np.uint64(WEYL), np.uint64(MIX_1), np.uint64(MIX_2)
_S27, _S30, _S31, _S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)
TO_UNIT = 2.0**-53


class Decision(IntEnum):
    """One stream of chance per decision, so that one more draw here never changes the chance there."""

    TEACHER_LEAVES = 1
    GRADE_CHANGES = 2
    ADAPTS = 3
    CHANGE_IS_PERIPHERAL = 4
    STAGE_CHANGES = 5
    PLACE_ON_COURSE = 6
    NEWCOMER_THRESHOLD = 7
    NEWCOMER_RESILIENCE = 8
    PRINCIPAL_LEAVES = 9
    PRINCIPAL_ARRIVES = 10
    BENEFIT_NOISE = 11
    SCHOOL_ENROLS = 12
    SCHOOL_LEAVES = 13
    ENROLMENT_START = 14
    DISTRICT_JOINS = 15
    DISTRICT_LEADER_LEAVES = 16
    DISTRICT_LEADER_ARRIVES = 17
    CHAMPION_LEAVES = 18
    CHAMPION_ARRIVES = 19
    GRANT_GIVEN = 20
    TERM = 21
    NEWCOMER_WILLINGNESS = 22
    # building the school system
    SCHOOL_SIZE = 32
    DISTRICT_SIZE = 33
    TIE_COUNT = 34
    TIE_NEAR = 35
    TIE_TO = 36
    DISTRICT_TIE = 37
    THRESHOLD = 38
    WEEKLY_HOURS = 39
    MISMATCH = 40
    LEADERSHIP = 41
    OPENNESS = 42
    DISTRICT_THRESHOLD = 43
    PILOT_SCHOOL = 44
    CHAMPION_AT_START = 45
    DISTRICT_CAPACITY = 47
    TIE_CIRCLE = 48
    EXPERIENCE = 49
    SUBJECT = 50
    POPULARITY = 51
    ADVICE_COUNT = 52
    ADVICE_TIE = 53
    ADVICE_YEARS = 54
    ADVICE_SCHOOL = 55
    RESILIENCE = 60
    RESILIENCE_KEPT = 61
    DISADVANTAGE = 62
    REMOTENESS = 63
    LEADER_TENURE = 64
    NEVER_JOINS = 65
    WILLINGNESS = 66


@formula
def _mix(x):
    x = (x ^ (x >> _S30)) * _MIX_1
    x = (x ^ (x >> _S27)) * _MIX_2
    return x ^ (x >> _S31)


@formula
def key(seed, decision, month):
    """Return the 64-bit key of one decision in one month of one world."""
    x = _mix(np.uint64(seed) + _WEYL)
    x = _mix(x + np.uint64(decision) * _WEYL)
    return _mix(x + np.uint64(month) * _WEYL)


@formula
def uniform(key, row):
    """Return this row's number in [0, 1), with 53 random bits."""
    return np.float64(_mix(key + np.uint64(row) * _WEYL) >> _S11) * TO_UNIT


def _mix_in_python(x: int) -> int:
    x = ((x ^ (x >> 30)) * MIX_1) & MASK
    x = ((x ^ (x >> 27)) * MIX_2) & MASK
    return x ^ (x >> 31)


def key_in_python(seed: int, decision: int, month: int) -> int:
    """Return what `key` returns, in plain Python integers (the reference and the tests use it)."""
    x = _mix_in_python((seed + WEYL) & MASK)
    x = _mix_in_python((x + decision * WEYL) & MASK)
    return _mix_in_python((x + month * WEYL) & MASK)


def uniform_in_python(key: int, row: int) -> float:
    """Return what `uniform` returns, in plain Python."""
    return (_mix_in_python((key + row * WEYL) & MASK) >> 11) * TO_UNIT


@entry_point
def _fill(numbers, seed, decision, month, first):
    k = key(seed, decision, month)
    for i in range(len(numbers)):
        numbers[i] = uniform(k, first + i)


def uniforms(seed: int, decision: int, n: int, month: int = 0, first: int = 0) -> np.ndarray:
    """Return n numbers in [0, 1), one per row from `first` on: float64 (n,)."""
    numbers = np.empty(n)
    _fill(numbers, np.uint64(seed), int(decision), month, first)
    return numbers


def normals(seed: int, decision: int, n: int, month: int = 0) -> np.ndarray:
    """Return n standard normal numbers (Box-Muller, from the draws of this month and of the next): float64 (n,)."""
    radius = np.sqrt(-2 * np.log1p(-uniforms(seed, decision, n, month)))
    return radius * np.cos(2 * np.pi * uniforms(seed, decision, n, month + 1))
