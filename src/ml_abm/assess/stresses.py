"""Catalogue of stress tests: what may go wrong half way; one row per shock, each an event of the timeline."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..scenario import Event, Scenario
from .change import Steps, from_month, with_events

Shock = Callable[[Scenario, int], Scenario]
COSTS = ("fixed", "training", "coach", "materials", "community", "data")


@dataclass(frozen=True)
class Stress:
    """One shock: what happens, in words, and how."""

    name: str
    says: str
    happens: Shock

    def __call__(self, scenario: Scenario, month: int) -> Scenario:
        """Return a scenario that meets the shock in a month."""
        return self.happens(scenario, month)


def steps(says: str, moved: Steps) -> Shock:
    """Return a shock that moves parameters for good."""
    return lambda scenario, month: from_month(scenario, month, says, moved)


def champions_leave(scenario: Scenario, month: int) -> Scenario:
    """Let the champions at the top and in the districts leave."""
    says = "Champions leave"
    return with_events(
        scenario,
        [
            Event(month=month, says=says, happens="champion leaves", level="system"),
            Event(month=month, says=says, happens="champion leaves", level="district"),
        ],
    )


def minister_changes(scenario: Scenario, month: int) -> Scenario:
    """Let all district leaders change and the champion at the top leave, with a policy that is less open."""
    closed = from_month(scenario, month, "Policy closes", {"setting.policy_openness": "-0.3"})
    return with_events(
        closed,
        [
            Event(month=month, says="New leaders everywhere", happens="leaders change"),
            Event(month=month, says="The champion at the top leaves", happens="champion leaves"),
        ],
    )


def grant_ends(scenario: Scenario, month: int) -> Scenario:
    """Let the largest outside payer leave."""
    outside = [funder for funder in scenario.funders if not funder.public]
    if not outside:
        return scenario
    largest = max(outside, key=lambda funder: funder.annual_budget)
    return with_events(
        scenario,
        [Event(month=month, says="The largest grant ends", happens="funder leaves", funder=largest.name)],
    )


STRESSES = (
    Stress("champion leaves", "All champions, at the top and in districts, leave at once.", champions_leave),
    Stress("minister changes", "A new minister: all officials change, the champion at the top goes, policy is less open by 0.3.", minister_changes),
    Stress("grant ends early", "The largest outside payer leaves and takes back what is not spent.", grant_ends),
    Stress("unit cost +50%", "Every unit cost rises by half.", steps("Costs rise by half", {f"innovation.cost_{line}": "x1.5" for line in COSTS})),
    Stress("expensive parts cut", "The expensive components are taken out to save money.", steps("Expensive parts are cut", {"programme.cut_expensive": "=1"})),
    Stress("turnover doubles", "Twice as many teachers and principals leave.", steps("Turnover doubles", {"setting.teacher_attrition": "x2", "setting.principal_turnover": "x2"})),
    Stress("coaching thins out", "Half of the coaches' posts go.", steps("Coaching is halved", {"programme.coaches_per_100_schools": "x0.5"})),
    Stress("only reports are seen", "Nothing is measured any more: decisions see what schools report.", steps("Measuring stops", {"programme.data_investment": "=0"})),
)  # fmt: skip
