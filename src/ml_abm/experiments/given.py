"""Input of a study from people and TOML: names short or dotted, lists for tuples, and defaults that follow from other keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ..parameters import SECTIONS, find
from ..scenario import Scenario, preset_names
from .faults import OPTIONS
from .points_file import dotted, read_points


def placed(values: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return a study's values with the files that it names looked for in its folder."""
    placed = dict(values)
    scenario, table = values.get("scenario"), values.get("file")
    if isinstance(scenario, str) and scenario not in preset_names():
        placed["scenario"] = str(folder / scenario) if (folder / scenario).exists() else scenario
    if isinstance(table, str) and table:
        placed["file"] = str(folder / table)
    return placed


def resolved(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values with the scenario that they name, and dotted names of parameters."""
    wide = dict(values)
    scenario = wide.get("scenario", "base")
    if isinstance(scenario, str):
        wide["scenario"] = Scenario.find(scenario)
    elif isinstance(scenario, Mapping):
        wide["scenario"] = Scenario.from_values(scenario, "scenario")
    if isinstance(wide.get("factors"), Mapping):
        wide["factors"] = {dotted(name): factor for name, factor in factors(wide["factors"])}
    if isinstance(wide.get("scenarios"), list | tuple):
        wide["scenarios"] = tuple(flattened(other) for other in wide["scenarios"])
    return wide


def factors(tables: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield factors by dotted name: TOML reads ``innovation.tool_hours = {low = 0}`` as nested tables."""
    for name, value in tables.items():
        if isinstance(value, Mapping) and name in SECTIONS:
            yield from ((f"{name}.{key}", factor) for key, factor in value.items())
        else:
            yield name, value


def flattened(other: Any) -> Any:
    """Return one of the scenarios to compare with dotted names in `set`, however TOML read them."""
    if not isinstance(other, Mapping) or not isinstance(other.get("set"), Mapping):
        return other
    changes: dict[str, Any] = {}
    for name, value in other["set"].items():
        inner = value if isinstance(value, Mapping) and name in SECTIONS else {"": value}
        changes |= {dotted(f"{name}.{key}".rstrip(".")): item for key, item in inner.items()}
    return {**other, "set": changes}


def filled(values: dict[str, Any]) -> dict[str, Any]:
    """Return values with those filled in that depend on others: months, the design's options, a list's factors, roles."""
    filled = dict(values)
    filled.setdefault("months", values["scenario"].months if isinstance(values["scenario"], Scenario) else 0)
    design = values.get("design", "grid")
    if isinstance(design, str) and design in OPTIONS:
        filled = {**OPTIONS[design], **filled}
    if design == "list" and "factors" not in values and isinstance(filled["file"], str) and filled["file"]:
        filled["factors"] = {name: spanned(column) for name, column in read_points(filled["file"]).items()}
    if isinstance(filled.get("factors"), Mapping):
        filled["factors"] = {name: with_role(name, factor) for name, factor in filled["factors"].items()}
    return filled


def with_role(name: str, factor: Any) -> Any:
    """Return a factor with the role that its parameter declares; what describes the place is not a choice."""
    about = find(name)
    given = factor.model_dump(exclude_unset=True) if isinstance(factor, BaseModel) else factor
    if about is None or not isinstance(given, Mapping) or given.get("role"):
        return given
    return {**given, "role": "lever" if about.role == "lever" else "uncertainty"}


def spanned(column: list[float]) -> dict[str, Any]:
    """Return the factor that a column of a list is: the range that it spans."""
    low, high = min(column), max(column)
    return {"low": low, "high": high} if low < high else {"values": (low,)}
