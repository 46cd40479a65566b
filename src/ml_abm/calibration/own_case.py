"""A case of one's own: a TOML file that names points (CSV, in the columns of `cases.csv`) and the scenario they go with.

case = "my-district"
scenario = "my-district.toml"  # or a preset's name
points = "points.csv"          # year, metric, value; also denominator, source, confidence; surveys too (`surveys.MEASURES`)
metric = "schools"
counts = "cumulative"          # schools that ever joined: never falls; or "current": on the list; or "in use": where it is used
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from ..errors import CaseError, suggestion
from ..foundation.toml_file import STRICT, read_toml, validated
from ..plain_text import harmful_texts
from ..scenario import Scenario, preset_names
from .case import Case, check_marks
from .problem import COUNTED_AS, OF_SCHOOLS, fewest_points
from .series import FEWEST, Series, series_of
from .surveys import Survey, surveys_in

if TYPE_CHECKING:
    import pandas as pd

# What points count -> the model's outcome they are compared with; districts have one outcome, as none leaves again in the model.
COUNTS = {"cumulative": "schools_ever", "current": "schools_enrolled", "in use": "schools_in_use"}
NEEDED = ("year", "metric", "value")
# What a year and a count can be: a scenario begins from 1800 to 2200.
BETWEEN = {"year": (1800, 2300), "value": (0, 1e12), "denominator": (0, 1e12)}
MOST_HEADINGS = 100  # that a missing one is compared with
LONGEST_POINTS = 10_000_000  # bytes
COLUMNS = ("year", "metric", "value", "denominator", "source", "note", "confidence")


class CaseFile(BaseModel):
    """What a case file says."""

    model_config = STRICT

    case: str = Field(pattern=r"^[\w-]{1,64}$", description="text of letters, digits, _ and -, at most 64")
    scenario: str = Field(min_length=1, description="text: a preset's name or a .toml file")
    points: str = Field(min_length=1, description="text: a CSV file of year, metric and value")
    metric: str = Field(min_length=1, description="text: the metric of the points that are counted")
    counts: Literal["cumulative", "current", "in use"] = Field(
        "cumulative", description=", ".join(map(repr, COUNTS))
    )


def read_own_case(path: str | Path, marks: str = "AB") -> tuple[Scenario, Series, tuple[Survey, ...]]:
    """Return the scenario, the series and the surveys of a case file. Raises CaseError or ScenarioError in one line."""
    path = Path(path)
    said = _read_keys(path)
    check_marks(marks)
    points = _read_points(_beside(path, said.points), marks)
    case = Case(said.case, said.case, "", points, points[:0], points[:0])
    surveys = tuple(surveys_in(said.case, points, said.points))
    series = _counting(series_of(case, said.metric, fewest_points(surveys)), said.counts, path.name)
    _check_below_denominators(case.series(said.metric), said.points, said.metric)
    if said.counts == "cumulative":
        _check_rising(series, path.name)
    scenario = _scenario(path, said.scenario)
    _check_within(series, scenario, said.points)
    return scenario, series, surveys


def _read_keys(path: Path) -> CaseFile:
    """Return the keys of a case file, checked."""
    keys = ", ".join(CaseFile.model_fields)
    values = read_toml(path, CaseError, "case", f"a case names {keys}")
    if "points" not in values and {"setting", "programme", "system"} & values.keys():
        raise CaseError(f"{path.name} is a scenario: a case file names it, as {keys}")
    return validated(values, CaseFile, CaseError, path.name)


def _counting(series: Series, counts: str, file: str) -> Series:
    """Return a series that knows which outcome counts the same. Raises CaseError where its metric cannot be counted so."""
    allowed = _ways(series.metric)
    if counts not in allowed:
        raise CaseError(
            f"{file}: counts = {counts!r} with metric = {series.metric!r}: allowed are {', '.join(allowed)}"
        )
    of_schools = COUNTED_AS.get(series.metric) in OF_SCHOOLS
    return replace(series, outcome=COUNTS[counts]) if of_schools else series


def _ways(metric: str) -> list[str]:
    """Return how a metric may be counted; schools_ever and schools_in_use say it themselves."""
    if metric in OF_SCHOOLS:
        return [word for word, outcome in COUNTS.items() if outcome == metric]
    return list(COUNTS) if COUNTED_AS.get(metric) in OF_SCHOOLS else ["cumulative", "current"]


def _beside(path: Path, name: str) -> Path:
    """Return a file in the folder of the case; it may be from an untrusted source, so no other folder is read."""
    folder = path.parent.resolve()
    found = folder / name
    try:
        inside = found.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):  # a long name; links in a circle, on Python 3.11 and 3.12
        raise CaseError(f"{path.name}: {name} cannot be a file") from None
    if not inside:
        raise CaseError(f"{path.name}: {name} is outside the folder of the case: put the file there")
    return found


def _read_points(path: Path, marks: str) -> pd.DataFrame:
    """Return the points of a CSV file with these marks, in the columns of a case; a point without a mark is an A."""
    import pandas as pd

    headings, rows = _cells(path)
    used = [k for k, name in enumerate(headings) if name in COLUMNS]
    table = pd.DataFrame(
        [[row[k] for k in used] for row in rows], columns=[headings[k] for k in used], dtype=object
    )
    for name in NEEDED:
        if name not in table:
            near = suggestion(name, headings[:MOST_HEADINGS])
            raise CaseError(f"{path.name}: column {name!r} is missing: needed are {', '.join(NEEDED)}.{near}")
    for name in ("year", "value", "denominator"):
        if name in table:
            _check_numbers(table, name, path.name)
    for name in COLUMNS:
        if name not in table:
            table[name] = float("nan") if name == "denominator" else ""
    table["confidence"] = table["confidence"].str.strip().replace("", "A")
    _check_marks(table["confidence"], path.name, marks)
    return table.loc[table["confidence"].isin(list(marks)), list(COLUMNS)].reset_index(drop=True)


def _check_marks(given: pd.Series, file: str, marks: str) -> None:
    """Raise CaseError for a mark that is none, and for too few points where more have other marks."""
    wrong = ~given.isin(list("ABC"))
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise CaseError(
            f"{file}, line {row + 2}: confidence = {given.iloc[row][:40]!r}: allowed are A, B and C"
        )
    kept = int(given.isin(list(marks)).sum())
    if kept < min(FEWEST, len(given)):
        raise CaseError(
            f"{file}: {kept} of {len(given)} points have the marks {marks}: a fit needs {FEWEST} or more; --marks ABC takes all"
        )


def _cells(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the headings and the rows of a CSV file as text, short rows filled up; nothing is guessed of what a cell may mean."""
    try:
        if path.stat().st_size > LONGEST_POINTS:
            raise CaseError(
                f"{path.name} is longer than {LONGEST_POINTS:,} bytes: no case has as many points"
            )
        with path.open(encoding="utf-8-sig", newline="") as text:
            first = text.readline()
            text.seek(0)
            between = max(",;\t", key=first.count)
            rows = [row for row in csv.reader(text, delimiter=between) if any(row)]
    except OSError as error:
        raise CaseError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CaseError(f"{path.name} is not UTF-8 text: save it as UTF-8") from None
    except csv.Error as error:
        raise CaseError(f"{path.name} is not a table (CSV): {error}") from None
    if not rows:
        raise CaseError(f"{path.name} is not a table (CSV): it is empty")
    headings = [name.strip() for name in rows[0]]
    twice = next((name for name in NEEDED + COLUMNS if headings.count(name) > 1), None)
    if twice:
        raise CaseError(f"{path.name}: column {twice!r} is there twice: take one of them out")
    for line, row in enumerate(rows[1:], 2):
        if len(row) > len(headings):
            raise CaseError(f"{path.name}, line {line}: {len(row)} cells for {len(headings)} columns")
        for fault in harmful_texts(dict(zip(headings, row, strict=False))):
            raise CaseError(f"{path.name}, line {line}: {fault}")
    if len(headings) * len(rows) > LONGEST_POINTS:
        raise CaseError(f"{path.name} has {len(headings):,} columns: no case has as many")
    if between == ";":  # as spreadsheets write where decimals have a comma
        for k in (k for k, name in enumerate(headings) if name in BETWEEN):
            for row in rows[1:]:
                row[k : k + 1] = [cell.replace(",", ".") for cell in row[k : k + 1]]
    return headings, [row + [""] * (len(headings) - len(row)) for row in rows[1:]]


