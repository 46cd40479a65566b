"""Formulas of the mechanisms at points worked out by hand, with numbers given here and not by the defaults."""

from math import exp, log
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from ml_abm import Scenario
from ml_abm.draws import Decision, key_in_python, uniform_in_python
from ml_abm.kernels.teachers import seen_along
from ml_abm.parameters import record
from ml_abm.scenario import Event
from ml_abm.simulation import Simulation
from ml_abm.system.month_zero import months_in_office
from ml_abm.tables import Barrier, Enrolment, Stage
from tests.reference.plain import formulas

F = formulas()


def given(**numbers):
    """Return parameters that hold these numbers and no others, so that a formula cannot lean on a default."""
    return SimpleNamespace(**numbers)


def defaults():
    """Return the default parameters as plain numbers."""
    p = record(Scenario().values())
    return SimpleNamespace(**{name: float(p[name][0]) for name in p.dtype.names})


def near(number):
    return pytest.approx(number, abs=1e-9)


# --- the week ---------------------------------------------------------------------------------------------------------

WEEK = given(
    added_hours=3, reporting_hours=0.5, tool_hours=0.5, community_hours=3, hours_saved_by_skill=0.5, full_week=45, found_hours=0.8,
    rest_share=0.5, materials_supply=1, community_capacity=0.8, community_mobilisation=0.5,
)  # fmt: skip


def test_skill_saves_hours_of_teaching_but_none_of_forms():
    assert F.added_hours(0.0, WEEK) == near(3.5)
    assert F.added_hours(1.0, WEEK) == near(3 * 0.5 + 0.5)


def test_tools_help_those_who_use_it_and_helpers_everybody():
    assert F.relief_hours(True, 0.8, 0.4, WEEK) == near(0.5 * 0.8 + 3 * 0.4)
    assert F.relief_hours(False, 0.8, 0.4, WEEK) == near(3 * 0.4)


def test_parents_who_look_on_lower_the_share_of_relief_that_is_kept_as_rest():
    assert F.rest_share(0.0, WEEK) == near(0.5)
    assert F.rest_share(0.8, WEEK) == near(0.1)
    assert F.rest_share(1.0, WEEK) == 0.0


def test_load_is_counted_from_a_full_week_to_both_sides():
    assert F.load(54.0, WEEK) == near(0.2)
    assert F.load(36.0, WEEK) == near(-0.2)
    assert F.overload(54.0, WEEK) == near(0.2)
    assert F.overload(36.0, WEEK) == 0.0


def test_time_found_is_a_base_slack_and_relief_that_is_not_rest():
    # 0.8 in any week, 45 - 43 = 2 of slack, half of an hour of relief: 3.3 of 4 hours needed
    assert F.time_factor(43.0, 4.0, 1.0, 0.5, WEEK) == near(3.3 / 4)
    assert F.time_factor(43.0, 3.3, 1.0, 0.5, WEEK) == near(1.0)
    # a week above a full one has no slack, and takes none of what is found in any week
    assert F.time_factor(60.0, 4.0, 0.0, 0.5, WEEK) == near(0.8 / 4)


def test_the_burden_asked_is_net_of_tools_and_organised_helpers():
    # 3.5 hours less half an hour of tools and 3 x 0.8 x 0.5 of helpers, per week of 45 hours
    assert F.burden_asked(WEEK) == near((3.5 - 0.5 - 1.2) / 45)
    assert F.burden_asked(given(**{**vars(WEEK), "tool_hours": 9})) == 0.0


def test_relief_shortens_a_week_as_far_as_it_is_kept_as_rest():
    assert F.week_hours(40.0, 3.0, 2.0, 0.5) == near(42.0)
    assert F.week_hours(1.0, 0.0, 9.0, 0.5) == 0.0


def test_a_week_without_the_innovation_is_shorter_by_what_helpers_give_back_and_tools_do_not():
    # helpers give back 3 x 0.4 = 1.2 hours, of which 0.5 x (1 - 0.4) = 0.3 is kept as rest
    assert F.usual_hours(40.0, 0.4, WEEK) == near(40.0 - 0.36)
    assert F.usual_hours(40.0, 0.0, WEEK) == 40.0


# --- strain and commitment --------------------------------------------------------------------------------------------

PEOPLE = given(
    strain_base=-1, strain_of_load=2, strain_of_paperwork=0.5, strain_relief_of_support=1, strain_spread=0.5,
    commitment_base=0, commitment_of_benefit=2, commitment_of_ownership=1, commitment_of_support=2, commitment_lost_to_strain=2,
    commitment_lost_to_misfit=1, commitment_spread=0.5,
)  # fmt: skip


def logistic(x):
    return 1 / (1 + exp(-x))


def test_demands_raise_exhaustion_and_help_and_resilience_lower_it():
    assert F.strain_target(0.5, 0.0, 0.0, 0.0, PEOPLE) == near(0.5)  # -1 + 2 x 0.5
    assert F.strain_target(0.5, 2.0, 0.5, 1.0, PEOPLE) == near(
        0.5
    )  # paperwork + 1, help - 0.5, the person - 0.5
    assert F.strain_target(-0.5, 0.0, 0.0, 0.0, PEOPLE) == near(logistic(-2.0))  # a light week rests


def test_reasons_and_the_person_make_commitment():
    assert F.commitment_target(0.25, 0.5, 0.5, 0.5, 1.0, 0.0, PEOPLE) == near(logistic(0.5 + 0.5 + 1 - 1 - 1))
    assert F.commitment_target(0.0, 0.0, 0.0, 0.5, 0.0, 2.0, PEOPLE) == near(
        0.5
    )  # the person makes up for exhaustion


