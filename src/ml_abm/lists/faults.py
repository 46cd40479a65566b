"""What is wrong with a list, and what was put right while it was read: kinds, counts and first rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import printable
from ..plain_text import ALLOWED as PLAIN

FIRST_ROWS = 3
LONGEST_VALUE = 30  # characters of a bad value that a report repeats
KINDS_IN_A_LINE = 5

# Each kind of fault: what is wrong, and what is allowed.
KINDS = {
    "row-length": ("another number of cells", "a cell for each heading; quotes around text with separators"),
    "totals-row": ("a row of totals", "schools only"),
    "blank-id": ("no id", "an id for every row"),
    "blank-district": ("no district", "a district for every school"),
    "blank-school": ("no school", "the school's id for every teacher"),
    "unknown-school": ("not in the list of schools", "ids of the list of schools"),
    "odd-text": ("very long, or a line break", "1 to 200 printable characters"),
    "control-character": ("it forges what is shown", PLAIN),
    "id-rounded": ("rounded by a spreadsheet", "all digits of the id: format the column as text"),
    "id-twice": ("an earlier row has it", "each id once"),
    "id-in-two-districts": ("an earlier row, elsewhere", "each id once"),
    "teachers-missing": ("no number of teachers", "a number, or --pupils-per-teacher"),
    "teachers-not-a-number": ("not a number", "whole numbers"),
    "teachers-decimal": ("a part of a teacher", "whole numbers"),
    "teachers-negative": ("fewer than none", "1 to {most_teachers:,}"),
    "no-teacher": ("no teacher is there", "1 to {most_teachers:,}"),
    "teachers-too-many": ("more than a school has", "1 to {most_teachers:,}"),
    "pupils-missing": ("no number of pupils", "a number, or no column of pupils at all"),
    "pupils-not-a-number": ("not a number", "0 to {most_pupils:,}"),
    "pupils-negative": ("fewer than none", "0 to {most_pupils:,}"),
    "pupils-too-many": ("more than a school has", "0 to {most_pupils:,}"),
    "two-readings": ("thousands or decimals?", "1234 or 1,234 for thousands; 1.2340 for decimals"),
    "coordinates-incomplete": ("one without the other", "both, or neither"),
    "coordinates-not-a-number": ("not a number", "degrees, such as -15.4067"),
    "coordinates-out-of-range": ("off the map", "latitude -90 to 90, longitude -180 to 180, not 0, 0"),
    "coordinates-swapped": ("would fit if swapped", "latitude first, then longitude"),
    "state-not-a-number": ("not a number", "0 to 1; hours a week 0 to {most_hours:g}; or blank"),
    "state-out-of-range": ("out of range", "0 to 1; hours a week 0 to {most_hours:g}"),
    "school-without-teachers": ("no row in this list", "at least one teacher each"),
    "posts-disagree": ("the two lists differ", "the same number, or no column of teachers"),
}  # fmt: skip
MOST_TEACHERS = 2_000
MOST_PUPILS = 100_000
MOST_HOURS = 100.0
ALLOWED = {"most_teachers": MOST_TEACHERS, "most_pupils": MOST_PUPILS, "most_hours": MOST_HOURS}


@dataclass(frozen=True)
class BadRow:
    """One row as a person finds it again: its line in the file, its id and the bad value."""

    line: int
    id: str
    value: str


@dataclass(frozen=True)
class Fault:
    """One kind of fault: how many rows have it, the first of them, and what is allowed."""

    kind: str
    count: int
    sentence: str
    first_rows: tuple[BadRow, ...]
    allowed: str


@dataclass(frozen=True)
class Fix:
    """Something put right that loses nothing, or that was asked for: what, and how many rows or cells it changed."""

    count: int
    sentence: str


@dataclass(frozen=True)
class Report:
    """What was found in one list.

    `columns` are our words and the headings they were found under; `rows` counts the rows that were left to check, `wrong`
    those of them with a fault, and `unit` is what people count in this kind of file.
    """

    path: Path
    form: str
    unit: str
    columns: dict[str, str]
    unused: tuple[str, ...]
    rows: int
    wrong: int
    faults: tuple[Fault, ...]
    fixed: tuple[Fix, ...]
    notes: tuple[str, ...]
    summary: str

    @property
    def clean(self) -> bool:
        """Whether a run can use the list."""
        return not self.faults

    def in_one_line(self, command: str) -> str:
        """Return the faults in one line, and the command that shows them."""
        faults = sorted(self.faults, key=lambda fault: -fault.count)
        parts = [
            f"{fault.kind.replace('-', ' ')}: {fault.count:,}{self._example(fault)}"
            for fault in faults[:KINDS_IN_A_LINE]
        ]
        parts += ["..."] if len(faults) > KINDS_IN_A_LINE else []
        return (
            f"{self.path.name}: {plural(self.wrong, 'row')} with {plural(len(faults), 'kind')} of fault ({', '.join(parts)}): "
            f"see `{command}`"
        )

    def _example(self, fault: Fault) -> str:
        """Return where the first invisible character is."""
        if fault.kind != "control-character":
            return ""
        first = fault.first_rows[0]
        return f", {self.unit} {first.line:,}: {first.value}"


@dataclass
class Finder:
    """Notes faults of rows while they are looked for.

    Parameters
    ----------
    lines : where each row stands in the file, int64 (n_rows,).
    ids : the rows' ids, for people to find them by; indexable by row.
    """

    lines: np.ndarray
    ids: Any
    faults: dict[str, Fault] = field(default_factory=dict)
    rows: dict[str, np.ndarray] = field(default_factory=dict)

    def mark(self, kind: str, wrong: np.ndarray, values: Any, label: str = "") -> np.ndarray:
        """Note a fault of the rows that a mask marks, with their bad values; return the mask."""
        found = np.flatnonzero(wrong)
        if len(found):
            first = [
                BadRow(int(self.lines[r]), text(self.ids[r]), label + text(values[r]))
                for r in found[:FIRST_ROWS]
            ]
            self.note(kind, len(found), first)
            self.rows[kind] = np.union1d(self.rows.get(kind, found), found)
        return wrong

    def note(self, kind: str, count: int, first: list[BadRow]) -> None:
        """Note a fault that so many rows have, or more rows of a kind that is known already."""
        before = self.faults.get(kind)
        sentence, allowed = KINDS[kind]
        rows = (*(before.first_rows if before else ()), *first)[:FIRST_ROWS]
        count += before.count if before else 0
        self.faults[kind] = Fault(kind, count, sentence, rows, allowed.format(**ALLOWED))

    def found(self) -> tuple[Fault, ...]:
        """Return the faults, in the order of their declaration."""
        return tuple(self.faults[kind] for kind in KINDS if kind in self.faults)

    def wrong_rows(self) -> np.ndarray:
        """Return the rows that have any fault."""
        return np.unique(np.concatenate([np.zeros(0, np.int64), *self.rows.values()]))


def text(value: Any) -> str:
    """Return a cell as a report shows it: cut off, and without line breaks."""
    shown = "" if value is None else str(getattr(value, "as_py", lambda: value)())
    shown = printable(shown[: LONGEST_VALUE + 1])
    return shown if len(shown) <= LONGEST_VALUE else shown[: LONGEST_VALUE - 3] + "..."


def plural(count: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
