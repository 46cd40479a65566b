"""The census at the end of a month: schools are counted into districts, districts into the system, always in row order."""

from math import sqrt

import numpy as np

from ..foundation.compiled import kernel
from ..mechanisms.community import helpers_instruction
from ..mechanisms.evidence import evidence_seen, reported_fidelity
from ..mechanisms.learning import lays
from ..tables import GRADES, Barrier, CostLine, Count, Enrolment, row_type
from .districts import has_joined
from .spread import record_spread

COUNT = row_type(Count)
N_BARRIERS, N_LINES = len(Barrier), len(CostLine)
QUINTILES = 5
COUNTS = 2 + QUINTILES  # the whole system, one district, and fifths of the schools


@kernel
def take_census(system, p, counts, month, row, whole_record, district_record):
    """Count everything, give managers and districts what they will know, and record this month in `row`.

    `counts` is room for `COUNTS` counts. `whole_record` holds the tables of practice, money, ledger, quintiles and spread;
    `district_record` has one row per month and district, or no rows where it was not asked for.
    """
    districts = system.districts
    whole, count, fifths = counts[0], counts[1], counts[2:]
    clear(whole)
    for q in range(QUINTILES):
        clear(fifths[q])
    for d in range(len(districts)):
        clear(count)
        count_district(count, fifths, system, p, month, d)
        add(whole, count)
        if len(district_record) > 0:
            record_practice(
                district_record[row * len(districts) + d],
                count,
                districts[d].institutionalisation,
                districts[d].data_quality,
            )
    update_programme_view(system.programme[0], whole, p)
    practice, money, ledger, quintiles, spread = whole_record
    data_quality = share(whole.data, whole.teachers)
    record_practice(practice[row], whole, system.programme[0].institutionalisation, data_quality)
    record_money(money[row], system, whole, fifths, p)
    record_ledger(ledger, row, system.funders)
    record_quintiles(quintiles, row, fifths, money[row].spending, whole.staff)
    record_spread(spread[row], system)


@kernel
def count_district(count, fifths, system, p, month, d):
    """Add one district's schools to a count and to their fifths, and give its office what it will know next month."""
    district = system.districts[d]
    for s in range(district.first_school, district.first_school + district.schools):
        school = system.schools[s]
        count_school(count, school, p)
        count_for_quintile(fifths[school.quintile - 1], school, p)
    fidelity = share(count.fidelity, count.users)
    reported = reported_fidelity(fidelity, district.data_quality, p) * (count.users > 0)
    count.reported = reported * count.users
    count.reported_listed = reported * count.users_listed
    count.quality = district.quality * np.float64(count.schools)
    count.data = np.float64(district.data_quality) * count.teachers
    if has_joined(district, month):
        count.joined = 1
        count.joined_teachers = count.teachers
        count.rules = np.float64(district.institutionalisation) * count.teachers
    district.enrolled = count.enrolled
    district.users = count.users
    district.staff = count.staff
    district.use = share(count.users, count.teachers)
    district.fidelity = fidelity
    district.reported_fidelity = reported
    district.coverage = reported * count.users / count.teachers
    district.benefit = share(count.benefit, count.enrolled)


@kernel
def is_in_use(school, p):
    """Return whether enough of a school's staff use it, whatever its place on the programme's list."""
    return school.users >= p.in_use_share * school.staff


@kernel
def count_for_quintile(count, school, p):
    """Add one school to the count of its fifth: what the outcomes by disadvantage need."""
    pupils = np.float64(school.pupils)
    enrolled = school.enrolment == Enrolment.ENROLLED
    count.schools += 1
    count.enrolled += enrolled
    count.in_use += is_in_use(school, p)
    count.teachers += school.staff
    count.staff += school.staff * enrolled
    count.users += school.users
    count.fidelity += school.fidelity_sum
    count.pupils += pupils
    count.pupils_reached += pupils * (school.users / school.staff)
    count.learning += school.learning * pupils


