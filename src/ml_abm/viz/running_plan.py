"""One run of the live view: month by month, as a Mesa model, with every outcome kept for the curves, and what the programme adds to it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..agents.model import SchoolSystemModel
from ..tables import NEVER, GrantStatus
from .counterfactual import ADDED, OUTCOMES, Counterfactual, counterfactual
from .plan import Plan

COLUMNS = (*OUTCOMES, *ADDED)


class Life:
    """One plan being run.

    Attributes
    ----------
    plan : what is run; a move made now acts from the next month on.
    without : the run without the programme; a move moves it too where it describes the setting.
    model : the Mesa model; its agents are windows on this month.
    noticed : grants that began or ended and champions at the top who came or left: month, kind, row.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.model = SchoolSystemModel(plan.at_start(), rng=plan.seed)
        self.noticed: list[tuple[int, str, int]] = []
        n_funders = len(self.model.system.funders)
        self._curves = np.zeros((self.months, len(COLUMNS) + n_funders + 1), np.float32)

    @property
    def plan(self) -> Plan:
        """The plan that is run."""
        return self._plan

    @plan.setter
    def plan(self, plan: Plan) -> None:
        self.without: Counterfactual = counterfactual(plan, plan.seed)
        self._plan = plan

    @property
    def month(self) -> int:
        """Months simulated."""
        return self.model.month

    @property
    def months(self) -> int:
        """Months in all."""
        return self.model.simulation.scenario.months

    @property
    def over(self) -> bool:
        """Whether the last month was simulated."""
        return self.month >= self.months

    def step(self) -> None:
        """Simulate a month, with the moves made before it."""
        for event in self.plan.events_at(self.month):
            self.model.simulation.apply(event)
        seats, grants = self.top_seats(), self.model.system.funders["status"].copy()
        self.model.step()
        paid, latest = self.model.system.funders["spent_now"], self.model.latest
        programme = self.model.system.programme[0]
        unmet = programme["need"] - programme["met"]
        added = (latest[name] - self.without.curve(name, self.month)[-1] for name in ADDED.values())
        self._curves[self.month - 1] = [*(latest[name] for name in OUTCOMES), *added, *paid, unmet]
        self._notice(seats, grants)

    def run_until(self, month: int) -> Life:
        """Run until so many months were simulated."""
        while self.month < min(month, self.months):
            self.step()
        return self

    def curves(self, first: int = 0) -> np.ndarray:
        """Return the months simulated from `first` on: float32 (months, COLUMNS, what each funder spent, need not met)."""
        return self._curves[first : self.month]

    def curve(self, outcome: str) -> np.ndarray:
        """Return one outcome, or what the programme adds to it, by month."""
        return self._curves[: self.month, COLUMNS.index(outcome)]

    def added(self, outcome: str) -> np.ndarray:
        """Return what the programme adds to an outcome by month: nothing where there is no programme."""
        return self.curve(outcome) - self.without.curve(outcome, self.month).astype(np.float32)

    def marks(self) -> list[tuple[int, str, Any]]:
        """Return what stands on the time axis: month, kind and what it is about.

        Kinds: "event" (the words of the scenario), "lever" (a `Move`), "grant began" and "grant ended" (the funder's row),
        "champion left" and "champion came" (a seat at the top).
        """
        timeline = self.model.simulation.scenario.timeline
        events = [(event.month, "event", event.says) for event in timeline if event.month < self.month]
        moves = [(move.month, "lever", move) for move in self.plan.moves if 0 < move.month < self.month]
        return sorted([*events, *moves, *self.noticed], key=lambda mark: mark[0])

    def top_seats(self) -> np.ndarray:
        """Return which champions' seats at the top are filled."""
        champions = self.model.system.champions
        return champions["active"][champions["district"] == NEVER].astype(bool)

    def _notice(self, seats: np.ndarray, grants: np.ndarray) -> None:
        """Note what chance did to grants and to champions at the top in the last month."""
        month = self.month - 1
        status = self.model.system.funders["status"]
        for kind, which in (("grant began", GrantStatus.PAYING), ("grant ended", GrantStatus.ENDED)):
            rows = np.flatnonzero((status == which) & (grants != which))
            if month or which != GrantStatus.PAYING:  # those that pay from the first month are no news
                self.noticed += [(month, kind, int(row)) for row in rows]
        now = self.top_seats()
        for kind, rows in (("champion left", seats & ~now), ("champion came", ~seats & now)):
            self.noticed += [(month, kind, int(row)) for row in np.flatnonzero(rows)]
