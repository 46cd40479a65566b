"""School systems to measure on: half of the schools in the programme from the start, so that all mechanisms are at work."""

from __future__ import annotations

from ml_abm import Scenario

TEACHERS_A_SCHOOL = 8


def half_reached(teachers: int, **changes: float) -> Scenario:
    """Return a scenario of about so many teachers, with half of the schools in the pilot."""
    schools = max(2, teachers // TEACHERS_A_SCHOOL)
    districts = max(2, schools // 50)
    sizes = {
        "schools": schools,
        "districts": districts,
        "teachers_per_school": float(TEACHERS_A_SCHOOL),
        "pilot_schools": schools // 2,
        "pilot_districts": districts // 2,
    }
    return Scenario().replace({**sizes, **changes})
