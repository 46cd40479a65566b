"""Pupils pass through grades: gains add up, fade, and leave with those who leave."""

import numpy as np
import pytest

from ml_abm import Scenario, Simulation
from ml_abm.tables import GRADES, Stage

G = 0.4  # SD a year at full fidelity
# Everyone uses it, with all skill, will and time there can be, in a design that fits: pupils learn G a year, always.
CONSTANT = {
    "districts": 1, "schools": 3, "teachers_per_school": 2, "pilot_schools": 0, "pilot_districts": 0, "target_share": 0, "effect_size": G,
    "weekly_hours": 20, "added_hours": 0, "reporting_hours": 0, "context_mismatch": 0, "context_spread": 0, "teacher_attrition": 0,
    "grade_rotation": 0, "lapse_base": -15, "lapse_of_strain": 0, "lapse_of_new_leader": 0, "adaptation_rate": 0, "passing_variation": 0,
    "commitment_base": 5, "commitment_lost_to_strain": 0, "dosage_lost_to_strain": 0, "dosage_lost_without_materials": 0,
    "will_for_full_dose": 0.1, "fade_out": 0,
}  # fmt: skip


def lived(months, **others):
    """Return a run of this system after some months."""
    run = Simulation(Scenario().replace({**CONSTANT, **others}), 1)
    run.system.teachers["stage"], run.system.teachers["skill"] = Stage.USING, 1.0
    for side in run.system.visible:
        side[:] = 255  # a user with all skill
    return run.run_for(months)


def test_pupils_learn_the_same_all_the_time():
    assert lived(30).trace().system.learning_sd.to_numpy() == pytest.approx(np.full(30, G), rel=1e-6)


def test_gains_pass_from_grade_to_grade_at_the_turn_of_each_school_year():
    gains = lived(31).system.schools["gains"]  # two years and seven months
    assert gains == pytest.approx(np.tile(G / 12 * np.array([7, 19, 31, 31, 31, 31]), (3, 1)), rel=1e-5)


def test_a_new_first_grade_has_gained_nothing_before():
    assert lived(12).system.schools["gains"][0] == pytest.approx(np.full(GRADES, G), rel=1e-5)
    assert lived(13).system.schools["gains"][0, 0] == pytest.approx(G / 12, rel=1e-5)


def test_the_last_grade_has_gained_five_years_and_what_has_passed_of_the_sixth():
    last = lived(12 * 9).trace().system.learning_leavers.to_numpy()
    assert last[:72] == pytest.approx(
        G / 12 * np.arange(1, 73), rel=1e-5
    )  # until grades that began with it come to the last
    year = 5 * G + G / 12 * np.arange(1, 13)
    assert last[72:] == pytest.approx(np.tile(year, 3), rel=1e-5)
    assert last[-1] == pytest.approx(GRADES * G, rel=1e-5)


def test_what_pupils_have_gained_fades():
    """Half fades in a year, f = 1 - 0.5^(1/12) in a month; after n months G / 12 / f (1 - (1 - f)^n) is left."""
    f = 1 - 0.5 ** (1 / 12)
    last = lived(96, fade_out=0.5).trace().system.learning_leavers.to_numpy()
    for month, n in ((11, 12), (71, 72), (95, 72)):
        assert last[month] == pytest.approx(G / 12 / f * (1 - 0.5 ** (n / 12)), rel=1e-5)


def test_pupils_who_leave_take_their_gains_along():
    """It is given up after a year: the pupils who had it are in the last grade five years later, and gone after six."""
    run = lived(12)
    run.system.teachers["stage"] = Stage.LAPSED
    run.change(
        {
            "adoption_base": -15,
            "adoption_of_training": 0,
            "adoption_of_peers": 0,
            "adoption_of_will": 0,
            "adoption_of_support": 0,
        }
    )
    last = run.run_for(84).trace().system.learning_leavers.to_numpy()
    assert last[71] == pytest.approx(G, rel=1e-5)
    assert last[72] == pytest.approx(0, abs=1e-9)
