"""Sizes of a programme that follow the school system: money, trainers and pilot, where a scenario does not say them itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .parts import SIZES, System


def with_unsaid_sizes(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a scenario's values in which a list of schools has, in proportion to it, every size that the values do not say."""
    system = values.get("system")
    if isinstance(system, System):
        system = system.model_dump(exclude_unset=True)
    if (
        not isinstance(system, Mapping)
        or not system.get("schools")
        or system.get("in_proportion") is not None
    ):
        return values
    unsaid = tuple(name for name in SIZES if not says(values, name))
    return {**values, "system": {**system, "in_proportion": unsaid}}


def says(values: Mapping[str, Any], dotted: str) -> bool:
    """Return whether nested values give a name, such as ``programme.pilot_schools`` or ``funders``."""
    table, _, name = dotted.rpartition(".")
    given = values.get(table, {}) if table else values
    return name in (given if isinstance(given, Mapping) else getattr(given, "model_fields_set", ()))


def without_sizes(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested values that do not say the sizes."""
    left = {
        name: {key: item for key, item in value.items() if f"{name}.{key}" not in SIZES}
        if isinstance(value, Mapping)
        else value
        for name, value in values.items()
    }
    return {name: value for name, value in left.items() if name not in SIZES}


def without_names(values: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return nested values in which some names no longer follow the list of schools, as the user has set them."""
    system, said = values.get("system"), set(names)
    if not isinstance(system, Mapping) or system.get("in_proportion") is None:
        return dict(values)
    kept = tuple(name for name in system["in_proportion"] if name not in said)
    return {**values, "system": {**system, "in_proportion": kept}}
