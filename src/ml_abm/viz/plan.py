"""What is one run of the live view? A scenario, its luck, and the levers that were moved in it, each with its month.

A plan is a value: the same plan is the same run to the bit, so a link, a pinned run or a restart needs nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..scenario import Scenario
from .levers import applied, levers, value_in


@dataclass(frozen=True)
class Move:
    """A lever set to a value; it acts from the month after `month` months were lived."""

    month: int
    lever: str
    value: float


@dataclass(frozen=True)
class Plan:
    """A scenario, the seed of its luck, and the moves in the order they were made."""

    scenario: Scenario
    seed: int = 1
    moves: tuple[Move, ...] = ()

    def value(self, lever: str) -> float:
        """Return where a lever stands now."""
        mine = [move.value for move in self.moves if move.lever == lever]
        return mine[-1] if mine else value_in(self.scenario, lever)

    def changed(self) -> dict[str, tuple[float, float]]:
        """Return, for levers that stand elsewhere than in the scenario, the scenario's value and theirs."""
        moved = dict.fromkeys(move.lever for move in self.moves)
        both = {lever: (value_in(self.scenario, lever), self.value(lever)) for lever in moved}
        return {lever: (a, b) for lever, (a, b) in both.items() if abs(a - b) > 1e-12}

    def moved(self, month: int, lever: str, value: float) -> Plan:
        """Return the plan with a lever moved; the range is the lever's, and a later word in the same month replaces the earlier."""
        value = float(round(value)) if levers()[lever].whole else float(value)
        others = tuple(m for m in self.moves if (m.month, m.lever) != (month, lever))
        before = Plan(self.scenario, self.seed, others).value(lever)
        if abs(before - value) < 1e-12:
            return replace(self, moves=others)
        return replace(self, moves=(*others, Move(month, lever, value)))

    def reset(self, month: int, lever: str | None = None) -> Plan:
        """Return the plan with one lever, or all, back at the scenario's value from this month on."""
        plan = self
        for name in [lever] if lever else list(self.changed()):
            plan = plan.moved(month, name, value_in(self.scenario, name))
        return plan

    def from_the_start(self) -> Plan:
        """Return the plan with its levers where they stand now, from month 0 on."""
        moves = tuple(Move(0, lever, value) for lever, (_, value) in self.changed().items())
        return replace(self, moves=moves)

    def at_start(self) -> Scenario:
        """Return the scenario with the moves that were made before the first month."""
        return applied(self.scenario, {m.lever: m.value for m in self.moves if m.month == 0})

    def moves_at(self, month: int) -> Mapping[str, float]:
        """Return the levers moved in the middle of a run, after so many months."""
        return {m.lever: m.value for m in self.moves if m.month == month} if month else {}