def test_the_exhausted_leave_more_and_those_in_disadvantaged_schools_too():
    p = given(log_turnover_ratio=log(1.3), monthly_attrition=0.01, turnover_of_disadvantage=0.3)
    assert F.turnover_factor(0.4, 0.3, 0.1, p) == near(1.3)
    assert F.turnover_factor(0.9, 0.3, 0.1, p) == near(1.3**3)  # further than three sd counts as three
    assert F.school_turnover(1.0, p) == near(0.013)
    assert F.school_turnover(0.0, p) == near(0.007)


def test_leaders_the_community_and_coaches_are_the_support_around_a_teacher():
    p = given(support_of_leadership=0.5, support_of_community=0.3, support_of_coaching=0.2)
    assert F.support(0.4, 0.5, 0.25, p) == near(0.2 + 0.15 + 0.05)


def test_exhaustion_and_commitment_go_a_part_of_the_way_each_month():
    assert F.next_strain(0.2, 0.6, given(strain_speed=0.25)) == near(0.3)
    assert F.next_commitment(0.6, 0.2, given(commitment_speed=0.25)) == near(0.5)


def test_newcomers_bring_of_their_schools_skill_what_induction_hands_on():
    assert F.newcomer_skill(0.5, given(induction=0.3)) == near(0.15)


def test_newcomers_are_drawn_from_the_quantiles_of_a_distribution():
    quantiles = [0.1, 0.2, 0.4, 0.8]
    assert [F.quantile(quantiles, u) for u in (0.0, 0.24, 0.25, 0.5, 0.99)] == [0.1, 0.1, 0.2, 0.4, 0.8]


# --- practice ---------------------------------------------------------------------------------------------------------

DOSE = given(dosage_lost_to_strain=0.4, dosage_lost_without_materials=0.4, will_for_full_dose=0.45)


def test_a_willing_rested_teacher_with_materials_and_time_delivers_everything():
    assert F.dosage(1.0, 0.45, 0.0, 0.0, 1.0, DOSE) == 1.0
    assert F.dosage(1.0, 0.95, 0.05, 0.0, 1.0, DOSE) == 1.0


def test_a_shortfall_limits_the_dose_and_does_not_tax_those_with_will_to_spare():
    # energy 1 - 0.4 x 0.5 = 0.8, supplies the same: 0.3 x 0.64 of the 0.45 that a full dose takes
    assert F.dosage(1.0, 0.3, 0.0, 0.5, 0.5, DOSE) == near(0.3 * 0.64 / 0.45)
    assert F.dosage(0.5, 0.3, 0.0, 0.5, 0.5, DOSE) == near(0.5 * 0.3 * 0.64 / 0.45)
    assert F.dosage(1.0, 0.9, 0.0, 1.0, 1.0, DOSE) == 1.0  # exhausted, but with twice the will that it takes
    assert F.dosage(1.0, 0.1, -0.2, 0.0, 1.0, DOSE) == 0.0  # a bad term


def test_fidelity_is_dose_times_skill_times_what_is_left_of_the_core():
    assert F.fidelity(0.8, 0.5, 0.25) == near(0.3)
    assert F.fidelity(1.0, 1.0, 1.0) == 0.0


def test_habit_follows_the_dose_and_fades_without_it():
    p = given(habit_speed=0.1)
    assert F.next_habit(0.2, 1.0, p) == near(0.28)
    assert F.next_habit(0.5, 0.0, p) == near(0.45)


@pytest.mark.parametrize("using", [0, 1])
def test_what_is_shown_is_read_back_as_it_was(using):
    for step in range(128):
        what = F.shown(using, step / 127)
        assert 0 <= what <= 255
        assert (what & 1, what >> 1) == (using, step)


def test_those_who_are_asked_are_added_up_as_users_and_skill():
    seen = np.array([F.shown(1, 1.0), F.shown(0, 0.0), F.shown(1, 50 / 127), F.shown(0, 77 / 127)], np.uint8)
    ties = np.array([0, 1, 2, 3, 3, 2])
    assert seen_along.py_func(seen, ties, 0, 4) == (2, 127 + 0 + 50 + 77)
    assert seen_along.py_func(seen, ties, 4, 2) == (1, 77 + 50)
    assert seen_along.py_func(seen, ties, 2, 0) == (0, 0)


SKILL = given(
    complexity_cost=0.4, core_complexity=0.5, skill_of_coaching=0.1, skill_of_peers=0.1, skill_of_pairs=0.05, skill_of_practice=0.05,
    skill_decay=0.025,
)  # fmt: skip


def test_skill_comes_from_courses_coaches_colleagues_pairs_and_practice():
    gains = 0.2 * 0.5 + 0.1 * 0.8 * 0.5 * 0.5 + 0.1 * 0.2 + 0.05 * 0.5 * 0.4 + 0.05 * 0.4 * 0.5
    loss = 0.025 * 0.6 * 0.5
    assert F.next_skill(0.5, 0.2, 0.5, 0.7, 0.5, 0.9, 0.4, SKILL) == near(0.5 + gains - loss)


