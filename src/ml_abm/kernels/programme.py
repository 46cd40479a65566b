"""The programme pays for what runs, then takes on new schools as far as trainers and money allow."""

from ..draws import Decision, key, uniform
from ..foundation.compiled import kernel
from ..mechanisms import cost
from ..mechanisms.chance import log_monthly_rate, monthly_hazard
from ..mechanisms.funding import affordable_schools, cascade_places, course_quality, places_bought
from ..mechanisms.institutionalisation import aim_of, school_enrols_chance, welcome
from ..mechanisms.leadership import is_new, school_leaves_log_hazard
from ..mechanisms.strain import support
from ..mechanisms.workload import burden_asked
from ..tables import CostLine, Enrolment
from .districts import has_joined, programme_is_open, programme_takes_on

MONTHS_OF_PLACES_KEPT = 2.0  # unused places that trainers can still make up for


@kernel
def let_schools_leave(system, p, seed, month):
    """Let enrolled schools leave formally, for what their staff went through last month."""
    programme = system.programme[0]
    leaves = key(seed, Decision.SCHOOL_LEAVES, month)
    for s in range(len(system.schools)):
        school = system.schools[s]
        if school.enrolment != Enrolment.ENROLLED:
            continue
        district = system.districts[school.district]
        log_hazard = school_leaves_log_hazard(
            school.users / school.staff,
            district.use,
            school.strain_sum / school.staff,
            support(school.leadership, school.community, school.coaching * district.quality, p),
            1.0 - programme.pay_ratio,
            is_new(district.leader_months),
            p,
        )
        if uniform(leaves, s) < monthly_hazard(log_hazard):
            school.enrolment = Enrolment.LEFT
            school.left_month = month
            district.enrolled -= 1
            district.staff -= school.staff
            programme.enrolled -= 1
            programme.staff -= school.staff


@kernel
def pay_for_what_runs(system, p, month):
    """Pay this month's running costs; when money is short, every line but inputs gets the same share."""
    programme, funders, districts = system.programme[0], system.funders, system.districts
    unit = cost.unit_cost_factor(programme.enrolled, programme.cut, p)
    coaches = 0.0
    for d in range(len(districts)):
        coaches += districts[d].coaches
    fixed = 0.0
    if programme_is_open(p, month):
        fixed = p.cost_fixed / 12.0 + cost.management_cost(programme.enrolled, unit, p)
    coaching = cost.coaching_cost(coaches, unit, p)
    community = cost.community_cost(programme.enrolled, unit, p)
    data = cost.data_cost(programme.enrolled, unit, p)
    materials = cost.materials_cost(programme.staff, unit, p)
    refreshers = cost.course_cost(programme.staff * (p.refresher_rate / 12.0), unit, p)
    others = fixed + coaching + community + data
    inputs = materials + refreshers

    for k in range(len(funders)):
        funders[k].spent_now = 0.0
    flexible, earmarked = money_left(funders)
    from_earmarked = min(earmarked, inputs)
    asked = others + inputs - from_earmarked
    ratio = 1.0
    if asked > flexible:
        ratio = flexible / asked
    input_ratio = 1.0
    if inputs > 0.0:
        input_ratio = (from_earmarked + ratio * (inputs - from_earmarked)) / inputs
    charge(funders, from_earmarked, ratio * asked)

    programme.pay_ratio = ratio
    programme.input_ratio = input_ratio
    programme.need = others + inputs
    programme.met = ratio * others + input_ratio * inputs
    programme.line[CostLine.FIXED] = ratio * fixed
    programme.line[CostLine.COACHING] = ratio * coaching
    programme.line[CostLine.COMMUNITY] = ratio * community
    programme.line[CostLine.DATA] = ratio * data
    programme.line[CostLine.MATERIALS] = input_ratio * materials
    programme.line[CostLine.TRAINING] = input_ratio * refreshers


@kernel
def money_left(funders):
    """Return the money for any line, and the money earmarked for training and materials (USD)."""
    flexible = 0.0
    earmarked = 0.0
    for k in range(len(funders)):
        flexible += funders[k].balance_flexible
        earmarked += funders[k].balance_earmarked
    return flexible, earmarked


@kernel
def charge(funders, from_earmarked, from_flexible):
    """Charge a bill to all funders, each in proportion to what it has left."""
    flexible, earmarked = money_left(funders)
    for k in range(len(funders)):
        funder = funders[k]
        part = 0.0
        if earmarked > 0.0:
            bill = from_earmarked * (funder.balance_earmarked / earmarked)
            bill = min(funder.balance_earmarked, bill)
            funder.balance_earmarked -= bill
            part += bill
        if flexible > 0.0:
            bill = from_flexible * (funder.balance_flexible / flexible)
            bill = min(funder.balance_flexible, bill)
            funder.balance_flexible -= bill
            part += bill
        funder.spent += part
        funder.spent_now += part


