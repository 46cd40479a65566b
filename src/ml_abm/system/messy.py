"""A made-up list of schools as a ministry's export might be: a title, odd headings, and faults planted in known numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..draws import uniforms
from ..errors import ListError, OutputError
from .synthetic import Draw

if TYPE_CHECKING:
    import pandas as pd

TITLE = "SYNTHETIC list of schools, made up by ml-abm; no school in it exists"
HEADINGS = {"id": "EMIS No.", "district": " Dist. ", "name": "School Name", "teachers": "No. of Teachers", "pupils": "Enrolment", "latitude": "LAT", "longitude": "Long."}  # fmt: skip
# Kind of fault, the column that is spoilt, and what is written there, a row each.
SPOILT: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("blank-id", "id", ("", "N/A")),
    ("blank-district", "district", ("", "", "-", "N/A")),
    ("id-rounded", "id", ("2.81E+09",)),
    ("teachers-missing", "teachers", ("N/A", "-", "", "n/a", "", "-", "N/A")),
    ("teachers-not-a-number", "teachers", ("twelve", "5-6")),
    ("teachers-decimal", "teachers", ("12.5", "7.5", "3.25")),
    ("teachers-negative", "teachers", ("-4",)),
    ("no-teacher", "teachers", ("0", "0", "0.0", "0")),
    ("teachers-too-many", "teachers", ("99999",)),
    ("pupils-not-a-number", "pupils", ("see note",)),
    ("pupils-negative", "pupils", ("-1",)),
    ("two-readings", "pupils", ("1.204", "2.310")),
    ("coordinates-not-a-number", "latitude", ("15°24'S",)),
    ("coordinates-out-of-range", "latitude", ("-154067",)),
    ("coordinates-incomplete", "longitude", ("", "")),
)
LOSSLESS = {"spaces": 6, "thousands": 3, "copies": 4, "blank rows": 5, "headings again": 2}
SWAPPED, TWICE, TOTALS = 3, 2, 3
FEWEST = 200


def make_messy(schools: pd.DataFrame, seed: int = 1) -> tuple[str, dict[str, int]]:
    """Return a messy file of a clean made-up list, and how many rows have each kind of fault."""
    if len(schools) < FEWEST:
        raise ListError(f"--schools {len(schools)}: a messy list has {FEWEST} or more")
    table = schools.astype(str)
    planted = {kind: len(cells) for kind, _, cells in SPOILT}
    rows = free_rows(schools, seed)
    for _, column, cells in SPOILT:
        for cell in cells:
            table.loc[next(rows), column] = cell
    planted |= spoil_pairs(table, rows)
    for _ in range(LOSSLESS["spaces"]):
        table.loc[next(rows), "district"] += "  "
    for _ in range(LOSSLESS["thousands"]):
        table.loc[next(rows), "pupils"] = "1,204"
    return written(table, rows), {**planted, "totals-row": TOTALS}


def free_rows(schools: pd.DataFrame, seed: int) -> Iterator[int]:
    """Yield rows by lot, each once: of those in the district of the row before, so that ids can be taken from it."""
    district = schools["district"].to_numpy(object)
    inside = np.flatnonzero(district[1:] == district[:-1]) + 1
    inside = inside[inside % 2 == 1]  # the row before stays as it is
    lots = uniforms(seed, Draw.FAULT, len(inside))
    return iter(inside[np.argsort(lots, kind="stable")].tolist())


def spoil_pairs(table: pd.DataFrame, rows: Iterator[int]) -> dict[str, int]:
    """Swap coordinates and use ids twice; return how many rows have each kind of fault."""
    for _ in range(SWAPPED):
        row = next(rows)
        table.loc[row, ["latitude", "longitude"]] = table.loc[row, ["longitude", "latitude"]].tolist()
    for _ in range(TWICE):
        row = next(rows)
        table.loc[row, "id"] = table.loc[row - 1, "id"]
    row = next(rows)
    other = 0 if table.loc[row, "district"] != table.loc[0, "district"] else len(table) - 1
    moved = max(row, other)
    table.loc[moved, "id"] = table.loc[min(row, other), "id"]
    return {"coordinates-swapped": SWAPPED, "id-twice": TWICE, "id-in-two-districts": 1}


def written(table: pd.DataFrame, rows: Iterator[int]) -> str:
    """Return the table as CSV below a title, with copies, blank rows, headings and totals between its rows."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    headings = [HEADINGS.get(name, name) for name in table.columns]
    writer.writerows([[TITLE], [], headings])
    after: dict[int, list[list[str]]] = {}
    for _ in range(LOSSLESS["copies"]):
        row = next(rows)
        after[row] = [table.loc[row].tolist()]
    blank = [""] * len(headings)
    for extra, times in ((blank, LOSSLESS["blank rows"]), (headings, LOSSLESS["headings again"])):
        for _ in range(times):
            after[next(rows)] = [extra]
    place = list(table.columns).index("district")
    for k in range(TOTALS):
        total = blank.copy()
        total[place], total[list(table.columns).index("teachers")] = "TOTAL", str(1000 + k)
        after[next(rows)] = [total]
    for row, cells in enumerate(table.itertuples(index=False)):
        writer.writerow(cells)
        writer.writerows(after.get(row, []))
    return file.getvalue()


def write_messy(schools: pd.DataFrame, path: Path, seed: int = 1) -> dict[str, int]:
    """Write a messy file of a clean made-up list; return how many rows have each kind of fault."""
    if path.suffix.lower() != ".csv":
        raise OutputError(f"{path}: a messy list is made as .csv")
    text, planted = make_messy(schools, seed)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from None
    return planted
