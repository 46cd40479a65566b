"""Every outcome of a month in plain Python: the definitions of `ml_abm.outcomes`, written out over the agents of the reference.

Sums over schools are made as the kernels make them, school by school within a district and then district by district: the only thing that
is taken over from them, so that results can be equal to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ml_abm.tables import Barrier, CostLine, Enrolment, Stage

from .model import District, Funder, Reference, School
from .plain import add_up

Row = dict[str, float]


def recorded(model: Reference) -> dict[str, list[Row]]:
    """Return the rows of each table of records at the end of a month."""
    return {
        "record.practice": [practice_of_all(model)],
        "record.money": [money(model)],
        "record.ledger": [account(funder) for funder in model.funders],
        "record.quintiles": [who_gets_it(model, fifth(model, k)) for k in range(1, 6)],
        "record.spread": [{**spread_of_teachers(model), **spread_of_schools(model)}],
        "record.districts": [practice_of_one(model, district) for district in model.districts],
    }


def practice_of_all(model: Reference) -> Row:
    """Return what is known of the whole system: data by teachers, rules by teachers of the districts that joined."""
    data = add_up((d.data_quality * sum(s.staff for s in d.in_schools) for d in model.districts), 0.0)
    joined = [d for d in model.districts if d.joined]
    rules = add_up((d.institutionalisation * sum(s.staff for s in d.in_schools) for d in joined), 0.0)
    teachers_of_joined = sum(s.staff for d in joined for s in d.in_schools)
    return {
        **practice(model, model.districts),
        "data_quality": data / len(model.teachers),
        "institutionalisation": mean(rules, teachers_of_joined),
    }


def practice_of_one(model: Reference, district: District) -> Row:
    """Return what is known of a district: data and rules are its own."""
    return {
        **practice(model, [district]),
        "data_quality": district.data_quality,
        "institutionalisation": district.institutionalisation,
    }


def practice(model: Reference, districts: Sequence[District]) -> Row:
    """Return the outcomes that districts and the whole system have in common, but for data and rules."""
    schools = [school for district in districts for school in district.in_schools]
    enrolled = [school for school in schools if school.enrolment == Enrolment.ENROLLED]
    joined_ever = [school for school in schools if school.enrolment != Enrolment.NEVER]
    left = [school for school in schools if school.enrolment == Enrolment.LEFT]
    in_use = [school for school in schools if is_in_use(model, school)]
    teachers = sum(school.staff for school in schools)
    users = sum(school.users for school in schools)
    pupils = total(districts, lambda school: school.pupils)

    def per_school(amount: Callable[[School], float]) -> float:
        return total(districts, amount) / len(schools)

    def per_teacher(amount: Callable[[School], float]) -> float:
        return total(districts, amount) / teachers

    def per_user(amount: Callable[[School], float]) -> float:
        return mean(total(districts, amount), users)

    def per_pupil(amount: Callable[[School], float]) -> float:
        return total(districts, lambda school: amount(school) * school.pupils) / pupils

    reported = add_up((d.reported_fidelity * d.users for d in districts), 0.0)
    quality = add_up((d.quality * len(d.in_schools) for d in districts), 0.0)
    coaching = total(districts, lambda school: school.coaching if school in enrolled else 0.0)
    return {
        "reach_ever": len(joined_ever) / len(schools),
        "reach_schools": len(enrolled) / len(schools),
        "reach_in_use": len(in_use) / len(schools),
        "schools_ever": len(joined_ever),
        "schools_enrolled": len(enrolled),
        "schools_in_use": len(in_use),
        "schools_left": len(left) / len(schools),
        "adoption": users / teachers,
        "fidelity": per_user(lambda school: school.fidelity_sum),
        "reported_fidelity": mean(reported, users),
        "effective_coverage": per_teacher(lambda school: school.fidelity_sum),
        "dosage": per_user(lambda school: school.dosage_sum),
        "skill": per_teacher(lambda school: school.skill_sum),
        "core_drift": per_user(lambda school: school.drift_sum),
        "depth": per_user(true_to_the_core),
        "habit": per_user(lambda school: school.habit_sum),
        "commitment": per_teacher(lambda school: school.commitment_sum),
        "strain": per_teacher(lambda school: school.strain_sum),
        "workload_hours": per_teacher(lambda school: school.hours_sum),
        "learning_sd": per_pupil(lambda school: school.learning),
        "learning_leavers": per_pupil(lambda school: school.gains[-1]),
        "pupils_reached": total(districts, pupils_of_users),
        "community_support": per_school(lambda school: school.community),
        "helper_instruction": per_school(lambda school: school.helpers),
        "leadership": per_school(lambda school: school.leadership),
        "coaching": mean(coaching, len(enrolled)),
        "capacity": quality / len(schools),
        "ownership": per_school(lambda school: school.ownership),
        **funnel(schools, teachers),
    }


def funnel(schools: Sequence[School], teachers: int) -> Row:
    """Return the shares of teachers by the first barrier that they meet; none is counted twice or left out."""
    return {
        name: sum(school.barriers[barrier] for school in schools) / teachers
        for name, barrier in {
            "delivering": Barrier.DELIVERING,
            "lost_not_reached": Barrier.NOT_REACHED,
            "lost_unaware": Barrier.UNAWARE,
            "lost_untrained": Barrier.UNTRAINED,
            "lost_overloaded": Barrier.OVERLOADED,
            "lost_not_convinced": Barrier.NOT_CONVINCED,
            "lost_lapsed": Barrier.LAPSED,
            "lost_left": Barrier.LEFT,
            "lost_low_fidelity": Barrier.LOW_FIDELITY,
        }.items()
    }


def money(model: Reference) -> Row:
    """Return the outcomes of leadership, money and equity of the whole system."""
    spending = add_up((model.line[line] for line in CostLine), 0.0)
    public = add_up((funder.spent_now for funder in model.funders if funder.public), 0.0)
    reached = total(model.districts, pupils_of_users)
    least, most = who_gets_it(model, fifth(model, 1)), who_gets_it(model, fifth(model, 5))
    return {
        "reach_districts": sum(d.joined for d in model.districts) / len(model.districts),
        "champions": sum(seat.active for seat in model.champions) / len(model.champions),
        "political_capital": model.top_capital,
        "evidence": model.evidence,
        "income": model.income,
        "spending": spending,
        "spending_fixed": model.line[CostLine.FIXED],
        "spending_training": model.line[CostLine.TRAINING],
        "spending_coaching": model.line[CostLine.COACHING],
        "spending_materials": model.line[CostLine.MATERIALS],
        "spending_community": model.line[CostLine.COMMUNITY],
        "spending_data": model.line[CostLine.DATA],
        "balance": add_up((balance(funder) for funder in model.funders), 0.0),
        "government_share": mean(public, spending),
        "funding_gap": 1.0 - model.met / model.need if model.need > 0.0 else 0.0,
        "cost_per_pupil": mean(12.0 * spending, reached),
        "reach_gap": least["reach_in_use"] - most["reach_in_use"],
        "equity_gap": least["learning_sd"] - most["learning_sd"],
        "lays_per_100usd": 100.0 * model.lays_so_far / model.spending_so_far
        if model.spending_so_far >= 1.0
        else 0.0,
    }


def balance(funder: Funder) -> float:
    """Return what is left in a funder's account (USD)."""
    return funder.balance_flexible + funder.balance_earmarked


