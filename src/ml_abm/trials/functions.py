"""Functions of statistics: means, shares, correlations and slopes over runs, teachers or schools.

Values are arrays of shape (n, months): n runs, or the teachers, schools or districts of all runs one after the other. A condition picks rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import TrialError

Array = np.ndarray


@dataclass(frozen=True)
class Function:
    """A function of statistics: how many arguments it takes, whether a condition may follow, and whether one number comes out.

    `reads` says what its arguments are: "values", a "condition", or "either".
    """

    call: Callable[..., Any]
    usage: str
    least: int
    most: int
    picks: bool = False
    gives_number: bool = True
    reads: str = "values"


def picked(values: Any, where: Array | None) -> Array:
    """Return the values of the rows that a condition picks, flat; raises TrialError if there are none."""
    values = np.asarray(values, dtype=np.float64)
    if where is not None:
        values, where = np.broadcast_arrays(values, where)
        values = values[where]
    if values.size == 0:
        raise TrialError("no row is left: the condition holds for none")
    return np.ravel(values)


def mean(values: Any, where: Array | None = None) -> float:
    """Return the mean over rows and months."""
    return float(picked(values, where).mean())


def sd(values: Any, where: Array | None = None) -> float:
    """Return the standard deviation over rows and months."""
    return float(picked(values, where).std())


def share(condition: Any, among: Array | None = None) -> float:
    """Return the share of rows for which a condition holds."""
    return mean(condition, among)


def quantile(values: Any, level: float, where: Array | None = None) -> float:
    """Return a quantile over rows and months."""
    if not 0 <= level <= 1:
        raise TrialError(f"quantile: {level:g} is not a level: allowed 0 to 1")
    return float(np.quantile(picked(values, where), level))


def corr(x: Any, y: Any, where: Array | None = None) -> float:
    """Return the correlation of two columns across rows."""
    x, y = np.broadcast_arrays(x, y)
    a, b = picked(x, where), picked(y, where)
    if a.std() == 0 or b.std() == 0:
        raise TrialError("corr: a column is the same for all, so there is no correlation")
    return float(np.corrcoef(a, b)[0, 1])


def slope(y: Any, x: Any, *others: Any, where: Array | None = None) -> float:
    """Return how much y changes for one of x, at equal others: a coefficient of least squares."""
    columns = np.broadcast_arrays(y, x, *others)
    outcome, *terms = (picked(column, where) for column in columns)
    design = np.column_stack([np.ones(len(outcome)), *terms])
    found, _, rank, _ = np.linalg.lstsq(design, outcome, rcond=None)
    if rank < design.shape[1]:
        raise TrialError("slope: its columns do not vary independently of each other")
    return float(found[1])


def average(values: Any) -> Array:
    """Return the mean over months of each row."""
    return np.asarray(values, dtype=np.float64).mean(axis=1, keepdims=True)


def log(value: Any) -> Any:
    """Return the natural logarithm."""
    if np.any(np.asarray(value) <= 0):
        raise TrialError("log: of a number that is not above 0")
    return np.log(value)


def logistic_r2(series: Array) -> Array:
    """Return for each run R2 of the best three-parameter logistic through its series; 0 of one that never moves."""
    try:
        from scipy.optimize import curve_fit
    except ImportError:
        raise TrialError(
            "logistic_r2 needs scipy, which is not installed: pip install 'ml-abm[calibration]'"
        ) from None

    months = np.arange(series.shape[1])

    def law(t: Array, top: float, rate: float, middle: float) -> Array:
        return top / (1 + np.exp(-rate * (t - middle)))

    def r2(curve: Array) -> float:
        if np.ptp(curve) == 0:
            return 0.0
        guess = (curve.max(), 0.1, float(np.argmax(curve > curve.max() / 2)))
        try:
            best, _ = curve_fit(law, months, curve, p0=guess, maxfev=20_000)
        except RuntimeError:  # no logistic was found
            return 0.0
        return float(1 - ((curve - law(months, *best)) ** 2).sum() / ((curve - curve.mean()) ** 2).sum())

    with np.errstate(over="ignore"):
        return np.array([[r2(curve)] for curve in series])


# `total` is worked out where the number of runs is known (`statistic.py`).
FUNCTIONS: dict[str, Function] = {
    "mean": Function(mean, "mean(values) or mean(values, condition)", 1, 1, picks=True),
    "sd": Function(sd, "sd(values) or sd(values, condition)", 1, 1, picks=True),
    "share": Function(
        share, "share(condition) or share(condition, among)", 1, 1, picks=True, reads="condition"
    ),
    "quantile": Function(
        quantile, "quantile(values, level) or quantile(values, level, condition)", 2, 2, picks=True
    ),
    "corr": Function(corr, "corr(x, y) or corr(x, y, condition)", 2, 2, picks=True),
    "slope": Function(
        slope,
        "slope(y, x, others ...) or slope(y, x, others ..., condition)",
        2,
        8,
        picks=True,
        reads="either",
    ),
    "total": Function(lambda values, runs: float(values.sum(axis=0).mean() / runs), "total(values)", 1, 1),
    "average": Function(average, "average(values)", 1, 1, gives_number=False),
    "logistic_r2": Function(logistic_r2, "logistic_r2(outcome)", 1, 1, gives_number=False),
    "log": Function(log, "log(x)", 1, 1, gives_number=False),
    "exp": Function(np.exp, "exp(x)", 1, 1, gives_number=False),
}
