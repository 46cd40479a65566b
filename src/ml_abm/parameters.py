"""Every number of the model, declared once: default, range, unit, role, evidence and one sentence for a person.

A declaration feeds the scenario files, the command line, the docs, the sliders, the priors and the kernels.
Roles: a *lever* is what a programme, ministry or funder can decide; an *uncertainty* is not known well; a
*constant* describes the place or is a definition.
Marks: A seen in a source text, B secondary, C from memory, D derived, assumed or tuned to the patterns of
`docs/patterns.md`. `evidence` names the row of the evidence table (`evidence/parameters.csv`) whose range holds the default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import expm1, log, log1p
from types import EllipsisType
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

Role = Literal["lever", "uncertainty", "constant"]


@dataclass(frozen=True)
class About:
    """What is declared about one parameter. `scale` turns a value of the evidence table into this unit."""

    section: str
    name: str
    default: float
    low: float
    high: float
    unit: str
    role: Role
    mark: str
    source: str
    sentence: str
    evidence: str = ""
    scale: float = 1.0
    whole: bool = False

    @property
    def dotted(self) -> str:
        """The name in scenario files and on the command line, such as ``innovation.tool_hours``."""
        return f"{self.section}.{self.name}"

    def row(self, name: str) -> list[str]:
        """Return the cells of a row of a table of parameters, under `ROW`."""
        digits = ".10g" if self.unit == "year" else ",.10g"
        numbers = [f"{self.default:{digits}}", f"{self.low:{digits}} to {self.high:{digits}}"]
        return [name, self.sentence, *numbers, self.unit, self.role, self.mark, self.source]


ROW = ("parameter", "what it is", "default", "range", "unit", "role", "mark", "source")

TUNED = "tuned to trials: docs/patterns.md"
ASSUMED = "assumed"


def number(
    default: float | EllipsisType,
    low: float,
    high: float,
    unit: str,
    role: Role,
    mark: str,
    source: str,
    sentence: str,
    evidence: str = "",
    scale: float = 1.0,
) -> Any:
    """Declare a parameter; see `About` for the words. A default of ``...`` has to be given."""
    about: dict[str, Any] = {"unit": unit, "role": role, "mark": mark, "source": source, "evidence": evidence, "scale": scale}
    return Field(default, ge=low, le=high, description=sentence, json_schema_extra=about, allow_inf_nan=False)


class Section(BaseModel):
    """A frozen group of parameters; unknown keys and wrong types are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)


class Setting(Section):
    """The school system: its size, its people, its weeks."""

    districts: int = number(10, 1, 100_000, "districts", "constant", "D", ASSUMED, "Districts in the system.")
    schools: int = number(500, 1, 20_000_000, "schools", "constant", "D", ASSUMED, "Schools in the system.")
    teachers_per_school: float = number(8.0, 1, 500, "teachers", "constant", "D", "UDISE+ 2021-22: 6.4 in India", "Mean number of teachers in a school.", "india_teachers_per_school")
    school_size_spread: float = number(0.5, 0, 1.5, "log sd", "constant", "D", ASSUMED, "Spread of school sizes (lognormal); 0 makes all schools alike.")
    pupils_per_teacher: float = number(40.0, 1, 200, "pupils", "constant", "B", "KNBS: 40 in Kenya", "Pupils per teacher.", "kenya_PTR")
    start_year: float = number(2020.0, 1800, 2200, "year", "constant", "D", ASSUMED, "Calendar year of month 0.")
    advice_ties: float = number(3.56, 0, 20, "ties", "uncertainty", "A", "Pitts & Spillane 2009", "Colleagues of the own school that a teacher asks for advice, on average; in schools of up to 5 teachers all.", "degree_within")
    cross_ties: float = number(0.3, 0, 20, "ties", "uncertainty", "C", "Spillane, Hopkins & Sweet 2015", "Teachers of other schools that a teacher looks to, on average.", "degree_between")
    near_tie_share: float = number(0.8, 0, 1, "share", "uncertainty", "D", ASSUMED, "Share of those ties that stay in the district.")
    tie_clustering: float = number(0.25, 0, 0.8, "share", "uncertainty", "D", "assumed, within the 0.21 to 0.39 of the four real networks of the package", "Share of paths of two ties that are closed; for networks other than hierarchical.")
    tie_homophily: float = number(0.4, 0, 0.95, "correlation", "uncertainty", "D", "odds ratio 6 for the same grade or subject: Spillane, Kim & Frank 2012", "How alike tied teachers are in experience, subject or place; for a homophilous network.")
    subjects: int = number(8, 1, 100, "subjects", "constant", "D", ASSUMED, "Subjects that teachers are of, evenly; for a homophilous network.")
    district_ties: float = number(4.0, 0, 50, "ties", "uncertainty", "D", "about the mean of classic diffusion surveys", "Other districts that a district looks to, on average.", "degree_check_other_fields")
    weekly_hours: float = number(43.0, 10, 80, "h/week", "uncertainty", "C", "OECD TALIS 2018: 38.3", "Mean workload before the innovation.", "hours_week_oecd")
    weekly_hours_spread: float = number(8.0, 0, 20, "h/week", "uncertainty", "C", "assumed; the evidence table suggests a sd of 8", "Half-range of workloads around the mean.")
    teacher_attrition: float = number(0.10, 0, 0.6, "per year", "uncertainty", "A", "UNESCO/TTF 2023-24: 4.6-9.1%; NCES 2024-039: 16%", "Teachers who leave their school in a year.")
    principal_turnover: float = number(0.20, 0, 0.9, "per year", "uncertainty", "A", "Wing Institute on NCES PFS", "Principals who leave their school in a year.", "principal_turnover", 0.01)
    district_leader_turnover: float = number(0.17, 0, 0.9, "per year", "uncertainty", "A", "Grissom & Andersen 2012: 43% in 3 years", "District leaders who leave in a year.")
    grade_rotation: float = number(0.20, 0, 0.9, "per year", "uncertainty", "C", "practice knowledge of early-grade programmes", "Teachers moved to another grade in a year.", "grade_rotation", 0.01)
    context_mismatch: float = number(0.30, 0, 1, "share", "uncertainty", "D", ASSUMED, "How badly the design fits an average school.")
    context_spread: float = number(0.25, 0, 1, "share", "uncertainty", "D", ASSUMED, "How much contexts differ between schools.")
    government_capacity: float = number(0.45, 0, 1, "share", "uncertainty", "D", ASSUMED, "What district staff can deliver by themselves.")
    capacity_spread: float = number(0.15, 0, 1, "share", "uncertainty", "D", ASSUMED, "How much that differs between districts.")
    policy_openness: float = number(0.5, 0, 1, "share", "lever", "D", "Robinson & Winthrop 2016: open to new ideas", "Openness of policy and officials to new approaches.")
    openness_spread: float = number(0.25, 0, 1, "share", "uncertainty", "D", ASSUMED, "How much openness differs between district leaders.")
    principal_support: float = number(0.35, 0, 1, "share", "uncertainty", "D", ASSUMED, "Support by an average principal before anything happens.")
    principal_spread: float = number(0.3, 0, 1, "share", "uncertainty", "D", ASSUMED, "How much principals differ.")
    community_capacity: float = number(0.8, 0, 1, "share", "uncertainty", "D", ASSUMED, "What a fully organised community can do: its standing and schooling.")
    disadvantage_spread: float = number(1.0, 0, 1, "share", "uncertainty", "D", ASSUMED, "How much schools differ in disadvantage and remoteness; 1 spreads them evenly over 0 to 1.")
    never_join: float = number(0.05, 0, 1, "share", "uncertainty", "D", ASSUMED, "Share of schools that never join unless it is ordered.")


