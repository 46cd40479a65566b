"""Files of trials: where those of the package are, and how a file takes over the designs that it is based on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Any

from ..errors import TrialError, clipped, short
from ..foundation.toml_file import read_toml

BEGIN = "the trials of the package are examples"
MOST_BASES = 5
OF_A_BASE = ("base", "assumed", "months", "seeds", "intervention", "design", "arms", "nuisance", "let")


def folder() -> Path:
    """Return the folder of the package's trials."""
    return Path(str(files("ml_abm") / "evidence" / "trials"))


@cache
def trial_files() -> Mapping[str, Path]:
    """Return the files of the package's trials by id."""
    found = {file.stem: file for file in folder().glob("*.toml")}
    return dict(sorted(found.items()))


def with_bases(path: Path) -> dict[str, Any]:
    """Return the values of a file over those of the designs that it is based on; its own go before them."""
    values = read_toml(path, TrialError, "trial", BEGIN)
    file = path
    for _ in range(MOST_BASES):
        if "base" not in values:
            return values
        file = base_of(file, values.pop("base"))
        values = over(_base_values(file), values)
    raise TrialError(f"{path.name}: base: more than {MOST_BASES} designs are based on one another")


def base_of(file: Path, named: Any) -> Path:
    """Return the file of a design that a file is based on: beside it, or one of the package's."""
    if not isinstance(named, str):
        raise TrialError(f"{file.name}: base = {short(named)}: allowed the name of a .toml file")
    inside = PurePosixPath(named)
    if inside.is_absolute() or ".." in inside.parts or "\\" in named or inside.suffix != ".toml":
        raise TrialError(
            f"{file.name}: base = {short(named)}: allowed a .toml file in its folder or below it"
        )
    found = [place for place in (file.parent / named, folder() / named) if place.is_file()]
    if not found:
        raise TrialError(f"{file.name}: base = {short(named)}: there is no such file beside it")
    return found[0]


def _base_values(file: Path) -> dict[str, Any]:
    values = read_toml(file, TrialError, "design", BEGIN)
    for name in values:
        if name not in OF_A_BASE:
            raise TrialError(
                f"{file.name}: {clipped(name)} is not for a design that trials share: allowed {', '.join(OF_A_BASE)}"
            )
    return values


def over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return one set of values over another: tables are joined, assumptions follow one another, all else is replaced."""
    joined = dict(below)
    for name, value in above.items():
        under = joined.get(name)
        if isinstance(value, Mapping) and isinstance(under, Mapping):
            joined[name] = over(under, value)
        elif name == "assumed" and isinstance(value, list) and isinstance(under, list):
            joined[name] = [*under, *value]
        else:
            joined[name] = value
    return joined
