"""Teachers live a month: the week, the strain, the will, the skill, the practice; then begin, stop or leave.

Staff are told what their schools share (`meet_schools`) and taken from their rows (`gather`) a block at a time, live through the
paragraphs below, each a loop over the block, are put back (`settle`) and leave sums to their schools (`add_up`). Colleagues are seen
as they were last month: in the school's sums, and in the old side of `visible`.
"""

import numpy as np

from ..compiled import kernel, part
from ..draws import uniform
from ..mechanisms import practice
from ..mechanisms.adaptation import adaptation_chance, further, repaired
from ..mechanisms.adoption import adoption_log_hazard, awareness_chance, lapse_log_hazard
from ..mechanisms.chance import monthly_hazard
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
    overload,
    relief_hours,
    time_factor,
    week_hours,
)
from ..tables import Barrier, Enrolment, Stage
from .block import WIDTH, in_lanes
from .schools import move_school

N_BARRIERS = len(Barrier)


@kernel
def live_staff(system, p, luck, room, month, first_school, last_school):
    """Let some schools and their staff live a month; `room` is one block to work in."""
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
        school = meet_schools(system, p, luck, block, row, n, school)
        tie = gather(block, teachers, seen[row : row + n], seen, system.teacher_ties, tie)
        lanes = in_lanes(n)
        week(block, lanes, p)
        strain_and_will(block, lanes, p)
        practise(block, lanes, row, luck, p)
        adapt(block, lanes, row, luck, p)
        weigh(block, lanes, p)
        begin_stop_or_hear(block, lanes, row, luck)
        leave(block, lanes, row, luck, system.programme[0], p)
        let_newcomers_in(system, block, n, row, luck, p)
        show_and_sort(block, lanes, p)
        settle(block, teachers, shown[row : row + n])
        settled = add_up(system, p, block, row, n, settled)
        row += n


@kernel
def meet_schools(system, p, luck, block, first_row, n, s):
    """Tell a block's n teachers from `first_row` on what their schools share, from school s on.

    Schools move as their first teacher is met. Returns the school to go on with.
    """
    i = 0
    while i < n:
        school = system.schools[s]
        row = first_row + i
        if row == school.first_teacher:
            move_school(school, system.districts[school.district], system.programme[0], p, luck, s)
        staff_left = school.first_teacher + school.staff - row
        here = min(n - i, staff_left)
        share_school(block, i, here, school, system.districts[school.district], p)
        i += here
        if here == staff_left:
            s += 1
    return s


@kernel
def share_school(b, first, n, school, district, p):
    """Tell n teachers what all staff of their school share (and whoever comes next, who is told otherwise after it)."""
    materials, community = np.float64(school.materials), np.float64(school.community)
    ownership, leadership = np.float64(school.ownership), np.float64(school.leadership)
    benefit, mismatch = np.float64(school.observed_benefit), np.float64(school.mismatch)
    coaching, quality = np.float64(school.coaching), np.float64(district.quality)
    help_felt = support(leadership, community, coaching, quality, p)
    help_lost = max(0.0, np.float64(school.coaching_before) - coaching)
    last_skill, colleagues = np.float64(school.skill_sum), np.float64(school.staff - 1)
    visible_sum, around = np.float64(school.visible_sum), colleagues * (school.knows_ties == 0)
    enrolment, on_course = np.int64(school.enrolment), np.float64(school.on_course)
    enrolled = np.float64(school.enrolment == Enrolment.ENROLLED)
    rules, openness = np.float64(district.institutionalisation), np.float64(district.openness)
    activity, leader_is_new = district.enrolled / district.schools, np.float64(is_new(district.leader_months))
    for lane in range(in_lanes(n)):
        i = np.uint64(first) + np.uint64(lane)  # never negative: one instruction for eight
        b.materials[i], b.community[i], b.ownership[i] = materials, community, ownership
        b.leadership[i], b.benefit[i], b.mismatch[i] = leadership, benefit, mismatch
        b.coaching[i], b.quality[i] = coaching, quality
        b.help_felt[i], b.help_lost[i] = help_felt, help_lost
        b.last_skill[i], b.colleagues[i] = last_skill, colleagues
        b.inside[i], b.around[i] = visible_sum, around
        b.enrolment[i], b.enrolled[i], b.on_course[i] = enrolment, enrolled, on_course
        b.rules[i], b.openness[i] = rules, openness
        b.activity[i], b.leader_is_new[i] = activity, leader_is_new


@kernel
def gather(b, teachers, own, seen, ties, tie):
    """Take teachers from their rows to a block; work out what they see but for their own; return the tie to go on with."""
    for i in range(len(teachers)):
        teacher = teachers[i]
        b.stage[i], b.replaced[i], b.ties[i] = teacher.stage, teacher.replaced, teacher.ties
        b.strain[i], b.commitment[i], b.skill[i] = teacher.strain, teacher.commitment, teacher.skill
        b.drift[i], b.adaptation[i] = teacher.drift, teacher.adaptation
        b.threshold[i], b.weekly_hours[i] = teacher.threshold, teacher.weekly_hours
        b.inside[i] -= own[i]
        b.outside[i] = seen_outside(seen, ties, tie, teacher.ties)
        tie += teacher.ties
    return tie


