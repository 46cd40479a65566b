"""Schools and teachers of a real system: lists are used only when they are clean; ids name the rows of tables."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ..errors import ListError
from ..scenario import Scenario, System
from .cells import sorted_codes
from .faults import Report
from .mends import NO_MENDS, Mends
from .reading import Asked, asked_schools, asked_teachers, read_schools, read_teachers

if TYPE_CHECKING:
    import pandas as pd

SCHOOL_DIGITS, DISTRICT_DIGITS = 6, 3


@dataclass(frozen=True, eq=False)
class SchoolList:
    """The schools of a real system, sorted by district; shared by all who ask for it, so do not change it.

    Attributes
    ----------
    schools : a row per school: id, district, teachers, pupils (NaN where the list has none), and where given name, latitude,
        longitude, remoteness, states and attributes.
    districts : ids of the districts, sorted.
    district : int32 (n_schools,), the row of each school's district.
    teachers : a row per post in the order of schools, or None without a list of them: id, school, states and attributes.
    """

    schools: pd.DataFrame
    districts: tuple[str, ...]
    district: np.ndarray
    teachers: pd.DataFrame | None


def school_list(system: System) -> SchoolList:
    """Return the schools of a real system. Raises ListError in one line for a list with any fault."""
    schools = asked_schools(system)
    return _school_list(schools, asked_teachers(system) if system.teachers else None, command_of(system))


def check_schools(system: System, mends: Mends = NO_MENDS, *, typed: bool = False) -> Report:
    """Return what is wrong with a list of schools, once some faults are mended; `typed` as in `asked_schools`."""
    return read_schools(replace(asked_schools(system, typed), mends=mends)).report


def check_teachers(system: System, *, typed: bool = False) -> Report:
    """Return what is wrong with a list of teachers; the list of schools must be clean for that. `typed` as in `asked_schools`."""
    schools = asked_schools(system, typed)
    refuse_faults(read_schools(schools).report, command_of(system))
    return read_teachers(asked_teachers(system, typed), schools).report


def mended_values(system: System, mends: Mends, *, typed: bool = False) -> dict[str, Any]:
    """Return the columns of a list of schools in the order of the file, once some faults are mended; `typed` as in `asked_schools`."""
    return read_schools(replace(asked_schools(system, typed), mends=mends)).values


def school_ids(scenario: Scenario) -> pd.Index:
    """Return the ids of the schools, in the order of their table; those of a generated system are numbers."""
    import pandas as pd

    if scenario.system.schools:
        return pd.Index(school_list(scenario.system).schools["id"], name="school")
    return numbered("S", scenario.setting.schools, SCHOOL_DIGITS, "school")


def district_ids(scenario: Scenario) -> pd.Index:
    """Return the ids of the districts, in the order of their table; those of a generated system are numbers."""
    import pandas as pd

    if scenario.system.schools:
        return pd.Index(school_list(scenario.system).districts, name="district")
    return numbered("D", scenario.setting.districts, DISTRICT_DIGITS, "district")


def teacher_ids(scenario: Scenario, staff: np.ndarray | None = None) -> pd.Index:
    """Return the ids of the teachers, in the order of their table: those of their list, or SCHOOL/1, SCHOOL/2, ...

    The sizes of generated schools depend on the seed, so for them `staff`, the column of the table of schools, must be given.
    """
    import pandas as pd

    listed = school_list(scenario.system) if scenario.system.schools else None
    if listed and listed.teachers is not None:
        return pd.Index(listed.teachers["id"], name="teacher")
    if listed:
        staff = listed.schools["teachers"].to_numpy()
    if staff is None:
        raise ListError(
            f"{scenario.name}: teachers of a generated system have no ids before it is built: give a list of schools"
        )
    return pd.Index(post_ids(school_ids(scenario), staff), name="teacher")


def post_ids(ids: pd.Index, staff: np.ndarray) -> Any:
    """Return the ids of the posts of some schools: SCHOOL/1, SCHOOL/2, ..."""
    import pandas as pd

    begin = np.repeat(np.cumsum(staff) - staff, staff)
    post = pd.Series(np.arange(1, len(begin) + 1) - begin).astype(str)
    return pd.Series(ids.repeat(staff)).reset_index(drop=True) + "/" + post


def numbered(letter: str, n: int, digits: int, name: str) -> pd.Index:
    """Return ids of as many digits as the last one needs, so that they sort in their order."""
    import pandas as pd

    digits = max(digits, len(str(n - 1)))
    return pd.Index(letter + pd.Series(np.arange(n)).astype(str).str.zfill(digits), name=name)


@lru_cache(maxsize=2)
def _school_list(schools: Asked, teachers: Asked | None, command: str) -> SchoolList:
    """Return the two lists as tables in the order of a school system."""
    import pandas as pd

    reading = read_schools(schools)
    refuse_faults(reading.report, command)
    code, districts = sorted_codes(reading.values["district"])
    order = np.argsort(code, kind="stable")
    values = dict(reading.values)
    posts = None
    if teachers:
        of_teachers = read_teachers(teachers, schools)
        refuse_faults(of_teachers.report, command)
        posts, values["teachers"] = in_order(of_teachers.values, order)
    table = pd.DataFrame({word: in_pandas(cells) for word, cells in values.items()})
    table = table.iloc[order].reset_index(drop=True).astype({"teachers": np.int64})
    for kept in (read_schools, read_teachers):  # a second copy of millions of rows would stay in memory
        kept.cache_clear()
    return SchoolList(table, tuple(districts), code[order].astype(np.int32), posts)


def in_order(values: dict[str, Any], order: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """Return posts in the order of sorted schools, and how many each school has in the order of the file."""
    import pandas as pd

    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    row = values["row"]
    posts = pd.DataFrame({word: in_pandas(cells) for word, cells in values.items() if word != "row"})
    posts = posts.iloc[np.argsort(place[row], kind="stable")].reset_index(drop=True)
    return posts, np.bincount(row, minlength=len(order))


def in_pandas(cells: Any) -> Any:
    """Return a column as pandas has it."""
    return cells.to_pandas() if isinstance(cells, pa.ChunkedArray | pa.Array) else cells


def refuse_faults(report: Report, command: str) -> None:
    """Raise ListError in one line for a list that is not clean."""
    if not report.clean:
        raise ListError(report.in_one_line(command))


def command_of(system: System) -> str:
    """Return the command that shows what is wrong with the lists of a system."""
    words = ["ml-abm", "schools", "check", str(system.path(system.schools))]
    if system.columns:
        words += ["--columns", *(f"{word}={heading}" for word, heading in system.columns.items())]
    if system.fill_pupils_per_teacher:
        words += ["--pupils-per-teacher", f"{system.fill_pupils_per_teacher:g}"]
    if system.teachers:
        words += ["--teachers", str(system.path(system.teachers))]
    if system.teacher_columns:
        words += ["--teacher-columns", *(f"{w}={heading}" for w, heading in system.teacher_columns.items())]
    return shlex.join(words)
