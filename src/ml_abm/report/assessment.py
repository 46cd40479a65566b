"""Entry point of assessments: assess a scenario, and return the answer as words, tables, a page or a folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..assess.answers.sentences import sentences
from ..assess.assessed import assessed
from ..assess.found import Assessed
from ..assess.variants import Size
from ..runs import Engine
from ..scenario import Scenario
from .assess_page import page
from .files import MANIFEST, write_folder

if TYPE_CHECKING:
    import pandas as pd

REPORT, BEHIND = "report.html", "assessment.json"
# What a folder of an assessment holds, so that a new one may take its place.
OURS = (MANIFEST, REPORT, BEHIND, "scenario.toml", "*.csv")


@dataclass(frozen=True)
class Assessment:
    """An assessed scenario: `odds` (share, low, high), tables as DataFrames, `sentences` by section, `html()` and `write()`."""

    made: Assessed

    @property
    def scenario(self) -> Scenario:
        """What was assessed."""
        return self.made.scenario

    @property
    def odds(self) -> tuple[float, float, float]:
        """The share of futures in which the endgame is reached, and its 95% interval."""
        row = self.made.tables["odds"].iloc[0]
        return float(row.odds), float(row.low), float(row.high)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by its name."""
        return self.made.tables

    @property
    def constraints(self) -> pd.DataFrame:
        """What holds it back, the most first."""
        return self.made.tables["constraints"]

    @property
    def levers(self) -> pd.DataFrame:
        """What can be done, the largest gain first."""
        return self.made.tables["levers"]

    @cached_property
    def sentences(self) -> dict[str, list[str]]:
        """The answers in words, by section."""
        return sentences(self.made)

    def html(self) -> str:
        """Return the report: one page that needs nothing but itself."""
        return page(self.made)

    def behind(self) -> dict[str, Any]:
        """Return all that the page is made from, for JSON."""
        a = self.made
        return {
            "schema": 1,
            "kind": "assessment",
            "ml_abm": __version__,
            "scenario": a.scenario.model_dump(mode="json", exclude={"system": {"folder"}}),
            "endgame": a.endgame.model_dump(),
            "years": a.clock.labels,
            "seeds": list(a.ensemble.seeds),
            "draws": len(a.ensemble),
            "drawn_from": a.ensemble.source,
            "runs": a.runs.count(),
            "quick": a.quick,
            "schools": a.scenario.setting.schools,
            "schools_simulated": a.simulated.setting.schools,
            "coverage_without_constraints": a.ceiling,
            "worth_of_knowing_all": a.worth_of_knowing_all,
            "sentences": self.sentences,
            "tables": {
                name: json.loads(table.to_json(orient="records", double_precision=15))
                for name, table in a.tables.items()
            },
        }

    def write(self, folder: str | Path) -> None:
        """Write report, tables, JSON and scenario into a folder that appears whole or not at all. Raises OutputError."""
        write_folder(Path(folder), self._fill)

    def _fill(self, folder: Path) -> None:
        behind = self.behind()
        (folder / REPORT).write_text(self.html(), encoding="utf-8")
        (folder / BEHIND).write_text(
            json.dumps(behind, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
        for name, table in self.made.tables.items():
            table.to_csv(folder / f"{name}.csv", index=False)
        (folder / "scenario.toml").write_text(self.scenario.to_toml(), encoding="utf-8")
        manifest = {
            name: behind[name]
            for name in (
                "schema",
                "kind",
                "ml_abm",
                "seeds",
                "runs",
                "quick",
                "schools",
                "schools_simulated",
                "drawn_from",
            )
        }
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def assess(
    scenario: Scenario | str,
    *,
    quick: bool = False,
    seed: int = 1,
    workers: int | None = None,
    posterior: Any = None,
    keep: str | Path | None = None,
    size: Size | None = None,
    progress: Callable[[int, int], None] = lambda finished, planned: None,
    pool: Executor | Engine | None = None,
) -> Assessment:
    """Assess a scenario against its endgame.

    Parameters
    ----------
    scenario : a scenario with a table [endgame], or the name of a preset.
    quick : fewer futures; pairs of levers, the checklist's gaps, freedom and the map of design and execution are left out.
    seed : of draws and chance events.
    workers : threads; all that this process may use by default.
    posterior : a calibrated posterior (anything with `scenarios(base, n, seed)`), for what it fitted in place of the priors.
    keep : a folder in which runs are kept, to go on from.
    size : how many draws each part is run in, in place of the full or the quick number, and up to how many teachers a system is simulated whole.
    progress : called with how many runs of how many are finished, from any thread.
    pool : where runs are made, one per thread, in place of threads of this assessment's own.
    """
    if isinstance(scenario, str):
        scenario = Scenario.find(scenario)
    made = assessed(
        scenario,
        quick=quick,
        seed=seed,
        workers=workers,
        posterior=posterior,
        keep=Path(keep) if keep else None,
        size=size,
        progress=progress,
        pool=pool,
    )
    return Assessment(made)
