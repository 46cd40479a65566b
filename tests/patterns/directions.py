"""A direction test for every mechanism, every lever and every statement of the seed: one change, the same random seeds, which way does it go?

Each compares the mean over a few seeds of one outcome at one month, with and without the change. `least` is the
smallest change that counts, so that a mechanism that does nothing fails.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from ml_abm.scenario import Scenario
from ml_abm.simulation import simulate

RICH = {"name": "Trial", "stage": "system", "annual_budget": 1e9, "horizon_months": 0}

NO_SUPPORT = {"coaches_per_100_schools": 0, "community_mobilisation": 0, "data_investment": 0}
# Teaching at the right level by regular teachers: an hour a day, nothing taken off them (Ghana, India).
TARGETED = {
    "added_hours": 5,
    "reporting_hours": 0.5,
    "tool_hours": 0.3,
    "effect_size": 0.7,
    "core_complexity": 0.4,
    "government_delivery": 1,
}
# Daily lesson plans and materials that replace own preparation, asked for by the department (South Africa).
STRUCTURED = {
    "added_hours": 2.5,
    "reporting_hours": 0.3,
    "tool_hours": 2,
    "effect_size": 0.6,
    "core_complexity": 0.3,
    "government_delivery": 0.2,
    "mandate": 0.6,
    "refresher_rate": 2.3,
    "weekly_hours": 42,
}


def trial(schools: int, *designs: dict[str, Any], timeline: tuple[Any, ...] = (), **more: Any) -> Scenario:
    """Return a trial: all schools enrolled in month 0, money without end; later designs override earlier ones."""
    districts = max(1, schools // 20)
    values: dict[str, Any] = {
        "schools": schools,
        "districts": districts,
        "pilot_schools": schools,
        "pilot_districts": districts,
        "school_recruitment": 0,
        "district_recruitment": 0,
        "school_size_spread": 0.3,
        "design_months": 0,
        "funders": [RICH],
        "timeline": list(timeline),
        "months": 60,
    }
    for design in designs:
        values.update(design)
    return Scenario().replace({**values, **more})


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
    trace = simulate(scenario, months=month + 1, seed=range(seeds), workers=2)
    tables = [table.xs(month, level="month").mean() for table in (trace.system, trace.spread)]
    return {str(k): float(v) for table in tables for k, v in table.items()}


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


def more_money(factor: float) -> dict[str, Any]:
    """Return the default funders, each with so many times the money."""
    return {"funders": [{**f.model_dump(), "annual_budget": factor * f.annual_budget} for f in Scenario().funders]}


WITHDRAWN = {
    "coaches_per_100_schools": 0, "community_mobilisation": 0, "data_investment": 0, "materials_supply": 0, "refresher_rate": 0,
}  # fmt: skip
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
    Direction("Helpers who teach raise learning", "helpers: instruction", "Ganimian, Muralidharan & Walters 2024", "learning_sd", "up", {"helper_teaching": 0.5}, {"helper_teaching": 0, "community_mobilisation": 1}, small, 36),
    Direction("Helpers' teaching fades without support", "helpers: instruction", "volunteer attrition", "helper_instruction", "down", {"timeline": [changes(24, community_mobilisation=0)]}, {"helper_teaching": 0.5, "community_mobilisation": 1}, small, 60),
    Direction("More hours from each helper leave more time", "workload: community hours", SEED, "effective_coverage", "up", {"community_hours": 6}, {"community_hours": 0, "added_hours": 6, "weekly_hours": 46}, small, 36),
    Direction("The same effort does more where communities can do more", "community: capacity", SEED, "community_support", "up", {"community_capacity": 1}, {"community_capacity": 0.2}, small, 36, 0.1),
    Direction("Parents' oversight: less relief becomes rest", "workload: oversight", "Duflo, Dupas & Kremer 2015", "strain", "up", {"community_capacity": 1}, {"community_capacity": 0.2, "community_hours": 0, "support_of_community": 0, "tool_hours": 8, "weekly_hours": 46, "rest_share": 1}, small, 36, 0.002),
    Direction("Exhaustion carries part of the burden", "strain: load", "Crawford et al. 2010", "effective_coverage", "down", {"strain_of_load": 6}, {"strain_of_load": 0, "weekly_hours": 48}, small, 36),
    Direction("Helpers fade when no one organises them", "community: decay", "volunteer attrition", "community_support", "down", {"timeline": [changes(36, community_mobilisation=0)]}),
    Direction("Relief that becomes rest lowers strain", "workload: rest share", "Duflo, Dupas & Kremer 2015", "strain", "down", {"rest_share": 1}, {"rest_share": 0, "community_mobilisation": 0, "tool_hours": 15, "weekly_hours": 50}, small, 36, 0.003),
    Direction("Relief that becomes rest leaves less time for it", "workload: time factor", "Duflo, Dupas & Kremer 2015", "dosage", "down", {"rest_share": 1}, {"rest_share": 0, "community_mobilisation": 0, "tool_hours": 6, "added_hours": 8, "weekly_hours": 46}, small, 36),
    Direction("Longer weeks raise strain", "strain: overload", "Hakanen et al. 2006", "strain", "up", {"weekly_hours": 48}, setting=small, month=36),
    Direction("Support lowers strain", "strain: support", "Crawford et al. 2010", "strain", "down", {"coaches_per_100_schools": 10}, {"coaches_per_100_schools": 0}, small, 36),
    Direction("Strain drives teachers out: more posts change hands", "turnover", "Madigan & Kim 2021", "lost_left", "up", {"teacher_attrition": 0.25}, setting=small, month=36),
    Direction("Exhausted teachers leave more: fewer stay among the strained", "turnover: ratio", "Madigan & Kim 2021", "strain", "down", {"turnover_ratio": 3}, {"teacher_attrition": 0.3, "weekly_hours_spread": 15}, small, 36, 0.002),
    # training, coaching, practice
    Direction("Coaching raises fidelity", "skill: coaching", "Kraft et al. 2018", "fidelity", "up", {"coaches_per_100_schools": 10}, {"coaches_per_100_schools": 0}, small, 24),
    Direction("Longer courses raise skill", "skill: training", "Cilliers et al. 2020", "skill", "up", {"training_days": 10}, {"training_days": 2}, small, 6),
    Direction("Practice moves towards that of the colleagues one asks: the weakest come nearer", "skill: peers", "Jackson & Bruegmann 2009", "teacher_fidelity_p10", "up", {"skill_of_peers": 0.2}, {"skill_of_peers": 0}, small, 36),
    Direction("Weak teachers paired with strong ones learn from them", "skill: pairs", "Papay et al. 2020", "skill", "up", {"peer_pairs": 1}, {"peer_pairs": 0}, small, 24),
    Direction("Practice raises skill", "skill: practice", "model", "skill", "up", {"skill_of_practice": 0.1}, {"skill_of_practice": 0}, small, 36),
    Direction("Unpractised skill decays", "skill: decay", "Cilliers et al. 2022", "skill", "down", {"skill_decay": 0.1}, {"skill_decay": 0}, small, 36),
    Direction("Rotation between grades costs skill", "skill: grade rotation", "evidence table (mark C)", "skill", "down", {"grade_rotation": 0.6}, {"grade_rotation": 0}, small, 36),
    Direction("Refresher courses train newcomers", "skill: refreshers", "model", "lost_left", "down", {"refresher_rate": 2}, {"refresher_rate": 0.05}, small, 36),
    Direction("A complex core is learnt more slowly", "skill: complexity", "model", "skill", "down", {"core_complexity": 1}, {"core_complexity": 0}, small, 12),
    Direction("Materials raise the dose", "practice: materials", "model", "dosage", "up", {"materials_supply": 1}, {"materials_supply": 0}, small, 24),
    Direction("Exhaustion lowers the dose", "practice: strain", "Ransford et al. 2009", "dosage", "down", {"dosage_lost_to_strain": 1}, {"dosage_lost_to_strain": 0, "weekly_hours": 50, "coaches_per_100_schools": 0}, small, 24),
    Direction("Will falls when coaching ends", "commitment: support", "Cilliers et al. 2022", "commitment", "down", {"timeline": [changes(24, coaches_per_100_schools=0)]}, {"coaches_per_100_schools": 10}, small, 35),
    Direction("Practice falls when support ends", "lapse: support", "Cilliers et al. 2022", "effective_coverage", "down", {"timeline": [changes(24, coaches_per_100_schools=0, community_mobilisation=0)]}, {"coaches_per_100_schools": 10}, small, 47, 0.05),
    Direction("Long support leaves more behind than short: habit", "habit", "S15", "adoption", "up", {"timeline": [changes(60, **WITHDRAWN)]}, {"timeline": [changes(12, **WITHDRAWN)]}, small, 95),
    Direction("Without habit practice does not hold", "habit", "McIntosh et al. 2018", "adoption", "down", {"lapse_kept_by_habit": 0}, setting=small, month=36),
    Direction("Many try at once after a good course", "adoption: course", "S15", "adoption", "up", {"adoption_at_course": 5}, {"adoption_at_course": 0}, small, 1, 0.1),
    Direction("People differ in will: the tenth that delivers least is far from the middle", "commitment: willingness", "Ennett et al. 2011", "teacher_dosage_p10", "down", {"commitment_spread": 1.5}, {"commitment_spread": 0}, small, 24, 0.05),
    Direction("People differ in exhaustion", "strain: resilience", "Crawford et al. 2010", "teacher_strain_p90", "up", {"strain_spread": 1}, {"strain_spread": 0}, small, 24, 0.1),
    Direction("Terms differ: in any month some deliver less", "practice: passing variation", "Ringwalt et al. 2010", "teacher_dosage_p10", "down", {"passing_variation": 0.4}, {"passing_variation": 0}, small, 24),
    # adaptation
    Direction("A clear core keeps practice true when teachers adapt", "adaptation: core clarity", SEED, "core_drift", "down", {"core_clarity": 1}, {"core_clarity": 0, "adaptation_freedom": 1}, small, 48),
    Direction("Freedom with a clear core raises learning where contexts differ", "adaptation: peripheral", SEED, "learning_sd", "up", {"adaptation_freedom": 1}, {"adaptation_freedom": 0, "core_clarity": 1, "context_mismatch": 0.7, "policy_openness": 1}, small, 59, 0.003),
    Direction("Freedom with a vague core lets the core drift", "adaptation: core", SEED, "core_drift", "up", {"adaptation_freedom": 1}, {"adaptation_freedom": 0, "core_clarity": 0, "policy_openness": 1}, small, 48),
    Direction("Data show what has to stay: the core drifts less", "adaptation: data and clarity", SEED, "core_drift", "down", {"data_investment": 1}, {"data_investment": 0, "core_clarity": 0, "adaptation_freedom": 1, "policy_openness": 1, "coaches_per_100_schools": 0}, small, 48),
    Direction("Skilled teachers keep the core when they change things", "adaptation: skill", "Quinn & Kim 2017", "core_drift", "down", {"training_days": 10}, {"training_days": 1, "core_clarity": 0, "adaptation_freedom": 1, "policy_openness": 1, "coaches_per_100_schools": 0}, small, 36),
    Direction("Freedom with a vague core costs fidelity", "adaptation: core", SEED, "fidelity", "down", {"adaptation_freedom": 1}, {"adaptation_freedom": 0, "core_clarity": 0, "policy_openness": 1, "coaches_per_100_schools": 0, "data_investment": 0}, small, 59),
    Direction("What does not fit is done with less will", "commitment: misfit", "Castro, Barrera & Martinez 2004", "commitment", "down", {"commitment_lost_to_misfit": 2}, {"commitment_lost_to_misfit": 0, "context_mismatch": 0.6}, small, 36),
    Direction("Rigidity costs where contexts differ", "adaptation: peripheral", SEED, "effective_coverage", "down", {"adaptation_freedom": 0}, {"adaptation_freedom": 1, "core_clarity": 1, "context_mismatch": 0.7, "policy_openness": 1}, small, 59),
    Direction("Coaching repairs drift", "adaptation: repair", "model", "core_drift", "down", {"drift_repair": 0.5}, {"drift_repair": 0, "core_clarity": 0}, small, 48),
    Direction("A misfit of context lowers learning", "learning: mismatch", SEED, "learning_sd", "down", {"context_mismatch": 0.8}, {"context_mismatch": 0.1}, small, 36),
    # contagion and adoption
    Direction("What colleagues do spreads", "exposure", "Frank, Zhao & Borman 2004", "adoption", "up", {"adoption_of_peers": 4}, {"adoption_of_peers": 0}, small, 36),
    Direction("High thresholds slow the spread", "exposure: threshold", "Centola & Macy 2007", "adoption", "down", {"threshold_mean": 0.7}, {"threshold_mean": 0.2}, small, 36),
    Direction("Ties between schools carry it to schools without a programme", "exposure: ties", "Spillane et al. 2015", "adoption", "up", {"cross_ties": 5, "near_tie_share": 0}, {"cross_ties": 0, "pilot_schools": 30, "target_share": 0.5, "adoption_base": -3}, small, 59),
    Direction("Without advice nothing spreads inside schools", "exposure: advice ties", "Pitts & Spillane 2009", "adoption", "down", {"advice_ties": 0, "cross_ties": 0}, setting=small, month=36),
    Direction("Adopting schools nearby keep others in", "lapse and exit: the district's users", "McIntosh et al. 2018", "adoption", "up", {"lapse_kept_by_peers": 2}, {"lapse_kept_by_peers": 0, "coaches_per_100_schools": 0}, small, 48),
    Direction("An idea spreads without a programme where colleagues tell", "awareness", SEED, "lost_not_reached", "down", {"awareness_of_exposure": 0.5}, {"awareness_of_exposure": 0, "adoption_base": -3, "cross_ties": 3, "pilot_schools": 30, "target_share": 0.5}, small, 59),
    Direction("Benefit that is seen wins teachers", "adoption: benefit", "Frank, Zhao & Borman 2004", "adoption", "up", {"adoption_of_benefit": 4}, {"adoption_of_benefit": 0}, small, 36),
    Direction("Principals who lead win teachers", "adoption: leadership", "Beg et al. 2023", "adoption", "up", {"principal_support": 0.9}, {"principal_support": 0.1}, small, 24),
    Direction("A mandate makes teachers begin", "adoption: mandate", "Piper et al. 2018", "adoption", "up", {"mandate": 1}, setting=small, month=12),
    Direction("What is in the rules is kept", "lapse: rules", "model", "lost_lapsed", "down", {"lapse_kept_by_rules": 4, "institutionalising": 0.5}, {"lapse_kept_by_rules": 0, "institutionalising": 0.5, "coaches_per_100_schools": 0}, small, 59),
    Direction("New leaders end what is not in the rules", "lapse: leader turnover", "Kittelman et al. 2020", "lost_lapsed", "up", {"district_leader_turnover": 0.9}, {"district_leader_turnover": 0, "lapse_of_new_leader": 2, "new_leader_reopens": 0}, small, 36),
    Direction("Principals' turnover makes leadership restart", "leadership: turnover", "Wing Institute", "leadership", "down", {"principal_turnover": 0.8}, {"principal_turnover": 0}, small, 36),
    # districts, capacity, delivery
    Direction("More capacity of government raises fidelity", "capacity", SEED, "fidelity", "up", {"government_capacity": 0.8}, {"government_capacity": 0.1, "government_delivery": 1}),
    Direction("Quality thins out with size", "capacity: dilution", "Kraft et al. 2018", "capacity", "down", {"dilution": 0.45}, {"dilution": 0.1}),
    Direction("Designed for scale from the outset, quality holds", "capacity: designed for scale", SEED, "fidelity", "up", {"designed_for_scale": 1}, {"designed_for_scale": 0}),
    Direction("Shared delivery beats a weak government alone", "capacity: partnership", SEED, "capacity", "up", {"government_delivery": 0.5}, {"government_delivery": 1}),
    Direction("Partners' skills rub off on district staff", "capacity: learning", SEED, "capacity", "up", {"capacity_learning": 0.05}, {"capacity_learning": 0, "government_delivery": 0.7}),
    Direction("Open policy brings districts in", "policy openness", SEED, "reach_districts", "up", {"policy_openness": 0.9}, {"policy_openness": 0.1}, month=11),
    Direction("Districts follow their peers", "district contagion", "Carlson 1965", "reach_districts", "up", {"joining_of_peers": 6}, {"joining_of_peers": 0, "district_recruitment": 0.05}, month=35),
    Direction("A hard ask keeps districts out", "joining: burden", "S15", "reach_districts", "down", {"added_hours": 8}, {"added_hours": 1}, month=24),
    Direction("A hard ask keeps schools out", "joining: burden", "S15", "reach_schools", "down", {"joining_lost_to_burden": 20}, {"joining_lost_to_burden": 0, "added_hours": 6}, month=60),
    Direction("What fits government is joined", "joining: fit", "DellaVigna et al. 2024", "reach_districts", "up", {"government_fit": 0.9}, {"government_fit": 0.1}, month=24),
    Direction("Recruitment brings districts", "joining: recruitment", "model", "reach_districts", "up", {"district_recruitment": 0.6}, {"district_recruitment": 0.05}, month=24),
    Direction("Recruitment brings schools", "enrolling: recruitment", "model", "reach_schools", "up", {"school_recruitment": 0.8}, {"school_recruitment": 0.05, "funders": [RICH]}, month=36),
    Direction("Growth levels off below everyone", "enrolling: some never join", "S10", "reach_schools", "down", {"never_join": 0.4}, {"never_join": 0, "funders": [RICH]}, month=119, least=0.2),
    Direction("An order reaches also those who would never join", "enrolling: mandate", "Piper et al. 2018", "reach_schools", "up", {"mandate": 1}, {"mandate": 0, "never_join": 0.4, "funders": [RICH]}, month=59),
    Direction("A cascade reaches schools that trainers cannot", "programme: cascade", "Banerjee et al. 2016", "reach_schools", "up", {"cascade": 1}, {"mandate": 1, "funders": [RICH], "training_capacity": 20, "capacity_growth": 0.2}, month=35, least=0.2),
    Direction("at a price in quality", "programme: cascade", "Banerjee et al. 2016", "fidelity", "down", {"cascade_loss": 0.9}, {"cascade_loss": 0, "cascade": 1, "mandate": 1, "funders": [RICH]}, month=24),
    Direction("A wider aim reaches more", "programme: target", "model", "reach_schools", "up", {"target_share": 1}, {"target_share": 0.3}, month=119, least=0.1),
    Direction("A larger pilot is ahead", "programme: pilot", "model", "reach_schools", "up", {"pilot_schools": 60}, {"pilot_schools": 10}, month=12),
    Direction("A pilot in more districts is ahead in districts", "programme: pilot", "model", "reach_districts", "up", {"pilot_districts": 5}, month=12, least=0.1),
    Direction("A later start is behind", "programme: start", "model", "reach_schools", "down", {"start_month": 36}, month=59),
    Direction("Growth of trainers sets the pace", "programme: trainers", "Accelerated Schools 1992", "reach_schools", "up", {"capacity_growth": 3}, {"capacity_growth": 0.1, "funders": [RICH], "district_recruitment": 0.9, "school_recruitment": 0.9}, month=48),
    Direction("A long reserve slows growth", "programme: reserve", "model", "reach_schools", "down", {"reserve_months": 60}, {"reserve_months": 3}, month=60, least=0.005),
    Direction("Support, staff and use hold schools; when all support ends they drop off the list", "school exit: disuse and money", "Taylor 2006", "reach_schools", "down", {"timeline": [changes(60, **WITHDRAWN), changes(60, target_share=0)]}, {}, small, 179, 0.3),
    Direction("Unpaid programmes lose schools", "school exit: money", "Taylor 2006", "schools_left", "up", {"school_exit_of_unpaid": 4}, {"school_exit_of_unpaid": 0, "funders": [{**RICH, "annual_budget": 40_000}]}, small, 36),
    Direction("New leaders bring schools back too", "enrolling: returns", "Kittelman et al. 2020", "schools_left", "down", {"welcome_back": 1}, {"welcome_back": 0, "school_exit_base": -2.5, "school_recruitment": 0.5, "district_leader_turnover": 0.5}, small, 48),
    Direction("Who is sought first: aiming at the disadvantaged closes the gap", "equity: aim", "S13", "reach_gap", "down", {"aim_at_disadvantaged": 2}, {"aim_at_disadvantaged": -2}, month=48, least=0.1),
    Direction("Turnover takes most from the disadvantaged", "equity: turnover", "Carver-Thomas & Darling-Hammond 2017", "equity_gap", "up", {"turnover_of_disadvantage": 0.9}, {"turnover_of_disadvantage": 0, "teacher_attrition": 0.25}, small, 48, 0.003),
    Direction("Poor communities can do less", "equity: community", "S13", "equity_gap", "up", {"community_lost_to_disadvantage": 1}, {"community_lost_to_disadvantage": 0, "community_mobilisation": 1, "community_hours": 6}, small, 48, 0.003),
    Direction("Remote schools get less coaching", "equity: remoteness", "S13", "equity_gap", "up", {"coaching_lost_to_remoteness": 1}, {"coaching_lost_to_remoteness": 0}, small, 48, 0.003),
    Direction("Trainers' capacity sets the pace", "programme: trainers", "Accelerated Schools 1992", "reach_schools", "up", {"training_capacity": 200, "capacity_growth": 3}, {"funders": [RICH], "district_recruitment": 0.9, "school_recruitment": 0.9}, month=23),
    # leadership
    Direction("Champions with more capital move rules", "champions: capital", SEED, "institutionalisation", "up", {"champion_capital": 0.9}, {"champion_capital": 0.1}, month=59, least=0.005),
    Direction("More champions in districts, more rules", "champions: districts", SEED, "institutionalisation", "up", {"district_champions": 1}, {"district_champions": 0, "system_champions": 0}, month=59, least=0.005),
    Direction("A champion at the top is felt everywhere", "champions: system", SEED, "political_capital", "up", {"system_champions": 2}, {"system_champions": 0}, month=24),
    Direction("Without champions rules do not change", "champions: institutionalisation", SEED, "institutionalisation", "down", {"system_champions": 0, "district_champions": 0, "recruitment_of_champions": 0}),
    Direction("Champions lost early: institutionalisation stalls", "champions: loss", SEED, "institutionalisation", "down", {"timeline": LOST_CHAMPIONS}, NO_NEW_CHAMPIONS),
    Direction("Visible wins recruit new champions", "champions: recruitment", SEED, "champions", "up", {"recruitment_of_champions": 0.5}, {"recruitment_of_champions": 0}),
    # money
    Direction("Middle money cut: effective coverage falls", "funding: middle gap", SEED, "effective_coverage", "down", without("Donor")),
    Direction("Middle money cut: fewer schools", "funding: middle gap", SEED, "reach_schools", "down", without("Donor")),
    Direction("Short grants leave gaps", "funding: horizon", SEED, "funding_gap", "up", funders(horizon_months=12, renewal_odds=0.2)),
    Direction("Patient money reaches further", "funding: horizon", SEED, "effective_coverage", "up", funders(horizon_months=0), funders(horizon_months=24, renewal_odds=0.3), month=119),
    Direction("Unspent money lapses: what may be kept carries a programme on", "funding: lapse", "S8", "reach_schools", "up", funders(carry_over=1), funders(carry_over=0), month=119, least=0.005),
    Direction("More money reaches further", "funding: money", "S8", "reach_schools", "up", more_money(4), month=60, least=0.03),
    Direction("Money buys trainers", "funding: trainers", "S8", "reach_schools", "up", {"trainers_bought": 3}, {"trainers_bought": 0, "funders": [RICH], "capacity_growth": 0.3}, month=48),
    Direction("Fit brings grants", "funding: fit", "DellaVigna et al. 2024", "income", "up", {"government_fit": 0.9}, {"government_fit": 0.1, "joining_of_fit": 0, "institutionalising": 0}, month=100, least=1000.0),
    Direction("Pay by results pays less while results are few", "funding: results", "S14", "income", "down", funders(by_results=1), month=24, least=1000.0),
    Direction("and flattering reports pay: data quality has a price", "funding: results", "Ennett et al. 2011", "income", "up", {"report_bias": 0.8}, {"report_bias": 0, "data_investment": 0, "funders": [{**RICH, "by_results": 1, "annual_budget": 1e6}]}, small, 24, 1000.0),
    Direction("Late money: a later first month", "funding: first month", "model", "income", "down", funders(first_month=60), month=48, least=1000.0),
    Direction("Renewal keeps money coming", "funding: renewal", "model", "income", "up", funders(renewal_odds=0.9, horizon_months=36), funders(renewal_odds=0.1, horizon_months=36), month=83, least=1000.0),
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
    Direction("Cut later, more is kept for longer", "cost: expensive components", SEED, "learning_sd", "up", {"cut_month": 120}, {"cut_month": 12, "cut_expensive": 1}, month=96),
    Direction("Expensive parts cut from the start: less is learnt", "cost: expensive components", "Kerwin & Thornton", "learning_sd", "down", {"cut_expensive": 1}, setting=small, month=36),
    Direction("What pupils gain fades: leavers have less", "learning: fade-out", "contested", "learning_leavers", "down", {"fade_out": 0.6}, {"fade_out": 0}, small, 59, 0.05),
    Direction("Expensive parts cut late: spending falls too", "cost: expensive components", SEED, "spending_materials", "down", {"timeline": [changes(24, cut_expensive=1)]}, {"funders": [RICH]}, month=47, least=100.0),
    # data
    Direction("No data: evidence stays away", "evidence: data quality", SEED, "evidence", "down", {"data_investment": 0}),
    Direction("No data: effective coverage falls", "evidence: observed benefit", SEED, "effective_coverage", "down", {"data_investment": 0}),
    Direction("No data: reports flatter", "evidence: report bias", "Ennett et al. 2011", "reported_fidelity", "up", {"report_bias": 0.8}, {"report_bias": 0, "data_investment": 0}),
    Direction("Data from the outset beat data from year 5", "evidence: data from the start", SEED, "effective_coverage", "up", {"timeline": [], "data_investment": 0.8}, {"data_investment": 0, "timeline": [changes(60, data_investment=0.8)]}),
    # design and ownership
    Direction("Participatory design raises ownership", "ownership: participation", SEED, "ownership", "up", {"participatory_design": 1}, {"participatory_design": 0}),
    Direction("Participation takes months before anything begins", "participation: delay", "Lee & Min 2017", "reach_schools", "down", {"participatory_design": 1}, {"participatory_design": 0}, month=20, least=0.005),
    Direction("Its design months are a lever: begun early, it reaches more by year 2", "participation: delay", "Lee & Min 2017", "reach_schools", "up", {"design_months": 0}, {"design_months": 24, "participatory_design": 1}, month=24, least=0.005),
    Direction("Participatory design pays in the long run", "participation: revision and ownership", "Lee & Min 2017; SEED", "effective_coverage", "up", {"participatory_design": 1}, {"participatory_design": 0, "design_months": 0}, small, 59),
    Direction("Rounds of revision make it fit", "participation: revision", SEED, "learning_sd", "up", {"revision_speed": 0.1}, {"revision_speed": 0, "participatory_design": 1, "context_mismatch": 0.7}, small, 48),
    Direction("A heavy model from outside is left by more schools", "school exit", "Taylor 2006", "schools_left", "up", {**NO_SUPPORT, "added_hours": 6, "government_fit": 0, "participatory_design": 0}, setting=small, month=36),
    # the fifth question: innovate or execute
    Direction("Better execution lifts a good design", "design x execution", SEED, "learning_sd", "up", {"government_capacity": 0.9}, {**STRUCTURED, "government_capacity": 0.1, "government_delivery": 1}, small, 36),
    Direction("A better design lifts good execution", "design x execution", SEED, "learning_sd", "up", {"effect_size": 0.7}, {**TARGETED, "effect_size": 0.2, "government_capacity": 0.9}, small, 36),
]  # fmt: skip
