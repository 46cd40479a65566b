"""The trials of the package, run with their own seeds, and which of their findings the model misses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ml_abm.trials import Compared, Trial, load_trials, run_trials

FAR = 3.0  # standard errors of a study beyond which the model misses what it found


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

    @property
    def missed(self) -> bool:
        """Whether the model is too far from a number, or contradicts a direction where the study is used for its direction alone."""
        found, it = self.compared.found, self.compared
        if self.trial.use == "sign":
            return bool(found.direction) and it.holds is not True
        if found.low is not None and found.high is not None and found.low <= it.model <= found.high:
            return False
        return it.distance is None or abs(it.distance) > FAR


@cache
def measured() -> list[Row]:
    """Return every finding of every trial beside the model, each run with the trial's own seeds."""
    return [
        Row(result.trial, k, compared)
        for result in run_trials(load_trials())
        for k, compared in enumerate(result.compared, 1)
    ]