def test_colleagues_pull_down_as_well_as_up_but_a_pair_does_not():
    def alone(peers, pairs, partner):
        return F.next_skill(0.5, 0.0, 0.0, peers, pairs, partner, 1.0, SKILL) - 0.05 * 0.5

    assert alone(0.7, 0.0, 0.5) == near(0.5 + 0.1 * 0.2)
    assert alone(0.3, 0.0, 0.5) == near(0.5 - 0.1 * 0.2)
    assert alone(0.5, 1.0, 0.9) == near(0.5 + 0.05 * 0.4)
    assert alone(0.5, 1.0, 0.1) == near(0.5)


def test_a_course_closes_more_of_the_gap_the_longer_it_is_and_less_of_a_complex_core():
    p = {"complexity_cost": 0.4, "core_complexity": 0.5, "skill_of_training": 0.3}
    assert F.course_gain(given(**p, training_days=10)) == near(0.3 * 2 * 0.8)
    assert F.course_gain(given(**p, training_days=50)) == 1.0  # no more than all of it


def test_a_change_of_grade_loses_skill():
    assert F.skill_after_grade_change(0.5, given(rotation_loss=0.2)) == near(0.4)


# --- adaptation -------------------------------------------------------------------------------------------------------


def test_a_change_keeps_the_core_where_it_is_clear_or_the_teacher_skilled():
    assert F.keeps_core_chance(0.6, 0.5) == near(1 - 0.4 * 0.5)
    assert F.keeps_core_chance(0.2, 0.25) == near(1 - 0.8 * 0.75)
    assert F.keeps_core_chance(1.0, 0.0) == F.keeps_core_chance(0.0, 1.0) == 1.0
    assert F.keeps_core_chance(0.0, 0.0) == 0.0


def test_data_make_the_core_clearer():
    p = given(core_clarity=0.6)
    assert F.clarity(0.0, p) == near(0.6)
    assert F.clarity(0.5, p) == near(0.8)


def test_participation_makes_it_fit_as_rounds_of_revision_go_on():
    p = given(fit_of_participation=0.4, participatory_design=0.5, revision_speed=0.04)
    assert F.mismatch_left(0.5, 0.0, p) == 0.5
    assert F.mismatch_left(0.5, 0.5, p) == near(0.5 * (1 - 0.4 * 0.5 * 0.5))
    assert F.next_revision(0.5, True, p) == near(0.52)
    assert F.next_revision(0.5, False, p) == 0.5


def test_teachers_change_what_does_not_fit_or_overloads_them_as_far_as_they_may():
    p = given(secret_adaptation=0.2, adaptation_freedom=0.5, adaptation_rate=0.4)
    # allowed 0.2 in secret, and half of 0.8 by the programme and half of that by the district
    assert F.adaptation_chance(0.3, 0.2, 0.5, p) == near(0.4 * 0.4 * 0.5)
    assert F.adaptation_chance(0.3, 0.2, 0.0, p) == near(0.4 * 0.2 * 0.5)
    assert F.adaptation_chance(1.0, 9.0, 1.0, p) == 1.0


def test_each_change_goes_a_step_of_the_rest_of_the_way_and_coaches_bring_the_core_back():
    assert F.further(0.2, given(adaptation_step=0.25)) == near(0.4)
    assert F.repaired(0.4, 0.5, given(drift_repair=0.2)) == near(0.36)


# --- beginning and stopping -------------------------------------------------------------------------------------------


def test_reasons_to_begin_add_up():
    p = given(
        adoption_base=-5, adoption_of_training=1, adoption_at_course=2.5, adoption_of_peers=2.5, adoption_of_benefit=2, adoption_of_will=2,
        adoption_lost_to_overload=12, adoption_of_mandate=1.5, adoption_of_support=2.5, mandate=1,
    )  # fmt: skip
    # trained + 1, a course of quality 0.8 + 2, peers 0.4 + 1, benefit 0.25 + 0.5, will 0.5 + 1, overload 0.1 - 1.2, an order + 1.5, help 0.2 + 0.5
    assert F.adoption_log_hazard(0.4, True, 0.8, 0.25, 0.1, 0.5, 0.2, p) == near(
        -5 + 1 + 2 + 1 + 0.5 + 1 - 1.2 + 1.5 + 0.5
    )
    assert F.adoption_log_hazard(0.0, False, 0.0, 0.0, 0.0, 0.0, 0.0, p) == near(-5 + 1.5)


def test_reasons_to_stop_and_to_go_on_add_up():
    p = given(
        lapse_base=-2.8, lapse_of_strain=1.5, lapse_kept_by_habit=3, lapse_kept_by_peers=1, lapse_kept_by_support=2, lapse_kept_by_rules=1.5,
        lapse_of_new_leader=0.5,
    )  # fmt: skip
    # strain 0.4 + 0.6, habit 0.5 - 1.5, asked 0.3 and district 0.2 - 0.5, help 0.25 - 0.5, rules 0.4 - 0.6, a new leader 0.6 x 0.5
    assert F.lapse_log_hazard(0.4, 0.5, 0.3, 0.2, 0.25, 0.4, True, p) == near(
        -2.8 + 0.6 - 1.5 - 0.5 - 0.5 - 0.6 + 0.3
    )
    assert F.lapse_log_hazard(0.0, 0.0, 0.0, 0.0, 0.0, 1.0, True, p) == near(
        -2.8 - 1.5
    )  # what is in the rules survives a new leader


def test_teachers_hear_of_it_from_those_whom_they_ask():
    assert F.awareness_chance(0.25, given(awareness_of_exposure=0.4)) == near(0.1)
    assert F.awareness_chance(0.0, given(awareness_of_exposure=0.4)) == 0.0
    assert F.awareness_chance(0.9, given(awareness_of_exposure=2)) == 1.0


