"""Ready studies of the package: files of `studies/`, by name."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from ..errors import StudyError, short, suggestion


def study_names() -> list[str]:
    """Return the names of the ready studies in the package."""
    return list(_ready())


def ready_file(name: str) -> Path:
    """Return where a ready study is. Raises StudyError for a name that there is not."""
    if name not in _ready():
        raise StudyError(
            f"there is no study {short(name)} (see `ml-abm experiment list`).{suggestion(name, _ready())}"
        )
    return _ready()[name]


@cache
def _ready() -> dict[str, Path]:
    folder = files("ml_abm") / "experiments" / "studies"
    found = {f.name.removesuffix(".toml"): Path(str(f)) for f in folder.iterdir() if f.name.endswith(".toml")}
    return dict(sorted(found.items()))
