"""Catalogue of levers: what can be done, in steps of a realistic size, what it costs and who decides it; one row per lever.

Where the model prices a step (coaches, courses, materials, grants, ...) its cost is what spending rises by in the runs. What the model
does not price is declared here in months of a coach, so that it follows the scenario's own prices. Each declared price says what it is for (once, a
school of the system, a district and year, an enrolled school and year), so that it grows with the country. These prices are assumed: a third and
three times of them are as plausible (`RANGE`). A step is taken from the start, within the money that there is: a step that needs money
shows in the pairs that need each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..foundation.numbers_in_words import listed
from ..scenario import Scenario
from .change import Steps, changed, moves

PRICED = "priced by the model"
RANGE = 3.0  # an assumed price may be as many times as high, or as low
PROGRAMME, MINISTRY, FUNDERS = "the programme", "the ministry", "funders"


@dataclass(frozen=True)
class Lever:
    """One step, and who decides it.

    Costs that the model does not price are in months of a coach: once, for each school of the system (once), a year and district, a year and
    enrolled school.
    """

    name: str
    does: str
    group: str
    steps: Steps = field(default_factory=dict)
    who: str = PROGRAMME
    once: float = 0.0
    each_school_once: float = 0.0
    per_district: float = 0.0
    per_school: float = 0.0
    rule: str = ""  # why it costs nothing, where it is a change of rules

    def __call__(self, scenario: Scenario) -> Scenario:
        """Return a scenario in which the step is taken."""
        return changed(scenario, self.steps)

    @property
    def is_assumed(self) -> bool:
        """Whether part of its price is declared here, and so assumed."""
        return bool(self.once or self.each_school_once or self.per_district or self.per_school)

    @property
    def basis(self) -> str:
        """What its price rests on, and what it is for."""
        if not self.is_assumed:
            return self.rule or PRICED
        parts = (
            (self.once, "once"),
            (self.each_school_once, "once for each school of the system"),
            (self.per_district, "a year for each district"),
            (self.per_school, "a year for each enrolled school"),
        )
        return (
            f"assumed, in months of a coach: {listed(f'{months:g} {of}' for months, of in parts if months)}"
        )

    def declared_cost(self, scenario: Scenario, years: int, school_years: float) -> float:
        """Return what the step costs beside the model's own lines, in USD over all years."""
        months = (
            self.once
            + self.each_school_once * scenario.setting.schools
            + self.per_district * scenario.setting.districts * years
            + self.per_school * school_years
        )
        return months * scenario.innovation.cost_coach


LEVERS = (
    Lever("more coaches", "Two more coaches for 100 schools", "capacity", {"programme.coaches_per_100_schools": "+2"}),
    Lever("more courses", "Half a refresher course more for each teacher and year", "capacity", {"programme.refresher_rate": "+0.5"}),
    Lever("paired teachers", "Weaker teachers work in pairs with the strongest, half of the time", "capacity", {"programme.peer_pairs": "+0.5"}, per_school=0.1),
    Lever("abler officials", "District staff deliver a tenth better", "capacity", {"setting.government_capacity": "+0.1"}, who=MINISTRY, per_district=3),
    Lever("aim for all", "The programme is meant for every school, not for a part of them", "reach", {"programme.target_share": "=1"}, who=MINISTRY),
    Lever("more trainers", "Half as many trainers again", "reach", {"programme.training_capacity": "x1.5", "programme.capacity_growth": "x1.5"}),
    Lever("a cascade", "Trainers train trainers: a quarter of the schools still wanted each year, with worse courses", "reach", {"programme.cascade": "+0.25"}, each_school_once=0.12),
    Lever("disadvantaged first", "Seek the most disadvantaged schools first", "reach", {"programme.aim_at_disadvantaged": "+1"}, per_district=1),
    Lever("tools that save time", "Ready lesson plans and tools that give an hour per week back; materials cost a quarter more", "design", {"innovation.tool_hours": "+1", "innovation.cost_materials": "x1.25"}),
    Lever("ask less", "A lighter design that asks one hour a week less", "design", {"innovation.added_hours": "-1"}, once=30, each_school_once=0.06),
    Lever("less paperwork", "Half of the forms", "design", {"innovation.reporting_hours": "x0.5"}, who=MINISTRY, once=6, each_school_once=0.012),
    Lever("a clearer core", "Say clearly what must hold and what may change", "design", {"innovation.core_clarity": "+0.2"}, once=30, each_school_once=0.06),
    Lever("more freedom", "Rules that let teachers change more", "design", {"programme.adaptation_freedom": "+0.25"}, who=MINISTRY, once=6, each_school_once=0.012),
    Lever("design together", "Teachers and communities take part in a redesign", "design", {"innovation.participatory_design": "+0.25"}, once=60, each_school_once=0.12),
    Lever("quicker joint design", "A larger team designs together in half of the months", "design", {"innovation.design_months": "x0.5"}, once=60),
    Lever("fit to government", "Fit forms, posts and calendars to those of the ministry", "environment", {"innovation.government_fit": "+0.2"}, once=30, each_school_once=0.06),
    Lever("community helpers", "Organise helpers around schools more", "design", {"programme.community_mobilisation": "+0.25"}),
    Lever("helpers who teach", "Train community helpers to give another tenth of the lessons", "design", {"innovation.helper_teaching": "+0.1"}, once=30, each_school_once=0.06, per_school=0.1),
    Lever("more data", "Measure practice and learning more", "data", {"programme.data_investment": "+0.25"}),
    Lever("more outside money", "A quarter more from every outside payer", "money", {"outside.annual_budget": "x1.25"}, who=FUNDERS),
    Lever("flexible money", "A quarter more of outside money for any cost line", "money", {"outside.flexible_share": "+0.25"}, who=FUNDERS, rule="a change of rules: no cost"),
    Lever("patient money", "Grants two years longer", "money", {"outside.horizon_months": "+24"}, who=FUNDERS),
    Lever("money that may be kept", "Half of the money that outside payers would take back unspent is kept", "money", {"outside.carry_over": "+0.5"}, who=FUNDERS, rule="a change of rules: no cost"),
    Lever("payment by results", "A quarter more of outside money follows results as reported", "money", {"outside.by_results": "+0.25"}, who=FUNDERS, rule="a change of rules: no cost"),
    Lever("government budget", "A quarter more in the government's budget", "money", {"government.annual_budget": "x1.25"}, who=MINISTRY),
    Lever("champions", "Champions in another fifth of the districts", "environment", {"leadership.district_champions": "+0.2"}, who=MINISTRY, per_district=1),
    Lever("principals", "Train and support principals", "environment", {"setting.principal_support": "+0.15"}, who=MINISTRY, per_school=0.25),
    Lever("open policy", "A policy that lets districts and schools try", "environment", {"setting.policy_openness": "+0.2"}, who=MINISTRY, rule="a political decision: no cost"),
)  # fmt: skip


def possible_levers(scenario: Scenario) -> list[Lever]:
    """Return the levers that can still be moved in a scenario."""
    return [lever for lever in LEVERS if moves(scenario, lever.steps)]


def both(first: Lever, second: Lever) -> Steps:
    """Return the steps of two levers together; no two levers move the same number."""
    return {**first.steps, **second.steps}
