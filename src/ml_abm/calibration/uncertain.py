"""What is uncertain in a scenario, and draws of it: how people behave as trials leave it, all else as wide as its prior.

Numbers of behaviour are drawn together, from the posterior of trials (`evidence/posterior.py`). What describes the place and the design is drawn around the value
that the scenario gives, each by itself. A number of behaviour that a scenario sets itself is treated as it treats its place.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from ..evidence.posterior import posterior
from ..parameters import About, declarations
from ..scenario import Scenario
from ..scenario.possible import possible
from .priors import Prior, prior_around, prior_of

if TYPE_CHECKING:
    import pandas as pd

# Networks that are generated in another way than the scenario's have numbers of their own.
OF_OTHER_NETWORKS = {"tie_clustering", "tie_homophily"}
OF_TIES = {"cross_ties", "near_tie_share", *OF_OTHER_NETWORKS}
# What bands and intervals hold where runs have draws, in words.
HOLDS = "chance and what is not known (evidence and assumption)"
PLACES = 512  # values that each number of a place takes over the draws, spread evenly over its prior


def with_draw(scenario: Scenario, number: int, but: Collection[str] = ()) -> Scenario:
    """Return a scenario with one draw of all that is uncertain in it; words as in `draw_of`."""
    return drawn(scenario, draw_of(scenario, number, but))


def draw_of(scenario: Scenario, number: int, but: Collection[str] = ()) -> dict[str, float]:
    """Return one draw of all that is uncertain in a scenario, by dotted name. The same number gives plans of one place the same draw.

    `but` are short or dotted names of parameters that stay as they are, such as those that a study varies.
    """
    kept = {name.rpartition(".")[2] for name in but}
    values = {
        one.name: float(one.values(np.array([quantile(one.name, number)]))[0])
        for one in priors_of_place(scenario)
    }
    values |= drawn_behaviour(scenario, number)
    return {name: value for name, value in values.items() if name.rpartition(".")[2] not in kept}


def drawn_table(base: Scenario, scenarios: Sequence[Scenario]) -> pd.DataFrame:
    """Return the values that draws of a scenario gave to its parameters: a row a draw, a column for each parameter that differs from `base` in any."""
    import pandas as pd

    before, rows = base.values(), [one.values() for one in scenarios]
    differ = [name for name, value in before.items() if any(row[name] != value for row in rows)]
    return pd.DataFrame({declarations()[name].dotted: [row[name] for row in rows] for name in differ})


def drawn_behaviour(scenario: Scenario, number: int) -> dict[str, float]:
    """Return a draw of the posterior by dotted name, of the numbers that the scenario leaves at their default."""
    values = scenario.values()
    return {
        f"behaviour.{name}": value
        for name, value in posterior().draw(number).items()
        if values[name] == declarations()[name].default
    }


def quantile(name: str, number: int) -> float:
    """Return at which quantile of its prior a number of a place is in a draw: each of `PLACES`, in an order of its own."""
    return (_order(name)[number % PLACES] + 0.5) / PLACES


@cache
def _order(name: str) -> np.ndarray:
    seed = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")
    return np.random.default_rng(seed).permutation(PLACES)


def uncertain(scenario: Scenario) -> list[Prior]:
    """Return the priors of all that is uncertain in a scenario and can matter in it, each by itself, whatever trials say."""
    values = scenario.values()
    found = [
        prior_for(about, values[about.name]) for about in declarations().values() if varies(scenario, about)
    ]
    return [prior for prior in found if prior is not None]


def priors_of_place(scenario: Scenario) -> list[Prior]:
    """Return the priors of what is uncertain but for the numbers of behaviour that trials inform: the place, the design, and behaviour that the scenario sets."""
    values = scenario.values()
    informed = {
        f"behaviour.{name}" for name in posterior().names if values[name] == declarations()[name].default
    }
    return [prior for prior in uncertain(scenario) if prior.name not in informed]


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