class Innovation(Section):
    """The design card: what is to be practised, what it asks and what it gives."""

    effect_size: float = number(0.4, 0, 2, "SD/year", "uncertainty", "A", "Angrist & Meager 2023: 0.07-0.85", "Learning gain at full fidelity.", "tarl_effect_range")
    added_hours: float = number(3.0, 0, 40, "h/week", "lever", "C", "programme design documents", "Hours a week that using it adds for an unskilled teacher.", "added_hours_programme")
    reporting_hours: float = number(0.5, 0, 20, "h/week", "lever", "D", ASSUMED, "Hours a week of forms and reports that come with it.")
    tool_hours: float = number(0.5, 0, 20, "h/week", "lever", "A", "Roy et al. 2024: 25 min a week", "Hours a week that its tools and ready materials give back.", "tool_time_saving_min", 1 / 60)
    community_hours: float = number(3.0, 0, 20, "h/week", "lever", "C", "design variable", "Hours a week that fully mobilised community helpers take off a teacher.", "volunteer_hours")
    helper_teaching: float = number(0.1, 0, 1, "share", "lever", "D", "Ganimian, Muralidharan & Walters 2024", "Share of the instruction that fully organised and trained community helpers give.")
    core_complexity: float = number(0.5, 0, 1, "share", "lever", "D", ASSUMED, "How hard the core is to learn.")
    core_clarity: float = number(0.6, 0, 1, "share", "lever", "D", "Robinson & Winthrop 2016: know your core", "How clearly the core is marked off from what may change.")
    participatory_design: float = number(0.5, 0, 1, "share", "lever", "D", "Robinson & Winthrop 2016", "How far teachers and communities took part in designing it.")
    design_months: int = number(12, 0, 120, "months", "lever", "D", "Lee & Min 2017: participation costs before it pays", "Months of joint design that come before the pilot at full participation; 0 where they were before month 0.")
    designed_for_scale: float = number(0.5, 0, 1, "share", "lever", "D", "Robinson & Winthrop 2016", "How far it was designed for scale from the outset.")
    government_fit: float = number(0.5, 0, 1, "share", "lever", "A", "DellaVigna, Kim & Linos 2024", "How well it fits existing government processes.")
    expensive_cost_share: float = number(0.4, 0, 0.95, "share", "uncertainty", "D", ASSUMED, "Share of variable cost in its expensive components.")
    expensive_effect_share: float = number(0.4, 0, 0.95, "share", "uncertainty", "D", ASSUMED, "Share of effect in its expensive components.")
    cost_fixed: float = number(60_000, 0, 1e10, "USD/year", "constant", "D", "with cost_management: half of all costs in Byrne et al. 2023, elasticity of Sandefur 2023", "Management and coordination in a year, whatever the size.")
    cost_management: float = number(200, 0, 1e6, "USD/school/year", "constant", "D", "with cost_fixed: half of all costs in Byrne et al. 2023, elasticity of Sandefur 2023", "Management and coordination of one more school for one year.")
    cost_training: float = number(45, 0, 1e6, "USD/teacher", "constant", "D", "half the cost of coaching: Byrne et al. 2023", "A five-day course for one teacher.")
    cost_coach: float = number(500, 0, 1e6, "USD/month", "constant", "C", ASSUMED, "One coach for one month, with travel.")
    cost_materials: float = number(30, 0, 1e6, "USD/teacher/year", "constant", "C", ASSUMED, "Materials and tools for one teacher for one year.")
    cost_community: float = number(150, 0, 1e6, "USD/school/year", "constant", "C", ASSUMED, "Organising community helpers around one school for one year.")
    cost_data: float = number(60, 0, 1e6, "USD/school/year", "constant", "C", ASSUMED, "Measuring practice and learning in one school for one year.")


