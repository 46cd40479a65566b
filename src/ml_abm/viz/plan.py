"""Plan of one run of the live view: a scenario, its random seed, and the levers that were moved in it, each with its month.

A plan is a value: the same plan is the same run to the bit, so a link, a pinned run or a restart needs nothing else. As a scenario
(`as_scenario`) it is a file for `ml-abm run` that gives the same run: moves made before the first month are values, later ones events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..scenario import Event, Scenario
from ..scenario.values_over_time import Change, followed
from .levers import applied, events_of, history, levers, value_in

SAME = 1e-12


@dataclass(frozen=True)
class Move:
    """A lever set to a value; it acts from the month after `month` months."""

    month: int
    lever: str
    value: float


@dataclass(frozen=True)
class Plan:
    """A scenario, its random seed, and the moves in the order they were made."""

    scenario: Scenario
    seed: int = 1
    moves: tuple[Move, ...] = ()

    def value(self, lever: str, month: int = 0) -> float:
        """Return where a lever stands after some months: what was moved, and what the scenario's own events made of it."""
        return _followed(self.scenario, lever, month, [m for m in self.moves if m.lever == lever])

    def own_value(self, lever: str, month: int = 0) -> float:
        """Return where it would stand without moves."""
        return _followed(self.scenario, lever, month, [])

    def changed(self, month: int = 0) -> dict[str, tuple[float, float]]:
        """Return, for levers that stand elsewhere than in the scenario, the scenario's value and theirs."""
        moved = dict.fromkeys(move.lever for move in self.moves)
        both = {lever: (self.own_value(lever, month), self.value(lever, month)) for lever in moved}
        return {lever: (a, b) for lever, (a, b) in both.items() if abs(a - b) > SAME}

    def moved(self, month: int, lever: str, value: float) -> Plan:
        """Return the plan with a lever moved; a later word in the same month replaces the earlier.

        Raises ScenarioError, in one line, where the scenario cannot be with it.
        """
        value = float(round(value)) if levers()[lever].whole else float(value)
        others = tuple(m for m in self.moves if (m.month, m.lever) != (month, lever))
        plan = replace(self, moves=others)
        if abs(plan.value(lever, month) - value) > SAME:
            plan = replace(self, moves=(*others, Move(month, lever, value)))
        plan.as_scenario()
        return plan

    def reset(self, month: int, lever: str | None = None) -> Plan:
        """Return the plan with one lever, or all, back at the scenario's value from this month on."""
        plan = self
        for name in [lever] if lever else list(self.changed(month)):
            plan = plan.moved(month, name, self.own_value(name, month))
        return plan

    def from_the_start(self, month: int = 0) -> Plan:
        """Return the plan with its levers where they stand after some months, but from month 0 on."""
        moves = tuple(Move(0, lever, value) for lever, (_, value) in self.changed(month).items())
        return replace(self, moves=moves)

    def at_start(self) -> Scenario:
        """Return the scenario with the moves that were made before the first month."""
        return applied(self.scenario, {m.lever: m.value for m in self.moves if m.month == 0})

    def events_at(self, month: int) -> list[Event]:
        """Return the levers moved in the middle of a run, after so many months, as events."""
        moves = [move for move in self.moves if move.month == month > 0]
        return [event for move in moves for event in events_of(self.scenario, *_parts(move))]

    def as_scenario(self) -> Scenario:
        """Return the plan as a scenario that is the same run. Moves stand before the scenario's own events of a month, as they happen."""
        later = [move for move in self.moves if move.month > 0]
        events = [event for move in later for event in events_of(self.scenario, *_parts(move))]
        start = self.at_start()
        return start.replace({"timeline": (*events, *start.timeline)}) if events else start


def _parts(move: Move) -> tuple[int, str, float]:
    return move.month, move.lever, move.value


def _followed(scenario: Scenario, lever: str, month: int, moves: Sequence[Move]) -> float:
    """Return a lever's value after the moves up to a month and the events before it; a month's moves act before its events."""
    moved = [Change(move.month, "set", move.value) for move in moves if move.month <= month]
    changes = [*moved, *(change for change in history(scenario, lever) if change.month < month)]
    return followed(value_in(scenario, lever), sorted(changes, key=lambda change: change.month))
