"""Allowed values of a scenario in words, for messages and for comments in files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, get_args

from ..errors import LONGEST_NAME, suggestion
from ..parameters import GONE, SECTIONS, declarations
from .parts import LISTS, TABLES

if TYPE_CHECKING:
    from pydantic import BaseModel


def allowed(name: str, info: Any) -> str:
    """Return what may stand at a field of a scenario, and its sentence."""
    if name in TABLES:
        return f"a table [{name}]"
    return f"tables [[{name}]]" if name in LISTS else about(info)


def known_near(model: type[BaseModel], where: tuple[Any, ...]) -> str:
    """Return a suggestion for a key that is not known, or what its table may say where that is little."""
    little = (
        f" Allowed are {', '.join(model.model_fields)}."
        if len(where) > 1 and where[0] not in SECTIONS
        else ""
    )
    return nearest(".".join(map(str, where)), model.model_fields, where) or little


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
