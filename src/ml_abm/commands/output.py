"""Standard output that cannot stop a command: closed, full, a pipe without a reader, or in an encoding without our characters."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from types import TracebackType
from typing import Any, TextIO, cast

from ..errors import OutputError


class SafeOutput:
    """A context in which printing never fails, so that no result is lost to it.

    Characters that the encoding does not have are replaced. After the first failure everything else that is printed goes to
    the null device, and the failure is raised as OutputError at the end; a reader that has gone away has read enough.
    """

    def __init__(self) -> None:
        for name in ("stdout", "stderr"):
            stream = getattr(sys, name)
            if (
                stream is None or stream.closed
            ):  # by the caller, `>&-`; the null device is kept to the end of the process
                setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        self.failure: OSError | None = None
        self._stream = sys.stdout
        self._errors = self._stream.errors

    def __enter__(self) -> SafeOutput:
        self._encode("replace")
        sys.stdout = cast(TextIO, self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give standard output back. Raises OutputError if it failed and nothing worse did; `--help` ends by SystemExit."""
        self.flush()
        sys.stdout = self._stream
        self._encode(self._errors)
        done = error is None or isinstance(error, SystemExit)
        if done and self.failure and not has_left(self.failure):
            raise OutputError(
                f"standard output cannot be written: {self.failure.strerror or self.failure}; "
                "files that were asked for are whole"
            ) from None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write text as far as that is possible."""
        try:
            self._stream.write(text)
        except OSError as error:
            self._discard(error)
        return len(text)

    def flush(self) -> None:
        """Hand on what was written as far as that is possible."""
        try:
            self._stream.flush()
        except OSError as error:
            self._discard(error)

    def _discard(self, failure: OSError) -> None:
        """Note the first failure, and let everything else, what is in buffers included, go to the null device."""
        self.failure = self.failure or failure
        with suppress(OSError):  # a stream in memory has no descriptor
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self._stream.fileno())
            os.close(null)

    def _encode(self, errors: str | None) -> None:
        """Say what becomes of characters that the encoding does not have, where the stream allows it."""
        if errors and hasattr(self._stream, "reconfigure"):
            with suppress(OSError):
                self._stream.reconfigure(errors=errors)


def has_left(failure: OSError) -> bool:
    """Return whether the reader of a pipe has gone away; on Windows that is an invalid argument."""
    return isinstance(failure, ConnectionError) or (os.name == "nt" and failure.errno == errno.EINVAL)
