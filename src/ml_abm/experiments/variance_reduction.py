"""Variance reduction by common random numbers: the runs that an unpaired comparison would need.

Replicate r has the same seed at every point and in every scenario (common random numbers), so that chance drops out of a difference
as far as two settings respond to it alike (Law & Kelton 2000, ch. 11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .store import Experiment

if TYPE_CHECKING:
    import pandas as pd


def pairing(experiment: Experiment) -> pd.DataFrame:
    """Return, for each outcome, the variance of a paired difference, that of an unpaired one, and their ratio.

    Scenarios are compared with the first one at the same point; where there is one scenario only, points with the first point. A gain
    of 4 says that independent seeds would take 4 times as many runs for the same precision. Empty where nothing can be compared.
    """
    import pandas as pd

    study = experiment.study
    wide = experiment.runs.pivot(
        index="replicate", columns=["point", "scenario"], values=list(study.outcomes)
    )
    rows = {name: variances(experiment, wide[name]) for name in study.outcomes}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["paired", "unpaired"]).dropna()
    with np.errstate(divide="ignore", invalid="ignore"):
        return table.assign(gain=table["unpaired"] / table["paired"]).rename_axis("outcome")


def variances(experiment: Experiment, wide: pd.DataFrame) -> tuple[float, float]:
    """Return the mean variances (paired, unpaired) of differences from what is compared with; nan where there are none."""
    names = list(experiment.study.compared())
    first = (experiment.points.index[0], names[0])
    paired, unpaired = [], []
    for point, scenario in wide.columns:
        other = (point, names[0]) if len(names) > 1 else first
        if other != (point, scenario) and other in wide.columns:
            both = wide[[other, (point, scenario)]].dropna().to_numpy()
            if len(both) > 1:
                paired.append(np.var(both[:, 1] - both[:, 0], ddof=1))
                unpaired.append(np.var(both, axis=0, ddof=1).sum())
    return (float(np.mean(paired)), float(np.mean(unpaired))) if paired else (np.nan, np.nan)
