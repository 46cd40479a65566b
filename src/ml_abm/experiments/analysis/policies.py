"""Policies in states of the world: a policy is a scenario with its levers, a state of the world is what is not chosen.

Policies can be compared only where they meet the same futures, so every policy must meet every future of the study. A
future is one setting of the uncertain factors; where none is uncertain, it is one replicate, a replicate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import AnalysisError
from . import words
from .reading import Experiment, at_month, one_of, spread, varying

if TYPE_CHECKING:
    import pandas as pd

SEPARATOR = ", "


@dataclass(frozen=True)
class Policies:
    """What can be chosen, and at which points of the design it was tried.

    Attributes
    ----------
    table : a row a policy: `scenario`, and a column a lever that varies.
    futures : settings of uncertain factors; 1 where only chance differs.
    rows : policies x futures, the rows of `scenario x point` (scenario by scenario) in which they are.
    """

    table: pd.DataFrame
    futures: int
    rows: np.ndarray

    @property
    def levers(self) -> list[str]:
        """The levers that vary."""
        return [str(name) for name in self.table.columns if name != "scenario"]

    def labels(self) -> list[str]:
        """Return every policy in words, by what differs between policies."""
        several = self.table["scenario"].nunique() > 1
        return [
            SEPARATOR.join(
                [row["scenario"]] * several + [words.setting(name, row[name]) for name in self.levers]
            )
            for row in self.table.to_dict("records")
        ]


def policies_of(experiment: Experiment, verb: str) -> Policies:
    """Return the policies of a study, or raise AnalysisError where there is one only or futures differ between them."""
    levers, uncertain = split(experiment)
    points, scenarios = experiment.points, list(experiment.study.compared())
    chosen = group_numbers(points, levers)
    future = group_numbers(points, uncertain)
    n_chosen, n_futures = int(chosen.max()) + 1, int(future.max()) + 1
    if n_chosen * len(scenarios) < 2:
        raise AnalysisError(
            f"{verb}: {experiment.study.name} has one policy, and 2 or more are needed: name several scenarios, or let a "
            "lever vary"
        )
    place = np.full((n_chosen, n_futures), -1)
    place[chosen, future] = np.arange(len(points))
    if len(points) != place.size or (place < 0).any():
        raise AnalysisError(
            f"{verb}: policies do not meet the same futures, as levers and uncertain factors were drawn together: put the "
            "policies into `scenarios`, or every lever setting with every future into a design 'grid' or 'list'"
        )
    firsts = points.iloc[place[:, 0]][levers].reset_index(drop=True)
    return Policies(
        table=stacked(firsts, scenarios),
        futures=n_futures,
        rows=np.concatenate([place + k * len(points) for k in range(len(scenarios))]),
    )


def split(experiment: Experiment) -> tuple[list[str], list[str]]:
    """Return the factors that vary: levers, and those that are not chosen."""
    names = varying(experiment)
    levers = [name for name in names if experiment.study.factors[name].role == "lever"]
    return levers, [name for name in names if name not in levers]


def group_numbers(points: pd.DataFrame, names: list[str]) -> np.ndarray:
    """Return for each point which setting of some factors it has, counted from 0 in the order of first sight."""
    if not names:
        return np.zeros(len(points), int)
    return points.groupby(names, sort=False).ngroup().to_numpy()


def stacked(settings: pd.DataFrame, scenarios: list[str]) -> pd.DataFrame:
    """Return lever settings once for every scenario."""
    import pandas as pd

    parts = [settings.assign(scenario=name) for name in scenarios]
    table = pd.concat(parts, ignore_index=True)
    return table[["scenario", *settings.columns]]


def performance(
    experiment: Experiment, policies: Policies, outcome: str | None, month: int | None
) -> tuple[str, np.ndarray]:
    """Return an outcome by name, and policies x futures x replicates of it."""
    outcome = one_of("outcome", outcome, experiment.study.outcomes)
    table = at_month(experiment, month)
    return outcome, arranged(experiment, policies, table, outcome)


def arranged(experiment: Experiment, policies: Policies, table: pd.DataFrame, column: str) -> np.ndarray:
    """Return a column of a table with a row per run as policies x futures x replicates."""
    parts: list[Any] = [
        spread(experiment, table[table["scenario"] == name], column) for name in experiment.study.compared()
    ]
    return np.concatenate([part.to_numpy(float) for part in parts])[policies.rows]


def by_future(values: np.ndarray) -> np.ndarray:
    """Return policies x futures: means over chance, or where there is one future only, its replicates as futures."""
    return values[:, 0, :] if values.shape[1] == 1 else values.mean(axis=2)


def folded(policy: str) -> str:
    """Return the words of a policy with a line for each lever, for the side of a figure."""
    return policy.replace(SEPARATOR, "\n")
