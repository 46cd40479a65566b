"""Baseline curves without a mechanism: Bass, logistic and Gompertz with a posterior each, and two naive guesses.

A curve begins at the first report, so its parameters are the count N0 it begins from, its ceiling m and its rates. Each is fitted by its
likelihood (`reporting`) under priors flat in logarithms between wide bounds: SciPy finds the modes from many starts, emcee (Goodman &
Weare 2010) samples around them. With few points before the bend the ceiling is open, and the intervals say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .reporting import SIGMA_MEDIAN, SIGMA_SPREAD, log_likelihood, reported
from .series import Series

Curve = Callable[[np.ndarray, np.ndarray], np.ndarray]

FARTHEST = 100.0  # times the largest count so far: how high an unknown ceiling may be
STARTS, WALKERS, STEPS, BURN_IN, THIN = 16, 32, 1200, 400, 8
DRAWS = 4000
SEED_OF_STARTS = 1


@dataclass(frozen=True)
class Growth:
    """A growth curve: (draws, parameters) and years since the first report -> (draws, years). `rates` are bounds per year."""

    curve: Curve
    rates: dict[str, tuple[float, float]]


def bass(theta: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Return m F(t), dF/dt = (p + q F)(1 - F), from F(0) = N0 / m (Bass 1969)."""
    m, n0, p, q = (theta[:, [k]] for k in range(4))
    f0 = n0 / m
    decline = (1 - f0) / (1 + q / p * f0) * np.exp(-(p + q) * t)
    return m * (1 - decline) / (1 + q / p * decline)


