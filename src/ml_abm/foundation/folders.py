"""Folders that the package reads and cleans as its own: nothing in them may lead out of them, and one process at a time writes.

Such a folder may come from an untrusted source, as an archive or a clone, and what it holds is deleted and replaced. So only the path
that the user gives may be a symbolic link; anything in the folder that is neither a file nor a folder is refused before it is opened.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path

from ..errors import InputError, OutputError
from .atomic_write import UNFINISHED

LOCK = ".lock"
# The lock's file is never truncated, and never another one; a pipe in its place is not waited for. Windows has no such flags.
LOCK_FLAGS = (
    os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
)


def check_own(folder: Path, names: tuple[str, ...], wrong: type[InputError]) -> None:
    """Raise `wrong` for a link, pipe or device among the entries of a folder with these names (patterns), at any depth."""
    try:
        for entry in _entries(folder, names):
            _check_entry(entry, folder, wrong)
    except OSError as error:
        raise wrong(f"{folder} cannot be read: {error.strerror}") from None


def _entries(folder: Path, names: Iterable[str]) -> Iterator[Path]:
    """Yield the entries of a folder with these names (patterns), links that lead nowhere too; none where there is no folder."""
    if not folder.is_dir():
        return
    for name in sorted(os.listdir(folder)):
        # a file system may take RUNS for runs
        if any(fnmatchcase(name.lower(), pattern) for pattern in names):
            yield folder / name


def _check_entry(entry: Path, folder: Path, wrong: type[InputError]) -> None:
    """Raise `wrong` if an entry, or anything below it, is neither a file nor a folder."""
    waiting = [entry]
    while waiting:
        path = waiting.pop()
        try:
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode):
                waiting += path.iterdir()
        except FileNotFoundError:  # another process has put an unfinished file in its place meanwhile
            continue
        if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
            what = "a symbolic link" if stat.S_ISLNK(mode) else "neither a file nor a folder"
            raise wrong(
                f"{path} is {what}: {folder} may hold files and folders of its own only; remove it, or put a copy in its place"
            )


@contextmanager
def locked(folder: Path, names: tuple[str, ...], wrong: type[InputError]) -> Iterator[None]:
    """Keep a folder for this process, where the system can; the lock goes with the process, however it ends.

    The folder is made, checked (`names` as in `check_own`), and rid of what a killed process left unfinished. One that cannot be
    written needs no lock. Raises OutputError, and `wrong` if another process has it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror}") from None
    check_own(folder, (*names, LOCK), wrong)
    if not os.access(folder, os.W_OK):
        yield
        return
    try:
        handle = os.open(folder / LOCK, LOCK_FLAGS, 0o666)
    except OSError as error:
        raise OutputError(f"{folder / LOCK} cannot be written: {error.strerror}") from None
    try:
        _take(handle, folder, wrong)
        sweep(folder, *names)
        yield
    finally:
        os.close(handle)


def _take(handle: int, folder: Path, wrong: type[InputError]) -> None:
    """Lock an open file. Raises `wrong` if another process has locked it."""
    try:
        import fcntl

        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:  # not on this system
        pass
    except (BlockingIOError, PermissionError):
        raise wrong(
            f"{folder} is being run by another process: wait for it, or give another folder"
        ) from None
    except OSError:  # a shared folder whose server keeps no locks
        pass


def sweep(folder: Path, *names: str) -> None:
    """Remove the files whose names begin so (patterns) that a killed process left unfinished. Raises OutputError."""
    for path in _entries(folder, [f"{UNFINISHED}{name}*" for name in names]):
        remove(path)


def remove(path: Path) -> None:
    """Remove a file, or a link and not what it leads to. Raises OutputError."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path} cannot be removed: {error.strerror}") from None
