"""Stylised facts that no trial of the package holds (`ml_abm.trials` has those), each as one experiment: a function that returns what the model gives.

`FACTS` lists them with source and target; they keep their numbers of the first version, and `REPLACED` says which trials stand for the others. The
tests hold the model to the targets; `make patterns` writes the same numbers into `docs/patterns.md`. Seeds are fixed, so both see the same value. Experiments are
small school systems in which all schools are enrolled in month 0 and money never runs out, unless a fact is about reach or money.
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


# --- SF2: reach ---------------------------------------------------------------------------------------------------


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


# --- SF4: training with coaching ----------------------------------------------------------------------------


@cache
def training_and_coaching() -> float:
    """SF4b: the same design with partners' coaches, principals led to lead, and data, in year 3."""
    managed = {"government_delivery": 0.2, "principal_support": 0.6, "data_investment": 0.7}
    return delivered(mean_of(trial(60, TARGETED, NO_SUPPORT, COACHED, managed), 36, 6), YEAR_3)


# --- SF9, SF10: delivery, fidelity -----------------------------------------------------------------------------


@cache
def delivered_by(government: bool, capacity: float) -> float:
    """SF9: effect (SD/year) of one design delivered by an NGO or by a government of some capacity, year 2."""
    delivery = {"government_delivery": float(government), "government_capacity": capacity, "capacity_spread": 0.05}
    return effect(trial(16, STRUCTURED, NO_SUPPORT, COACHED, delivery, {"effect_size": 0.5}), 12)


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


# Facts of the first version that are trials now, which hold the model to the same studies.
REPLACED = {
    "SF1": ("T50",), "SF3": ("T35", "T49"), "SF4": ("T01",), "SF5": ("T02", "T03"), "SF6": ("T04",), "SF7": ("T15", "T16", "T17", "T18"),
    "SF8": ("T07",), "SF9": ("T12", "T13"), "SF10": ("T09", "T10"),
}  # fmt: skip

FACTS = [
    Fact("SF2", "Long seed time: schools after 3 years, from 80", "VVOB, TaRL Africa: 1,800", lambda: long_seed_time_then_growth()["year 3"], 1350, 2250),
    Fact("SF2", "then fast growth: schools after 7 years, of about 10,000", "VVOB, TaRL Africa: about 5,000", lambda: long_seed_time_then_growth()["year 7"], 4000, 6000),
    Fact("SF3", "unless coached: effective coverage, coached / not", "Piper et al. 2018", lambda: mandate(True)["effective_coverage"] / mandate(False)["effective_coverage"], 1.5, 100),
    Fact("SF4", "with coaching and management, year 3", "Joyce & Showers 2002; Beg et al. 2023", training_and_coaching, 0.4, 1.0),
    Fact("SF9", "The gap closes with capacity: government / NGO at high capacity", "Piper et al. 2018 (Tusome)", lambda: delivered_by(True, 0.9) / delivered_by(False, 0.9), 0.7, 1.5),
    Fact("SF10", "Effect tracks fidelity: correlation between schools", "Angrist & Meager 2023", effect_tracks_fidelity, 0.9, 1.0),
]  # fmt: skip
