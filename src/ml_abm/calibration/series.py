"""Series that is fitted: one count by year, with what rounding leaves open and the most it can be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from ..errors import CaseError
from .case import Case, all_cases, load_case

# Counts of what came or was given in a year: they do not add up to a reach.
FLOWS = ("new_teachers", "new_schools")
FEWEST = 3  # points; two make a line through anything
LONG = 5  # points that a forecast is tried on: three to fit, two to meet


@dataclass(frozen=True)
class Series:
    """A reach by year. Arrays are float64 (points,), by year.

    `units` is the step that each value was rounded to; `ceiling` is the most that is possible, inf where it is not stated.
    A share counts nothing, so no chance of counting goes with it. `outcome` is the model's outcome that counts the same, where a case says so
    itself; otherwise it follows from the metric (`problem.COUNTED_AS`).
    """

    case: str
    metric: str
    years: np.ndarray
    values: np.ndarray
    units: np.ndarray
    ceiling: float = inf
    share: bool = False
    outcome: str = ""

    @property
    def name(self) -> str:
        """Case and what it counts."""
        return f"{self.case}: {self.metric}"

    def __len__(self) -> int:
        return len(self.values)

    def part(self, start: int, end: int) -> Series:
        """Return some of the points."""
        cut = slice(start, end)
        return replace(self, years=self.years[cut], values=self.values[cut], units=self.units[cut])


def series_of(case: Case, metric: str, fewest: int = FEWEST) -> Series:
    """Return a metric of a case as a series to fit. Raises CaseError, in one line, for one that cannot be fitted.

    `fewest` points it has to have: fewer where something else is known too.
    """
    points = case.series(metric)
    years, values = points.year.to_numpy(np.float64), points.value.to_numpy(np.float64)
    known = points.denominator.to_numpy(np.float64)
    known = known[np.isfinite(known)]
    share = metric.startswith("share_")
    ceiling = 1.0 if share else float(known.max()) if len(known) else inf
    found = Series(case.name, metric, years, values, rounding_units(values), ceiling, share)
    check(found, fewest)
    return found


def check(series: Series, fewest: int = FEWEST) -> None:
    """Raise CaseError for points that no curve can be fitted to."""
    where = f"{series.case}, {series.metric}"
    years, values = series.years, series.values
    if not (np.isfinite(years).all() and np.isfinite(values).all()):
        raise CaseError(f"{where}: a year or a value is missing or not a number")
    if (values < 0).any():
        raise CaseError(f"{where}: {values.min():g} is below 0: a count is 0 or more")
    twice = years[1:][np.diff(years) == 0]
    if len(twice):
        raise CaseError(f"{where}: year {twice[0]:g} is there twice: keep the better source")
    if len(values) < fewest:
        raise CaseError(f"{where} has {len(values)} points: a fit needs {fewest} or more")
    if not values.any():
        raise CaseError(f"{where}: all values are 0, there is nothing to fit")
    if (values > series.ceiling).any():
        raise CaseError(f"{where}: {values.max():,g} is above the denominator {series.ceiling:,g}")


def rounding_units(values: Iterable[float]) -> np.ndarray:
    """Return the step that each number seems to be rounded to: 1,500 to 100, 4,894 to 1, 0.35 to 0.01; at most a tenth of it."""
    return np.array([_unit(float(value)) for value in values])


def _unit(value: float) -> float:
    if not value.is_integer():
        decimals = len(f"{value:.10f}".rstrip("0").partition(".")[2])
        return float(10.0**-decimals)
    unit = 1
    while value > 0 and value % (unit * 10) == 0 and unit * 10 <= value / 10:
        unit *= 10
    return float(unit)


def long_series(at_least: int = LONG) -> list[Series]:
    """Return every series of the package with so many points of marks A and B; flows a year are no reach and left out."""
    table = all_cases()
    sourced = table.A + table.B
    chosen = table[(sourced >= at_least) & ~table.metric.isin(FLOWS)]
    return [
        series_of(load_case(case), metric)
        for case, metric in zip(chosen["case"], chosen["metric"], strict=True)
    ]
