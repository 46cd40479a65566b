"""Teachers live a month: the week, the strain, the will, the skill, the practice; then begin, stop or leave."""

import numpy as np

from ..compiled import kernel
from ..draws import uniform
from ..mechanisms import practice
from ..mechanisms.adaptation import adaptation_chance, further, repaired
from ..mechanisms.adoption import adoption_chance, awareness_chance, lapse_chance
from ..mechanisms.commitment import next_commitment
from ..mechanisms.exposure import exposure, social_reinforcement
from ..mechanisms.funnel import barrier
from ..mechanisms.leadership import is_new
from ..mechanisms.learning import school_learning
from ..mechanisms.skill import course_gain, next_skill, skill_after_grade_change
from ..mechanisms.strain import next_strain, support
from ..mechanisms.turnover import newcomer_skill, quantile, spread_around, teacher_leaves_chance
from ..mechanisms.workload import (
    added_hours,
    hindrance_share,
    overload,
    relief_hours,
    time_factor,
    week_hours,
)
from ..tables import Barrier, Enrolment, Stage

N_BARRIERS = len(Barrier)


@kernel
def live_staff(system, p, luck, month, s):
    """Let the staff of one school live a month, and leave the school's sums behind.

    Colleagues are seen as they were last month: in the school's sums, and in the old side of `visible`.
    """
    school, programme = system.schools[s], system.programme[0]
    district = system.districts[school.district]
    ties, visible = system.teacher_ties, system.visible
    old, new = month & 1, 1 - (month & 1)

    # what all of this staff share
    n = school.staff
    enrolled = school.enrolment == Enrolment.ENROLLED
    on_course = school.on_course == 1
    materials, community, ownership = school.materials, school.community, school.ownership
    leadership, benefit = school.leadership, school.observed_benefit
    coaching = np.float64(school.coaching)  # widened, as what follows multiplies columns
    quality, rules, mismatch = district.quality, district.institutionalisation, school.mismatch
    leader_is_new = is_new(district.leader_months)
    activity = district.enrolled / district.schools
    help_felt = support(leadership, community, coaching, quality, p)
    help_lost = max(0.0, np.float64(school.coaching_before) - coaching)
    old_visible, old_skill = school.visible_sum, np.float64(school.skill_sum)
    full_course = course_gain(p)

    users = visible_sum = 0
    skill_sum = fidelity_sum = dosage_sum = strain_sum = strain_squares = 0.0
    hours_sum = drift_sum = adaptation_sum = 0.0
    for b in range(N_BARRIERS):
        school.barriers[b] = 0

    for i in range(school.first_teacher, school.first_teacher + n):
        teacher = system.teachers[i]
        stage = np.int64(teacher.stage)
        using = stage == Stage.USING

        # the week, as it is and as it would be with the innovation in it
        added = added_hours(teacher.skill, p)
        relief_now = relief_hours(using, materials, community, p)
        relief_with = relief_hours(True, materials, community, p)
        hours = week_hours(teacher.weekly_hours, added * using, relief_now, p)
        excess = overload(hours, p)
        excess_with = overload(week_hours(teacher.weekly_hours, added, relief_with, p), p)
        hindrance = hindrance_share(added, p) * using

        # strain, will, practice and skill
        strain = next_strain(teacher.strain, excess, hindrance, help_felt, p)
        commitment = next_commitment(teacher.commitment, benefit, ownership, help_felt, strain, help_lost, p)
        course = 0.0
        if on_course or (enrolled and uniform(luck.place_on_course, i) < luck.course_chance):
            course = full_course
            teacher.replaced = 0
            if stage != Stage.USING:
                stage = np.int64(Stage.TRAINED)
        found = time_factor(teacher.weekly_hours, added, relief_with, p)
        dose = using * practice.dosage(found, commitment, strain, materials, p)
        coached = coaching * (stage >= Stage.TRAINED)
        peers = 0.0
        if n > 1:
            peers = (old_skill - teacher.skill) / (n - 1)
        skill = next_skill(teacher.skill, course, quality, coached, peers, dose, p)
        if uniform(luck.grade_changes, i) < p.monthly_rotation:
            skill = skill_after_grade_change(skill, p)

        # what is changed, and what is left of the core
        drift, adaptation = np.float64(teacher.drift), np.float64(teacher.adaptation)
        if using:
            misfit = mismatch * (1.0 - adaptation)
            if uniform(luck.adapts, i) < adaptation_chance(misfit, excess, district.openness, p):
                if uniform(luck.is_peripheral, i) < p.core_clarity:
                    adaptation = further(adaptation, p)
                else:
                    drift = further(drift, p)
            drift = repaired(drift, coaching * quality, p)
        fidelity = practice.fidelity(dose, skill, drift)

        # begin, stop, hear
        tie_visible = 0
        for tie in range(ties.start[i], ties.start[i + 1]):
            tie_visible += visible[old, ties.neighbour[tie]]
        n_ties = ties.start[i + 1] - ties.start[i]
        seen = exposure(old_visible - visible[old, i], n - 1, tie_visible, n_ties, p)
        u = uniform(luck.stage_changes, i)
        if using:
            if u < lapse_chance(strain, excess, fidelity, seen, help_felt, rules, leader_is_new, p):
                stage = np.int64(Stage.LAPSED)
        elif stage == Stage.UNAWARE:
            if u < awareness_chance(seen, activity, p):
                stage = np.int64(Stage.AWARE)
        else:
            reinforcement = 0.0
            if seen > 0.0:
                reinforcement = social_reinforcement(seen, teacher.threshold, p)
            trained = stage >= Stage.TRAINED
            if u < adoption_chance(
                reinforcement, trained, benefit, excess_with, strain, leadership, ownership, help_felt, p
            ):
                stage = np.int64(Stage.USING)

        # leave, and be followed by a newcomer
        leaves = teacher_leaves_chance(strain, programme.strain_mean, programme.strain_sd, p)
        if uniform(luck.teacher_leaves, i) < leaves:
            if stage >= Stage.TRAINED:
                teacher.replaced = 1
            stage = np.int64(Stage.UNAWARE)
            strain, commitment = p.newcomer_strain, p.newcomer_commitment
            skill = newcomer_skill(old_skill / n, p)
            drift = adaptation = 0.0
            teacher.threshold = quantile(system.thresholds, uniform(luck.newcomer_threshold, i))
            week = spread_around(p.weekly_hours, p.weekly_hours_spread, uniform(luck.newcomer_hours, i))
            teacher.weekly_hours = max(0.0, week)
        using = stage == Stage.USING
        shown = 0
        if using:
            shown = practice.visible_use(fidelity)
        else:
            dose = fidelity = 0.0

        # write the row, add to the school's sums
        teacher.stage = stage
        teacher.strain, teacher.commitment, teacher.skill = strain, commitment, skill
        teacher.drift, teacher.adaptation = drift, adaptation
        teacher.dosage, teacher.fidelity = dose, fidelity
        visible[new, i] = shown
        users += using
        visible_sum += shown
        skill_sum += skill
        fidelity_sum += fidelity
        dosage_sum += dose
        strain_sum += strain
        strain_squares += strain * strain
        hours_sum += hours
        drift_sum += drift * using
        adaptation_sum += adaptation * using
        school.barriers[barrier(stage, school.enrolment, teacher.replaced, excess_with, fidelity, p)] += 1

    school.on_course = 0
    school.users, school.visible_sum = users, visible_sum
    school.skill_sum, school.fidelity_sum, school.dosage_sum = skill_sum, fidelity_sum, dosage_sum
    school.strain_sum, school.strain_squares, school.hours_sum = strain_sum, strain_squares, hours_sum
    school.drift_sum, school.adaptation_sum = drift_sum, adaptation_sum
    fit = 0.0
    if users > 0:
        fit = adaptation_sum / users
    school.learning = school_learning(fidelity_sum / n, mismatch, fit, p)
