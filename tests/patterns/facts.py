"""The stylised facts SF1 to SF10, each as one experiment: a function that returns what the model gives.

`FACTS` lists them with source and target. The tests hold the model to the targets; `make patterns` writes the same numbers
into `docs/patterns.md`. Seeds are fixed, so both see the same value. Trials are small school systems in which
everybody is enrolled in month 0 and money never runs out, unless a fact is about reach or money.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from ml_abm.scenario import Scenario
from ml_abm.simulation import Simulation, simulate

RICH = {"name": "Trial", "stage": "system", "annual_budget": 1e9, "horizon_months": 0}
YEAR_1, YEAR_2, YEAR_3 = slice(0, 12), slice(12, 24), slice(24, 36)

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
COACHED = {"coaches_per_100_schools": 10}


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


def mean_of(scenario: Scenario, months: int, seeds: int) -> pd.DataFrame:
    """Return the outcomes by month, mean over seeds 0 .. seeds - 1."""
    return simulate(scenario, months=months, seed=range(seeds), workers=2).system.groupby("month").mean()


def delivered(table: pd.DataFrame, year: slice) -> float:
    """Return the share of all sessions that took place in a year."""
    return float((table.adoption * table.dosage).iloc[year].mean())


def effect(scenario: Scenario, seeds: int, year: slice = YEAR_2) -> float:
    """Return the mean learning gain in a year of the trial (SD/year)."""
    return float(mean_of(scenario, year.stop, seeds).learning_sd.iloc[year].mean())


# --- SF1, SF2: reach ---------------------------------------------------------------------------------------------------


def logistic_r2(curve: np.ndarray) -> float:
    """Return R2 of the best three-parameter logistic through a curve."""
    from scipy.optimize import curve_fit

    t = np.arange(len(curve))

    def law(t: np.ndarray, top: float, rate: float, middle: float) -> np.ndarray:
        return top / (1 + np.exp(-rate * (t - middle)))

    guess = (curve.max(), 0.1, float(np.argmax(curve > curve.max() / 2)))
    fitted, _ = curve_fit(law, t, curve, p0=guess, maxfev=20_000)
    residual = curve - law(t, *fitted)
    return float(1 - (residual**2).sum() / ((curve - curve.mean()) ** 2).sum())


@cache
def contagion_follows_one_s_law() -> float:
    """SF1: share of runs whose reach, led by contagion to over 90 %, a logistic fits with R2 > 0.95."""
    scenario = Scenario().replace(
        {
            "schools": 400, "districts": 8, "pilot_schools": 16, "pilot_districts": 8,
            "school_recruitment": 0.05, "training_capacity": 400, "added_hours": 1, "tool_hours": 1,
            "participatory_design": 1, "government_fit": 1, "designed_for_scale": 1, "funders": [RICH],
        }
    )  # fmt: skip
    runs = simulate(scenario, months=180, seed=range(20), workers=2).system.reach_schools
    curves = [run.to_numpy() for _, run in runs.groupby(level="seed")]
    # a stretch of an S is nearly straight and fits anything: only curves that run their course count
    return float(np.mean([logistic_r2(curve) > 0.95 and curve[-1] > 0.9 for curve in curves]))


@cache
def long_seed_time_then_growth() -> dict[str, float]:
    """SF2: schools of Catch Up Zambia after 3 and 7 years, of 9,700; 80 at the start."""
    curve = mean_of(Scenario.preset("catch-up-zambia"), 85, 4).schools_enrolled
    return {"year 3": float(curve.iloc[36]), "year 7": float(curve.iloc[84])}


# --- SF3: mandate ------------------------------------------------------------------------------------------------------


@cache
def mandate(coached: bool) -> dict[str, float]:
    """SF3: a mandated national roll-out: reach after two years, fidelity of users then."""
    scenario = Scenario().replace(
        {
            "schools": 300, "districts": 15, "pilot_schools": 10, "pilot_districts": 1, "mandate": 1,
            "government_delivery": 0.8, "training_capacity": 300, "capacity_growth": 3,
            "district_recruitment": 0.3, "funders": [RICH], **NO_SUPPORT, **(COACHED if coached else {}),
        }
    )  # fmt: skip
    table = mean_of(scenario, 24, 4)
    return {name: float(table[name].iloc[23]) for name in ("reach_schools", "fidelity", "effective_coverage")}


# --- SF4 to SF6: training, coaching, fading ----------------------------------------------------------------------------


@cache
def training_alone() -> float:
    """SF4a: sessions delivered in year 2 by teachers who were trained and left alone."""
    return delivered(mean_of(trial(60, TARGETED, NO_SUPPORT), 24, 6), YEAR_2)


@cache
def training_and_coaching() -> float:
    """SF4b: the same design with partners' coaches, principals led to lead, and data, in year 3."""
    managed = {"government_delivery": 0.2, "principal_support": 0.6, "data_investment": 0.7}
    return delivered(mean_of(trial(60, TARGETED, NO_SUPPORT, COACHED, managed), 36, 6), YEAR_3)


