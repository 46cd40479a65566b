"""What commands share: a parser, the console, tables, and ranges of options."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import InputError, clipped, short, suggestion

if TYPE_CHECKING:
    from rich.console import Console

    from ..scenario import Scenario


# How argparse says that a word is no number, and how we do.
NO_NUMBER = {
    "invalid int value:": "allowed are whole numbers, not",
    "invalid float value:": "allowed are numbers such as 0.5, not",
}


class OneLine(argparse.ArgumentParser):
    """A parser whose errors are one line, as all others of this program."""

    def error(self, message: str) -> NoReturn:
        """Raise InputError instead of printing the usage."""
        for theirs, ours in NO_NUMBER.items():
            message = message.replace(theirs, ours)
        raise InputError(f"{message} (see `{self.prog} --help`)")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Refuse words that are not known here, where the nearest option can be named, and not at the top."""
        known, rest = super().parse_known_args(args, namespace)
        if rest:
            near = suggestion(clipped(rest[0].partition("=")[0]), self._option_string_actions)
            self.error(f"{clipped(' '.join(rest))} is not known.{near}")
        return known, rest

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse a word that is none of some, and name the nearest."""
        if action.choices is not None and value not in action.choices:
            known = [str(choice) for choice in action.choices]
            called = action.metavar or "/".join(action.option_strings) or action.dest
            near = suggestion(clipped(str(value)), known)
            self.error(f"{called} {short(value)}: allowed are {', '.join(known)}.{near}")


def compile_first(console: Console, threads: int = 1) -> None:
    """Compile the model before a bar begins, for runs on so many threads; say so where it takes more than a moment."""
    from ..foundation.compiled import on_disk
    from ..simulation import ENTRY_POINTS, warm_up

    words = "Compiling the model for this machine: once, about 20 seconds ..."
    with nullcontext() if all(map(on_disk, ENTRY_POINTS[threads > 1])) else console.status(words):
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


def print_notes(console: Console, scenarios: Iterable[Scenario]) -> None:
    """Print what of some scenarios follows their lists of schools, and which sizes are out of proportion: each line once, unbroken."""
    from ..system.settled import notes

    for line in dict.fromkeys(line for scenario in scenarios for line in notes(scenario)):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def new_console(width: int = 160) -> Console:
    """Return the console, which prints words as they are: users' own may have [brackets] and :colons:. A pipe gets lines of this width."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else width, markup=False, emoji=False, highlight=False)
