"""A trial: what a study compared and found, and arms of the model that stand for what the study did.

Read strictly: what is not known, of the wrong type or out of range is refused in one line that names file, key, value and what is allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from math import isfinite, log
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, Field, model_validator

from ..errors import (
    ScenarioError,
    TrialError,
    clipped,
    in_one_line,
    short,
    suggestion,
)
from ..foundation.toml_file import STRICT, coerced, flat, is_file, naming, refusals
from ..parameters import find
from ..scenario import Scenario, preset_names
from .files import trial_files, with_bases
from .observed import Need
from .statistic import NUMBER, STATES, Expression, Words, read

Use = Literal["fit", "sign", "check", "cost", "structure"]
Interval = Literal[
    "95 %", "68 %", "90 %", "99 %", "80 %", "50 %",
    "95 %, assumed", "68 %, assumed", "90 %, assumed", "99 %, assumed", "80 %, assumed", "50 %, assumed",
]  # fmt: skip
# Half of an interval in standard errors of a normal distribution; 68 % stands for one of them.
HALF = {"99": 2.575829, "95": 1.959964, "90": 1.644854, "80": 1.281552, "68": 1.0, "50": 0.67449}
# On which scale a statistic is compared, by its unit: shares by their logit, ratios and prices by their logarithm.
Scale = Literal["identity", "log", "logit"]
UNITS: dict[str, Scale] = {
    "SD": "identity",
    "SD of practice": "identity",
    "share": "logit",
    "ratio": "log",
    "correlation": "identity",
    "fidelity": "identity",
    "colleagues": "identity",
    "h/week": "identity",
    "USD/pupil/year": "log",
    "elasticity": "identity",
    "schools": "log",
}
SHARE_FLOOR = 0.001  # shares nearer to 0 or 1 count as this far from it, ratios and prices nearer to 0 too
DIRECTION = re.compile(r"(>=|<=|>|<) *(-?\d+(?:\.\d+)?)")
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
OF_A_SCENARIO = ("setting", "innovation", "programme", "leadership", "funders", "timeline")
PORTFOLIO = "portfolio"


class Found(BaseModel):
    """One thing that a study found, and the same of the model's arms."""

    model_config = STRICT

    what: str = Field(min_length=1, max_length=200, description="text: what was found")
    statistic: str = Field(min_length=1, description="text: an expression over arms and outcomes")
    unit: str = Field(description=f"one of {', '.join(map(repr, UNITS))}")
    value: float | None = Field(None, description="a number: what the study found")
    low: float | None = Field(None, description="a number: the lower end of its interval")
    high: float | None = Field(None, description="a number: the upper end of its interval")
    interval: Interval | None = Field(None, description=", ".join(map(repr, get_args(Interval))))
    se: float | None = Field(
        None, gt=0, description="a number above 0: the standard error, where it is known"
    )
    direction: str = Field("", description="text: '> 0', '<= 1' and the like: what has to hold")
    missed_because: str = Field(
        "", description="text: why the model does not show it, as far as that is known"
    )

    @property
    def scale(self) -> Scale:
        """On which scale model and study are compared."""
        return UNITS[self.unit]

    def scaled(self, value: float) -> float:
        """Return a value on that scale."""
        if self.scale == "identity":
            return value
        if self.scale == "log":
            return log(max(value, SHARE_FLOOR))
        inside = min(max(value, SHARE_FLOOR), 1 - SHARE_FLOOR)
        return log(inside / (1 - inside))

    @property
    def error(self) -> float | None:
        """The study's standard error on the scale of comparison, None without a value.

        From `se` where it is given, else from the interval; an end at the edge of the scale (a share of 1) says nothing.
        """
        if self.value is None:
            return None
        if self.se is not None:
            slope = {"identity": 1.0, "log": self.value, "logit": self.value * (1 - self.value)}
            return self.se / slope[self.scale]
        assert self.interval is not None
        inside = [end for end in (self.low, self.high) if end is not None and self._is_inside(end)]
        distances = [abs(self.scaled(end) - self.scaled(self.value)) for end in inside]
        return sum(distances) / len(distances) / HALF[self.interval[:2]]

    def _is_inside(self, value: float) -> bool:
        return self.scale == "identity" or (value > 0 and (self.scale == "log" or value < 1))

    def holds(self, value: float) -> bool | None:
        """Return whether a value goes in the direction that the study found, None where none is said."""
        if not self.direction:
            return None
        sign, threshold = self._threshold()
        return {
            ">": value > threshold,
            "<": value < threshold,
            ">=": value >= threshold,
            "<=": value <= threshold,
        }[sign]

    @property
    def threshold(self) -> float:
        """The number that its direction names."""
        return self._threshold()[1]

    def margin(self, value: float) -> float:
        """Return how far a value is from the threshold of its direction."""
        return abs(value - self.threshold)

    def _threshold(self) -> tuple[str, float]:
        found = DIRECTION.fullmatch(self.direction)
        assert found is not None
        return found[1], float(found[2])

    def faults(self) -> Iterator[str]:
        """Yield what cannot be of it: an interval that is none, a direction that is none, nothing to compare with."""
        if self.unit not in UNITS:
            yield f"unit = {short(self.unit)}: allowed {', '.join(map(repr, UNITS))}.{suggestion(self.unit[:60], UNITS)}"
            return
        if self.direction and not DIRECTION.fullmatch(self.direction):
            yield f"direction = {short(self.direction)}: allowed >, <, >= or <= and a number, such as '> 0'"
        given = [name for name in ("value", "low", "high", "interval") if getattr(self, name) is not None]
        if given and len(given) < 4:
            missing = {"value", "low", "high", "interval"} - set(given)
            yield f"{', '.join(sorted(missing))}: missing: value, low, high and interval go together"
        elif given:
            yield from self._wrong_interval()
        elif self.se is not None:
            yield "se goes with value, low, high and interval"

    def _wrong_interval(self) -> Iterator[str]:
        low, value, high = self.low, self.value, self.high
        assert low is not None
        assert value is not None
        assert high is not None
        if not low < high:
            yield f"low = {low:g}, high = {high:g} is no interval: low must be less than high"
        elif not low <= value <= high:
            yield f"value = {value:g} is outside its interval: allowed low = {low:g} to high = {high:g}"
        elif self.scale == "logit" and not (low >= 0 and high <= 1 and 0 < value < 1):
            yield f"value = {value:g}, low = {low:g}, high = {high:g}: a share is between 0 and 1"
        elif self.scale == "log" and not (low >= 0 and value > 0):
            yield f"value = {value:g}, low = {low:g}: a {self.unit} is above 0"


