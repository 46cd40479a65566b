"""Presets: the scenarios of the package, files of `presets/`, by name."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from ..errors import ScenarioError, short, suggestion


def preset_names() -> list[str]:
    """Return the names of the scenarios in the package."""
    return list(_presets())


def preset_text(name: str) -> str:
    """Return a preset's file with its comments."""
    if name not in _presets():
        raise ScenarioError(f"there is no preset {short(name)}.{suggestion(name, _presets())}")
    return _presets()[name]


@cache
def _presets() -> dict[str, str]:
    folder = files("ml_abm") / "presets"
    found = {f.name.removesuffix(".toml"): f for f in folder.iterdir() if f.name.endswith(".toml")}
    return {name: found[name].read_text(encoding="utf-8") for name in sorted(found)}
