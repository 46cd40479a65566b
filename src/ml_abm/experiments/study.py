"""Study: a base scenario, factors, scenarios to compare, outcomes, a design; read strictly, as scenarios are.

A study is a frozen value. Whatever is not known, of the wrong type or out of range is refused in one line that names file,
key, value and what is allowed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, Field, model_validator

from ..errors import ScenarioError, StudyError, in_one_line
from ..foundation.folders import check_own
from ..foundation.toml_file import STRICT, coerced, is_file, naming, read_toml, refusals, slug
from ..foundation.toml_text import nested
from ..plain_text import harmful_texts
from ..scenario import Scenario, preset_names
from .faults import OPTIONS, faults_of
from .given import filled, placed, resolved
from .ready import ready_file, study_names

Design = Literal["grid", "latin-hypercube", "sobol", "saltelli", "morris", "list"]
Uncertainty = Literal["evidence", "chance"]
Distribution = Literal["uniform", "loguniform", "normal", "triangular"]
NAME = r"^[a-z0-9][a-z0-9-]{0,63}$"
STUDY_FILE = "study.toml"
# What a study records if it does not say: reach, use, quality, burden, effect, permanence and money.
OUTCOMES = (
    "reach_schools",
    "reach_in_use",
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
        10, ge=1, le=100_000, description="whole numbers 1 to 100,000: runs that differ by chance"
    )
    uncertainty: Uncertainty = Field(
        "evidence",
        description="'evidence' or 'chance': whether replicates differ by a draw of all that is uncertain too, or by chance alone",
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
    second_order: bool = Field(
        True, description="true or false: whether saltelli can separate pairs of factors"
    )
    file: str = Field("", description="text: the CSV file of a list, a column per factor")

    def __init__(self, /, **values: Any) -> None:
        harmful = list(harmful_texts(values))
        if harmful:
            raise StudyError(in_one_line(harmful))
        with refusals(type(self), StudyError):
            super().__init__(**coerced(filled(resolved(values)), type(self)))

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
        if "scenario" not in values and any(part in values for part in ("system", "programme", "setting")):
            raise StudyError(f"{path.name} is a scenario, and a study names one: `ml-abm run` runs it")
        return cls.from_values(placed({"name": slug(path.stem), **values}, path.parent), path.name)

    @classmethod
    def preset(cls, name: str) -> Study:
        """Return a ready study of the package."""
        return cls.load(ready_file(name))

    @classmethod
    def find(cls, name_or_path: str) -> Study:
        """Return a ready study by its name, read a file, or read the study of a folder of results."""
        if not is_file(name_or_path, study_names(), StudyError, "study", "ml-abm experiment list"):
            return cls.preset(name_or_path)
        path = Path(name_or_path)
        if not path.is_dir():
            return cls.load(path)
        check_own(path, (STUDY_FILE,), StudyError)
        if not (path / STUDY_FILE).exists():
            raise StudyError(f"{path} is a folder without a {STUDY_FILE}: give a study file")
        return cls.load(path / STUDY_FILE)

    @classmethod
    def from_values(cls, values: Mapping[str, Any], source: str = "study") -> Study:
        """Return a study from nested values, as TOML gives them; `source` is named in errors."""
        with naming(source, StudyError, ScenarioError):
            return cls(**values)

    def replace(self, **changes: Any) -> Study:
        """Return a study with some of its fields changed; another design begins with its own options."""
        dropped = {option for takes in OPTIONS.values() for option in takes} if "design" in changes else set()
        kept = {name: getattr(self, name) for name in self.model_fields_set - dropped}
        return type(self)(**{**kept, **changes})

    @property
    def draws(self) -> bool:
        """Whether each replicate has a draw of all that is uncertain; one replicate alone is at the scenario's own values."""
        return self.uncertainty == "evidence" and self.replicates > 1

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
            values["scenario"] = self.scenario.model_dump(mode="json", exclude_none=True)
        return nested({name: value for name, value in values.items() if value not in ({}, [], ())})


def _said(model: BaseModel) -> dict[str, Any]:
    return {name: getattr(model, name) for name in type(model).model_fields if name in model.model_fields_set}


def _preset_like(scenario: Scenario) -> str | None:
    """Return the preset's name if a scenario is exactly that preset."""
    known = scenario.name in preset_names() and Scenario.preset(scenario.name) == scenario
    return scenario.name if known else None