def test_peers_count_from_a_persons_threshold_on():
    p = given(threshold_steepness=10)
    assert F.social_reinforcement(0.3, 0.3, p) == near(0.5)
    assert F.social_reinforcement(0.5, 0.3, p) == near(logistic(2.0))


NEVER, ENROLLED, LEFT = Enrolment.NEVER, Enrolment.ENROLLED, Enrolment.LEFT
FUNNEL = given(delivering_fidelity=0.3, overload_barrier=0.1)


@pytest.mark.parametrize(
    ("stage", "enrolment", "replaced", "overload", "fidelity", "met"),
    [
        (Stage.USING, ENROLLED, 0, 0.9, 0.3, Barrier.DELIVERING),
        (Stage.USING, LEFT, 1, 0.9, 0.29, Barrier.LOW_FIDELITY),
        (Stage.UNAWARE, ENROLLED, 1, 0.9, 0.0, Barrier.LEFT),
        (Stage.AWARE, NEVER, 1, 0.9, 0.0, Barrier.LEFT),
        (Stage.TRAINED, ENROLLED, 1, 0.0, 0.0, Barrier.NOT_CONVINCED),
        (Stage.UNAWARE, NEVER, 0, 0.9, 0.0, Barrier.NOT_REACHED),
        (Stage.AWARE, NEVER, 0, 0.9, 0.0, Barrier.NOT_REACHED),
        (Stage.TRAINED, NEVER, 0, 0.0, 0.0, Barrier.NOT_CONVINCED),
        (Stage.UNAWARE, LEFT, 0, 0.9, 0.0, Barrier.UNAWARE),
        (Stage.AWARE, ENROLLED, 0, 0.9, 0.0, Barrier.UNTRAINED),
        (Stage.TRAINED, ENROLLED, 0, 0.11, 0.0, Barrier.OVERLOADED),
        (Stage.LAPSED, ENROLLED, 0, 0.11, 0.0, Barrier.OVERLOADED),
        (Stage.LAPSED, ENROLLED, 0, 0.1, 0.0, Barrier.LAPSED),
        (Stage.TRAINED, ENROLLED, 0, 0.1, 0.0, Barrier.NOT_CONVINCED),
    ],
)
def test_a_teacher_is_lost_at_the_first_barrier(stage, enrolment, replaced, overload, fidelity, met):
    assert F.barrier(stage, enrolment, replaced, overload, fidelity, FUNNEL) == met


def test_who_asks_no_one_sees_no_one():
    assert F.exposure(3, 4) == 0.75
    assert F.exposure(0, 0) == 0.0


# --- schools and districts --------------------------------------------------------------------------------------------

JOINING = given(
    joining_of_peers=3, joining_of_push=1, joining_of_evidence=0.5, joining_of_fit=3, joining_of_mandate=4, joining_of_openness=1.5,
    joining_lost_to_burden=6, enrolling_of_leadership=1, new_leader_reopens=1, government_fit=0.8, mandate=0.25,
)  # fmt: skip


def hazard(log_rate):
    return 1 - exp(-exp(log_rate))


def test_what_moves_districts_adds_up():
    # peers 0.5 + 1.5, push + 0.4, evidence 0.2 + 0.1, fit 0.3 over the middle + 0.9, an order + 1, openness + 0.3, 0.05 of a week - 0.3
    chance = F.district_joins_chance(-5.0, 0.5, 0.4, 0.2, 0.7, 0.05, JOINING)
    assert chance == near(hazard(-5 + 1.5 + 0.4 + 0.1 + 0.9 + 1 + 0.3 - 0.3))
    middle = given(**{**vars(JOINING), "government_fit": 0.5, "mandate": 0})
    assert F.district_joins_chance(-5.0, 0.0, 0.0, 0.0, 0.5, 0.0, middle) == near(hazard(-5))


def test_what_moves_schools_adds_up():
    # schools around 0.2 + 0.6, the principal + 0.2, evidence + 0.2, fit + 0.9, an order + 1, burden - 0.3, sought + 2
    chance = F.school_enrols_chance(-5.0, 0.2, 0.7, 0.4, 0.05, 2.0, JOINING)
    assert chance == near(hazard(-5 + 0.6 + 0.2 + 0.2 + 0.9 + 1 - 0.3 + 2))
    assert F.school_enrols_chance(-5.0, 0.0, 0.5, 0.0, 0.0, 0.0, JOINING) == near(hazard(-5 + 0.9 + 1))


def test_a_new_leader_brings_back_what_was_ended():
    p = given(welcome_back=0.2, new_leader_reopens=1)
    assert F.welcome(False, p) == near(0.2)
    assert F.welcome(True, p) == near(0.2 * exp(1))
    assert (
        F.welcome(True, given(welcome_back=0.5, new_leader_reopens=3)) == 1.0
    )  # no more than a school that never left


def test_fit_moves_joining_more_than_evidence_does():
    """From a fit of 0.2 to 0.8, against evidence from none to the most that is usual, 0.3 (DellaVigna, Kim & Linos 2024)."""
    p = defaults()
    low, high = (given(**{**vars(p), "government_fit": fit}) for fit in (0.2, 0.8))
    for chance in (
        lambda p, evidence: F.district_joins_chance(-4.0, 0.0, 0.3, evidence, 0.5, 0.02, p),
        lambda p, evidence: F.school_enrols_chance(-4.0, 0.2, 0.5, evidence, 0.02, 0.0, p),
    ):
        assert chance(high, 0.1) - chance(low, 0.1) > 2 * (chance(p, 0.3) - chance(p, 0.0)) > 0