def _check_numbers(table: pd.DataFrame, name: str, file: str) -> None:
    import pandas as pd

    numbers = pd.to_numeric(table[name], errors="coerce")
    low, high = BETWEEN[name]
    nothing = (table[name].str.strip() == "") & (name == "denominator")
    wrong = ~(numbers.between(low, high) | nothing)
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        example = "a number such as 2018.5, the middle of 2018" if name == "year" else "a number such as 1065"
        most = f"{high}" if name == "year" else f"{high:,.15g}"
        allowed = f"a number, {low} to {most}" if numbers.notna().iloc[row] else example
        given = table[name].iloc[row].strip()
        says = f"= {given[:40]!r}" if given else "is missing"
        raise CaseError(f"{file}, line {row + 2}: {name} {says}: allowed is {allowed}")
    twofold = table[name].str.strip().str.fullmatch(r"[1-9]\d{0,2}\.\d{3}")
    if twofold.any() and name != "year":
        row = int(twofold.to_numpy().argmax())
        given = table[name].iloc[row].strip()
        raise CaseError(
            f"{file}, line {row + 2}: {name} = {given}: thousands or decimals? Write {given.replace('.', '')} or {given}0"
        )
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


def _check_within(series: Series, scenario: Scenario, file: str) -> None:
    """Raise CaseError for a point in a year that the scenario does not reach: it would count for nothing."""
    start = scenario.setting.start_year
    for year in series.years:
        if not 0 <= round((year - start) * 12) < scenario.months:
            raise CaseError(
                f"{file}: {series.metric} in {year:g} lies outside {scenario.name}, which lasts from {start:g} for {scenario.months} "
                "months: correct or leave out the point, or change setting.start_year or months"
            )


def _scenario(path: Path, name: str) -> Scenario:
    if name in preset_names():
        return Scenario.preset(name)
    if not name.endswith(".toml"):
        raise CaseError(
            f"{path.name}: scenario = {name!r}: give a preset's name or a .toml file.{suggestion(name, preset_names())}"
        )
    return Scenario.load(_beside(path, name))
