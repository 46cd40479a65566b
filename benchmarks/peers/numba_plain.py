"""Workload W as Numba's documentation teaches it: the loop written out under `njit`, with NumPy's generator handed in."""

from math import exp

import numba
import numpy as np

from . import workload as w

NAME = "Numba, plain loop"
NEEDS = ("numba",)


@numba.njit
def logistic(x):
    return 1 / (1 + exp(-x))


@numba.njit
def live_on(months, neighbours, adopted, fidelity, burden, peer_share, rng):
    teachers, degree = neighbours.shape
    for _ in range(months):
        shown = adopted * fidelity
        for i in range(teachers):
            share = 0.0
            for k in range(degree):
                share += shown[neighbours[i, k]]
            peer_share[i] = share / degree

            if adopted[i]:
                chance_of_change = logistic(w.DROP + w.DROP_BURDEN * burden[i])
            else:
                chance_of_change = logistic(
                    w.ADOPT + w.ADOPT_PEERS * peer_share[i] + w.ADOPT_BURDEN * burden[i]
                )
            if rng.random() < chance_of_change:
                adopted[i] = not adopted[i]

            if adopted[i]:
                fidelity[i] += w.FIDELITY_PACE * (1 - fidelity[i])
                burden[i] += w.BURDEN_PACE * (w.BURDEN_WITH - burden[i])
            else:
                burden[i] += w.BURDEN_PACE * (w.BURDEN_WITHOUT - burden[i])
    return adopted.sum() / teachers


def prepare(workload, seed):
    rng = np.random.default_rng(seed)
    columns = [column.copy() for column in workload[1:]]
    columns.append(np.empty_like(workload.burden))  # peer share

    def live(months):
        return live_on(months, workload.neighbours, *columns, rng)

    live(0)  # compiles
    return live
