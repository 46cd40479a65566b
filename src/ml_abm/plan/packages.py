"""Packages: which levers are pulled, and in which month each; what may be combined, and the scenario that a package makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Any, NamedTuple

import numpy as np

from ..assess.change import Steps, changed, from_month, paid
from ..assess.levers import Lever
from ..parameters import find
from ..scenario import Event, Funder, Scenario
from ..scenario.parts import CHANGING_FUNDER, FIXED_AT_START
from ..scenario.possible import possible

MONTHS = 5  # at most, in which a step may be taken


class Step(NamedTuple):
    """A lever, by its name, and the month from which it is pulled."""

    month: int
    lever: str


Package = tuple[Step, ...]  # in the order of months; empty is the programme as it is
AS_IT_IS: Package = ()


@dataclass(frozen=True)
class Choices:
    """What packages may be made of.

    Attributes
    ----------
    levers : those that may be pulled.
    months : when, the first month first; a lever on what is fixed at the start only in month 0.
    apart : pairs of names that cannot be together.
    most : levers of one package.
    """

    levers: tuple[Lever, ...]
    months: tuple[int, ...]
    apart: frozenset[frozenset[str]] = frozenset()
    most: int = 5

    @cached_property
    def called(self) -> dict[str, Lever]:
        """The levers by name."""
        return {lever.name: lever for lever in self.levers}

    @cached_property
    def highest(self) -> np.ndarray:
        """The largest gene of each lever: 0 leaves it out, k pulls it in the k-th month."""
        return np.array([1 if only_at_start(lever) else len(self.months) for lever in self.levers])

    def package(self, genes: Sequence[int] | np.ndarray) -> Package:
        """Return the package of some genes, one a lever."""
        pulled = zip(self.levers, genes, strict=True)
        return tuple(sorted(Step(self.months[int(g) - 1], lever.name) for lever, g in pulled if g > 0))

    def genes(self, package: Package) -> np.ndarray:
        """Return the genes of a package."""
        months = {step.lever: self.months.index(step.month) + 1 for step in package}
        return np.array([months.get(lever.name, 0) for lever in self.levers])

    def repaired(self, genes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return genes in their ranges, without levers that are too many or cannot be together; which of them go is drawn."""
        genes = np.clip(np.asarray(genes, dtype=int), 0, self.highest)
        order = rng.permutation(len(genes))
        kept: list[int] = []
        for k in (k for k in order if genes[k]):
            name = self.levers[k].name
            together = all(frozenset((name, self.levers[j].name)) not in self.apart for j in kept)
            if together and len(kept) < self.most:
                kept.append(k)
            else:
                genes[k] = 0
        return genes


def only_at_start(lever: Lever) -> bool:
    """Return whether a lever moves what is built at month 0."""
    return any(name.rpartition(".")[2] in FIXED_AT_START for name in lever.steps)


def months_until(years: int) -> tuple[int, ...]:
    """Return the months in which a step may be taken before a goal in so many years: beginnings of years, evenly spread."""
    return tuple(range(0, 12 * years, 12 * ceil(years / MONTHS)))


def taken(scenario: Scenario, package: Package, levers: Mapping[str, Lever]) -> Scenario:
    """Return a scenario in which the steps of a package are taken, each from its month on."""
    at_start = [levers[step.lever].steps for step in package if step.month == 0]
    if at_start:
        scenario = changed(scenario, {name: how for steps in at_start for name, how in steps.items()})
    for step in package:
        if step.month:
            scenario = later(scenario, step.month, levers[step.lever])
    return scenario


def later(scenario: Scenario, month: int, lever: Lever) -> Scenario:
    """Return a scenario in which a lever is pulled from a month on, money included."""
    numbers = {name: how for name, how in lever.steps.items() if find(name)}
    money = {name: how for name, how in lever.steps.items() if name not in numbers}
    if numbers:
        scenario = from_month(scenario, month, lever.does, numbers)
    return money_from(scenario, month, lever.does, money) if money else scenario


def money_from(scenario: Scenario, month: int, says: str, steps: Steps) -> Scenario:
    """Return a scenario in which funders' money is moved from a month on, what later events set it to included."""
    called = {funder.name: funder for funder in scenario.funders}
    timeline = [event.model_dump() for event in scenario.timeline]
    for event in timeline:
        if event["month"] > month and event["funder"] in called:
            event["set"] = paid(event["set"], called[event["funder"]], steps)
    place = next((k for k, event in enumerate(timeline) if event["month"] > month), len(timeline))
    for funder in scenario.funders:
        now = numbers_at(scenario, funder, month)
        moved = {name: value for name, value in paid(now, funder, steps).items() if value != now[name]}
        if moved:
            timeline.insert(place, Event(month=month, says=says, set=moved, funder=funder.name).model_dump())
    return scenario.replace(possible(scenario, {"timeline": timeline}))


def numbers_at(scenario: Scenario, funder: Funder, month: int) -> dict[str, Any]:
    """Return what events may change of a funder, as it is in a month."""
    now = {name: getattr(funder, name) for name in CHANGING_FUNDER}
    for event in scenario.timeline:
        if event.month <= month and event.changes_funder and event.funder == funder.name:
            now |= event.set
            now |= {name: now[name] * times for name, times in event.scale.items()}
    return now


def in_words(package: Package) -> str:
    """Return a package in one line: its levers in the order in which they are pulled."""
    return " + ".join(s.lever + (f" (month {s.month})" if s.month else "") for s in package) or "as it is"
