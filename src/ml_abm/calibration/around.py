"""Proposal distribution of the next runs: a mixture of normals, whose density gives the importance weights back to the prior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .emulator import Emulator
from .simulations import Simulations

PIECES = 2
WIDER = 1.2  # times as wide as what it is drawn after, so that its tails are seen too


@dataclass(frozen=True)
class Around:
    """A mixture of normals: shares (pieces,), means (pieces, unknowns), covariances (pieces, unknowns, unknowns)."""

    shares: np.ndarray
    means: np.ndarray
    covariances: np.ndarray

    @classmethod
    def of(cls, z: np.ndarray, seed: int) -> Around:
        """Return the mixture that is like these draws, and somewhat wider."""
        from sklearn.mixture import GaussianMixture
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):
            found = GaussianMixture(PIECES, reg_covar=1e-4, random_state=seed).fit(z)
        return cls(found.weights_, found.means_, found.covariances_ * WIDER**2)

    def draws(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Return n draws: (n, unknowns)."""
        piece = rng.choice(len(self.shares), n, p=self.shares / self.shares.sum())
        roots = np.linalg.cholesky(self.covariances)
        z = rng.standard_normal((n, self.means.shape[1]))
        return self.means[piece] + np.einsum("nij,nj->ni", roots[piece], z)

    def log_density(self, z: np.ndarray, columns: list[int]) -> np.ndarray:
        """Return the logarithm of the density of some of the unknowns, whatever the others are: (draws,)."""
        from scipy.special import logsumexp
        from scipy.stats import multivariate_normal

        parts = [
            multivariate_normal(mean[columns], covariance[np.ix_(columns, columns)]).logpdf(z[:, columns])
            for mean, covariance in zip(self.means, self.covariances, strict=True)
        ]
        return logsumexp(np.log(self.shares)[:, None] + np.array(parts), axis=0)


@dataclass(frozen=True)
class Round:
    """Runs made around the case: who emulated before them, where that led, and how many of them, the first ones, were drawn there."""

    before: Emulator
    around: Around
    drawn: int
    runs: Simulations
