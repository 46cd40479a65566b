"""The model as a modeller would write it for Mesa: agents are objects, a month is loops over them.

It starts from the tables that `ml_abm.system.build` made and lives in plain Python from there on. Where a table's
column is float32, an attribute is rounded when it is written (`f32`), at the points where the kernels write.
"""

from __future__ import annotations

from math import exp, sqrt
from types import SimpleNamespace

import mesa

from ml_abm.draws import Decision, key_in_python, uniform_in_python
from ml_abm.parameters import record
from ml_abm.scenario import CHANGING_FUNDER
from ml_abm.system import build
from ml_abm.tables import (
    NEVER,
    Barrier,
    CostLine,
    Enrolment,
    FunderStage,
    GrantStatus,
    Stage,
    ties_of,
)

from .plain import add_up, f32, formulas

F = formulas()


def row_of(table, i):
    """Return one row of a table as plain attributes."""
    return {name: table[name][i].item() for name in table.dtype.names if table[name].ndim == 1}


class Row(mesa.Agent):
    """An agent with a row number and the attributes of its table."""

    def __init__(self, model, table, i):
        super().__init__(model)
        self.i = i
        for name, value in row_of(table, i).items():
            setattr(self, name, value)

    def chance(self, decision, month=None):
        """Return this agent's random number for a decision in this month, or in another period."""
        when = self.model.month if month is None else month
        return uniform_in_python(key_in_python(self.model.run_seed, decision, when), self.i)