@kernel
def count_school(count, school, p):
    """Add one school to a count."""
    count.schools += 1
    count.in_use += is_in_use(school, p)
    count.teachers += school.staff
    count.users += school.users
    if school.enrolment == Enrolment.ENROLLED:
        count.enrolled += 1
        count.staff += school.staff
        count.users_listed += school.users
        count.coaching += school.coaching
        count.benefit += school.observed_benefit
    if school.enrolment == Enrolment.LEFT:
        count.left += 1
    for b in range(N_BARRIERS):
        count.barriers[b] += school.barriers[b]
    count.fidelity += school.fidelity_sum
    count.dosage += school.dosage_sum
    count.drift += school.drift_sum
    if school.users > 0:
        count.depth += school.fidelity_sum * (1.0 - school.drift_sum / school.users)
    count.skill += school.skill_sum
    count.strain += school.strain_sum
    count.strain_squares += school.strain_squares
    count.commitment += school.commitment_sum
    count.habit += school.habit_sum
    count.hours += school.hours_sum
    pupils = np.float64(school.pupils)
    count.pupils += pupils
    count.pupils_reached += pupils * (school.users / school.staff)
    count.learning += school.learning * pupils
    count.leavers += school.gains[GRADES - 1] * pupils
    count.helpers += helpers_instruction(np.float64(school.community), np.float64(school.helper_skill), p)
    count.community += school.community
    count.leadership += school.leadership
    count.ownership += school.ownership


@kernel
def clear(count):
    """Set a count to nothing."""
    count.schools = count.enrolled = count.left = count.in_use = count.teachers = count.staff = (
        count.users
    ) = 0
    count.users_listed = 0
    for b in range(N_BARRIERS):
        count.barriers[b] = 0
    count.fidelity = count.reported = count.reported_listed = count.dosage = count.drift = count.depth = (
        count.skill
    ) = 0.0
    count.strain = count.strain_squares = count.commitment = count.habit = count.hours = 0.0
    count.pupils = count.pupils_reached = count.learning = count.leavers = count.helpers = 0.0
    count.community = count.leadership = count.ownership = count.quality = count.coaching = count.benefit = (
        0.0
    )
    count.data = count.rules = 0.0
    count.joined = count.joined_teachers = 0


@kernel
def add(count, other):
    """Add one count to another."""
    count.schools += other.schools
    count.enrolled += other.enrolled
    count.left += other.left
    count.in_use += other.in_use
    count.teachers += other.teachers
    count.staff += other.staff
    count.users += other.users
    for b in range(N_BARRIERS):
        count.barriers[b] += other.barriers[b]
    count.fidelity += other.fidelity
    count.reported += other.reported
    count.users_listed += other.users_listed
    count.reported_listed += other.reported_listed
    count.dosage += other.dosage
    count.drift += other.drift
    count.depth += other.depth
    count.skill += other.skill
    count.strain += other.strain
    count.strain_squares += other.strain_squares
    count.commitment += other.commitment
    count.habit += other.habit
    count.hours += other.hours
    count.pupils += other.pupils
    count.pupils_reached += other.pupils_reached
    count.learning += other.learning
    count.leavers += other.leavers
    count.helpers += other.helpers
    count.community += other.community
    count.leadership += other.leadership
    count.ownership += other.ownership
    count.quality += other.quality
    count.coaching += other.coaching
    count.benefit += other.benefit
    count.data += other.data
    count.rules += other.rules
    count.joined += other.joined
    count.joined_teachers += other.joined_teachers


@kernel
def share(part, whole):
    """Return part / whole, 0 of none."""
    if whole == 0:
        return 0.0
    return part / whole


@kernel
def update_programme_view(programme, whole, p):
    """Set what the programme's managers and funders will know next month."""
    programme.joined = whole.joined
    programme.users = whole.users
    programme.enrolled = whole.enrolled
    programme.staff = whole.staff
    programme.institutionalisation = share(whole.rules, whole.joined_teachers)
    programme.coverage = share(whole.reported, whole.teachers)
    programme.results = share(whole.reported_listed, whole.staff)
    benefit = share(whole.benefit, whole.enrolled)
    programme.evidence = evidence_seen(benefit, share(whole.data, whole.teachers), p)
    mean = share(whole.strain, whole.teachers)
    programme.strain_mean = mean
    programme.strain_sd = sqrt(max(0.0, share(whole.strain_squares, whole.teachers) - mean * mean))


