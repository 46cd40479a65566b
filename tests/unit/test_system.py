"""School systems at month 0: sizes, ties and thresholds are what the scenario says."""

from math import exp

import numpy as np
import pytest

from ml_abm import Scenario
from ml_abm.networks.graph import superintendents, ties_from_edges
from ml_abm.system import build
from ml_abm.system.month_zero import beta_quantiles
from ml_abm.tables import ties_of

SETTING = {
    "districts": 20,
    "schools": 1000,
    "teachers_per_school": 10,
    "advice_ties": 0.0,
    "cross_ties": 2.0,
    "near_tie_share": 0.8,
}


@pytest.fixture(scope="module")
def system():
    return build(Scenario().replace(SETTING), 1)


def test_rows_are_slices(system):
    schools, districts = system.schools, system.districts
    assert len(schools) == districts["schools"].sum() == 1000
    assert len(system.teachers) == schools["staff"].sum()
    assert np.array_equal(schools["first_teacher"], np.cumsum(schools["staff"]) - schools["staff"])
    assert np.array_equal(schools["district"], np.repeat(np.arange(20), districts["schools"]))
    assert schools["staff"].min() >= 1
    assert schools["staff"].mean() == pytest.approx(10, rel=0.05)


def test_a_teacher_takes_at_most_80_bytes():
    """A row, two sides of what others see, and 4 bytes for each tie of the default system."""
    base = build(Scenario(), 1)
    n = len(base.teachers)
    tables = base.teachers.nbytes + base.visible.nbytes + base.teacher_ties.nbytes
    assert base.teacher_ties.itemsize == 4
    assert tables / n == base.teachers.itemsize + 2 + 4 * base.teachers["ties"].mean()
    assert tables / n <= 80


def test_ties_lead_to_other_schools_and_mostly_stay_near(system):
    goes_to = system.teacher_ties
    looks = np.repeat(np.arange(len(system.teachers)), system.teachers["ties"])
    school = np.repeat(np.arange(1000), system.schools["staff"])
    assert (school[looks] != school[goes_to]).all()
    assert len(looks) / len(system.teachers) == pytest.approx(2, rel=0.05)
    same_district = system.schools["district"][school[looks]] == system.schools["district"][school[goes_to]]
    assert same_district.mean() == pytest.approx(0.8 + 0.2 / 20, abs=0.03)


def test_a_teacher_finds_its_own_ties(system):
    start = np.append(0, np.cumsum(system.teachers["ties"], dtype=np.int64))
    for teacher in (0, 1, 17, 5000, len(system.teachers) - 1):
        assert np.array_equal(
            ties_of(system, teacher), system.teacher_ties[start[teacher] : start[teacher + 1]]
        )


@pytest.mark.parametrize(("mean", "sd"), [(0.42, 0.30), (0.5, 0.1), (0.2, 0.15), (0.3, 0.0)])
def test_thresholds_have_mean_and_sd(mean, sd):
    quantiles = beta_quantiles(mean, sd)
    assert quantiles.mean() == pytest.approx(mean, abs=2e-3)
    assert quantiles.std() == pytest.approx(sd, abs=4e-3)


def test_thresholds_are_those_of_scipy():
    from scipy.stats import beta

    size = 0.42 * 0.58 / 0.3**2 - 1
    wanted = beta(0.42 * size, 0.58 * size).ppf((np.arange(1024) + 0.5) / 1024)
    assert beta_quantiles(0.42, 0.3) == pytest.approx(wanted, abs=1e-3)


def test_the_superintendents_are_carlsons():
    ties = superintendents()
    assert len(ties.start) == 39
    assert len(ties.neighbour) == 2 * 61
    assert ties.start[1] == 0  # the first adopter has no tie


def test_edges_lose_self_ties_and_duplicates():
    ties = ties_from_edges(3, np.array([[0, 1], [0, 1], [1, 1], [2, 0]]))
    assert ties.start.tolist() == [0, 2, 3, 4]
    assert ties.neighbour.tolist() == [1, 2, 0, 0]


def test_one_school_has_no_cross_ties():
    one = {
        "districts": 1,
        "schools": 1,
        "pilot_schools": 1,
        "pilot_districts": 1,
        "cross_ties": 3,
        "advice_ties": 0.0,
    }
    assert len(build(Scenario().replace(one), 1).teacher_ties) == 0


def test_help_makes_exhaustion_less_at_month_0_too():
    """Of persons who are alike, in a full week but for the 0.3 hours of helpers, of which 0.5 x (1 - 0.1) is kept as rest.

    Support takes 2 x (0.5 x 0.6 + 0.5 x 0.1) = 0.7 and a week of 0.135 of 45 hours less takes 2 x 0.003: L(-1 - 0.7 - 0.006).
    """
    alike = {
        "strain_base": -1.0,
        "strain_relief_of_support": 2.0,
        "strain_of_load": 2.0,
        "strain_spread": 0.0,
        "community_hours": 3.0,
        "rest_share": 0.5,
        "weekly_hours": 45.0,
        "full_week": 45.0,
        "weekly_hours_spread": 0.0,
        "principal_support": 0.6,
        "principal_spread": 0.0,
        "support_of_leadership": 0.5,
        "support_of_community": 0.5,
        "community_base": 0.1,
    }
    system = build(Scenario().replace({**SETTING, **alike}), 1)
    assert system.teachers["strain"] == pytest.approx(1 / (1 + exp(1.706)), abs=1e-6)
