"""A scenario: what is simulated. Setting, innovation, programme, leadership, behaviour, funders and a timeline.

A scenario is a frozen value. It is read strictly, from TOML or from Python: whatever is not known, of the wrong type or
out of range is refused in one line that names file, key, value and what is allowed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from .errors import ScenarioError, printable, suggestion
from .parameters import (
    ASSUMED,
    SECTIONS,
    Behaviour,
    Innovation,
    Leadership,
    Plan,
    Section,
    Setting,
    declarations,
    find,
    number,
)

LONGEST_FILE = 1_000_000  # bytes
LONGEST_NAME = 60  # characters of an unknown name that an error repeats
FAULTS_SHOWN = 3
SUPERINTENDENTS = 38
COMMENTS_FROM = 36  # column of the comments in a file written for people
COMMENTED_UP_TO = 60  # length of the lines that get one
# What an event may change of the setting; all the rest of it is built at month 0, and so is `BUILT_ONCE`.
CHANGING_SETTING = {
    "policy_openness",
    "openness_spread",
    "teacher_attrition",
    "principal_turnover",
    "district_leader_turnover",
    "grade_rotation",
    "weekly_hours",
    "principal_support",
}
BUILT_ONCE = {
    "start_month",
    "pilot_schools",
    "pilot_districts",
    "system_champions",
    "district_champions",
    "threshold_mean",
    "threshold_sd",
    "fit_of_participation",
}
OF_A_FUNDER = ("grant ends", "funder leaves")  # what happens to one of them, who is named
FIXED_AT_START = BUILT_ONCE | (set(Setting.model_fields) - CHANGING_SETTING)


class Funder(Section):
    """Who pays. A government-stage funder pays as far as the innovation is built into rules; others pay in full.

    At the end of a grant chance decides whether there is another one (`renewal_odds`, moved by evidence and champions).
    """

    name: str = Field(min_length=1, max_length=80, description="What it is called; no two alike.")
    stage: Literal["pilot", "middle", "system", "government"] = Field(
        description="The stage of scaling it pays for."
    )
    public: bool = Field(
        default=False, description="It is government money; true by default for the stage 'government'."
    )
    # fmt: off
    annual_budget: float = number(0.0, 0, 1e12, "USD/year", "lever", "D", ASSUMED, "What it pays in a full year.")
    first_month: int = number(0, 0, 1200, "month", "lever", "D", ASSUMED, "When it may begin.")
    horizon_months: int = number(36, 0, 1200, "months", "lever", "C", "donor project cycle 2-5 years", "Length of one grant; 0 has no end.")
    flexible_share: float = number(1.0, 0, 1, "share", "lever", "D", "Robinson & Winthrop 2016", "Share that may be spent on any cost line; the rest buys training and materials.")
    evidence_required: float = number(0.0, 0, 1, "share", "uncertainty", "D", ASSUMED, "Evidence that it asks for before it begins.")
    renewal_odds: float = number(0.4, 0, 1, "share", "uncertainty", "C", "none found", "Chance of another grant when evidence just suffices.")
    # fmt: on

    @model_validator(mode="before")
    @classmethod
    def _government_money_is_public(cls, given: Any) -> Any:
        if isinstance(given, Mapping) and given.get("stage") == "government":
            return {"public": True, **given}
        return given


class Event(Section):
    """Something that happens in a month: parameters change, a champion or all leaders go, a grant ends.

    ``set`` gives parameters a new value from that month on, ``scale`` multiplies them ("coaching cut by 60 %"
    is ``scale = {"programme.coaches_per_100_schools" = 0.4}``). Events after the last month are ignored.
    """

    month: int = Field(ge=0, le=1200, description="When it happens.", json_schema_extra={"unit": "month"})
    says: str = Field(min_length=1, max_length=200, description="What people read on the time axis.")
    set: dict[str, float] = Field(default={}, description="Parameters and their new values.")
    scale: dict[str, float] = Field(default={}, description="Parameters and what they are multiplied by.")
    happens: Literal["", "champion leaves", "leaders change", "grant ends", "funder leaves"] = Field(
        default="", description="What else happens; a funder who leaves takes back what is not spent."
    )
    level: Literal["system", "district"] = Field(
        default="system", description="Whose champions leave: those at the top, or all of the districts."
    )
    funder: str = Field(default="", description="Whose grant ends, or who leaves.")

    def __hash__(self) -> int:
        changes = frozenset(self.set.items()), frozenset(self.scale.items())
        return hash((self.month, self.says, *changes, self.happens, self.level, self.funder))


DEFAULT_FUNDERS = (
    Funder(name="Foundation", stage="pilot", annual_budget=300_000.0, horizon_months=36, renewal_odds=0.5),
    Funder(
        name="Donor",
        stage="middle",
        annual_budget=800_000.0,
        first_month=30,
        horizon_months=60,
        flexible_share=0.6,
        evidence_required=0.05,
        renewal_odds=0.5,
    ),
    Funder(
        name="Development bank",
        stage="system",
        annual_budget=900_000.0,
        first_month=84,
        horizon_months=60,
        flexible_share=0.5,
        evidence_required=0.10,
        renewal_odds=0.5,
    ),
    Funder(
        name="Ministry of education",
        stage="government",
        public=True,
        annual_budget=1_200_000.0,
        horizon_months=0,
    ),
)


class TieFile(Section):
    """A file of who looks to whom, in place of generated ties of that kind."""

    between: Literal["teachers", "schools", "districts"] = Field(description="Whose ties they are.")
    file: str = Field(min_length=1, max_length=500, description="An edge list (CSV), GraphML or GML.")
    directed: bool | None = Field(
        default=None,
        description="The first looks to the second, and not the reverse; left out, a graph says so itself, and an edge list goes both ways.",
    )
    whole: bool = Field(
        default=False,
        description="These are all ties there are: teachers look to them alone, and not to everybody in their school.",
    )


class System(Section):
    """A real school system in place of a generated one; files are looked for beside the scenario file.

    What a list of schools says (schools, districts, teachers, pupils) then stands in place of the numbers of [setting].
    """

    folder: str = Field(default="", description="Where files are looked for; that of the scenario file.")
    schools: str = Field(
        default="",
        max_length=500,
        description="A list of schools: CSV, Parquet or Excel; empty generates them.",
    )
    teachers: str = Field(
        default="", max_length=500, description="A list of teachers; empty numbers them in each school."
    )
    columns: dict[str, str] = Field(
        default={}, description="Our word for a column, and the heading it has in the list of schools."
    )
    teacher_columns: dict[str, str] = Field(default={}, description="The same for the list of teachers.")
    fill_pupils_per_teacher: float = number(
        0.0,
        0,
        200,
        "pupils",
        "constant",
        "D",
        ASSUMED,
        "Fills in missing numbers of teachers from pupils; 0 leaves none to be missing.",
    )
    network: Literal["hierarchical", "small-world", "homophilous", "preferential"] = Field(
        default="hierarchical", description="How ties between teachers are generated."
    )
    alike: Literal["experience", "subject", "distance"] = Field(
        default="experience", description="What teachers of a homophilous network have in common."
    )

    def path(self, name: str) -> Path:
        """Return where a file of this system is."""
        return Path(self.folder) / name

    def __hash__(self) -> int:
        return hash((self.folder, self.schools, self.teachers, self.network, self.alike))


class Endgame(Section):
    """Where the programme wants to end up, and by when: what `ml-abm assess` asks the odds of. It changes no run."""

    # fmt: off
    schools: float = number(..., 0, 1, "share", "lever", "D", ASSUMED, "Share of all schools that the programme is in.")
    fidelity: float = number(..., 0, 1, "share", "lever", "D", ASSUMED, "Mean fidelity of those who use it.")
    government_share: float = number(..., 0, 1, "share", "lever", "D", ASSUMED, "Share of spending that is government money, by that year.")
    by_year: int = number(..., 1800, 2200, "year", "lever", "D", ASSUMED, "Calendar year by which it is to be reached.")
    teachers: float = number(0.5, 0, 1, "share", "lever", "D", ASSUMED, "Share of the teachers of those schools who use it.")
    sustained_years: int = number(2, 0, 20, "years", "lever", "D", ASSUMED, "Years that schools, teachers and fidelity hold once outside money has gone.")
    # fmt: on


LISTS: dict[str, type[Section]] = {"funders": Funder, "timeline": Event, "ties": TieFile}
NOT_IN_FILES = {"folder"}
# The tables of a scenario file; the last may be left out.
TABLES: dict[str, type[Section]] = {"system": System, **SECTIONS, "endgame": Endgame}


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
        default="A promising classroom idea goes from 20 pilot schools towards 500, with the usual funders.",
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
        try:
            super().__init__(**_widened(values))
        except ValidationError as error:
            raise ScenarioError(
                _in_one_line([_in_words(e) for e in error.errors(include_url=False)])
            ) from None

    @field_validator("timeline")
    @classmethod
    def _in_order(cls, events: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(sorted(events, key=lambda event: event.month))

    @model_validator(mode="after")
    def _holds_together(self) -> Scenario:
        counts = [] if self.system.schools else _impossible(self)
        faults = [*counts, *_wrong_events(self)]
        if faults:
            raise ScenarioError(_in_one_line(faults))
        return self

    def check_counts(self) -> None:
        """Raise ScenarioError if numbers of schools and districts cannot be; with a list of schools they are known only once it is read."""
        faults = list(_impossible(self))
        if faults:
            raise ScenarioError(_in_one_line([f"{self.name}: {faults[0]}", *faults[1:]]))

    @classmethod
    def load(cls, path: str | Path, *, anywhere: bool = False) -> Scenario:
        """Read a scenario file; one without a name is called after the file. Raises ScenarioError in one line.

        A scenario may come from somebody else, so the files that it names must lie in its folder, unless `anywhere`.
        """
        path = Path(path)
        values = {"name": _slug(path.stem), **_read_toml(path)}
        scenario = cls.from_values(values, path.name)
        if scenario.system.folder:
            raise ScenarioError(f"{path.name}: system.folder is not known: it is the folder of the file")
        if not scenario.files():
            return scenario
        if not anywhere:
            _check_inside(scenario, path)
        placed = {**scenario.system.model_dump(), "folder": str(path.parent)}
        return scenario.replace({"system": placed})

    @classmethod
    def preset(cls, name: str) -> Scenario:
        """Return a scenario of the package."""
        return cls.from_values(tomllib.loads(preset_text(name)), f"{name}.toml")

    @classmethod
    def find(cls, name_or_path: str, *, anywhere: bool = False) -> Scenario:
        """Return a preset by its name, or read a file."""
        if name_or_path in preset_names():
            return cls.preset(name_or_path)
        if name_or_path.endswith(".toml") or os.path.exists(name_or_path):
            return cls.load(name_or_path, anywhere=anywhere)
        raise ScenarioError(
            f"there is no scenario {_short(name_or_path)}: give a preset's name (see `ml-abm scenarios`) "
            f"or a .toml file.{suggestion(name_or_path[:LONGEST_NAME], preset_names())}"
        )

    @classmethod
    def from_values(cls, values: Mapping[str, Any], source: str = "scenario") -> Scenario:
        """Return a scenario from nested values, as TOML gives them; `source` is named in errors."""
        try:
            return cls(**values)
        except ScenarioError as error:
            raise ScenarioError(printable(f"{source}: {error}")) from None

    def replace(self, changes: Mapping[str, Any]) -> Scenario:
        """Return a new scenario with some values changed; names are dotted or short, such as ``tool_hours``."""
        values = self.model_dump()
        for name, value in changes.items():
            about = find(name)
            if about:
                values[about.section][about.name] = value
            elif name in type(self).model_fields and name not in SECTIONS:
                values[name] = value
            else:
                raise ScenarioError(printable(f"{self.name}: {_clipped(name)} is not known.{_nearest(name)}"))
        return type(self).from_values(values, self.name)

    def files(self) -> dict[str, Path]:
        """Return the files that it names, by where it names them."""
        named = {"system.schools": self.system.schools, "system.teachers": self.system.teachers}
        named |= {f"ties.{k + 1}.file": tie.file for k, tie in enumerate(self.ties)}
        return {key: self.system.path(name) for key, name in named.items() if name}

    def fingerprints(self) -> dict[str, dict[str, Any]]:
        """Return what tells the content of its files from another: name, bytes and sha256, by where it names them. Raises ScenarioError."""
        return {key: _fingerprint(path) for key, path in self.files().items()}

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
        return _as_toml(self, comments)


def preset_names() -> list[str]:
    """Return the names of the scenarios in the package."""
    return list(_presets())


def preset_text(name: str) -> str:
    """Return a preset's file with its comments."""
    if name not in _presets():
        raise ScenarioError(f"there is no preset {_short(name)}.{suggestion(name, _presets())}")
    return _presets()[name]