class Intervention(BaseModel):
    """What was tried: trials that name the same intervention share its effect size, which is free within a range."""

    model_config = STRICT

    name: str = Field(min_length=1, max_length=80, description="text: what it is called")
    effect_size: float = Field(ge=0, le=2, description="0 to 2 SD/year: learning gain at full practice")
    low: float = Field(ge=0, le=2, description="0 to 2 SD/year: the lower end of what it may be")
    high: float = Field(ge=0, le=2, description="0 to 2 SD/year: the upper end of what it may be")
    source: str = Field(min_length=1, description="text: where that is from, or 'assumed'")


class Nuisance(BaseModel):
    """A number of the measurement that the study leaves open, such as where a criterion lies on the model's scale."""

    model_config = STRICT

    value: float = Field(description="a number")
    low: float = Field(description="a number: the lower end of what it may be")
    high: float = Field(description="a number: the upper end of what it may be")
    says: str = Field(min_length=1, description="text: what it is")


class Trial(BaseModel):
    """What a study compared and found, the arms that stand for it, and why they do."""

    model_config = STRICT

    id: str = Field(
        pattern=r"^[A-Za-z][A-Za-z0-9-]{0,31}$",
        description="text of letters, digits and hyphens, such as 'T03'",
    )
    question: str = Field(min_length=1, max_length=200, description="text: the question that it answers")
    study: str = Field(min_length=1, max_length=200, description="text: authors and year")
    source: str = Field(min_length=1, description="text: where it was published")
    country: str = Field(min_length=1, description="text: where it was done")
    grade: str = Field(
        pattern=r"^[A-D]",
        description="text that begins with A, B, C or D: whether the number was seen in the source",
    )
    use: Use = Field(description=", ".join(map(repr, get_args(Use))))
    cluster: str = Field("", description="text: trials of one cluster share a study, places or a control")
    correlated_with: dict[str, float] = Field(
        {}, description="a table of trials and correlations of their errors, above -1 and below 1"
    )
    note: str = Field("", description="text: a caution")
    why: str = Field(min_length=1, description="text: why the arms stand for what the study did")
    assumed: tuple[str, ...] = Field((), description="a list of texts: what the study does not say")
    months: int = Field(ge=1, le=1200, description="whole numbers 1 to 1200: months to simulate")
    seeds: int = Field(ge=2, le=10_000, description="whole numbers 2 to 10,000: runs of each arm")
    preset: str = Field(
        "",
        description="text: a programme of the package from which all arms start, in place of the default scenario",
    )
    intervention: Intervention | None = Field(
        None, description="a table [intervention] of name, effect_size, low, high and source"
    )
    design: dict[str, Any] = Field({}, description="a table [design]: what all arms change of a scenario")
    arms: dict[str, dict[str, Any]] = Field(
        {}, description="tables [arms.NAME]: what each arm changes of the design"
    )
    nuisance: dict[str, Nuisance] = Field(
        {}, description="tables [nuisance.NAME] of value, low, high and says"
    )
    let: dict[str, str] = Field({}, description="a table [let] of names and expressions")
    found: tuple[Found, ...] = Field(min_length=1, description="tables [[found]], at least one")

    def __init__(self, /, **values: Any) -> None:
        with refusals(type(self), TrialError):
            super().__init__(**coerced(values, type(self)))

    @model_validator(mode="after")
    def _holds_together(self) -> Trial:
        faults = [*self._wrong_names(), *self._wrong_numbers()]
        faults = faults or list(self._wrong_statistics()) or list(self._wrong_arms())
        if faults:
            raise TrialError(in_one_line(faults))
        return self

    @classmethod
    def load(cls, path: str | Path) -> Trial:
        """Read a trial file and the designs that it is based on. Raises TrialError in one line."""
        path = Path(path)
        return cls.from_values(with_bases(path), path.name)

    @classmethod
    def from_values(cls, values: Mapping[str, Any], source: str = "trial") -> Trial:
        """Return a trial from nested values, as TOML gives them; `source` is named in errors."""
        with naming(source, TrialError):
            return cls(**values)

    @cached_property
    def expressions(self) -> tuple[Expression, ...]:
        """The statistics as they were read, one for each thing found."""
        words = self._words()
        return tuple(read(found.statistic, words) for found in self.found)

    @cached_property
    def let_expressions(self) -> dict[str, Expression]:
        """The named expressions as they were read; each may name those above it."""
        return dict(self._words().let)

    @property
    def needs(self) -> dict[str, frozenset[Need]]:
        """What the statistics read of each arm that they name."""
        needs: dict[str, set[Need]] = {}
        for expression in self.expressions:
            for arm, need in expression.needs:
                needs.setdefault(arm, set()).add(need)
        return {arm: frozenset(of_it) for arm, of_it in needs.items()}

    @property
    def numbers(self) -> dict[str, float]:
        """What expressions may name beside arms: nuisance numbers, and the effect size of the intervention."""
        named = {name: nuisance.value for name, nuisance in self.nuisance.items()}
        return named | ({"effect_size": self.intervention.effect_size} if self.intervention else {})

    def scenario(
        self, arm: str, drawn: Mapping[str, float] | None = None, effect_size: float | None = None
    ) -> Scenario:
        """Return the scenario of an arm: the defaults, what was drawn of behaviour, the design, and the arm's changes.

        `effect_size` is another one for its intervention. Raises TrialError for an arm that cannot be.
        """
        changes = dict(drawn or {}) | dict(flat(self.design)) | dict(flat(self.arms[arm]))
        if self.intervention:
            changes["innovation.effect_size"] = (
                self.intervention.effect_size if effect_size is None else effect_size
            )
        try:
            start = Scenario.preset(self.preset) if self.preset else Scenario()
            return start.replace({"name": arm.replace("_", "-"), **changes})
        except ScenarioError as error:
            raise TrialError(f"arms.{arm}: {str(error).partition(': ')[2]}") from None

    def is_portfolio(self, arm: str) -> bool:
        """Return whether the runs of an arm are programmes drawn from the portfolio."""
        return PORTFOLIO in self.arms[arm]

    def _words(self) -> Words:
        numbers = [*self.nuisance, *(["effect_size"] if self.intervention else [])]
        let: dict[str, Expression] = {}
        for name, text in self.let.items():
            try:
                let[name] = read(text, Words(tuple(self.arms), self.months, numbers, dict(let)))
            except TrialError as error:
                raise TrialError(f"let.{name}: {error}") from None
        return Words(tuple(self.arms), self.months, numbers, let)

    def _wrong_names(self) -> Iterator[str]:
        """Yield names that cannot be, or that mean two things."""
        taken = {"effect_size": "the effect size of the intervention", **dict.fromkeys(STATES, "a state")}
        for kind in ("arms", "nuisance", "let"):
            for name in getattr(self, kind):
                if not NAME.fullmatch(name):
                    yield f"{kind}.{clipped(name)}: a name has small letters, digits and _, at most 40"
                elif name in taken:
                    yield f"{kind}.{name}: the name is taken by {taken[name]}"
                taken[name] = kind
        if self.preset and self.preset not in preset_names():
            yield f"preset = {short(self.preset)} is not a programme of the package.{suggestion(self.preset[:60], preset_names())}"
        if not self.arms:
            yield "arms: missing: tables [arms.NAME], at least one"

    def _wrong_numbers(self) -> Iterator[str]:
        """Yield what cannot be of intervals, ranges and correlations."""
        for k, found in enumerate(self.found):
            yield from (f"found.{k + 1}: {fault}" for fault in found.faults())
        compared = [found for found in self.found if found.value is not None or found.direction]
        if not compared:
            yield "found: give value, low, high and interval, or direction: there is nothing to compare with"
        if self.use == "sign" and not any(found.direction for found in self.found):
            yield "use = 'sign' goes with found.direction, such as '> 0'"
        if self.use == "fit" and not any(found.value is not None for found in self.found):
            yield "use = 'fit' goes with found.value, low, high and interval"
        ranges = {f"nuisance.{name}": (n.low, n.value, n.high) for name, n in self.nuisance.items()}
        if self.intervention:
            it = self.intervention
            ranges["intervention"] = (it.low, it.effect_size, it.high)
        for key, (low, value, high) in ranges.items():
            if not low <= value <= high:
                yield f"{key}: {value:g} is outside its range: allowed low = {low:g} to high = {high:g}"
        for other, r in self.correlated_with.items():
            if not (isfinite(r) and -1 < r < 1):
                yield f"correlated_with.{clipped(other)} = {r:g}: allowed above -1 and below 1"

    def _wrong_statistics(self) -> Iterator[str]:
        """Yield expressions that cannot be read, or that give no number."""
        try:
            words = self._words()
        except TrialError as error:
            yield str(error)
            return
        for k, found in enumerate(self.found):
            try:
                kind = read(found.statistic, words).kind
            except TrialError as error:
                yield f"found.{k + 1}.statistic: {error}"
                continue
            if kind.rows != NUMBER or kind.condition:
                yield f"found.{k + 1}.statistic: {clipped(found.statistic)} is not one number: write mean(...) or share(...)"

    def _wrong_arms(self) -> Iterator[str]:
        """Yield arms that cannot be."""
        for name, changes in (("design", self.design), *self.arms.items()):
            where = name if name == "design" else f"arms.{name}"
            if PORTFOLIO in changes and (name == "design" or changes != {PORTFOLIO: True}):
                yield f"{where}.portfolio goes with an arm that says portfolio = true and nothing else"
            yield from wrong_changes(where, changes)
        if not any(map(self._arm_is_used, self.arms)):
            yield "found: no statistic reads an arm"
        for arm in filter(self._arm_is_used, self.arms):
            if not self.is_portfolio(arm):
                try:
                    self.scenario(arm)
                except TrialError as error:
                    yield str(error)

    def _arm_is_used(self, arm: str) -> bool:
        return arm in self.needs


