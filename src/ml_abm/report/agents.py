"""All agents of a run as tables, a file per kind, for other people's tools.

Schools and teachers are written some at a time, so that a very large system never exists twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..lists.headings import BARRIERS, ENROLMENT_STATE, SCHOOL_STATES, TEACHER_STATES
from ..simulation import Simulation
from ..tables import NEVER, TABLES, Enrolment, FunderStage, GrantStatus, SchoolSystem, Stage, columns

if TYPE_CHECKING:
    import pandas as pd

ROWS_AT_A_TIME = 1_000_000
# What only the kernels need, or a list calls by another name.
LEFT_OUT: dict[str, set[str]] = {
    "schools": {
        "first_teacher",
        "first_tie",
        "district",
        "staff",
        "barriers",
        "gains",
        "strain_squares",
    },
    "districts": {"first_school"},
    "champions": {"district"},
    "teachers": set(),
    "funders": set(),
}
# Sums over a school's teachers become means: of what, by whom, under what name.
SUMS = (
    ("skill_sum", "staff", "skill"),
    ("fidelity_sum", "users", "fidelity"),
    ("dosage_sum", "users", "dosage"),
    ("strain_sum", "staff", "strain"),
    ("commitment_sum", "staff", "commitment"),
    ("habit_sum", "users", "habit"),
    ("hours_sum", "staff", "weekly_hours"),
    ("drift_sum", "users", "drift"),
    ("adaptation_sum", "users", "adaptation"),
)


def write_agents(run: Simulation, folder: Path, form: str = "parquet") -> None:
    """Write schools, districts, teachers, champions and funders as they are now, as Parquet or CSV, with ids and words.

    The file of schools can be read back as a list of schools.
    """
    write_chunks(folder / f"schools.{form}", school_tables(run))
    write_chunks(folder / f"districts.{form}", iter([districts_table(run)]))
    write_chunks(folder / f"teachers.{form}", teacher_tables(run))
    write_chunks(folder / f"champions.{form}", iter([champions_table(run)]))
    write_chunks(folder / f"funders.{form}", iter([funders_table(run)]))


def write_chunks(path: Path, chunks: Iterator[pd.DataFrame]) -> None:
    """Write tables below each other into one file."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    first = pa.Table.from_pandas(next(chunks), preserve_index=False)
    kind = pyarrow.csv.CSVWriter if path.suffix == ".csv" else pyarrow.parquet.ParquetWriter
    with kind(str(path), first.schema) as writer:
        writer.write_table(first)
        for chunk in chunks:
            writer.write_table(pa.Table.from_pandas(chunk, schema=first.schema, preserve_index=False))


def school_tables(run: Simulation) -> Iterator[pd.DataFrame]:
    """Yield rows of schools: what a list of schools has, then their state, means over their teachers, and barriers."""
    import pandas as pd

    from ..lists.school_list import district_ids, school_ids

    ids, districts, places = school_ids(run.scenario), district_ids(run.scenario), places_of(run)
    for first in range(0, len(ids), ROWS_AT_A_TIME):
        rows = slice(first, first + ROWS_AT_A_TIME)
        some = run.system.schools[rows]
        head = {"id": ids[rows], "district": districts[some["district"]], "teachers": some["staff"]}
        said = {name: cells[rows] for name, cells in places.items()}
        state = states(run.system, "schools", rows)
        state[ENROLMENT_STATE] = state.pop("enrolment")
        means = {name: mean(state.pop(total), some[of]) for total, of, name in SUMS}
        barriers = {name: some["barriers"][:, k] for k, name in enumerate(BARRIERS)}
        yield pd.DataFrame({**head, **said, **state, **means, **barriers})


def places_of(run: Simulation) -> dict[str, np.ndarray]:
    """Return what a list of schools says that the tables do not hold: names, places and attributes."""
    from ..lists.school_list import school_list

    if not run.scenario.system.schools:
        return {}
    listed = school_list(run.scenario.system).schools
    held = {"id", "district", "teachers", "pupils", *SCHOOL_STATES}
    return {name: listed[name].to_numpy() for name in listed if name not in held}


def districts_table(run: Simulation) -> pd.DataFrame:
    """Return a row per district."""
    import pandas as pd

    from ..lists.school_list import district_ids

    return pd.DataFrame({"id": district_ids(run.scenario).to_numpy(), **states(run.system, "districts")})