@cache
def _presets() -> dict[str, str]:
    folder = files("ml_abm") / "presets"
    found = {f.name.removesuffix(".toml"): f for f in folder.iterdir() if f.name.endswith(".toml")}
    return {name: found[name].read_text(encoding="utf-8") for name in sorted(found)}


def _read_toml(
    path: Path, begin: str = "`ml-abm scenarios copy base` gives a file to start from"
) -> dict[str, Any]:
    """Return the values of a TOML file; every way in which that can fail is one line. `begin` helps who has an empty one."""
    try:
        values = tomllib.loads(_read_text(path))
        if values:
            return values
        fault = f"{path.name} is empty: {begin}"
    except tomllib.TOMLDecodeError as error:
        fault = f"{path.name} is not valid TOML: {error}"
    except RecursionError:
        fault = f"{path.name} is not valid TOML: it is nested too deeply"
    except ScenarioError as error:
        fault = str(error)
    except ValueError:
        fault = f"{path.name} is not valid TOML: a number in it has thousands of digits"
    raise ScenarioError(printable(fault))


def _read_text(path: Path) -> str:
    """Return the text of a file of reasonable length; a byte order mark is dropped."""
    try:
        with open(path, "rb") as file:
            raw = file.read(LONGEST_FILE + 1)
    except FileNotFoundError:
        raise ScenarioError(f"there is no file {path}") from None
    except IsADirectoryError:
        raise ScenarioError(f"{path} is a folder: give a scenario file (.toml)") from None
    except (OSError, ValueError) as error:
        raise ScenarioError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(raw) > LONGEST_FILE:
        raise ScenarioError(f"{path.name} is longer than {LONGEST_FILE:,} bytes: no scenario needs as much")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ScenarioError(f"{path.name} is not UTF-8 text (line {line}): save it as UTF-8") from None


