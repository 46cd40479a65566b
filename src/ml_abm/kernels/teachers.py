"""A month of teachers: the week, the strain, the will, the skill, the practice; then begin, stop or leave.

What schools share is copied to their staff (`meet_schools`), who are taken from their rows (`gather`) a block at a time, go through the
paragraphs below, each a loop over the block, are put back (`settle`) and leave sums to their schools (`add_up`). Those whom a teacher
asks are seen as they were last month: in the old side of `visible`, and in the school's sums.
"""

import numpy as np

from ..draws import uniform
from ..foundation.compiled import inlined, kernel
from ..mechanisms import practice
from ..mechanisms.adaptation import (
    adaptation_chance,
    clarity,
    further,
    keeps_core_chance,
    mismatch_left,
    repaired,
)
from ..mechanisms.adoption import adoption_log_hazard, awareness_chance, lapse_log_hazard
from ..mechanisms.chance import monthly_hazard
from ..mechanisms.commitment import commitment_target, next_commitment
from ..mechanisms.community import helpers_instruction
from ..mechanisms.exposure import exposure, social_reinforcement
from ..mechanisms.funnel import barrier
from ..mechanisms.leadership import is_new
from ..mechanisms.learning import next_gain, school_learning
from ..mechanisms.skill import course_gain, next_skill, skill_after_grade_change
from ..mechanisms.strain import next_strain, strain_target, support
from ..mechanisms.turnover import newcomer_skill, quantile, school_turnover, spread_around, turnover_factor
from ..mechanisms.workload import (
    added_hours,
    load,
    overload,
    relief_hours,
    rest_share,
    time_factor,
    usual_hours,
    week_hours,
)
from ..tables import GRADES, Barrier, Enrolment, Stage
from .block import WIDTH, in_lanes
from .schools import move_school

N_BARRIERS = len(Barrier)
SCHOOL_YEAR = 12  # months


@kernel
def move_staff(system, p, chances, room, month, first_school, last_school):
    """Move some schools and their staff by a month; `room` is one block to work in."""
    block, seen, shown = room[0], system.visible[month & 1], system.visible[1 - (month & 1)]
    if first_school >= last_school:
        return
    last = system.schools[last_school - 1]
    row, end = system.schools[first_school].first_teacher, last.first_teacher + last.staff
    school = settled = first_school
    tie = system.schools[first_school].first_tie
    while row < end:
        n = min(WIDTH, end - row)
        teachers = system.teachers[row : row + n]
        school = meet_schools(system, p, chances, block, row, n, school)
        tie = gather(block, teachers, seen, system.teacher_ties, tie)
        lanes = in_lanes(n)
        week(block, lanes, p)
        strain_and_will(block, lanes, p)
        practise(block, lanes, row, chances, p)
        adapt(block, lanes, row, chances, p)
        weigh(block, lanes, p)
        begin_stop_or_hear(block, lanes, row, chances)
        leave(block, lanes, row, chances, system.programme[0], p)
        let_newcomers_in(system, block, n, row, chances, p)
        show_and_sort(block, lanes, p)
        settle(block, teachers, shown[row : row + n])
        settled = add_up(system, p, block, row, n, settled, begins_school_year(month))
        row += n


@kernel
def meet_schools(system, p, chances, block, first_row, n, s):
    """Copy to a block's n teachers from `first_row` on what their schools share, from school s on.

    Schools move as their first teacher is met. Returns the school to go on with.
    """
    i = 0
    while i < n:
        school = system.schools[s]
        row = first_row + i
        if row == school.first_teacher:
            move_school(school, system.districts[school.district], system.programme[0], p, chances, s)
        staff_left = school.first_teacher + school.staff - row
        here = min(n - i, staff_left)
        share_school(block, i, here, school, system.districts[school.district], system.programme[0], p)
        i += here
        if here == staff_left:
            s += 1
    return s


