"""Result of an assessment: what was run, and every table by its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..scenario import Endgame, Scenario
from ..system.smaller import part_of
from .endgame import Clock
from .ensemble import Ensemble
from .feasible import Cap
from .runs import Runs
from .variants import Size

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Assessed:
    """What was run, and every table by its name."""

    scenario: Scenario
    endgame: Endgame
    clock: Clock
    ensemble: Ensemble
    size: Size
    seed: int
    share: float  # of the schools that were simulated
    caps: tuple[Cap, ...]
    runs: Runs
    tables: dict[str, pd.DataFrame]
    ceiling: float
    worth_of_knowing_all: float

    @property
    def simulated(self) -> Scenario:
        """What was simulated of the scenario: all of it, or a part in proportion."""
        return part_of(self.scenario, self.share)

    @property
    def quick(self) -> bool:
        """Whether parts were left out to be quick."""
        return self.size.pairs == 0