class Teacher(Row):
    """A teacher of `school`, who asks those in `looks_to`; `seen` and `shown` are what others see, of last and of this month."""

    seen = 0
    shown = 0

    def live(self, help_felt):
        """Go through one month."""
        p, model, school, district = self.model.p, self.model, self.school, self.school.in_district
        using = self.stage == Stage.USING
        mismatch = F.mismatch_left(school.mismatch, model.revision, p)
        coaching = school.coaching * district.quality

        # the week
        rest = F.rest_share(school.community, p)
        added = F.added_hours(self.skill, p)
        relief_now = F.relief_hours(using, school.materials, school.community, p)
        relief_with = F.relief_hours(True, school.materials, school.community, p)
        self.hours = F.week_hours(self.weekly_hours, added * using, relief_now, rest)
        load = F.load(self.hours, p)
        self.excess_with = F.overload(F.week_hours(self.weekly_hours, added, relief_with, rest), p)

        # strain and will
        strain = F.next_strain(
            self.strain, F.strain_target(load, p.reporting_hours * using, help_felt, self.resilience, p), p
        )
        will = F.commitment_target(
            school.observed_benefit, school.ownership, help_felt, strain, mismatch * (1.0 - self.adaptation),
            self.willingness, p,
        )  # fmt: skip
        commitment = F.next_commitment(self.commitment, will, p)

        # a course, practice, skill
        stage, course = self.stage, 0.0
        refresher = (
            school.enrolment == Enrolment.ENROLLED
            and self.chance(Decision.PLACE_ON_COURSE) < model.course_chance
        )
        if school.on_course or refresher:
            self.replaced = 0
            course = max(school.on_course * model.course_quality, float(refresher)) * district.quality
            if stage != Stage.USING:
                stage = Stage.TRAINED
        found = F.time_factor(self.weekly_hours, added, relief_with, rest, p)
        passing = F.spread_around(0.0, p.passing_variation, self.chance(Decision.TERM, model.month // 4))
        dosage = using * F.dosage(found, commitment, passing, strain, school.materials, p)
        peers = self.skill
        if self.looks_to:
            peers = sum(t.seen // 2 for t in self.looks_to) / 127.0 / len(self.looks_to)
        pairs = p.peer_pairs if school.enrolment == Enrolment.ENROLLED else 0.0
        coached = coaching * (stage >= Stage.TRAINED)
        skill = F.next_skill(
            self.skill, course * F.course_gain(p), coached, peers, pairs, school.last_skill_top, dosage, p
        )
        if self.chance(Decision.GRADE_CHANGES) < p.monthly_rotation:
            skill = F.skill_after_grade_change(skill, p)
        habit = F.next_habit(self.habit, dosage, p)

        # adaptation
        drift, adaptation = self.drift, self.adaptation
        if using:
            misfit = mismatch * (1.0 - adaptation)
            if self.chance(Decision.ADAPTS) < F.adaptation_chance(
                misfit, max(0.0, load), district.openness, p
            ):
                clear = F.clarity(district.data_quality, p)
                if self.chance(Decision.CHANGE_IS_PERIPHERAL) < F.keeps_core_chance(clear, skill):
                    adaptation = F.further(adaptation, p)
                else:
                    drift = F.further(drift, p)
            drift = F.repaired(drift, coaching, p)
        fidelity = F.fidelity(dosage, skill, drift)

        # begin, stop, hear
        seen = F.exposure(sum(t.seen % 2 for t in self.looks_to), len(self.looks_to))
        u = self.chance(Decision.STAGE_CHANGES)
        if using:
            rules, leader_is_new = district.institutionalisation, F.is_new(district.leader_months)
            stops = F.lapse_log_hazard(strain, habit, seen, district.use, help_felt, rules, leader_is_new, p)
            if u < F.monthly_hazard(stops):
                stage = Stage.LAPSED
        elif stage == Stage.UNAWARE:
            if u < F.awareness_chance(seen, p):
                stage = Stage.AWARE
        else:
            reinforcement = F.social_reinforcement(seen, self.threshold, p) if seen > 0.0 else 0.0
            begins = F.adoption_log_hazard(
                reinforcement, stage >= Stage.TRAINED, course, school.observed_benefit, self.excess_with,
                commitment, help_felt, p,
            )  # fmt: skip
            if u < F.monthly_hazard(begins):
                stage = Stage.USING

        # leave, and be followed by a newcomer
        leaves = F.school_turnover(school.disadvantage, p) * F.turnover_factor(
            strain, model.strain_mean, model.strain_sd, p
        )
        if self.chance(Decision.TEACHER_LEAVES) < leaves:
            if stage >= Stage.TRAINED:
                self.replaced = 1
            self.threshold = f32(F.quantile(model.thresholds, self.chance(Decision.NEWCOMER_THRESHOLD)))
            self.resilience = f32(F.quantile(model.traits, self.chance(Decision.NEWCOMER_RESILIENCE)))
            self.willingness = f32(F.quantile(model.traits, self.chance(Decision.NEWCOMER_WILLINGNESS)))
            stage = Stage.UNAWARE
            hours = F.usual_hours(self.weekly_hours, school.community, p)
            strain = F.strain_target(F.load(hours, p), 0.0, help_felt, self.resilience, p)
            commitment = F.commitment_target(
                school.observed_benefit, school.ownership, help_felt, strain, mismatch, self.willingness, p
            )
            skill = F.newcomer_skill(school.last_skill_sum / school.staff, p)
            drift = adaptation = habit = 0.0
        if stage != Stage.USING:
            dosage = fidelity = 0.0
        self.shown = F.shown(stage == Stage.USING, skill)
        self.exact = SimpleNamespace(
            strain=strain, commitment=commitment, skill=skill, drift=drift, adaptation=adaptation, dosage=dosage,
            fidelity=fidelity, habit=habit,
        )  # fmt: skip
        self.stage = int(stage)
        self.strain, self.commitment, self.skill = f32(strain), f32(commitment), f32(skill)
        self.drift, self.adaptation, self.habit = f32(drift), f32(adaptation), f32(habit)
        self.dosage, self.fidelity = f32(dosage), f32(fidelity)

    def barrier(self):
        """Return the first barrier that keeps this teacher from delivering."""
        return F.barrier(
            self.stage,
            self.school.enrolment,
            self.replaced,
            self.excess_with,
            self.exact.fidelity,
            self.model.p,
        )


class School(Row):
    """A school of `in_district` with its `teachers`."""

    last_skill_sum = last_skill_top = 0.0

    def move(self):
        """Update leadership, community, materials, ownership and what is believed of the benefit."""
        p, district = self.model.p, self.in_district
        enrolled = self.enrolment == Enrolment.ENROLLED
        benefit = self.observed_benefit
        self.coaching = f32(
            enrolled
            * F.coaching(district.coaches, district.enrolled, self.model.pay_ratio, self.remoteness, p)
        )
        if self.chance(Decision.PRINCIPAL_LEAVES) < F.monthly_chance(p.principal_turnover):
            arrives = F.spread_around(
                p.principal_support, p.principal_spread, self.chance(Decision.PRINCIPAL_ARRIVES)
            )
            self.principal = self.leadership = f32(F.bounded(arrives))
        else:
            push = district.push if enrolled else 0.0
            self.leadership = f32(F.next_leadership(self.leadership, self.principal, push, benefit, p))
        organised = enrolled * self.model.pay_ratio * p.community_mobilisation
        reach = F.community_reach(self.disadvantage, p)
        self.community = f32(F.next_community(self.community, organised, reach, p))
        supported = self.model.pay_ratio if enrolled and p.community_mobilisation > 0.0 else 0.0
        self.helper_skill = f32(F.next_helper_skill(self.helper_skill, supported, district.quality, p))
        delivered = enrolled * self.model.input_ratio * p.materials_supply
        self.materials = f32(F.next_materials(self.materials, delivered, p))
        reached = enrolled or self.users > 0
        self.ownership = f32(F.next_ownership(self.ownership, reached, self.users / self.staff, p))
        noise = (2.0 * self.chance(Decision.BENEFIT_NOISE) - 1.0) * (self.users > 0)
        self.observed_benefit = f32(
            F.next_observed_benefit(benefit, self.learning, district.data_quality, noise, p)
        )

    def help_felt(self):
        """Return the support around the staff."""
        coached = self.coaching * self.in_district.quality
        return F.support(self.leadership, self.community, coached, self.model.p)

    def live(self):
        """Take the staff through a month, then count it."""
        self.last_skill_sum, self.last_skill_top = self.skill_sum, self.skill_top
        help_felt = self.help_felt()
        for teacher in self.teachers:
            teacher.live(help_felt)
        self.on_course = 0
        self.count()

    def count(self):
        """Add up the staff."""

        def total(name):
            return add_up((getattr(t.exact, name) for t in self.teachers), 0.0)

        users = [t for t in self.teachers if t.stage == Stage.USING]
        self.users = len(users)
        self.skill_sum, self.dosage_sum = f32(total("skill")), f32(total("dosage"))
        fidelity = total("fidelity")
        self.fidelity_sum, self.strain_sum = f32(fidelity), f32(total("strain"))
        self.strain_squares = f32(add_up((t.exact.strain * t.exact.strain for t in self.teachers), 0.0))
        self.skill_top = f32(max([0.0, *(t.exact.skill for t in self.teachers)]))
        self.commitment_sum = f32(total("commitment"))
        self.habit_sum = f32(add_up((t.exact.habit for t in users), 0.0))
        self.hours_sum = f32(add_up((t.hours for t in self.teachers), 0.0))
        self.drift_sum = f32(add_up((t.exact.drift for t in users), 0.0))
        adaptation = add_up((t.exact.adaptation for t in users), 0.0)
        self.adaptation_sum = f32(adaptation)
        fit = adaptation / self.users if users else 0.0
        model, p = self.model, self.model.p
        self.helpers = F.helpers_instruction(self.community, self.helper_skill, p)
        mismatch = F.mismatch_left(self.mismatch, model.revision, p)
        self.learning = f32(
            F.school_learning(fidelity / self.staff, self.helpers, mismatch, fit, model.cut, p)
        )
        if model.month % 12 == 0:  # pupils move up a grade; the last leaves, the first has gained nothing
            self.gains = [0.0, *self.gains[:-1]]
        self.gains = [f32(F.next_gain(gain, self.learning, p)) for gain in self.gains]
        met = [t.barrier() for t in self.teachers]
        self.barriers = [met.count(b) for b in Barrier]


class District(Row):
    """A district with its `in_schools`, its champion's `seat` and the districts it `looks_to`."""

    def move(self, dilution):
        """Change leaders, join, and work."""
        p, model = self.model.p, self.model
        if self.chance(Decision.DISTRICT_LEADER_LEAVES) < F.monthly_chance(p.district_leader_turnover):
            arrives = F.spread_around(
                p.policy_openness, p.openness_spread, self.chance(Decision.DISTRICT_LEADER_ARRIVES)
            )
            self.openness, self.leader_months = f32(F.bounded(arrives)), 0
        else:
            self.leader_months += 1
        self.push = f32(F.push(self.seat.capital, model.top_capital, p))
        if (
            self.joined_month == NEVER
            and model.takes_on()
            and self.chance(Decision.DISTRICT_JOINS) < self.joining_chance()
        ):
            self.joined_month = model.month
        self.work(dilution)

    def joining_chance(self):
        """Return the chance to join, by what peers did before this month."""
        p = self.model.p
        joined = sum(d.joined_month != NEVER and d.joined_month < self.model.month for d in self.looks_to)
        share = joined / len(self.looks_to) if self.looks_to else 0.0
        reinforcement = F.social_reinforcement(share, self.threshold, p) if share > 0.0 else 0.0
        rate = F.log_monthly_rate(p.district_recruitment)
        return F.district_joins_chance(
            rate, reinforcement, self.push, self.model.evidence, self.openness, F.burden_asked(p), p
        )

    def has_joined(self):
        """Return whether it has joined by this month."""
        return self.joined_month != NEVER and self.joined_month <= self.model.month

    def work(self, dilution):
        """Move coaches, quality, capacity, rules and data."""
        p, pay_ratio = self.model.p, self.model.pay_ratio
        rules, active = self.institutionalisation, self.enrolled > 0
        use = min(1.0, self.users / self.staff) if active else 0.0
        self.coaches = f32(F.next_coaches(self.coaches, self.enrolled, pay_ratio, p))
        self.quality = f32(F.delivery_quality(self.capacity, rules, dilution, self.model.cut, p))
        self.capacity = f32(F.next_capacity(self.capacity, self.has_joined(), rules, p))
        self.institutionalisation = f32(
            F.next_institutionalisation(rules, self.push, self.data_quality, self.reported_fidelity, use, p)
        )
        funded = p.data_investment * pay_ratio * active
        self.data_quality = f32(F.next_data_quality(self.data_quality, funded, p))

    def count(self):
        """Count the schools, and know it next month."""
        schools = self.in_schools
        enrolled = [s for s in schools if s.enrolment == Enrolment.ENROLLED]
        teachers = sum(s.staff for s in schools)
        self.enrolled, self.users = len(enrolled), sum(s.users for s in schools)
        self.staff = sum(s.staff for s in enrolled)
        self.joined = self.has_joined()
        self.use = self.users / teachers
        fidelity_sum = add_up((s.fidelity_sum for s in schools), 0.0)
        self.fidelity = fidelity_sum / self.users if self.users else 0.0
        self.reported_fidelity = F.reported_fidelity(self.fidelity, self.data_quality, self.model.p) * (
            self.users > 0
        )
        self.coverage = self.reported_fidelity * self.users / teachers
        benefit = add_up((s.observed_benefit for s in enrolled), 0.0)
        self.benefit = benefit / len(enrolled) if enrolled else 0.0
        self.sums = SimpleNamespace(
            teachers=teachers,
            reported=self.reported_fidelity * self.users,
            reported_listed=self.reported_fidelity * sum(s.users for s in enrolled),
            benefit=benefit,
            data=self.data_quality * teachers,
            rules=self.institutionalisation * teachers if self.joined else 0.0,
            strain=add_up((s.strain_sum for s in schools), 0.0),
            strain_squares=add_up((s.strain_squares for s in schools), 0.0),
            learning=add_up((s.learning * s.pupils for s in schools), 0.0),
            helpers=add_up((s.helpers for s in schools), 0.0),
            pupils=add_up((s.pupils for s in schools), 0.0),
        )


class Champion(Row):
    """A champion's seat, of `of` a district or of the system (None)."""

    def come_or_go(self):
        """Earn, spend and lose capital; leave; be followed."""
        p = self.model.p
        if self.of is None:
            wins, rules = self.model.coverage, self.model.rules
        else:
            wins, rules = self.of.coverage, self.of.institutionalisation
        if self.active:
            if self.chance(Decision.CHAMPION_LEAVES) < 1.0 / p.champion_tenure:
                self.active, self.capital = 0, f32(F.capital_left_behind(self.capital, rules, p))
            else:
                self.capital = f32(F.next_capital(self.capital, wins, p))
        elif self.chance(Decision.CHAMPION_ARRIVES) < F.recruitment_chance(wins, p):
            self.active, self.since_month = 1, self.model.month
            self.capital = f32(max(self.capital, p.champion_capital))
        else:
            self.capital = f32(F.idle_capital(self.capital, rules, p))


class Funder(Row):
    """A funder with its account."""

    def pay_in(self):
        """Begin, renew or end; return what is paid in this month."""
        model, month = self.model, self.model.month
        if self.status == GrantStatus.WAITING:
            waited = month - self.first_month
            promised = self.evidence_required <= 0.0
            if waited >= 0 and (promised or (waited % 12 == 0 and self.grants_again())):
                self.begin()
        elif self.status == GrantStatus.PAYING:
            self.come_to_an_end(month - self.since_month)
        if self.status != GrantStatus.PAYING:
            return 0.0
        payment = F.monthly_payment(
            self.annual_budget,
            self.stage == FunderStage.GOVERNMENT,
            model.rules,
            self.by_results,
            model.results,
        )
        flexible = payment * self.flexible_share
        self.balance_flexible += flexible
        self.balance_earmarked += payment - flexible
        self.paid_in += payment
        model.committed += payment * F.months_committed(month, self.since_month, self.horizon, model.p)
        return payment

    def grants_again(self):
        """Return whether chance gives a grant now."""
        model = self.model
        chance = F.grant_chance(
            self.renewal_odds, model.evidence, self.evidence_required, model.top_capital, model.p
        )
        return self.chance(Decision.GRANT_GIVEN) < chance

    def come_to_an_end(self, run):
        """Let unspent money lapse at the end of a grant, or of a year of money without end; go on or stop."""
        over = run >= self.horizon if self.horizon else run > 0 and run % 12 == 0
        if not over:
            return
        self.balance_flexible *= self.carry_over
        self.balance_earmarked *= self.carry_over
        self.paid_in = self.spent + (self.balance_flexible + self.balance_earmarked)
        if self.horizon and self.grants_again():
            self.begin()
        elif self.horizon:
            self.status = int(GrantStatus.ENDED)

    def begin(self):
        """Give a grant."""
        self.status, self.since_month = int(GrantStatus.PAYING), self.model.month
        self.grants += 1

    def charge(self, from_earmarked, from_flexible, earmarked, flexible):
        """Pay this funder's part of a bill, in proportion to what it has left."""
        part = 0.0
        if earmarked > 0.0:
            bill = min(self.balance_earmarked, from_earmarked * (self.balance_earmarked / earmarked))
            self.balance_earmarked -= bill
            part += bill
        if flexible > 0.0:
            bill = min(self.balance_flexible, from_flexible * (self.balance_flexible / flexible))
            self.balance_flexible -= bill
            part += bill
        self.spent += part
        self.spent_now += part


class Reference(mesa.Model):
    """The whole school system and its programme."""

    def __init__(self, scenario, seed):
        super().__init__(rng=seed)
        self.scenario_, self.run_seed, self.month = scenario, seed, 0
        system = build(scenario, seed)
        self.set_parameters(scenario.values())
        self.thresholds, self.traits = system.thresholds.tolist(), system.traits.tolist()
        self.teachers = [Teacher(self, system.teachers, i) for i in range(len(system.teachers))]
        self.schools = [School(self, system.schools, s) for s in range(len(system.schools))]
        self.districts = [District(self, system.districts, d) for d in range(len(system.districts))]
        self.champions = [Champion(self, system.champions, k) for k in range(len(system.champions))]
        for school, gains in zip(self.schools, system.schools["gains"].tolist(), strict=True):
            school.gains = gains
        self.funders = [Funder(self, system.funders, k) for k in range(len(system.funders))]
        self.tie_together(system)
        # what managers know: nothing yet, but how exhausted people are
        before = row_of(system.programme, 0)
        self.pilot_month = before["pilot_month"]
        self.strain_mean, self.strain_sd = before["strain_mean"], before["strain_sd"]
        self.enrolled = self.staff = self.users = 0
        self.places = self.income = self.need = self.met = self.pay_ratio = self.input_ratio = 0.0
        self.evidence = self.coverage = self.rules = self.top_capital = self.results = 0.0
        self.revision = self.cut = 0.0
        self.course_quality = 1.0
        self.spending_so_far = self.lays_so_far = 0.0
        self.line = dict.fromkeys(CostLine, 0.0)

    def set_parameters(self, values):
        """Read the parameters as plain Python numbers."""
        self.values = dict(values)
        p = record(self.values)
        self.p = SimpleNamespace(**{name: float(p[name][0]) for name in p.dtype.names})

    def tie_together(self, system):
        """Give everyone its neighbours."""
        for district in self.districts:
            first = district.first_school
            district.in_schools = self.schools[first : first + district.schools]
            ties = system.district_ties
            district.looks_to = [
                self.districts[k] for k in ties.neighbour[ties.start[district.i] : ties.start[district.i + 1]]
            ]
            district.seat = self.champions[len(self.champions) - len(self.districts) + district.i]
        for school in self.schools:
            school.in_district = self.districts[school.district]
            school.teachers = self.teachers[school.first_teacher : school.first_teacher + school.staff]
            for teacher in school.teachers:
                teacher.school = school
                teacher.looks_to = [self.teachers[k] for k in ties_of(system, teacher.i)]
        for champion in self.champions:
            champion.of = None if champion.district == NEVER else self.districts[champion.district]

    def step(self):
        """Simulate one month, in this order."""
        self.let_events_happen()
        self.income = self.committed = 0.0
        self.top_capital, before = 0.0, self.top_capital
        if self.is_open():
            self.top_capital = before  # funders see last month's
            self.income = add_up((funder.pay_in() for funder in self.funders), 0.0)
            for champion in self.champions:
                champion.come_or_go()
            self.top_capital = max([0.0, *(c.capital for c in self.champions if c.of is None)])
        self.cut = F.cut_now(self.month, self.p)
        self.revision = F.next_revision(self.revision, self.users > 0, self.p)
        dilution = F.size_dilution(self.staff, self.p)
        for district in self.districts:
            district.move(dilution)
        self.let_schools_leave()
        self.pay_for_what_runs()
        self.enrol_schools()
        self.course_chance = (1.0 - exp(-self.p.refresher_rate / 12.0)) * self.input_ratio
        for school in self.schools:
            school.move()
            school.live()
        for teacher in self.teachers:
            teacher.seen = teacher.shown
        self.take_census()
        self.month += 1

    def is_open(self):
        """Return whether there is a programme."""
        return self.month >= self.p.start_month and self.p.target_share > 0.0

    def takes_on(self):
        """Return whether the programme takes on districts and schools."""
        return self.month >= self.pilot_month and self.p.target_share > 0.0

    def chance(self, decision, row):
        """Return a number of the whole system."""
        return uniform_in_python(key_in_python(self.run_seed, decision, self.month), row)

    def let_schools_leave(self):
        """Let enrolled schools leave formally."""
        for school in self.schools:
            if school.enrolment != Enrolment.ENROLLED:
                continue
            district = school.in_district
            log_hazard = F.school_leaves_log_hazard(
                school.users / school.staff, district.use, school.strain_sum / school.staff, school.help_felt(),
                1.0 - self.pay_ratio, F.is_new(district.leader_months), self.p,
            )  # fmt: skip
            if school.chance(Decision.SCHOOL_LEAVES) < F.monthly_hazard(log_hazard):
                school.enrolment, school.left_month = int(Enrolment.LEFT), self.month
                district.enrolled -= 1
                district.staff -= school.staff
                self.enrolled -= 1
                self.staff -= school.staff

    def money_left(self):
        """Return flexible and earmarked money."""
        flexible = add_up((f.balance_flexible for f in self.funders), 0.0)
        return flexible, add_up((f.balance_earmarked for f in self.funders), 0.0)

    def charge(self, from_earmarked, from_flexible):
        """Charge a bill to all funders."""
        flexible, earmarked = self.money_left()
        for funder in self.funders:
            funder.charge(from_earmarked, from_flexible, earmarked, flexible)

    def pay_for_what_runs(self):
        """Pay running costs; inputs from earmarked money first, the rest rationed alike."""
        p = self.p
        unit = F.unit_cost_factor(self.enrolled, self.cut, p)
        fixed = p.cost_fixed / 12.0 + F.management_cost(self.enrolled, unit, p) if self.is_open() else 0.0
        coaching = F.coaching_cost(add_up((d.coaches for d in self.districts), 0.0), unit, p)
        community = F.community_cost(self.enrolled, unit, p)
        data = F.data_cost(self.enrolled, unit, p)
        materials = F.materials_cost(self.staff, unit, p)
        refreshers = F.course_cost(self.staff * (p.refresher_rate / 12.0), unit, p)
        others, inputs = fixed + coaching + community + data, materials + refreshers
        for funder in self.funders:
            funder.spent_now = 0.0
        flexible, earmarked = self.money_left()
        from_earmarked = min(earmarked, inputs)
        asked = others + inputs - from_earmarked
        ratio = flexible / asked if asked > flexible else 1.0
        input_ratio = (from_earmarked + ratio * (inputs - from_earmarked)) / inputs if inputs > 0.0 else 1.0
        self.charge(from_earmarked, ratio * asked)
        self.pay_ratio, self.input_ratio = ratio, input_ratio
        self.need, self.met = others + inputs, ratio * others + input_ratio * inputs
        self.line = {
            CostLine.FIXED: ratio * fixed,
            CostLine.TRAINING: input_ratio * refreshers,
            CostLine.COACHING: ratio * coaching,
            CostLine.MATERIALS: input_ratio * materials,
            CostLine.COMMUNITY: ratio * community,
            CostLine.DATA: ratio * data,
        }

    def enrol_schools(self):
        """Take on the pilot in the first month, then willing schools as far as places and money go."""
        self.course_quality = 1.0
        begun = self.enrol_pilot() if self.month == self.pilot_month and self.takes_on() else 0
        allowed = self.places_this_month(begun)
        if allowed < 1.0:
            return
        n = len(self.schools)
        begin = int(self.chance(Decision.ENROLMENT_START, 0) * n)
        rate = F.log_monthly_rate(self.p.school_recruitment)
        taken = []
        for school in self.schools[begin:] + self.schools[:begin]:
            district = school.in_district
            if school.enrolment == Enrolment.ENROLLED or not district.has_joined():
                continue
            if school.chance(Decision.NEVER_JOINS, 0) < self.p.never_join * (1.0 - self.p.mandate):
                continue
            chance = F.school_enrols_chance(
                rate, district.enrolled / district.schools, school.leadership, self.evidence,
                F.burden_asked(self.p), F.aim_of(school.disadvantage, self.p), self.p,
            )  # fmt: skip
            if school.enrolment == Enrolment.LEFT:
                chance = chance * F.welcome(F.is_new(district.leader_months), self.p)
            if school.chance(Decision.SCHOOL_ENROLS) < chance:
                school.enrolment, school.enrolled_month, school.on_course = (
                    int(Enrolment.ENROLLED),
                    self.month,
                    1,
                )
                taken.append(school)
                if len(taken) + 1 > allowed:
                    break
        self.pay_for_courses(sum(s.staff for s in taken))
        self.places -= len(taken)

    def enrol_pilot(self):
        """Take on the pilot's schools; return how many."""
        pilot = [s for s in self.schools if s.enrolled_month == self.month and s.enrolment == Enrolment.NEVER]
        for school in pilot:
            school.enrolment = int(Enrolment.ENROLLED)
        if self.pay_for_courses(sum(s.staff for s in pilot)):
            for school in pilot:
                school.on_course = 1
        return len(pilot)

    def places_this_month(self, begun):
        """Return how many schools may be taken on, beside those of the pilot that have just begun."""
        p, n = self.p, len(self.schools)
        if not self.takes_on():
            return 0.0
        staff = len(self.teachers) / n
        unit = F.unit_cost_factor(self.enrolled, self.cut, p)
        running = (
            F.coaching_cost(p.coaches_per_100_schools / 100.0, unit, p)
            + F.materials_cost(staff, unit, p)
            + F.community_cost(1.0, unit, p)
            + F.data_cost(1.0, unit, p)
            + F.management_cost(1.0, unit, p)
        )
        flexible, earmarked = self.money_left()
        affordable = F.affordable_schools(
            flexible + earmarked,
            self.committed,
            flexible,
            self.need,
            F.course_cost(staff, unit, p),
            running,
            p,
        )
        wanted = p.target_share * n - self.enrolled - begun
        own = (p.training_capacity + p.capacity_growth * self.enrolled) / 12.0
        cascade = F.cascade_places(wanted, p)
        a_month = own + F.places_bought(own, affordable, p) + cascade
        self.course_quality = F.course_quality(a_month - cascade, cascade, p)
        self.places = min(self.places + a_month, max(1.0, 2.0 * a_month))
        return min(self.places, min(affordable, wanted))

    def pay_for_courses(self, teachers):
        """Pay courses; return whether the money sufficed."""
        flexible, earmarked = self.money_left()
        asked = F.course_cost(teachers, F.unit_cost_factor(self.enrolled, self.cut, self.p), self.p)
        bill = min(asked, flexible + earmarked)
        from_earmarked = min(earmarked, bill)
        self.charge(from_earmarked, bill - from_earmarked)
        self.line[CostLine.TRAINING] += bill
        return asked <= bill

    def take_census(self):
        """Count everything; managers know it next month."""
        for district in self.districts:
            district.count()
        joined = [d for d in self.districts if d.joined]

        def total(name):
            return add_up((getattr(d.sums, name) for d in self.districts), 0.0)

        teachers = len(self.teachers)
        self.enrolled, self.staff = (
            sum(d.enrolled for d in self.districts),
            sum(d.staff for d in self.districts),
        )
        self.users = sum(d.users for d in self.districts)
        self.results = total("reported_listed") / self.staff if self.staff else 0.0
        of_joined = sum(d.sums.teachers for d in joined)
        self.rules = total("rules") / of_joined if of_joined else 0.0
        self.coverage = total("reported") / teachers
        benefit = total("benefit") / self.enrolled if self.enrolled else 0.0
        self.evidence = F.evidence_seen(benefit, total("data") / teachers, self.p)
        self.strain_mean = total("strain") / teachers
        mean_square = total("strain_squares") / teachers
        self.strain_sd = sqrt(max(0.0, mean_square - self.strain_mean * self.strain_mean))
        spending = add_up(self.line[line] for line in CostLine)
        self.spending_so_far += spending
        pupils = total("pupils")
        self.lays_so_far += F.lays(total("learning") / pupils, pupils, self.p)

    def let_events_happen(self):
        """Let this month's events of the timeline happen."""
        for event in self.scenario_.timeline:
            if event.month != self.month:
                continue
            if event.changes_funder:
                self.change_funder(event)
                continue
            changed = dict(event.set)
            for name, factor in event.scale.items():
                changed[name] = self.values[name.rpartition(".")[2]] * factor
            self.set_parameters({**self.values, **{k.rpartition(".")[2]: v for k, v in changed.items()}})
            if event.happens == "champion leaves":
                self.champions_leave(event.level)
            elif event.happens == "leaders change":
                self.leaders_change()
            elif event.happens in ("grant ends", "funder leaves"):
                names = [funder.name for funder in self.scenario_.funders]
                funder = self.funders[names.index(event.funder)]
                funder.status = int(GrantStatus.ENDED)
                if event.happens == "funder leaves":
                    funder.balance_flexible = funder.balance_earmarked = 0.0
                    funder.paid_in = funder.spent

    def change_funder(self, event):
        """Give a funder other numbers."""
        funder = self.funders[[funder.name for funder in self.scenario_.funders].index(event.funder)]
        for name, value in event.set.items():
            setattr(funder, CHANGING_FUNDER[name], value)
        for name, factor in event.scale.items():
            setattr(funder, CHANGING_FUNDER[name], getattr(funder, CHANGING_FUNDER[name]) * factor)

    def champions_leave(self, level):
        """Empty the seats of a level."""
        for champion in self.champions:
            if champion.active and (champion.of is None) == (level == "system"):
                rules = self.rules if champion.of is None else champion.of.institutionalisation
                champion.active = 0
                champion.capital = f32(F.capital_left_behind(champion.capital, rules, self.p))

    def leaders_change(self):
        """Give every district a new leader."""
        for district in self.districts:
            district.leader_months = 0
            u = uniform_in_python(key_in_python(self.run_seed, Decision.OPENNESS, self.month + 1), district.i)
            openness = self.p.policy_openness + self.p.openness_spread * (2 * u - 1)
            district.openness = f32(min(max(openness, 0.0), 1.0))
