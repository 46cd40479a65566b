"""How do people and TOML give values? 500.0 for 500, lists for tuples, tables in tables: as strict validation wants them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel

from .parts import LISTS, TABLES


def widened(values: Mapping[str, Any], whole: type[BaseModel]) -> dict[str, Any]:
    """Return values as strict validation wants them: 500.0 for 500 is a person's number, a list may be a tuple."""

    def fitting(annotation: Any, value: Any) -> Any:
        if isinstance(value, np.generic):
            value = value.item()
        if annotation is int and isinstance(value, float) and value.is_integer():
            return int(value)
        if annotation in (tuple[str, ...], tuple[str, ...] | None) and isinstance(value, list):
            return tuple(value)
        if annotation == dict[str, float] and isinstance(value, Mapping):
            return {k: fitting(float, v) for k, v in flat(value)}
        return value

    def section(cls: type[BaseModel], given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        known = cls.model_fields
        return {k: fitting(known[k].annotation, v) if k in known else v for k, v in given.items()}

    wide: dict[str, Any] = section(whole, values)
    for name, cls in TABLES.items():
        if name in wide:
            wide[name] = section(cls, wide[name])
    for name, cls in LISTS.items():
        if isinstance(wide.get(name), list | tuple):
            wide[name] = tuple(section(cls, given) for given in wide[name])
    return wide


def flat(values: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Yield dotted names: TOML reads ``set.programme.mandate = 1`` as nested tables."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value
