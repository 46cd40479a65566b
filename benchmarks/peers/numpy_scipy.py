"""Workload W as SciPy's documentation teaches it: columns as NumPy arrays, the network as a sparse (CSR) matrix."""

import numpy as np

from . import workload as w

NAME = "NumPy + SciPy (CSR)"
NEEDS = ("numpy", "scipy")


def mean_of_peers(neighbours):
    """Return the matrix that takes what everybody shows to everybody's peer share."""
    from scipy.sparse import csr_array

    teachers, degree = neighbours.shape
    weights = np.full(neighbours.size, 1 / degree, np.float32)
    starts = np.arange(0, neighbours.size + 1, degree, dtype=np.int32)
    return csr_array((weights, neighbours.ravel(), starts), shape=(teachers, teachers))


def prepare(workload, seed):
    from scipy.special import expit

    rng = np.random.default_rng(seed)
    peers = mean_of_peers(workload.neighbours)
    adopted, fidelity, burden = (column.copy() for column in workload[1:])
    burden_with, burden_without = np.float32(w.BURDEN_WITH), np.float32(w.BURDEN_WITHOUT)

    def month():
        share = peers @ (adopted * fidelity)
        adopt = w.ADOPT + w.ADOPT_PEERS * share + w.ADOPT_BURDEN * burden
        chance_of_change = expit(np.where(adopted, w.DROP + w.DROP_BURDEN * burden, adopt))
        adopted[:] ^= rng.random(len(adopted), dtype=np.float32) < chance_of_change
        fidelity[:] += w.FIDELITY_PACE * (1 - fidelity) * adopted
        burden[:] += w.BURDEN_PACE * (np.where(adopted, burden_with, burden_without) - burden)

    def live(months):
        for _ in range(months):
            month()
        return float(adopted.mean())

    return live