@kernel
def enrol_schools(system, p, seed, month):
    """Take on schools that are willing, in districts that joined, up to trainers' places, money and target.

    The sweep begins at a school drawn by lot, so that a shortage hits no district more than another.
    """
    schools, programme = system.schools, system.programme[0]
    begun = 0
    programme.course_quality = 1.0
    if month == programme.pilot_month and programme_takes_on(programme, p, month):
        begun = enrol_pilot(system, p, month)
    allowed = places_this_month(system, p, month, begun)
    if allowed < 1.0:
        return
    never = key(seed, Decision.NEVER_JOINS, 0)
    willing = key(seed, Decision.SCHOOL_ENROLS, month)
    begin = int(uniform(key(seed, Decision.ENROLMENT_START, month), 0) * len(schools))
    log_rate = log_monthly_rate(p.school_recruitment)
    taken = 0
    teachers = 0
    for step in range(len(schools)):
        s = (begin + step) % len(schools)
        school = schools[s]
        district = system.districts[school.district]
        if school.enrolment == Enrolment.ENROLLED or not has_joined(district, month):
            continue
        if uniform(never, s) < p.never_join * (1.0 - p.mandate):
            continue
        chance = school_enrols_chance(
            log_rate,
            district.enrolled / district.schools,
            school.leadership,
            programme.evidence,
            burden_asked(p),
            aim_of(school.disadvantage, p),
            p,
        )
        if school.enrolment == Enrolment.LEFT:
            chance = chance * welcome(is_new(district.leader_months), p)
        if uniform(willing, s) < chance:
            school.enrolment = Enrolment.ENROLLED
            school.enrolled_month = month
            school.on_course = 1
            teachers += school.staff
            taken += 1
            if taken + 1 > allowed:
                break
    pay_for_courses(system, p, teachers)
    programme.places -= taken


@kernel
def enrol_pilot(system, p, month):
    """Take on the pilot's schools, chosen when the system was built, and return how many; they are trained if there is money."""
    schools = system.schools
    begun = 0
    teachers = 0
    for s in range(len(schools)):
        if schools[s].enrolled_month == month and schools[s].enrolment == Enrolment.NEVER:
            schools[s].enrolment = Enrolment.ENROLLED
            begun += 1
            teachers += schools[s].staff
    if pay_for_courses(system, p, teachers):
        for s in range(len(schools)):
            if schools[s].enrolment == Enrolment.ENROLLED and schools[s].enrolled_month == month:
                schools[s].on_course = 1
    return begun


@kernel
def places_this_month(system, p, month, begun):
    """Return how many schools may be taken on this month, whole or not, beside those of the pilot that have just begun."""
    programme = system.programme[0]
    n_schools = len(system.schools)
    if not programme_takes_on(programme, p, month):
        return 0.0
    mean_staff = len(system.teachers) / n_schools
    unit = cost.unit_cost_factor(programme.enrolled, programme.cut, p)
    flexible, earmarked = money_left(system.funders)
    affordable = affordable_schools(
        flexible + earmarked,
        programme.committed,
        flexible,
        programme.need,
        cost.course_cost(mean_staff, unit, p),
        running_cost_of_a_school(mean_staff, unit, p),
        p,
    )
    wanted = p.target_share * n_schools - programme.enrolled - begun
    own = (p.training_capacity + p.capacity_growth * programme.enrolled) / 12.0
    cascade = cascade_places(wanted, p)
    a_month = own + places_bought(own, affordable, p) + cascade
    programme.course_quality = course_quality(a_month - cascade, cascade, p)
    programme.places = min(programme.places + a_month, max(1.0, MONTHS_OF_PLACES_KEPT * a_month))
    return min(programme.places, min(affordable, wanted))


@kernel
def running_cost_of_a_school(staff, unit, p):
    """Return what one more average school will cost in a month."""
    return (
        cost.coaching_cost(p.coaches_per_100_schools / 100.0, unit, p)
        + cost.materials_cost(staff, unit, p)
        + cost.community_cost(1.0, unit, p)
        + cost.data_cost(1.0, unit, p)
        + cost.management_cost(1.0, unit, p)
    )


@kernel
def pay_for_courses(system, p, teachers):
    """Pay the courses of schools just taken on, earmarked money first; return whether it sufficed."""
    programme = system.programme[0]
    unit = cost.unit_cost_factor(programme.enrolled, programme.cut, p)
    flexible, earmarked = money_left(system.funders)
    asked = cost.course_cost(teachers, unit, p)
    bill = min(asked, flexible + earmarked)
    from_earmarked = min(earmarked, bill)
    charge(system.funders, from_earmarked, bill - from_earmarked)
    programme.line[CostLine.TRAINING] += bill
    return asked <= bill