INSTITUTIONS = given(capital_needed=0.3, government_fit=0.7, institutionalising=0.1, institution_decay=0.01)


def test_rules_take_capital_data_good_reports_fit_and_use():
    # fit 1.2, data 0.5, reports of 0.5 half convincing, 0.4 use it, 0.8 is left to build; a hundredth fades
    built = F.next_institutionalisation(0.2, 0.31, 0.5, 0.5, 0.4, INSTITUTIONS)
    assert built == near(0.2 + 0.1 * 1.2 * 0.5 * 0.5 * 0.4 * 0.8 - 0.01 * 0.2)
    reported = F.next_institutionalisation(0.0, 0.31, 1.0, 0.9, 1.0, INSTITUTIONS)
    assert reported == near(0.1 * 1.2 * logistic(2.0))
    too_little_capital = F.next_institutionalisation(0.2, 0.3, 0.5, 0.5, 0.4, INSTITUTIONS)
    assert too_little_capital == near(0.198)


CHAMPIONS = given(
    capital_of_office=0.02, capital_of_wins=0.1, capital_decay=0.05, capital_kept_by_rules=0.5, recruitment_of_champions=0.2,
    champion_luck=0.1, reach_of_system_champion=0.5,
)  # fmt: skip


def test_champions_earn_capital_by_office_and_wins_and_it_decays():
    assert F.next_capital(0.4, 0.5, CHAMPIONS) == near(0.4 * 0.95 + 0.6 * (0.02 + 0.1 * 0.5))
    assert F.next_capital(1.0, 1.0, CHAMPIONS) == near(0.95)


def test_what_is_in_the_rules_outlives_a_champion():
    assert F.capital_left_behind(0.8, 0.5, CHAMPIONS) == near(0.2)
    assert F.capital_left_behind(0.8, 0.0, CHAMPIONS) == 0.0
    assert F.idle_capital(0.4, 0.6, CHAMPIONS) == near(0.4 * (1 - 0.05 * 0.4))
    assert F.idle_capital(0.4, 1.0, CHAMPIONS) == near(0.4)


def test_wins_recruit_champions():
    assert F.recruitment_chance(0.0, CHAMPIONS) == near(0.02)
    assert F.recruitment_chance(0.5, CHAMPIONS) == near(0.12)


def test_a_champion_at_the_top_is_felt_in_every_district_with_room_for_it():
    assert F.push(0.4, 0.0, CHAMPIONS) == near(0.4)
    assert F.push(0.0, 0.6, CHAMPIONS) == near(0.3)
    assert F.push(0.4, 0.6, CHAMPIONS) == near(1 - 0.6 * 0.7)


def test_a_programme_seeks_whom_it_aims_at():
    p = given(aim_at_disadvantaged=2)
    assert [F.aim_of(d, p) for d in (1.0, 0.5, 0.25)] == [2.0, 0.0, -1.0]
    assert F.aim_of(0.0, given(aim_at_disadvantaged=-3)) == 3.0


def test_schools_leave_for_disuse_exhaustion_money_and_new_leaders():
    p = given(
        school_exit_base=-5, school_exit_of_strain=4, school_exit_kept_by_use=1, school_exit_kept_by_support=2, school_exit_kept_by_fit=1.5,
        school_exit_of_unpaid=2, new_leader_reopens=1, government_fit=0.6,
    )  # fmt: skip
    assert F.school_leaves_log_hazard(0.5, 0.25, 0.5, 0.4, 0.5, True, p) == near(
        -5 + 2 - 0.75 - 0.8 - 0.9 + 1 + 1
    )
    assert F.school_leaves_log_hazard(0.0, 0.0, 0.0, 0.0, 0.0, False, p) == near(-5 - 0.9)


def test_principals_go_back_to_their_own_support():
    p = given(leadership_of_push=0.25, leadership_of_benefit=0.25, organisation_speed=0.1)
    assert F.next_leadership(0.4, 0.5, 0.4, 0.2, p) == near(0.4 + 0.1 * (0.65 - 0.4))
    assert F.next_leadership(0.4, 0.4, 0.0, 0.0, p) == near(0.4)


def test_a_leader_is_new_for_a_year():
    assert F.is_new(0)
    assert F.is_new(11)
    assert not F.is_new(12)


def test_what_an_organised_community_can_do_is_a_setting_and_falls_with_disadvantage():
    p = given(community_capacity=0.8, community_lost_to_disadvantage=0.3)
    assert F.community_reach(0.5, p) == near(0.8)
    assert F.community_reach(1.0, p) == near(0.8 * 0.7)
    assert F.community_reach(0.0, p) == 1.0  # no more than all


def test_communities_move_while_someone_organises_them():
    p = given(community_base=0.05, community_speed=0.1)
    assert F.next_community(0.1, 0.5, 0.8, p) == near(0.1 + 0.1 * (0.45 - 0.1))
    assert F.next_community(0.1, 0.0, 0.8, p) == near(0.1 + 0.1 * (0.05 - 0.1))


def test_helpers_learn_with_paid_support_and_forget_without():
    p = given(community_speed=0.5, helper_teaching=0.1)
    assert F.next_helper_skill(0.2, 0.5, 0.8, p) == near(0.3)
    assert F.next_helper_skill(0.2, 0.0, 0.8, p) == near(0.1)
    assert F.helpers_instruction(0.5, 0.6, p) == near(0.03)
    assert F.helpers_instruction(1.0, 0.0, p) == 0.0  # information alone does nothing