@kernel
def record_practice(record, count, institutionalisation, data_quality):
    """Write the outcomes that districts and the system have in common."""
    schools, teachers, users = count.schools, count.teachers, count.users
    barriers = count.barriers
    ever = count.enrolled + count.left
    record.reach_ever = share(ever, schools)
    record.reach_schools = share(count.enrolled, schools)
    record.reach_in_use = share(count.in_use, schools)
    record.schools_ever = ever
    record.schools_enrolled = count.enrolled
    record.schools_in_use = count.in_use
    record.schools_left = share(count.left, schools)
    record.adoption = share(users, teachers)
    record.fidelity = share(count.fidelity, users)
    record.reported_fidelity = share(count.reported, users)
    record.effective_coverage = share(count.fidelity, teachers)
    record.dosage = share(count.dosage, users)
    record.skill = share(count.skill, teachers)
    record.core_drift = share(count.drift, users)
    record.depth = share(count.depth, users)
    record.habit = share(count.habit, users)
    record.commitment = share(count.commitment, teachers)
    record.strain = share(count.strain, teachers)
    record.workload_hours = share(count.hours, teachers)
    record.learning_sd = share(count.learning, count.pupils)
    record.learning_leavers = share(count.leavers, count.pupils)
    record.pupils_reached = count.pupils_reached
    record.community_support = share(count.community, schools)
    record.helper_instruction = share(count.helpers, schools)
    record.leadership = share(count.leadership, schools)
    record.coaching = share(count.coaching, count.enrolled)
    record.capacity = share(count.quality, schools)
    record.ownership = share(count.ownership, schools)
    record.institutionalisation = institutionalisation
    record.data_quality = data_quality
    record.delivering = share(barriers[Barrier.DELIVERING], teachers)
    record.lost_not_reached = share(barriers[Barrier.NOT_REACHED], teachers)
    record.lost_unaware = share(barriers[Barrier.UNAWARE], teachers)
    record.lost_untrained = share(barriers[Barrier.UNTRAINED], teachers)
    record.lost_overloaded = share(barriers[Barrier.OVERLOADED], teachers)
    record.lost_not_convinced = share(barriers[Barrier.NOT_CONVINCED], teachers)
    record.lost_lapsed = share(barriers[Barrier.LAPSED], teachers)
    record.lost_left = share(barriers[Barrier.LEFT], teachers)
    record.lost_low_fidelity = share(barriers[Barrier.LOW_FIDELITY], teachers)


@kernel
def record_money(record, system, whole, fifths, p):
    """Write the outcomes of leadership and money, and keep the totals since the beginning."""
    programme, funders, champions = system.programme[0], system.funders, system.champions
    spending = 0.0
    for line in range(N_LINES):
        spending += programme.line[line]
    public = 0.0
    balance = 0.0
    for k in range(len(funders)):
        balance += funders[k].balance_flexible + funders[k].balance_earmarked
        if funders[k].public:
            public += funders[k].spent_now
    active = 0
    for i in range(len(champions)):
        active += champions[i].active
    programme.spending_so_far += spending
    mean_learning = share(whole.learning, whole.pupils)
    programme.lays_so_far += lays(mean_learning, whole.pupils, p)

    record.reach_districts = programme.joined / len(system.districts)
    record.champions = share(active, len(champions))
    record.political_capital = programme.capital
    record.evidence = programme.evidence
    record.income = programme.income
    record.spending = spending
    record.spending_fixed = programme.line[CostLine.FIXED]
    record.spending_training = programme.line[CostLine.TRAINING]
    record.spending_coaching = programme.line[CostLine.COACHING]
    record.spending_materials = programme.line[CostLine.MATERIALS]
    record.spending_community = programme.line[CostLine.COMMUNITY]
    record.spending_data = programme.line[CostLine.DATA]
    record.balance = balance
    record.government_share = share(public, spending)
    record.funding_gap = 1.0 - programme.met / programme.need if programme.need > 0.0 else 0.0
    record.cost_per_pupil = share(12.0 * spending, whole.pupils_reached)
    least, most = fifths[0], fifths[QUINTILES - 1]
    record.reach_gap = share(least.in_use, least.schools) - share(most.in_use, most.schools)
    record.equity_gap = share(least.learning, least.pupils) - share(most.learning, most.pupils)
    spent = programme.spending_so_far
    record.lays_per_100usd = 100.0 * programme.lays_so_far / spent if spent >= 1.0 else 0.0


@kernel
def record_quintiles(record, row, fifths, spending, staff):
    """Write who gets it, by fifths of disadvantage; spending is shared by the teachers of enrolled schools."""
    for q in range(QUINTILES):
        fifth, out = fifths[q], record[row * QUINTILES + q]
        out.reach_schools = share(fifth.enrolled, fifth.schools)
        out.reach_in_use = share(fifth.in_use, fifth.schools)
        out.adoption = share(fifth.users, fifth.teachers)
        out.fidelity = share(fifth.fidelity, fifth.users)
        out.learning_sd = share(fifth.learning, fifth.pupils)
        out.cost_per_pupil = share(12.0 * spending * share(fifth.staff, staff), fifth.pupils_reached)


@kernel
def record_ledger(record, row, funders):
    """Write the account of every funder."""
    n = len(funders)
    for k in range(n):
        account, funder = record[row * n + k], funders[k]
        account.paid_in = funder.paid_in
        account.spent = funder.spent
        account.spent_now = funder.spent_now
        account.balance = funder.balance_flexible + funder.balance_earmarked
        account.grants = funder.grants