@part
def seen_outside(seen, ties, first, n):
    """Return the sum of what is seen along n of the ties."""
    sum_seen = 0
    for tie in range(first, first + n):
        sum_seen += seen[ties[tie]]
    return sum_seen


@kernel
def week(b, n, p):
    """Work out the week as it is, and as it would be with the innovation in it."""
    for i in range(n):
        using = b.stage[i] == Stage.USING
        added = added_hours(b.skill[i], p)
        relief_now = relief_hours(using, b.materials[i], b.community[i], p)
        relief_with = relief_hours(True, b.materials[i], b.community[i], p)
        b.hours[i] = week_hours(b.weekly_hours[i], added * using, relief_now, p)
        b.excess[i] = overload(b.hours[i], p)
        b.excess_with[i] = overload(week_hours(b.weekly_hours[i], added, relief_with, p), p)
        b.paperwork[i] = p.reporting_hours * using
        b.time[i] = time_factor(b.weekly_hours[i], added, relief_with, p)


@kernel
def strain_and_will(b, n, p):
    """Let exhaustion follow demands and help, and the will follow benefit, ownership, help and exhaustion."""
    for i in range(n):
        strain = next_strain(b.strain[i], b.excess[i], b.paperwork[i], b.help_felt[i], p)
        b.strain[i] = strain
        b.commitment[i] = next_commitment(
            b.commitment[i], b.benefit[i], b.ownership[i], b.help_felt[i], strain, b.help_lost[i], p
        )


@kernel
def practise(b, n, row, luck, p):
    """Give courses; work out the dose delivered, and the skill left by training, coaching, peers and practice."""
    full_course = course_gain(p)
    for i in range(n):
        using = b.stage[i] == Stage.USING
        refresher = b.enrolled[i] * (uniform(luck.place_on_course, row + i) < luck.course_chance)
        trains = b.on_course[i] + refresher > 0.0
        if trains:
            b.replaced[i] = 0
        if trains and not using:
            b.stage[i] = Stage.TRAINED
        dose = using * practice.dosage(b.time[i], b.commitment[i], b.strain[i], b.materials[i], p)
        coached = b.coaching[i] * (b.stage[i] >= Stage.TRAINED)
        peers = 0.0
        if b.colleagues[i] > 0.0:
            peers = (b.last_skill[i] - b.skill[i]) / b.colleagues[i]
        skill = next_skill(b.skill[i], trains * full_course, b.quality[i], coached, peers, dose, p)
        if uniform(luck.grade_changes, row + i) < p.monthly_rotation:
            skill = skill_after_grade_change(skill, p)
        b.skill[i], b.dosage[i] = skill, dose


@kernel
def adapt(b, n, row, luck, p):
    """Let users change what does not fit; work out what is left of the core."""
    for i in range(n):
        using = b.stage[i] == Stage.USING
        drift, adaptation = b.drift[i], b.adaptation[i]
        misfit = b.mismatch[i] * (1.0 - adaptation)
        chance = adaptation_chance(misfit, b.excess[i], b.openness[i], p)
        changes = using & (uniform(luck.adapts, row + i) < chance)
        peripheral = uniform(luck.is_peripheral, row + i) < p.core_clarity
        # both ways are worked out before one is chosen, without `and`: eight teachers at a time cannot go different ways
        more_adaptation, more_drift = further(adaptation, p), further(drift, p)
        if changes & peripheral:
            adaptation = more_adaptation
        if changes & (not peripheral):
            drift = more_drift
        less_drift = repaired(drift, b.coaching[i] * b.quality[i], p)
        if using:
            drift = less_drift
        b.drift[i], b.adaptation[i] = drift, adaptation
        b.fidelity[i] = practice.fidelity(b.dosage[i], b.skill[i], drift)


@kernel
def weigh(b, n, p):
    """Work out the chance to hear of it and the log-hazards to begin and to stop, from what is seen around."""
    for i in range(n):
        seen = exposure(b.inside[i], b.around[i], b.outside[i], b.ties[i], p)
        b.hears[i] = awareness_chance(seen, b.activity[i], p)
        b.stops[i] = lapse_log_hazard(
            b.strain[i], b.excess[i], b.fidelity[i], seen, b.help_felt[i], b.rules[i], b.leader_is_new[i], p
        )
        reinforcement = social_reinforcement(seen, b.threshold[i], p) * (seen > 0.0)
        trained = b.stage[i] >= Stage.TRAINED
        b.begins[i] = adoption_log_hazard(
            reinforcement, trained, b.benefit[i], b.excess_with[i], b.strain[i], b.leadership[i],
            b.ownership[i], b.help_felt[i], p,
        )  # fmt: skip


@kernel
def begin_stop_or_hear(b, n, row, luck):
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
        if uniform(luck.stage_changes, row + i) < chance:
            stage = becomes
        b.stage[i] = stage