def test_materials_arrive_and_wear_out():
    p = given(materials_speed=0.2)
    assert F.next_materials(0.5, 1.0, p) == near(0.6)
    assert F.next_materials(0.5, 0.0, p) == near(0.4)


def test_ownership_comes_from_use_and_more_of_it_where_staff_took_part():
    p = given(
        ownership_of_use=0.4, ownership_of_participation=0.4, participatory_design=0.5, organisation_speed=0.1
    )
    assert F.next_ownership(0.2, True, 0.5, p) == near(0.2 + 0.1 * (0.5 * 0.6 - 0.2))
    assert F.next_ownership(0.2, False, 0.0, p) == near(0.18)


def test_coaches_come_less_to_remote_schools():
    p = given(schools_per_coach=10, coaching_lost_to_remoteness=0.2)
    assert F.coaching(2.0, 40, 0.8, 0.5, p) == near(0.4)
    assert F.coaching(2.0, 40, 0.8, 1.0, p) == near(0.32)
    assert F.coaching(2.0, 40, 0.8, 0.0, p) == near(0.48)


def test_coaches_are_hired_towards_the_plan_and_go_where_they_are_not_paid():
    """Ten coaches for 100 schools by plan. Half paid, 0.4 of the unpaid half go: 8 are kept, and a tenth of the two that lack is hired."""
    p = given(coaches_per_100_schools=10, coach_loss_unpaid=0.4, coach_hiring_speed=0.2)
    assert F.next_coaches(10.0, 100, 0.5, p) == near(8.0 + 0.2 * 0.5 * 2.0)
    assert F.next_coaches(10.0, 100, 0.0, p) == near(6.0)  # none is hired without money
    assert F.next_coaches(10.0, 100, 1.0, p) == near(10.0)
    assert F.next_coaches(10.0, 40, 1.0, p) == near(4.0)  # no more than planned


def test_quality_thins_out_with_size_less_so_by_design_and_not_below_a_floor():
    p = {"dilution": 0.5, "dilution_spared_by_design": 0.5, "dilution_floor": 0.3, "dilution_size": 100}
    assert F.size_dilution(300, given(**p, designed_for_scale=0)) == near(0.5)  # 4 to the power of -0.5
    assert F.size_dilution(300, given(**p, designed_for_scale=1)) == near(4**-0.25)
    assert F.size_dilution(0, given(**p, designed_for_scale=0)) == 1.0
    assert F.size_dilution(9_900, given(**p, designed_for_scale=0)) == near(0.3)


def test_government_delivers_by_its_capacity_others_by_theirs_and_both_together_better():
    p = {"routine_bonus": 0.5, "ngo_quality": 0.9, "partnership_bonus": 0.4, "expensive_effect_share": 0.5}
    # own capacity 0.4 and, by routine, half of 0.6 as far as the rules have it: 0.52
    assert F.delivery_quality(0.4, 0.4, 1.0, 0.0, given(**p, government_delivery=1)) == near(0.52)
    assert F.delivery_quality(0.4, 0.4, 1.0, 0.0, given(**p, government_delivery=0)) == near(0.9)
    shared = 0.25 * 0.52 + 0.75 * 0.9
    together = shared + 0.4 * 4 * 0.25 * 0.75 * (1 - shared)
    thinned = F.delivery_quality(0.4, 0.4, 0.5, 1.0, given(**p, government_delivery=0.25))
    assert thinned == near(together * 0.5 * 0.25)


def test_districts_learn_beside_partners_and_by_routine():
    p = given(capacity_learning=0.1, capacity_of_partner=0.5, government_delivery=0.2)
    assert F.next_capacity(0.5, True, 0.3, p) == near(0.5 + 0.1 * (0.5 * 0.8 + 0.3) * 0.5)
    assert F.next_capacity(0.5, False, 0.3, p) == near(0.5 + 0.1 * 0.3 * 0.5)


# --- learning ---------------------------------------------------------------------------------------------------------

LEARNING = given(
    effect_size=0.4, expensive_effect_share=0.5, monthly_fade_out=0.01, cut_expensive=0.5, cut_month=12
)


def test_helpers_teach_where_teachers_do_not():
    # taught 0.5 + 0.5 x 0.2; half adapted to a mismatch of 0.3
    assert F.school_learning(0.5, 0.2, 0.3, 0.5, 0.0, LEARNING) == near(0.4 * 0.6 * 0.85)
    assert F.school_learning(1.0, 0.7, 0.0, 0.0, 0.0, LEARNING) == near(0.4)  # no more than all is taught


def test_taking_out_expensive_parts_costs_effect_from_its_month_on():
    assert F.cut_now(11, LEARNING) == 0.0
    assert F.cut_now(12, LEARNING) == 0.5
    assert F.components_left(0.5, LEARNING) == near(0.75**2)
    assert F.school_learning(1.0, 0.0, 0.0, 0.0, 1.0, LEARNING) == near(0.4 * 0.25)


def test_gains_add_up_and_fade():
    assert F.next_gain(0.1, 0.24, given(monthly_fade_out=0.0)) == near(0.12)
    assert F.next_gain(1.0, 0.0, LEARNING) == near(0.99)


def test_a_learning_adjusted_year_is_what_a_pupil_learns_in_a_year_of_schooling():
    """1,200 pupils who gain 0.5 SD a year at 0.25 SD per year of school: 2 years each in a year, 200 in all in a month."""
    assert F.lays(0.5, 1200.0, given(sd_per_school_year=0.25)) == near(200.0)


