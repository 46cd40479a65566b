"""The run without the programme, under the same random seed: what every "change" of the live view is held against."""

from __future__ import annotations

import threading
from weakref import WeakValueDictionary

import numpy as np

from ..outcomes import describe
from ..scenario import Scenario, without_programme
from ..simulation import Simulation
from .plan import Plan

OUTCOMES = tuple(describe())
# Curves of what the programme adds, and the outcome that each is a difference of.
ADDED = {"workload_hours_added": "workload_hours", "strain_added": "strain"}


class Counterfactual:
    """A scenario without its programme, simulated as far as it is asked for; several runs may share it."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        self._run: Simulation | None = Simulation(scenario, seed)
        self._curves = np.zeros((scenario.months, len(OUTCOMES)))
        self._month = 0
        self._lock = threading.Lock()

    def until(self, month: int) -> np.ndarray:
        """Return the first months: float64 (months, OUTCOMES)."""
        with self._lock:
            while self._run is not None and self._month < month:
                latest = self._run.run_for(1).latest()
                self._curves[self._month] = [latest[name] for name in OUTCOMES]
                self._month += 1
                if self._month == len(self._curves):
                    self._run = None  # all is known: the schools are no longer needed
        return self._curves[:month]

    def curve(self, outcome: str, month: int) -> np.ndarray:
        """Return an outcome of the first months, by month."""
        return self.until(month)[:, OUTCOMES.index(outcome)]


# Shared by all that look at the same schools under the same seed: two plans, a restart, visitors of the same programme.
_SHARED: WeakValueDictionary[tuple[Scenario, int], Counterfactual] = WeakValueDictionary()
_LOCK = threading.Lock()


def counterfactual(plan: Plan, seed: int) -> Counterfactual:
    """Return the run without the programme of a plan under a seed; while it is held, it is the same object."""
    key = without_programme(plan.as_scenario()), seed
    with _LOCK:
        found = _SHARED.get(key)
        if found is None:
            found = _SHARED[key] = Counterfactual(*key)
    return found
