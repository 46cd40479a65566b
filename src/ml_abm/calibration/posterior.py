"""Posterior of a fit in a folder: draws put into a scenario.

The folder is one that `ml-abm calibrate CASE --out DIR` wrote. Draws are read from `draws.parquet`, the same ones as in `posterior.nc`, so no
library of calibration is needed here.

Shared behaviour goes into any scenario. The rollout (trainers, recruitment, target, budgets) is local: it goes into the scenario of its own
case alone, with the events that change the rollout taken out, as the fit had it. Trainers are counted in schools of the whole system, so they
are put in proportion where a scenario has another size.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import FitError
from ..foundation.folders import check_own
from ..parameters import find
from ..plain_text import harmful_texts
from ..scenario import Scenario
from ..system.countries import with_budgets
from ..system.settled import with_numbers
from .rollout import BUDGETS, NO_PARAMETERS, TRAINERS, without_rollout

if TYPE_CHECKING:
    import pandas as pd

    from .problem import Problem

MANIFEST, DRAWS_FILE, KIND, SCHEMA = "manifest.json", "draws.parquet", "fit", 2
AGAIN = "write it again with `ml-abm calibrate CASE --out DIR`"


@dataclass(frozen=True)
class FittedCase:
    """A case that was fitted: its name, the name of its scenario, and how many schools the whole system had."""

    case: str
    scenario: str
    schools: int

    def is_of(self, scenario: Scenario) -> bool:
        """Return whether a scenario is this case's: by its case or by its name."""
        return self.case == scenario.case or self.scenario == scenario.name


@dataclass(frozen=True)
class SavedPosterior:
    """Draws of a posterior from a folder. `table` has a row a draw; `local_to` says which parameters belong to which case."""

    folder: Path
    cases: tuple[FittedCase, ...]
    table: pd.DataFrame
    local_to: Mapping[str, str]

    def draws(self, n: int, seed: int = 1) -> pd.DataFrame:
        """Return n draws, of the seeds from `seed` on. A seed always gives the same draw, alone or among others.

        Draws lie in the folder in no order, so the next ones are as good as any.
        """
        rows = (int(seed) + np.arange(n, dtype=object)) % len(self.table)
        return self.table.iloc[rows.astype(np.int64)].reset_index(drop=True)

    def scenarios(self, base: Scenario, n: int, seed: int = 1, *, local: bool = True) -> list[Scenario]:
        """Return a scenario with n draws, one for each seed from `seed` on. Raises ScenarioError for what it may not have.

        Parameters
        ----------
        base : the scenario that draws go into.
        n, seed : as in `draws`; the run with a seed goes with its draw.
        local : False leaves the rollout out in the scenario of a fitted case too.
        """
        base = with_numbers(base)  # draws of budgets multiply those that go with its list of schools
        applied, own = self.applied(base, local), self._case_of(base)
        if any(name in self.local_to for name in applied):
            base = without_rollout(base)
        rows = self.draws(n, seed)[applied].to_dict("records")
        return [self._with(base, own, row) for row in rows]

    def middle(self, base: Scenario, *, local: bool = True) -> Scenario:
        """Return a scenario with the draw that is nearest to the middle in all parameters at once.

        A draw, and not the median of each: what the data tie together stays tied. Parameters are compared by their ranks.
        """
        ranks = self.table.rank(pct=True).to_numpy() - 0.5
        return self.scenarios(base, 1, int((ranks**2).sum(axis=1).argmin()), local=local)[0]

    def applied(self, base: Scenario, local: bool = True) -> list[str]:
        """Return the names of the parameters that go into a scenario."""
        own = self._case_of(base) if local else None
        return [
            name
            for name in self.table.columns
            if _goes_in(_key(name)) and self.local_to.get(name) in (None, own.case if own else None)
        ]

    def left_out(self, base: Scenario, local: bool = True) -> list[str]:
        """Return the names of parameters of scenarios that do not go into this one."""
        inside = self.applied(base, local)
        return [name for name in self.table.columns if _goes_in(_key(name)) and name not in inside]

    def in_words(self, base: Scenario, local: bool = True) -> str:
        """Return in one line what of the posterior goes into a scenario, and what is left out."""
        names = self.applied(base, local)
        said = f"Draws from {self.folder.name} ({', '.join(one.case for one in self.cases)}): {_list(names)}"
        if any(name in self.local_to for name in names):
            said += "; events leave the rollout alone, as in the fit"
        left = self.left_out(base, local)
        return f"{said}. Left out, as local to another scenario: {_list(left)}." if left else f"{said}."

    def _case_of(self, base: Scenario) -> FittedCase | None:
        return next((one for one in self.cases if one.is_of(base)), None)

    def _with(self, base: Scenario, own: FittedCase | None, row: Mapping[str, float]) -> Scenario:
        """Return the scenario with one draw."""
        changes: dict[str, Any] = {}
        for name, value in row.items():
            key = _key(name)
            if key == BUDGETS:
                changes["funders"] = with_budgets(base, value)
            elif key == TRAINERS and own and name in self.local_to:
                changes[key] = value * _size(base, own)
            else:
                changes[key] = value
        return base.replace(changes)


