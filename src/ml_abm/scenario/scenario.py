"""A scenario: what is simulated. Setting, innovation, programme, leadership, behaviour, funders and a timeline.

A scenario is a frozen value. It is read strictly, from TOML or from Python: whatever is not known, of the wrong type or
out of range is refused in one line that names file, key, value and what is allowed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from ..errors import ScenarioError, clipped, in_one_line, printable
from ..foundation.toml_file import coerced, is_file, naming, parsed, read_toml, refusals, slug
from ..parameters import ASSUMED, SECTIONS, Behaviour, Innovation, Leadership, Plan, Setting, find, number
from ..plain_text import harmful_texts
from .checks import check_inside, fingerprint, impossible, wrong_events
from .parts import DEFAULT_FUNDERS, Endgame, Event, Funder, System, TieFile
from .presets import preset_names, preset_text
from .sizes import with_unsaid_sizes, without_names, without_sizes
from .text import as_toml
from .words import allowed, known_near, nearest

BEGIN = "`ml-abm scenarios copy base` gives a file to start from"
BASE = "base"
LISTS_END = (".csv", ".tsv", ".txt", ".xls", ".xlsx", ".parquet")


class Scenario(BaseModel):
    """Everything that a run depends on, except the seed.

    The timeline is kept in the order of its months; events after the last month are allowed, and ignored.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str = Field(
        default="base",
        pattern=r"^[a-z0-9][a-z0-9-]{0,63}$",
        description="Small letters, digits and hyphens, at most 64.",
    )
    title: str = Field(default="A typical scale-up", description="What people call it.")
    sentence: str = Field(
        default="A promising classroom idea goes from a few pilot schools towards all, with the usual funders.",
        description="What happens, in one sentence.",
    )
    case: str = Field(default="", description="The case of real data to compare with (see `ml-abm cases`).")
    case_metric: str = Field(default="", description="What that case counts: schools, districts, ...")
    network: Literal["", "modmath"] = Field(
        default="", description="Ties between districts: generated, or real ones."
    )
    months: int = number(180, 1, 1200, "months", "constant", "D", ASSUMED, "Months to simulate.")
    sourced: tuple[str, ...] = Field(default=(), description="What has a source, in sentences.")
    assumed: tuple[str, ...] = Field(default=(), description="What is assumed, in sentences.")
    system: System = System()
    setting: Setting = Setting()
    innovation: Innovation = Innovation()
    programme: Plan = Plan()
    leadership: Leadership = Leadership()
    behaviour: Behaviour = Behaviour()
    endgame: Endgame | None = Field(default=None, description="Where it wants to end up.")
    funders: tuple[Funder, ...] = Field(default=DEFAULT_FUNDERS, description="Who pays.")
    timeline: tuple[Event, ...] = Field(default=(), description="What happens on the way.")
    ties: tuple[TieFile, ...] = Field(default=(), description="Files of real ties.")

    def __init__(self, /, **values: Any) -> None:
        harmful = list(harmful_texts(values, but="system.folder"))  # that is where it lies, and not its text
        if harmful:
            raise ScenarioError(in_one_line(harmful))
        with refusals(type(self), ScenarioError, allowed, known_near):
            super().__init__(**with_unsaid_sizes(coerced(values, type(self))))

    @field_validator("timeline")
    @classmethod
    def _in_order(cls, events: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(sorted(events, key=lambda event: event.month))

    @model_validator(mode="after")
    def _holds_together(self) -> Scenario:
        counts = [] if self.system.schools else impossible(self)
        faults = [*counts, *wrong_events(self)]
        if faults:
            raise ScenarioError(in_one_line(faults))
        return self

    def check_counts(self) -> None:
        """Raise ScenarioError if numbers of schools and districts cannot be; with a list of schools they are known only once it is read."""
        faults = list(impossible(self))
        if faults:
            raise ScenarioError(in_one_line([f"{self.name}: {faults[0]}", *faults[1:]]))

    @classmethod
    def load(cls, path: str | Path, *, anywhere: bool = False) -> Scenario:
        """Read a scenario file; one without a name is called after the file. Raises ScenarioError in one line.

        A scenario may be from an untrusted source, so the files that it names must lie in its folder, unless `anywhere`.
        """
        path = Path(path)
        values = {"name": slug(path.stem), **read_toml(path, ScenarioError, "scenario", BEGIN)}
        if "factors" in values or "replicates" in values:
            raise ScenarioError(f"{path.name} is a study: `ml-abm experiment run` runs it")
        if "points" in values:
            raise ScenarioError(f"{path.name} is a case: `ml-abm calibrate` fits it")
        scenario = cls.from_values(values, path.name)
        if scenario.system.folder:
            raise ScenarioError(f"{path.name}: system.folder is not known: it is the folder of the file")
        if not scenario.files():
            return scenario
        if not anywhere:
            check_inside(scenario, path)
        placed = {**scenario.system.model_dump(), "folder": str(path.parent)}
        return scenario.replace({"system": placed})

    @classmethod
    def from_toml(cls, text: str, name: str) -> Scenario:
        """Return the scenario in a text that a user handed over, called after the file `name`. It may name no files: it has no folder."""
        values = {"name": slug(Path(name).stem), **parsed(text, name, ScenarioError, BEGIN)}
        scenario = cls.from_values(values, name)
        if scenario.files() or scenario.system.folder:
            raise ScenarioError(
                printable(f"{name}: a scenario that names files can only be read from its folder")
            )
        return scenario

    @classmethod
    def preset(cls, name: str) -> Scenario:
        """Return a scenario of the package."""
        values = tomllib.loads(preset_text(name))
        if name == BASE:  # it writes out the defaults, for people: the default is not a size of its own
            values = without_sizes(values)
        return cls.from_values(values, f"{name}.toml")

    @classmethod
    def find(cls, name_or_path: str, *, anywhere: bool = False) -> Scenario:
        """Return a preset by its name, or read a file."""
        if Path(name_or_path).suffix.lower() in LISTS_END and Path(name_or_path).exists():
            raise ScenarioError(
                f"{printable(name_or_path)} is a list, not a scenario: `ml-abm schools check` says what is wrong with it, and a "
                "scenario file (.toml) names it in [system]"
            )
        if is_file(name_or_path, preset_names(), ScenarioError, "scenario", "ml-abm scenarios"):
            return cls.load(name_or_path, anywhere=anywhere)
        return cls.preset(name_or_path)

    @classmethod
    def from_values(cls, values: Mapping[str, Any], source: str = "scenario") -> Scenario:
        """Return a scenario from nested values, as TOML gives them; `source` is named in errors."""
        with naming(source, ScenarioError):
            return cls(**values)

    def replace(self, changes: Mapping[str, Any]) -> Scenario:
        """Return a new scenario with some values changed; names are dotted or short, such as ``tool_hours``."""
        values = self.model_dump(exclude_unset=True)  # what is unsaid stays so
        for name, value in changes.items():
            about = find(name)
            if about:
                values.setdefault(about.section, {})[about.name] = value
            elif name in type(self).model_fields and name not in SECTIONS:
                values[name] = value
            else:
                raise ScenarioError(
                    f"{self.name}: {clipped(name)} is not known.{nearest(name, type(self).model_fields)}"
                )
        changed = {about.dotted if (about := find(name)) else name for name in changes}
        return type(self).from_values(without_names(values, changed), self.name)

    def files(self) -> dict[str, Path]:
        """Return the files that it names, by where it names them."""
        named = {"system.schools": self.system.schools, "system.teachers": self.system.teachers}
        named |= {f"ties.{k + 1}.file": tie.file for k, tie in enumerate(self.ties)}
        return {key: self.system.path(name) for key, name in named.items() if name}

    def fingerprints(self) -> dict[str, dict[str, Any]]:
        """Return what identifies the content of its files from another: name, bytes and sha256, by where it names them. Raises ScenarioError."""
        return {key: fingerprint(path) for key, path in self.files().items()}

    def values(self) -> dict[str, float]:
        """Return every parameter by its short name."""
        return dict(self._values)

    @cached_property
    def _values(self) -> dict[str, float]:
        sections = [getattr(self, section) for section in SECTIONS]
        return {name: float(value) for section in sections for name, value in section}

    def to_toml(self, comments: bool = False) -> str:
        """Return the scenario as a file that `load` reads back to an equal scenario.

        With comments, range, unit and a sentence stand behind every number, and the behaviour that all scenarios
        share is left out when it is the default: a template for people.
        """
        return as_toml(self, comments)
