"""The trials of the package, run with their own seeds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ml_abm.trials import Compared, Result, Trial, load_trials, run_trials


@dataclass(frozen=True)
class Row:
    """One finding of a trial beside the model."""

    trial: Trial
    number: int
    compared: Compared

    @property
    def key(self) -> str:
        """The trial's id, with the number of the finding where there are several."""
        return self.trial.id if len(self.trial.found) == 1 else f"{self.trial.id}.{self.number}"


@cache
def results() -> list[Result]:
    """Return every trial beside the model, each run with the trial's own seeds."""
    return run_trials(load_trials())


def measured() -> list[Row]:
    """Return every finding of every trial beside the model."""
    return [
        Row(result.trial, k, compared)
        for result in results()
        for k, compared in enumerate(result.compared, 1)
    ]
