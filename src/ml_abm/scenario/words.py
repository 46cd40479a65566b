"""What is allowed at a place of a scenario, in words? For messages, and for comments in files. `fields` are those at the top."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from ..errors import LONGEST_NAME, clipped, short, suggestion
from ..parameters import GONE, SECTIONS, declarations
from .parts import LISTS, TABLES


def in_words(error: Any, fields: Mapping[str, Any]) -> str:
    """Return one fault of pydantic's as: key = value: what is allowed."""
    where = tuple(error["loc"])
    key = ".".join(str(part + 1) if isinstance(part, int) else clipped(part) for part in where)
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] == "extra_forbidden":
        return f"{key} is not known.{nearest(key, fields, where) or inside(where)}"
    if error["type"] == "missing":
        return f"{key} is missing: {allowed_at(where, fields)}"
    point = " Write it with a point." if re.fullmatch(r"'-?\d+,\d+'", short(error["input"])) else ""
    return f"{key} = {short(error['input'])}: allowed {allowed_at(where, fields)}{point}"


def inside(where: tuple[Any, ...]) -> str:
    """Return what a table or an entry of a list may say, where that is little."""
    table = {**LISTS, **TABLES}.get(where[0])
    return f" Allowed are {', '.join(table.model_fields)}." if table and where[0] not in SECTIONS else ""


def allowed_at(where: tuple[Any, ...], fields: Mapping[str, Any]) -> str:
    """Return what may stand at a place of a scenario, and its sentence."""
    names = [part for part in where if isinstance(part, str)]
    if names[0] in TABLES and len(names) == 1:
        return f"a table [{names[0]}]"
    if names[0] in LISTS and len(names) == 1:
        return f"tables [[{names[0]}]]"
    if len(names) == 3:  # an entry of a table: timeline, set or scale, parameter; system, columns, word
        return "numbers" if names[0] == "timeline" else "text"
    inside = fields if len(names) == 1 else {**TABLES, **LISTS}[names[0]].model_fields
    return about(inside[names[-1]])


def about(info: Any) -> str:
    """Return what a field takes, and its sentence."""
    return f"{kind(info)}. {info.description}"


def kind(info: Any) -> str:
    """Return what a field takes: a range with its unit, one of some words, text, ..."""
    bounds = {type(m).__name__: m for m in info.metadata}
    if "Ge" in bounds:
        whole = "whole numbers " if info.annotation is int else ""
        low, high = plain(bounds["Ge"].ge), plain(bounds["Le"].le)
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
        tuple[str, ...] | None: "a list of texts",
        dict[str, float]: "a table",
        dict[str, str]: "a table",
    }
    longest = f" of 1 to {bounds['MaxLen'].max_length} characters" if "MaxLen" in bounds else ""
    return kinds[info.annotation] + longest


def plain(number: float) -> str:
    """Return a bound as people write it."""
    return f"{number:g}" if abs(number) < 10_000 else f"{number:,.15g}"


def nearest(key: str, fields: Iterable[str], where: tuple[Any, ...] = ()) -> str:
    """Return a suggestion for a name that is not known: where it belongs, or the known name nearest to it."""
    key = key[:LONGEST_NAME]
    name = key.rpartition(".")[2]
    if name in GONE:
        return f" It went with the second version of the model: {GONE[name]}."
    declared = declarations().get(name)
    if declared:
        return f" Did you mean {declared.dotted!r}?"
    if where and where[0] in SECTIONS:
        return suggestion(name, [*SECTIONS[where[0]].model_fields, *declarations()])
    if where and (where[0] in LISTS or where[0] in ("system", "endgame")):
        return suggestion(name, {**LISTS, **TABLES}[where[0]].model_fields)
    known = [*fields, *declarations(), *(a.dotted for a in declarations().values())]
    return suggestion(key, known) or suggestion(name, known)