def _check_inside(scenario: Scenario, path: Path) -> None:
    """Raise ScenarioError for a file outside the folder of the scenario file that names it."""
    folder = path.parent.resolve()
    for key, file in scenario.files().items():
        try:
            inside = (folder / file).resolve().is_relative_to(folder)
        except (OSError, ValueError, RuntimeError):  # a zero byte; links in a circle, on Python 3.11 and 3.12
            raise ScenarioError(
                printable(f"{path.name}: {key} = {_short(str(file))} cannot be a file")
            ) from None
        if not inside:
            raise ScenarioError(
                f"{path.name}: {key} = {_short(str(file))} is outside the folder of the scenario: put the file there, or allow "
                "it with --allow-outside"
            )


def _fingerprint(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return {"file": path.name, "bytes": path.stat().st_size, "sha256": digest}
    except (OSError, ValueError) as error:
        fault = f"{path} cannot be read: {getattr(error, 'strerror', None) or error}"
        raise ScenarioError(printable(fault)) from None


def _slug(stem: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:64] or "scenario"


def _widened(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as strict validation wants them: 500.0 for 500 is a person's number, a list may be a tuple."""

    def fitting(annotation: Any, value: Any) -> Any:
        if isinstance(value, np.generic):
            value = value.item()
        if annotation is int and isinstance(value, float) and value.is_integer():
            return int(value)
        if annotation == tuple[str, ...] and isinstance(value, list):
            return tuple(value)
        if annotation == dict[str, float] and isinstance(value, Mapping):
            return {k: fitting(float, v) for k, v in _flat(value)}
        return value

    def section(cls: type[BaseModel], given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        known = cls.model_fields
        return {k: fitting(known[k].annotation, v) if k in known else v for k, v in given.items()}

    wide: dict[str, Any] = section(Scenario, values)
    for name, cls in TABLES.items():
        if name in wide:
            wide[name] = section(cls, wide[name])
    for name, cls in LISTS.items():
        if isinstance(wide.get(name), list | tuple):
            wide[name] = tuple(section(cls, given) for given in wide[name])
    return wide


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Yield dotted names: TOML reads ``set.programme.mandate = 1`` as nested tables."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _in_words(error: Any) -> str:
    """Return one fault of pydantic's as: key = value: what is allowed."""
    where = tuple(error["loc"])
    key = ".".join(str(part + 1) if isinstance(part, int) else _clipped(part) for part in where)
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] == "extra_forbidden":
        return f"{key} is not known.{_nearest(key, where)}"
    if error["type"] == "missing":
        return f"{key} is missing: {_allowed_at(where)}"
    return f"{key} = {_short(error['input'])}: allowed {_allowed_at(where)}"


def _allowed_at(where: tuple[Any, ...]) -> str:
    """Return what may stand at a place of a scenario, and its sentence."""
    names = [part for part in where if isinstance(part, str)]
    if names[0] in TABLES and len(names) == 1:
        return f"a table [{names[0]}]"
    if names[0] in LISTS and len(names) == 1:
        return f"tables [[{names[0]}]]"
    if len(names) == 3:  # an entry of a table: timeline, set or scale, parameter; system, columns, word
        return "numbers" if names[0] == "timeline" else "text"
    model = Scenario if len(names) == 1 else {**TABLES, **LISTS}[names[0]]
    info = model.model_fields[names[-1]]
    return _about(info)


def _about(info: Any) -> str:
    return f"{_kind(info)}. {info.description}"


def _kind(info: Any) -> str:
    """Return what a field takes: a range with its unit, one of some words, text, ..."""
    bounds = {type(m).__name__: m for m in info.metadata}
    if "Ge" in bounds:
        whole = "whole numbers " if info.annotation is int else ""
        low, high = _plain(bounds["Ge"].ge), _plain(bounds["Le"].le)
        unit = info.json_schema_extra["unit"]
        return f"{whole}{low} to {high} {'(share)' if unit == 'share' else unit}"
    words = get_args(info.annotation)
    if words and all(isinstance(word, str) for word in words):
        return ", ".join(repr(word) for word in words)
    kinds = {
        str: "text",
        bool: "true or false",
        bool | None: "true or false",
        tuple[str, ...]: "a list of texts",
        dict[str, float]: "a table",
        dict[str, str]: "a table",
    }
    longest = f" of 1 to {bounds['MaxLen'].max_length} characters" if "MaxLen" in bounds else ""
    return kinds[info.annotation] + longest


def _plain(number: float) -> str:
    return f"{number:g}" if abs(number) < 10_000 else f"{number:,.15g}"


def _nearest(key: str, where: tuple[Any, ...] = ()) -> str:
    """Return a suggestion for a name that is not known: where it belongs, or the known name nearest to it."""
    key = key[:LONGEST_NAME]
    name = key.rpartition(".")[2]
    about = declarations().get(name)
    if about:
        return f" Did you mean {about.dotted!r}?"
    if where and where[0] in SECTIONS:
        return suggestion(name, [*SECTIONS[where[0]].model_fields, *declarations()])
    if where and (where[0] in LISTS or where[0] in ("system", "endgame")):
        return suggestion(name, {**LISTS, **TABLES}[where[0]].model_fields)
    known = [*Scenario.model_fields, *declarations(), *(a.dotted for a in declarations().values())]
    return suggestion(key, known) or suggestion(name, known)


def _in_one_line(faults: Sequence[str]) -> str:
    """Return the first faults, and how many more there are."""
    more = f"; and {len(faults) - FAULTS_SHOWN} more" if len(faults) > FAULTS_SHOWN else ""
    return printable("; ".join(faults[:FAULTS_SHOWN]) + more)


def _short(value: Any) -> str:
    """Return a value as it would be written, cut off if it is long."""
    try:
        text = json.dumps(value) if isinstance(value, bool) else repr(value)
    except ValueError:  # a whole number of thousands of digits
        return "a huge number"
    return _clipped(text, 40)


def _clipped(text: str, longest: int = LONGEST_NAME) -> str:
    return text if len(text) <= longest else text[: longest - 3] + "..."


def _impossible(scenario: Scenario) -> Iterable[str]:
    """Yield each combination that cannot be, naming both keys."""
    setting, plan, behaviour = scenario.setting, scenario.programme, scenario.behaviour
    if setting.schools < setting.districts:
        yield f"setting.schools = {setting.schools} is fewer than setting.districts = {setting.districts}"
    if plan.pilot_schools > setting.schools:
        yield f"programme.pilot_schools = {plan.pilot_schools} is more than setting.schools = {setting.schools}"
    if plan.pilot_districts > setting.districts:
        yield f"programme.pilot_districts = {plan.pilot_districts} is more than setting.districts = {setting.districts}"
    if plan.pilot_schools > 0 and not 0 < plan.pilot_districts <= plan.pilot_schools:
        yield f"programme.pilot_districts = {plan.pilot_districts}: allowed 1 to programme.pilot_schools = {plan.pilot_schools}"
    if plan.pilot_schools > plan.target_share * setting.schools + 1e-9:
        yield (
            f"programme.pilot_schools = {plan.pilot_schools} is more than programme.target_share = "
            f"{plan.target_share:g} of setting.schools = {setting.schools}"
        )
    if scenario.network == "modmath" and setting.districts != SUPERINTENDENTS:
        yield f"setting.districts = {setting.districts}: network = 'modmath' has {SUPERINTENDENTS} superintendents"
    mean, sd = behaviour.threshold_mean, behaviour.threshold_sd
    if sd > 0 and sd * sd >= mean * (1 - mean):
        yield f"behaviour.threshold_sd = {sd:g} is too wide for behaviour.threshold_mean = {mean:g} (a Beta distribution)"
    names = [funder.name for funder in scenario.funders]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"funders: two are called {name!r}"


def _wrong_events(scenario: Scenario) -> Iterable[str]:
    """Yield what cannot happen: unknown or fixed parameters, values out of range, funders that are not there."""
    now = scenario.values()
    known = [funder.name for funder in scenario.funders]
    for event in scenario.timeline:
        where = f"timeline, month {event.month} ({_short(event.says)})"
        if not event.set and not event.scale and not event.happens:
            yield f"{where}: give one of set, scale, happens"
        yield from _wrong_changes(event, where, now)
        if event.happens in OF_A_FUNDER and event.funder not in known:
            yield f"{where}: there is no funder {_short(event.funder)}.{suggestion(event.funder[:80], known)}"
        if event.funder and event.happens not in OF_A_FUNDER:
            yield f"{where}: funder = {_short(event.funder)} goes with happens = 'grant ends' or 'funder leaves'"
        if event.level == "district" and event.happens != "champion leaves":
            yield f"{where}: level = 'district' goes with happens = 'champion leaves'"


def _wrong_changes(event: Event, where: str, now: dict[str, float]) -> Iterable[str]:
    """Yield each change of a parameter that cannot be; keep the others in `now`, the values in force."""
    changes = [("set", name, value) for name, value in event.set.items()]
    changes += [("scale", name, value) for name, value in event.scale.items()]
    changed: set[str] = set()
    for how, name, value in changes:
        about = find(name)
        if about is None:
            yield f"{where}: {_clipped(name)} is not known.{_nearest(name)}"
        elif about.name in FIXED_AT_START:
            yield f"{where}: {about.dotted} is fixed at the start and no event can change it"
        elif about.name in changed:
            yield f"{where}: {about.dotted} is changed twice"
        else:
            changed.add(about.name)
            result = now[about.name] * value if how == "scale" else value
            if about.low <= result <= about.high and (not about.whole or float(result).is_integer()):
                now[about.name] = result
            else:
                given = f" {now[about.name]:g} x {value:g} =" if how == "scale" else ""
                info = SECTIONS[about.section].model_fields[about.name]
                yield f"{where}: {how} {about.dotted} ={given} {result:g}: allowed {_kind(info)}. {about.sentence}"


def _as_toml(scenario: Scenario, comments: bool) -> str:
    """Return a scenario as TOML: plain values first, then sections, then lists of tables."""
    plain = [name for name in Scenario.model_fields if name not in TABLES and name not in LISTS]
    plain += [] if scenario.funders else ["funders"]
    blocks = [_keys(scenario, plain, comments)]
    for name, cls in TABLES.items():
        section = getattr(scenario, name)
        if section is not None and not (name in ("behaviour", "system") and comments and section == cls()):
            about = f"  # {(cls.__doc__ or '').splitlines()[0]}" if comments else ""
            fields = [key for key in cls.model_fields if key not in NOT_IN_FILES]
            blocks.append([f"[{name}]{about}", *_keys(section, fields, comments)])
    for name, cls in LISTS.items():
        for k, item in enumerate(getattr(scenario, name)):
            blocks.append([f"[[{name}]]", *_keys(item, cls.model_fields, comments and k == 0)])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _keys(values: Any, names: Iterable[str], comments: bool) -> list[str]:
    """Return a line for each value, with what it may be and a sentence behind it if there are to be comments."""
    lines = []
    for name in names:
        if getattr(values, name) is None:  # TOML has no word for it
            continue
        line = f"{name} = {_literal(getattr(values, name))}"
        if comments and len(line) <= COMMENTED_UP_TO:
            line = f"{line:<{COMMENTS_FROM}}# {_about(type(values).model_fields[name])}"
        lines.append(line)
    return lines


def _literal(value: Any) -> str:
    """Return one TOML value. JSON's strings are TOML's basic strings but for one control character."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(k)} = {_literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_literal(v) for v in value) + "]"
    return repr(value)
