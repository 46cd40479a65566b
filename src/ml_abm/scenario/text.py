"""Scenario files as text: plain values first, then sections, then lists of tables; with comments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..foundation.toml_text import literal
from .parts import LISTS, NOT_IN_FILES, TABLES
from .words import about

COMMENTS_FROM = 36  # column of the comments in a file written for people
COMMENTED_UP_TO = 60  # length of the lines that get one


def as_toml(scenario: Any, comments: bool) -> str:
    """Return a scenario as TOML: plain values first, then sections, then lists of tables."""
    plain = [name for name in type(scenario).model_fields if name not in TABLES and name not in LISTS]
    plain += [] if scenario.funders else ["funders"]
    blocks = [keys(scenario, plain, comments)]
    for name, cls in TABLES.items():
        section = getattr(scenario, name)
        if section is not None and not (name in ("behaviour", "system") and comments and section == cls()):
            about = f"  # {(cls.__doc__ or '').splitlines()[0]}" if comments else ""
            fields = [key for key in cls.model_fields if key not in NOT_IN_FILES]
            blocks.append([f"[{name}]{about}", *keys(section, fields, comments)])
    for name, cls in LISTS.items():
        for k, item in enumerate(getattr(scenario, name)):
            blocks.append([f"[[{name}]]", *keys(item, cls.model_fields, comments and k == 0)])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def keys(values: Any, names: Iterable[str], comments: bool) -> list[str]:
    """Return a line for each value, with what it may be and a sentence behind it if there are to be comments."""
    lines = []
    for name in names:
        if getattr(values, name) is None:  # TOML has no word for it
            continue
        line = f"{name} = {literal(getattr(values, name))}"
        if comments and len(line) <= COMMENTED_UP_TO:
            line = f"{line:<{COMMENTS_FROM}}# {about(type(values).model_fields[name])}"
        lines.append(line)
    return lines
