"""Catalogue of constraints: what may hold a programme back, and how each is relaxed; one row per constraint.

A relaxation is no proposal: it takes a constraint away altogether, at no cost, from the start. What coverage gains by it, in runs with
the same random seeds, says how much the constraint binds in each year.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..scenario import Funder, Scenario
from .change import Steps, changed
from .endgame import withdrawal

MONEY_ENOUGH = 10.0  # times all budgets together, for any line
PAYER_OF_ALL = "Money for everything"
# Log-odds by which seeing the benefit in full moves a teacher (behaviour.adoption_of_benefit, commitment_of_benefit).
SURE_OF_IT = {"behaviour.adoption_base": "+2", "behaviour.commitment_base": "+2"}
LEADERS_GO = ("champion leaves", "leaders change")


@dataclass(frozen=True)
class Constraint:
    """One thing that may hold a programme back. `steps` takes it away; `relaxed` says so; `meaning` is what a minister reads."""

    name: str
    meaning: str
    relaxed: str
    steps: Steps = field(default_factory=dict)
    money: bool = False
    leaders_stay: bool = False
    payers_stay: bool = False

    def __call__(self, scenario: Scenario, withdrawn: int) -> Scenario:
        """Return a scenario without this constraint, in which outside money leaves in month `withdrawn` unless payers stay."""
        freed = changed(scenario, self.steps) if self.steps else scenario
        if self.money:
            freed = with_money(freed)
        if self.leaders_stay:
            kept = [event for event in freed.timeline if event.happens not in LEADERS_GO]
            freed = freed.replace({"timeline": [event.model_dump() for event in kept]})
        return freed if self.payers_stay else withdrawal(freed, withdrawn)


def with_money(scenario: Scenario) -> Scenario:
    """Return a scenario with one more payer, who pays more than enough, for anything, and leaves with the others."""
    budgets = sum(funder.annual_budget for funder in scenario.funders)
    amount = min(1e12, MONEY_ENOUGH * max(budgets, scenario.innovation.cost_fixed, 1e5))
    more = Funder(name=PAYER_OF_ALL, stage="system", annual_budget=amount, horizon_months=0)
    return scenario.replace({"funders": [*(f.model_dump() for f in scenario.funders), more.model_dump()]})


CONSTRAINTS = (
    Constraint(
        "not reached",
        "too few schools are taken on",
        "Trainers are never short, every district and school is willing, none that would never join, and the programme aims for all of them.",
        {
            "programme.target_share": "=1",
            "programme.training_capacity": "=1e6",
            "programme.school_recruitment": "=0.95",
            "programme.district_recruitment": "=0.95",
            "setting.never_join": "=0",
        },
    ),
    Constraint(
        "money",
        "there is too little money, or money that may not be spent on what is needed",
        "One more payer pays more than enough, for any cost line, until outside money leaves.",
        money=True,
    ),
    Constraint(
        "capacity",
        "too little coaching and training of too low a quality reaches teachers",
        "Coaching is full everywhere, near and far, officials and partners deliver very well, and quality does not thin out with size or in a cascade.",
        {
            "behaviour.schools_per_coach": "=100",
            "programme.coaches_per_100_schools": ">=1",
            "behaviour.coaching_lost_to_remoteness": "=0",
            "behaviour.dilution": "=0",
            "behaviour.cascade_loss": "=0",
            "setting.government_capacity": "=0.95",
            "setting.capacity_spread": "=0",
            "behaviour.ngo_quality": "=0.95",
        },
    ),
    Constraint(
        "burden",
        "it asks more hours of teachers than their week has",
        "It adds no hours and no paperwork to a teacher's week.",
        {"innovation.added_hours": "=0", "innovation.reporting_hours": "=0"},
    ),
    Constraint(
        "conviction",
        "teachers who could use it do not believe in it",
        "Teachers begin with it, and are committed to it, as if they had seen its benefit in full.",
        SURE_OF_IT,
    ),
    Constraint(
        "context fit",
        "the design does not fit the schools it goes to",
        "The design fits every school as it is.",
        {"setting.context_mismatch": "=0", "setting.context_spread": "=0"},
    ),
    Constraint(
        "leadership",
        "principals, officials or champions do not stand behind it, or leave",
        "Principals and officials support it and stay, and every district has a champion of weight.",
        {
            "setting.principal_support": "=1",
            "setting.principal_spread": "=0",
            "setting.principal_turnover": "=0",
            "setting.district_leader_turnover": "=0",
            "setting.policy_openness": "=1",
            "setting.openness_spread": "=0",
            "leadership.system_champions": ">=1",
            "leadership.district_champions": "=1",
            "leadership.champion_capital": "=1",
            "leadership.champion_tenure": "=600",
        },
        leaders_stay=True,
    ),
    Constraint(
        "data",
        "no one can see what is practised and learnt",
        "Practice and learning are measured well everywhere from the first month.",
        {"behaviour.data_base": "=1"},
    ),
    Constraint(
        "turnover",
        "trained teachers leave or are moved",
        "No teacher leaves the school or is moved to another grade.",
        {"setting.teacher_attrition": "=0", "setting.grade_rotation": "=0"},
    ),
    Constraint(
        "sustaining",
        "it is not in rules, posts and budgets when outside money leaves",
        "It goes into rules as soon as it is used, grants are renewed, and outside money does not leave.",
        {
            "behaviour.institutionalising": "=1",
            "behaviour.institution_decay": "=0",
            "behaviour.capital_needed": "=0",
            "outside.renewal_odds": "=1",
        },
        payers_stay=True,
    ),
)


def everything(scenario: Scenario, withdrawn: int) -> Scenario:
    """Return a scenario without any of the constraints: the most that the model can give."""
    steps = {name: step for constraint in CONSTRAINTS for name, step in constraint.steps.items()}
    return Constraint("everything", "", "", steps, money=True, leaders_stay=True, payers_stay=True)(
        scenario, withdrawn
    )


def all_but(left: Constraint, scenario: Scenario, withdrawn: int) -> Scenario:
    """Return a scenario with one constraint alone."""
    steps = {name: step for other in CONSTRAINTS if other is not left for name, step in other.steps.items()}
    alone = Constraint(
        left.name,
        "",
        "",
        steps,
        money=not left.money,
        leaders_stay=not left.leaders_stay,
        payers_stay=not left.payers_stay,
    )
    return alone(scenario, withdrawn)
