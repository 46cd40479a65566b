"""The doors from Python into the kernels: many months in one call, or the three parts of a month for threads."""

from ..compiled import door
from .census import take_census
from .month import decide, live, live_month


@door
def live_months(system, parameters, seed, first_month, n_months, first_row, whole_record, district_record):
    """Live n months from first_month on and record them from first_row on; never holds Python's lock."""
    p = parameters[0]
    for k in range(n_months):
        live_month(system, p, seed, first_month + k, first_row + k, whole_record, district_record)


@door
def decide_month(system, parameters, seed, month):
    """Live the part of a month that is one thread's work."""
    decide(system, parameters[0], seed, month)


@door
def live_schools(system, parameters, seed, month, first_school, last_school):
    """Live the part of a month that threads share: schools [first_school, last_school)."""
    live(system, parameters[0], seed, month, first_school, last_school)


@door
def close_month(system, parameters, month, row, whole_record, district_record):
    """Take the census of a month that threads have lived."""
    take_census(system, parameters[0], month, row, whole_record, district_record)