@kernel
def leave(b, n, row, luck, programme, p):
    """Let teachers leave, the exhausted more often."""
    for i in range(n):
        chance = teacher_leaves_chance(b.strain[i], programme.strain_mean, programme.strain_sd, p)
        b.leaves[i] = uniform(luck.teacher_leaves, row + i) < chance


@kernel
def let_newcomers_in(system, b, n, row, luck, p):
    """Let a newcomer take the post of each teacher who left."""
    for i in range(n):
        if b.leaves[i] > 0.0:
            if b.stage[i] >= Stage.TRAINED:
                b.replaced[i] = 1
            b.stage[i] = Stage.UNAWARE
            b.strain[i], b.commitment[i] = p.newcomer_strain, p.newcomer_commitment
            b.skill[i] = newcomer_skill(b.last_skill[i] / (b.colleagues[i] + 1.0), p)
            b.drift[i] = b.adaptation[i] = 0.0
            teacher = system.teachers[row + i]
            teacher.threshold = quantile(system.thresholds, uniform(luck.newcomer_threshold, row + i))
            drawn = uniform(luck.newcomer_hours, row + i)
            teacher.weekly_hours = max(0.0, spread_around(p.weekly_hours, p.weekly_hours_spread, drawn))


@kernel
def show_and_sort(b, n, p):
    """Work out what colleagues will see of each, and the first barrier that each meets."""
    for i in range(n):
        using = b.stage[i] == Stage.USING
        b.dosage[i] = b.dosage[i] * using
        b.fidelity[i] = b.fidelity[i] * using
        b.shown[i] = practice.visible_use(b.fidelity[i]) * using
        b.barrier[i] = barrier(b.stage[i], b.enrolment[i], b.replaced[i], b.excess_with[i], b.fidelity[i], p)


@kernel
def settle(b, teachers, shown):
    """Put teachers back into their rows, and what colleagues will see of them."""
    for i in range(len(teachers)):
        teacher = teachers[i]
        teacher.stage, teacher.replaced = b.stage[i], b.replaced[i]
        teacher.strain, teacher.commitment, teacher.skill = b.strain[i], b.commitment[i], b.skill[i]
        teacher.drift, teacher.adaptation = b.drift[i], b.adaptation[i]
        teacher.dosage, teacher.fidelity = b.dosage[i], b.fidelity[i]
        shown[i] = b.shown[i]


@kernel
def add_up(system, p, b, first_row, n, s):
    """Add n teachers to the sums of their schools, from school s on; return the school to go on with."""
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
            close_sums(school, b, p)
            s += 1
    return s


@part
def add_staff(school, b, first, n):
    """Add n teachers of a block to the sums of their school, in the order of rows."""
    users, shown = b.users_sum, b.shown_sum
    skill, fidelity, dosage, hours = b.skill_sum, b.fidelity_sum, b.dosage_sum, b.hours_sum
    strain, squares, drift, adaptation = b.strain_sum, b.squares_sum, b.drift_sum, b.adaptation_sum
    for k in range(first, first + n):
        school.barriers[b.barrier[k]] += 1
        using = b.stage[k] == Stage.USING
        users += using
        shown += b.shown[k]
        skill += b.skill[k]
        fidelity += b.fidelity[k]
        dosage += b.dosage[k]
        hours += b.hours[k]
        strain += b.strain[k]
        squares += b.strain[k] * b.strain[k]
        drift += b.drift[k] * using
        adaptation += b.adaptation[k] * using
    b.users_sum, b.shown_sum = users, shown
    b.skill_sum, b.fidelity_sum, b.dosage_sum, b.hours_sum = skill, fidelity, dosage, hours
    b.strain_sum, b.squares_sum, b.drift_sum, b.adaptation_sum = strain, squares, drift, adaptation


@kernel
def open_sums(school, b):
    """Begin the sums of a school."""
    for k in range(N_BARRIERS):
        school.barriers[k] = 0
    b.users_sum = b.shown_sum = 0
    b.skill_sum = b.fidelity_sum = b.dosage_sum = b.hours_sum = 0.0
    b.strain_sum = b.squares_sum = b.drift_sum = b.adaptation_sum = 0.0


@kernel
def close_sums(school, b, p):
    """Leave the sums of a school behind, and what its pupils learn."""
    school.on_course = 0
    school.users, school.visible_sum = b.users_sum, b.shown_sum
    school.skill_sum, school.fidelity_sum, school.dosage_sum = b.skill_sum, b.fidelity_sum, b.dosage_sum
    school.strain_sum, school.strain_squares, school.hours_sum = b.strain_sum, b.squares_sum, b.hours_sum
    school.drift_sum, school.adaptation_sum = b.drift_sum, b.adaptation_sum
    fit = 0.0
    if b.users_sum > 0:
        fit = b.adaptation_sum / b.users_sum
    school.learning = school_learning(b.fidelity_sum / school.staff, school.mismatch, fit, p)
