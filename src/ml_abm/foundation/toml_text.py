"""TOML text of a value, and of nested values as a whole file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def literal(value: Any) -> str:
    """Return one TOML value. JSON's strings are TOML's basic strings but for one control character."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(k)} = {literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(literal(v) for v in value) + "]"
    return repr(value)


def nested(values: Mapping[str, Any], prefix: str = "") -> str:
    """Return nested values as TOML: plain ones first, then tables, then lists of tables."""
    tables = {k: v for k, v in values.items() if isinstance(v, Mapping)}
    lists = {
        k: v for k, v in values.items() if isinstance(v, tuple | list) and v and isinstance(v[0], Mapping)
    }
    text = "".join(
        f"{key(k)} = {literal(v)}\n" for k, v in values.items() if k not in tables and k not in lists
    )
    for name, table in tables.items():
        text += f"\n[{prefix}{key(name)}]\n" + nested(table, f"{prefix}{key(name)}.")
    for name, items in lists.items():
        text += "".join(
            f"\n[[{prefix}{key(name)}]]\n" + nested(item, f"{prefix}{key(name)}.") for item in items
        )
    return text


def key(name: str) -> str:
    """Return a key of TOML, in quotation marks where it needs them."""
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else json.dumps(name, ensure_ascii=False)