class Plan(Section):
    """The programme: how it is delivered."""

    start_month: int = number(0, 0, 1200, "month", "lever", "D", ASSUMED, "Month in which the programme begins.")
    pilot_schools: int = number(20, 0, 20_000_000, "schools", "lever", "D", ASSUMED, "Schools of the pilot, enrolled at the start.")
    pilot_districts: int = number(1, 0, 100_000, "districts", "lever", "D", ASSUMED, "Districts that the pilot is in.")
    target_share: float = number(1.0, 0, 1, "share", "lever", "D", ASSUMED, "Share of all schools that the programme aims for.")
    aim_at_disadvantaged: float = number(0.0, -3, 3, "log-hazard", "lever", "D", ASSUMED, "Whom the programme seeks first: above 0 the most disadvantaged schools, below 0 the least.")
    school_recruitment: float = number(0.10, 0, 0.99, "per year", "lever", "D", ASSUMED, "Chance in a year that a school joins that sees no other school with it.")
    district_recruitment: float = number(0.08, 0, 0.99, "per year", "lever", "D", ASSUMED, "Chance in a year that a district joins that sees no other district with it.")
    training_capacity: float = number(20, 0, 1e7, "schools/year", "lever", "D", ASSUMED, "Schools that the pilot's trainers can take on in a year.")
    capacity_growth: float = number(0.35, 0, 10, "1/year", "lever", "D", "Accelerated Schools 1992: demand outran trainers", "Further schools a year that each enrolled school makes it possible to take on.")
    mandate: float = number(0.0, 0, 1, "share", "lever", "D", ASSUMED, "How strictly schools and teachers are required to use it.")
    cascade: float = number(0.0, 0, 1, "share", "lever", "D", "Banerjee et al. 2016", "Share of the schools still wanted that a cascade of trainers takes on in a year, at a loss of quality.")
    training_days: float = number(5.0, 0, 40, "days", "lever", "D", ASSUMED, "Days of the course for a school that joins.")
    refresher_rate: float = number(0.5, 0, 6, "courses/year", "lever", "D", ASSUMED, "Refresher courses that a teacher of an enrolled school gets in a year, newcomer or not.")
    coaches_per_100_schools: float = number(6.0, 0, 50, "coaches", "lever", "A", "Piper & Zuilkowski 2015: 10 schools a coach beat 15", "Coaches planned for 100 enrolled schools; 10 is full coaching.")
    peer_pairs: float = number(0.0, 0, 1, "share", "lever", "A", "Papay, Taylor, Tyler & Laski 2020", "Share of the time of enrolled schools in which weaker teachers work in pairs with the strongest.")
    materials_supply: float = number(1.0, 0, 1, "share", "lever", "D", ASSUMED, "Share of the materials needed that is delivered.")
    community_mobilisation: float = number(0.5, 0, 1, "share", "lever", "A", "Banerjee et al. 2010", "Work to organise community helpers around schools.")
    data_investment: float = number(0.5, 0, 1, "share", "lever", "D", "Robinson & Winthrop 2016: data from the beginning", "Work to measure practice and learning.")
    government_delivery: float = number(0.4, 0, 1, "share", "lever", "A", "Bold et al. 2018", "Share of training and coaching delivered by government staff, not by partners.")
    adaptation_freedom: float = number(0.5, 0, 1, "share", "lever", "D", "Robinson & Winthrop 2016: flexible adaptation", "How much the rules let teachers change.")
    cut_expensive: float = number(0.0, 0, 1, "share", "lever", "D", "Kerwin & Thornton: 60% less effect", "Share of the expensive components that is taken out.")
    cut_month: int = number(0, 0, 1200, "month", "lever", "D", ASSUMED, "Month from which these components are out.")
    reserve_months: float = number(12.0, 1, 120, "months", "lever", "D", ASSUMED, "Runway that the programme keeps before it takes on schools.")


class Leadership(Section):
    """Champions: who speaks for the innovation."""

    system_champions: int = number(1, 0, 20, "persons", "lever", "D", ASSUMED, "Champions at the top of the system at the start.")
    district_champions: float = number(0.3, 0, 1, "share", "lever", "D", ASSUMED, "Share of districts with a champion at the start.")
    champion_capital: float = number(0.6, 0, 1, "share", "lever", "D", ASSUMED, "Political capital of a champion who takes it up.")
    champion_tenure: float = number(48.0, 1, 600, "months", "uncertainty", "B", "minister 1.8 years, superintendent about 6", "Mean time that a champion stays.")


