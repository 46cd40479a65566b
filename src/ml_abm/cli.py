"""The command line, ml-abm: its verbs are files of `commands/`.

Nothing heavy is imported before a command needs it, so that `ml-abm --help` answers at once.
Exit codes: 0 done, 1 a bug, 2 what was given cannot be used, or written to (one line says why), 130 interrupted (Ctrl-C), 143 terminated.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

from . import __version__
from .commands import assess, calibrate, catalogue, experiment, plan, run, schools, trials, view
from .commands.console import OneLine
from .commands.output import SafeOutput
from .errors import InputError

DONE, WRONG_INPUT, INTERRUPTED, TERMINATED = 0, 2, 130, 143


class TerminatedError(KeyboardInterrupt):
    """The system asked the process to end, as a batch system does before it kills: what is kept on Ctrl-C is kept then too."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        with SafeOutput(), gentle_end():
            options = parser().parse_args(arguments)
            options.command(options)
        return DONE
    except InputError as error:
        complain(str(error))
        return WRONG_INPUT
    except TerminatedError:
        complain("terminated")
        return TERMINATED
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED


@contextmanager
def gentle_end() -> Iterator[None]:
    """Treat SIGTERM as Ctrl-C for a while; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> NoReturn:
        raise TerminatedError

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def complain(words: str) -> None:
    """Print one line to standard error, as far as it can be read."""
    with suppress(OSError):
        print(f"ml-abm: {words}", file=sys.stderr)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = OneLine(
        prog="ml-abm",
        description="Why do good classroom ideas die between the pilot and the system, and what would have to change?",
    )
    top.add_argument("--version", action="version", version=f"ml-abm {__version__}")
    verbs = top.add_subparsers(metavar="COMMAND", required=True)
    run.add(verbs)
    view.add(verbs)
    assess.add(verbs)
    plan.add(verbs)
    experiment.add(verbs)
    schools.add(verbs)
    catalogue.add(verbs)
    calibrate.add(verbs)
    trials.add(verbs)
    return top


if __name__ == "__main__":
    sys.exit(main())