@cache
def coaching_over_training() -> float:
    """SF5: effect of coaching over that of training, same materials, year 2."""
    coached, trained = trial(16, STRUCTURED, NO_SUPPORT, COACHED), trial(16, STRUCTURED, NO_SUPPORT)
    return effect(coached, 16) / effect(trained, 16)


@cache
def left_after_support(coached: bool = True) -> float:
    """SF6: effect 12 months after all support ended over the effect when it ended."""
    ends = dict.fromkeys((*NO_SUPPORT, "refresher_rate", "materials_supply"), 0)
    event = {"month": 24, "says": "support ends", "set": ends}
    support = {**COACHED, "data_investment": 0.5} if coached else {}
    table = mean_of(trial(16, STRUCTURED, NO_SUPPORT, support, timeline=(event,)), 36, 16)
    return float(table.learning_sd.iloc[35] / table.learning_sd.iloc[23])


@cache
def lasting_skill(coached: bool) -> float:
    """SF6: skill that is left 12 months after support ended."""
    ends = dict.fromkeys((*NO_SUPPORT, "refresher_rate", "materials_supply"), 0)
    event = {"month": 24, "says": "support ends", "set": ends}
    scenario = trial(16, STRUCTURED, NO_SUPPORT, COACHED if coached else {}, timeline=(event,))
    return float(mean_of(scenario, 36, 16).skill.iloc[35])


# --- SF7: trajectories -------------------------------------------------------------------------------------------------

BEHAVIOUR_SUPPORT = {
    "added_hours": 2, "tool_hours": 0.5, "effect_size": 0.3, "government_delivery": 0.5, "core_complexity": 0.3,
    "coaches_per_100_schools": 10, "mandate": 1, "community_mobilisation": 0.2, "teachers_per_school": 10,
    "teacher_attrition": 0.16, "government_capacity": 0.6, "refresher_rate": 0.7, "principal_spread": 0.45,
    "context_spread": 0.25, "participatory_design": 0.6, "government_fit": 0.9, "weekly_hours": 42,
}  # fmt: skip
AT_CRITERION = 0.60  # share of the staff that uses it in the last quarter of a school year


@cache
def trajectories() -> dict[str, float]:
    """SF7: classes of schools over five years in which start-up support thins out after 18 months, and formal exits."""
    thins = {
        "month": 18,
        "says": "start-up support ends",
        "set": {"coaches_per_100_schools": 1, "mandate": 0, "refresher_rate": 0.1},
    }
    scenario = trial(150, BEHAVIOUR_SUPPORT, timeline=(thins,))
    parts, left = zip(*(_yearly_use(scenario, seed) for seed in range(4)), strict=True)
    at_criterion = np.concatenate(parts, axis=1) >= AT_CRITERION
    kinds = [_trajectory(school) for school in at_criterion.T]
    shares = {kind: kinds.count(kind) / len(kinds) for kind in ("sustained", "slow", "late", "rapid")}
    return {**shares, "left": float(np.mean(left))}


