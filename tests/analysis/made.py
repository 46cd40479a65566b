"""Experiments whose truth is known: outcomes are a function of the factors, the scenario and chance."""

from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Factor:
    low: float | None = 0.0
    high: float | None = 1.0
    role: str = "uncertainty"
    distribution: str = "uniform"
    values: tuple[float, ...] = ()


@dataclass(frozen=True)
class Study:
    design: str
    factors: dict
    scenarios: tuple[str, ...]
    outcomes: tuple[str, ...]
    months: int
    replicates: int
    name: str = "made"
    title: str = "Made for a test"
    question: str = ""
    draws: bool = False

    def compared(self):
        return dict.fromkeys(self.scenarios)


@dataclass(frozen=True)
class Made:
    study: Study
    points: pd.DataFrame
    runs: pd.DataFrame
    months: pd.DataFrame = field(repr=False)


def made(
    truth,
    points,
    *,
    design="list",
    scenarios=("base",),
    replicates=4,
    months=2,
    factors=None,
    roles=None,
    seed=1,
    draws=False,
):
    """Return an experiment in which `truth(point, scenario, z)` gives the outcomes of a run.

    `point` is a mapping of factors, and `z(n)` gives n standard normals that depend on the replicate only: common chance.
    """
    points = pd.DataFrame(points)
    points.index.name = "point"
    factors = factors or {name: Factor(None, None, (roles or {}).get(name, "uncertainty")) for name in points}
    chance = [np.random.default_rng([seed, r]).standard_normal(64) for r in range(replicates)]
    rows = []
    for (number, point), scenario, r in product(points.iterrows(), scenarios, range(replicates)):
        outcomes = truth(point, scenario, chance[r])
        about = {
            "key": f"{number}-{scenario}-{r}",
            "point": number,
            "scenario": scenario,
            "replicate": r,
            "seed": r,
        }
        rows.append({**about, **point, **outcomes})
    runs = pd.DataFrame(rows)
    names = tuple(outcomes)
    study = Study(design, factors, tuple(scenarios), names, months, replicates, draws=draws)
    columns = ["key", "point", "scenario", "replicate"]
    # every earlier month has the same outcomes, halved once for each month that is still to come
    parts = [
        runs[columns].assign(month=m, **{n: runs[n] / 2 ** (months - 1 - m) for n in names})
        for m in range(months)
    ]
    return Made(study, points, runs, pd.concat(parts, ignore_index=True))


def grid(**levels):
    """Return all settings of some factors."""
    return [dict(zip(levels, row, strict=True)) for row in product(*levels.values())]


def scattered(n, names, seed=1):
    """Return points of a Latin hypercube over 0..1."""
    from scipy.stats.qmc import LatinHypercube

    return pd.DataFrame(LatinHypercube(len(names), rng=seed).random(n), columns=list(names))
