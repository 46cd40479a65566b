"""Ties between teachers and between districts at month 0, real or generated."""

from __future__ import annotations

import numpy as np

from ..draws import Decision
from ..scenario import Scenario
from ..tables import Ties
from .advice import advice_counts, with_advice
from .edges import TieReport
from .generators import generated_ties
from .graph import compressed, poisson, random_ties, superintendents
from .real_ties import Sources, TeacherTies, between_schools, rows_tied, teachers_tied


def tie_teachers(
    scenario: Scenario,
    seed: int,
    teachers: np.ndarray,
    schools: np.ndarray,
    districts: np.ndarray,
    real: Sources,
) -> np.ndarray:
    """Tie teachers to colleagues and to teachers of other schools; return where the ties go, int32 (n_ties,).

    A teacher's ties to colleagues come before those to other schools. Schools whose own network is known keep it; in the others
    advice networks are generated.
    """
    begin = beginnings(schools)
    known = np.zeros(len(schools), bool)
    if "teachers" in real or "schools" in real:
        counts, goes_to, known, _ = read_teacher_ties(scenario, seed, schools, real)
    else:
        counts, goes_to = draw_teacher_ties(scenario, seed, schools, districts)
    if not known.all():
        advice = advice_counts(scenario.setting.advice_ties, begin, seed)
        advice[np.repeat(known, schools["staff"])] = 0
        counts, goes_to = with_advice(advice, counts, goes_to, begin, teachers["threshold"], seed)
    teachers["ties"] = counts
    of_school = np.add.reduceat(counts, schools["first_teacher"], dtype=np.int64)
    schools["first_tie"] = np.cumsum(of_school) - of_school
    return goes_to


def draw_teacher_ties(
    scenario: Scenario, seed: int, schools: np.ndarray, districts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return generated ties to teachers of other schools, most of them within the district: how many each teacher has, and where they go."""
    setting, begin = scenario.setting, beginnings(schools)
    if scenario.system.network != "hierarchical":
        kind, alike = scenario.system.network, scenario.system.alike
        return generated_ties(setting, kind, alike, seed, begin, schools["district"], places_of(scenario))
    staff_of_district = np.bincount(schools["district"], weights=schools["staff"], minlength=len(districts))
    end = np.cumsum(staff_of_district).astype(np.int64)
    near = np.stack([end - staff_of_district.astype(np.int64), end], axis=1)[schools["district"]]
    return random_ties(begin, near, setting.cross_ties, setting.near_tie_share, seed, Decision.TIE_COUNT)


def places_of(scenario: Scenario) -> np.ndarray | None:
    """Return where the schools of a list are, float64 (n_schools, 2), or None where that is not known of all of them."""
    if not scenario.system.schools:
        return None
    from ..lists.school_list import school_list

    schools = school_list(scenario.system).schools
    if not {"latitude", "longitude"} <= set(schools):
        return None
    places = schools[["latitude", "longitude"]].to_numpy(np.float64)
    return None if np.isnan(places).any() else places


def read_teacher_ties(scenario: Scenario, seed: int, schools: np.ndarray, real: Sources) -> TeacherTies:
    """Return real ties between teachers, or drawn along those between schools."""
    if "teachers" in real:
        return teachers_tied(real["teachers"], scenario, schools["staff"])
    begin = beginnings(schools)
    counts = poisson(scenario.setting.cross_ties, int(begin[-1]), seed, Decision.TIE_COUNT)
    return between_schools(*rows_tied(real["schools"], scenario, "schools"), begin, counts, seed)


def beginnings(schools: np.ndarray) -> np.ndarray:
    """Return where each school's teachers begin, and the end: int64 (n_schools + 1,)."""
    return np.append(schools["first_teacher"], schools["first_teacher"][-1] + schools["staff"][-1])


def tie_districts(scenario: Scenario, seed: int, real: Sources) -> Ties:
    """Return the ties between district leaders, real ones where there are any."""
    if "districts" in real:
        return rows_tied(real["districts"], scenario, "districts")[0]
    if scenario.network == "modmath":
        return superintendents()
    n = scenario.setting.districts
    everywhere = np.tile(np.array([[0, n]], np.int64), (n, 1))
    mean = scenario.setting.district_ties
    return compressed(*random_ties(np.arange(n + 1), everywhere, mean, 1.0, seed, Decision.DISTRICT_TIE))


def ties_read(scenario: Scenario, schools: np.ndarray, real: Sources) -> dict[str, TieReport]:
    """Return the reports of all real ties, by whom they are between."""
    return {
        between: teachers_tied(given, scenario, schools["staff"]).report
        if between == "teachers"
        else rows_tied(given, scenario, between)[1]
        for between, given in real.items()
    }
