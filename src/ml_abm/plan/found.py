"""A plan that was found: tables of the packages that were judged last, and what stands behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..scenario import Scenario
from .asked import Asked
from .measures import Measured
from .packages import AS_IT_IS, Package, in_words, taken

if TYPE_CHECKING:
    import pandas as pd

LEVELS = (0.5, 2 / 3, 0.8, 0.9)  # odds of the goal for which the cheapest package is named
PROGRAMME, LEVER, PAIR, PACKAGE = "as it is", "best single lever", "best pair", "package"


@dataclass(frozen=True)
class Sizes:
    """What was run: packages tried, runs in all, draws and simulated schools of the search and of the last judgement, and the front's packages."""

    tried: int
    runs: int
    search_draws: int
    final_draws: int
    search_schools: int
    final_schools: int
    schools: int
    seed: int


@dataclass(frozen=True)
class Plan:
    """What was found.

    Attributes
    ----------
    finalists : packages by name, the programme as it is first, then from the cheapest to the dearest.
    measured : every measure by the name of a finalist, in the same fresh draws (`measures.measured`).
    tables : `packages`, `steps`, `payers`, `years`, `criteria`, `levels`, `front` as DataFrames.
    """

    asked: Asked
    finalists: dict[str, Package]
    measured: dict[str, Measured]
    tables: dict[str, pd.DataFrame]
    sizes: Sizes

    @property
    def packages(self) -> pd.DataFrame:
        """What each finalist does and costs."""
        return self.tables["packages"]

    def scenario(self, name: str) -> Scenario:
        """Return the scenario of a finalist, to be run as it is."""
        package = self.finalists[name]
        made = taken(self.asked.scenario, package, self.asked.choices.called)
        if package == AS_IT_IS:
            return made
        return made.replace({"title": f"{made.title or made.name}: {name}"[:80]})

    def best(self) -> str:
        """Return the name of the package with the best odds of the goal; of equals, the cheapest."""
        rows = self.packages[self.packages["role"] == PACKAGE]
        if not len(rows):
            return PROGRAMME
        return str(
            rows.sort_values(["odds", "shortfall", "cost"], ascending=[False, True, True]).iloc[0]["name"]
        )

    def widest(self) -> str:
        """Return the name of the package that covers most."""
        rows = self.packages[self.packages["role"] == PACKAGE]
        return str(rows.loc[rows["coverage"].idxmax(), "name"]) if len(rows) else PROGRAMME

    def said(self, name: str) -> str:
        """Return a finalist's levers in the order in which they are pulled."""
        return in_words(self.finalists[name])
