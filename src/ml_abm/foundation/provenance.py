"""Provenance: versions and machine, for the manifest beside a result."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from .. import __version__


def made_with(packages: Iterable[str]) -> dict[str, Any]:
    """Return the versions of ml_abm, Python and some packages, and what the machine is."""
    return {
        "ml_abm": __version__,
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in packages},
        "machine": {"system": platform.system(), "machine": platform.machine()},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
