"""The result of a trial: the model's statistic beside the study's, its chance error, the distance, and whether the direction holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import nan, sqrt
from typing import TYPE_CHECKING

import numpy as np

from ..errors import TrialError
from .observed import Observed
from .statistic import Evaluation, Expression
from .trial import Found, Trial

if TYPE_CHECKING:
    import pandas as pd

SURE = 2.0  # chance errors from the threshold of a direction
FAR = 3.0  # standard errors of a study beyond which the model misses what it found


@dataclass(frozen=True)
class Compared:
    """One thing that a study found, beside the model.

    Attributes
    ----------
    found : what the study found.
    model : the same of the model, over all runs; nan where it cannot be worked out, and `fault` says why.
    chance : its standard error over seeds (jackknife).
    distance : model less study in the study's standard errors, on the scale of comparison; None without a value.
    holds : whether the direction that the study found holds; None where none is said.
    sure : whether that is more than two chance errors from the threshold.
    missed : whether the model contradicts the study: its direction, or a value that is outside its interval and more than `FAR` standard errors
        away. A study used for its direction alone (`sign`) is not held to a value.
    fault : why there is no value of the model.
    """

    found: Found
    model: float
    chance: float
    distance: float | None = None
    holds: bool | None = None
    sure: bool | None = None
    missed: bool = False
    fault: str = ""


@dataclass(frozen=True)
class Result:
    """A trial and all that it compares."""

    trial: Trial
    compared: tuple[Compared, ...]


def compare(trial: Trial, runs: Mapping[str, Sequence[Observed]], numbers: Mapping[str, float]) -> Result:
    """Return what the runs of each arm give beside what the study found."""
    pairs = zip(trial.found, trial.expressions, strict=True)
    return Result(
        trial, tuple(_compared(trial, found, expression, runs, numbers) for found, expression in pairs)
    )


def _compared(
    trial: Trial,
    found: Found,
    expression: Expression,
    runs: Mapping[str, Sequence[Observed]],
    numbers: Mapping[str, float],
) -> Compared:
    def worked_out(of: Mapping[str, Sequence[Observed]]) -> float:
        return Evaluation(of, numbers, trial.let_expressions, trial.months).number(expression)

    try:
        model = worked_out(runs)
    except TrialError as error:
        return Compared(found, nan, nan, missed=True, fault=str(error))
    try:
        chance = jackknife([worked_out(without) for without in _each_left_out(runs)])
    except TrialError:  # without one run no row is left
        chance = nan
    holds, standard_error = found.holds(model), found.error
    distance = None
    if standard_error is not None and found.value is not None:
        distance = (found.scaled(model) - found.scaled(found.value)) / standard_error
    sure = None if holds is None else bool(found.margin(model) > SURE * chance)
    missed = holds is False or (trial.use != "sign" and is_far(found, model, distance))
    return Compared(found, model, chance, distance, holds, sure, missed)


def is_far(found: Found, model: float, distance: float | None) -> bool:
    """Return whether a value of the model is outside a study's interval and too many standard errors away."""
    if distance is None or (
        found.low is not None and found.high is not None and found.low <= model <= found.high
    ):
        return False
    return abs(distance) > FAR


def _each_left_out(runs: Mapping[str, Sequence[Observed]]) -> Iterable[dict[str, list[Observed]]]:
    """Yield the runs of all arms without those of one seed, which share their chance events; nothing of a single run."""
    n = len(next(iter(runs.values())))
    for k in range(n if n > 1 else 0):
        yield {arm: [run for j, run in enumerate(of_it) if j != k] for arm, of_it in runs.items()}


def jackknife(left_out: Sequence[float]) -> float:
    """Return the standard error from values that leave out one of n runs each: sqrt((n - 1) x their variance); nan of a single run."""
    if not left_out:
        return nan
    return sqrt((len(left_out) - 1) * float(np.var(left_out)))


def as_table(results: Iterable[Result]) -> pd.DataFrame:
    """Return a row for each thing found: trial, study, model, chance error, distance, direction and verdict."""
    import pandas as pd

    return pd.DataFrame(
        {
            "trial": result.trial.id,
            "finding": number,
            "use": result.trial.use,
            "study": result.trial.study,
            "what": c.found.what,
            "unit": c.found.unit,
            "value": c.found.value,
            "low": c.found.low,
            "high": c.found.high,
            "model": c.model,
            "chance": c.chance,
            "distance": c.distance,
            "direction": c.found.direction,
            "holds": c.holds,
            "sure": c.sure,
            "missed": c.missed,
            "missed_because": c.found.missed_because,
            "fault": c.fault,
        }
        for result in results
        for number, c in enumerate(result.compared, 1)
    )