def teacher_tables(run: Simulation) -> Iterator[pd.DataFrame]:
    """Yield rows of teachers, some schools at a time: ids, their state, and attributes of a list of teachers."""
    import pandas as pd

    kept = attributes_of_teachers(run)
    for rows, own, schools in teacher_ids_in_parts(run):
        said = {name: cells[rows] for name, cells in kept.items()}
        state = states(run.system, "teachers", rows)
        yield pd.DataFrame({"id": own, "school": schools, **state, **said})


def teacher_ids_in_parts(run: Simulation) -> Iterator[tuple[slice, Any, Any]]:
    """Yield rows of teachers of some schools at a time, with their ids and those of their schools."""
    from ..lists.school_list import post_ids, school_ids

    schools = run.system.schools
    ids = school_ids(run.scenario)
    named = ids_in_list(run)
    end = schools["first_teacher"] + schools["staff"]
    first = 0
    while first < len(schools):
        last = max(
            first + 1,
            int(np.searchsorted(end, schools["first_teacher"][first] + ROWS_AT_A_TIME, side="right")),
        )
        rows = slice(int(schools["first_teacher"][first]), int(end[last - 1]))
        staff = schools["staff"][first:last]
        own = post_ids(ids[first:last], staff) if named is None else named[rows]
        yield rows, own, ids[first:last].repeat(staff)
        first = last


def ids_in_list(run: Simulation) -> Any:
    """Return the ids of a list of teachers, or None without one."""
    from ..lists.school_list import teacher_ids

    return teacher_ids(run.scenario) if run.scenario.system.teachers else None


def attributes_of_teachers(run: Simulation) -> dict[str, np.ndarray]:
    """Return what a list of teachers says that their table does not hold."""
    from ..lists.school_list import school_list

    if not run.scenario.system.teachers:
        return {}
    posts = school_list(run.scenario.system).teachers
    assert posts is not None
    held = {"id", "school", *TEACHER_STATES}
    return {name: posts[name].to_numpy() for name in posts if name not in held}


def champions_table(run: Simulation) -> pd.DataFrame:
    """Return a row per champion's seat; those of the whole system have no district."""
    import pandas as pd

    from ..lists.school_list import district_ids

    row = run.system.champions["district"]
    ids = district_ids(run.scenario).to_numpy(object)
    district = np.where(row == NEVER, None, ids[np.maximum(row, 0)])
    return pd.DataFrame({"district": pd.array(district, dtype="string"), **states(run.system, "champions")})


def funders_table(run: Simulation) -> pd.DataFrame:
    """Return a row per funder."""
    import pandas as pd

    names = pd.array([funder.name for funder in run.scenario.funders], dtype="string")
    return pd.DataFrame({"name": names, **states(run.system, "funders")})


def states(system: SchoolSystem, name: str, rows: slice = slice(None)) -> dict[str, Any]:
    """Return the declared columns of some rows of a table, with words for stages and truths for 0 and 1."""
    table = getattr(system, name)[rows]
    row: type = TABLES[name]
    about = columns(row)
    return {c: readable(name, c, table[c], about[c].unit) for c in about if c not in LEFT_OUT[name]}


def readable(table: str, column: str, cells: np.ndarray, unit: str) -> Any:
    """Return cells as people read them."""
    kind = WORDS.get((table, column))
    if kind:
        return words(kind)[cells]
    return cells.astype(bool) if unit == "yes/no" else cells


WORDS: dict[tuple[str, str], type[IntEnum]] = {
    ("teachers", "stage"): Stage,
    ("schools", "enrolment"): Enrolment,
    ("funders", "stage"): FunderStage,
    ("funders", "status"): GrantStatus,
}


def words(kind: type[IntEnum]) -> np.ndarray:
    """Return the words of a state, to look up by its number."""
    return np.array([member.name.lower() for member in kind], object)


def mean(total: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Return sums divided by those they are of, 0 of none: float32."""
    return np.divide(total, of, out=np.zeros(len(total), np.float32), where=of > 0)


def numbers(cells: np.ndarray) -> list[Any]:
    """Return numbers for a file of text: float32 with the few digits that it has."""
    if cells.dtype == np.float32:
        cells = cells.astype("U").astype(np.float64)
    return cells.tolist()
