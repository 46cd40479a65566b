"""Catalogue of levers: what can be done, in steps of a realistic size, and what it costs; one row per lever.

Where the model prices a step (coaches, courses, materials, grants, ...) its cost is what spending rises by in the runs. What the model
does not price is declared here in months of a coach, so that it follows the scenario's own prices; these costs are assumed. A step is
taken from the start, within the money that there is: a step that needs money shows in the pairs that need each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ..scenario import Scenario
from .change import Steps, changed, moves

PRICED, ASSUMED = "priced by the model", "assumed, in months of a coach"


@dataclass(frozen=True)
class Lever:
    """One step. Costs that the model does not price are in months of a coach: once, a year and district, a year and enrolled school."""

    name: str
    does: str
    group: str
    steps: Steps = field(default_factory=dict)
    once: float = 0.0
    per_district: float = 0.0
    per_school: float = 0.0
    basis: str = PRICED

    def __call__(self, scenario: Scenario) -> Scenario:
        """Return a scenario in which the step is taken."""
        return changed(scenario, self.steps)

    def declared_cost(self, scenario: Scenario, years: int, school_years: float) -> float:
        """Return what the step costs beside the model's own lines, in USD over all years."""
        months = (
            self.once
            + self.per_district * scenario.setting.districts * years
            + self.per_school * school_years
        )
        return months * scenario.innovation.cost_coach


LEVERS = (
    Lever("more coaches", "Two more coaches for 100 schools", "capacity", {"programme.coaches_per_100_schools": "+2"}),
    Lever("more courses", "Half a refresher course more for each teacher and year", "capacity", {"programme.refresher_rate": "+0.5"}),
    Lever("paired teachers", "Weaker teachers work in pairs with the strongest, half of the time", "capacity", {"programme.peer_pairs": "+0.5"}, per_school=0.1, basis=ASSUMED),
    Lever("abler officials", "District staff deliver a tenth better", "capacity", {"setting.government_capacity": "+0.1"}, per_district=3, basis=ASSUMED),
    Lever("more trainers", "Half as many trainers again", "reach", {"programme.training_capacity": "x1.5", "programme.capacity_growth": "x1.5"}),
    Lever("a cascade", "Trainers train trainers: a quarter of the schools still wanted each year, with worse courses", "reach", {"programme.cascade": "+0.25"}, once=60, basis=ASSUMED),
    Lever("disadvantaged first", "Seek the most disadvantaged schools first", "reach", {"programme.aim_at_disadvantaged": "+1"}, per_district=1, basis=ASSUMED),
    Lever("tools that save time", "Ready lesson plans and tools that give an hour per week back; materials cost a quarter more", "design", {"innovation.tool_hours": "+1", "innovation.cost_materials": "x1.25"}),
    Lever("ask less", "A lighter design that asks one hour a week less", "design", {"innovation.added_hours": "-1"}, once=60, basis=ASSUMED),
    Lever("less paperwork", "Half of the forms", "design", {"innovation.reporting_hours": "x0.5"}, once=12, basis=ASSUMED),
    Lever("a clearer core", "Say clearly what must hold and what may change", "design", {"innovation.core_clarity": "+0.2"}, once=60, basis=ASSUMED),
    Lever("more freedom", "Rules that let teachers change more", "design", {"programme.adaptation_freedom": "+0.25"}, once=12, basis=ASSUMED),
    Lever("design together", "Teachers and communities take part in a redesign", "design", {"innovation.participatory_design": "+0.25"}, once=120, basis=ASSUMED),
    Lever("quicker joint design", "A larger team designs together in half of the months", "design", {"innovation.design_months": "x0.5"}, once=60, basis=ASSUMED),
    Lever("fit to government", "Fit forms, posts and calendars to those of the ministry", "environment", {"innovation.government_fit": "+0.2"}, once=60, basis=ASSUMED),
    Lever("community helpers", "Organise helpers around schools more", "design", {"programme.community_mobilisation": "+0.25"}),
    Lever("helpers who teach", "Train community helpers to give another tenth of the lessons", "design", {"innovation.helper_teaching": "+0.1"}, once=60, per_school=0.1, basis=ASSUMED),
    Lever("more data", "Measure practice and learning more", "data", {"programme.data_investment": "+0.25"}),
    Lever("more outside money", "A quarter more from every outside payer", "money", {"outside.annual_budget": "x1.25"}),
    Lever("flexible money", "A quarter more of outside money for any cost line", "money", {"outside.flexible_share": "+0.25"}, basis="a change of rules: no cost"),
    Lever("patient money", "Grants two years longer", "money", {"outside.horizon_months": "+24"}),
    Lever("money that may be kept", "Half of the money that outside payers would take back unspent is kept", "money", {"outside.carry_over": "+0.5"}, basis="a change of rules: no cost"),
    Lever("payment by results", "A quarter more of outside money follows results as reported", "money", {"outside.by_results": "+0.25"}, basis="a change of rules: no cost"),
    Lever("government budget", "A quarter more in the government's budget", "money", {"government.annual_budget": "x1.25"}),
    Lever("champions", "Champions in another fifth of the districts", "environment", {"leadership.district_champions": "+0.2"}, per_district=1, basis=ASSUMED),
    Lever("principals", "Train and support principals", "environment", {"setting.principal_support": "+0.15"}, per_school=0.25, basis=ASSUMED),
    Lever("open policy", "A policy that lets districts and schools try", "environment", {"setting.policy_openness": "+0.2"}, basis="a political decision: no cost"),
)  # fmt: skip


def possible_levers(scenario: Scenario) -> list[Lever]:
    """Return the levers that can still be moved in a scenario."""
    return [lever for lever in LEVERS if moves(scenario, lever.steps)]


def both(first: Lever, second: Lever) -> Steps:
    """Return the steps of two levers together; no two levers move the same number."""
    return {**first.steps, **second.steps}