@kernel
def share_school(b, first, n, school, district, programme, p):
    """Copy the school's values to its n lanes of the block; lanes beyond n are overwritten by the next school."""
    materials, community = np.float64(school.materials), np.float64(school.community)
    ownership, benefit = np.float64(school.ownership), np.float64(school.observed_benefit)
    mismatch = mismatch_left(np.float64(school.mismatch), programme.revision, p)
    quality = np.float64(district.quality)
    coached = np.float64(school.coaching) * quality
    help_felt = support(np.float64(school.leadership), community, coached, p)
    school_skill, partner = np.float64(school.skill_sum) / school.staff, np.float64(school.skill_top)
    turnover = school_turnover(np.float64(school.disadvantage), p)
    enrolment, on_course = np.int64(school.enrolment), school.on_course * programme.course_quality
    enrolled = np.float64(school.enrolment == Enrolment.ENROLLED)
    rest, pairs = rest_share(community, p), enrolled * p.peer_pairs
    core_is_clear = clarity(np.float64(district.data_quality), p)
    rules, openness = np.float64(district.institutionalisation), np.float64(district.openness)
    around, leader_is_new = np.float64(district.use), np.float64(is_new(district.leader_months))
    for lane in range(in_lanes(n)):
        i = np.uint64(first) + np.uint64(lane)  # never negative: one instruction for eight
        b.materials[i], b.community[i], b.ownership[i] = materials, community, ownership
        b.benefit[i], b.mismatch[i] = benefit, mismatch
        b.coached[i], b.quality[i], b.help_felt[i] = coached, quality, help_felt
        b.school_skill[i], b.partner[i], b.pairs[i] = school_skill, partner, pairs
        b.turnover[i], b.rest[i] = turnover, rest
        b.enrolment[i], b.enrolled[i], b.on_course[i] = enrolment, enrolled, on_course
        b.clarity[i], b.rules[i], b.openness[i] = core_is_clear, rules, openness
        b.around[i], b.leader_is_new[i] = around, leader_is_new


@kernel
def gather(b, teachers, seen, ties, tie):
    """Take teachers from their rows to a block; add up what those whom they ask show; return the tie to go on with."""
    for i in range(len(teachers)):
        teacher = teachers[i]
        b.stage[i], b.replaced[i], b.ties[i] = teacher.stage, teacher.replaced, teacher.ties
        b.strain[i], b.commitment[i], b.skill[i] = teacher.strain, teacher.commitment, teacher.skill
        b.drift[i], b.adaptation[i], b.habit[i] = teacher.drift, teacher.adaptation, teacher.habit
        b.threshold[i], b.weekly_hours[i] = teacher.threshold, teacher.weekly_hours
        b.resilience[i], b.willingness[i] = teacher.resilience, teacher.willingness
        users, skill = seen_along(seen, ties, tie, teacher.ties)
        b.asked_users[i], b.asked_skill[i] = users, skill / 127.0
        tie += teacher.ties
    return tie


@inlined
def seen_along(seen, ties, first, n):
    """Return how many of n ties' ends use it, and the sum of their skill in steps of 1/127 (see `practice.shown`)."""
    users = np.int64(0)
    both = np.int64(0)
    for tie in range(first, first + n):
        what = np.int64(seen[ties[tie]])
        users += what & 1
        both += what
    return users, (both - users) >> 1


@kernel
def week(b, n, p):
    """Work out the week as it is, and as it would be with the innovation in it."""
    for i in range(n):
        using = b.stage[i] == Stage.USING
        added = added_hours(b.skill[i], p)
        relief_now = relief_hours(using, b.materials[i], b.community[i], p)
        relief_with = relief_hours(True, b.materials[i], b.community[i], p)
        b.hours[i] = week_hours(b.weekly_hours[i], added * using, relief_now, b.rest[i])
        b.load_now[i] = load(b.hours[i], p)
        b.excess_with[i] = overload(week_hours(b.weekly_hours[i], added, relief_with, b.rest[i]), p)
        b.paperwork[i] = p.reporting_hours * using
        b.time[i] = time_factor(b.weekly_hours[i], added, relief_with, b.rest[i], p)


