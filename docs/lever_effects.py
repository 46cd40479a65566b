"""What a lever does, from runs with the same seeds at each of its values: the whole-range effect, and its steepest tenth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t

LEAST = 0.01  # a point of a share: below it a lever does nothing that anyone would notice
CLIFF = 0.4  # of the whole effect within a tenth of the range


@dataclass(frozen=True)
class Difference:
    """A mean difference over paired seeds with its 95% interval."""

    mean: float
    low: float
    high: float

    @property
    def seen(self) -> bool:
        """Whether the interval lies outside +-`LEAST`."""
        return self.low > LEAST or self.high < -LEAST

    @property
    def nothing(self) -> bool:
        """Whether the interval lies inside +-`LEAST`."""
        return self.low > -LEAST and self.high < LEAST

    @property
    def nearest(self) -> float:
        """The end of the interval that is nearer to 0; 0 if that lies inside."""
        return 0.0 if self.low <= 0.0 <= self.high else min(abs(self.low), abs(self.high))


@dataclass(frozen=True)
class Steepest:
    """The tenth of the range in which most of the effect lies, which share of the effect that is, and whether it is a cliff."""

    start: float
    end: float
    share: float
    cliff: bool


def difference(of: np.ndarray) -> Difference:
    """Return mean and 95% interval (Student's t) of what each seed gives."""
    n, mean = len(of), float(np.mean(of))
    half = float(t.ppf(0.975, n - 1) * np.std(of, ddof=1) / np.sqrt(n)) if n > 1 else np.inf
    return Difference(mean, mean - half, mean + half)


def whole_range(runs: np.ndarray) -> tuple[Difference, np.ndarray]:
    """Return the whole-range effect and its value for each seed; `runs` is (values, seeds).

    It is the last value less the first; where a lever turns on its way, the middle less the first or the last less the middle if that is
    more. The three are fixed beforehand, so that chance is not searched for its largest difference.
    """
    first, middle, last = runs[0], runs[len(runs) // 2], runs[-1]
    candidates = [last - first, middle - first, last - middle]
    chosen = max(candidates, key=lambda paired: abs(float(np.mean(paired))))
    return difference(chosen), chosen


def steepest(values: np.ndarray, runs: np.ndarray) -> Steepest:
    """Return the steepest tenth of a range, of which neighbouring values are the ends.

    Where they are more than a tenth apart (counts, refused values), their share is told for a tenth. It is a cliff if the effect is seen
    and the interval of the step less `CLIFF` times the effect, seed by seed, lies above 0.
    """
    effect, paired = whole_range(runs)
    steps = np.diff(runs, axis=0)
    steps = steps * ((values[-1] - values[0]) / 10.0 / np.diff(values))[:, None]
    at = int(np.argmax(np.abs(steps.mean(axis=1))))
    step = steps[at]
    if effect.mean == 0.0:
        return Steepest(float(values[at]), float(values[at + 1]), 0.0, False)
    beyond = difference(step * np.sign(step.mean()) - CLIFF * paired * np.sign(effect.mean))
    share = abs(float(step.mean()) / effect.mean)
    return Steepest(float(values[at]), float(values[at + 1]), share, effect.seen and beyond.low > 0.0)
