"""Measures of packages, draw by draw: coverage, learning, cost, whether the goal is reached, how far it is missed, and the gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np

from ..assess.endgame import ByYear, criteria, use_in_schools
from ..assess.runs import together
from ..runs import Result
from .asked import Asked
from .packages import Package
from .runs import GAP

# Every measure of a run, and whether less of it is better.
LESS_IS_BETTER = {
    "cost": True,
    "odds": False,
    "shortfall": True,
    "coverage": False,
    "learning": False,
    "gap": True,
}
OBJECTIVES = ("cost", "odds", "shortfall", "coverage")
WORST = 0.1

Measured = Mapping[str, np.ndarray]  # measure: (draws,)


def measured(what: Asked, package: Package, results: Sequence[Result]) -> dict[str, np.ndarray]:
    """Return every measure of a package in some draws (draws,), and `cost by year` (draws, years).

    Cost, in USD over all years, is all that the programme spends and what its levers cost beside the model's own lines. Coverage and learning are
    means over all years; the gap is between the least and the most disadvantaged fifth in the year of the goal, in SD of learning a year.
    """
    outcomes = together(list(results))
    by = what.clock.by - 1
    met = criteria(what.endgame, what.clock, outcomes)
    yearly = outcomes["spending"] + declared(what, package, outcomes)
    return {
        "cost": yearly.sum(axis=1),
        "odds": np.logical_and.reduce(list(met.values())).astype(float),
        "shortfall": shortfall(what, outcomes),
        "coverage": outcomes["effective_coverage"].mean(axis=1),
        "learning": outcomes["learning_sd"].mean(axis=1),
        "gap": outcomes[GAP][:, by],
        "cost by year": yearly,
        **{f"met {name}": which.astype(float) for name, which in met.items()},
    }


def declared(what: Asked, package: Package, outcomes: ByYear) -> np.ndarray:
    """Return what levers cost beside the model's own lines, from the year in which they are pulled: (draws, years) in USD."""
    enrolled = outcomes["schools_enrolled"]
    found = np.zeros_like(enrolled)
    for step in package:
        lever, first = what.choices.called[step.lever], step.month // 12
        found[:, first] += lever.once + lever.each_school_once * what.scenario.setting.schools
        found[:, first:] += lever.per_district * what.scenario.setting.districts
        found[:, first:] += lever.per_school * enrolled[:, first:]
    return found * what.scenario.innovation.cost_coach


def shortfall(what: Asked, outcomes: ByYear) -> np.ndarray:
    """Return how far each run is from its goal: the largest missing share of any criterion, 0 where all are met: (draws,)."""
    by, goal = what.clock.by - 1, what.endgame
    share = {
        "reach_schools": (outcomes["reach_schools"], goal.schools),
        "teachers": (use_in_schools(outcomes), goal.teachers),
        "fidelity": (outcomes["fidelity"], goal.fidelity),
    }
    missing = [missed(values[:, by:].min(axis=1), target) for values, target in share.values()]
    missing.append(missed(outcomes["government_share"][:, by], goal.government_share))
    return np.max(missing, axis=0)


def missed(values: np.ndarray, target: float) -> np.ndarray:
    """Return by which share values fall short of a target."""
    return np.clip(1 - values / target, 0, 1) if target > 0 else np.zeros_like(values)


def to_minimise(found: Measured, objectives: Sequence[str]) -> np.ndarray:
    """Return measures as objectives to be minimised: (draws, objectives)."""
    return np.column_stack([found[name] if LESS_IS_BETTER[name] else -found[name] for name in objectives])


def over_budget(what: Asked, found: Measured) -> np.ndarray:
    """Return by how much each limit is passed in each draw, in USD, at most 0 where it holds: (draws, limits)."""
    limits = []
    if what.budget is not None:
        limits.append(found["cost"] - what.budget)
    if what.budget_a_year is not None:
        limits += list((found["cost by year"] - what.budget_a_year).T)
    return np.column_stack(limits) if limits else np.zeros((len(found["cost"]), 0))


def worst_tenth(values: np.ndarray) -> float:
    """Return the mean over the worst tenth of draws, at least one."""
    return float(np.sort(values)[: ceil(WORST * len(values))].mean())


def regret(coverage: np.ndarray) -> np.ndarray:
    """Return for each package how much less it covers, on average over draws, than the best package of each draw: (packages, draws) -> (packages,)."""
    return (coverage.max(axis=0) - coverage).mean(axis=1)
