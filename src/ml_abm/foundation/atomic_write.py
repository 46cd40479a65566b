"""Atomic file writes: write to a temporary file beside the target, fsync, rename."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..errors import OutputError

UNFINISHED = ".part-"  # how the names of files begin that are being written


def write_whole(path: Path, write: Callable[[Path], Any]) -> None:
    """Let `write` write a file beside the target, then put it in the target's place; it stays after a power cut.

    Raises OutputError, and the target is as it was. Several may write one target at a time, and the name of the file cannot be known
    beside it beforehand: a link that waits there under it would be followed.
    """
    part = path.with_name(f"{UNFINISHED}{path.name}.{secrets.token_hex(4)}")
    try:
        write(part)
        _sync(part)
        part.replace(path)
        if hasattr(os, "O_DIRECTORY"):  # where a folder can be made to last: that the file has its new name
            _sync(path.parent)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}") from None
    finally:
        with suppress(OSError):  # on a disk that can only be read, where nothing was written
            part.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Make sure that a file, or the names in a folder, would outlive a power cut."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
