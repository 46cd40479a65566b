"""A direction test for every mechanism and every statement of the seed: one change, same luck, which way does it go?

Each compares the mean over a few seeds of one outcome at one month, with and without the change. `least` is the
smallest change that counts, so that a mechanism that does nothing fails.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from ml_abm.scenario import Scenario
from ml_abm.simulation import simulate
from tests.patterns.facts import NO_SUPPORT, RICH, STRUCTURED, TARGETED, trial

SEEDS = 8


def base(changes: dict[str, Any]) -> Scenario:
    """Return the base scenario, the 15-year scale-up of `Scenario()`, with some changes."""
    return Scenario().replace(changes)


def small(changes: dict[str, Any]) -> Scenario:
    """Return a trial of 60 schools with money without end, with some changes."""
    return trial(60, {"coaches_per_100_schools": 6}, changes)


@dataclass(frozen=True)
class Direction:
    """A claim: `changed` moves `outcome` at `month` up or down by at least `least`, against `before`."""

    claim: str
    mechanism: str
    source: str
    outcome: str
    way: Literal["up", "down"]
    changed: dict[str, Any]
    before: dict[str, Any] = field(default_factory=dict)
    setting: Any = base
    month: int = 83
    least: float = 0.01

    def values(self) -> tuple[float, float]:
        """Return the outcome before and after the change."""
        return (
            value(self.setting(self.before), self.outcome, self.month),
            value(self.setting({**self.before, **self.changed}), self.outcome, self.month),
        )

    def holds(self) -> bool:
        """Return whether the model agrees."""
        before, after = self.values()
        gain = after - before if self.way == "up" else before - after
        return gain >= self.least


def value(scenario: Scenario, outcome: str, month: int) -> float:
    """Return the mean of an outcome over `SEEDS` seeds at one month."""
    return _run(scenario.to_toml(), month, SEEDS)[outcome]


@cache
def _run(toml: str, month: int, seeds: int) -> dict[str, float]:
    import tomllib

    scenario = Scenario.from_values(tomllib.loads(toml))
    table = simulate(scenario, months=month + 1, seed=range(seeds), workers=2).system
    return {str(k): float(v) for k, v in table.xs(month, level="month").mean().items()}


def happens(month: int, what: str, **more: Any) -> dict[str, Any]:
    """Return an event of the timeline."""
    return {"month": month, "says": what, "happens": what, **more}


def changes(month: int, **values: Any) -> dict[str, Any]:
    """Return an event that sets parameters."""
    return {"month": month, "says": "parameters change", "set": values}


def funders(**changes_: Any) -> dict[str, Any]:
    """Return the default funders, each with some fields changed."""
    return {"funders": [{**f.model_dump(), **changes_} for f in Scenario().funders]}


def without(*names: str) -> dict[str, Any]:
    """Return the default funders but some."""
    return {"funders": [f.model_dump() for f in Scenario().funders if f.name not in names]}


LOST_CHAMPIONS = [happens(48, "champion leaves"), happens(48, "champion leaves", level="district")]
NO_NEW_CHAMPIONS = {"recruitment_of_champions": 0, "champion_tenure": 600}
SEED = "Robinson & Winthrop 2016"

DIRECTIONS = [
    # burden
    Direction("Tools that give hours back raise effective coverage", "workload: tools", SEED, "effective_coverage", "up", {"tool_hours": 3}),
    Direction("More added hours lower effective coverage", "workload", SEED, "effective_coverage", "down", {"added_hours": 6}),
    Direction("Less extra work lowers strain, with the forms as they are", "strain: paperwork", "Hakanen et al. 2006", "strain", "down", {"added_hours": 0}, setting=small, month=36, least=0.003),
    Direction("Less extra work raises effective coverage, with the forms as they are", "workload", SEED, "effective_coverage", "up", {"added_hours": 0}, {"added_hours": 2, "reporting_hours": 1}),
    Direction("Paperwork raises strain", "strain: paperwork", "Crawford et al. 2010", "strain", "up", {"reporting_hours": 4}, setting=small, month=36),
    Direction("Paperwork lowers fidelity", "workload: reporting", "Muralidharan & Singh 2020", "fidelity", "down", {"reporting_hours": 4}, setting=small, month=36),
    Direction("Helpers from the community raise effective coverage", "workload: community hours", SEED, "effective_coverage", "up", {"community_mobilisation": 1}),
    Direction("Without organised helpers effective coverage falls", "community", SEED, "effective_coverage", "down", {"community_mobilisation": 0}),
    Direction("Helpers fade when nobody organises them", "community: decay", "volunteer attrition", "community_support", "down", {"timeline": [changes(36, community_mobilisation=0)]}),
    Direction("Relief that becomes rest lowers strain", "workload: rest share", "Duflo, Dupas & Kremer 2015", "strain", "down", {"rest_share": 1}, {"rest_share": 0, "community_mobilisation": 1, "weekly_hours": 46}, small, 36, 0.003),
    Direction("Relief that becomes rest leaves less time for it", "workload: time factor", "Duflo, Dupas & Kremer 2015", "dosage", "down", {"rest_share": 1}, {"rest_share": 0, "community_mobilisation": 1, "weekly_hours": 44}, small, 36),
    Direction("Longer weeks raise strain", "strain: overload", "Hakanen et al. 2006", "strain", "up", {"weekly_hours": 48}, setting=small, month=36),
    Direction("Support lowers strain", "strain: support", "Crawford et al. 2010", "strain", "down", {"coaches_per_100_schools": 10}, {"coaches_per_100_schools": 0}, small, 36),
    Direction("Strain drives teachers out: more posts change hands", "turnover", "Madigan & Kim 2021", "lost_left", "up", {"teacher_attrition": 0.25}, setting=small, month=36),
    Direction("Exhausted teachers leave more: fewer stay among the strained", "turnover: ratio", "Madigan & Kim 2021", "strain", "down", {"turnover_ratio": 3}, {"teacher_attrition": 0.3, "weekly_hours_spread": 15}, small, 36, 0.002),
    # training, coaching, practice
    Direction("Coaching raises fidelity", "skill: coaching", "Kraft et al. 2018", "fidelity", "up", {"coaches_per_100_schools": 10}, {"coaches_per_100_schools": 0}, small, 24),
    Direction("Longer courses raise skill", "skill: training", "Cilliers et al. 2020", "skill", "up", {"training_days": 10}, {"training_days": 2}, small, 6),
    Direction("Skilled colleagues raise skill", "skill: peers", "Papay et al. 2020", "skill", "up", {"skill_of_peers": 0.3}, {"skill_of_peers": 0}, small, 36, 0.002),
    Direction("Practice raises skill", "skill: practice", "model", "skill", "up", {"skill_of_practice": 0.1}, {"skill_of_practice": 0}, small, 36),
    Direction("Unpractised skill decays", "skill: decay", "Cilliers et al. 2022", "skill", "down", {"skill_decay": 0.1}, {"skill_decay": 0}, small, 36),
    Direction("Rotation between grades costs skill", "skill: grade rotation", "evidence table (mark C)", "skill", "down", {"grade_rotation": 0.6}, {"grade_rotation": 0}, small, 36),
    Direction("Refresher courses train newcomers", "skill: refreshers", "model", "lost_left", "down", {"refresher_rate": 0.9}, {"refresher_rate": 0.05}, small, 36),
    Direction("A complex core is learnt more slowly", "skill: complexity", "model", "skill", "down", {"core_complexity": 1}, {"core_complexity": 0}, small, 12),
    Direction("Materials raise the dose", "practice: materials", "model", "dosage", "up", {"materials_supply": 1}, {"materials_supply": 0}, small, 24),
    Direction("Exhaustion lowers the dose", "practice: strain", "Ransford et al. 2009", "dosage", "down", {"dosage_lost_to_strain": 1}, {"dosage_lost_to_strain": 0}, small, 24),
    Direction("Commitment falls when support ends", "commitment: withdrawal", "Cilliers et al. 2022", "dosage", "down", {"withdrawal_shock": 1}, {"withdrawal_shock": 0, "timeline": [changes(24, coaches_per_100_schools=0)]}, small, 25),
    # adaptation
    Direction("A clear core keeps practice true when teachers adapt", "adaptation: core clarity", SEED, "core_drift", "down", {"core_clarity": 1}, {"core_clarity": 0, "adaptation_freedom": 1}, small, 48),
    Direction("Freedom with a clear core raises learning where contexts differ", "adaptation: peripheral", SEED, "learning_sd", "up", {"adaptation_freedom": 1}, {"adaptation_freedom": 0, "core_clarity": 1, "context_mismatch": 0.7, "policy_openness": 1}, small, 59, 0.003),
    Direction("Freedom with a vague core lets the core drift", "adaptation: core", SEED, "core_drift", "up", {"adaptation_freedom": 1}, {"adaptation_freedom": 0, "core_clarity": 0, "policy_openness": 1}, small, 48),
    Direction("Coaching repairs drift", "adaptation: repair", "model", "core_drift", "down", {"drift_repair": 0.5}, {"drift_repair": 0, "core_clarity": 0}, small, 48),
    Direction("A misfit of context lowers learning", "learning: mismatch", SEED, "learning_sd", "down", {"context_mismatch": 0.8}, {"context_mismatch": 0.1}, small, 36),
    # contagion and adoption
    Direction("What colleagues do spreads", "exposure", "Frank, Zhao & Borman 2004", "adoption", "up", {"adoption_of_peers": 4}, {"adoption_of_peers": 0}, small, 36),
    Direction("High thresholds slow the spread", "exposure: threshold", "Centola & Macy 2007", "adoption", "down", {"threshold_mean": 0.7}, {"threshold_mean": 0.2}, small, 36),
    Direction("Ties between schools carry it to schools without a programme", "exposure: ties", "Spillane et al. 2015", "adoption", "up", {"cross_ties": 5, "near_tie_share": 0}, {"cross_ties": 0, "awareness_of_activity": 0, "pilot_schools": 30, "target_share": 0.5, "adoption_base": -3}, small, 59),
    Direction("An idea spreads without a programme where colleagues tell", "awareness", SEED, "lost_not_reached", "down", {"awareness_of_activity": 0.3, "adoption_base": -3}, {"awareness_of_activity": 0, "pilot_schools": 30, "target_share": 0.5}, small, 59),
    Direction("Benefit that is seen wins teachers", "adoption: benefit", "Frank, Zhao & Borman 2004", "adoption", "up", {"adoption_of_benefit": 4}, {"adoption_of_benefit": 0}, small, 36),
    Direction("Principals who lead win teachers", "adoption: leadership", "Beg et al. 2023", "adoption", "up", {"principal_support": 0.9}, {"principal_support": 0.1}, small, 24),
    Direction("A mandate makes teachers begin", "adoption: mandate", "Piper et al. 2018", "adoption", "up", {"mandate": 1}, setting=small, month=12),
    Direction("What is in the rules is kept", "lapse: rules", "model", "lost_lapsed", "down", {"lapse_kept_by_rules": 4, "institutionalising": 0.5}, {"lapse_kept_by_rules": 0, "institutionalising": 0.5}, small, 59),
    Direction("New leaders end what is not in the rules", "lapse: leader turnover", "Kittelman et al. 2020", "lost_lapsed", "up", {"district_leader_turnover": 0.9}, {"district_leader_turnover": 0, "lapse_of_new_leader": 2, "school_exit_of_new_leader": 0}, small, 36),
    Direction("Principals' turnover makes leadership restart", "leadership: turnover", "Wing Institute", "leadership", "down", {"principal_turnover": 0.8}, {"principal_turnover": 0}, small, 36),
    # districts, capacity, delivery
    Direction("More capacity of government raises fidelity", "capacity", SEED, "fidelity", "up", {"government_capacity": 0.8}, {"government_capacity": 0.1, "government_delivery": 1}),
    Direction("Quality thins out with size", "capacity: dilution", "Kraft et al. 2018", "capacity", "down", {"dilution": 0.45}, {"dilution": 0.1}),
    Direction("Designed for scale from the outset, quality holds", "capacity: designed for scale", SEED, "fidelity", "up", {"designed_for_scale": 1}, {"designed_for_scale": 0}),
    Direction("Shared delivery beats a weak government alone", "capacity: partnership", SEED, "capacity", "up", {"government_delivery": 0.5}, {"government_delivery": 1}),
    Direction("Partners' skills rub off on district staff", "capacity: learning", SEED, "capacity", "up", {"capacity_learning": 0.05}, {"capacity_learning": 0, "government_delivery": 0.7}),
    Direction("Open policy brings districts in", "policy openness", SEED, "reach_districts", "up", {"policy_openness": 0.9}, {"policy_openness": 0.1}, month=11),
    Direction("Districts follow their peers", "district contagion", "Carlson 1965", "reach_districts", "up", {"joining_of_peers": 6}, {"joining_of_peers": 0, "district_recruitment": 0.05}, month=35),
    Direction("Trainers' capacity sets the pace", "programme: trainers", "Accelerated Schools 1992", "reach_schools", "up", {"training_capacity": 200, "capacity_growth": 3}, {"funders": [RICH], "district_recruitment": 0.9}, month=23),
    # leadership
    Direction("Without champions rules do not change", "champions: institutionalisation", SEED, "institutionalisation", "down", {"system_champions": 0, "district_champions": 0, "recruitment_of_champions": 0}),
    Direction("Champions lost early: institutionalisation stalls", "champions: loss", SEED, "institutionalisation", "down", {"timeline": LOST_CHAMPIONS}, NO_NEW_CHAMPIONS),
    Direction("Visible wins recruit new champions", "champions: recruitment", SEED, "champions", "up", {"recruitment_of_champions": 0.5}, {"recruitment_of_champions": 0}),
    Direction("Reform against a closed system spends capital", "champions: reform", "model", "political_capital", "down", {"policy_openness": 0}, {"policy_openness": 1, **NO_NEW_CHAMPIONS}, month=35),
    # money
    Direction("Middle money cut: effective coverage falls", "funding: middle gap", SEED, "effective_coverage", "down", without("Donor")),
    Direction("Middle money cut: fewer schools", "funding: middle gap", SEED, "reach_schools", "down", without("Donor")),
    Direction("Short grants leave gaps", "funding: horizon", SEED, "funding_gap", "up", funders(horizon_months=12, renewal_odds=0.2)),
    Direction("Patient money reaches further", "funding: horizon", SEED, "effective_coverage", "up", funders(horizon_months=0), funders(horizon_months=24, renewal_odds=0.3), month=119),
    Direction("Earmarked money starves coaching", "funding: flexible share", SEED, "coaching", "down", funders(flexible_share=0.2)),
    Direction("Earmarked money lowers effective coverage", "funding: flexible share", SEED, "effective_coverage", "down", funders(flexible_share=0.2)),
    Direction("Funders who ask for evidence that is not there stay away", "funding: evidence", SEED, "reach_schools", "down", funders(evidence_required=0.9)),
    Direction("Evidence gets grants renewed", "funding: renewal", SEED, "income", "up", {"renewal_of_evidence": 20}, {"renewal_of_evidence": 0, "effect_size": 0.8, "added_hours": 1, **funders(horizon_months=36, renewal_odds=0.2, evidence_required=0)}, month=83, least=1000.0),
    Direction("Government takes over what is in the rules", "funding: take-over", SEED, "government_share", "up", {"institutionalising": 0.3}, {"institutionalising": 0.01}, month=119),
    Direction("A fit with government processes speeds take-over", "institutionalisation: fit", "DellaVigna et al. 2024", "institutionalisation", "up", {"government_fit": 1}, {"government_fit": 0}),
    Direction("Without a government line, government pays nothing", "funding: take-over", SEED, "government_share", "down", without("Ministry of education"), month=119),
    Direction("Higher unit costs reach fewer schools", "cost", SEED, "reach_schools", "down", {"cost_coach": 1500, "cost_materials": 120}),
    Direction("Unit costs that fall with size reach further", "cost: elasticity", "Sandefur 2023", "reach_schools", "up", {"cost_elasticity": -0.4}, {"cost_elasticity": 0.1, "cost_coach": 1000}),
    Direction("Expensive parts cut late: effect collapses", "cost: expensive components", SEED, "learning_sd", "down", {"timeline": [changes(84, cut_expensive=1)]}, month=143),
    Direction("Expensive parts cut late: spending falls too", "cost: expensive components", SEED, "spending_materials", "down", {"timeline": [changes(24, cut_expensive=1)]}, {"funders": [RICH]}, month=47, least=100.0),
    # data
    Direction("No data: evidence stays away", "evidence: data quality", SEED, "evidence", "down", {"data_investment": 0}),
    Direction("No data: effective coverage falls", "evidence: observed benefit", SEED, "effective_coverage", "down", {"data_investment": 0}),
    Direction("No data: reports flatter", "evidence: report bias", "Ennett et al. 2011", "reported_fidelity", "up", {"report_bias": 0.8}, {"report_bias": 0, "data_investment": 0}),
    Direction("Data from the outset beat data from year 5", "evidence: data from the start", SEED, "effective_coverage", "up", {"timeline": [], "data_investment": 0.8}, {"data_investment": 0, "timeline": [changes(60, data_investment=0.8)]}),
    # design and ownership
    Direction("Participatory design raises ownership", "ownership: participation", SEED, "ownership", "up", {"participatory_design": 1}, {"participatory_design": 0}),
    Direction("Participatory design raises effective coverage", "participatory design", SEED, "effective_coverage", "up", {"participatory_design": 1}, {"participatory_design": 0}),
    Direction("Open policy raises ownership", "ownership: openness", SEED, "ownership", "up", {"policy_openness": 1}, {"policy_openness": 0}, small, 36),
    Direction("A heavy model from outside is left by more schools", "school exit", "Taylor 2006", "schools_left", "up", {**NO_SUPPORT, "added_hours": 6, "government_fit": 0, "participatory_design": 0}, setting=small, month=36),
    # the fifth question: innovate or execute
    Direction("Better execution lifts a good design", "design x execution", SEED, "learning_sd", "up", {"government_capacity": 0.9}, {**STRUCTURED, "government_capacity": 0.1, "government_delivery": 1}, small, 36),
    Direction("A better design lifts good execution", "design x execution", SEED, "learning_sd", "up", {"effect_size": 0.7}, {**TARGETED, "effect_size": 0.2, "government_capacity": 0.9}, small, 36),
]  # fmt: skip
