"""The command line, ml-abm: its verbs are files of `commands/`.

Nothing heavy is imported before a command needs it, so that `ml-abm --help` answers at once.
Exit codes: 0 done, 1 a bug, 2 what was given cannot be used, or written to (one line says why), 130 interrupted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress

from . import __version__
from .commands import assess, calibrate, catalogue, experiment, run, schools, view
from .commands.console import OneLine
from .commands.output import SafeOutput
from .errors import InputError

DONE, WRONG_INPUT, INTERRUPTED = 0, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        with SafeOutput():
            options = parser().parse_args(arguments)
            options.command(options)
        return DONE
    except InputError as error:
        complain(str(error))
        return WRONG_INPUT
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED


def complain(words: str) -> None:
    """Print one line to standard error, as far as somebody reads it."""
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
    experiment.add(verbs)
    schools.add(verbs)
    catalogue.add(verbs)
    calibrate.add(verbs)
    return top


if __name__ == "__main__":
    sys.exit(main())