def _yearly_use(scenario: Scenario, seed: int) -> tuple[np.ndarray, float]:
    """Return use in the last quarter of each of five years, (5, n_schools), and the share that left formally."""
    run = Simulation(scenario, seed)
    years = []
    for _ in range(5):
        run.run_for(9)
        quarter = np.zeros(len(run.system.schools))
        for _ in range(3):
            run.run_for(1)
            quarter += run.system.schools["users"] / run.system.schools["staff"] / 3
        years.append(quarter)
    return np.array(years), float(np.mean(run.system.schools["left_month"] >= 0))


def _trajectory(at_criterion: np.ndarray) -> str:
    """Return the class of McIntosh et al. 2016 that five yearly judgements fall into."""
    early, late = at_criterion[:3], at_criterion[3:]
    if late.all():
        return "sustained" if early.all() else "slow"
    if early.all():
        return "late"
    return "rapid" if early[0] else "none"


@cache
def heavy_external_exit() -> float:
    """SF7: schools that formally left a heavy model brought from outside within three years."""
    heavy = {
        **BEHAVIOUR_SUPPORT, "added_hours": 6, "reporting_hours": 1, "tool_hours": 0.5, "government_delivery": 0,
        "participatory_design": 0.1, "government_fit": 0, "weekly_hours": 50, "community_mobilisation": 0,
    }  # fmt: skip
    return float(np.mean([_left_after(trial(150, heavy), seed, 36) for seed in range(4)]))


def _left_after(scenario: Scenario, seed: int, months: int) -> float:
    run = Simulation(scenario, seed).run_for(months)
    return float(np.mean(run.system.schools["left_month"] >= 0))


# --- SF8 to SF10: size, delivery, fidelity -----------------------------------------------------------------------------


@cache
def large_over_small() -> float:
    """SF8: effect of a coaching programme with about 800 teachers over one with about 50."""
    design = (STRUCTURED, NO_SUPPORT, COACHED, {"designed_for_scale": 0})
    return effect(trial(100, *design), 4) / effect(trial(7, *design, {"teachers_per_school": 7}), 24)


@cache
def delivered_by(government: bool, capacity: float) -> float:
    """SF9: effect (SD/year) of one design delivered by an NGO or by a government of some capacity, year 2."""
    delivery = {"government_delivery": float(government), "government_capacity": capacity, "capacity_spread": 0.05}
    return effect(trial(16, STRUCTURED, NO_SUPPORT, COACHED, delivery, {"effect_size": 0.5}), 12)


@cache
def effect_of_users(high_fidelity: bool) -> float:
    """SF10: effect among those who take it up (SD/year), for an effect of 1 SD at full fidelity, year 3.

    Ordinary: teachers with partners' coaching. High: camps with full coaching, helpers and a fitting design.
    """
    ordinary = {"added_hours": 3.5, "coaches_per_100_schools": 8, "government_delivery": 0.3, "context_mismatch": 0.1}
    camps = {
        "coaches_per_100_schools": 20, "community_mobilisation": 1, "community_hours": 8, "government_delivery": 0,
        "context_mismatch": 0.05, "context_spread": 0.05, "data_investment": 1, "designed_for_scale": 1,
        "participatory_design": 1, "core_complexity": 0.1, "training_days": 8, "refresher_rate": 2.3,
        "teacher_attrition": 0.05, "grade_rotation": 0.05,
    }  # fmt: skip
    scenario = trial(20, TARGETED, {"effect_size": 1}, camps if high_fidelity else ordinary)
    table = mean_of(scenario, 36, 8)
    return float((table.learning_sd / table.adoption).iloc[YEAR_3].mean())


@cache
def effect_tracks_fidelity() -> float:
    """SF10: correlation between schools of true fidelity and learning, where contexts fit alike."""
    scenario = trial(100, STRUCTURED, {"context_mismatch": 0, "context_spread": 0}, COACHED)
    run = Simulation(scenario, 0).run_for(24)
    schools = run.system.schools
    return float(np.corrcoef(schools["fidelity_sum"] / schools["staff"], schools["learning"])[0, 1])


@dataclass(frozen=True)
class Fact:
    """A stylised fact: what is measured, in which range it has to be, and who found it."""

    number: str
    pattern: str
    source: str
    measure: Callable[[], float]
    low: float
    high: float


