"""What a reader may do with any file: read it, or raise one line. Never another exception, never minutes, never gigabytes."""

from __future__ import annotations

import faulthandler
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ml_abm.errors import InputError

MOST_MEMORY = 2 << 30  # bytes more than there were
LONGEST = 60  # seconds, after which the process is ended with a traceback: nothing here takes one


def read_or_refused(read: Callable[[Path], Any], path: Path) -> str:
    """Return the one line in which a reader refuses a file, or nothing if it reads it."""
    with bounded():
        try:
            read(path)
        except InputError as error:
            message = str(error)
            assert message.isprintable(), repr(message)
            assert 0 < len(message) < 2000, len(message)
            return message
    return ""


@contextmanager
def bounded() -> Iterator[None]:
    """End the process, and say where it stood, if what is inside does not end; let it have no more than so much memory."""
    faulthandler.dump_traceback_later(LONGEST, exit=True)
    try:
        with little_memory():
            yield
    finally:
        faulthandler.cancel_dump_traceback_later()


@contextmanager
def little_memory() -> Iterator[None]:
    """Let what is inside have no more memory than so much, where the system can."""
    try:
        import resource

        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (ImportError, OSError):  # not this kind of system
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + MOST_MEMORY, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
