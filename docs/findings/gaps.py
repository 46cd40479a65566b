"""How far apart are two settings that met the same random seeds, and how is that said? Differences are paired by replicate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml_abm.experiments import Experiment
from ml_abm.experiments.analysis import words
from ml_abm.experiments.analysis.stochastic import Interval, over_draws
from ml_abm.foundation.numbers_in_words import percent

from .finding import OPEN, REVERSED, SHOWN

# What may become of something: it goes up, it goes down, or the interval holds 0.
COVERAGE = ("raises coverage", "lowers coverage", "does not distinguishably change coverage")
LEARNING = ("raises learning", "lowers learning", "does not distinguishably change learning")
IT = ("raises it", "lowers it", "does not distinguishably change it")


@dataclass(frozen=True)
class Gap:
    """A difference with the interval that holds 95% of the draws."""

    outcome: str
    mean: float
    low: float
    high: float
    more: float = 0.5  # share of draws in which there is more; ties count half

    @property
    def sign(self) -> int:
        """1 or -1 where the interval leaves 0 out, else 0."""
        return int(self.low > 0) - int(self.high < 0)

    @property
    def said(self) -> str:
        """The difference with its interval, for a table."""
        change, low, high = (words.change(self.outcome, x) for x in (self.mean, self.low, self.high))
        return f"{change} ({bare(low)} to {bare(high)})"

    def turns(self, up: str, down: str, neither: str) -> str:
        """Return what happens, by how much and how surely: ``raises it by 9 points (95% interval 7 to 11)``."""
        if not self.sign:
            low, high = (words.change(self.outcome, x) for x in (self.low, self.high))
            return f"{neither} (95% interval {bare(low)} to {high})"
        low, high = (bare(words.step(self.outcome, x)) for x in sorted((abs(self.low), abs(self.high))))
        return f"{self.word(up, down, neither)} by {self.size} (95% interval {low} to {high})"

    @property
    def size(self) -> str:
        """How large it is, without sign and interval."""
        return words.step(self.outcome, abs(self.mean))

    def word(self, more: str, less: str, neither: str) -> str:
        """Return the word that fits the sign."""
        return (neither, more, less)[self.sign]

    def to(self, claim: str, way: int) -> tuple[str, str]:
        """Return a claim that this goes up (1) or down (-1), and what the model says to it."""
        if self.sign:
            return claim, SHOWN if self.sign == way else REVERSED
        return claim, OPEN.format(percent(self.more if way > 0 else 1 - self.more))


def bare(text: str) -> str:
    """Return a number without its unit."""
    return text.split(" ")[0]


def by_replicate(experiment: Experiment, outcome: str, *cells: str) -> pd.DataFrame:
    """Return an outcome at the end: a row a cell, in the order of the study, and a column a replicate."""
    wide = experiment.runs.pivot_table(index=list(cells), columns="replicate", values=outcome, sort=False)
    return wide if len(cells) > 1 else wide.set_axis(wide.index.get_level_values(0))


def interval(table: pd.DataFrame) -> Interval:
    """Return the mean of every row with its interval."""
    return over_draws(table.to_numpy(float))


def gap(outcome: str, less: pd.Series, more: pd.Series) -> Gap:
    """Return how much more there is of an outcome in one setting than in another."""
    apart = (more - less).to_numpy(float)
    return Gap(outcome, *(float(x) for x in over_draws(apart)), more=float((1 + np.sign(apart)).mean() / 2))


def said(outcome: str, row: pd.Series) -> str:
    """Return the mean of an outcome in its unit."""
    return words.amount(outcome, float(row.mean()))


def between(outcome: str, row: pd.Series) -> str:
    """Return the mean of an outcome with its interval, for a table."""
    found = over_draws(row.to_numpy(float))
    low, high = (words.amount(outcome, float(x)) for x in (found.low, found.high))
    return f"{words.amount(outcome, float(found.mean))} ({bare(low)} to {bare(high)})"


def when(experiment: Experiment) -> str:
    """Return the end of the study in words."""
    years, months = divmod(experiment.study.months, 12)
    return f"{years} years" if not months else f"{experiment.study.months} months"


def crossing(x: np.ndarray, y: np.ndarray, level: float) -> float | None:
    """Return where a curve first comes down to a level, straight between its points; None where it does not."""
    for k in range(len(x) - 1):
        if y[k] >= level > y[k + 1]:
            return float(x[k] + (y[k] - level) / (y[k] - y[k + 1]) * (x[k + 1] - x[k]))
    return None
