"""Validation of a list of schools, row by row: counts, places and names."""

from __future__ import annotations

from typing import Any

import numpy as np

from .cells import codes, counts, decimals, first_of_each, matches
from .faults import MOST_PUPILS, MOST_TEACHERS, Finder, Fix
from .headings import SCHOOL_STATES, SCHOOLS
from .rows import Rows, check_id, check_text
from .states import note, states_of

ROUNDED = r"^\d(\.\d+)?[eE]\+\d+$"  # what a spreadsheet makes of a long number
NEAR = 1.0  # degrees


def values_of(
    rows: Rows, finder: Finder, fixes: list[Fix], ratio: float, posts_listed: bool
) -> dict[str, Any]:
    """Return the columns of a list of schools by our words; what cannot be is noted, and is NaN or kept as it is.

    `ratio` is pupils per teacher, to fill in teachers that are missing; 0 fills in none. Where a list of teachers says how many
    there are (`posts_listed`), none need be filled in.
    """
    values: dict[str, Any] = {"id": rows.text("id"), "district": rows.text("district")}
    check_names(rows, finder)
    pupils = pupils_of(rows, finder, fixes)
    values["teachers"], unknown = teachers_of(rows, finder, fixes)
    if not posts_listed:
        fill_in(values["teachers"], unknown, pupils, ratio, fixes)
        told_of = rows["teachers"] if "teachers" in rows else values["id"]
        finder.mark("teachers-missing", unknown & np.isnan(values["teachers"]), told_of)
    values["pupils"] = pupils
    values |= coordinates_of(rows, finder, fixes)
    values |= states_of(rows, ("remoteness", *SCHOOL_STATES), finder, fixes)
    kept = [word for word in rows.columns if word == "name" or word not in (*SCHOOLS, *SCHOOL_STATES)]
    for word in kept:
        check_text(rows, finder, word)
    return values | {word: rows.text(word) for word in kept}


def check_names(rows: Rows, finder: Finder) -> None:
    """Note ids and districts that are missing, spoilt or there twice."""
    named = check_id(rows, finder, "blank-id", "id")
    placed = check_id(rows, finder, "blank-district", "district")
    ids = rows.text("id")
    finder.mark("id-rounded", matches(ids, ROUNDED), ids)
    first = first_of_each(codes(ids))
    again = named & (first != np.arange(len(rows)))
    district = codes(rows.text("district"))
    elsewhere = placed & placed[first] & (district != district[first])
    finder.mark("id-twice", again & ~elsewhere, rows.text("district"))
    finder.mark("id-in-two-districts", again & elsewhere, rows.text("district"))


def pupils_of(rows: Rows, finder: Finder, fixes: list[Fix]) -> np.ndarray:
    """Return pupils, NaN where the list has none: float64 (n_schools,)."""
    if "pupils" not in rows:
        return np.full(len(rows), np.nan)
    numbers = counts(rows["pupils"])
    finder.mark("pupils-missing", numbers.missing, rows["pupils"])
    return count_of(rows, "pupils", numbers, MOST_PUPILS, finder, fixes)


def teachers_of(rows: Rows, finder: Finder, fixes: list[Fix]) -> tuple[np.ndarray, np.ndarray]:
    """Return teachers, NaN where nothing is said: float64 (n_schools,); and where that is."""
    if "teachers" not in rows:
        return np.full(len(rows), np.nan), np.ones(len(rows), bool)
    numbers = counts(rows["teachers"])
    values = count_of(rows, "teachers", numbers, MOST_TEACHERS, finder, fixes)
    finder.mark("teachers-decimal", (values > 0) & (values != np.floor(values)), rows["teachers"])
    finder.mark("no-teacher", values == 0, rows["teachers"])
    return values, numbers.missing


def fill_in(
    teachers: np.ndarray, unknown: np.ndarray, pupils: np.ndarray, ratio: float, fixes: list[Fix]
) -> None:
    """Fill in teachers from pupils where that is asked for."""
    if ratio > 0:
        where = unknown & (pupils >= 0)
        teachers[where] = np.maximum(1, np.rint(pupils[where] / ratio))
        note(fixes, where, f"numbers of teachers filled in from pupils, one for {ratio:g}, at least 1")


def count_of(
    rows: Rows, word: str, numbers: Any, most: float, finder: Finder, fixes: list[Fix]
) -> np.ndarray:
    """Return a column of counts; what is no such number is noted."""
    values: np.ndarray = numbers.values
    finder.mark(f"{word}-not-a-number", numbers.wrong, rows[word])
    finder.mark("two-readings", numbers.two_readings, rows[word], f"{word} = ")
    finder.mark(f"{word}-negative", values < 0, rows[word])
    finder.mark(f"{word}-too-many", values > most, rows[word])
    note(fixes, numbers.respelt, f"{word} with separators between thousands, read without")
    return values


def coordinates_of(rows: Rows, finder: Finder, fixes: list[Fix]) -> dict[str, np.ndarray]:
    """Return latitude and longitude where the list has both columns, NaN where it says nothing."""
    if not ("latitude" in rows and "longitude" in rows):
        return {}
    both = {word: decimals(rows[word]) for word in ("latitude", "longitude")}
    for word, numbers in both.items():
        finder.mark("coordinates-not-a-number", numbers.wrong, rows[word], f"{word} = ")
        note(fixes, numbers.respelt, f"decimal commas in {word}, read as points")
    north, east = both["latitude"], both["longitude"]
    pairs = Pairs(rows)
    finder.mark("coordinates-incomplete", north.missing != east.missing, pairs)
    y, x = north.values, east.values
    off = (np.abs(y) > 90) | (np.abs(x) > 180) | ((y == 0) & (x == 0))
    finder.mark("coordinates-swapped", swapped(y, x), pairs)
    finder.mark("coordinates-out-of-range", off & ~swapped(y, x), pairs)
    return {"latitude": y, "longitude": x}


def swapped(y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return which schools lie far from most others and, with latitude and longitude swapped, among them."""
    known = np.isfinite(y) & np.isfinite(x)
    if not known.any():
        return known
    (south, north), (west, east) = around(y[known]), around(x[known])
    inside = (south <= y) & (y <= north) & (west <= x) & (x <= east)
    turned = (south <= x) & (x <= north) & (west <= y) & (y <= east)
    return ~inside & turned


def around(degrees: np.ndarray) -> tuple[float, float]:
    """Return the range outside which a coordinate is far from most others: Tukey's fences, and a little more."""
    low, high = np.quantile(degrees, [0.25, 0.75])
    margin = 1.5 * (high - low) + NEAR
    return low - margin, high + margin


class Pairs:
    """Both coordinates of a row as a person reads them."""

    def __init__(self, rows: Rows) -> None:
        self.cells = rows["latitude"], rows["longitude"]

    def __getitem__(self, row: int) -> str:
        return ", ".join(str(column[int(row)].as_py()) for column in self.cells)
