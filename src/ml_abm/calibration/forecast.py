"""Forecast comparison: every method predicts the rest of every series from its first part, scored against what came.

Scores are of logarithms, so that a programme of 30 states and one of 30,000 schools weigh alike and being wrong by a factor costs the
same up and down (Bosse et al. 2023): a CRPS of 0.10 is about as bad as a single number that is 10% off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .baselines import METHODS
from .reporting import in_logs
from .scores import LEVELS, crps, inside
from .series import FEWEST, Series

if TYPE_CHECKING:
    import pandas as pd

FIRST_PART = 0.6
Forecast = Callable[[Series, np.ndarray, int], np.ndarray]


def split(series: Series) -> tuple[Series, Series]:
    """Return the first 60% of the points, at least three, and the rest."""
    n = max(FEWEST, round(FIRST_PART * len(series)))
    return series.part(0, n), series.part(n, len(series))


def score(series: Series, method: str, forecast: Forecast, seed: int = 1, repeats: int = 1) -> pd.DataFrame:
    """Return a row for each point predicted and each of `repeats` seeds from `seed` on: its truth, the median forecast, CRPS and whether it was inside the intervals."""
    import pandas as pd

    parts = [_scored(series, method, forecast, one) for one in range(seed, seed + repeats)]
    return pd.concat(parts, ignore_index=True)


def _scored(series: Series, method: str, forecast: Forecast, seed: int) -> pd.DataFrame:
    import pandas as pd

    known, later = split(series)
    sample = in_logs(forecast(known, later.years, seed), later.units)
    truth = in_logs(later.values, later.units)
    columns = {
        "series": series.name,
        "method": method,
        "seed": seed,
        "year": later.years,
        "ahead": later.years - known.years[-1],
        "truth": later.values,
        "median": np.exp(np.median(sample, axis=0)),
        "crps": crps(sample, truth),
        **{f"in{round(100 * level)}": inside(sample, truth, level) for level in LEVELS},
    }
    return pd.DataFrame(columns)


def score_all(
    many: Sequence[Series],
    methods: Mapping[str, Forecast] = METHODS,
    seed: int = 1,
    repeats: int = 1,
    progress: Callable[[str], None] = lambda name: None,
) -> pd.DataFrame:
    """Return the scores of all methods on all series, a row for each point and seed; `progress` hears of each series."""
    import pandas as pd

    rows = []
    for series in many:
        rows += [score(series, name, forecast, seed, repeats) for name, forecast in methods.items()]
        progress(series.name)
    return pd.concat(rows, ignore_index=True)


def by_series(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the mean CRPS of each series (a row) and method (a column)."""
    table = scores.pivot_table(index="series", columns="method", values="crps", sort=False)
    return table[list(dict.fromkeys(scores["method"]))]


def monte_carlo_error(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the standard error of `by_series` from the seeds of the noise: nan with one seed."""
    keys = ["series", "method"]
    runs = scores.groupby([*keys, "seed"], sort=False)["crps"].mean().groupby(keys, sort=False)
    table = (runs.std() / runs.count() ** 0.5).unstack("method")
    return table.reindex_like(by_series(scores))


def clearly_best(scores: pd.DataFrame) -> dict[str, str]:
    """Return the best method of each series where it is ahead of every other by more than two standard errors of their difference.

    With one seed an error is not known, and no method is clearly best.
    """
    means, errors = by_series(scores), monte_carlo_error(scores)
    found = {}
    for series, row in means.iterrows():
        best, error = row.idxmin(), errors.loc[series]
        others = row.drop(best).dropna()
        ahead = others - row[best] > 2 * np.hypot(error[others.index], error[best])
        if len(others) and ahead.all():
            found[str(series)] = str(best)
    return found


def summary(scores: pd.DataFrame) -> pd.DataFrame:
    """Return for each method its mean and median CRPS over series, on how many it was best, and the coverage of its intervals."""
    import pandas as pd

    table = by_series(scores)
    covered = scores.groupby("method")[[f"in{round(100 * level)}" for level in LEVELS]].mean()
    best = table.idxmin(axis=1).value_counts()
    columns = {
        "mean CRPS": table.mean(),
        "median CRPS": table.median(),
        "best": best.reindex(table.columns, fill_value=0),
    }
    return pd.DataFrame(columns).join(covered)
