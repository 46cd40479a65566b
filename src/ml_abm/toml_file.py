"""How is a TOML file from anybody found and read? Measured first; every way in which that can fail is one line."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Any

from .errors import LONGEST_NAME, InputError, in_one_line, printable, short, suggestion
from .plain_text import harmful_texts

LONGEST_FILE = 1_000_000  # bytes
DEEPEST = 20  # tables in tables; ours are at most four deep


def is_file(given: str, ready: Collection[str], wrong: type[InputError], kind: str, see: str) -> bool:
    """Return whether what was given is a file to read, not the name of one that comes with the package.

    Raises `wrong` if it is neither: `kind` is what it should be, the command `see` lists those of the package.
    """
    if given in ready:
        return False
    if given.endswith(".toml") or os.path.exists(given):
        return True
    raise wrong(
        f"there is no {kind} {short(given)}: give the name of a ready {kind} (see `{see}`) or a .toml file."
        f"{suggestion(given[:LONGEST_NAME], ready)}"
    )


def read_toml(path: Path, wrong: type[InputError], kind: str, begin: str) -> dict[str, Any]:
    """Return the values of a TOML file, or raise `wrong` in one line. `kind` is what it should be, `begin` helps who has an empty one."""
    try:
        text = _text(path, wrong, kind)
    except InputError as error:
        raise wrong(printable(str(error))) from None
    return parsed(text, path.name, wrong, begin)


def parsed(text: str, name: str, wrong: type[InputError], begin: str) -> dict[str, Any]:
    """Return the values of a text in TOML, which came under a name, or raise `wrong` in one line."""
    try:
        values = tomllib.loads(text)
        if not values:
            fault = f"{name} is empty: {begin}"
        elif _deep(values):
            fault = f"{name} is not valid TOML: it is nested too deeply"
        elif harmful := list(harmful_texts(values)):
            fault = f"{name}: {in_one_line(harmful)}"
        else:
            return values
    except tomllib.TOMLDecodeError as error:
        fault = f"{name} is not valid TOML: {error}{_hint(text, str(error))}"
    except RecursionError:
        fault = f"{name} is not valid TOML: it is nested too deeply"
    except ValueError:
        fault = f"{name} is not valid TOML: a number in it has thousands of digits"
    raise wrong(printable(fault))


# What people write that is no TOML, and what to write instead.
HINTS = {
    r"=\s*-?\d+,\d": "write numbers with a point, such as 0.5",
    r"[\u201c\u201d\u201e\u2018\u2019]": 'write straight quotes: "text"',
    r"\\": "in a path write / in place of \\",
    r"=\s*(True|False)\b": "write true and false in small letters",
    r"=\s*[^\W\d]": 'text stands in quotes: "text"',
}


def _hint(text: str, fault: str) -> str:
    """Return what to write instead, where the line of a fault has a mistake that people make."""
    if "overwrite" in fault:
        return ": the same key or table stands there twice"
    at = re.search(r"at line (\d+)", fault)
    line = text.splitlines()[int(at[1]) - 1 :][:1] if at else []
    return next((f": {hint}" for wrong, hint in HINTS.items() if line and re.search(wrong, line[0])), "")


def _text(path: Path, wrong: type[InputError], kind: str) -> str:
    """Return the text of a file of reasonable length; a byte order mark is dropped."""
    try:
        with open(path, "rb") as file:
            raw = file.read(LONGEST_FILE + 1)
    except FileNotFoundError:
        raise wrong(f"there is no file {path}") from None
    except IsADirectoryError:
        raise wrong(f"{path} is a folder: give a {kind} file (.toml)") from None
    except (OSError, ValueError) as error:
        raise wrong(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(raw) > LONGEST_FILE:
        raise wrong(f"{path.name} is longer than {LONGEST_FILE:,} bytes: no {kind} needs as much")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise wrong(f"{path.name} is not UTF-8 text (line {line}): save it as UTF-8") from None


def _deep(values: dict[str, Any]) -> bool:
    """Return whether tables and lists lie deeper in one another than any that we know: whoever walks through them may recurse."""
    level: list[Any] = [values]
    for _ in range(DEEPEST):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def slug(stem: str) -> str:
    """Return the name of what a file says that gives none: its own, in small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:64] or "scenario"
