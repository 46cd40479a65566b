"""The doors from Python into the kernels: many months in one call, or the three parts of a month for threads."""

import numpy as np

from ..foundation.compiled import entry_point
from .block import BLOCK
from .census import COUNT, COUNTS, take_census
from .month import decide, move_schools, simulate_month


@entry_point
def simulate_months(system, parameters, seed, first_month, n_months, whole_record, district_record):
    """Simulate n months from first_month on and record each in a row; never holds Python's lock."""
    p, room, counts = parameters[0], np.zeros(1, BLOCK), np.zeros(COUNTS, COUNT)
    for k in range(n_months):
        simulate_month(system, p, seed, room, counts, first_month + k, k, whole_record, district_record)


@entry_point
def decide_month(system, parameters, seed, month):
    """Simulate the part of a month that is one thread's work."""
    decide(system, parameters[0], seed, month)


@entry_point
def simulate_schools(system, parameters, seed, month, first_school, last_school):
    """Simulate the part of a month that threads share: schools [first_school, last_school)."""
    move_schools(system, parameters[0], seed, np.zeros(1, BLOCK), month, first_school, last_school)


@entry_point
def close_month(system, parameters, month, row, whole_record, district_record):
    """Take the census of a month that threads have simulated."""
    take_census(system, parameters[0], np.zeros(COUNTS, COUNT), month, row, whole_record, district_record)
