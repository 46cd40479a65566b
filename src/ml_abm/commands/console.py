"""What commands share: a parser, the console, tables, and ranges of options."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import InputError

if TYPE_CHECKING:
    from rich.console import Console


class OneLine(argparse.ArgumentParser):
    """A parser whose errors are one line, as all others of this program."""

    def error(self, message: str) -> NoReturn:
        """Raise InputError instead of printing the usage."""
        raise InputError(f"{message} (see `{self.prog} --help`)")


def compile_first(console: Console, threads: int = 1) -> None:
    """Compile the model before a bar begins, for runs on so many threads; say so where it takes more than a moment."""
    from ..compiled import on_disk
    from ..simulation import DOORS, warm_up

    words = "Compiling the model for this machine: once, about 20 seconds ..."
    with nullcontext() if all(map(on_disk, DOORS[threads > 1])) else console.status(words):
        warm_up(threads)


def in_range(name: str, value: int, low: int, high: int) -> int:
    """Return a value of the command line, or raise InputError in one line."""
    if not low <= value <= high:
        raise InputError(f"{name} {value}: allowed {low} to {high}")
    return value


def pairs_of(option: str, words: Sequence[str], example: str) -> dict[str, str]:
    """Return the NAME=VALUE words of an option as text, without spaces around; the last of a name counts. Raises InputError."""
    pairs = {}
    for word in words:
        name, equals, text = (part.strip() for part in word.partition("="))
        if not equals or not name:
            raise InputError(f"{option} {word}: give {example}")
        pairs[name] = text
    return pairs


def new_table(*headings: str) -> Any:
    """Return an empty table for people."""
    from rich.table import Table

    table = Table()
    for heading in headings:
        table.add_column(heading, no_wrap=heading == headings[0])
    return table


def new_console(width: int = 160) -> Console:
    """Return the console; a pipe gets lines of this width instead of 80 columns."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else width)
