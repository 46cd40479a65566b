"""Making the ties of a million people: ours beside networkx and igraph."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from ml_abm import Scenario
from ml_abm.draws import Decision
from ml_abm.networks.generators import generated_ties
from ml_abm.networks.graph import random_ties

from .peers import networks, skipped
from .racing import Runner, Section, nanoseconds, race

TIES = 8
PEOPLE_A_SCHOOL, SCHOOLS_A_DISTRICT = 10, 100


def hierarchical(n: int) -> None:
    """Tie people to others of their district or anywhere: what a scenario does unless it says otherwise."""
    begin, district = places(n)
    size = PEOPLE_A_SCHOOL * SCHOOLS_A_DISTRICT
    near = np.stack([district * size, np.minimum((district + 1) * size, n)], axis=1)
    random_ties(begin, near, TIES, 0.8, 1, Decision.TIE_COUNT)


def others(n: int, network: str) -> None:
    """Tie people with targets of clustering, likeness and share of ties across districts as well."""
    setting = Scenario().replace({"cross_ties": float(TIES)}).setting
    generated_ties(setting, network, "experience", 1, *places(n))


def places(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return where schools begin, and their districts."""
    begin = np.arange(0, n + 1, PEOPLE_A_SCHOOL)
    return begin, np.arange(len(begin) - 1) // SCHOOLS_A_DISTRICT


@pytest.mark.parametrize("n", [100_000, 1_000_000])
def test_generation(benchmark, hand_in, n):
    missing = {name: skipped(name, networks.NEEDS[name]) for name in ("igraph", "networkx")}
    ways: dict[str, tuple[Callable[[int], object], str]] = {
        "small-world": (partial(others, network="small-world"), "ours, with target clustering"),
        "homophilous": (partial(others, network="homophilous"), "ours, with target likeness and clustering"),
        "preferential": (partial(others, network="preferential"), "ours, with target clustering"),
    }
    ways |= {name: (getattr(networks, name), "Watts-Strogatz") for name, said in missing.items() if not said}
    results = race(
        benchmark,
        Runner("hierarchical", lambda: hierarchical(n), n, "ours, the default: target degree and share near"),
        [Runner(name, partial(make, n), n, remark) for name, (make, remark) in ways.items()],
        rounds=3 if n < 1_000_000 else 1,
    )
    section = Section(
        f"Making a network of {n:,}",
        f"{TIES} ties a person on average, one thread.",
        ("what", "ns a person", "times ours", ""),
        nanoseconds(results),
        skipped=[said.removeprefix("skipped: ") for said in missing.values() if said],
    )
    if not missing["networkx"]:
        section.bar("Times as fast as networkx", results[-1].times(results[0]), at_least=100)
    hand_in(section)
