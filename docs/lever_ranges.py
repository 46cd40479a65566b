"""Every lever with the range it is moved over, what it should move, and the mechanisms that may make a cliff: for `docs/levers.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from ml_abm.errors import ScenarioError
from ml_abm.parameters import declarations, find
from ml_abm.scenario import Funder, Scenario

VALUES = 11
OF_FUNDERS = "funders"
MONEY = {"income", "spending"}  # told relative to their own size; all other outcomes are shares or SD
# What it means to matter: the share of users times fidelity, what pupils gain, and where it is in use.
PRACTICE, REACH = ("effective_coverage", "learning_sd"), ("reach_in_use", "effective_coverage")


@dataclass(frozen=True)
class Lever:
    """A lever, where it is moved and what it should move.

    Parameters
    ----------
    name : dotted; `funders.` is a key of every funder of the preset.
    low, high : the range; of a factor, times the preset's own value.
    moves : outcomes that it should move.
    factor : whether the values multiply the preset's own value, in events as well.
    up_to : a limit of the preset that is the end of the range.
    beside : what is set with it, so that it can act.
    shown_on : the presets on which the test looks for its effect.
    """

    name: str
    low: float
    high: float
    moves: tuple[str, ...]
    factor: bool = False
    up_to: Literal["", "months", "pilot"] = ""
    beside: Mapping[str, float] = field(default_factory=dict)
    shown_on: tuple[str, ...] = ("base",)

    @property
    def short(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def of_funders(self) -> bool:
        return self.name.startswith(f"{OF_FUNDERS}.")

    @property
    def whole(self) -> bool:
        about = find(self.name)
        return Funder.model_fields[self.short].annotation in (int, "int") if about is None else about.whole

    @property
    def range(self) -> str:
        """The range in words."""
        high = {"": f"{self.high:g}", "months": "the last month", "pilot": "as many as the pilot can be in"}
        words = f"{self.low:g} to {high[self.up_to]}" + (" x its own" if self.factor else "")
        beside = ", ".join(f"{name} = {value:g}" for name, value in self.beside.items())
        return f"{words}, with {beside}" if beside else words


def share(name: str, *moves: str, **more: Any) -> Lever:
    """Return a lever that is a share, moved over all of it."""
    return Lever(name, 0, 1, moves, **more)


LEVERS = (
    # the setting that a ministry can open
    share("setting.policy_openness", *REACH, "reach_schools", shown_on=("base", "read-india")),
    # the design
    Lever("innovation.added_hours", 0, 10, (*REACH, "strain")),
    Lever("innovation.reporting_hours", 0, 5, (*REACH, "strain")),
    Lever("innovation.tool_hours", 0, 6, (*REACH, "strain")),
    Lever("innovation.community_hours", 0, 8, (*REACH, "strain")),
    share("innovation.helper_teaching", "learning_sd", shown_on=("base", "read-india")),
    share("innovation.core_complexity", *PRACTICE, "skill"),
    share("innovation.core_clarity", *PRACTICE, "core_drift", shown_on=("base", "escuela-nueva")),
    share("innovation.participatory_design", *PRACTICE, "reach_in_use", shown_on=("read-india", "tusome-kenya")),
    Lever("innovation.design_months", 0, 36, (*REACH, "learning_sd"), beside={"participatory_design": 1}),
    share("innovation.designed_for_scale", *PRACTICE, "fidelity"),
    share("innovation.government_fit", *REACH, "government_share"),
    # the programme
    Lever("programme.start_month", 0, 60, REACH),
    Lever("programme.pilot_schools", 0, 4, (*REACH, "reach_schools"), factor=True, shown_on=("sat-honduras",)),
    Lever("programme.pilot_districts", 1, 0, (*REACH, "reach_districts"), up_to="pilot"),
    share("programme.target_share", *REACH, "reach_schools"),
    Lever("programme.aim_at_disadvantaged", -3, 3, ("reach_gap", "equity_gap")),
    Lever("programme.school_recruitment", 0, 0.99, (*REACH, "reach_schools")),
    Lever("programme.district_recruitment", 0, 0.99, (*REACH, "reach_schools")),
    Lever("programme.training_capacity", 0, 4, (*REACH, "reach_schools"), factor=True, shown_on=("sat-honduras",)),
    Lever("programme.capacity_growth", 0, 3, (*REACH, "reach_schools")),
    share("programme.mandate", *REACH, "adoption"),
    share("programme.cascade", *REACH, "fidelity", shown_on=("bridge-kenya",)),
    Lever("programme.training_days", 0, 15, (*PRACTICE, "skill")),
    Lever("programme.refresher_rate", 0, 3, (*PRACTICE, "skill")),
    Lever("programme.coaches_per_100_schools", 0, 20, (*PRACTICE, "fidelity")),
    share("programme.peer_pairs", *PRACTICE, "skill"),
    share("programme.materials_supply", *PRACTICE, "dosage"),
    share("programme.community_mobilisation", *PRACTICE, "reach_in_use"),
    share("programme.data_investment", *PRACTICE, "institutionalisation"),
    share("programme.government_delivery", *PRACTICE, "fidelity"),
    share("programme.adaptation_freedom", *PRACTICE, "fidelity", "core_drift"),
    share("programme.cut_expensive", "learning_sd", "reach_in_use", "spending"),
    Lever("programme.cut_month", 0, 0, ("learning_sd", "reach_in_use"), up_to="months", beside={"cut_expensive": 1}),
    Lever("programme.reserve_months", 1, 61, (*REACH, "funding_gap")),
    # leadership
    Lever("leadership.system_champions", 0, 4, (*REACH, "institutionalisation")),
    share("leadership.district_champions", *REACH, "institutionalisation"),
    share("leadership.champion_capital", *REACH, "institutionalisation"),
    # money, of all funders of a preset
    Lever("funders.annual_budget", 0, 4, (*REACH, "learning_sd"), factor=True),
    Lever("funders.first_month", 0, 60, REACH),
    Lever("funders.horizon_months", 12, 132, (*REACH, "funding_gap")),
    share("funders.flexible_share", *PRACTICE, "reach_in_use"),
    share("funders.carry_over", *REACH, "funding_gap", shown_on=("sat-honduras", "read-india")),
    share("funders.by_results", *REACH, "income"),
)  # fmt: skip

# Where more than 40% of the effect may lie within a tenth of the range: the function of the model that makes it so, and why.
CLIFFS: dict[str, tuple[str, str]] = {
    "programme.school_recruitment": (
        "mechanisms.institutionalisation.school_enrols_chance",
        "peers, fit and evidence multiply the rate: at 0 no one is sought and no school joins",
    ),
    "programme.district_recruitment": (
        "mechanisms.institutionalisation.district_joins_chance",
        "peers, fit and evidence multiply the rate: at 0 only the pilot's districts are in it",
    ),
    "programme.training_capacity": (
        "mechanisms.funding.places_bought",
        "money and enrolled schools multiply what trainers there are: with none nothing grows, with enough of them willing schools are the limit",
    ),
    "programme.capacity_growth": (
        "mechanisms.funding.places_bought",
        "each enrolled school makes room for others: growth compounds until willing schools or money are the limit",
    ),
    "programme.cascade": (
        "mechanisms.funding.cascade_places",
        "a small share of all schools still wanted is more than own trainers take on; beyond that, willing schools are the limit",
    ),
    "programme.refresher_rate": (
        "mechanisms.skill.next_skill",
        "newcomers are trained by refreshers alone; a course closes a share of what is left of the gap",
    ),
    "programme.coaches_per_100_schools": (
        "mechanisms.capacity.coaching",
        "one coach for ten schools is full coaching; more only cost",
    ),
    "programme.cut_month": (
        "mechanisms.capacity.cut_now",
        "what is cut before a gap in money makes it cheaper to bridge, what is cut after it does not",
    ),
    "innovation.government_fit": (
        "mechanisms.institutionalisation.school_enrols_chance",
        "fit multiplies the rate at which districts, schools and grants come: where all three are needed, a little more of it brings all",
    ),
    "programme.pilot_schools": (
        "kernels.programme.enrol_pilot",
        "without a pilot no district is in the programme from the start, and the first few schools open their districts",
    ),
    "programme.aim_at_disadvantaged": (
        "mechanisms.institutionalisation.aim_of",
        "a pilot takes the schools that are sought most: with any preference all of it is of one end",
    ),
    "funders.first_month": (
        "kernels.funders.begin_when_window_opens",
        "money that comes later than the programme's own decisions finds them past: courses that could not be paid are not made up for",
    ),
    "funders.by_results": (
        "mechanisms.funding.monthly_payment",
        "if all is paid by results nothing can be begun, as there are none yet; a tenth that is paid in advance is enough to begin",
    ),
    "funders.annual_budget": (
        "mechanisms.funding.affordable_schools",
        "without money nothing begins; beyond what willing schools cost it buys little",
    ),
    "funders.flexible_share": (
        "mechanisms.capacity.next_coaches",
        "management, coaches and data are paid from flexible money alone: unpaid coaches leave",
    ),
    "funders.horizon_months": (
        "mechanisms.funding.grant_chance",
        "each end of a grant is a chance to lose it: grants of one year end five times in five years, of two years twice",
    ),
    "funders.carry_over": (
        "kernels.funders.lapse",
        "what is kept pays for what runs until it is used up; more than that need is not missed",
    ),
}


def levers_declared() -> set[str]:
    """Return the dotted names of all levers of the model, those of funders included."""
    money = {
        f"{OF_FUNDERS}.{name}"
        for name, info in Funder.model_fields.items()
        if isinstance(info.json_schema_extra, dict) and info.json_schema_extra.get("role") == "lever"
    }
    return {about.dotted for about in declarations().values() if about.role == "lever"} | money


def values_on(lever: Lever, scenario: Scenario, n: int = VALUES) -> list[float]:
    """Return evenly spaced values of a lever on a preset; fewer of a count that has not as many."""
    plan, setting = scenario.programme, scenario.setting
    high = {
        "": lever.high,
        "months": scenario.months,
        "pilot": max(1, min(plan.pilot_schools, setting.districts)),
    }[lever.up_to]
    values = np.linspace(lever.low, high, n)
    if lever.factor and lever.whole:
        own = scenario.values()[lever.short]
        return [] if own == 0 else list(dict.fromkeys(float(v) / own for v in np.round(values * own)))
    if lever.whole:
        values = np.round(values)
    return list(dict.fromkeys(float(np.round(v, 9)) for v in values))


def set_to(lever: Lever, scenario: Scenario, value: float) -> Scenario:
    """Return a preset with a lever at a value from its first month to its last. Raises ScenarioError where that cannot be.

    Events of the preset that set the lever are left out; those of a factor are multiplied like the number at the start.
    """
    changes: dict[str, Any] = dict(lever.beside)
    if lever.of_funders:
        changes["funders"] = [
            {**f.model_dump(), lever.short: new_value(lever, getattr(f, lever.short), value)}
            for f in scenario.funders
        ]
    else:
        changes[lever.short] = new_value(lever, scenario.values()[lever.short], value)
        if lever.short == "pilot_schools":
            changes["pilot_districts"] = min(scenario.programme.pilot_districts, changes[lever.short])
    changes["timeline"] = [
        left
        for event in scenario.timeline
        if (left := without(event.model_dump(), lever, value))["set"] or left["scale"] or left["happens"]
    ]
    return scenario.replace(changes)


def new_value(lever: Lever, own: float, value: float) -> float:
    """Return what a lever is set to: the value, or that many times its own."""
    new = own * value if lever.factor else value
    return round(new) if lever.whole else new


def without(event: dict[str, Any], lever: Lever, value: float) -> dict[str, Any]:
    """Return an event that no longer moves a lever by itself, nor what is set beside it."""
    held = {lever.short, *lever.beside}
    mine = bool(event["funder"]) == lever.of_funders

    def kept(name: str) -> bool:
        return not mine or name.rpartition(".")[2] not in held

    if lever.factor:
        times = {name: 1.0 if kept(name) else value for name in event["set"]}
        return {**event, "set": {name: v * times[name] for name, v in event["set"].items()}}
    return {
        **event,
        "set": {name: v for name, v in event["set"].items() if kept(name)},
        "scale": {name: v for name, v in event["scale"].items() if kept(name)},
    }


def allowed(lever: Lever, scenario: Scenario, n: int = VALUES) -> tuple[dict[float, Scenario], list[str]]:
    """Return the preset at each value of a lever, and what was refused, in words."""
    able, refused = {}, []
    for value in values_on(lever, scenario, n):
        try:
            able[value] = set_to(lever, scenario, value)
        except ScenarioError as error:
            refused.append(f"{lever.name} at {value:g}, {error}")
    return able, refused
