"""A case of one's own: a TOML file that names points (CSV, in the columns of `cases.csv`) and the scenario they go with.

case = "my-district"
scenario = "my-district.toml"  # or a preset's name
points = "points.csv"          # year, metric, value; also denominator, source, confidence
metric = "schools"
counts = "cumulative"          # all who ever joined: never falls; or "current": who is in it
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import CaseError, suggestion
from ..scenario import Scenario, preset_names
from .case import Case, check_marks
from .series import Series, series_of

if TYPE_CHECKING:
    import pandas as pd

KEYS = ("case", "scenario", "points", "metric", "counts")
COUNTS = ("cumulative", "current")
NEEDED = ("year", "metric", "value")
COLUMNS = ("year", "metric", "value", "denominator", "source", "note", "confidence")
LONGEST_FILE = 10_000_000  # bytes


def read_own_case(path: str | Path, marks: str = "AB") -> tuple[Scenario, Series]:
    """Return the scenario and the series of a case file. Raises CaseError or ScenarioError in one line."""
    path = Path(path)
    said = _read_toml(path)
    check_marks(marks)
    points = _read_points(_beside(path, said["points"]), marks)
    case = Case(said["case"], said["case"], "", points, points[:0], points[:0])
    series = series_of(case, said["metric"])
    _check_below_denominators(case.series(said["metric"]), said["points"], said["metric"])
    if said["counts"] == "cumulative":
        _check_rising(series, path.name)
    return _scenario(path, said["scenario"]), series


def _read_toml(path: Path) -> dict[str, str]:
    """Return the keys of a case file, checked."""
    try:
        said: dict[str, Any] = tomllib.loads(path.read_bytes()[:LONGEST_FILE].decode("utf-8-sig"))
    except OSError as error:
        raise CaseError(f"{path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise CaseError(f"{path.name} is not valid TOML: {error}") from None
    for key, value in said.items():
        if key not in KEYS:
            raise CaseError(
                f"{path.name}: {key!r} is not known: allowed are {', '.join(KEYS)}.{suggestion(key, KEYS)}"
            )
        if not isinstance(value, str) or not value:
            raise CaseError(f"{path.name}: {key} = {value!r}: allowed is text")
    said = {"counts": "cumulative", **said}
    missing = [key for key in KEYS if key not in said]
    if missing:
        raise CaseError(f"{path.name}: {missing[0]} is missing: a case names {', '.join(KEYS)}")
    if not re.fullmatch(r"[\w-]{1,64}", said["case"]):
        raise CaseError(
            f"{path.name}: case = {said['case']!r}: allowed are letters, digits, _ and -, at most 64"
        )
    if said["counts"] not in COUNTS:
        raise CaseError(f"{path.name}: counts = {said['counts']!r}: allowed are {', '.join(COUNTS)}")
    return said


def _beside(path: Path, name: str) -> Path:
    """Return a file in the folder of the case; it may come from somebody else, so no other folder is read."""
    folder = path.parent.resolve()
    found = folder / name
    if not found.resolve().is_relative_to(folder):
        raise CaseError(f"{path.name}: {name} is outside the folder of the case: put the file there")
    return found


def _read_points(path: Path, marks: str) -> pd.DataFrame:
    """Return the points of a CSV file with these marks, in the columns of a case; a point without a mark is an A."""
    import pandas as pd

    try:
        table = pd.read_csv(path, encoding="utf-8-sig")
    except OSError as error:
        raise CaseError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise CaseError(f"{path.name} is not a table (CSV): {str(error).splitlines()[0]}") from None
    for name in NEEDED:
        if name not in table:
            raise CaseError(
                f"{path.name}: column {name!r} is missing: needed are {', '.join(NEEDED)}.{suggestion(name, table.columns)}"
            )
    for name in ("year", "value", "denominator"):
        if name in table:
            _check_numbers(table, name, path.name)
    for name in COLUMNS:
        if name not in table:
            table[name] = {"confidence": "A", "denominator": float("nan")}.get(name, "")
    table["confidence"] = table["confidence"].fillna("A")
    return table.loc[table["confidence"].isin(list(marks)), list(COLUMNS)].reset_index(drop=True)


def _check_numbers(table: pd.DataFrame, name: str, file: str) -> None:
    import pandas as pd

    numbers = pd.to_numeric(table[name], errors="coerce")
    wrong = numbers.isna() & (table[name].notna() | (name != "denominator"))
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        given = table[name].iloc[row]
        says = "is missing" if pd.isna(given) else f"= {given!r}"
        raise CaseError(f"{file}, line {row + 2}: {name} {says}: allowed is a number")
    table[name] = numbers.astype(float)


def _check_below_denominators(points: pd.DataFrame, file: str, metric: str) -> None:
    """Raise CaseError for a count that is more than the denominator beside it; a share has its own ceiling."""
    above = points[(points.value > points.denominator) & (not metric.startswith("share_"))]
    if len(above):
        year, value, most = (above[name].iloc[0] for name in ("year", "value", "denominator"))
        raise CaseError(
            f"{file}: {metric} = {value:,g} in {year:g} is above the denominator {most:,g} beside it"
        )


def _check_rising(series: Series, file: str) -> None:
    """Raise CaseError for a count of all who ever joined that falls."""
    for k in range(1, len(series)):
        if series.values[k] < series.values[k - 1]:
            raise CaseError(
                f"{file}: {series.metric} falls from {series.values[k - 1]:,g} to {series.values[k]:,g} in {series.years[k]:g}: a "
                "cumulative count never falls: correct it, or say counts = 'current'"
            )


def _scenario(path: Path, name: str) -> Scenario:
    if name in preset_names():
        return Scenario.preset(name)
    if not name.endswith(".toml"):
        raise CaseError(
            f"{path.name}: scenario = {name!r}: give a preset's name or a .toml file.{suggestion(name, preset_names())}"
        )
    return Scenario.load(_beside(path, name))
