"""A scenario: what is simulated. Setting, innovation, programme, leadership, behaviour, funders and a timeline.

A scenario is a frozen value. It is read from TOML strictly: whatever is not known, of the wrong type or out of range is
refused in one line that names file, key, value and what is allowed.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from . import tables
from .errors import ScenarioError, SizeError, suggestion
from .parameters import (
    ASSUMED,
    SECTIONS,
    About,
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
SUPERINTENDENTS = 38
FIXED_AT_START = {
    about.name for about in declarations().values() if about.section == "setting"
} - {
    "policy_openness",
    "openness_spread",
    "teacher_attrition",
    "principal_turnover",
    "district_leader_turnover",
    "grade_rotation",
    "weekly_hours",
    "principal_support",
}


class Funder(Section):
    """Who pays. A government-stage funder pays as far as the innovation is built into rules; others pay in full."""

    name: str = Field(min_length=1, max_length=80)
    stage: Literal["pilot", "middle", "system", "government"]
    public: bool = False
    annual_budget: float = number(0.0, 0, 1e12, "USD/year", "lever", "D", ASSUMED, "What it pays in a full year.")
    first_month: int = number(0, 0, 1200, "month", "lever", "D", ASSUMED, "When it may begin.")
    horizon_months: int = number(36, 0, 1200, "months", "lever", "C", "donor project cycle 2-5 years", "Length of one grant; 0 has no end.")
    flexible_share: float = number(1.0, 0, 1, "share", "lever", "D", "Robinson & Winthrop 2016", "Share that may be spent on any cost line; the rest buys training and materials.")
    evidence_required: float = number(0.0, 0, 1, "share", "uncertainty", "D", ASSUMED, "Evidence that it asks for before it begins.")
    renewal_odds: float = number(0.4, 0, 1, "share", "uncertainty", "C", "none found", "Chance of another grant when evidence just suffices.")


class Event(Section):
    """Something that happens in a month: parameters change, a champion or all leaders go, a grant ends.

    ``set`` gives parameters a new value from that month on, ``scale`` multiplies them ("coaching cut by 60 %"
    is ``scale = {"programme.coaches_per_100_schools" = 0.4}``). Events after the last month are ignored.
    """

    month: int = Field(ge=0, le=1200)
    says: str = Field(min_length=1, max_length=200)
    set: dict[str, float] = {}
    scale: dict[str, float] = {}
    happens: Literal["", "champion leaves", "leaders change", "grant ends"] = ""
    level: Literal["system", "district"] = "system"
    funder: str = ""


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


class Scenario(BaseModel):
    """Everything that a run depends on, except the seed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str = Field("base", pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")
    title: str = "A typical scale-up"
    sentence: str = "A promising classroom idea goes from 20 pilot schools towards 500, with the usual funders."
    case: str = ""
    case_metric: str = ""
    network: Literal["", "modmath"] = ""
    months: int = Field(180, ge=1, le=1200)
    sourced: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    setting: Setting = Setting()
    innovation: Innovation = Innovation()
    programme: Plan = Plan()
    leadership: Leadership = Leadership()
    behaviour: Behaviour = Behaviour()
    funders: tuple[Funder, ...] = DEFAULT_FUNDERS
    timeline: tuple[Event, ...] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> Scenario:
        faults = [*_impossible(self), *_wrong_events(self)]
        if faults:
            raise ScenarioError("; ".join(faults))
        return self

    @classmethod
    def load(cls, path: str | Path) -> Scenario:
        """Read a scenario file. Raises ScenarioError in one line."""
        path = Path(path)
        return cls.from_values(_read_toml(path), path.name)

    @classmethod
    def preset(cls, name: str) -> Scenario:
        """Return a scenario of the package."""
        return cls.from_values(tomllib.loads(preset_text(name)), f"{name}.toml")

    @classmethod
    def find(cls, name_or_path: str) -> Scenario:
        """Return a preset by its name, or read a file."""
        if name_or_path in preset_names():
            return cls.preset(name_or_path)
        if name_or_path.endswith(".toml") or Path(name_or_path).exists():
            return cls.load(name_or_path)
        raise ScenarioError(
            f"there is no scenario {name_or_path!r}: give a preset's name (see `ml-abm scenarios`) "
            f"or a .toml file.{suggestion(name_or_path, preset_names())}"
        )

    @classmethod
    def from_values(cls, values: Mapping[str, Any], source: str = "scenario") -> Scenario:
        """Return a scenario from nested values, as TOML gives them; `source` is named in errors."""
        try:
            return cls.model_validate(_widened(values))
        except ValidationError as error:
            faults = [_in_words(e) for e in error.errors()]
            more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
            raise ScenarioError(f"{source}: {'; '.join(faults[:3])}{more}") from None

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
                known = [*declarations(), *(a.dotted for a in declarations().values()), "months", "name"]
                raise ScenarioError(f"{name} is not known.{suggestion(name, known)}")
        return type(self).from_values(values, self.name)

    def values(self) -> dict[str, float]:
        """Return every parameter by its short name."""
        sections = [getattr(self, section) for section in SECTIONS]
        return {name: float(value) for section in sections for name, value in section}

    def to_toml(self) -> str:
        """Return the scenario as a file that `load` reads back to an equal scenario."""
        return _as_toml(self.model_dump())


def preset_names() -> list[str]:
    """Return the names of the scenarios in the package."""
    return list(_presets())


def preset_text(name: str) -> str:
    """Return a preset's file with its comments."""
    if name not in _presets():
        raise ScenarioError(f"there is no preset {name!r}.{suggestion(name, _presets())}")
    return _presets()[name]


@cache
def _presets() -> dict[str, str]:
    folder = files("ml_abm") / "presets"
    found = {f.name.removesuffix(".toml"): f for f in folder.iterdir() if f.name.endswith(".toml")}
    return {name: found[name].read_text(encoding="utf-8") for name in sorted(found)}


def _read_toml(path: Path) -> dict[str, Any]:
    """Return the values of a TOML file; every way in which that can fail is one line."""
    try:
        if path.is_dir():
            raise ScenarioError(f"{path} is a folder: give a scenario file (.toml)")
        if path.stat().st_size > LONGEST_FILE:
            raise ScenarioError(f"{path.name} has {path.stat().st_size:,} bytes: a scenario has at most {LONGEST_FILE:,}")
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise ScenarioError(f"there is no file {path}") from None
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path.name} is not UTF-8 text (byte {error.start}): save it as UTF-8") from None
    except OSError as error:
        raise ScenarioError(f"{path} cannot be read: {error.strerror}") from None
    if not text.strip():
        raise ScenarioError(f"{path.name} is empty: `ml-abm scenarios copy base` gives a file to start from")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{path.name} is not valid TOML: {error}") from None


