"""What is a study? A base scenario, factors, scenarios to compare, outcomes, a design: read strictly, as scenarios are.

A study is a frozen value. Whatever is not known, of the wrong type or out of range is refused in one line that names file,
key, value and what is allowed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..errors import ScenarioError, StudyError, in_one_line, printable, short, suggestion
from ..parameters import SECTIONS, find
from ..scenario import Scenario, _literal, _slug, preset_names
from ..toml_file import read_toml
from .faults import OPTIONS, faults_of, in_words
from .points_file import dotted, read_points

Design = Literal["grid", "latin-hypercube", "sobol", "saltelli", "morris", "list"]
Distribution = Literal["uniform", "loguniform", "normal", "triangular"]
NAME = r"^[a-z0-9][a-z0-9-]{0,63}$"
STUDY_FILE = "study.toml"
# What a study records if it does not say: reach, use, quality, burden, effect, permanence and money.
OUTCOMES = (
    "reach_schools",
    "adoption",
    "fidelity",
    "effective_coverage",
    "strain",
    "learning_sd",
    "institutionalisation",
    "government_share",
    "funding_gap",
    "cost_per_pupil",
    "lays_per_100usd",
)
STRICT = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class Factor(BaseModel):
    """What is varied of one parameter: a range with a distribution, or values; and who decides on it.

    A normal distribution is cut off at `low` and `high`; its mean is by default in the middle and its sd a quarter of the range. The
    mode of a triangular one is by default in the middle.
    """

    model_config = STRICT

    low: float | None = Field(None, description="a number, the lower end of the range")
    high: float | None = Field(None, description="a number, the upper end of the range")
    distribution: Distribution = Field(
        "uniform", description=", ".join(repr(name) for name in get_args(Distribution))
    )
    mean: float | None = Field(None, description="a number, of a normal distribution")
    sd: float | None = Field(None, description="a number above 0, of a normal distribution")
    mode: float | None = Field(None, description="a number, of a triangular distribution")
    values: tuple[float, ...] = Field((), description="a list of numbers, in place of a range")
    role: Literal["", "lever", "uncertainty"] = Field(
        "", description="'lever', 'uncertainty'; the parameter's own if left out"
    )

    def range(self) -> tuple[float, float]:
        """Return the lowest and the highest value."""
        if self.values:
            return min(self.values), max(self.values)
        assert self.low is not None
        assert self.high is not None
        return self.low, self.high


class Compared(BaseModel):
    """One of the scenarios to compare: the base scenario with other values."""

    model_config = STRICT

    name: str = Field(pattern=NAME, description="text of small letters, digits and hyphens, at most 64")
    set: dict[str, Any] = Field({}, description="a table of names and values, as in `ml-abm run --set`")


class Study(BaseModel):
    """Everything that the results of an experiment depend on."""

    model_config = STRICT

    name: str = Field(
        "study", pattern=NAME, description="text of small letters, digits and hyphens, at most 64"
    )
    title: str = Field("", description="text: what people call it")
    question: str = Field("", description="text: the question that it answers, in a sentence")
    scenario: Scenario = Field(
        default_factory=Scenario, description="a preset's name, a .toml file or a table [scenario]"
    )
    factors: dict[str, Factor] = Field(
        {}, description="tables [factors] of low and high, or values, by parameter"
    )
    scenarios: tuple[Compared, ...] = Field((), description="tables [[scenarios]] of name and set")
    outcomes: tuple[str, ...] = Field(
        OUTCOMES, min_length=1, description="a list of outcomes, at least one (docs/outcomes.md)"
    )
    months: int = Field(ge=1, le=1200, description="whole numbers 1 to 1200")
    replicates: int = Field(
        10, ge=1, le=100_000, description="whole numbers 1 to 100,000: runs that differ by luck"
    )
    seed: int = Field(
        1, ge=0, lt=2**62, description="whole numbers 0 to 2^62: of the first replicate, and of the design"
    )
    design: Design = Field("grid", description=", ".join(repr(name) for name in get_args(Design)))
    size: int = Field(
        0,
        ge=0,
        le=10_000_000,
        description="whole numbers: points of a sample, base samples of saltelli, trajectories of morris",
    )
    levels: int = Field(
        0, ge=0, le=1000, description="whole numbers 2 to 1000: levels of a grid, or of morris"
    )
    second_order: bool = Field(True, description="true or false: whether saltelli can tell pairs of factors")
    file: str = Field("", description="text: the CSV file of a list, a column a factor")

    def __init__(self, /, **values: Any) -> None:
        try:
            super().__init__(**_filled(_widened(values)))
        except ValidationError as error:
            raise StudyError(
                in_one_line(in_words(e, NESTED) for e in error.errors(include_url=False))
            ) from None

    @model_validator(mode="after")
    def _holds_together(self) -> Study:
        faults = list(faults_of(self))
        if faults:
            raise StudyError(in_one_line(faults))
        return self

    @classmethod
    def load(cls, path: str | Path) -> Study:
        """Read a study file; a study without a name is called after the file. Raises StudyError or ScenarioError in one line.

        A scenario and a list of points are looked for beside the study file.
        """
        path = Path(path)
        values = read_toml(path, StudyError, "study", "docs/experiments.md has one to start from")
        return cls.from_values(_placed({"name": _slug(path.stem), **values}, path.parent), path.name)

    @classmethod
    def preset(cls, name: str) -> Study:
        """Return a ready study of the package."""
        known = study_names()
        if name not in known:
            raise StudyError(
                f"there is no study {short(name)} (see `ml-abm experiment list`).{suggestion(name, known)}"
            )
        return cls.load(Path(str(_ready() / f"{name}.toml")))

    @classmethod
    def find(cls, name_or_path: str) -> Study:
        """Return a ready study by its name, read a file, or read the study of a folder of results."""
        path = Path(name_or_path)
        if name_or_path in study_names():
            return cls.preset(name_or_path)
        if (path / STUDY_FILE).exists():
            return cls.load(path / STUDY_FILE)
        if path.is_dir():
            raise StudyError(f"{path} is a folder without a {STUDY_FILE}: give a study file")
        if path.suffix == ".toml" or path.exists():
            return cls.load(path)
        raise StudyError(
            f"there is no study {short(name_or_path)}: give a ready study's name (see `ml-abm experiment list`) or a "
            f".toml file.{suggestion(name_or_path[:60], study_names())}"
        )

    @classmethod
    def from_values(cls, values: Mapping[str, Any], source: str = "study") -> Study:
        """Return a study from nested values, as TOML gives them; `source` is named in errors."""
        try:
            return cls(**values)
        except (StudyError, ScenarioError) as error:
            raise StudyError(printable(f"{source}: {error}")) from None

    def replace(self, **changes: Any) -> Study:
        """Return a study with some of its fields changed; another design begins with its own options."""
        dropped = {option for takes in OPTIONS.values() for option in takes} if "design" in changes else set()
        kept = {name: getattr(self, name) for name in self.model_fields_set - dropped}
        return type(self)(**{**kept, **changes})

    def compared(self) -> dict[str, Scenario]:
        """Return the scenarios to compare by name: the base scenario alone if the study names none."""
        if not self.scenarios:
            return {self.scenario.name: self.scenario}
        return {other.name: self.scenario.replace(other.set) for other in self.scenarios}

    def to_toml(self, *, whole: bool = False) -> str:
        """Return the study as a file that `load` reads back to an equal study.

        A preset is named; with `whole`, and for any other scenario, all its values are there.
        """
        values = {
            name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set
        }
        values["factors"] = {name: _said(factor) for name, factor in self.factors.items()}
        values["scenarios"] = [_said(other) for other in self.scenarios]
        values["scenario"] = _preset_like(self.scenario) if not whole else None
        if values["scenario"] is None:
            values["scenario"] = self.scenario.model_dump(mode="json")
        return _as_toml({name: value for name, value in values.items() if value not in ({}, [], ())})


# Where a study holds models of its own, for messages that name what is allowed there.
NESTED: dict[str, type[BaseModel]] = {"": Study, "factors": Factor, "scenarios": Compared}


def study_names() -> list[str]:
    """Return the names of the ready studies in the package."""
    return list(_ready_names())


@cache
def _ready_names() -> tuple[str, ...]:
    folder = _ready()
    found = folder.iterdir() if folder.is_dir() else ()
    return tuple(sorted(f.name.removesuffix(".toml") for f in found if f.name.endswith(".toml")))


def _ready() -> Any:
    return files("ml_abm") / "experiments" / "studies"


def _placed(values: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return a study's values with the files that it names looked for in its folder."""
    placed = dict(values)
    scenario, table = values.get("scenario"), values.get("file")
    if isinstance(scenario, str) and scenario not in preset_names():
        placed["scenario"] = str(folder / scenario) if (folder / scenario).exists() else scenario
    if isinstance(table, str) and table:
        placed["file"] = str(folder / table)
    return placed


