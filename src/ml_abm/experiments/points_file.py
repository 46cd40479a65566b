"""Design points from a CSV file: a line of parameters' names, then a line per point."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from ..errors import StudyError, clipped, short
from ..parameters import find

LONGEST_LIST = 50_000_000  # bytes


def read_points(file: str | Path) -> dict[str, list[float]]:
    """Return the columns by dotted name. Raises StudyError in one line."""
    path = Path(file)
    try:
        if path.stat().st_size > LONGEST_LIST:
            raise StudyError(
                f"{path.name} is longer than {LONGEST_LIST:,} bytes: no study has as many points"
            )
        with path.open(encoding="utf-8-sig", newline="") as text:
            rows = [row for row in csv.reader(text) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise StudyError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(rows) < 2:
        raise StudyError(
            f"{path.name} has no points: give a line of parameters' names, then a line for each point"
        )
    names = [dotted(name.strip()) for name in rows[0]]
    if len(set(names)) < len(names):
        raise StudyError(f"{path.name}: a name is there twice: {clipped(', '.join(names), 200)}")
    numbers = [numbers_of(path, names, row, line) for line, row in enumerate(rows[1:], 2)]
    return {name: [row[k] for row in numbers] for k, name in enumerate(names)}


def numbers_of(path: Path, names: list[str], row: list[str], line: int) -> list[float]:
    """Return the numbers of one line."""
    if len(row) != len(names):
        raise StudyError(f"{path.name}, line {line}: {len(row)} values for {len(names)} names")
    return [number(cell, f"{path.name}, line {line}: {name}") for name, cell in zip(names, row, strict=True)]


def number(text: str, where: str) -> float:
    """Return a finite number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise StudyError(f"{where} = {short(text)}: allowed a number")
    return value


def dotted(name: str) -> str:
    """Return a parameter's dotted name for its short one; anything else as it is."""
    about = find(name)
    return about.dotted if about else name
