"""Validation of a study: each error in one line that names key, value and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..errors import ScenarioError, short, suggestion
from ..outcomes import describe
from ..parameters import About, find
from ..scenario import Scenario
from ..scenario.words import nearest
from .points_file import dotted, read_points

# The options that a design takes, and their values if the study does not say.
OPTIONS: dict[str, dict[str, Any]] = {
    "grid": {"levels": 5},
    "latin-hypercube": {"size": 100},
    "sobol": {"size": 128},
    "saltelli": {"size": 64, "second_order": True},
    "morris": {"size": 10, "levels": 4},
    "list": {"file": ""},
}
SHAPES: dict[str, tuple[str, ...]] = {
    "uniform": (),
    "loguniform": (),
    "normal": ("mean", "sd"),
    "triangular": ("mode",),
}


def faults_of(study: Any) -> Iterator[str]:
    """Yield all that does not hold together."""
    yield from _wrong_factors(study)
    yield from _wrong_scenarios(study)
    yield from _wrong_outcomes(study.outcomes)
    yield from _wrong_design(study)


def _wrong_factors(study: Any) -> Iterator[str]:
    for name, factor in study.factors.items():
        about = find(name)
        if about is None:
            yield f"factors: {short(name)} is not known.{nearest(name, Scenario.model_fields)}"
        else:
            yield from _wrong_factor(f"factors.{name}", about, factor)


def _wrong_factor(key: str, about: About, factor: Any) -> Iterator[str]:
    """Yield what cannot be of one factor: its range, its shape, its numbers."""
    ends = (factor.low, factor.high)
    if factor.values and ends != (None, None):
        yield f"{key}: give either values or low and high, not both"
    elif not factor.values and None in ends:
        yield f"{key}: give low and high, or values = [...]"
    else:
        low, high = factor.range()
        if not factor.values and low >= high:
            yield f"{key}: low = {low:g}, high = {high:g} is an empty range: low must be less than high"
        yield from _out_of_bounds(key, about, factor)
        yield from _wrong_shape(key, factor)


def _out_of_bounds(key: str, about: About, factor: Any) -> Iterator[str]:
    """Yield the first number of a factor that its parameter cannot have."""
    named = {f"values.{k + 1}": value for k, value in enumerate(factor.values)}
    ends = named or dict(zip(("low", "high"), factor.range(), strict=True))
    for end, value in ends.items():
        if not possible(about, value):
            yield f"{key}.{end} = {value:g}: allowed {allowed(about)}"
            return
    if len(set(factor.values)) < len(factor.values):
        yield f"{key}.values: one is there twice"


def possible(about: About, value: float) -> bool:
    """Return whether a parameter can have this value."""
    return about.low <= value <= about.high and (not about.whole or float(value).is_integer())


def allowed(about: About) -> str:
    """Return what a parameter can be, and its sentence."""
    kind = "whole numbers " if about.whole else ""
    return f"{kind}{about.low:g} to {about.high:g} {about.unit}. {about.sentence}"


def _wrong_shape(key: str, factor: Any) -> Iterator[str]:
    low, high = factor.range()
    given = [name for name in ("mean", "sd", "mode") if getattr(factor, name) is not None]
    for name in given:
        if name not in SHAPES[factor.distribution] or factor.values:
            owner = next(shape for shape, names in SHAPES.items() if name in names)
            yield f"{key}.{name} goes with distribution = '{owner}'"
    if factor.distribution == "loguniform" and low <= 0:
        yield f"{key}.low = {low:g}: allowed above 0 with distribution = 'loguniform'"
    if factor.sd is not None and factor.sd <= 0:
        yield f"{key}.sd = {factor.sd:g}: allowed above 0"
    for name in ("mean", "mode"):
        value = getattr(factor, name)
        if value is not None and not low <= value <= high:
            yield f"{key}.{name} = {value:g}: allowed {low:g} to {high:g}, its range"


def _wrong_scenarios(study: Any) -> Iterator[str]:
    """Yield what cannot be of the scenarios to compare: names, what they set, and what is a factor too."""
    names = [other.name for other in study.scenarios]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"scenarios: two are called {name!r}"
    for k, other in enumerate(study.scenarios):
        key = f"scenarios.{k + 1} ({other.name})"
        both = [name for name in other.set if dotted(name) in study.factors]
        if both:
            yield f"{key}: {both[0]} is a factor too: leave one of them out"
        if "months" in other.set:
            yield f"{key}: months are those of the study: set them there"
        try:
            study.scenario.replace(other.set)
        except ScenarioError as error:
            yield f"{key}: {error}"


def _wrong_outcomes(outcomes: Iterable[str]) -> Iterator[str]:
    known, seen = describe(), set()
    for name in outcomes:
        if name not in known:
            yield f"outcomes: {short(name)} is not known.{suggestion(name[:60], known)}"
        elif name in seen:
            yield f"outcomes: {name!r} is there twice"
        seen.add(name)


def _wrong_design(study: Any) -> Iterator[str]:
    """Yield what cannot be of the design: options that it does not take, sizes that it cannot have."""
    takes = OPTIONS[study.design]
    for option in ("size", "levels", "second_order", "file"):
        if option in study.model_fields_set and option not in takes:
            yield (
                f"{option} = {short(getattr(study, option))} does not go with design = '{study.design}': "
                f"it takes {', '.join(takes)}"
            )
    if study.design not in ("grid", "list") and not study.factors:
        yield f"design = '{study.design}' needs [factors]"
    if "size" in takes and study.size < 1:
        yield f"size = {study.size}: allowed whole numbers from 1"
    if study.design in ("sobol", "saltelli") and study.size & (study.size - 1):
        yield f"size = {study.size}: allowed powers of two with design = '{study.design}', such as {2 ** study.size.bit_length()}"
    if study.design == "grid" and study.levels < 2:
        yield f"levels = {study.levels}: allowed whole numbers from 2"
    if study.design == "morris" and (study.levels < 2 or study.levels % 2):
        yield f"levels = {study.levels}: allowed even numbers from 2 with design = 'morris'"
    if study.design == "list":
        yield from _wrong_list(study)


def _wrong_list(study: Any) -> Iterator[str]:
    """Yield what cannot be of a list of points: columns that are no factors, factors without a column, impossible numbers."""
    if not study.file:
        yield "design = 'list' needs file, a CSV with a column for each factor"
        return
    file, table = Path(study.file).name, read_points(study.file)
    for name in table:
        if name not in study.factors:
            yield f"{file}: column {short(name)} is no factor.{nearest(name, Scenario.model_fields)}"
    for name in study.factors:
        about = find(name)
        if name not in table:
            yield f"{file} has no column {name}"
        elif about:
            wrong = (k for k, value in enumerate(table[name]) if not possible(about, value))
            yield from (
                f"{file}, line {k + 2}: {name} = {table[name][k]:g}: allowed {allowed(about)}" for k in wrong
            )
