"""Cells of a column: text without spaces around it, numbers as people write them, and missing values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MISSING = ("", "-", "--", "\u2013", "\u2014", ".", "?", "n/a", "na", "#n/a", "nan", "null", "none", "missing", "not available")  # fmt: skip
# A word may be a name: NA is Namibia, Nan a province, Null a surname. What names something is nothing only if it cannot be a word.
NAMELESS = tuple(said for said in MISSING if not said.isalpha())
GROUPS = "[ ,'\u2019\u00a0\u202f]"  # what people put between thousands
PLAIN = r"^-?\d+(\.\d+)?([eE][+-]?\d{1,3})?$"
GROUPED = rf"^-?\d{{1,3}}({GROUPS}\d{{2,3}})*{GROUPS}\d{{3}}(\.\d+)?$"  # 1,234,567 and 12,34,567
TWO_READINGS = r"^-?[1-9]\d{0,2}\.\d{3}$"  # 1.234: a thousand or one?
COMMA = r"^-?\d+,\d+$"


@dataclass(frozen=True)
class Numbers:
    """A column of numbers: `values` with NaN for those that are missing or wrong, and which of them are what (n_rows,)."""

    values: np.ndarray
    missing: np.ndarray
    wrong: np.ndarray
    two_readings: np.ndarray
    respelt: np.ndarray  # read without thousands separators, or with a decimal comma


def as_text(cells: Any) -> Any:
    """Return cells of any simple type as text; whole numbers have no decimals, and nothing is an empty text."""
    if pa.types.is_dictionary(cells.type):
        cells = pc.cast(cells, cells.type.value_type)
    if pa.types.is_floating(cells.type):
        whole = pc.and_(pc.is_finite(cells), pc.equal(pc.floor(cells), cells))
        small = pc.less(pc.abs(cells), 2.0**53)
        if pc.all(pc.and_(whole, small), min_count=0).as_py():
            cells = pc.cast(cells, pa.int64())
    if not pa.types.is_string(cells.type):
        cells = pc.cast(cells, pa.string())
    return pc.fill_null(cells, "")


def trimmed(cells: Any) -> Any:
    """Return text without spaces around it."""
    return pc.utf8_trim_whitespace(cells)


def mask(condition: Any) -> np.ndarray:
    """Return a column of truths as bool (n_rows,); unknown is false."""
    return np.asarray(pc.fill_null(condition, False).to_numpy(zero_copy_only=False), bool)


def matches(cells: Any, pattern: str) -> np.ndarray:
    """Return which cells of text match a regular expression."""
    return mask(pc.match_substring_regex(cells, pattern))


def is_missing(cells: Any) -> np.ndarray:
    """Return which cells of text say nothing, in any of the words for that."""
    return mask(pc.is_in(pc.utf8_lower(cells), value_set=pa.array(MISSING)))


def is_nameless(cells: Any) -> np.ndarray:
    """Return which cells of a column of names (ids, districts, schools) name nothing; words such as NA are names."""
    return mask(pc.is_in(pc.utf8_lower(cells), value_set=pa.array(NAMELESS)))


def counts(cells: Any) -> Numbers:
    """Return the numbers of a column that counts something; thousands may be set apart."""
    if not pa.types.is_string(cells.type):
        return of_numbers(cells)
    grouped = matches(cells, GROUPED)
    plain = pc.replace_substring_regex(cells, GROUPS, "") if grouped.any() else cells
    return read(cells, pc.if_else(pa.array(grouped), plain, cells), matches(cells, TWO_READINGS), grouped)


def decimals(cells: Any) -> Numbers:
    """Return the numbers of a column of degrees or shares, in which a comma can only be a decimal comma."""
    if not pa.types.is_string(cells.type):
        return of_numbers(cells)
    comma = matches(cells, COMMA)
    plain = pc.replace_substring(cells, ",", ".") if comma.any() else cells
    return read(cells, pc.if_else(pa.array(comma), plain, cells), np.zeros(len(cells), bool), comma)


def read(cells: Any, plain: Any, two_readings: np.ndarray, respelt: np.ndarray) -> Numbers:
    """Return the numbers of text in which a point is the decimal point."""
    missing = is_missing(cells)
    good = matches(plain, PLAIN) & ~missing & ~two_readings
    numbers = pc.cast(pc.if_else(pa.array(good), plain, None), pa.float64())
    values = np.asarray(numbers.to_numpy(zero_copy_only=False), np.float64).copy()
    good &= np.isfinite(values)
    values[~good] = np.nan
    return Numbers(values, missing, ~(good | missing | two_readings), two_readings, respelt)


def of_numbers(cells: Any) -> Numbers:
    """Return the numbers of a column that holds numbers already, as Parquet does."""
    if pa.types.is_boolean(cells.type):
        cells = pc.cast(cells, pa.int8())
    numbers = pc.cast(cells, pa.float64(), safe=False)
    values = np.array(numbers.to_numpy(zero_copy_only=False), np.float64)
    missing, nowhere = np.isnan(values), np.zeros(len(values), bool)
    wrong = np.isinf(values)
    values[wrong] = np.nan
    return Numbers(values, missing, wrong, nowhere, nowhere)


def codes(cells: Any) -> np.ndarray:
    """Return text as numbers of its distinct values, counted as they come: int64 (n_rows,)."""
    return np.asarray(encoded(cells).indices, np.int64)


def sorted_codes(cells: Any) -> tuple[np.ndarray, list[str]]:
    """Return text as numbers of its distinct values in their order: int64 (n_rows,), and the values."""
    values = encoded(cells).dictionary.to_pylist()
    order = sorted(range(len(values)), key=values.__getitem__)
    rank = np.empty(len(values), np.int64)
    rank[order] = np.arange(len(values))
    return rank[codes(cells)], [values[k] for k in order]


def encoded(cells: Any) -> Any:
    """Return text as one dictionary array."""
    whole = pc.dictionary_encode(cells)
    return whole.combine_chunks() if isinstance(whole, pa.ChunkedArray) else whole


def first_of_each(numbers: np.ndarray) -> np.ndarray:
    """Return for each row the first row that has the same number: numbers from 0 on, int64 (n_rows,)."""
    if not len(numbers):
        return numbers
    first = np.empty(numbers.max() + 1, np.int64)
    first[numbers[::-1]] = np.arange(len(numbers))[::-1]
    return first[numbers]