@kernel
def strain_and_will(b, n, p):
    """Let exhaustion follow demands and help, and the will follow benefit, ownership, help, fit and exhaustion."""
    for i in range(n):
        target = strain_target(b.load_now[i], b.paperwork[i], b.help_felt[i], b.resilience[i], p)
        strain = next_strain(b.strain[i], target, p)
        misfit = b.mismatch[i] * (1.0 - b.adaptation[i])
        will = commitment_target(
            b.benefit[i], b.ownership[i], b.help_felt[i], strain, misfit, b.willingness[i], p
        )
        b.strain[i], b.commitment[i] = strain, next_commitment(b.commitment[i], will, p)


@kernel
def practise(b, n, row, chances, p):
    """Give courses; work out the dose delivered, and the skill left by training, coaching, peers and practice."""
    full_course = course_gain(p)
    for i in range(n):
        using = b.stage[i] == Stage.USING
        refresher = b.enrolled[i] * (uniform(chances.place_on_course, row + i) < chances.course_chance)
        trains = b.on_course[i] + refresher > 0.0
        if trains:
            b.replaced[i] = 0
        if trains and not using:
            b.stage[i] = Stage.TRAINED
        course = max(b.on_course[i], refresher) * b.quality[i]
        b.good_course[i] = course
        passing = spread_around(0.0, p.passing_variation, uniform(chances.term, row + i))
        dose = using * practice.dosage(b.time[i], b.commitment[i], passing, b.strain[i], b.materials[i], p)
        coached = b.coached[i] * (b.stage[i] >= Stage.TRAINED)
        peers = b.skill[i]
        if b.ties[i] > 0:
            peers = b.asked_skill[i] / b.ties[i]
        skill = next_skill(
            b.skill[i], course * full_course, coached, peers, b.pairs[i], b.partner[i], dose, p
        )
        if uniform(chances.grade_changes, row + i) < p.monthly_rotation:
            skill = skill_after_grade_change(skill, p)
        b.skill[i], b.dosage[i] = skill, dose
        b.habit[i] = practice.next_habit(b.habit[i], dose, p)


@kernel
def adapt(b, n, row, chances, p):
    """Let users change what does not fit; work out what is left of the core."""
    for i in range(n):
        using = b.stage[i] == Stage.USING
        drift, adaptation = b.drift[i], b.adaptation[i]
        misfit = b.mismatch[i] * (1.0 - adaptation)
        chance = adaptation_chance(misfit, max(0.0, b.load_now[i]), b.openness[i], p)
        changes = using & (uniform(chances.adapts, row + i) < chance)
        peripheral = uniform(chances.is_peripheral, row + i) < keeps_core_chance(b.clarity[i], b.skill[i])
        # both ways are worked out before one is chosen, without `and`: eight teachers at a time cannot go different ways
        more_adaptation, more_drift = further(adaptation, p), further(drift, p)
        if changes & peripheral:
            adaptation = more_adaptation
        if changes & (not peripheral):
            drift = more_drift
        less_drift = repaired(drift, b.coached[i], p)
        if using:
            drift = less_drift
        b.drift[i], b.adaptation[i] = drift, adaptation
        b.fidelity[i] = practice.fidelity(b.dosage[i], b.skill[i], drift)


@kernel
def weigh(b, n, p):
    """Work out the chance to hear of it and the log-hazards to begin and to stop, from what is seen around."""
    for i in range(n):
        seen = exposure(b.asked_users[i], b.ties[i])
        b.hears[i] = awareness_chance(seen, p)
        b.stops[i] = lapse_log_hazard(
            b.strain[i], b.habit[i], seen, b.around[i], b.help_felt[i], b.rules[i], b.leader_is_new[i], p
        )
        reinforcement = social_reinforcement(seen, b.threshold[i], p) * (seen > 0.0)
        trained = b.stage[i] >= Stage.TRAINED
        b.begins[i] = adoption_log_hazard(
            reinforcement, trained, b.good_course[i], b.benefit[i], b.excess_with[i], b.commitment[i],
            b.help_felt[i], p,
        )  # fmt: skip