def _widened(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as strict validation wants them: 3 for 3.0 and 500.0 for 500 are both a person's numbers."""

    def fitting(annotation: Any, value: Any) -> Any:
        if isinstance(value, bool):
            return value
        if annotation in (float, "float") and isinstance(value, int):
            return float(value)
        if annotation in (int, "int") and isinstance(value, float) and value.is_integer():
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

    wide = section(Scenario, values)
    for name, cls in SECTIONS.items():
        if name in wide:
            wide[name] = section(cls, wide[name])
    for name, item in (("funders", Funder), ("timeline", Event)):
        if isinstance(wide.get(name), list | tuple):
            wide[name] = tuple(section(item, given) for given in wide[name])
    if isinstance(wide.get("timeline"), tuple):
        wide["timeline"] = tuple(sorted(wide["timeline"], key=_month_of))
    return wide


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Yield dotted names: TOML reads ``set.programme.mandate = 1`` as nested tables."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _month_of(event: Any) -> float:
    month = event.get("month") if isinstance(event, Mapping) else None
    return month if isinstance(month, int | float) else 0


def _in_words(error: Any) -> str:
    """Return one fault of pydantic's as: key = value: what is allowed."""
    where, given = error["loc"], error["input"]
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in where)
    name = str(where[-1]) if where else ""
    about = _declared(where)
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] == "extra_forbidden":
        return f"{key} is not known.{suggestion(name, _siblings(where))}"
    if error["type"] == "missing":
        return f"{key} is missing"
    if about:
        return f"{key} = {_short(given)}: allowed {_allowed(about)}. {about.sentence}"
    return f"{key} = {_short(given)}: {error['msg'][0].lower()}{error['msg'][1:]}"


def _allowed(about: About) -> str:
    kind = "whole numbers " if about.whole else ""
    return f"{kind}{about.low:g} to {about.high:g} {about.unit}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _declared(where: tuple[Any, ...]) -> About | None:
    """Return the declaration behind an error's place, also for the numbers of funders."""
    if len(where) == 2 and where[0] in SECTIONS:
        return find(f"{where[0]}.{where[1]}")
    if len(where) == 3 and where[0] == "funders":
        info = Funder.model_fields.get(str(where[2]))
        extra: Any = info.json_schema_extra if info else None
        if info and extra:
            bounds = {type(m).__name__: m for m in info.metadata}
            whole = info.annotation in (int, "int")
            return About(
                "funders", str(where[2]), info.default, bounds["Ge"].ge, bounds["Le"].le,
                sentence=info.description or "", whole=whole, **extra,
            )  # fmt: skip
    return None


