"""States of schools and teachers that a list may set: shares, and hours per week."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .cells import decimals
from .faults import MOST_HOURS, Finder, Fix
from .rows import Rows


def states_of(rows: Rows, names: Iterable[str], finder: Finder, fixes: list[Fix]) -> dict[str, np.ndarray]:
    """Return the states that a list sets, NaN where it says nothing: float64 (n_rows,) each. Faults are noted."""
    found = {}
    for name in names:
        if name in rows:
            numbers = decimals(rows[name])
            most = MOST_HOURS if name == "weekly_hours" else 1
            outside = (numbers.values < 0) | (numbers.values > most)
            finder.mark("state-not-a-number", numbers.wrong, rows[name], f"{name} = ")
            finder.mark("state-out-of-range", outside, rows[name], f"{name} = ")
            note(fixes, numbers.respelt, f"decimal commas in {name}, read as points")
            found[name] = numbers.values
    return found


def note(fixes: list[Fix], rows: np.ndarray, sentence: str) -> None:
    """Note how many rows were read in other words than they are written."""
    if rows.any():
        fixes.append(Fix(int(rows.sum()), sentence))
