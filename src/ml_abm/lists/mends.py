"""Named mends: faults of a list that are corrected automatically where the user asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import ListError, suggestion
from .cells import as_text
from .faults import KINDS, Finder
from .rows import Rows

PLACE = ("latitude", "longitude")
# Faults that a row has only beside an earlier one.
OF_TWO_ROWS = ("id-twice", "id-in-two-districts")
OF_PLACES = [kind for kind in KINDS if kind.startswith("coordinates-")]


@dataclass(frozen=True)
class Mends:
    """What a user wants mended.

    Parameters
    ----------
    drop : kinds of fault whose rows are left out; of a fault that two rows have between them, the earlier row stays.
    unplace : kinds of fault of coordinates whose rows lose both of them, and stay.
    swap : whether coordinates that fit when they are swapped are swapped.
    """

    drop: tuple[str, ...] = ()
    unplace: tuple[str, ...] = ()
    swap: bool = False

    def __post_init__(self) -> None:
        for option, given, known in (("--drop", self.drop, KINDS), ("--unplace", self.unplace, OF_PLACES)):
            for kind in given:
                if kind not in known:
                    raise ListError(
                        f"{option} {kind}: allowed are {', '.join(known)}.{suggestion(kind, known)}"
                    )


NO_MENDS = Mends()


def mended(rows: Rows, found_in: Callable[[Rows], Finder], mends: Mends) -> Rows:
    """Return rows without the faults that are to be mended; what was changed is reported.

    Two rows have a fault between them only while both are there, so those are looked for once the others are gone.
    """
    finder = found_in(rows)
    if mends.swap:
        rows = swap(rows, marked(finder, "coordinates-swapped", len(rows)))
    for kind in mends.unplace:
        rows = unplace(rows, kind, marked(finder, kind, len(rows)))
    rows = without(rows, finder, [kind for kind in mends.drop if kind not in OF_TWO_ROWS])
    of_two = [kind for kind in mends.drop if kind in OF_TWO_ROWS]
    return without(rows, found_in(rows), of_two) if of_two and len(rows) else rows


def without(rows: Rows, finder: Finder, kinds: list[str]) -> Rows:
    """Return the rows that have none of some kinds of fault."""
    gone = np.zeros(len(rows), bool)
    for kind in kinds:
        here = marked(finder, kind, len(rows)) & ~gone
        rows = rows.noted(int(here.sum()), dropped(kind))
        gone |= here
    return rows.keep(~gone)


def marked(finder: Finder, kind: str, n: int) -> np.ndarray:
    """Return which of n rows have a fault: bool (n_rows,)."""
    result = np.zeros(n, bool)
    result[finder.rows.get(kind, [])] = True
    return result


def dropped(kind: str) -> str:
    """Return what is reported of rows that were left out."""
    return f"rows left out as asked: {kind}"


def swap(rows: Rows, where: np.ndarray) -> Rows:
    """Return the rows with latitude and longitude swapped in some of them."""
    if not where.any():
        return rows
    north, east = (as_text(rows[word]) for word in PLACE)
    turned = pa.array(where)
    changed = {"latitude": pc.if_else(turned, east, north), "longitude": pc.if_else(turned, north, east)}
    return with_cells(rows, changed).noted(int(where.sum()), "coordinates swapped as asked")


def unplace(rows: Rows, kind: str, where: np.ndarray) -> Rows:
    """Return the rows with both coordinates taken away from some of them."""
    if not where.any():
        return rows
    cells = {word: pc.if_else(pa.array(where), "", as_text(rows[word])) for word in PLACE}
    return with_cells(rows, cells).noted(int(where.sum()), f"coordinates taken away as asked: {kind}")


def with_cells(rows: Rows, cells: dict[str, Any]) -> Rows:
    """Return the rows with other cells in some columns."""
    columns = list(rows.sheet.cells)
    for word, column in cells.items():
        columns[rows.columns[word]] = column
    return replace(rows, sheet=replace(rows.sheet, cells=columns))