def _key(name: str) -> str:
    """Return the parameter that a name says, without the case in front of it."""
    return name.rpartition(": ")[2]


def _goes_in(key: str) -> bool:
    """Return whether it is something of a scenario; the error of reports is not."""
    return key == BUDGETS or key not in NO_PARAMETERS


def _size(base: Scenario, own: FittedCase) -> float:
    """Return how many times as large a scenario is as the system that was fitted; real schools are as many as they are."""
    return 1.0 if base.system.schools else base.setting.schools / own.schools


def _list(names: list[str]) -> str:
    return ", ".join(name.rpartition(".")[2] for name in names) or "none"


def in_manifest(problem: Problem) -> dict[str, Any]:
    """Return what the manifest of a fit says for `load_posterior`."""
    return {
        "schema": SCHEMA,
        "kind": KIND,
        "fitted": [
            {
                "case": target.series.case,
                "scenario": target.whole.name,
                "schools": target.whole.setting.schools,
            }
            for target in problem.targets
        ],
        "unknowns": problem.names,
        "local_to": {
            unknown.name: problem.targets[unknown.target].series.case
            for unknown in problem.unknowns
            if unknown.target is not None
        },
    }


def load_posterior(folder: str | Path) -> SavedPosterior:
    """Return the posterior of a fit in a folder. Raises FitError, in one line, for a folder that holds none or a damaged one."""
    folder = Path(folder)
    said = _manifest(folder)
    table = _draws(folder)
    if list(table.columns) != said.get("unknowns") or not len(table):
        raise FitError(f"{folder}: {DRAWS_FILE} and {MANIFEST} do not belong together: {AGAIN}")
    try:
        cases = tuple(
            FittedCase(str(one["case"]), str(one["scenario"]), int(one["schools"])) for one in said["fitted"]
        )
        found = SavedPosterior(folder, cases, table, dict(said["local_to"]))
    except (KeyError, TypeError, ValueError):
        raise FitError(f"{folder / MANIFEST} is damaged: {AGAIN}") from None
    for name in table.columns:
        if _key(name) not in NO_PARAMETERS and find(_key(name)) is None:
            raise FitError(f"{folder}: {name} is no parameter of this version: {AGAIN}")
    if not np.isfinite(table.to_numpy()).all():
        raise FitError(f"{folder / DRAWS_FILE} holds values that are not numbers: {AGAIN}")
    return found


def _manifest(folder: Path) -> dict[str, Any]:
    """Return what a folder says of itself."""
    if not folder.is_dir():
        raise FitError(f"{folder} is no folder: give one that `ml-abm calibrate CASE --out DIR` wrote")
    check_own(folder, (MANIFEST, DRAWS_FILE), FitError)
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        said = None
    except (OSError, ValueError) as error:
        raise FitError(f"{folder / MANIFEST} cannot be read ({type(error).__name__}): {AGAIN}") from None
    if not isinstance(said, dict) or said.get("kind") != KIND:
        raise FitError(f"{folder} holds no fit: give a folder that `ml-abm calibrate CASE --out DIR` wrote")
    if said.get("schema") != SCHEMA:
        raise FitError(f"{folder} holds a fit of another version of ml_abm: {AGAIN}")
    for fault in harmful_texts(said):  # cases and names are printed
        raise FitError(f"{folder / MANIFEST}: {fault}")
    return said


def _draws(folder: Path) -> pd.DataFrame:
    """Return the table of draws, as numbers."""
    import pandas as pd

    path = folder / DRAWS_FILE
    try:
        return pd.read_parquet(path).astype(np.float64)
    except (OSError, ValueError, TypeError) as error:
        raise FitError(f"{path} cannot be read ({type(error).__name__}): {AGAIN}") from None
