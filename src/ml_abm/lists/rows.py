"""The rows of a list in order: our word for each column, spaces and blank rows gone, and what is no row of the list set apart.

All that is put right here loses nothing, and is reported.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..plain_text import HARMFUL, harmful_in
from .cells import as_text, codes, first_of_each, is_nameless, mask, matches, trimmed
from .faults import BadRow, Finder, Fix, text
from .headings import Words
from .sheets import Sheet

TOTALS = r"(?i)^((grand|sub) ?-?)?total(s)?\b"
GUARDED = '^(?:="([^"]*)"|\'([0-9]+))$'  # an apostrophe before letters is one: 's-Hertogenbosch
LINE_BREAK = "[\t\r\n]"
CONTROL = f"[{HARMFUL}]|\r(?:[^\n]|$)"
LONGEST_ID = 200


@dataclass(frozen=True)
class Rows:
    """The rows of a list, and the columns that our words stand for."""

    sheet: Sheet
    columns: dict[str, int]
    fixed: tuple[Fix, ...] = ()

    def __len__(self) -> int:
        return len(self.sheet)

    def __contains__(self, word: str) -> bool:
        return word in self.columns

    def __getitem__(self, word: str) -> Any:
        return self.sheet.cells[self.columns[word]]

    def text(self, word: str) -> Any:
        """Return a column as text, whatever type it is stored in."""
        return trimmed(as_text(self[word]))

    def keep(self, rows: np.ndarray) -> Rows:
        """Return the rows that a mask marks."""
        return replace(self, sheet=self.sheet.keep(rows))

    def noted(self, count: int, sentence: str) -> Rows:
        """Return the same rows; what was put right is reported, if anything was."""
        return replace(self, fixed=(*self.fixed, Fix(count, sentence))) if count else self

    def without(self, rows: np.ndarray, sentence: str) -> Rows:
        """Return the rows that a mask does not mark; what was left out is reported."""
        return self.keep(~rows).noted(int(rows.sum()), sentence)


def tidy(sheet: Sheet, words: Words, needed: tuple[str, ...]) -> Rows:
    """Return the rows of a sheet without what loses nothing when it goes."""
    rows = Rows(sheet, words.found(sheet.headings, needed, sheet.path.name))
    rows = without_spaces(rows.noted(sheet.above, "lines above the headings, left out"))
    rows = without_guards(rows)
    rows = rows.without(blank(rows), "blank rows, left out")
    rows = rows.without(headings_again(rows), "repeated rows of headings, left out")
    return rows.without(copies(rows), "exact copies of an earlier row, left out")


def without_spaces(rows: Rows) -> Rows:
    """Return the rows with the text of their columns trimmed."""
    cells, changed = list(rows.sheet.cells), 0
    for k in set(rows.columns.values()):
        if pa.types.is_dictionary(cells[k].type) or pa.types.is_string(cells[k].type):
            full = as_text(cells[k])
            cells[k] = trimmed(full)
            changed += int(mask(pc.not_equal(full, cells[k])).sum())
    rows = replace(rows, sheet=replace(rows.sheet, cells=cells))
    return rows.noted(changed, "cells with spaces around them, taken off")


def without_guards(rows: Rows) -> Rows:
    """Return the rows without what keeps a spreadsheet from taking a code for a number: ="0100" and '0100 say 0100."""
    cells, changed = list(rows.sheet.cells), 0
    for k in set(rows.columns.values()):
        if pa.types.is_string(cells[k].type):
            full = cells[k]
            if matches(full, GUARDED).any():
                cells[k] = pc.replace_substring_regex(full, GUARDED, r"\1\2")
                changed += int(mask(pc.not_equal(full, cells[k])).sum())
    rows = replace(rows, sheet=replace(rows.sheet, cells=cells))
    return rows.noted(changed, 'cells as ="0100" or \'0100, which keeps zeros in spreadsheets, read as 0100')


def blank(rows: Rows) -> np.ndarray:
    """Return which rows have nothing in any column."""
    nothing = np.ones(len(rows), bool)
    used = [rows.sheet.cells[k] for k in rows.columns.values()]
    for column in [*used, *rows.sheet.cells]:
        some = np.flatnonzero(nothing)  # others need no second look
        nothing[some] = mask(pc.equal(trimmed(as_text(column.take(pa.array(some)))), ""))
    return nothing


def headings_again(rows: Rows) -> np.ndarray:
    """Return which rows say the headings once more."""
    same = np.ones(len(rows), bool)
    for word, k in rows.columns.items():
        same &= mask(pc.equal(rows.text(word), rows.sheet.headings[k])) if same.any() else same
    return same


def copies(rows: Rows) -> np.ndarray:
    """Return which rows say in every column what an earlier row says."""
    result = np.zeros(len(rows), bool)
    if "id" not in rows or not len(rows):
        return result
    ids = codes(rows.text("id"))
    twice = np.flatnonzero((np.bincount(ids)[ids] > 1) & ~is_nameless(rows.text("id")))
    group = ids[twice]
    for column in rows.sheet.cells:
        if len(twice):
            cells = codes(trimmed(as_text(column.take(pa.array(twice)))))
            group = np.unique(group * (cells.max() + 1) + cells, return_inverse=True)[1]
    result[twice] = first_of_each(group) != np.arange(len(twice))
    return result


def structural(rows: Rows, finder: Finder) -> np.ndarray:
    """Note what is no row of a list at all, and return which rows that is: nothing else about them is checked."""
    if rows.sheet.odd:
        first = [BadRow(line, "", text(start)) for line, start in rows.sheet.odd[:3]]
        finder.note("row-length", len(rows.sheet.odd), first)
    return totals(rows, finder)


def totals(rows: Rows, finder: Finder) -> np.ndarray:
    """Note rows of totals: the id says so, or there is none and the first column, the name or the district does."""
    ids = rows.text("id")
    nameless = is_nameless(ids)
    found = finder.mark("totals-row", matches(ids, TOTALS), ids)
    says = [rows.text(word) for word in ("name", "district", "school") if word in rows]
    for cells in [*says, trimmed(as_text(rows.sheet.cells[0]))]:
        found = found | finder.mark("totals-row", ~found & nameless & matches(cells, TOTALS), cells)
    return found


def check_id(rows: Rows, finder: Finder, kind: str, word: str) -> np.ndarray:
    """Note cells that should name something and do not; return which do."""
    cells = rows.text(word)
    nothing = finder.mark(kind, is_nameless(cells), cells)
    control = check_text(rows, finder, word)
    long = mask(pc.greater(pc.utf8_length(cells), LONGEST_ID))
    odd = finder.mark("odd-text", ~control & (long | matches(cells, LINE_BREAK)), cells)
    return ~(nothing | odd | control)


def check_text(rows: Rows, finder: Finder, word: str) -> np.ndarray:
    """Note cells with control characters or direction marks; return which have any."""
    cells = rows.text(word)
    return finder.mark("control-character", matches(cells, CONTROL), Characters(cells), f"{word} has ")


class Characters:
    """The first character of each cell that no text may have, as people look it up."""

    def __init__(self, cells: Any) -> None:
        self.cells = cells

    def __getitem__(self, row: int) -> str:
        return harmful_in(self.cells[int(row)].as_py())