class Behaviour(Section):
    """How people and organisations respond: shared by all cases, calibrated, never a lever."""

    # workload
    full_week: float = number(45.0, 20, 70, "h/week", "constant", "D", "definition", "Hours of a full working week, against which load and slack are counted; `weekly_hours` says how full weeks are.")
    found_hours: float = number(2.4, 0, 20, "h/week", "uncertainty", "D", TUNED, "Hours a week that a teacher finds for something new in any week.")
    rest_share: float = number(0.5, 0, 1, "share", "uncertainty", "D", "Duflo, Dupas & Kremer 2015", "Share of relief that is kept as rest.", "effort_crowdout")
    hours_saved_by_skill: float = number(0.5, 0, 1, "share", "uncertainty", "D", "prototype", "Share of added hours that skill saves.", "kappa")
    # strain
    strain_speed: float = number(0.15, 0.01, 1, "1/month", "uncertainty", "C", "half-life 4.5 months", "How fast exhaustion follows the week.", "lambda_b")
    strain_base: float = number(-0.66, -5, 5, "log-odds", "uncertainty", "D", TUNED, "Exhaustion of a teacher with a sustainable week and no support.")
    strain_of_load: float = number(1.3, 0, 20, "log-odds", "uncertainty", "D", "sign: Crawford et al. 2010; tuned to trials", "Exhaustion from a week twice as long as a full one.")
    strain_of_paperwork: float = number(0.51, 0, 10, "log-odds per h/week", "uncertainty", "D", "direction: Crawford et al. 2010; tuned to trials", "Exhaustion from each hour a week of paperwork, beside the time it takes.")
    strain_relief_of_support: float = number(3.2, 0, 10, "log-odds", "uncertainty", "D", "Crawford et al. 2010; tuned to trials", "Exhaustion taken away by full support.")
    strain_spread: float = number(0.52, 0, 5, "log-odds", "uncertainty", "D", "Crawford et al. 2010: load explains 7% of exhaustion; tuned to trials", "Exhaustion taken off by a standard deviation of lasting resilience: how much persons differ.")
    support_of_leadership: float = number(0.28, 0, 1, "share", "uncertainty", "D", TUNED, "Weight of the principal in support.")
    support_of_community: float = number(0.2, 0, 1, "share", "uncertainty", "D", ASSUMED, "Weight of the community in support.")
    support_of_coaching: float = number(1.3, 0, 2, "share", "uncertainty", "D", TUNED, "Weight of coaching in support.")
    # commitment
    commitment_speed: float = number(0.18, 0.01, 1, "1/month", "uncertainty", "D", TUNED, "How fast commitment follows its reasons.", "lambda_g")
    commitment_base: float = number(1.5, -5, 5, "log-odds", "uncertainty", "D", TUNED, "Commitment without any reason for it.")
    commitment_of_benefit: float = number(0.63, 0, 10, "log-odds", "uncertainty", "D", TUNED, "Commitment from benefit that is seen.")
    commitment_of_ownership: float = number(1.5, 0, 10, "log-odds", "uncertainty", "D", TUNED, "Commitment from ownership.")
    commitment_of_support: float = number(1.0, 0, 10, "log-odds", "uncertainty", "D", "Crawford et al. 2010; tuned to trials", "Commitment from support.")
    commitment_lost_to_strain: float = number(1.7, 0, 10, "log-odds", "uncertainty", "D", "Hakanen et al. 2006; tuned to trials", "Commitment lost to full exhaustion.")
    commitment_lost_to_misfit: float = number(3.0, 0, 10, "log-odds", "uncertainty", "D", "direction: Castro, Barrera & Martinez 2004; tuned to trials", "Commitment lost to a design that does not fit the context at all.")
    commitment_spread: float = number(0.96, 0, 5, "log-odds", "uncertainty", "D", "Ennett et al. 2011: 55% teach all lessons; tuned to trials", "Commitment from a standard deviation of lasting willingness: how much persons differ.")
    # skill
    skill_of_training: float = number(0.93, 0, 1, "share of gap", "uncertainty", "D", TUNED, "Skill gap closed by a good five-day course.")
    skill_of_coaching: float = number(0.031, 0, 0.5, "share of gap/month", "uncertainty", "D", TUNED, "Skill gap closed by a month of full coaching.", "a_C")
    skill_of_peers: float = number(0.26, 0, 0.5, "share of gap/month", "uncertainty", "D", "direction: Jackson & Bruegmann 2009; tuned to trials", "Gap to the colleagues whom a teacher asks closed in a month, up or down.")
    skill_of_pairs: float = number(0.41, 0, 0.5, "share of gap/month", "uncertainty", "D", "direction: Papay et al. 2020; tuned to trials", "Gap to the strongest colleague closed in a month of organised pairs.")
    skill_of_practice: float = number(0.038, 0, 0.5, "share of gap/month", "uncertainty", "D", TUNED, "Skill gap closed by a month of full practice.")
    skill_decay: float = number(0.054, 0, 0.5, "per month", "uncertainty", "D", TUNED, "Skill lost in a month without practice.", "practice_decay_unsupported")
    complexity_cost: float = number(0.4, 0, 1, "share", "uncertainty", "D", ASSUMED, "Learning slowed by the most complex core.")
    rotation_loss: float = number(0.4, 0, 1, "share", "uncertainty", "D", ASSUMED, "Skill lost on a move to another grade.")
    induction: float = number(0.32, 0, 1, "share", "uncertainty", "D", TUNED, "Share of the school's skill that a newcomer is given.")
    # practice and adaptation
    dosage_lost_to_strain: float = number(0.56, 0, 1, "share", "uncertainty", "D", "Ransford et al. 2009; tuned to trials", "Share of sessions lost at full exhaustion.")
    dosage_lost_without_materials: float = number(0.4, 0, 1, "share", "uncertainty", "D", ASSUMED, "Share of sessions lost without any materials.")
    will_for_full_dose: float = number(0.43, 0.05, 1, "share", "uncertainty", "D", "Ennett et al. 2011: 55% teach all lessons; tuned to trials", "Commitment from which a rested teacher with time and materials delivers every session.")
    passing_variation: float = number(0.31, 0, 0.5, "share", "uncertainty", "D", "direction: Ringwalt et al. 2010; tuned to trials", "Half-range of what a term of four months adds to a teacher's commitment, or takes off.")
    habit_speed: float = number(0.18, 0, 1, "1/month", "uncertainty", "D", TUNED, "How fast practice becomes a habit, and fades.")
    revision_speed: float = number(0.072, 0, 1, "1/month", "uncertainty", "D", "Lee & Min 2017: buy-in pays in mature programmes; tuned to trials", "How fast rounds of revision make a participatory design fit.")
    adaptation_rate: float = number(0.6, 0, 1, "per month", "uncertainty", "D", ASSUMED, "Chance to change something when nothing fits.")
    secret_adaptation: float = number(0.05, 0, 1, "share", "uncertainty", "D", ASSUMED, "Share of changes that are made though rules forbid them.")
    adaptation_step: float = number(0.43, 0, 1, "share", "uncertainty", "D", TUNED, "How far one change goes.")
    drift_repair: float = number(0.05, 0, 1, "per month", "uncertainty", "D", ASSUMED, "Core drift that a month of full coaching undoes.")
    # contagion
    threshold_mean: float = number(0.42, 0, 1, "share", "uncertainty", "D", "own computation, netdiffuseR data", "Use around a teacher that tips an average one.", "threshold_mean")
    threshold_sd: float = number(0.30, 0, 0.5, "share", "uncertainty", "D", "own computation, netdiffuseR data", "Spread of thresholds between teachers.", "threshold_sd")
    threshold_steepness: float = number(10.0, 1, 50, "1/share", "uncertainty", "D", "modelling choice", "How sharp a threshold is.", "threshold_steepness_k")
    awareness_of_exposure: float = number(0.3, 0, 1, "per month", "uncertainty", "D", ASSUMED, "Chance to hear of it when all colleagues use it.")
    # adoption
    adoption_base: float = number(-7.2, -15, 5, "log-hazard", "uncertainty", "D", TUNED, "Beginning without any reason to.")
    adoption_of_training: float = number(1.3, 0, 10, "log-hazard", "uncertainty", "D", TUNED, "Beginning after a course.")
    adoption_at_course: float = number(5.7, 0, 10, "log-hazard", "uncertainty", "D", TUNED, "Trying it at once after a course of full quality.")
    adoption_of_peers: float = number(2.3, 0, 10, "log-hazard", "uncertainty", "D", "Frank, Zhao & Borman 2004; tuned to trials", "Beginning when the threshold of peers is passed.")
    adoption_of_benefit: float = number(1.4, 0, 10, "log-hazard", "uncertainty", "D", "Frank, Zhao & Borman 2004: <= peers; tuned to trials", "Beginning when benefit is seen.")
    adoption_of_will: float = number(2.5, 0, 10, "log-hazard", "uncertainty", "D", "direction: Ransford et al. 2009; tuned to trials", "Beginning because of commitment, which ownership raises and exhaustion lowers.")
    adoption_lost_to_overload: float = number(9.1, 0, 30, "log-hazard", "uncertainty", "D", TUNED, "Not beginning because of the hours expected.")
    adoption_of_mandate: float = number(1.2, 0, 10, "log-hazard", "uncertainty", "D", TUNED, "Beginning because it is ordered.")
    adoption_of_support: float = number(2.3, 0, 10, "log-hazard", "uncertainty", "D", "Beg, Fitzpatrick & Lucas 2024; tuned to trials", "Beginning because help is there.")
    # lapse
    lapse_base: float = number(-1.7, -15, 5, "log-hazard", "uncertainty", "D", TUNED, "Stopping when nothing holds it.", "")
    lapse_of_strain: float = number(2.8, 0, 10, "log-hazard", "uncertainty", "D", TUNED, "Stopping because of exhaustion.")
    lapse_kept_by_habit: float = number(1.5, 0, 10, "log-hazard", "uncertainty", "D", "direction: McIntosh et al. 2018; tuned to trials", "Going on because it has become a habit.")
    lapse_kept_by_peers: float = number(0.85, 0, 10, "log-hazard", "uncertainty", "D", "McIntosh et al. 2018; tuned to trials", "Going on because colleagues do.")
    lapse_kept_by_support: float = number(3.4, 0, 10, "log-hazard", "uncertainty", "D", "Coburn et al. 2012; tuned to trials", "Going on because help is there.")
    lapse_kept_by_rules: float = number(1.5, 0, 10, "log-hazard", "uncertainty", "D", ASSUMED, "Going on because it is in the rules.")
    lapse_of_new_leader: float = number(0.5, 0, 10, "log-hazard", "uncertainty", "A", "Kittelman et al. 2020", "Stopping because the leader is new.")
    # turnover
    turnover_ratio: float = number(1.1, 1, 3, "ratio", "uncertainty", "D", "Madigan & Kim 2021, shrunk; tuned to trials", "Leaving per standard deviation of exhaustion.", "burnout_turnover_hazard_ratio")
    turnover_of_disadvantage: float = number(0.3, 0, 1, "share", "uncertainty", "C", "Carver-Thomas & Darling-Hammond 2017: 50% more", "How much more teachers leave the most disadvantaged schools than average ones, and less the least.")
    # schools
    leadership_of_push: float = number(0.25, 0, 1, "share", "uncertainty", "A", "Beg et al. 2023", "Principal's support from the district's push.")
    leadership_of_benefit: float = number(0.25, 0, 1, "share", "uncertainty", "D", ASSUMED, "Principal's support from benefit seen.")
    organisation_speed: float = number(0.072, 0, 1, "1/month", "uncertainty", "D", TUNED, "How fast what a school or district believes, measures and supports follows its causes.")
    community_base: float = number(0.05, 0, 1, "share", "uncertainty", "D", ASSUMED, "Community at work without being asked.")
    community_lost_to_disadvantage: float = number(0.3, 0, 1, "share", "uncertainty", "D", ASSUMED, "How much less the most disadvantaged communities can do than average ones.")
    community_speed: float = number(0.091, 0, 1, "1/month", "uncertainty", "D", "volunteer attrition, NGO practice; tuned to trials", "How fast helpers come and fade.", "volunteer_attrition", 0.01)
    materials_speed: float = number(0.15, 0, 1, "1/month", "uncertainty", "D", ASSUMED, "How fast materials follow supply, and wear out without it.")
    ownership_of_participation: float = number(0.4, 0, 1, "share", "uncertainty", "D", ASSUMED, "Ownership from taking part in the design.")
    ownership_of_use: float = number(0.4, 0, 1, "share", "uncertainty", "D", "Coburn 2003: shift of ownership", "Ownership from use.")
    fit_of_participation: float = number(0.4, 0, 1, "share", "uncertainty", "D", ASSUMED, "Mismatch that participatory design takes away.")
    school_exit_base: float = number(-3.4, -15, 0, "log-hazard", "uncertainty", "D", TUNED, "A school leaving formally when nothing holds it.")
    school_exit_of_strain: float = number(7.2, 0, 10, "log-hazard", "uncertainty", "D", TUNED, "Leaving because the staff is exhausted.")
    school_exit_kept_by_use: float = number(0.64, 0, 10, "log-hazard", "uncertainty", "D", TUNED, "Staying because teachers use it.")
    school_exit_kept_by_support: float = number(2.2, 0, 10, "log-hazard", "uncertainty", "D", "Taylor 2006; tuned to trials", "Staying because of support.")
    school_exit_kept_by_fit: float = number(3.3, 0, 10, "log-hazard", "uncertainty", "D", TUNED, "Staying because it fits how schools are run.")
    school_exit_of_unpaid: float = number(2.0, 0, 10, "log-hazard", "uncertainty", "D", "direction: Taylor 2006", "Leaving because running costs are not paid.")
    welcome_back: float = number(0.083, 0, 1, "share", "uncertainty", "D", TUNED, "A school that left coming back, relative to one that never joined.")
    new_leader_reopens: float = number(0.51, 0, 10, "log-hazard", "uncertainty", "D", "Kittelman et al. 2020; tuned to trials", "A school leaving, or coming back, because the district's leader is new.")
    # evidence
    data_base: float = number(0.1, 0, 1, "share", "uncertainty", "D", ASSUMED, "Data quality without any data work.")
    report_bias: float = number(0.35, 0, 1, "share", "uncertainty", "A", "Ennett et al. 2011: 85% self-reported v 28%", "Fidelity that reports add when there are no data.")
    noticeable_gain: float = number(0.31, 0.01, 2, "SD/year", "uncertainty", "D", TUNED, "Learning gain that every teacher would notice.")
    benefit_seen_without_data: float = number(0.35, 0, 1, "share", "uncertainty", "D", ASSUMED, "Share of the gain that is seen without data.")
    benefit_noise: float = number(0.3, 0, 1, "share", "uncertainty", "D", ASSUMED, "Noise in what is seen without data.")
    # capacity
    schools_per_coach: float = number(10.0, 1, 100, "schools", "uncertainty", "A", "Piper & Zuilkowski 2015", "Schools that one coach can serve in full.", "coach_ratio_kenya")
    coaching_lost_to_remoteness: float = number(0.2, 0, 1, "share", "uncertainty", "D", ASSUMED, "Coaching that the most remote schools lose to the way there, and the nearest gain.")
    coach_hiring_speed: float = number(0.25, 0, 1, "1/month", "uncertainty", "D", ASSUMED, "Share of vacant coach posts filled in a month.")
    coach_loss_unpaid: float = number(0.5, 0, 1, "per month", "uncertainty", "D", ASSUMED, "Coaches who leave in a month without pay.")
    trainers_bought: float = number(1.0, 0, 10, "share", "uncertainty", "D", ASSUMED, "Training places that money beyond need can add, per place of own trainers.")
    cascade_loss: float = number(0.4, 0, 1, "share", "uncertainty", "D", "direction: Banerjee et al. 2016; tuned to trials", "Quality of courses lost where a cascade gives them all.")
    ngo_quality: float = number(0.85, 0, 1, "share", "uncertainty", "D", ASSUMED, "Quality of delivery by experienced partners.")
    routine_bonus: float = number(0.38, 0, 1, "share", "uncertainty", "D", "Piper et al. 2018: Tusome ran on system routines; tuned to trials", "Weight of routine use in what government can deliver.")
    partnership_bonus: float = number(0.15, 0, 1, "share", "uncertainty", "D", "Robinson & Winthrop 2016", "Quality gap closed when both deliver together.")
    dilution: float = number(0.10, 0, 1, "exponent", "uncertainty", "D", "Kraft et al. 2018; tuned to trials", "Loss of quality with programme size.", "coach_quality_elasticity")
    dilution_size: float = number(30.0, 0.001, 100_000, "teachers", "uncertainty", "A", "Kraft et al. 2018: small v >= 100", "Programme size from which quality thins out.")
    dilution_floor: float = number(0.2, 0, 1, "share", "uncertainty", "D", "Piper et al. 2018: Tusome did not thin out; tuned to trials", "Quality that is left at any size.")
    dilution_spared_by_design: float = number(0.8, 0, 1, "share", "uncertainty", "D", ASSUMED, "Thinning avoided by design for scale.")
    capacity_learning: float = number(0.01, 0, 0.2, "per month", "uncertainty", "D", ASSUMED, "Capacity gap closed in a month of full routine use.")
    capacity_of_partner: float = number(0.4, 0, 1, "share", "uncertainty", "D", ASSUMED, "Learning beside a partner, relative to routine use.")
    # champions
    capital_decay: float = number(0.058, 0, 1, "per month", "uncertainty", "C", "assumed half-life of 12 months", "Political capital that fades in a month.")
    capital_of_office: float = number(0.03, 0, 1, "per month", "uncertainty", "D", ASSUMED, "Capital that a champion earns by being there.")
    capital_of_wins: float = number(0.2, 0, 1, "per month", "uncertainty", "D", ASSUMED, "Capital earned from visible wins.")
    capital_kept_by_rules: float = number(0.8, 0, 1, "share", "uncertainty", "D", ASSUMED, "Capital that outlives a champion when fully institutionalised.")
    capital_needed: float = number(0.30, 0, 1, "share", "uncertainty", "D", ASSUMED, "Capital it takes to change rules.")
    recruitment_of_champions: float = number(0.06, 0, 1, "per month", "uncertainty", "D", ASSUMED, "Chance that full wins bring a new champion.")
    champion_luck: float = number(0.05, 0, 1, "share", "uncertainty", "D", ASSUMED, "Wins' worth of chance that a champion turns up anyway.")
    reach_of_system_champion: float = number(0.6, 0, 1, "share", "uncertainty", "D", ASSUMED, "How far a champion at the top is felt in a district.")
    # institutionalisation, districts, enrolment
    institutionalising: float = number(0.06, 0, 1, "per month", "uncertainty", "D", TUNED, "Speed of building it into rules when all is right.")
    institution_decay: float = number(0.004, 0, 1, "per month", "uncertainty", "D", ASSUMED, "Rules that erode in a month.")
    joining_of_peers: float = number(3.0, 0, 10, "log-hazard", "uncertainty", "D", ASSUMED, "A district or school joining because others have.")
    joining_of_push: float = number(1.0, 0, 10, "log-hazard", "uncertainty", "A", "Santos et al. 2022", "A district joining because of champions.")
    joining_of_evidence: float = number(0.5, 0, 10, "log-hazard", "uncertainty", "A", "DellaVigna et al. 2024: weak", "A district or school joining because of evidence.")
    joining_of_mandate: float = number(4.0, 0, 10, "log-hazard", "uncertainty", "D", ASSUMED, "A district or school joining because it is ordered.")
    joining_of_openness: float = number(1.5, 0, 10, "log-hazard", "uncertainty", "D", ASSUMED, "A district joining because it is open.")
    joining_of_fit: float = number(4.9, 0, 10, "log-hazard", "uncertainty", "D", "DellaVigna et al. 2024: fit decides; tuned to trials", "A district or school joining because it fits what government does already.")
    joining_lost_to_burden: float = number(6.0, 0, 30, "log-hazard", "uncertainty", "D", ASSUMED, "A district or school not joining because of the hours that are asked, per full week.")
    enrolling_of_leadership: float = number(1.0, 0, 10, "log-hazard", "uncertainty", "D", ASSUMED, "A school enrolling because of its principal.")
    # money
    cost_elasticity: float = number(-0.15, -0.6, 0.3, "elasticity", "uncertainty", "B", "Sandefur 2023 v Kabay & DeStefano", "Unit cost with the number of schools.", "cost_scale_elasticity")
    renewal_of_evidence: float = number(4.0, 0, 20, "log-odds", "uncertainty", "D", ASSUMED, "A grant beginning or going on because evidence is above what is asked.")
    renewal_of_capital: float = number(2.0, 0, 20, "log-odds", "uncertainty", "D", ASSUMED, "A grant beginning or going on because of champions.")
    renewal_of_fit: float = number(3.0, 0, 20, "log-odds", "uncertainty", "D", "direction: DellaVigna et al. 2024", "A grant beginning or going on because it fits what government does already.")
    # what is counted as what
    sd_per_school_year: float = number(0.8, 0.05, 2, "SD/LAYS", "constant", "D", "Angrist et al. 2020 (high-quality year)", "Learning in one good school year.")
    fade_out: float = number(0.2, 0, 0.99, "per year", "uncertainty", "D", "assumed; contested", "Share of what pupils have gained that fades in a year.")
    in_use_share: float = number(0.5, 0.01, 1, "share", "constant", "D", "definition", "Share of the staff from whose use a school counts as using it.")
    delivering_fidelity: float = number(0.25, 0, 1, "share", "constant", "D", "definition", "Fidelity from which a teacher counts as delivering.")
    overload_barrier: float = number(0.05, 0, 1, "share", "constant", "D", "definition", "Excess of hours from which a teacher counts as overloaded.")