FACTS = [
    Fact("SF1", "Contagion-led reach follows one S law: share of runs with R2 > 0.95", "Lawton & Lawton 1979", contagion_follows_one_s_law, 0.8, 1.0),
    Fact("SF2", "Long seed time: schools after 3 years, from 80", "VVOB, TaRL Africa: 1,800", lambda: long_seed_time_then_growth()["year 3"], 1350, 2250),
    Fact("SF2", "then fast growth: schools after 7 years, of about 10,000", "VVOB, TaRL Africa: about 5,000", lambda: long_seed_time_then_growth()["year 7"], 4000, 6000),
    Fact("SF3", "A mandate brings reach: schools within 2 years", "Tusome; Bihar (Banerjee et al. 2016)", lambda: mandate(False)["reach_schools"], 0.9, 1.0),
    Fact("SF3", "but practice lags: fidelity of users, not coached", "Banerjee et al. 2016", lambda: mandate(False)["fidelity"], 0.0, 0.6),
    Fact("SF3", "unless coached: effective coverage, coached / not", "Piper et al. 2018", lambda: mandate(True)["effective_coverage"] / mandate(False)["effective_coverage"], 1.5, 100),
    Fact("SF4", "Training alone hardly changes practice: sessions delivered", "Beg, Fitzpatrick & Lucas 2024: about 5 %", training_alone, 0.01, 0.15),
    Fact("SF4", "with coaching and management, year 3", "Joyce & Showers 2002; Beg et al. 2023", training_and_coaching, 0.4, 1.0),
    Fact("SF5", "Effect of coaching / training", "Cilliers et al. 2020: 0.24 / 0.12", coaching_over_training, 1.5, 3.0),
    Fact("SF6", "Effect 12 months after support / at its end", "Cilliers et al. 2022: about half", left_after_support, 0.35, 0.65),
    Fact("SF6", "Technique lasts only if coached: skill left, coached / not", "Cilliers et al. 2022", lambda: lasting_skill(True) / lasting_skill(False), 1.1, 10),
    Fact("SF7", "Schools that sustain", "McIntosh et al. 2016: 29 %", lambda: trajectories()["sustained"], 0.21, 0.37),
    Fact("SF7", "Schools that start slowly", "McIntosh et al. 2016: 13 %", lambda: trajectories()["slow"], 0.05, 0.21),
    Fact("SF7", "Schools that abandon late", "McIntosh et al. 2016: 24 %", lambda: trajectories()["late"], 0.16, 0.32),
    Fact("SF7", "Schools that abandon rapidly", "McIntosh et al. 2016: 34 %", lambda: trajectories()["rapid"], 0.26, 0.42),
    Fact("SF7", "Formal exit in 5 years, with support", "Nese et al. 2016: 7 %", lambda: trajectories()["left"], 0.03, 0.11),
    Fact("SF7", "Formal exit in 3 years, heavy external model", "Taylor 2006: about a third", heavy_external_exit, 0.25, 0.41),
    Fact("SF8", "Effect with many teachers / in a small trial", "Kraft, Blazar & Hogan 2018: half", large_over_small, 0.3, 0.7),
    Fact("SF9", "NGO delivery, weak government: SD", "Bold et al. 2018: 0.19", lambda: delivered_by(False, 0.05), 0.10, 0.28),
    Fact("SF9", "Government delivery, weak capacity: SD", "Bold et al. 2018: 0", lambda: delivered_by(True, 0.05), -0.08, 0.08),
    Fact("SF9", "The gap closes with capacity: government / NGO at high capacity", "Piper et al. 2018 (Tusome)", lambda: delivered_by(True, 0.9) / delivered_by(False, 0.9), 0.7, 1.5),
    Fact("SF10", "Effect when taken up: SD", "Angrist & Meager 2023: 0.42", lambda: effect_of_users(False), 0.30, 0.55),
    Fact("SF10", "Effect at high fidelity: SD", "Angrist & Meager 2023: 0.85", lambda: effect_of_users(True), 0.70, 1.0),
    Fact("SF10", "Effect tracks fidelity: correlation between schools", "Angrist & Meager 2023", effect_tracks_fidelity, 0.9, 1.0),
]  # fmt: skip
