"""Workload W: the small model of adoption that every peer simulates.

Teachers work in schools of about 20, in a row; 50 schools make a district. Each looks to eight others: three on each
side in a ring within the school and two anywhere in the district. With 5% chance a tie goes to anybody instead.

A month is synchronous; every neighbour is seen as at the end of the month before. The peer share of everybody is
worked out and kept, also of those who have adopted and do not act on it, so that all peers do the same work:

    peer share  =  mean over the eight of  adopted x fidelity
    not adopted:   adopts    with chance  logistic(ADOPT + ADOPT_PEERS * peer share + ADOPT_BURDEN * burden)
    adopted:       drops out with chance  logistic(DROP + DROP_BURDEN * burden)

    then, with the new `adopted`:
    fidelity moves FIDELITY_PACE of the way to 1 if adopted, and stays if not
    burden moves BURDEN_PACE of the way to BURDEN_WITH if adopted, and to BURDEN_WITHOUT if not
"""

from typing import NamedTuple

import numpy as np

STAFF = 20
SCHOOLS_IN_DISTRICT = 50
RING = np.array([-3, -2, -1, 1, 2, 3])
IN_DISTRICT = 2
DEGREE = len(RING) + IN_DISTRICT
REWIRED = 0.05

ADOPT, ADOPT_PEERS, ADOPT_BURDEN = -4.2, 7.0, -2.0
DROP, DROP_BURDEN = -5.5, 4.0
FIDELITY_PACE = 0.08
BURDEN_PACE, BURDEN_WITH, BURDEN_WITHOUT = 0.15, 0.6, 0.3

PIONEERS = 0.05
FIDELITY_AT_START = 0.3


class Workload(NamedTuple):
    """The network and month 0; a peer must not write into it."""

    neighbours: np.ndarray  # int32 (teachers, DEGREE), eight different others
    adopted: np.ndarray  # bool
    fidelity: np.ndarray  # float32, 0 to 1
    burden: np.ndarray  # float32, 0 to 1


def make(teachers, seed):
    """Build the network and month 0; 40 teachers are the fewest with eight different others each."""
    rng = np.random.default_rng(seed)
    return Workload(
        neighbours=network(rng, teachers),
        adopted=rng.random(teachers) < PIONEERS,
        fidelity=np.full(teachers, FIDELITY_AT_START, np.float32),
        burden=rng.uniform(0.2, 0.4, teachers).astype(np.float32),
    )


def network(rng, teachers):
    """Draw everybody's eight, and again for those who drew somebody twice or themselves."""
    neighbours = np.empty((teachers, DEGREE), np.int32)
    again = np.arange(teachers)
    while len(again):
        neighbours[again] = draw_ties(rng, again, teachers)
        again = again[repeats(again, neighbours[again])]
    return neighbours


def draw_ties(rng, rows, teachers):
    first, staff = block(rows, teachers, STAFF)
    ring = first + (rows[:, None] - first + RING) % staff
    first, staff = block(rows, teachers, STAFF * SCHOOLS_IN_DISTRICT)
    ties = np.hstack([ring, rng.integers(first, first + staff, (len(rows), IN_DISTRICT))])
    anybody = rng.integers(0, teachers, ties.shape)
    return np.where(rng.random(ties.shape) < REWIRED, anybody, ties)


def block(rows, teachers, about):
    """Return the first row and the length of each row's block, where blocks of `about` rows share out everybody."""
    blocks = max(1, teachers // about)
    starts = np.arange(blocks + 1) * teachers // blocks
    mine = np.searchsorted(starts, rows, side="right") - 1
    return starts[mine][:, None], (starts[mine + 1] - starts[mine])[:, None]


def repeats(rows, ties):
    everybody = np.sort(np.column_stack([rows, ties]), axis=1)
    return (np.diff(everybody, axis=1) == 0).any(axis=1)


def looks_to(workload):
    """Return the network for networkx: an arrow from each teacher to those looked to."""
    from networkx import DiGraph

    teachers = range(len(workload.neighbours))
    return DiGraph(dict(zip(teachers, workload.neighbours.tolist(), strict=True)))
