"""The peers simulate the same thing: their adoption curves agree with workload W in plain Python.

`make bench` runs this in the environment that has the peers; a peer that is not installed is skipped.
"""

from functools import cache
from importlib import import_module
from math import exp
from random import Random

import numpy as np
import pytest

from benchmarks import peers
from benchmarks.peers import networks
from benchmarks.peers import workload as w

pytestmark = pytest.mark.filterwarnings("ignore")  # what other packages warn of is no business of ours

TEACHERS = 2_000
MONTHS = [6, 12, 24, 36, 48]
SEEDS = range(16)


def require(name, needs):
    if reason := peers.skipped(name, needs):
        pytest.skip(reason)


@cache
def workload():
    return w.make(TEACHERS, 1)


def oracle(start, seed, chance=None):
    """Live as the docstring of workload.py says, one teacher after the other, with a chance that no peer has unless given."""
    chance = chance or Random(f"oracle {seed}").random
    neighbours, adopted, fidelity, burden = (column.tolist() for column in start)
    teachers = range(len(adopted))

    def month():
        shown = [fidelity[i] if adopted[i] else 0.0 for i in teachers]
        for i in teachers:
            share = sum(shown[j] for j in neighbours[i]) / len(neighbours[i])
            if adopted[i]:
                adopted[i] = chance() >= 1 / (1 + exp(-w.DROP - w.DROP_BURDEN * burden[i]))
            else:
                logit = w.ADOPT + w.ADOPT_PEERS * share + w.ADOPT_BURDEN * burden[i]
                adopted[i] = chance() < 1 / (1 + exp(-logit))
            fidelity[i] += w.FIDELITY_PACE * (1 - fidelity[i]) if adopted[i] else 0.0
            burden[i] += w.BURDEN_PACE * ((w.BURDEN_WITH if adopted[i] else w.BURDEN_WITHOUT) - burden[i])

    def live(months):
        for _ in range(months):
            month()
        return sum(adopted) / len(adopted)

    return live


def numpy_luck(seed):
    return np.random.default_rng(seed).random


def single_precision_luck(seed):
    rng = np.random.default_rng(seed)
    return lambda: rng.random(dtype=np.float32)


SAME_LUCK = {
    "mesa_style": lambda seed: Random(seed).random,
    "mesa_frames": numpy_luck,
    "numpy_scipy": single_precision_luck,
    "numba_plain": numpy_luck,
}


def curve(live):
    return [live(months) for months in np.diff(MONTHS, prepend=0).tolist()]


def curves(prepare):
    """Return the share adopted, a row for each seed and a column for each of MONTHS."""
    return np.array([curve(prepare(workload(), seed)) for seed in SEEDS])


@cache
def oracle_curves():
    return curves(oracle)


@pytest.mark.parametrize("module", peers.SAME_WORK)
def test_a_peer_of_the_workload_agrees_with_plain_python(module):
    """Means over 16 seeds are within 4 standard errors at each of 5 months; at worst that is 0.06 of all teachers."""
    peer = peers.peer(module)
    require(peer.NAME, peer.NEEDS)
    ours, theirs = oracle_curves(), curves(peer.prepare)
    errors = np.sqrt((ours.var(axis=0, ddof=1) + theirs.var(axis=0, ddof=1)) / len(SEEDS))
    apart = abs(ours.mean(axis=0) - theirs.mean(axis=0))
    assert errors.max() < 0.015
    assert (apart < 4 * errors).all(), dict(zip(MONTHS, (apart / errors).round(1).tolist(), strict=True))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("module", peers.SAME_WORK)
def test_with_the_same_luck_a_peer_decides_as_plain_python_does(module, seed):
    """Rounding may tip a decision, and others through it: 0.005 of all teachers is allowed, none is usual."""
    peer = peers.peer(module)
    require(peer.NAME, peer.NEEDS)
    expected = curve(oracle(workload(), seed, SAME_LUCK[module](seed)))
    assert curve(peer.prepare(workload(), seed)) == pytest.approx(expected, abs=0.005)


@pytest.mark.parametrize("module", peers.LESS_WORK)
def test_a_peer_that_does_less_work_spreads_all_the_same(module):
    peer = peers.peer(module)
    require(peer.NAME, peer.NEEDS)
    live = peer.prepare(workload(), 1)
    assert live(1) < 2 * w.PIONEERS
    assert 6 * w.PIONEERS < live(47) <= 1


@pytest.mark.parametrize("module", peers.SAME_WORK + peers.LESS_WORK)
def test_a_peer_leaves_the_workload_as_it_was(module):
    peer = peers.peer(module)
    require(peer.NAME, peer.NEEDS)
    start, same = w.make(200, 1), w.make(200, 1)
    peer.prepare(start, 1)(12)
    assert all((a == b).all() for a, b in zip(start, same, strict=True))


def test_a_batch_by_mesa_is_the_same_runs_one_by_one():
    batch, mesa_style = import_module("benchmarks.peers.batch"), peers.peer("mesa_style")
    require(batch.NAME, batch.NEEDS)
    start = w.make(500, 1)
    one_by_one = [mesa_style.prepare(start, seed)(6) for seed in (3, 4)]
    assert batch.mesa_batch(start, seeds=(3, 4), months=6) == one_by_one


@pytest.mark.parametrize("library", networks.NEEDS)
def test_a_network_has_eight_neighbours_each(library):
    require(library, networks.NEEDS[library])
    graph = getattr(networks, library)(1_000)
    assert 2 * len(graph.edges if library == "networkx" else graph.es) == 8 * 1_000


@pytest.mark.parametrize("teachers", [40, 47, 500, 10_007])
def test_everybody_looks_to_eight_different_others(teachers):
    everybody = np.column_stack([np.arange(teachers), w.make(teachers, 1).neighbours])
    assert (np.diff(np.sort(everybody, axis=1), axis=1) > 0).all()
    assert everybody.min() == 0
    assert everybody.max() == teachers - 1
