"""Making the ties of a million people: ours beside networkx and igraph."""

from functools import partial

import numpy as np
import pytest

from ml_abm.draws import Decision
from ml_abm.system.networks import random_ties

from .peers import networks, skipped
from .racing import Runner, Section, nanoseconds, race

TIES = 8


def ours(n: int) -> None:
    """Tie n teachers in schools of 10 and districts of 1000."""
    begin = np.arange(0, n + 1, 10)
    district = begin[:-1] // 1000 * 1000
    near = np.stack([district, np.minimum(district + 1000, n)], axis=1)
    random_ties(begin, near, TIES, 0.8, 1, Decision.TIE_COUNT)


@pytest.mark.parametrize("n", [100_000, 1_000_000])
def test_generation(benchmark, hand_in, n):
    missing = {name: skipped(name, networks.NEEDS[name]) for name in ("igraph", "networkx")}
    there = [name for name, said in missing.items() if not said]
    rivals = [
        Runner(name, partial(getattr(networks, name), n), n, f"{name}, Watts-Strogatz") for name in there
    ]
    results = race(
        benchmark,
        Runner("ours", lambda: ours(n), n, "Numba, near and far ties"),
        rivals,
        rounds=3 if n < 1_000_000 else 1,
    )
    section = Section(
        f"Making a network of {n:,}",
        f"{TIES} ties a person on average, one thread.",
        ("what", "ns a person", "times ours", ""),
        nanoseconds(results),
        skipped=[said.removeprefix("skipped: ") for said in missing.values() if said],
    )
    if "networkx" in there:
        section.bar("Times as fast as networkx", results[-1].times(results[0]), at_least=100)
    hand_in(section)