def logistic(theta: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Return m / (1 + (m/N0 - 1) exp(-r t)) (Verhulst 1838)."""
    m, n0, r = (theta[:, [k]] for k in range(3))
    return m / (1 + (m / n0 - 1) * np.exp(-r * t))


def gompertz(theta: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Return m (N0/m)^exp(-k t) (Gompertz 1825)."""
    m, n0, k = (theta[:, [j]] for j in range(3))
    return m * (n0 / m) ** np.exp(-k * t)


GROWTH = {
    "Bass": Growth(bass, {"p": (1e-5, 0.5), "q": (1e-3, 3.0)}),
    "logistic": Growth(logistic, {"r": (1e-3, 5.0)}),
    "Gompertz": Growth(gompertz, {"k": (1e-3, 3.0)}),
}


@dataclass(frozen=True)
class Fitted:
    """Draws from a curve's posterior: `theta` (draws, parameters) in the order of `names`, and the error of reports `sigma` (draws,)."""

    series: Series
    growth: Growth
    names: tuple[str, ...]
    theta: np.ndarray
    sigma: np.ndarray

    def expected(self, years: np.ndarray) -> np.ndarray:
        """Return the curve of every draw: (draws, years)."""
        return self.growth.curve(self.theta, np.asarray(years, float) - self.series.years[0])


def fit(series: Series, name: str, seed: int = 1) -> Fitted:
    """Return the posterior of a growth curve, one of `GROWTH`, for a series."""
    growth = GROWTH[name]
    low, high = bounds(series, growth)

    def log_posterior(points: np.ndarray) -> np.ndarray:
        inside = ((points >= low) & (points <= high)).all(axis=1) & (points[:, 1] <= points[:, 0])
        safe = np.clip(points, low, high)
        safe[:, 1] = np.minimum(safe[:, 1], safe[:, 0])
        theta, sigma = np.exp(safe[:, :-1]), np.exp(safe[:, -1])
        likelihood = log_likelihood(series, growth.curve(theta, series.years - series.years[0]), sigma)
        prior = -0.5 * np.square((safe[:, -1] - np.log(SIGMA_MEDIAN)) / SIGMA_SPREAD)
        return np.where(inside, likelihood + prior, -np.inf)

    draws = sampled(log_posterior, low, high, seed)
    names = ("m", "N0", *growth.rates)
    return Fitted(series, growth, names, np.exp(draws[:, :-1]), np.exp(draws[:, -1]))


def bounds(series: Series, growth: Growth) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and highest logarithms of ceiling, start, rates and error of reports."""
    largest, first = series.values.max(), max(series.values[0], series.units[0] / 2)
    ceiling = highest(series)
    pairs = [
        (min(0.8 * largest, 0.99 * ceiling), ceiling),
        (first / 3, min(first * 3, ceiling)),
        *growth.rates.values(),
        (0.005, 1.0),
    ]
    low, high = np.log(pairs).T
    return low, high


def highest(series: Series) -> float:
    """Return the most that is thought possible: all, or where their number is not known, many times the largest count."""
    return float(min(series.ceiling, FARTHEST * series.values.max()))


def sampled(
    log_posterior: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray, seed: int
) -> np.ndarray:
    """Return draws from a density inside a box: (draws, parameters)."""
    from emcee import EnsembleSampler

    rng = np.random.default_rng(seed)
    found, heights = modes(log_posterior, low, high)
    weights = np.exp(heights - heights.max())
    chosen = found[rng.choice(len(found), WALKERS, p=weights / weights.sum())]
    start = np.clip(chosen + 0.02 * (high - low) * rng.standard_normal(chosen.shape), low, high)
    start[:, 1] = np.minimum(start[:, 1], start[:, 0] - 1e-6)
    sampler = EnsembleSampler(WALKERS, len(low), log_posterior, vectorize=True)
    sampler.random_state = np.random.RandomState(seed).get_state()
    sampler.run_mcmc(start, STEPS, skip_initial_state_check=True)
    return sampler.get_chain(discard=BURN_IN, thin=THIN, flat=True)


def modes(
    log_posterior: Callable[[np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return where bounded searches from evenly spread starts end, and how high that is."""
    from scipy.optimize import minimize
    from scipy.stats import qmc

    starts = qmc.scale(
        qmc.Sobol(len(low), rng=np.random.default_rng(SEED_OF_STARTS)).random(STARTS), low, high
    )

    def cost(x: np.ndarray) -> float:
        return -max(float(log_posterior(x[None, :])[0]), -1e10)

    ends = [minimize(cost, x, method="Nelder-Mead", bounds=list(zip(low, high, strict=True))) for x in starts]
    return np.array([end.x for end in ends]), np.array([-end.fun for end in ends])


def curve_forecast(name: str) -> Callable[[Series, np.ndarray, int], np.ndarray]:
    """Return the forecast of a growth curve: series, years, seed -> reports that would be no surprise (draws, years)."""

    def forecast(series: Series, years: np.ndarray, seed: int) -> np.ndarray:
        fitted = fit(series, name, seed)
        expected = fitted.expected(years)
        units = np.full(len(years), series.units[-1])
        rng = np.random.default_rng([seed, 1])
        return reported(rng, expected, fitted.sigma, units, series.share, series.ceiling)

    return forecast


def last_value(series: Series, years: np.ndarray, seed: int) -> np.ndarray:
    """Return the last count, held: a walk in logarithms whose steps are as large as those so far."""
    t, y = series.years, np.log(np.maximum(series.values, series.units / 2))
    steps = np.diff(y) / np.sqrt(np.diff(t))
    scale = np.sqrt(np.mean(np.square(steps)))
    chance = np.random.default_rng(seed).standard_t(len(steps), (DRAWS, 1))
    return np.exp(np.minimum(y[-1] + chance * scale * np.sqrt(years - t[-1]), np.log(highest(series))))


def last_growth(series: Series, years: np.ndarray, seed: int) -> np.ndarray:
    """Return the last rate of growth, held: in doubt by as much as the rate has changed from one interval to the next."""
    t, y = series.years, np.log(np.maximum(series.values, series.units / 2))
    rates = np.diff(y) / np.diff(t)
    scale = np.sqrt(np.mean(np.square(np.diff(rates))))
    chance = np.random.default_rng(seed).standard_t(len(rates) - 1, (DRAWS, 1))
    ahead = y[-1] + (rates[-1] + chance * scale) * (years - t[-1])
    return np.exp(np.minimum(ahead, np.log(highest(series))))


METHODS: dict[str, Callable[[Series, np.ndarray, int], np.ndarray]] = {
    **{name: curve_forecast(name) for name in GROWTH},
    "last value": last_value,
    "last growth": last_growth,
}