# What parameters of the first version of the model have become: for messages about old files.
GONE = {
    "sustainable_hours": "load is counted against behaviour.full_week; set setting.weekly_hours",
    "newcomer_commitment": "newcomers bring what post and person make of them; see behaviour.commitment_base",
    "newcomer_strain": "newcomers bring what post and person make of them; see behaviour.strain_base",
    "weight_of_own_school": "teachers ask colleagues along ties; see setting.advice_ties and setting.cross_ties",
    "community_of_mobilisation": "it is setting.community_capacity",
    "community_of_benefit": "only paid organising moves a community; see setting.community_capacity",
    "strain_of_overload": "it is behaviour.strain_of_load",
    "adoption_of_ownership": "it acts through commitment; see behaviour.adoption_of_will",
    "adoption_lost_to_strain": "it acts through commitment; see behaviour.adoption_of_will",
    "adoption_of_leadership": "it acts through support; see behaviour.adoption_of_support",
    "lapse_kept_by_fidelity": "it is behaviour.lapse_kept_by_habit",
    "lapse_of_overload": "it acts through exhaustion; see behaviour.lapse_of_strain",
    "enrolling_of_peers": "it is behaviour.joining_of_peers, for districts and schools",
    "enrolling_of_evidence": "it is behaviour.joining_of_evidence, for districts and schools",
    "enrolling_of_mandate": "it is behaviour.joining_of_mandate, for districts and schools",
    "evidence_without_data": "it is behaviour.benefit_seen_without_data",
    "leadership_of_coaching": "see behaviour.leadership_of_push and behaviour.leadership_of_benefit",
    "leadership_speed": "it is behaviour.organisation_speed",
    "ownership_speed": "it is behaviour.organisation_speed",
    "data_speed": "it is behaviour.organisation_speed",
    "benefit_speed": "it is behaviour.organisation_speed",
    "ownership_of_openness": "see behaviour.ownership_of_use",
    "materials_wear": "it is behaviour.materials_speed",
    "awareness_of_activity": "it is behaviour.awareness_of_exposure",
    "capital_spent_on_reform": "see behaviour.capital_decay",
    "withdrawal_shock": "practice falls as support does; see behaviour.commitment_of_support",
    "school_exit_of_new_leader": "it is behaviour.new_leader_reopens",
    "school_exit_kept_by_ownership": "see behaviour.school_exit_kept_by_use",
}