def wrong_changes(where: str, changes: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a design may not change: files, how people behave (trials inform that), and effects (an intervention's)."""
    for name in (*(name for name, _ in flat(changes)), *_changed_on_the_way(changes)):
        about, top = find(name), name.partition(".")[0]
        if about and about.section == "behaviour":
            yield f"{where}: {about.dotted} is how people behave, and no arm can set it: trials inform it"
        elif about and about.name == "effect_size":
            yield f"{where}: innovation.effect_size stands in [intervention], as its arms share it"
        elif about is None and top not in (*OF_A_SCENARIO, PORTFOLIO):
            yield f"{where}: {clipped(name)} is not known: allowed are {', '.join(OF_A_SCENARIO)}"


def _changed_on_the_way(changes: Mapping[str, Any]) -> Iterator[str]:
    """Yield the parameters that events of a timeline change; what else is wrong with one is said by the scenario."""
    timeline = changes.get("timeline", [])
    for event in timeline if isinstance(timeline, list) else []:
        for how in ("set", "scale"):
            given = event.get(how, {}) if isinstance(event, Mapping) else {}
            if isinstance(given, Mapping) and not event.get("funder"):
                yield from (name for name, _ in flat(given) if find(name))


def trial_names() -> list[str]:
    """Return the ids of the trials of the package."""
    return list(trial_files())


def load_trials() -> list[Trial]:
    """Return all trials of the package, in order."""
    return [Trial.load(path) for path in trial_files().values()]


def find_trial(name_or_path: str) -> Trial:
    """Return a trial of the package by its id, or read a file."""
    ready = trial_files()
    if is_file(name_or_path, ready, TrialError, "trial", "ml-abm trials list"):
        return Trial.load(name_or_path)
    return Trial.load(ready[name_or_path])
