"""Validation of text from users: no control characters and no direction marks, which forge what a terminal or a reader shows.

Letters of all scripts are plain text, with the joiners that some need (U+200C, U+200D); so are tabs and line ends.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

# Inside a class of a regular expression, for Python and for Arrow: control characters (C0 and C1) but for tabs and line ends,
# marks, embeddings, overrides and isolates of direction, and the two separators of lines and paragraphs.
HARMFUL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f"
ALLOWED = "text without control characters and direction marks"
# A return without a new line overwrites its line; halves of a character cannot be written to a file.
_FOUND = re.compile(f"[{HARMFUL}\ud800-\udfff]|\r(?!\n)")


def harmful_in(text: str) -> str:
    """Return the first character of a text that is not allowed, as U+001B, or nothing."""
    found = (
        None if text.isprintable() else _FOUND.search(text)
    )  # nearly all are printable, which is known at once
    return _code(found[0]) if found else ""


def written_out(text: str) -> str:
    """Return a text in which characters that are not allowed are written out, as U+001B."""
    return _FOUND.sub(lambda found: _code(found[0]), text)


def harmful_texts(values: Any, but: str = "") -> Iterator[str]:
    """Yield for messages where a text or a key among nested values is not allowed, and the character; `but` is a key not looked at.

    Values may be nested as deeply as a file can say: nothing here recurses.
    """
    waiting: list[tuple[str, Any]] = [("", values)]
    while waiting:
        where, value = waiting.pop()
        code = harmful_in(where) or (harmful_in(value) if isinstance(value, str) else "")
        if code:
            yield f"{written_out(where)} has {code} ({_name(code)}): allowed is {ALLOWED}"
        elif not isinstance(value, str) and value is not None:
            inner = [
                (f"{where}.{key}" if where else str(key), one)
                for key, one in _within(value)
                if not isinstance(one, (int, float)) or harmful_in(str(key))
            ]
            waiting += [one for one in reversed(inner) if one[0] != but]


def _within(value: Any) -> Iterable[tuple[Any, Any]]:
    """Return what a value holds, by keys; what a list holds is counted from 1."""
    if isinstance(value, Mapping):
        return value.items()
    if isinstance(value, list | tuple):
        return enumerate(value, 1)
    return value if isinstance(value, BaseModel) else ()


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"


def _name(code: str) -> str:
    """Return what Unicode calls a character; control characters have no name."""
    return unicodedata.name(chr(int(code[2:], 16)), "control character").lower()
