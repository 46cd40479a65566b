"""Levers of the live view: those declared, and the money of outside funders, in groups, with their ranges.

A lever is a parameter of role lever, or one of the few below that turn the money of all outside funders. Range, unit, mark and source
come from the declaration; a narrower range is given here where the declared one is for machines. Words are in `texts/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import floor, log10
from typing import Any

from ..parameters import declarations
from ..scenario import FIXED_AT_START, Event, Funder, Scenario
from ..scenario.values_over_time import Change, changes_of

# Those always shown; the rest unfold, group by group.
FIRST = (
    "innovation.added_hours",
    "programme.community_mobilisation",
    "programme.coaches_per_100_schools",
    "money.amount",
    "money.years",
    "leadership.district_champions",
)
# Group -> levers in the order of the page.
GROUPS: dict[str, tuple[str, ...]] = {
    "burden": ("innovation.added_hours", "innovation.tool_hours", "innovation.reporting_hours"),
    "community": (
        "programme.community_mobilisation",
        "innovation.community_hours",
        "innovation.helper_teaching",
    ),
    "training": (
        "programme.coaches_per_100_schools",
        "programme.training_days",
        "programme.refresher_rate",
        "programme.peer_pairs",
        "programme.training_capacity",
        "programme.capacity_growth",
        "programme.cascade",
        "programme.materials_supply",
        "programme.government_delivery",
    ),
    "money": (
        "money.amount",
        "money.years",
        "money.flexible",
        "money.carry_over",
        "money.by_results",
        "programme.reserve_months",
    ),
    "leadership": (
        "leadership.district_champions",
        "leadership.system_champions",
        "leadership.champion_capital",
        "setting.policy_openness",
        "programme.mandate",
    ),
    "design": (
        "programme.adaptation_freedom",
        "innovation.participatory_design",
        "innovation.design_months",
        "innovation.core_complexity",
        "innovation.core_clarity",
        "innovation.designed_for_scale",
        "innovation.government_fit",
        "programme.cut_expensive",
        "programme.cut_month",
    ),
    "data": ("programme.data_investment",),
    "reach": (
        "programme.target_share",
        "programme.aim_at_disadvantaged",
        "programme.school_recruitment",
        "programme.district_recruitment",
    ),
}
# Ranges that people move in, where the declared one is far wider.
SHOWN: dict[str, tuple[float, float, float]] = {  # low, high, step
    "innovation.added_hours": (0, 10, 0.5),
    "innovation.tool_hours": (0, 6, 0.5),
    "innovation.reporting_hours": (0, 4, 0.25),
    "innovation.community_hours": (0, 8, 0.5),
    "programme.coaches_per_100_schools": (0, 20, 1),
    "innovation.design_months": (0, 36, 3),
    "programme.training_days": (0, 30, 1),
    "programme.refresher_rate": (0, 4, 0.25),
    "programme.capacity_growth": (0, 3, 0.1),
    "programme.reserve_months": (1, 36, 1),
    "programme.aim_at_disadvantaged": (-3, 3, 0.5),
    "programme.cut_month": (0, 120, 6),
    "leadership.system_champions": (0, 5, 1),
}
# The money of all funders that are not the government, relative to the scenario: low, high, step, unit, default.
MONEY: dict[str, tuple[float, float, float, str, float]] = {
    "money.amount": (0, 4, 0.1, "times", 1.0),
    "money.years": (-3, 12, 0.5, "years", 0.0),
    "money.flexible": (0, 1, 0.05, "share", 1.0),
    "money.carry_over": (0, 1, 0.05, "share", 0.1),
    "money.by_results": (0, 1, 0.05, "share", 0.0),
}
# Shares of those funders, and their key of a funder: of several, the mean weighed by budgets is shown.
FUNDERS_SHARES = {
    "money.flexible": "flexible_share",
    "money.carry_over": "carry_over",
    "money.by_results": "by_results",
}
SHARE_STEP = 0.05


@dataclass(frozen=True)
class Lever:
    """A lever as it is shown: its range and step, unit, evidence mark, source and sentence.

    `from_start` levers act when a run begins and cannot be moved in its middle.
    """

    name: str
    group: str
    low: float
    high: float
    step: float
    unit: str
    mark: str
    source: str
    sentence: str
    whole: bool
    from_start: bool


@cache
def levers() -> Mapping[str, Lever]:
    """Return every lever by name, in the order of the page."""
    return {name: _lever(name, group) for group, names in GROUPS.items() for name in names}


def _lever(name: str, group: str) -> Lever:
    if name in MONEY:
        low, high, step, unit, _ = MONEY[name]
        return Lever(name, group, low, high, step, unit, "D", "", "", False, False)
    about = declarations()[name.rpartition(".")[2]]
    low, high, step = SHOWN.get(name, (about.low, about.high, 0.0))
    if not step:
        step = SHARE_STEP if about.high <= 1 else (high - low) / 100
    return Lever(
        name, group, low, high, step, about.unit, about.mark, about.source, about.sentence, about.whole,
        about.name in FIXED_AT_START,
    )  # fmt: skip


def range_of(lever: Lever, scenario: Scenario) -> tuple[float, float, float]:
    """Return low, high and step of a lever for one scenario: it holds every value that the scenario gives it, with room above."""
    values = [
        value_in(scenario, lever.name),
        *(value for _, how, value, _ in history(scenario, lever.name) if how == "set"),
    ]
    low, high, step = lever.low, lever.high, lever.step
    if lever.name == "programme.target_share":  # no fewer than the schools of the pilot
        low = min(*values, scenario.programme.pilot_schools / scenario.setting.schools)
    if lever.name in MONEY or lever.unit == "share":
        return low, high, step
    most = max(values)
    if lever.name in SHOWN and most <= high:
        return low, high, step
    highest = declarations()[lever.name.rpartition(".")[2]].high
    high = min(highest, _round_up(1.5 * most)) if most > 0 else min(highest, 100.0 if lever.whole else 1.0)
    return low, high, 1.0 if lever.whole else high / 100


def _round_up(value: float) -> float:
    """Return the next of 1, 2, 5, 10, 20, ..."""
    power = 10.0 ** floor(log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9))


def value_in(scenario: Scenario, name: str) -> float:
    """Return the value that a scenario gives a lever at its start. Money is relative to the scenario, but for funders' shares."""
    outside = outside_funders(scenario)
    total = sum(funder.annual_budget for funder in outside)
    if name in FUNDERS_SHARES and total:
        weighed = (getattr(funder, FUNDERS_SHARES[name]) * funder.annual_budget for funder in outside)
        return sum(weighed) / total
    if name in MONEY:
        return MONEY[name][4]
    return float(scenario.values()[name.rpartition(".")[2]])


