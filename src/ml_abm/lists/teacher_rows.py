"""Validation of a list of teachers, and of its agreement with the list of schools."""

from __future__ import annotations

from typing import Any

import numpy as np

from .cells import codes, first_of_each, mask
from .faults import FIRST_ROWS, BadRow, Finder, Fix, text
from .headings import TEACHER_STATES, TEACHERS
from .rows import Rows, check_id, check_text
from .states import states_of


def values_of(rows: Rows, finder: Finder, school_ids: Any, fixes: list[Fix]) -> dict[str, Any]:
    """Return the columns of a list of teachers by our words, with `row`, the school's row in the list of schools."""
    values: dict[str, Any] = {"id": rows.text("id"), "school": rows.text("school")}
    named = check_id(rows, finder, "blank-id", "id")
    placed = check_id(rows, finder, "blank-school", "school")
    first = first_of_each(codes(values["id"]))
    finder.mark("id-twice", named & (first != np.arange(len(rows))), values["school"])
    values["row"] = rows_of(values["school"], school_ids)
    finder.mark("unknown-school", placed & (values["row"] < 0), values["school"])
    values |= states_of(rows, TEACHER_STATES, finder, fixes)
    kept = [word for word in rows.columns if word not in (*TEACHERS, *TEACHER_STATES)]
    for word in kept:
        check_text(rows, finder, word)
    return values | {word: rows.text(word) for word in kept}


def rows_of(names: Any, ids: Any) -> np.ndarray:
    """Return the row that each name has among ids, -1 for one that is not there: int64 (n_names,)."""
    import pyarrow.compute as pc

    found = pc.index_in(names, value_set=ids)
    return np.where(mask(pc.is_valid(found)), np.asarray(pc.fill_null(found, -1)), -1).astype(np.int64)


def check_posts(finder: Finder, posts: np.ndarray, said: np.ndarray, ids: Any, lines: np.ndarray) -> None:
    """Note schools without a teacher, and those with another number of teachers than the list of schools says (NaN: nothing)."""
    none = posts == 0
    other = ~none & np.isfinite(said) & (said != posts)
    for kind, wrong in (("school-without-teachers", none), ("posts-disagree", other)):
        found = np.flatnonzero(wrong)
        if len(found):
            rows = [
                BadRow(int(lines[r]), text(ids[r]), in_words(said[r], posts[r])) for r in found[:FIRST_ROWS]
            ]
            finder.note(kind, len(found), rows)


def in_words(said: float, posts: int) -> str:
    """Return what two lists say of one school."""
    return f"{said:.0f} there, {posts} here" if np.isfinite(said) else f"{posts} here"