SECTIONS: dict[str, type[Section]] = {
    "setting": Setting,
    "innovation": Innovation,
    "programme": Plan,
    "leadership": Leadership,
    "behaviour": Behaviour,
}


def bounds_of(info: Any) -> tuple[float, float]:
    """Return the range of a field that `number` declared."""
    bounds = {type(m).__name__: m for m in info.metadata}
    return bounds["Ge"].ge, bounds["Le"].le


@cache
def declarations() -> Mapping[str, About]:
    """Return every parameter by its short name, in the order of declaration."""
    return {about.name: about for about in _declared()}


def _declared() -> Iterator[About]:
    for section, cls in SECTIONS.items():
        for name, info in cls.model_fields.items():
            extra: Any = info.json_schema_extra
            low, high = bounds_of(info)
            yield About(
                section=section,
                name=name,
                default=info.default,
                low=low,
                high=high,
                sentence=info.description or "",
                whole=info.annotation in (int, "int"),
                **extra,
            )


def find(name: str) -> About | None:
    """Return the parameter with a short or dotted name, or None."""
    about = declarations().get(name.rpartition(".")[2])
    return about if about and name in (about.name, about.dotted) else None


# Numbers that follow from parameters and would otherwise be worked out again for each teacher and month.
DERIVED = {
    "monthly_attrition": lambda p: -expm1(log1p(-min(p["teacher_attrition"], 0.99)) / 12.0),
    "monthly_fade_out": lambda p: -expm1(log1p(-min(p["fade_out"], 0.99)) / 12.0),
    "monthly_rotation": lambda p: -expm1(log1p(-min(p["grade_rotation"], 0.99)) / 12.0),
    "log_turnover_ratio": lambda p: log(p["turnover_ratio"]),
}


@cache
def record_type() -> np.dtype:
    """Return the type of the record that kernels read: every parameter and derived number as float64."""
    return np.dtype([(name, np.float64) for name in (*declarations(), *DERIVED)])


def record(values: Mapping[str, float]) -> np.ndarray:
    """Return the parameters as a record array of one row, for kernels: shape (1,)."""
    row = np.zeros(1, record_type())
    for name in declarations():
        row[name] = values[name]
    for name, rule in DERIVED.items():
        row[name] = rule(values)
    return row
