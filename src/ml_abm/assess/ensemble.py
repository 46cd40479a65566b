"""Ensemble of an assessment: draws of what is uncertain, each with its own random seed, the same for every variant.

How people behave is drawn from what trials leave possible, the place and the design around the values that the scenario gives
(`calibration/uncertain.py`). A calibrated posterior takes the place of what it fitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..calibration.priors import unit_sample
from ..calibration.uncertain import drawn, drawn_behaviour, priors_of_place
from ..parameters import declarations
from ..scenario import Scenario

SEEDS_A_SEED = 1_000_000  # draws that one seed of an assessment has room for
LARGEST_SEED = 2**63 // SEEDS_A_SEED - 1


@dataclass(frozen=True)
class Ensemble:
    """Draws of a scenario: `values` has a column for each name; draw d has the random seed `seeds[d]` whatever is changed."""

    scenarios: tuple[Scenario, ...]
    seeds: tuple[int, ...]
    names: tuple[str, ...]
    values: np.ndarray
    source: str
    fitted: tuple[str, ...] = ()  # names whose draws are those of a posterior
    budgets_fitted: bool = False
    events_left_out: bool = False  # by the posterior, as its fit had none

    def __len__(self) -> int:
        return len(self.scenarios)

    @cached_property
    def scores(self) -> np.ndarray:
        """The draws as normal scores of their ranks: (draws, names)."""
        from scipy.stats import norm

        ranks = self.values.argsort(axis=0).argsort(axis=0)
        return norm.ppf((ranks + 0.5) / len(self.values))


def ensemble_of(scenario: Scenario, n: int, seed: int) -> Ensemble:
    """Return n draws: how people behave as trials leave it, all else from its prior, each prior spread evenly.

    A Latin hypercube: so few Sobol points in so many dimensions would leave some pairs of parameters all but equal.
    """
    priors = priors_of_place(scenario)
    cube = unit_sample(n, len(priors), seed, "latin-hypercube")
    places = [prior.values(cube[:, k]).tolist() for k, prior in enumerate(priors)]
    rows = [
        {prior.name: column[d] for prior, column in zip(priors, places, strict=True)}
        | drawn_behaviour(scenario, seed * n + d)
        for d in range(n)
    ]
    names = tuple(rows[0])
    scenarios = tuple(drawn(scenario, row) for row in rows)
    values = np.array([[row[name] for name in names] for row in rows])
    return Ensemble(scenarios, seeds_of(n, seed), names, values, "evidence")


def ensemble_from(scenario: Scenario, posterior: Any, n: int, seed: int) -> Ensemble:
    """Return n draws of a calibrated posterior; what it did not fit is drawn as in `ensemble_of`."""
    prior = ensemble_of(scenario, n, seed)
    both = tuple(posterior.scenarios(one, 1, seed + d)[0] for d, one in enumerate(prior.scenarios))
    before, tables = ([one.values() for one in some] for some in (prior.scenarios, both))
    about = declarations().values()
    fitted = tuple(x.dotted for x in about if [t[x.name] for t in tables] != [t[x.name] for t in before])
    names = tuple(dict.fromkeys([*prior.names, *fitted]))
    values = np.array([[table[name.rpartition(".")[2]] for name in names] for table in tables])
    pairs = list(zip(prior.scenarios, both, strict=True))
    budgets = any(one.funders != other.funders for one, other in pairs)
    events = any(one.timeline != other.timeline for one, other in pairs)
    return Ensemble(both, prior.seeds, names, values, "posterior", fitted, budgets, events)


def seeds_of(n: int, seed: int) -> tuple[int, ...]:
    """Return the random seed of each draw."""
    return tuple(seed * SEEDS_A_SEED + d for d in range(n))
