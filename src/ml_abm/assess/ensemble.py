"""Ensemble of an assessment: draws of what is uncertain, each with its own random seed, the same for every variant.

How people respond (section `behaviour`, role *uncertainty*) is drawn from its prior: the evidence table, or the convention of
`calibration/priors.py`. What describes the place and the design is drawn as widely around the value that the scenario gives. A
calibrated posterior takes the place of what it fitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..calibration.priors import Prior, prior_around, prior_of, unit_sample
from ..parameters import About, declarations
from ..scenario import Scenario
from .change import possible

# Networks that are generated in another way than the scenario's have numbers of their own.
OF_OTHER_NETWORKS = {"tie_clustering", "tie_homophily"}
OF_TIES = {"cross_ties", "near_tie_share", *OF_OTHER_NETWORKS}
SEEDS_A_SEED = 1_000_000  # draws that one seed of an assessment has room for
LARGEST_SEED = 2**63 // SEEDS_A_SEED - 1


@dataclass(frozen=True)
class Ensemble:
    """Draws of a scenario: `values` has a column for each name; draw d has the random seed `seeds[d]` whatever is changed."""

    scenarios: tuple[Scenario, ...]
    seeds: tuple[int, ...]
    names: tuple[str, ...]
    values: np.ndarray
    priors: tuple[Prior, ...]
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
    """Return n draws from the priors, each prior spread evenly.

    A Latin hypercube: so few Sobol points in so many dimensions would leave some pairs of parameters all but equal.
    """
    priors = uncertain(scenario)
    cube = unit_sample(n, len(priors), seed, "latin-hypercube")
    values = np.column_stack([prior.values(cube[:, k]) for k, prior in enumerate(priors)])
    names = tuple(prior.name for prior in priors)
    scenarios = tuple(drawn(scenario, dict(zip(names, row, strict=True))) for row in values.tolist())
    return Ensemble(scenarios, seeds_of(n, seed), names, values, tuple(priors), "priors")


def ensemble_from(scenario: Scenario, posterior: Any, n: int, seed: int) -> Ensemble:
    """Return n draws of a calibrated posterior; what it did not fit is drawn from the priors."""
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
    return Ensemble(both, prior.seeds, names, values, prior.priors, "posterior", fitted, budgets, events)


def seeds_of(n: int, seed: int) -> tuple[int, ...]:
    """Return the random seed of each draw."""
    return tuple(seed * SEEDS_A_SEED + d for d in range(n))


def uncertain(scenario: Scenario) -> list[Prior]:
    """Return the priors of all that is uncertain in a scenario and can matter in it."""
    values = scenario.values()
    found = [
        prior_for(about, values[about.name]) for about in declarations().values() if varies(scenario, about)
    ]
    return [prior for prior in found if prior is not None]


def varies(scenario: Scenario, about: About) -> bool:
    """Return whether a parameter is uncertain, and is read in this kind of system."""
    if about.role != "uncertainty":
        return False
    if any(tie.between == "teachers" for tie in scenario.ties) and about.name in OF_TIES:
        return False
    if any(tie.whole for tie in scenario.ties) and about.name == "advice_ties":
        return False
    if (
        scenario.network or any(tie.between == "districts" for tie in scenario.ties)
    ) and about.name == "district_ties":
        return False
    return scenario.system.network != "hierarchical" or about.name not in OF_OTHER_NETWORKS


def prior_for(about: About, value: float) -> Prior | None:
    """Return the prior of a parameter: how people respond belongs to no scenario, all else is drawn around what the scenario says."""
    if about.section == "behaviour" and value == about.default:
        return prior_of(about.dotted)
    return prior_around(about.dotted, value)


def drawn(scenario: Scenario, values: dict[str, float]) -> Scenario:
    """Return a scenario with drawn values; those that an event sets anew stay as the event says."""
    short = {name.rpartition(".")[2]: value for name, value in values.items()}
    return scenario.replace(possible(scenario, short))
