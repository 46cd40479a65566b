"""Lazy imports: names of a package whose files are loaded when a name is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def on_demand(package: str, files: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the `__getattr__` of a package, given the file in which each name is."""

    def load(name: str) -> Any:
        if name not in files:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        file = files[name]
        return getattr(import_module(file if file.startswith(".") else f".{file}", package), name)

    return load