@kernel
def begin_stop_or_hear(b, n, row, chances):
    """Let users stop, those who know it begin, and others hear of it."""
    for i in range(n):
        # all are looked up before one is chosen: a look-up that hangs on the stage would be one teacher at a time
        stage, begins, stops, hears = b.stage[i], b.begins[i], b.stops[i], b.hears[i]
        log_hazard, becomes = begins, Stage.USING
        if stage == Stage.USING:
            log_hazard, becomes = stops, Stage.LAPSED
        chance = monthly_hazard(log_hazard)
        if stage == Stage.UNAWARE:
            chance, becomes = hears, Stage.AWARE
        if uniform(chances.stage_changes, row + i) < chance:
            stage = becomes
        b.stage[i] = stage


@kernel
def leave(b, n, row, chances, programme, p):
    """Let teachers leave, the exhausted more often."""
    for i in range(n):
        chance = b.turnover[i] * turnover_factor(b.strain[i], programme.strain_mean, programme.strain_sd, p)
        b.leaves[i] = uniform(chances.teacher_leaves, row + i) < chance


@kernel
def let_newcomers_in(system, b, n, row, chances, p):
    """Let a newcomer take the post of each teacher who left, with the exhaustion and will that the post and the person bring."""
    for i in range(n):
        if b.leaves[i] > 0.0:
            if b.stage[i] >= Stage.TRAINED:
                b.replaced[i] = 1
            teacher = system.teachers[row + i]
            teacher.threshold = quantile(system.thresholds, uniform(chances.newcomer_threshold, row + i))
            teacher.resilience = quantile(system.traits, uniform(chances.newcomer_resilience, row + i))
            teacher.willingness = quantile(system.traits, uniform(chances.newcomer_willingness, row + i))
            resilience, willingness = np.float64(teacher.resilience), np.float64(teacher.willingness)
            hours = usual_hours(b.weekly_hours[i], b.community[i], p)
            strain = strain_target(load(hours, p), 0.0, b.help_felt[i], resilience, p)
            b.stage[i], b.strain[i] = Stage.UNAWARE, strain
            b.commitment[i] = commitment_target(
                b.benefit[i], b.ownership[i], b.help_felt[i], strain, b.mismatch[i], willingness, p
            )
            b.skill[i] = newcomer_skill(b.school_skill[i], p)
            b.drift[i] = b.adaptation[i] = b.habit[i] = 0.0


@kernel
def show_and_sort(b, n, p):
    """Work out what those who ask a teacher will see, and the first barrier that each teacher meets."""
    for i in range(n):
        using = b.stage[i] == Stage.USING
        b.dosage[i] = b.dosage[i] * using
        b.fidelity[i] = b.fidelity[i] * using
        b.shown[i] = practice.shown(using, b.skill[i])
        b.barrier[i] = barrier(b.stage[i], b.enrolment[i], b.replaced[i], b.excess_with[i], b.fidelity[i], p)


@kernel
def settle(b, teachers, shown):
    """Put teachers back into their rows, and what those who ask them will see."""
    for i in range(len(teachers)):
        teacher = teachers[i]
        teacher.stage, teacher.replaced = b.stage[i], b.replaced[i]
        teacher.strain, teacher.commitment, teacher.skill = b.strain[i], b.commitment[i], b.skill[i]
        teacher.drift, teacher.adaptation, teacher.habit = b.drift[i], b.adaptation[i], b.habit[i]
        teacher.dosage, teacher.fidelity = b.dosage[i], b.fidelity[i]
        shown[i] = b.shown[i]


