"""Designs of experiments: SciPy's and SALib's; here quantiles become values of parameters.

Samples are drawn in the unit cube and turned into values by each factor's distribution. Analyses that need where a point is in
the design, and not its value (Morris), take `unit_points`.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import StudyError
from ..parameters import find
from .points_file import read_points
from .study import Factor, Study

if TYPE_CHECKING:
    import pandas as pd


def points(study: Study) -> pd.DataFrame:
    """Return the points: index `point` from 0, one column a factor by its dotted name. Whole-number parameters are int64."""
    import pandas as pd

    if study.design == "list":
        columns = {name: np.array(column) for name, column in read_points(study.file).items()}
    elif study.design == "grid":
        columns = _grid(study)
    else:
        cube = unit_points(study)
        columns = {name: values_at(name, f, cube[name].to_numpy()) for name, f in study.factors.items()}
    typed = {name: columns[name].astype(np.int64 if _whole(name) else np.float64) for name in study.factors}
    index = pd.RangeIndex(size(study), name="point")
    return pd.DataFrame(typed, index=index, columns=list(study.factors))


def size(study: Study) -> int:
    """Return how many points there are, without making them."""
    n = len(study.factors)
    if study.design == "grid":
        return prod(len(levels_of(name, factor, study.levels)) for name, factor in study.factors.items())
    if study.design == "list":
        return len(next(iter(read_points(study.file).values())))
    if study.design == "saltelli":
        return study.size * (2 * n + 2 if study.second_order else n + 2)
    return study.size * (n + 1) if study.design == "morris" else study.size


def problem(study: Study) -> dict[str, Any]:
    """Return the study in SALib's words: its design is in the unit cube, whatever the factors' distributions are."""
    names = list(study.factors)
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def unit_points(study: Study) -> pd.DataFrame:
    """Return a sampled design in the unit cube: the quantile of each factor at each point.

    Raises StudyError for a grid or a list, which are not sampled, and where the library that knows the design is not installed.
    """
    import pandas as pd

    if study.design in ("grid", "list"):
        raise StudyError(f"{study.name}: design = '{study.design}' is not drawn from a unit cube")
    try:
        table = pd.DataFrame(_sample(study), columns=list(study.factors))
    except ModuleNotFoundError as error:
        raise StudyError(
            f"design = '{study.design}' needs {error.name}, which is not installed: pip install 'ml-abm[experiments]'"
        ) from None
    return table.rename_axis(index="point")


def _sample(study: Study) -> np.ndarray:
    """Return the design from the library that knows it: float64 (points, factors)."""
    if study.design in ("latin-hypercube", "sobol"):
        from scipy.stats import qmc

        sampler = {"latin-hypercube": qmc.LatinHypercube, "sobol": qmc.Sobol}[study.design]
        return sampler(len(study.factors), rng=np.random.default_rng(study.seed)).random(study.size)
    from SALib.sample import morris
    from SALib.sample import sobol as saltelli

    if study.design == "morris":
        return morris.sample(problem(study), study.size, num_levels=study.levels, seed=study.seed)
    return saltelli.sample(problem(study), study.size, calc_second_order=study.second_order, seed=study.seed)


def values_at(name: str, factor: Factor, quantiles: np.ndarray) -> np.ndarray:
    """Return a factor's values at quantiles 0..1; every value of a list, and every whole number of a range, is as likely as the next."""
    if factor.values:
        k = np.minimum((quantiles * len(factor.values)).astype(np.int64), len(factor.values) - 1)
        return np.array(factor.values)[k]
    low, high = factor.range()
    if _whole(name) and factor.distribution == "uniform":
        return np.minimum(np.floor(low + quantiles * (high - low + 1)), high)
    values = np.clip(_shape(factor).ppf(quantiles), low, high)
    return np.rint(values) if _whole(name) else values


def levels_of(name: str, factor: Factor, levels: int) -> np.ndarray:
    """Return the levels of a factor in a grid: its values, or evenly spaced over its range, in logarithms where it is loguniform."""
    if factor.values:
        return np.array(factor.values)
    low, high = factor.range()
    space = np.geomspace if factor.distribution == "loguniform" else np.linspace
    chosen = space(low, high, levels)
    chosen[-1] = high  # to the last bit
    return np.unique(np.rint(chosen)) if _whole(name) else chosen


def _grid(study: Study) -> dict[str, np.ndarray]:
    """Return every combination of levels; the last factor changes fastest."""
    axes = [levels_of(name, factor, study.levels) for name, factor in study.factors.items()]
    rows = np.array(list(product(*axes))).reshape(size(study), len(axes))
    return {name: rows[:, k] for k, name in enumerate(study.factors)}


def _shape(factor: Factor) -> Any:
    """Return a factor's distribution as SciPy has it."""
    from scipy import stats

    low, high = factor.range()
    middle, span = (low + high) / 2, high - low
    if factor.distribution == "loguniform":
        return stats.loguniform(low, high)
    if factor.distribution == "normal":
        mean = middle if factor.mean is None else factor.mean
        sd = span / 4 if factor.sd is None else factor.sd
        return stats.truncnorm((low - mean) / sd, (high - mean) / sd, mean, sd)
    if factor.distribution == "triangular":
        mode = middle if factor.mode is None else factor.mode
        return stats.triang((mode - low) / span, low, span)
    return stats.uniform(low, span)


def _whole(name: str) -> bool:
    about = find(name)
    return about is not None and about.whole