def account(funder: Funder) -> Row:
    """Return the account of a funder."""
    return {
        "paid_in": funder.paid_in,
        "spent": funder.spent,
        "spent_now": funder.spent_now,
        "balance": balance(funder),
        "grants": funder.grants,
    }


def who_gets_it(model: Reference, schools: Sequence[School]) -> Row:
    """Return the outcomes of a fifth of the schools; it costs its share of the teachers of all enrolled schools."""
    enrolled = [school for school in schools if school.enrolment == Enrolment.ENROLLED]
    users = sum(school.users for school in schools)
    pupils = add_up((school.pupils for school in schools), 0.0)
    spending = add_up((model.line[line] for line in CostLine), 0.0)
    its_part = mean(sum(school.staff for school in enrolled), model.staff)
    return {
        "reach_schools": mean(len(enrolled), len(schools)),
        "reach_in_use": mean(sum(is_in_use(model, school) for school in schools), len(schools)),
        "adoption": mean(users, sum(school.staff for school in schools)),
        "fidelity": mean(add_up((school.fidelity_sum for school in schools), 0.0), users),
        "learning_sd": mean(add_up((school.learning * school.pupils for school in schools), 0.0), pupils),
        "cost_per_pupil": mean(
            12.0 * spending * its_part, add_up((pupils_of_users(school) for school in schools), 0.0)
        ),
    }


def spread_of_teachers(model: Reference) -> Row:
    """Return how teachers differ: fidelity and dosage among users, strain and commitment among all."""
    users = [teacher for teacher in model.teachers if teacher.stage == Stage.USING]
    return {
        **tenths("teacher_fidelity", [teacher.fidelity for teacher in users]),
        **tenths("teacher_dosage", [teacher.dosage for teacher in users]),
        **tenths("teacher_strain", [teacher.strain for teacher in model.teachers]),
        **tenths("teacher_commitment", [teacher.commitment for teacher in model.teachers]),
    }


def spread_of_schools(model: Reference) -> Row:
    """Return how schools' means differ: fidelity and dosage of their users, strain and commitment of their staff."""
    used = [school for school in model.schools if school.users > 0]
    return {
        **tenths("school_fidelity", [school.fidelity_sum / school.users for school in used]),
        **tenths("school_dosage", [school.dosage_sum / school.users for school in used]),
        **tenths("school_strain", [school.strain_sum / school.staff for school in model.schools]),
        **tenths("school_commitment", [school.commitment_sum / school.staff for school in model.schools]),
    }


def tenths(name: str, values: Iterable[float]) -> Row:
    """Return the 10, 50 and 90% quantiles of some shares under their names: the middle of the hundredth in which they lie, 0 of nothing."""
    ranked = sorted(values)
    found = {}
    for percent in (10, 50, 90):
        share = percent / 100
        of_rank = [value for rank, value in enumerate(ranked, start=1) if rank >= share * len(ranked)]
        found[f"{name}_p{percent}"] = (min(int(of_rank[0] * 100), 99) + 0.5) / 100 if ranked else 0.0
    return found


def fifth(model: Reference, quintile: int) -> list[School]:
    """Return the schools of a fifth by disadvantage, the first the least disadvantaged."""
    return [school for school in model.schools if school.quintile == quintile]


def is_in_use(model: Reference, school: School) -> bool:
    """Return whether enough of the staff use it."""
    return school.users >= model.p.in_use_share * school.staff


def pupils_of_users(school: School) -> float:
    """Return the pupils of a school whose teachers use it: every teacher has as many."""
    return school.pupils * (school.users / school.staff)


def true_to_the_core(school: School) -> float:
    """Return the fidelity of a school's users, added up, times what they keep of the core."""
    return school.fidelity_sum * (1.0 - school.drift_sum / school.users) if school.users else 0.0


def total(districts: Iterable[District], amount: Callable[[School], float]) -> float:
    """Return the sum over schools, by district."""
    return add_up((add_up(map(amount, district.in_schools), 0.0) for district in districts), 0.0)


def mean(amount: float, over: float) -> float:
    """Return a mean; over none it is 0."""
    return amount / over if over else 0.0