# --- money ------------------------------------------------------------------------------------------------------------


def test_a_payment_follows_results_as_far_as_it_is_by_results():
    assert F.monthly_payment(120_000, False, 0.0, 0.5, 0.4) == near(10_000 * (0.5 + 0.5 * 0.4))
    assert F.monthly_payment(120_000, False, 0.0, 1.0, 0.0) == 0.0
    assert F.monthly_payment(120_000, True, 0.25, 0.0, 0.0) == near(
        2_500
    )  # a government, as far as its rules have it


GRANTS = given(renewal_of_evidence=4, renewal_of_capital=2, renewal_of_fit=3, government_fit=0.5)


def test_the_odds_of_a_grant_move_with_evidence_champions_and_fit():
    assert F.grant_chance(0.4, 0.2, 0.2, 0.5, GRANTS) == near(0.4)
    assert F.grant_chance(0.5, 0.45, 0.2, 0.5, GRANTS) == near(logistic(1.0))
    assert F.grant_chance(0.5, 0.2, 0.2, 1.0, GRANTS) == near(logistic(1.0))
    assert F.grant_chance(0.5, 0.2, 0.2, 0.5, given(**{**vars(GRANTS), "government_fit": 1})) == near(
        logistic(1.5)
    )
    assert [F.grant_chance(odds, 0.2, 0.2, 0.5, GRANTS) for odds in (0.0, 1.0)] == [0.0, 1.0]


@pytest.mark.parametrize("evidence", np.linspace(0, 0.4, 9))
@pytest.mark.parametrize("odds", [0.2, 0.4, 0.6, 0.8])
def test_a_little_more_evidence_asked_for_changes_the_odds_a_little(evidence, odds):
    p = defaults()
    asked = [F.grant_chance(odds, evidence, required, 0.5, p) for required in (0.05, 0.07)]
    assert 0 < asked[0] - asked[1] < 0.03


def test_fit_moves_grants_more_than_evidence_does():
    """Over what is usual of both: a fit of 0.2 to 0.8, evidence of 0 to 0.3 (DellaVigna, Kim & Linos 2024)."""
    p = defaults()
    by_fit = [
        F.grant_chance(0.4, 0.1, 0.05, 0.5, given(**{**vars(p), "government_fit": fit})) for fit in (0.2, 0.8)
    ]
    by_evidence = [F.grant_chance(0.4, evidence, 0.05, 0.5, p) for evidence in (0.0, 0.3)]
    assert by_fit[1] - by_fit[0] > by_evidence[1] - by_evidence[0] > 0


def test_money_beyond_need_buys_places_up_to_what_trainers_can_add():
    p = given(trainers_bought=1)
    assert [F.places_bought(5.0, affordable, p) for affordable in (3.0, 7.0, 100.0)] == [0.0, 2.0, 5.0]


def test_a_grant_is_committed_to_its_end_and_no_further_than_the_programme_looks():
    p = given(reserve_months=12)
    assert F.months_committed(5, 5, 36, p) == 12
    assert F.months_committed(35, 5, 36, p) == 6
    assert F.months_committed(500, 5, 0, p) == 12  # without an end


def test_schools_are_affordable_by_what_runs_and_by_their_course():
    p = given(reserve_months=12)
    # (120,000 committed + 24,000 left) / 12 - 7,000 that run = 5,000 a month of room, for schools of 100 a month: 50
    assert F.affordable_schools(1e6, 120_000, 24_000, 7_000, 1_000, 100, p) == near(50)
    assert F.affordable_schools(30_000, 120_000, 24_000, 7_000, 1_000, 100, p) == near(
        30
    )  # money for 30 courses
    assert F.affordable_schools(1e6, 120_000, 24_000, 12_000, 1_000, 100, p) == 0.0


def test_what_costs_nothing_sets_no_limit_but_without_money_no_school_is_taken_on():
    p = given(reserve_months=12)
    plenty = (120_000, 24_000, 7_000)  # 5,000 a month of room, as above
    assert F.affordable_schools(30_000, *plenty, 1_000, 0, p) == near(30)
    assert F.affordable_schools(1e6, *plenty, 0, 100, p) == near(50)
    assert F.affordable_schools(10, *plenty, 0.5, 100, p) == near(20)  # courses of half a dollar
    assert F.affordable_schools(1e6, *plenty, 1, 0.5, p) == near(10_000)
    assert F.affordable_schools(0.0, *plenty, 0, 100, p) == 0.0


def test_a_cascade_takes_on_its_share_of_the_schools_still_wanted():
    p = given(cascade=0.5)
    assert F.cascade_places(120.0, p) == near(5.0)
    assert F.cascade_places(-3.0, p) == 0.0


def test_a_cascade_costs_quality_by_its_share_of_courses():
    p = given(cascade_loss=0.5)
    assert F.course_quality(5.0, 0.0, p) == 1.0
    assert F.course_quality(0.0, 0.0, p) == 1.0  # nor where none are given
    assert F.course_quality(5.0, 15.0, p) == near(1 - 0.5 * 0.75)
    assert F.course_quality(0.0, 15.0, p) == near(0.5)


def test_unit_costs_move_with_size_and_with_what_is_cut():
    p = given(cost_elasticity=-0.5, expensive_cost_share=0.4)
    assert F.unit_cost_factor(100, 0.5, p) == near(0.8)
    assert F.unit_cost_factor(400, 0.0, p) == near(0.5)


