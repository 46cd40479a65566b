"""A posterior as ArviZ has it, to hand on and to keep: the one place that knows both of its interfaces (before and from 1.0)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .diagnostics import Predictive, prior_predictive
from .fit import DRAWS, Posterior
from .quiet import arviz


def inference_data(posterior: Posterior, after: Predictive | None = None) -> Any:
    """Return an InferenceData (ArviZ 0.x) or DataTree (1.x) with posterior, prior, both predictives and the observed points.

    One chain: draws are independent. Groups of reports have a variable for each case, and one for its surveys.
    """
    library = arviz()
    groups = {
        "posterior": _variables(posterior, posterior.values),
        "prior": _variables(posterior, posterior.problem.values(posterior.prior_runs.z[:DRAWS])),
        "prior_predictive": _reports(posterior, prior_predictive(posterior)),
        "observed_data": _by_case(
            posterior,
            [t.series.values for t in posterior.problem.targets],
            [t.survey_values for t in posterior.problem.targets],
        ),
    }
    if after is not None:
        groups["posterior_predictive"] = _reports(posterior, after)
    if int(library.__version__.partition(".")[0]) < 1:
        return library.from_dict(**groups)
    return library.from_dict(groups)


def write_netcdf(data: Any, path: Path) -> None:
    """Write it as NetCDF."""
    data.to_netcdf(str(path), engine="h5netcdf")


def _variables(posterior: Posterior, values: np.ndarray) -> dict[str, np.ndarray]:
    return {name: values[None, :, k] for k, name in enumerate(posterior.problem.names)}


def _reports(posterior: Posterior, predictive: Predictive) -> dict[str, np.ndarray]:
    reports, found = ([table[None] for table in tables] for tables in (predictive.reports, predictive.found))
    return _by_case(posterior, reports, found)


def _by_case(
    posterior: Posterior, points: list[np.ndarray], surveys: list[np.ndarray]
) -> dict[str, np.ndarray]:
    """Return a variable for the points of each case, and one for its surveys where it has any."""
    named = {t.series.case: table for t, table in zip(posterior.problem.targets, points, strict=True)}
    for target, table in zip(posterior.problem.targets, surveys, strict=True):
        if target.surveys:
            named[f"{target.series.case}_surveys"] = table
    return named
