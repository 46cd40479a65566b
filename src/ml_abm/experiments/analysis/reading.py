"""Input of an analysis: one outcome at one month of one scenario, a row per point, a column per replicate.

Replicate r has the same random seeds at every point and in every scenario, so a column is one replicate, and columns are
independent of each other. All intervals over replicates rest on that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ...calibration.uncertain import HOLDS
from ...errors import AnalysisError, suggestion
from .stochastic import Interval, over_draws, over_replicates
from .words import called

if TYPE_CHECKING:
    import pandas as pd


class Study(Protocol):
    """What was asked, as far as analyses need it."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def factors(self) -> Mapping[str, Any]:
        """What varies, by dotted name: with `role`, 'lever' or 'uncertainty', and `distribution`."""

    def compared(self) -> Mapping[str, Any]:
        """Return the scenarios by name; the first is the reference."""

    @property
    def outcomes(self) -> Sequence[str]:
        """What is recorded; the first is what the study is about."""

    @property
    def months(self) -> int:
        """Months simulated."""

    @property
    def design(self) -> str:
        """How points were chosen: grid, latin-hypercube, sobol, saltelli, morris or list."""

    @property
    def draws(self) -> bool:
        """Whether each replicate has a draw of all that is uncertain."""


class Experiment(Protocol):
    """What was run."""

    @property
    def study(self) -> Study:
        """What was asked."""

    @property
    def points(self) -> pd.DataFrame:
        """A row a point, in the order of the design; a column per factor."""

    @property
    def runs(self) -> pd.DataFrame:
        """One row per run: point, scenario, replicate, and outcomes at the last month."""

    @property
    def months(self) -> pd.DataFrame:
        """One row per run and month."""


@dataclass(frozen=True)
class Reading:
    """One outcome as numbers: `values` has a row per point (in the order of the design) and a column a replicate."""

    outcome: str
    scenario: str
    month: int
    values: pd.DataFrame
    points: pd.DataFrame
    drawn: bool = False  # whether replicates have draws of what is not known

    def over(self, estimates: Any) -> Interval:
        """Return mean and interval of estimates whose last axis is the replicates (2 or more)."""
        return over_draws(estimates) if self.drawn else over_replicates(estimates)

    @property
    def holds(self) -> str:
        """What its intervals hold, in words."""
        return HOLDS if self.drawn else "chance alone"

    @property
    def spread(self) -> str:
        """Why its replicates differ, in few words."""
        return HOLDS.partition(" (")[0] if self.drawn else "chance"

    @property
    def means(self) -> Any:
        """The mean over replicates at each point."""
        return self.values.to_numpy(float).mean(axis=1)

    @property
    def when(self) -> str:
        """The moment in words; row 0 of a table is the end of the first month."""
        return f"after {self.month + 1} months"

    @property
    def where(self) -> str:
        """Moment and scenario in words."""
        return f"{self.when}, scenario '{self.scenario}'"


def read(
    experiment: Experiment,
    outcome: str | None = None,
    scenario: str | None = None,
    month: int | None = None,
    *,
    replicates: int = 1,
) -> Reading:
    """Read one outcome; by default the first of the study, in its first scenario, at the last month.

    `replicates` is how many the analysis needs at least. Raises AnalysisError in one line.
    """
    outcome = one_of("outcome", outcome, experiment.study.outcomes)
    scenario = one_of("scenario", scenario, experiment.study.compared())
    table = at_month(experiment, month)
    values = spread(experiment, table[table["scenario"] == scenario], outcome)
    if values.shape[1] < replicates:
        raise AnalysisError(
            f"{experiment.study.name}: this analysis needs {replicates} replicates or more, and there is "
            f"{values.shape[1]}: raise `replicates` in the study"
        )
    last = experiment.study.months - 1 if month is None else month
    points = experiment.points.loc[values.index]
    return Reading(outcome, scenario, last, values, points, experiment.study.draws)


def one_of(kind: str, name: str | None, known: Iterable[str]) -> str:
    """Return a name that the study knows, its first by default."""
    names = list(known)
    if name is None and names:
        return names[0]
    if name in names:
        return str(name)
    raise AnalysisError(
        f"{kind} {name!r} is not in this study, which has {', '.join(names)}.{suggestion(str(name), names)}"
    )


def at_month(experiment: Experiment, month: int | None) -> pd.DataFrame:
    """Return a row per run, with the outcomes at one month (counted from 0), the last by default."""
    if month is None:
        return experiment.runs
    if not 0 <= month < experiment.study.months:
        raise AnalysisError(f"month {month}: allowed 0 to {experiment.study.months - 1}")
    return experiment.months[experiment.months["month"] == month]


def spread(experiment: Experiment, table: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return an outcome as a table of points by replicates; every run must be there and be a number."""
    wide = table.pivot_table(index="point", columns="replicate", values=outcome, dropna=False)
    wide = wide.reindex(experiment.points.index)
    missing = int(wide.isna().to_numpy().sum()) if wide.shape[1] else len(wide)
    if missing:
        raise AnalysisError(
            f"{experiment.study.name}: {missing:,} of {max(1, wide.shape[1]) * len(wide):,} runs have no "
            f"{called(outcome)}: finish the experiment first (running it again does only what is missing)"
        )
    return wide


def varying(experiment: Experiment) -> list[str]:
    """Return the factors that take more than one value, in the order of the study."""
    return [name for name in experiment.study.factors if experiment.points[name].nunique() > 1]


def needs_factors(experiment: Experiment, least: int = 1) -> list[str]:
    """Return the factors that vary, or raise AnalysisError where there are too few of them."""
    names = varying(experiment)
    if len(names) < least:
        raise AnalysisError(
            f"{experiment.study.name}: this analysis needs {least} or more factors that vary, and there are "
            f"{len(names)}"
        )
    return names


def range_of(column: pd.Series, factor: Any) -> tuple[float, float]:
    """Return the lowest and the highest value of a factor: those of the study, or where it gives none those that it took."""
    low, high = float(column.min()), float(column.max())
    lowest, highest = getattr(factor, "low", None), getattr(factor, "high", None)
    if lowest is None or highest is None or lowest > low or highest < high:
        return low, high
    return float(lowest), float(highest)
