"""What studies found as numbers, and how likely each is at a point.

Values are compared on the scale of their unit: ratios by their logarithm, shares by their logit, all else as it is. Errors of a value are the study's
standard error, the chance of simulated runs, and a discrepancy of the model: one scale for each class of statistics, in standard errors, half-Cauchy
with median 0.5. Findings of a cluster are correlated. A direction is a soft inequality: it holds with the probability of a normal error, and
one study in twenty is allowed to be wrong about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from ..errors import TrialError
from ..trials.result import Result
from ..trials.trial import Found, Trial
from .unknowns import LEARNT_FROM

MEDIAN = 0.5  # of the discrepancies, which are half-Cauchy: a model that is wrong about a class by several standard errors can say so
# Values over which a class's discrepancy is averaged, in standard errors: even steps of a logarithm, each with the prior's mass around it. The
# last must be one that no class wants: evenly likely quantiles ended at 4.4, where shares then piled up.
SCALES = (0.05, 0.15, 0.4, 1.0, 2.5, 6.0, 15.0)
OF_A_CLUSTER = 0.3  # correlation of findings of one cluster, where the study gives none
# Errors of a simulated value around the threshold of a direction, by unit; studies that only say a direction give none.
SOFT = {
    "SD": 0.02,
    "SD of practice": 0.05,
    "share": 0.02,
    "ratio": 0.1,
    "correlation": 0.05,
    "fidelity": 0.02,
    "h/week": 0.1,
}
WRONG = 0.05  # chance that a study is wrong about its direction
LIGHT = 1e-4  # of the heaviest weight, below which a point says nothing about discrepancies
NO_VALUE = 10.0  # standard errors that count where the model gives no value to compare
CLASSES = {"identity": "effects and correlations", "logit": "shares", "log": "ratios"}


@dataclass(frozen=True)
class Figure:
    """One thing that a study found and that weighs points."""

    trial: Trial
    number: int  # of the trial's findings, from 1
    found: Found

    @property
    def name(self) -> str:
        """The trial and, where it has several, which of its findings."""
        return self.trial.id if len(self.trial.found) == 1 else f"{self.trial.id}.{self.number}"

    @property
    def is_direction(self) -> bool:
        """Whether only its direction counts."""
        return self.trial.use == "sign"

    def scaled(self, value: float) -> float:
        """Return a value of the model on the scale of comparison; directions are compared as they are."""
        return value if self.is_direction else self.found.scaled(value)


def figures(trials: Sequence[Trial]) -> tuple[Figure, ...]:
    """Return what weighs points: values of trials used to fit, directions of trials used for their sign."""
    found = []
    for trial in trials:
        if trial.use not in LEARNT_FROM:
            continue
        if not trial.study.strip():
            raise TrialError(f"{trial.id}: study: missing: say which study found it")
        if not trial.cluster.strip():
            raise TrialError(
                f"{trial.id}: cluster: missing: say which trials share its study, or its own name"
            )
        for number, one in enumerate(trial.found, 1):
            counts = one.direction if trial.use == "sign" else one.value is not None
            found += [Figure(trial, number, one)] if counts else []
    return tuple(found)


def model_values(some: Sequence[Figure], results: Sequence[Result]) -> tuple[np.ndarray, np.ndarray]:
    """Return what the model gives on the scale of comparison, and its chance error as the runs tell it: nan where there is none."""
    by_trial = {result.trial.id: result.compared for result in results}
    values, chance = np.full(len(some), np.nan), np.full(len(some), np.nan)
    for k, figure in enumerate(some):
        compared = by_trial[figure.trial.id][figure.number - 1]
        if np.isnan(compared.model):
            continue
        values[k] = figure.scaled(compared.model)
        ends = [figure.scaled(compared.model + sign * compared.chance) for sign in (-1, 1)]
        chance[k] = (ends[1] - ends[0]) / 2
    return values, chance


class Likelihood:
    """How likely what studies found is at values of the model: (points, figures) in, logarithms out.

    `chance` is the chance error of each figure's value in the runs that give it: (figures,).
    """

    def __init__(self, some: Sequence[Figure], chance: np.ndarray) -> None:
        self.figures = tuple(some)
        self.chance = chance
        self.signs = np.array([figure.is_direction for figure in some])

    @cached_property
    def groups(self) -> dict[str, np.ndarray]:
        """Which figures belong to each cluster."""
        names = [figure.trial.cluster for figure in self.figures]
        return {name: np.array([n == name for n in names]) for name in dict.fromkeys(names)}

    def log(self, values: np.ndarray, without: str | None = None) -> np.ndarray:
        """Return the logarithm at each point, of all figures or of all but a cluster's: (points,)."""
        used = np.ones(len(self.figures), bool) if without is None else ~self.groups[without]
        return self._of_values(values, used & ~self.signs) + self._of_directions(values, used & self.signs)

    def log_alone(self, values: np.ndarray, cluster: str) -> np.ndarray:
        """Return the logarithm for a cluster's figures by themselves: (points,)."""
        used = self.groups[cluster]
        return self._of_values(values, used & ~self.signs) + self._of_directions(values, used & self.signs)

    def log_of(self, values: np.ndarray, cluster: str) -> np.ndarray:
        """Return the logarithm for a cluster's figures given all others: (points,)."""
        return self.log(values) - self.log(values, without=cluster)

    def far(self, values: np.ndarray) -> np.ndarray:
        """Return asinh of how far values are from what was found, in standard errors; of directions positive where they hold: (points, figures)."""
        sides = np.array(
            [-1.0 if f.is_direction and f.found.direction.startswith("<") else 1.0 for f in self.figures]
        )
        targets = np.array(
            [
                f.found.threshold if f.is_direction else f.found.scaled(f.found.value or 0.0)
                for f in self.figures
            ]
        )
        nothing = np.where(self.signs, 0.0, NO_VALUE)
        distance = sides * (values - targets) / self.errors
        return np.arcsinh(np.where(np.isnan(distance), nothing, distance))

    def rough(
        self,
        far: np.ndarray,
        missed: np.ndarray,
        shift: np.ndarray | float = 0.0,
        without: str | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the logarithm at `far` with errors of an emulator, correlations left out, and about its slope: (points,), (points, figures).

        `shift` is by how many standard errors something else was found than the studies did, in tests of the inference: (points, figures).
        """
        from scipy.special import logsumexp, ndtr

        distance, stretch = np.sinh(far) - shift, np.cosh(far)
        used = np.ones(len(self.figures), bool) if without is None else ~self.groups[without]
        base = (missed * stretch) ** 2 + (self.chance / self.errors) ** 2
        log, slope = np.zeros(len(far)), np.zeros_like(far)
        for kind in CLASSES:
            which = np.array([f.found.scale == kind for f in self.figures]) & ~self.signs & used
            if not which.any():
                continue
            wide = base[:, which] + 1 + np.square(SCALES)[:, None, None]
            d = distance[:, which]
            logs = self.log_masses[:, None] - 0.5 * (d**2 / wide + np.log(wide)).sum(axis=2)
            of_node = np.exp(logs - logsumexp(logs, axis=0))
            log += logsumexp(logs, axis=0)
            slope[:, which] = (of_node[:, :, None] * -d / wide).sum(axis=0) * stretch[:, which]
        signs = self.signs & used
        wide = np.sqrt(1 + base[:, signs])
        margin = distance[:, signs] / wide
        chance = WRONG + (1 - 2 * WRONG) * ndtr(margin)
        density = np.exp(-0.5 * margin**2) / np.sqrt(2 * np.pi)
        log += np.log(chance).sum(axis=1)
        slope[:, signs] = (1 - 2 * WRONG) * density / chance / wide * stretch[:, signs]
        return log, slope

    def errors_of_findings(self, n: int, rng: np.random.Generator) -> np.ndarray:
        """Return errors by which n made-up studies miss what the model gives, drawn as the likelihood has them: (n, figures)."""
        kinds = np.array([list(CLASSES).index(f.found.scale) for f in self.figures])
        wide = rng.choice(SCALES, (n, len(CLASSES)), p=np.exp(self.log_masses))[:, kinds]
        sd = np.sqrt(1 + np.square(wide) + np.square(self.chance / self.errors))
        return np.where(self.signs, 0.0, sd * rng.standard_normal(sd.shape))

    def _of_values(self, values: np.ndarray, used: np.ndarray) -> np.ndarray:
        from scipy.special import logsumexp

        if not used.any():
            return np.zeros(len(values))
        distance = self._distances(values)[:, used]
        logs = [_log_normal(distance, covariance[np.ix_(used, used)]) for covariance in self._covariances]
        return np.asarray(logsumexp(np.array(logs) + self._log_masses_of_all[:, None], axis=0))

    def discrepancy(self, values: np.ndarray, weights: np.ndarray, kind: str) -> np.ndarray:
        """Return the probability of each of `SCALES` for a class, given weighed points: (nodes,)."""
        from scipy.special import logsumexp

        heavy = weights > LIGHT * weights.max()
        used = ~self.signs
        distance = self._distances(values[heavy])[:, used]
        logs = np.array([_log_normal(distance, one[np.ix_(used, used)]) for one in self._covariances])
        logs += self._log_masses_of_all[:, None]
        of_node = np.exp(logs - logsumexp(logs, axis=0)) @ weights[heavy] / weights[heavy].sum()
        axes = tuple(k for k, name in enumerate(CLASSES) if name != kind)
        return np.asarray(of_node.reshape((len(SCALES),) * len(CLASSES)).sum(axis=axes))

    def _distances(self, values: np.ndarray) -> np.ndarray:
        """Return how far each value is from what was found, in the study's standard errors."""
        found = np.array(
            [0.0 if f.is_direction else f.found.scaled(f.found.value or 0.0) for f in self.figures]
        )
        return np.nan_to_num((values - found) / self.errors, nan=NO_VALUE)

    @cached_property
    def errors(self) -> np.ndarray:
        """The standard error of each figure: the study's, or the softness of a direction."""
        return np.array(
            [SOFT[f.found.unit] if f.is_direction else f.found.error for f in self.figures], float
        )

    @cached_property
    def log_masses(self) -> np.ndarray:
        """Logarithms of the prior probabilities of `SCALES`: a half-Cauchy between their geometric means, (nodes,)."""
        from scipy.stats import halfcauchy

        between = np.sqrt(np.multiply(SCALES[1:], SCALES[:-1]))
        below = halfcauchy(scale=MEDIAN).cdf([0.0, *between, np.inf])
        return np.log(np.diff(below))

    @cached_property
    def _log_masses_of_all(self) -> np.ndarray:
        """Logarithms of the prior probabilities of all combinations of classes' discrepancies: (nodes to the power of classes,)."""
        return np.array([sum(one) for one in product(self.log_masses, repeat=len(CLASSES))])

    @cached_property
    def _covariances(self) -> list[np.ndarray]:
        """The covariance of the distances, in squared standard errors, at each node of the discrepancies."""
        ids = [f.trial.id for f in self.figures]
        clusters = [f.trial.cluster for f in self.figures]
        same = np.array([[a == b for b in clusters] for a in clusters]) * OF_A_CLUSTER
        for i, figure in enumerate(self.figures):
            for j, other in enumerate(ids):
                if other in figure.trial.correlated_with:
                    same[i, j] = same[j, i] = figure.trial.correlated_with[other]
        np.fill_diagonal(same, 1.0)
        chance = np.diag((self.chance / self.errors) ** 2)
        kinds = [f.found.scale for f in self.figures]
        found = []
        for node in product(SCALES, repeat=len(CLASSES)):
            by_kind = dict(zip(CLASSES, node, strict=True))
            found.append(same + chance + np.diag([by_kind[kind] ** 2 for kind in kinds]))
        return found

    def _of_directions(self, values: np.ndarray, used: np.ndarray) -> np.ndarray:
        from scipy.special import ndtr

        logs = np.zeros(len(values))
        for k in np.flatnonzero(used):
            figure = self.figures[k]
            up = figure.found.direction.startswith(">")
            margin = (values[:, k] - figure.found.threshold) * (1 if up else -1)
            error = np.hypot(self.errors[k], self.chance[k])
            # A value that the runs cannot give says nothing either way.
            chance = np.where(np.isnan(margin), 0.5, ndtr(np.nan_to_num(margin) / error))
            logs += np.log(WRONG + (1 - 2 * WRONG) * chance)
        return logs


def _log_normal(distance: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    from scipy.linalg import cho_solve, cholesky

    lower = cholesky(covariance, lower=True)
    solved = cho_solve((lower, True), distance.T)
    size = len(covariance) * np.log(2 * np.pi) + 2 * np.log(np.diag(lower)).sum()
    return -0.5 * ((distance.T * solved).sum(axis=0) + size)