def _widened(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as strict validation wants them: tuples for lists, dotted names of parameters, plain numbers."""
    wide = {name: _plain(value) for name, value in values.items()}
    scenario = wide.get("scenario", "base")
    if isinstance(scenario, str):
        wide["scenario"] = Scenario.find(scenario)
    elif isinstance(scenario, Mapping):
        wide["scenario"] = Scenario.from_values(scenario, "scenario")
    if isinstance(wide.get("factors"), Mapping):
        wide["factors"] = {dotted(name): factor for name, factor in _factors(wide["factors"])}
    if isinstance(wide.get("scenarios"), tuple):
        wide["scenarios"] = tuple(_flattened(other) for other in wide["scenarios"])
    return wide


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, range | list | np.ndarray):
        return tuple(_plain(item) for item in value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _factors(tables: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield factors by dotted name: TOML reads ``innovation.tool_hours = {low = 0}`` as nested tables."""
    for name, value in tables.items():
        if isinstance(value, Mapping) and name in SECTIONS:
            yield from ((f"{name}.{key}", factor) for key, factor in value.items())
        else:
            yield name, value


def _flattened(other: Any) -> Any:
    """Return one of the scenarios to compare with dotted names in `set`, however TOML read them."""
    if not isinstance(other, Mapping) or not isinstance(other.get("set"), Mapping):
        return other
    changes: dict[str, Any] = {}
    for name, value in other["set"].items():
        inner = value if isinstance(value, Mapping) and name in SECTIONS else {"": value}
        changes |= {dotted(f"{name}.{key}".rstrip(".")): item for key, item in inner.items()}
    return {**other, "set": changes}


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """Return values with those filled in that depend on others: months, the design's options, a list's factors, roles."""
    filled = dict(values)
    filled.setdefault("months", values["scenario"].months if isinstance(values["scenario"], Scenario) else 0)
    design = values.get("design", "grid")
    if isinstance(design, str) and design in OPTIONS:
        filled = {**OPTIONS[design], **filled}
    if design == "list" and "factors" not in values and isinstance(filled["file"], str) and filled["file"]:
        filled["factors"] = {name: _spanned(column) for name, column in read_points(filled["file"]).items()}
    if isinstance(filled.get("factors"), Mapping):
        filled["factors"] = {name: _with_role(name, factor) for name, factor in filled["factors"].items()}
    return filled


def _with_role(name: str, factor: Any) -> Any:
    """Return a factor with the role that its parameter declares; what describes the place is nobody's to decide."""
    about = find(name)
    given = factor.model_dump(exclude_unset=True) if isinstance(factor, Factor) else factor
    if about is None or not isinstance(given, Mapping) or given.get("role"):
        return given
    return {**given, "role": "lever" if about.role == "lever" else "uncertainty"}


def _spanned(column: list[float]) -> dict[str, Any]:
    """Return the factor that a column of a list is: the range that it spans."""
    low, high = min(column), max(column)
    return {"low": low, "high": high} if low < high else {"values": (low,)}


# --- to TOML -----------------------------------------------------------------------------------------------------------


def _said(model: BaseModel) -> dict[str, Any]:
    return {name: getattr(model, name) for name in type(model).model_fields if name in model.model_fields_set}


def _preset_like(scenario: Scenario) -> str | None:
    """Return the preset's name if a scenario is exactly that preset."""
    known = scenario.name in preset_names() and Scenario.preset(scenario.name) == scenario
    return scenario.name if known else None


def _as_toml(values: Mapping[str, Any], prefix: str = "") -> str:
    """Return nested values as TOML: plain ones first, then tables, then lists of tables."""
    tables = {k: v for k, v in values.items() if isinstance(v, Mapping)}
    lists = {
        k: v for k, v in values.items() if isinstance(v, tuple | list) and v and isinstance(v[0], Mapping)
    }
    text = "".join(
        f"{_key(k)} = {_literal(v)}\n" for k, v in values.items() if k not in tables and k not in lists
    )
    for name, table in tables.items():
        text += f"\n[{prefix}{_key(name)}]\n" + _as_toml(table, f"{prefix}{_key(name)}.")
    for name, items in lists.items():
        text += "".join(
            f"\n[[{prefix}{_key(name)}]]\n" + _as_toml(item, f"{prefix}{_key(name)}.") for item in items
        )
    return text


def _key(name: str) -> str:
    """Return a key of TOML, in quotation marks where it needs them."""
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else json.dumps(name, ensure_ascii=False)
