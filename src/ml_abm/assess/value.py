"""Value of information (EVPPI): how much of the spread each uncertain number explains, and whether it would change the choice.

Reducible spread: the share of the variance of coverage that is explained by a parabola in one parameter (as normal scores, so that one scale
serves all), less what as many numbers of pure chance would explain (adjusted R2). What chance may reach is found by shuffling.
Choice: the expected value of partial perfect information by regression (Strong, Oakley & Brennan 2014, Med Decis Making 34:311,
doi:10.1177/0272989X13505910), with one parameter at a time and a straight line, as draws are few; the decision is which lever to pull
for the most coverage.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..evidence.posterior import posterior
from ..parameters import find
from .answers.frame import COVERAGE, frame
from .endgame import Clock
from .ensemble import Ensemble
from .estimates import all_years, at_the_end
from .runs import Runs
from .variants import AS_IT_IS

if TYPE_CHECKING:
    import pandas as pd

SHUFFLES = 200
RARE = 0.05  # chance that any parameter at all is named though none matters
SEED = 2016
PARABOLA_FROM = 40  # draws; below, a straight line
SAME = 1e-12  # of the size of outcomes: they differ by rounding alone


def information(ensemble: Ensemble, clock: Clock, runs: Runs) -> pd.DataFrame:
    """Return each uncertain parameter with the share of variance that it explains, and what chance explains at most; the largest first."""
    y = at_the_end(runs[AS_IT_IS], COVERAGE, clock)
    explained = shares(ensemble.scores[: len(y)], y)
    limit = chance(ensemble.scores[: len(y)], y)
    rows = []
    for name, share in zip(ensemble.names, explained, strict=True):
        about = find(name)
        assert about is not None
        rows.append(
            {
                "parameter": about.dotted,
                "sentence": about.sentence,
                "mark": about.mark,
                "share": max(0.0, float(share)),
                "chance": limit,
                "shown": bool(share > limit),
            }
        )
    table = frame(rows, "parameter sentence mark share chance shown")
    return table.sort_values("share", ascending=False, ignore_index=True)


def of_figures(numbers: Sequence[int], y: np.ndarray) -> pd.DataFrame:
    """Return for each figure of trials, and each number of behaviour, which share of the spread of an answer it explains; the largest first.

    Parameters
    ----------
    numbers : of the draws that the answers belong to.
    y : the answer in each draw: (draws,).
    """
    drawn = posterior()
    rows = np.array([number % len(drawn) for number in numbers])
    known = {("figure of a trial", name): column[rows] for name, column in drawn.figures.items()}
    known |= {("number of behaviour", name): drawn.values[rows, k] for k, name in enumerate(drawn.names)}
    usable = {
        key: column for key, column in known.items() if np.isfinite(column).all() and np.ptp(column) > 0
    }
    scores = np.column_stack([normal_scores(column) for column in usable.values()])
    limit = chance(scores, y)
    found = [
        {
            "kind": kind,
            "name": name,
            "share": max(0.0, float(share)),
            "chance": limit,
            "shown": bool(share > limit),
        }
        for (kind, name), share in zip(usable, shares(scores, y), strict=True)
    ]
    table = frame(found, "kind name share chance shown")
    return table.sort_values("share", ascending=False, ignore_index=True)


def normal_scores(column: np.ndarray) -> np.ndarray:
    """Return the normal scores of ranks: (draws,)."""
    from scipy.special import ndtri
    from scipy.stats import rankdata

    return np.asarray(ndtri((rankdata(column) - 0.5) / len(column)))


def shares(scores: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the adjusted share of the variance of y that each column explains by a parabola (a line where draws are few)."""
    n, order = len(y), 2 if len(y) >= PARABOLA_FROM else 1
    if n <= order + 1 or np.ptp(y) <= SAME * np.abs(y).max():
        return np.zeros(scores.shape[1])
    total = float(((y - y.mean()) ** 2).sum())
    powers = scores.T[:, :, None] ** np.arange(order + 1)  # (columns, draws, powers)
    fitted = (powers @ (np.linalg.pinv(powers) @ y)[:, :, None])[:, :, 0]
    rest = ((y - fitted) ** 2).sum(axis=1)
    return np.asarray(1 - (rest / (n - order - 1)) / (total / (n - 1)))


def chance(scores: np.ndarray, y: np.ndarray) -> float:
    """Return the share that the best of all columns explains by chance in all but 5% of shufflings."""
    rng = np.random.default_rng(SEED)
    best = [shares(scores, rng.permutation(y)).max(initial=0.0) for _ in range(SHUFFLES // 4)]
    return float(np.quantile(best, 1 - RARE))


def choice(ensemble: Ensemble, runs: Runs) -> tuple[pd.DataFrame, float]:
    """Return what it is worth, in coverage, to know each parameter before a lever is chosen, and to know everything.

    A parameter is `shown` where its value is above what shuffled draws give.
    """
    names = runs.of("lever")
    if len(names) < 2:
        return frame([], "parameter value chance shown"), 0.0
    n = len(runs["lever", names[0]]["spending"])
    before = all_years(runs[AS_IT_IS], COVERAGE)[:n]
    gains = np.column_stack([all_years(runs["lever", name], COVERAGE) - before for name in names])
    scores = ensemble.scores[:n]
    values = worth(scores, gains)
    rng = np.random.default_rng(SEED)
    best = [worth(scores, gains[rng.permutation(n)]).max(initial=0.0) for _ in range(SHUFFLES // 4)]
    limit = float(np.quantile(best, 1 - RARE))
    rows = [
        {"parameter": name, "value": float(value), "chance": limit, "shown": bool(value > limit)}
        for name, value in zip(ensemble.names, values, strict=True)
    ]
    table = frame(rows, "parameter value chance shown").sort_values(
        "value", ascending=False, ignore_index=True
    )
    return table, float(gains.max(axis=1).mean() - gains.mean(axis=0).max())


def worth(scores: np.ndarray, gains: np.ndarray) -> np.ndarray:
    """Return E[max over levers of the expected gain given a parameter] - max of expected gains, for each column of scores."""
    centred = scores - scores.mean(axis=0)
    squares = (centred**2).sum(axis=0)
    slopes = centred.T @ gains / np.where(squares > 0, squares, 1.0)[:, None]  # (parameters, levers)
    means = gains.mean(axis=0)
    expected = means + centred[:, :, None] * slopes[None]  # (draws, parameters, levers)
    return expected.max(axis=2).mean(axis=0) - means.max()