def _siblings(where: tuple[Any, ...]) -> list[str]:
    """Return the names that would have been known at an error's place."""
    if len(where) == 2 and where[0] in SECTIONS:
        return list(SECTIONS[where[0]].model_fields)
    if len(where) == 3 and where[0] in ("funders", "timeline"):
        return list((Funder if where[0] == "funders" else Event).model_fields)
    return [*Scenario.model_fields, *declarations()]


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
    for k, event in enumerate(scenario.timeline, 1):
        where = f"timeline.{k} (month {event.month})"
        if not event.set and not event.scale and not event.happens:
            yield f"{where}: give one of set, scale, happens"
        changes = [(name, value, False) for name, value in event.set.items()]
        changes += [(name, value, True) for name, value in event.scale.items()]
        for name, value, is_factor in changes:
            about = find(name)
            if about is None:
                yield f"{where}: {name} is not known.{suggestion(name, declarations())}"
                continue
            if about.name in FIXED_AT_START:
                yield f"{where}: {about.dotted} is fixed at the start"
                continue
            result = now[about.name] * value if is_factor else value
            if not about.low <= result <= about.high:
                yield f"{where}: {about.dotted} = {result:g}: allowed {_allowed(about)}. {about.sentence}"
                continue
            now[about.name] = result
        known = [funder.name for funder in scenario.funders]
        if event.happens == "grant ends" and event.funder not in known:
            yield f"{where}: there is no funder {event.funder!r}.{suggestion(event.funder, known)}"


def _as_toml(values: Mapping[str, Any]) -> str:
    """Return nested values as TOML: plain values first, then sections, then lists of tables."""
    lines = [f"{k} = {_literal(v)}" for k, v in values.items() if not isinstance(v, dict) and not _is_tables(k)]
    for name in SECTIONS:
        lines += ["", f"[{name}]", *(f"{k} = {_literal(v)}" for k, v in values[name].items())]
    for name in ("funders", "timeline"):
        for item in values[name]:
            lines += ["", f"[[{name}]]", *(f"{k} = {_literal(v)}" for k, v in item.items())]
        if not values[name]:
            lines.insert(0, f"{name} = []")
    return "\n".join(lines) + "\n"


def _is_tables(name: str) -> bool:
    return name in ("funders", "timeline")


def _literal(value: Any) -> str:
    """Return one TOML value. JSON's strings are TOML's basic strings but for two control characters."""
    import json

    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(k)} = {_literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_literal(v) for v in value) + "]"
    return repr(value)


def memory_needed(scenario: Scenario) -> int:
    """Return an estimate of the bytes that a run of this scenario needs."""
    setting = scenario.setting
    teachers = setting.schools * setting.teachers_per_school
    per_teacher = tables.row_type(tables.Teacher).itemsize + 2 + 8 + 4 * setting.cross_ties
    per_school = tables.row_type(tables.School).itemsize + 64  # and what building it takes for a moment
    building = 24  # draws of float64 while the columns of teachers are filled
    return int(teachers * (per_teacher + building) + setting.schools * per_school)


def check_size(scenario: Scenario) -> None:
    """Raise SizeError when the system would not fit in the memory that this machine has free."""
    needed, free = memory_needed(scenario), _memory_free()
    if needed > 0.9 * free:
        teachers = scenario.setting.schools * scenario.setting.teachers_per_school
        raise SizeError(
            f"{scenario.name}: setting.schools = {scenario.setting.schools:,} means about {teachers:,.0f} teachers "
            f"and {needed / 2**30:,.1f} GiB; this machine has {free / 2**30:,.1f} GiB free: lower setting.schools"
        )


def _memory_free() -> float:
    """Return the bytes that this process may still use: of the machine, or of its container if that is less."""
    free = float("inf")
    try:
        with open("/proc/meminfo", encoding="ascii") as info:
            free = next(int(line.split()[1]) * 1024 for line in info if line.startswith("MemAvailable"))
    except (OSError, StopIteration, ValueError):
        if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
            free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
        used = Path("/sys/fs/cgroup/memory.current").read_text(encoding="ascii").strip()
        if limit != "max":
            free = min(free, int(limit) - int(used))
    except (OSError, ValueError):
        pass
    return free
