"""Priors: the distribution of a parameter before data, from its declaration, the evidence table or a file of one's own.

A parameter that names a row of the evidence table has that row's low, central and high value and distribution. For the others the
width is a convention, the same for all: a share moves by 1 on the logit scale, a positive number by a factor of 2, any other number by 1,
either way, and 90% lie inside. Nothing is drawn outside a parameter's declared range.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import exp, inf, isfinite, log
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import numpy as np
from pydantic import BaseModel, Field

from ..errors import PriorError, suggestion
from ..evidence import table as evidence_table
from ..foundation.toml_file import STRICT, read_toml, validated
from ..parameters import SECTIONS, About, declarations, find

if TYPE_CHECKING:
    import pandas as pd

NINETY = 1.6448536269514722  # standard deviations from the middle to the ends of the middle 90%
TINY = 1e-300  # in place of nothing in a denominator
Distribution = Literal[
    "uniform", "loguniform", "triangular", "normal", "lognormal", "beta", "gamma", "logitnormal"
]
DISTRIBUTIONS = get_args(Distribution)
LARGEST = 1e100  # of what a prior names; its square is still a number
NUMBER = f"a number, -{LARGEST:g} to {LARGEST:g}"


class PriorTable(BaseModel):
    """What a file says of one prior."""

    model_config = STRICT

    distribution: Distribution = Field("triangular", description=", ".join(map(repr, DISTRIBUTIONS)))
    low: float = Field(ge=-LARGEST, le=LARGEST, description=NUMBER)
    central: float | None = Field(None, ge=-LARGEST, le=LARGEST, description=NUMBER)
    high: float = Field(ge=-LARGEST, le=LARGEST, description=NUMBER)


class Shape(NamedTuple):
    """A distribution: the probability below a value, and the value at a probability."""

    below: Callable[[Any], Any]
    quantile: Callable[[Any], Any]


def uniform(low: float, high: float) -> Shape:
    """Return the uniform distribution between two ends."""
    wide = high - low
    return Shape(lambda x: np.clip((x - low) / wide, 0, 1), lambda q: low + wide * q)


def triangular(low: float, mode: float, high: float) -> Shape:
    """Return the triangular distribution between two ends."""
    wide, c = high - low, (mode - low) / (high - low)

    def below(x: Any) -> Any:
        u = np.clip((x - low) / wide, 0, 1)
        left, right = u * u / max(c, TINY), 1 - (1 - u) ** 2 / max(1 - c, TINY)
        return np.where(u <= c, left, right) if 0 < c < 1 else (right if c == 0 else left)

    return Shape(
        below, lambda q: low + wide * np.where(q < c, np.sqrt(c * q), 1 - np.sqrt((1 - c) * (1 - q)))
    )


def normal(mean: float, sd: float) -> Shape:
    """Return the normal distribution."""
    from scipy.special import ndtr, ndtri

    return Shape(lambda x: ndtr((x - mean) / sd), lambda q: mean + sd * ndtri(q))


def logarithmic(of_log: Shape) -> Shape:
    """Return the distribution of a positive number whose logarithm has a distribution."""

    def below(x: Any) -> Any:
        with np.errstate(divide="ignore"):
            return of_log.below(np.log(np.maximum(x, 0)))

    return Shape(below, lambda q: np.exp(of_log.quantile(q)))


def gamma(shape: float, scale: float) -> Shape:
    """Return the gamma distribution."""
    from scipy.special import gammainc, gammaincinv

    return Shape(lambda x: gammainc(shape, np.maximum(x, 0) / scale), lambda q: scale * gammaincinv(shape, q))


def beta(a: float, b: float, low: float, high: float) -> Shape:
    """Return the beta distribution between two ends."""
    from scipy.special import betainc, betaincinv

    wide = high - low
    return Shape(
        lambda x: betainc(a, b, np.clip((x - low) / wide, 0, 1)), lambda q: low + wide * betaincinv(a, b, q)
    )


@dataclass(frozen=True)
class Prior:
    """A parameter's distribution, cut off at its bounds.

    `low` and `high` are ends for uniform, loguniform and triangular, else they hold the middle 90%; `central` is the mode of
    triangular, the mean of normal, beta and gamma, the median of lognormal and logitnormal.
    """

    name: str
    distribution: str
    low: float
    central: float
    high: float
    bounds: tuple[float, float]
    source: str

    def values(self, quantiles: np.ndarray) -> np.ndarray:
        """Return the values at quantiles 0..1."""
        first, last = self._cut
        inner = first + np.asarray(quantiles, float) * (last - first)
        return np.clip(self._free(self._shape.quantile(inner)), *self.bounds)

    @cached_property
    def _cut(self) -> tuple[float, float]:
        """The quantiles of the bounds before they cut."""
        low, high = self.bounds
        if self.distribution == "logitnormal":
            return 0.0, 1.0
        return float(self._shape.below(low)), float(self._shape.below(high))

    def _free(self, x: np.ndarray) -> np.ndarray:
        """Return values of the shape on the parameter's own scale."""
        if self.distribution != "logitnormal":
            return x
        low, high = self.bounds
        return low + (high - low) / (1 + np.exp(-x))

    @cached_property
    def _shape(self) -> Shape:
        """The distribution without its bounds. SciPy's frozen distributions take half a millisecond each to make, and one is made per parameter."""
        low, middle, high = self.low, self.central, self.high
        sd = (high - low) / (2 * NINETY)
        if self.distribution == "uniform":
            return uniform(low, high)
        if self.distribution == "loguniform":
            return logarithmic(uniform(log(low), log(high)))
        if self.distribution == "triangular":
            return triangular(low, middle, high)
        if self.distribution == "normal":
            return normal(middle, sd)
        if self.distribution == "lognormal":
            return logarithmic(normal(log(middle), log(high / low) / (2 * NINETY)))
        if self.distribution == "gamma":
            return gamma(middle**2 / sd**2, sd**2 / middle)
        if self.distribution == "beta":
            return self._beta(sd)
        ends = [_logit(x, self.bounds) for x in (low, middle, high)]
        return normal(ends[1], (ends[2] - ends[0]) / (2 * NINETY))

    def _beta(self, sd: float) -> Shape:
        start, end = self.bounds
        mean, variance = (self.central - start) / (end - start), (sd / (end - start)) ** 2
        weight = mean * (1 - mean) / variance - 1
        return beta(mean * weight, (1 - mean) * weight, start, end)