def history(scenario: Scenario, name: str) -> list[Change]:
    """Return what the scenario's own events do to a lever; what they do to money is not of its levers."""
    return [] if name in MONEY else changes_of(scenario, name)


def outside_funders(scenario: Scenario) -> list[Funder]:
    """Return the funders that are not the government: those whose money can be turned."""
    return [funder for funder in scenario.funders if funder.stage != "government"]


def applied(scenario: Scenario, values: Mapping[str, float]) -> Scenario:
    """Return a scenario with levers at other values from its start."""
    changes: dict[str, Any] = {
        name: _in_steps(name, value) for name, value in values.items() if name not in MONEY
    }
    money = {name: value for name, value in values.items() if name in MONEY}
    if money:
        changes["funders"] = tuple(_with_money(funder, money) for funder in scenario.funders)
    return scenario.replace(changes) if changes else scenario


def _in_steps(name: str, value: float) -> float:
    """Return a lever's value as its parameter takes it: in whole numbers where it has no others."""
    return int(value) if levers()[name].whole else value


def events_of(scenario: Scenario, month: int, name: str, value: float) -> list[Event]:
    """Return a lever moved in the middle of a run as events of a scenario."""
    says = f"Lever {name} = {value:g}"
    if name not in MONEY:
        return [Event(month=month, says=says, set={name: float(_in_steps(name, value))})]
    changed = [(funder.name, _turned(funder, name, value)) for funder in outside_funders(scenario)]
    return [Event(month=month, says=says, funder=who, set=change) for who, change in changed if change]


def _with_money(funder: Funder, money: Mapping[str, float]) -> Funder:
    if funder.stage == "government":
        return funder
    changes: dict[str, Any] = {}
    for name, value in money.items():
        changes |= _turned(funder, name, value)
    if "horizon_months" in changes:
        changes["horizon_months"] = int(changes["horizon_months"])
    return funder.model_copy(update=changes)


def _turned(funder: Funder, name: str, value: float) -> dict[str, float]:
    """Return what a lever of money makes of one funder; a grant without an end has no length to change."""
    if name == "money.amount":
        return {"annual_budget": funder.annual_budget * value}
    if name == "money.years":
        longer = max(1, funder.horizon_months + round(12 * value))
        return {"horizon_months": float(longer)} if funder.horizon_months else {}
    return {FUNDERS_SHARES[name]: value}
