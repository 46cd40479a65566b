"""Observation model: a reported count from a true one, and a survey's share, with error, sampling of small numbers, and rounding.

Programmes count sign-ups, in round numbers. One error of `sigma` in logarithms stands for who counts what; a count of N also varies by
about sqrt(N) for no reason. No report is above everybody, where their number is known: one that would be is censored there. Two sources on one programme in one year differ by 0.18 (Success for All: 1,500 and 1,800).

A survey's share has an error on the logit scale, so that it stays between 0 and 1 and 7% and 93% err alike: who counts as having left, which
checklist stands for fidelity, which places were asked. Then it is the chance of whom one asked: binomial, which for a mean fidelity is the most
that it can be, and too much where schools are alike.
"""

from __future__ import annotations

import numpy as np

from .series import Series

# Prior of sigma, assumed: a median of 8%, 90% between 2 and 30%.
SIGMA_MEDIAN, SIGMA_SPREAD = 0.08, 0.8
# Prior of the error of a share, assumed: 5, 50 and 95%. Two surveys of faithful prevention curricula (19% of districts, 14% of teachers) are 0.4
# apart in logits; what teachers say and observers see (Ennett et al. 2011: 85 and 28%) 2.7, beyond any prior: such a figure should not be fitted.
SHARE_ERRORS = (0.1, 0.3, 1.0)
LEAST = 1e-9


def spread(expected: np.ndarray, sigma: np.ndarray | float, share: bool) -> np.ndarray:
    """Return the standard deviation of a report's logarithm."""
    chance = 0.0 if share else 1.0 / np.maximum(expected, 1.0)
    return np.sqrt(np.square(sigma) + chance)


def log_likelihood(series: Series, expected: np.ndarray, sigma: np.ndarray) -> np.ndarray:
    """Return the log-probability of the reported values, each known to within its rounding: (draws, points) -> (draws,).

    A report of everybody is censored: it may stand for any error upwards.
    """
    low = np.maximum(series.values - series.units / 2, LEAST)
    high = np.where(series.values < series.ceiling, series.values + series.units / 2, np.inf)
    true = np.log(np.maximum(expected, LEAST))
    sd = spread(expected, sigma[:, None], series.share)
    return _log_between((np.log(low) - true) / sd, (np.log(high) - true) / sd).sum(axis=1)


def _log_between(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return log(Phi(high) - Phi(low)), far out in the tails too."""
    from scipy.special import log_ndtr

    upper = low > 0  # mirrored, so that the difference is taken in the tail that is small
    a, b = np.where(upper, -high, low), np.where(upper, -low, high)
    log_b = log_ndtr(b)
    return log_b + np.log1p(-np.exp(np.minimum(log_ndtr(a) - log_b, -1e-12)))


def reported(
    rng: np.random.Generator,
    expected: np.ndarray,
    sigma: np.ndarray,
    units: np.ndarray,
    share: bool = False,
    most: float = np.inf,
) -> np.ndarray:
    """Return reports of true counts (draws, points): with their error, rounded to these units; one that would exceed `most`, everybody, is `most`."""
    sd = spread(expected, sigma[:, None], share)
    noisy = np.maximum(expected, LEAST) * np.exp(sd * rng.standard_normal(expected.shape))
    return np.minimum(np.round(noisy / units) * units, most)


def in_logs(values: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Return logarithms of reports; one that was rounded to 0 stands at half its unit."""
    return np.log(np.maximum(values, units / 2))


def surveyed(
    rng: np.random.Generator, true: np.ndarray, error: np.ndarray, of: np.ndarray, units: np.ndarray
) -> np.ndarray:
    """Return what surveys of so many schools would print of true shares (draws, surveys)."""
    from scipy.special import expit, logit

    meant = expit(logit(np.clip(true, LEAST, 1 - LEAST)) + error[:, None] * rng.standard_normal(true.shape))
    steps = np.round(1 / units)
    return np.round(rng.binomial(of, meant) / of * steps) / steps


def in_logits(shares: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Return logits of shares; one that was rounded to 0 or 1 stands half its unit from there."""
    from scipy.special import logit

    return logit(np.clip(shares, units / 2, 1 - units / 2))