def prior_of(name: str) -> Prior:
    """Return the prior of a declared parameter by its short or dotted name. Raises PriorError for one that is not known."""
    about = find(name)
    if about is None:
        raise PriorError(f"there is no parameter {name!r}.{suggestion(name, declarations())}")
    return _from_evidence(about) or _by_convention(about)


def prior_around(name: str, value: float) -> Prior | None:
    """Return the prior of a parameter that a scenario sets itself, around that value; None at an end of its range, where it is certain.

    It is as wide, in proportion, as the row of the evidence table, or else as the convention says.
    """
    about = find(name)
    if about is None:
        raise PriorError(f"there is no parameter {name!r}.{suggestion(name, declarations())}")
    if not about.low < value < about.high:
        return None
    row = _from_evidence(about)
    if row is None or row.central <= 0 or value <= 0:
        return _by_convention(replace(about, default=value))
    low, high = row.low * value / row.central, row.high * value / row.central
    source = f"around {value:g}, as wide as in the {row.source}"
    return Prior(
        row.name, "triangular", max(low, about.low), value, min(high, about.high), row.bounds, source
    )


def _from_evidence(about: About) -> Prior | None:
    """Return the prior that a row of the evidence table gives, or None where it has no range."""
    if not about.evidence:
        return None
    row = evidence_table().loc[about.evidence]
    low, central, high = (_number(row[key]) * about.scale for key in ("low", "central", "high"))
    if not (isfinite(low + central + high) and low < high and low <= central <= high):
        return None
    word = row["distribution suggested"].split()[0].strip(";,").lower()
    distribution = word if word in DISTRIBUTIONS else "triangular"
    if distribution in ("lognormal", "loguniform", "gamma") and low <= 0:
        distribution = "triangular"
    source = f"evidence table, {about.evidence} ({row['how_seen']})"
    return Prior(about.dotted, distribution, low, central, high, (about.low, about.high), source)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _by_convention(about: About) -> Prior:
    """Return a prior around the default, as wide as all of its kind."""
    x, bounds = about.default, (about.low, about.high)
    source = f"around the default (mark {about.mark})"
    if bounds == (0.0, 1.0) and 0 < x < 1:
        odds = x / (1 - x)
        low, high = (1 / (1 + exp(-log(odds) - step)) for step in (-1, 1))
        return Prior(about.dotted, "logitnormal", low, x, high, bounds, source)
    if about.low >= 0 and x > 0:
        return Prior(about.dotted, "lognormal", x / 2, x, 2 * x, bounds, source)
    return Prior(about.dotted, "normal", x - 1, x, x + 1, bounds, source)


def read_priors(
    path: str | Path, others: Mapping[str, tuple[float, float]] | None = None
) -> dict[str, Prior]:
    """Return the priors of a TOML file by dotted name: tables [priors.NAME] with distribution, low, central, high.

    `others` are names that are no parameters of a scenario, and their bounds.

    Raises PriorError in one line that says what is allowed.
    """
    path = Path(path)
    given = read_toml(path, PriorError, "prior", "docs/calibration.md says how priors are given")
    tables = given.get("priors")
    if not isinstance(tables, dict) or set(given) != {"priors"}:
        raise PriorError(
            f"{path.name}: allowed are tables [priors.NAME] with {', '.join(PriorTable.model_fields)}"
        )
    bounds = others or {}
    found = [prior_from(name, given, path.name, bounds.get(name)) for name, given in _named(tables).items()]
    return {prior.name: prior for prior in found}