@kernel
def add_up(system, p, b, first_row, n, s, new_year):
    """Add n teachers to the sums of their schools, from school s on; return the school to go on with. `new_year` is of school."""
    programme = system.programme[0]
    i = 0
    while i < n:
        school = system.schools[s]
        if first_row + i == school.first_teacher:
            open_sums(school, b)
        staff_left = school.first_teacher + school.staff - (first_row + i)
        here = min(n - i, staff_left)
        add_staff(school, b, i, here)
        i += here
        if here == staff_left:
            close_sums(school, b, programme, p)
            if new_year:
                move_up(school)
            learn(school, p)
            s += 1
    return s


@inlined
def add_staff(school, b, first, n):
    """Add n teachers of a block to the sums of their school, in the order of rows."""
    users, top = b.users_sum, b.top_sum
    skill, fidelity, dosage, hours = b.skill_sum, b.fidelity_sum, b.dosage_sum, b.hours_sum
    strain, squares, drift, adaptation = b.strain_sum, b.squares_sum, b.drift_sum, b.adaptation_sum
    commitment, habit = b.commitment_sum, b.habit_sum
    for k in range(first, first + n):
        school.barriers[b.barrier[k]] += 1
        using = b.stage[k] == Stage.USING
        users += using
        top = max(top, b.skill[k])
        skill += b.skill[k]
        fidelity += b.fidelity[k]
        dosage += b.dosage[k]
        hours += b.hours[k]
        strain += b.strain[k]
        squares += b.strain[k] * b.strain[k]
        commitment += b.commitment[k]
        habit += b.habit[k] * using
        drift += b.drift[k] * using
        adaptation += b.adaptation[k] * using
    b.users_sum, b.top_sum = users, top
    b.skill_sum, b.fidelity_sum, b.dosage_sum, b.hours_sum = skill, fidelity, dosage, hours
    b.strain_sum, b.squares_sum, b.drift_sum, b.adaptation_sum = strain, squares, drift, adaptation
    b.commitment_sum, b.habit_sum = commitment, habit


@kernel
def open_sums(school, b):
    """Begin the sums of a school."""
    for k in range(N_BARRIERS):
        school.barriers[k] = 0
    b.users_sum = 0
    b.skill_sum = b.fidelity_sum = b.dosage_sum = b.hours_sum = b.top_sum = 0.0
    b.strain_sum = b.squares_sum = b.drift_sum = b.adaptation_sum = 0.0
    b.commitment_sum = b.habit_sum = 0.0


@kernel
def close_sums(school, b, programme, p):
    """Leave the sums of a school behind, and how much its pupils learn in a year at this month's pace."""
    school.on_course = 0
    school.users, school.skill_top = b.users_sum, b.top_sum
    school.skill_sum, school.fidelity_sum, school.dosage_sum = b.skill_sum, b.fidelity_sum, b.dosage_sum
    school.strain_sum, school.strain_squares, school.hours_sum = b.strain_sum, b.squares_sum, b.hours_sum
    school.commitment_sum, school.habit_sum = b.commitment_sum, b.habit_sum
    school.drift_sum, school.adaptation_sum = b.drift_sum, b.adaptation_sum
    fit = 0.0
    if b.users_sum > 0:
        fit = b.adaptation_sum / b.users_sum
    helpers = helpers_instruction(np.float64(school.community), np.float64(school.helper_skill), p)
    mismatch = mismatch_left(np.float64(school.mismatch), programme.revision, p)
    school.learning = school_learning(b.fidelity_sum / school.staff, helpers, mismatch, fit, programme.cut, p)


@kernel
def begins_school_year(month):
    """Return whether pupils move up a grade in this month: every twelve months from month 0 on."""
    return month % SCHOOL_YEAR == 0


@kernel
def move_up(school):
    """Let pupils move up a grade with what they have gained; the last grade leaves, and who enters the first has gained nothing."""
    for grade in range(GRADES - 1, 0, -1):
        school.gains[grade] = school.gains[grade - 1]
    school.gains[0] = 0.0


@kernel
def learn(school, p):
    """Add this month's learning to what pupils of each grade have gained so far."""
    for grade in range(GRADES):
        school.gains[grade] = next_gain(np.float64(school.gains[grade]), np.float64(school.learning), p)
