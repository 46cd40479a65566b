"""How does a plan live? Month by month, as a Mesa model, with every outcome kept for the curves."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..model import SchoolSystemModel
from ..outcomes import describe
from ..tables import FunderStage
from .levers import MONEY, value_in
from .plan import Plan

COLUMNS = tuple(describe())


class Life:
    """One plan being lived.

    Attributes
    ----------
    plan : what is lived; a move made now acts from the next month on.
    model : the Mesa model; its agents are windows on this month.
    hours_at_start : mean working week before the first month.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.model = SchoolSystemModel(plan.at_start(), rng=plan.seed)
        self._start_of_money = self.model.system.funders.copy()
        n_funders = len(self.model.system.funders)
        self._curves = np.zeros((self.months, len(COLUMNS) + n_funders + 1), np.float32)
        self.hours_at_start = float(self.model.system.teachers["weekly_hours"].mean())

    @property
    def month(self) -> int:
        """Months lived."""
        return self.model.month

    @property
    def months(self) -> int:
        """Months that there are to live."""
        return self.model.simulation.scenario.months

    @property
    def over(self) -> bool:
        """Whether the last month was lived."""
        return self.month >= self.months

    def live(self) -> None:
        """Live a month, with the moves made before it."""
        moves = self.plan.moves_at(self.month)
        parameters = {name: value for name, value in moves.items() if name not in MONEY}
        if parameters:
            self.model.simulation.change(parameters)
        for name, value in moves.items():
            if name in MONEY:
                self._turn_money(name, value)
        self.model.step()
        paid, latest = self.model.system.funders["spent_now"], self.model.latest
        programme = self.model.system.programme[0]
        unmet = programme["need"] - programme["met"]
        self._curves[self.month - 1] = [*(latest[name] for name in COLUMNS), *paid, unmet]

    def live_until(self, month: int) -> Life:
        """Live on until so many months were lived."""
        while self.month < min(month, self.months):
            self.live()
        return self

    def curves(self, first: int = 0) -> np.ndarray:
        """Return the months lived from `first` on: float32 (months, outcomes, what each funder spent, need not met)."""
        return self._curves[first : self.month]

    def curve(self, outcome: str) -> np.ndarray:
        """Return one outcome by month."""
        return self._curves[: self.month, COLUMNS.index(outcome)]

    def marks(self) -> list[tuple[int, str, Any]]:
        """Return what stands on the time axis: month, "event" or "lever", and the event's words or the move."""
        events = [(month, "event", says) for month, says in self.model.simulation.happened]
        moves = [(move.month, "lever", move) for move in self.plan.moves if 0 < move.month < self.month]
        return sorted([*events, *moves], key=lambda mark: mark[0])

    def _turn_money(self, name: str, value: float) -> None:
        """Let a lever of money act on the funders' table."""
        funders, start = self.model.system.funders, self._start_of_money
        outside = funders["stage"] != FunderStage.GOVERNMENT
        if name == "money.amount":
            began = _value_at_start(self.plan, name) or 1.0
            funders["annual_budget"][outside] = start["annual_budget"][outside] / began * value
        elif name == "money.years":
            longer = outside & (start["horizon"] > 0)
            months = start["horizon"] + round(12 * (value - _value_at_start(self.plan, name)))
            funders["horizon"][longer] = np.maximum(1, months[longer])
        else:
            funders["flexible_share"][outside] = value


def _value_at_start(plan: Plan, lever: str) -> float:
    """Return where a lever stood before the first month."""
    early = [move.value for move in plan.moves if move.lever == lever and move.month == 0]
    return early[-1] if early else value_in(plan.scenario, lever)