def _named(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return tables by name; TOML reads [priors.behaviour.rest_share] as one table in another."""
    named: dict[str, Any] = {}
    for name, given in tables.items():
        if name in SECTIONS and isinstance(given, dict):
            named |= {f"{name}.{key}": inner for key, inner in given.items()}
        else:
            named[name] = given
    return named


def prior_from(
    name: str, given: Any, where: str, bounds: tuple[float, float] | None = None, source: str = ""
) -> Prior:
    """Return a prior from a table of a file, checked. `bounds` are a parameter's declared range unless given."""
    about = find(name)
    if about is None and bounds is None:
        raise PriorError(f"{where}: priors.{name} is no parameter.{suggestion(name, declarations())}")
    place = f"{where}: priors.{about.dotted if about else name}"
    said = validated(given, PriorTable, PriorError, place)
    distribution, low, high = said.distribution, said.low, said.high
    if not low < high:
        raise PriorError(f"{place}: low = {low:g} is not below high = {high:g}")
    positive = distribution in ("loguniform", "lognormal", "gamma")
    if positive and low <= 0:
        raise PriorError(f"{place}: low = {low:g}: a {distribution} prior needs a low above 0")
    middle = (low * high) ** 0.5 if positive else (low + high) / 2
    central = middle if said.central is None else said.central
    limits = (about.low, about.high) if about and bounds is None else bounds or (-inf, inf)
    _check_places(place, distribution, (low, central, high), limits)
    dotted = about.dotted if about else name
    return Prior(dotted, distribution, low, central, high, limits, source or f"given in {where}")


def _check_places(
    place: str, distribution: str, numbers: tuple[float, float, float], bounds: tuple[float, float]
) -> None:
    """Raise PriorError for numbers out of order or range, or too wide for their distribution."""
    low, central, high = numbers
    if not low <= central <= high:
        raise PriorError(f"{place}: central = {central:g} is not between {low:g} and {high:g}")
    if low < bounds[0] or high > bounds[1]:
        raise PriorError(
            f"{place}: {low:g} to {high:g} is outside of what is allowed, {bounds[0]:g} to {bounds[1]:g}"
        )
    if distribution in ("beta", "logitnormal") and not (bounds[0] < low and high < bounds[1]):
        raise PriorError(f"{place}: a {distribution} prior lies inside {bounds[0]:g} to {bounds[1]:g}")
    if distribution == "beta":
        mean = (central - bounds[0]) / (bounds[1] - bounds[0])
        sd = (high - low) / (2 * NINETY) / (bounds[1] - bounds[0])
        if sd**2 >= mean * (1 - mean):
            raise PriorError(f"{place}: {low:g} to {high:g} is too wide for a beta prior")


def _logit(x: float, bounds: tuple[float, float]) -> float:
    share = (x - bounds[0]) / (bounds[1] - bounds[0])
    return log(share / (1 - share))


def unit_sample(n: int, dimensions: int, seed: int, design: str = "sobol") -> np.ndarray:
    """Return points spread evenly over the unit cube, none on its faces: (n, dimensions). Designs: sobol, latin-hypercube."""
    from scipy.stats import qmc

    sampler = {"sobol": qmc.Sobol, "latin-hypercube": qmc.LatinHypercube}[design]
    engine = sampler(dimensions, rng=np.random.default_rng(seed))
    if design == "sobol":
        return _open(engine.random_base2(max(1, (n - 1).bit_length()))[:n])
    return _open(engine.random(n))


def _open(cube: np.ndarray) -> np.ndarray:
    return np.clip(cube, 1e-9, 1 - 1e-9)


def sample(priors: Sequence[Prior], n: int, seed: int = 1, design: str = "sobol") -> pd.DataFrame:
    """Return n draws from independent priors, spread evenly: a column a parameter."""
    import pandas as pd

    cube = unit_sample(n, len(priors), seed, design)
    return pd.DataFrame({prior.name: prior.values(cube[:, k]) for k, prior in enumerate(priors)})


def prior_table(priors: Sequence[Prior]) -> pd.DataFrame:
    """Return the priors for people: 5%, median and 95% of each, its distribution and where it is from."""
    import pandas as pd

    rows = [
        [prior.name, *prior.values(np.array([0.05, 0.5, 0.95])), prior.distribution, prior.source]
        for prior in priors
    ]
    return pd.DataFrame(rows, columns=["parameter", "5%", "median", "95%", "distribution", "source"])
