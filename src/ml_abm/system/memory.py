"""Size of a school system in memory, checked before anything is built."""

from __future__ import annotations

from .. import tables
from ..errors import SizeError
from ..foundation.free_memory import memory_free
from ..foundation.numbers_in_words import size
from ..networks.graph import EVERYBODY, SCHOOLS_AT_A_TIME
from ..outcomes import DistrictOutcomes
from ..scenario import Scenario

MOST_TEACHERS = 2_000_000_000  # expected; rows are 32-bit numbers, and sizes are drawn
# The machine is not asked for so little: a batch of small runs would ask it thousands of times.
ALWAYS_FREE = 64 * 2**20


def expected_teachers(scenario: Scenario) -> float:
    """Return about how many teachers a scenario's system will have."""
    return scenario.setting.schools * scenario.setting.teachers_per_school


def memory_needed(scenario: Scenario) -> int:
    """Return an estimate of the bytes that a run of this scenario needs."""
    setting = scenario.setting
    teachers = expected_teachers(scenario)
    per_teacher = (
        tables.row_type(tables.Teacher).itemsize + 2 + 4 * (setting.cross_ties + _advice_ties(scenario))
    )
    per_school = tables.row_type(tables.School).itemsize + 64  # and what building it takes for a moment
    # draws of float64 while the columns of some schools' teachers are filled
    building = 40 * min(teachers, SCHOOLS_AT_A_TIME * setting.teachers_per_school)
    building += teachers * (6 + 4 * setting.cross_ties)  # ties to other schools before those inside are there
    if scenario.system.network != "hierarchical":  # pairs, rows and orders while ties are drawn
        building += teachers * (50 + 12 * setting.cross_ties)
    return int(teachers * per_teacher + building + setting.schools * per_school)


def _advice_ties(scenario: Scenario) -> float:
    """Return the most that teachers have of advice ties inside the school, on average."""
    mean = scenario.setting.advice_ties
    return max(mean, EVERYBODY - 1) if mean > 0 else 0.0


def memory_of_outcomes(scenario: Scenario, months: int) -> int:
    """Return the bytes that so many months of outcomes by district take: as recorded, joined, and as a table."""
    return 4 * tables.narrow(DistrictOutcomes).itemsize * scenario.setting.districts * months


def check_size(scenario: Scenario, at_once: int = 1, district_months: int = 0) -> None:
    """Raise SizeError when so many systems at once, and outcomes by district, would not fit in the memory that this machine has free.

    Or in tables whose rows are numbered with 32 bits.
    """
    needed = at_once * memory_needed(scenario) + memory_of_outcomes(scenario, district_months)
    if needed < ALWAYS_FREE:
        return
    free, setting, teachers = memory_free(), scenario.setting, expected_teachers(scenario)
    if needed > 0.9 * free:
        raise SizeError(
            f"{scenario.name}: setting.schools = {setting.schools:,} x setting.teachers_per_school = "
            f"{setting.teachers_per_school:g} means about {teachers:,.0f} teachers and {size(needed)} of memory; "
            f"{size(free)} are free here: take a smaller --scale"
            + (", or leave out --districts" if district_months else "")
        )
    if teachers > MOST_TEACHERS:
        raise SizeError(f"{scenario.name}: about {teachers:,.0f} teachers: allowed {MOST_TEACHERS:,}")
