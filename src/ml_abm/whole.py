"""How is a file written that is there whole or not at all? Beside its place, and then put into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .errors import OutputError


def write_whole(path: Path, write: Callable[[Path], Any]) -> None:
    """Let `write` write a file beside the target, then put it in the target's place. Raises OutputError, and the target is as it was."""
    part = path.with_name(f".{path.name}.part")
    try:
        write(part)
        part.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)