def test_each_enrolled_school_is_managed_at_a_price():
    assert F.management_cost(30, 0.8, given(cost_management=500)) == near(30 * 500 / 12 * 0.8)


def test_each_line_is_paid_by_what_it_is_bought_for():
    p = given(
        cost_training=50, training_days=10, cost_coach=800, cost_materials=24, materials_supply=0.5, cost_community=120,
        community_mobilisation=0.5, cost_data=36, data_investment=0.5,
    )  # fmt: skip
    assert F.course_cost(20, 0.9, p) == near(20 * 100 * 0.9)  # 50 for five days
    assert F.coaching_cost(3, 0.9, p) == near(3 * 800 * 0.9)  # a month
    assert F.materials_cost(20, 0.9, p) == near(20 * 0.9)  # 24 a year, of which half is supplied
    assert F.community_cost(20, 0.9, p) == near(20 * 5 * 0.9)
    assert F.data_cost(20, 0.9, p) == near(20 * 1.5 * 0.9)


# --- evidence and shapes ----------------------------------------------------------------------------------------------


def test_data_come_with_money_and_fade_without():
    p = given(data_base=0.2, organisation_speed=0.1)
    assert F.next_data_quality(0.4, 0.5, p) == near(0.4 + 0.1 * (0.6 - 0.4))
    assert F.next_data_quality(0.4, 0.0, p) == near(0.4 + 0.1 * (0.2 - 0.4))


def test_reports_flatter_where_there_are_no_data():
    p = given(report_bias=0.3)
    assert F.reported_fidelity(0.4, 1.0, p) == near(0.4)
    assert F.reported_fidelity(0.4, 0.5, p) == near(0.55)
    assert F.reported_fidelity(0.9, 0.0, p) == 1.0


def test_staff_see_a_part_of_what_pupils_gain_and_noise():
    p = given(benefit_seen_without_data=0.4, noticeable_gain=0.5, benefit_noise=0.2, organisation_speed=0.1)
    # seen 0.4 and half of 0.6, of a gain that is half of what anyone would notice; half of the noise
    assert F.next_observed_benefit(0.3, 0.25, 0.5, 0.5, p) == near(0.3 + 0.1 * (0.7 * 0.5 + 0.05 - 0.3))
    assert F.next_observed_benefit(0.3, 0.0, 1.0, 1.0, p) == near(0.27)
    assert F.next_observed_benefit(0.3, 9.0, 1.0, 0.0, p) == near(0.37)  # no more than all


def test_yearly_chances_compound_from_monthly_ones():
    assert F.log_monthly_stay(0.36) == near(log(0.64) / 12)
    assert F.monthly_chance(0.36) == near(1 - 0.64 ** (1 / 12))
    assert F.log_monthly_rate(0.36) == near(log(-log(0.64) / 12))
    assert F.log_monthly_rate(0.0) == -30.0
    assert F.monthly_chance(1.0) == F.monthly_chance(0.99)


def test_hazards_and_the_logistic_curve_are_those_of_the_textbooks():
    assert F.power_of_e(1.0) == near(exp(1.0))
    assert [F.logistic(x) for x in (-2.0, 0.0, 2.0)] == near([logistic(-2.0), 0.5, logistic(2.0)])
    assert F.logistic(50.0) == F.logistic(30.0) > F.logistic(29.0)
    assert F.logistic(-50.0) == F.logistic(-30.0) < F.logistic(-29.0)
    assert [F.monthly_hazard(x) for x in (-3.0, 0.0)] == near([hazard(-3.0), 1 - exp(-1)])
    assert F.monthly_hazard(-50.0) == F.monthly_hazard(-30.0) < F.monthly_hazard(-29.0)
    assert F.relax(0.2, 0.6, 0.25) == near(0.3)
    assert [F.bounded(x) for x in (-0.1, 0.4, 1.1)] == [0.0, 0.4, 1.0]


def test_outsiders_see_evidence_as_far_as_data_carry_it():
    p = given(benefit_seen_without_data=0.35)
    assert F.evidence_seen(0.5, 0.4, p) == near(0.5 * (0.35 + 0.65 * 0.4))
    assert F.evidence_seen(0.5, 0.0, p) == near(0.5 * 0.35)


def test_month_0_and_events_draw_leaders_by_the_formula_of_those_who_come_later():
    scenario = Scenario().replace({"policy_openness": 0.9, "openness_spread": 0.4})
    run = Simulation(scenario, seed=3)
    for month in (0, 1):
        drawn = [uniform_in_python(key_in_python(3, Decision.OPENNESS, month), d) for d in range(10)]
        openness = [F.bounded(F.spread_around(0.9, 0.4, u)) for u in drawn]
        assert run.system.districts["openness"].tolist() == np.float32(openness).tolist()
        assert max(openness) == 1.0, "none is kept within 0 to 1"
        run.apply(Event(month=0, says="elections", happens="leaders change"))


def test_leaders_have_been_in_office_as_long_as_the_monthly_chance_to_leave_lets_them():
    """Months in office are geometric: of 20,000 leaders, the share longer than a year is 0.8 (within 0.01) at a turnover of 0.2 a year."""
    months = months_in_office(1, 20_000, 0.2)
    assert F.monthly_chance(0.2) == pytest.approx(1 - 0.8 ** (1 / 12))
    assert np.mean(months >= 12) == pytest.approx(0.8, abs=0.01)


def test_every_formula_stands_here():
    text = Path(__file__).read_text(encoding="utf-8")
    assert not [name for name in vars(F) if f"F.{name}(" not in text]
