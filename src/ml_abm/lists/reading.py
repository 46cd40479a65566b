"""One reading of a list: from its file to its columns, and the report on what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ..errors import ListError, clipped
from ..parameters import declarations
from ..scenario import System
from . import school_rows, teacher_rows
from .cells import is_missing, is_nameless, matches, sorted_codes
from .faults import LONGEST_VALUE, Finder, Fix, Report, plural
from .headings import SCHOOL_STATES, SCHOOLS, TEACHER_STATES, TEACHERS, Words, plain
from .mends import NO_MENDS, Mends, dropped, mended
from .rows import Rows, structural, tidy
from .sheets import about_file, read_sheet

FORMULA = "^[=+@-]"
MOST_SCHOOLS = declarations()["schools"].high
ValuesOf = Callable[[Rows, Finder, list[Fix]], dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """A list as it is on disk now, and how it is to be read: what is kept of one reading for the next."""

    path: Path
    changed: int
    size: int
    columns: tuple[tuple[str, str], ...]
    ratio: float = 0.0
    posts_listed: bool = False
    mends: Mends = NO_MENDS
    source: str = field(default="", compare=False)  # one reading serves both


@dataclass(frozen=True, eq=False)
class Reading:
    """What one reading of a list gave: the report, and its columns in the order of the file."""

    report: Report
    values: dict[str, Any]
    lines: np.ndarray


def asked_schools(system: System, typed: bool = False) -> Asked:
    """Return what to read for the list of schools of a system; `typed` says that its columns are named on the command line."""
    return replace(
        asked(system.path(system.schools), system.columns),
        ratio=system.fill_pupils_per_teacher,
        posts_listed=bool(system.teachers),
        source="--columns" if typed else "[system.columns]",
    )


def asked_teachers(system: System, typed: bool = False) -> Asked:
    """Return what to read for the list of teachers of a system; `typed` as in `asked_schools`."""
    source = "--teacher-columns" if typed else "[system.teacher_columns]"
    return replace(asked(system.path(system.teachers), system.teacher_columns), source=source)


def asked(path: Path, columns: dict[str, str]) -> Asked:
    """Return what to read, with the state of the file, so that a changed file is read again."""
    about = about_file(path)
    return Asked(path, about.st_mtime_ns, about.st_size, tuple(columns.items()))


@lru_cache(maxsize=2)
def read_schools(what: Asked) -> Reading:
    """Read a list of schools."""
    words = Words(SCHOOLS, SCHOOL_STATES, dict(what.columns), what.source)
    sheet = read_sheet(what.path, words.known, MOST_SCHOOLS)
    counted = () if what.posts_listed else ("pupils",) if what.ratio else ("teachers",)
    rows = tidy(sheet, words, ("id", "district", *counted))

    def values(rows: Rows, finder: Finder, fixes: list[Fix]) -> dict[str, Any]:
        return school_rows.values_of(rows, finder, fixes, what.ratio, what.posts_listed)

    return examined(rows, what, words, values)


@lru_cache(maxsize=2)
def read_teachers(what: Asked, schools: Asked) -> Reading:
    """Read a list of teachers beside a clean list of schools."""
    listed = read_schools(schools)
    words = Words(TEACHERS, TEACHER_STATES, dict(what.columns), what.source)
    rows = tidy(read_sheet(what.path, words.known), words, ("id", "school"))

    def values(rows: Rows, finder: Finder, fixes: list[Fix]) -> dict[str, Any]:
        found = teacher_rows.values_of(rows, finder, listed.values["id"], fixes)
        known = found["row"][found["row"] >= 0]
        posts = np.bincount(known, minlength=len(listed.lines))
        teacher_rows.check_posts(finder, posts, listed.values["teachers"], listed.values["id"], listed.lines)
        return found

    return examined(rows, what, words, values)


def examined(rows: Rows, what: Asked, words: Words, values_of: ValuesOf) -> Reading:
    """Return a reading of rows: what is to be mended is found and mended first, and then the rest is looked at."""
    apart = Finder(rows.sheet.lines, rows.text("id"))
    rows = rows.keep(~structural(rows, apart))
    for kind in [kind for kind in apart.faults if kind in what.mends.drop]:
        rows = rows.noted(apart.faults.pop(kind).count, dropped(kind))
    if what.mends != NO_MENDS:
        rows = mended(rows, lambda some: faults_of(some, values_of), what.mends)
    if not len(rows) and not apart.faults:
        raise ListError(
            f"{what.path.name} has no rows{' left' if what.mends.drop else ' below its headings'}"
        )
    finder, fixes = Finder(rows.sheet.lines, rows.text("id"), apart.faults), list[Fix]()
    values = values_of(rows, finder, fixes)
    return Reading(report_of(rows, finder, (*rows.fixed, *fixes), words, values), values, rows.sheet.lines)


def faults_of(rows: Rows, values_of: ValuesOf) -> Finder:
    """Return the faults of rows as they are."""
    finder = Finder(rows.sheet.lines, rows.text("id"))
    values_of(rows, finder, [])
    return finder


def report_of(
    rows: Rows, finder: Finder, fixed: Sequence[Fix], words: Words, values: dict[str, Any]
) -> Report:
    """Return what was found in a list, for people."""
    sheet = rows.sheet
    not_rows = [fault.count for kind, fault in finder.faults.items() if kind not in finder.rows]
    return Report(
        path=sheet.path,
        form=sheet.form,
        unit=sheet.unit,
        columns={word: sheet.headings[k] for word, k in rows.columns.items()},
        unused=tuple(h for k, h in enumerate(sheet.headings) if k not in rows.columns.values() and h),
        rows=len(rows) + sum(not_rows),
        wrong=len(finder.wrong_rows()) + sum(not_rows),
        faults=finder.found(),
        fixed=tuple(fixed),
        notes=(*sheet.notes, *notes_on(rows, words)),
        summary=summary_of(values),
    )


def notes_on(rows: Rows, words: Words) -> Iterator[str]:
    """Yield what is no fault, and worth a look."""
    for k, heading in enumerate(rows.sheet.headings):
        state = plain(heading).replace(" ", "_")
        if k not in rows.columns.values() and state in words.states:
            yield f"{heading!r} is not used; to set this state from it: {words.says(state, heading)}"
    if ("latitude" in rows) != ("longitude" in rows):
        yield "one coordinate has no column, so neither is used"
    for word in ("id", "district", "school"):
        if word in rows:
            names = rows.text(word)
            odd = is_missing(names) & ~is_nameless(names)
            if odd.any():
                said = names.filter(pa.array(odd))[0].as_py()
                yield f"{plural(int(odd.sum()), 'cell')} of {rows.sheet.headings[rows.columns[word]]!r} say {said!r} or the like: taken as names"
    yield from notes_on_formulas(rows)
    if "district" in rows:
        alike: dict[str, str] = {}
        for name in sorted_codes(rows.text("district"))[1]:
            other = alike.setdefault(plain(name), name)
            if other != name and plain(name):
                yield f"two districts are written almost alike: {other!r} and {name!r}"


def notes_on_formulas(rows: Rows) -> Iterator[str]:
    """Yield the columns of names that a spreadsheet would compute where a table of results is opened in it."""
    for word in ("id", "district", "school", "name"):
        if word in rows:
            names = rows.text(word)
            formula = matches(names, FORMULA) & ~is_nameless(names)
            if formula.any():
                said = clipped(names.filter(pa.array(formula))[0].as_py(), LONGEST_VALUE)
                yield (
                    f"{plural(int(formula.sum()), 'cell')} of {rows.sheet.headings[rows.columns[word]]!r} with = + - or @ as the first character, such "
                    f"as {said!r}: a spreadsheet takes that for a formula when it opens a table of results"
                )


def summary_of(values: dict[str, Any]) -> str:
    """Return how much there is of what."""
    if "district" not in values:
        return f"{plural(len(values['id']), 'teacher')} in {plural(len(np.unique(values['row'])), 'school')}"
    districts = len(sorted_codes(values["district"])[1])
    parts = [f"{plural(len(values['id']), 'school')} in {plural(districts, 'district')}"]
    known = [word for word in ("teachers", "pupils") if np.isfinite(values[word]).any()]
    parts += [plural(int(np.nansum(values[word])), word.removesuffix("s")) for word in known]
    return ", ".join(parts)
