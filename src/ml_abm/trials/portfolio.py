"""A stated portfolio of programmes: designs, settings and budgets are drawn from distributions that were written down beforehand (T38)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from math import exp, log
from pathlib import Path
from typing import Any, Literal
from zlib import crc32

import numpy as np
from pydantic import BaseModel, Field, model_validator

from ..errors import (
    ScenarioError,
    TrialError,
    clipped,
    in_one_line,
    short,
    suggestion,
)
from ..foundation.toml_file import STRICT, coerced, flat, naming, read_toml, refusals
from ..outcomes import describe
from ..parameters import bounds_of, find
from ..scenario import Funder, Scenario

OF_A_FUNDER = re.compile(r"funders\.(.+)\.([a-z_]+)")


class Draw(BaseModel):
    """What one number is drawn from: a range with a distribution, or values that are equally likely; and why."""

    model_config = STRICT

    low: float | None = Field(None, description="a number, the lower end of the range")
    high: float | None = Field(None, description="a number, the upper end of the range")
    mode: float | None = Field(None, description="a number, of a triangular distribution")
    distribution: Literal["uniform", "loguniform", "triangular"] = Field(
        "uniform", description="'uniform', 'loguniform', 'triangular'"
    )
    values: tuple[float, ...] = Field((), description="a list of numbers, in place of a range")
    source: str = Field(min_length=1, description="text: where that is from, or 'assumed'")

    def ends(self) -> tuple[float, float]:
        """Return the lowest and the highest number that can be drawn."""
        if self.values:
            return min(self.values), max(self.values)
        assert self.low is not None
        assert self.high is not None
        return self.low, self.high

    def one(self, rng: np.random.Generator) -> float:
        """Return a number."""
        if self.values:
            return float(rng.choice(self.values))
        low, high = self.ends()
        if self.distribution == "loguniform":
            return exp(rng.uniform(log(low), log(high)))
        if self.distribution == "triangular":
            assert self.mode is not None
            return float(rng.triangular(low, self.mode, high))
        return float(rng.uniform(low, high))

    def faults(self) -> Iterator[str]:
        """Yield what cannot be of it."""
        if self.values and (self.low, self.high) != (None, None):
            yield "give either values or low and high, not both"
        elif not self.values and None in (self.low, self.high):
            yield "give low and high, or values = [...]"
        elif not self.values:
            low, high = self.ends()
            if not low < high:
                yield f"low = {low:g}, high = {high:g} is an empty range: low must be less than high"
            if self.distribution == "loguniform" and low <= 0:
                yield f"low = {low:g}: allowed above 0 with distribution = 'loguniform'"
            if (self.mode is not None) != (self.distribution == "triangular"):
                yield "mode goes with distribution = 'triangular'"
            elif self.mode is not None and not low <= self.mode <= high:
                yield f"mode = {self.mode:g}: allowed {low:g} to {high:g}, its range"


class Scaled(BaseModel):
    """When a programme of the portfolio counts as scaled, and when as without effect."""

    model_config = STRICT

    statement: str = Field(min_length=1, description="text: what scale is, in words")
    outcome: str = Field(description="text: an outcome (docs/outcomes.md)")
    month: int = Field(ge=1, le=1200, description="whole numbers 1 to 1200: at the end of which month")
    at_least: float = Field(description="a number: what the outcome has to be")
    no_effect_below: float = Field(ge=0, le=2, description="0 to 2 SD/year: effects below it count as none")


class Portfolio(BaseModel):
    """What programmes are drawn from."""

    model_config = STRICT

    title: str = Field(min_length=1, description="text: what programmes they are")
    months: int = Field(ge=1, le=1200, description="whole numbers 1 to 1200")
    scale: Scaled = Field(
        description="a table [scale] of statement, outcome, month, at_least and no_effect_below"
    )
    design: dict[str, Any] = Field({}, description="a table [design]: what all programmes have in common")
    draws: dict[str, Draw] = Field(description="tables [draws.NAME] of low and high, or values; and a source")

    def __init__(self, /, **values: Any) -> None:
        with refusals(type(self), TrialError):
            super().__init__(**coerced(values, type(self)))

    @model_validator(mode="after")
    def _holds_together(self) -> Portfolio:
        faults = list(self._faults())
        if not faults:
            try:
                self.scenario(0)
            except TrialError as error:
                faults = [str(error)]
        if faults:
            raise TrialError(in_one_line(faults))
        return self

    @classmethod
    def load(cls, path: str | Path) -> Portfolio:
        """Read a portfolio file. Raises TrialError in one line."""
        path = Path(path)
        values = read_toml(path, TrialError, "portfolio", "the portfolio of the package is an example")
        with naming(path.name, TrialError):
            return cls(**values)

    def draw(self, n: int, seed: int = 1) -> list[Scenario]:
        """Return n programmes; the first ones are the same for any n."""
        return [self.scenario(k, seed) for k in range(n)]

    def scenario(self, k: int, seed: int = 1, drawn: Mapping[str, float] | None = None) -> Scenario:
        """Return programme number k. Each number has a stream of its own, so that one more key changes no other.

        `drawn` are other values of parameters, such as a draw of behaviour; what the portfolio sets goes before them.
        """
        numbers = {
            name: _whole(name, draw.one(np.random.default_rng([seed, k, crc32(name.encode())])))
            for name, draw in self.draws.items()
        }
        changes = dict(drawn or {}) | dict(flat(self.design))
        changes |= {name: value for name, value in numbers.items() if not OF_A_FUNDER.fullmatch(name)}
        changes["funders"] = [self._funder(funder, numbers) for funder in self._funders()]
        try:
            return Scenario(name=f"programme-{k}", months=self.months).replace(changes)
        except ScenarioError as error:
            raise TrialError(f"programme {k}: {error}") from None

    def _funders(self) -> list[Mapping[str, Any]]:
        given = self.design.get("funders", [])
        return [funder for funder in given if isinstance(funder, Mapping)] if isinstance(given, list) else []

    @staticmethod
    def _funder(funder: Mapping[str, Any], numbers: Mapping[str, float]) -> dict[str, Any]:
        """Return a funder with what was drawn of it."""
        of_it = {}
        for name, value in numbers.items():
            part = OF_A_FUNDER.fullmatch(name)
            if part and part[1] == funder.get("name"):
                of_it[part[2]] = value
        return {**funder, **of_it}

    def _faults(self) -> Iterator[str]:
        if self.scale.outcome not in describe():
            near = suggestion(self.scale.outcome[:60], describe())
            yield f"scale.outcome = {short(self.scale.outcome)} is not an outcome.{near}"
        if self.scale.month > self.months:
            yield f"scale.month = {self.scale.month}: allowed 1 to months = {self.months}"
        for name, draw in self.draws.items():
            faults = [*draw.faults()] or [*self._wrong_target(name, draw)]
            yield from (f"draws.{clipped(name)}: {fault}" for fault in faults)

    def _wrong_target(self, name: str, draw: Draw) -> Iterator[str]:
        """Yield what cannot be drawn: an unknown name, or numbers that it cannot have."""
        part, about = OF_A_FUNDER.fullmatch(name), find(name)
        if part:
            known = [funder.get("name") for funder in self._funders()]
            info = Funder.model_fields.get(part[2])
            if part[1] not in known or info is None or not info.metadata or part[2] == "name":
                yield "is not known: allowed funders.NAME.KEY, of a funder of the design and a number of it"
                return
            bounds = bounds_of(info)
        elif about is None:
            yield "is not a parameter (docs/parameters.md)"
            return
        else:
            bounds = about.low, about.high
        low, high = draw.ends()
        if low < bounds[0] or high > bounds[1]:
            yield f"{low:g} to {high:g}: allowed {bounds[0]:g} to {bounds[1]:g}"


def _whole(name: str, value: float) -> float:
    """Return a number, rounded where only whole ones are possible."""
    part, about = OF_A_FUNDER.fullmatch(name), find(name)
    kind = Funder.model_fields[part[2]].annotation if part and part[2] in Funder.model_fields else None
    return round(value) if kind is int or (about and about.whole) else value


@cache
def load_portfolio() -> Portfolio:
    """Return the portfolio of the package."""
    return Portfolio.load(Path(str(files("ml_abm") / "evidence" / "portfolio.toml")))
