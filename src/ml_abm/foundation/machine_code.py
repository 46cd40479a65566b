"""Machine code on disk: a private folder for it, and files that are checked before they are loaded, and compiled again when damaged.

Numba pickles machine code, and loads whatever lies in its place: a damaged file ends every later run, or runs as it is. Here each file
ends with a digest of its name and content. One that does not hold is deleted, and what was in it is compiled again. The digest shows
damage, not malice: that no one else can write the folder is what keeps it safe.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from numba.core.caching import FunctionCache, IndexDataCacheFile


class DamagedError(Exception):
    """A file of machine code that is not what was written."""


class CheckedFiles(IndexDataCacheFile):  # type: ignore[misc]
    """The files of one kernel: Numba's own, each with a digest at its end, which Numba does not read."""

    def load(self, key: Any) -> Any:
        """Return the machine code for a signature on a kind of processor, or None. Raises DamagedError, or whatever a damaged file leads to."""
        found = super().load(key)
        if found is None:
            return None
        written_for, code = found
        if written_for != key:  # two machines that share a folder may give one number to the code of both
            raise DamagedError("of another machine")
        return code

    def save(self, key: Any, data: Any) -> None:
        """Keep machine code, with what it is for."""
        super().save(key, (key, data))

    def remove(self) -> None:
        """Delete all files of this kernel. Raises OSError."""
        index = Path(self._index_path)
        for path in [index, *index.parent.glob(f"{index.stem}.*.nbc")]:
            path.unlink(missing_ok=True)

    def _load_index(self) -> Any:
        try:
            check(Path(self._index_path))
        except FileNotFoundError:
            return {}
        return super()._load_index()

    def _load_data(self, name: str) -> Any:
        check(Path(self._data_path(name)))
        return super()._load_data(name)

    @contextmanager
    def _open_for_write(self, filepath: str) -> Iterator[BytesIO]:
        with super()._open_for_write(filepath) as file:
            content = BytesIO()
            yield content
            file.write(content.getvalue() + digest(Path(filepath), content.getvalue()))


class CheckedCache(FunctionCache):  # type: ignore[misc]
    """The machine code of one kernel in the folder of all; where it cannot be kept or read, the kernel is compiled as if it were not there."""

    def __init__(self, function: Any, folder: Path) -> None:
        super().__init__(function)
        self._folder = folder
        self._cache_file = CheckedFiles(
            self.cache_path, self._impl.filename_base, self._impl.locator.get_source_stamp()
        )

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the kernel from disk, or None where it has to be compiled."""
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # damage may look like anything
            self._heal()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a compiled kernel for the next process, where that is possible."""
        try:
            super().save_overload(sig, data)
        except (OSError, DamagedError) as error:
            say(
                f"the model's machine code cannot be kept in {self._folder} ({error}): it will be compiled again"
            )

    def _heal(self) -> None:
        """Delete what is damaged; what cannot be deleted is not used any more."""
        try:
            self._cache_file.remove()
            say(f"machine code of the model in {self._folder} is damaged: it is deleted and compiled again")
        except OSError as error:
            self.disable()
            say(
                f"machine code of the model in {self._folder} is damaged and cannot be deleted ({error.strerror}): it is compiled "
                "each time"
            )


def check(path: Path) -> None:
    """Raise DamagedError if a file is not what was written under this name."""
    content = path.read_bytes()
    body = content[: -blake2b.MAX_DIGEST_SIZE]
    if content[len(body) :] != digest(path, body):
        raise DamagedError(path.name)


def digest(path: Path, content: bytes) -> bytes:
    """Return what identifies a file of machine code from a damaged one, and from another one under its name."""
    return blake2b(path.name.encode() + b"\n" + content).digest()


@cache
def say(words: str) -> None:
    """Warn the user, once in a process."""
    print(f"ml-abm: {words}", file=sys.stderr)


def made_private(folder: Path) -> bool:
    """Return whether a folder is there, made where it is not, that this user can write and no other."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        with TemporaryFile(dir=folder):
            return is_private(folder)
    except OSError:
        return False


def is_private(folder: Path) -> bool:
    """Return whether a folder is this user's own, no link, and closed to the writing of others."""
    found = folder.lstat()
    others_write = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return user() is None or (stat.S_ISDIR(found.st_mode) and found.st_uid == user() and not others_write)


def user() -> int | None:
    """Return the number of this user; None on Windows, which keeps folders of users apart by itself."""
    return os.geteuid() if hasattr(os, "geteuid") else None
