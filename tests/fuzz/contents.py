"""What may a file from a stranger consist of? Any bytes, words of its own kind in any order, and good files that were spoilt."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from hypothesis import strategies as st

# What trips readers: numbers at the ends of their types, no numbers, words for nothing, other scripts, control characters.
SPOILERS = [
    "nan", "NaN", "inf", "-inf", "1e308", "1e309", "-1e308", "1e-400", "9223372036854775808", "-9223372036854775809", "9" * 400, "0x" + "f" * 400,
    "-1", "0", "-0.0", "0.1", "1_000", "NA", "N/A", "null", "None", "true", '""', "''", '"', "'", "\\", "\x00", "\x1b[31m", "\u2028", "\u202e", "\ufeff",
    "\u0663", "\ud7ff", "é", "e\u0301", "..", "../../x", "/etc/hostname", "https://example.org/x", "[" * 300, "{" * 300, "[[", "]]", "[a.b]", "=", ",", ";",
    "\t", "\n", "\r\n", "\r", "<!--", "<![CDATA[", "&amp;", "&x;", "<!DOCTYPE x [", "1979-05-27T07:32:00Z", "x" * 5000,
]  # fmt: skip
XML = ('<c r="A1"/>', '<row r="1048576">', '<c r="XFD1" t="s"><v>0</v></c>', "<v>1e999</v>", "</sheetData>")
ENCODINGS = ("utf-16", "utf-8-sig", "utf-16-be", "utf-32", "cp1252", "cp037")


@st.composite
def contents(draw: st.DrawFn, good: Sequence[bytes], words: Sequence[str]) -> bytes:
    """Draw the bytes of a file, from good ones and the words of its kind."""
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return draw(st.binary(max_size=200))
    if kind == 1:
        parts = draw(st.lists(st.sampled_from([*words, *SPOILERS]), max_size=40))
        return "".join(parts).encode("utf-8", "surrogatepass")
    raw = draw(st.sampled_from(list(good)))
    for _ in range(draw(st.integers(1, 4))):
        raw = draw(spoilt(raw, words))
    return raw


@st.composite
def spoilt(draw: st.DrawFn, raw: bytes, words: Sequence[str]) -> bytes:
    """Draw a file with one thing wrong with it."""
    how = draw(
        st.sampled_from(("token", "token", "token", "insert", "cut", "again", "end", "bytes", "encoding"))
    )
    at, more = draw(st.integers(0, len(raw))), draw(st.integers(0, 60))
    word = draw(st.sampled_from([*words, *SPOILERS])).encode("utf-8", "surrogatepass")
    if how == "token":
        return in_place_of_a_value(raw, at, word)
    if how == "insert":
        return raw[:at] + word + raw[at:]
    if how == "cut":
        return raw[:at] + raw[at + more :]
    if how == "again":
        return raw[:at] + raw[at : at + more] * draw(st.integers(2, 30)) + raw[at + more :]
    if how == "end":
        return raw[:at]
    if how == "bytes":
        return raw[:at] + draw(st.binary(min_size=1, max_size=8)) + raw[at + more % 8 :]
    try:
        return raw.decode("utf-8").encode(draw(st.sampled_from(ENCODINGS)))
    except UnicodeError:
        return raw


def in_place_of_a_value(raw: bytes, at: int, word: bytes) -> bytes:
    """Return a text with the value next after a place, between separators, replaced."""
    stops = b"=,;\t\n:<>\"'[]{}| "
    start = next((k for k in range(at, len(raw)) if raw[k] in stops), len(raw)) + 1
    while start < len(raw) and raw[start] in stops:
        start += 1
    end = next((k for k in range(start, len(raw)) if raw[k] in stops), len(raw))
    return raw[:start] + word + raw[end:]


@st.composite
def packed(draw: st.DrawFn, raw: bytes) -> bytes:
    """Draw a workbook whose parts were spoilt before they were packed: a spoilt archive would hide what is in it."""
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    name = draw(st.sampled_from(sorted(parts)))
    parts[name] = draw(spoilt(parts[name], XML))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as book:
        for name, part in parts.items():
            book.writestr(name, part)
    return stream.getvalue()
