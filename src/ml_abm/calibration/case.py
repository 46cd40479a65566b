"""Real scale-ups as data: reach by year, fidelity, and design scores, each point with its source and mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import CaseError, suggestion
from .data import data_file

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Case:
    """One programme's history. Marks: A seen in a source text, B secondary or derived, C from memory.

    `points` has year, metric, value, denominator, source, note, confidence; `fidelity` has the same columns
    for fidelity, cost and abandonment; `design` has attribute, score, reason, confidence, all judgements.
    """

    name: str
    programme: str
    country: str
    points: pd.DataFrame
    fidelity: pd.DataFrame
    design: pd.DataFrame

    @property
    def metrics(self) -> list[str]:
        """What was counted: schools, districts, students, ..."""
        return list(dict.fromkeys(self.points.metric))

    @property
    def years(self) -> tuple[float, float]:
        """The first and the last year with a point."""
        return float(self.points.year.min()), float(self.points.year.max())

    def series(self, metric: str, marks: str | None = None) -> pd.DataFrame:
        """Return the points of one metric by year: all that were loaded, or those of them that bear these marks.

        Raises CaseError for a metric that was not counted and for an unknown mark. A case loaded without mark C
        has no such points to return.
        """
        if metric not in self.metrics:
            raise CaseError(
                f"{self.name} has no points for {metric!r}: it has {', '.join(self.metrics)}."
                f"{suggestion(metric, self.metrics)}"
            )
        chosen = self.points.metric == metric
        if marks is not None:
            check_marks(marks)
            chosen &= self.points.confidence.isin(list(marks))
        return self.points[chosen].sort_values("year").reset_index(drop=True)


def load_case(name: str, marks: str = "AB") -> Case:
    """Return a case by its name; points from memory (mark C) only when asked for with ``marks="ABC"``.

    Raises CaseError for an unknown name or mark, or when no point has one of these marks.
    """
    key = name.replace("-", "_")
    if key not in case_names():
        raise CaseError(f"there is no case {name!r} (see `ml-abm cases`).{suggestion(key, case_names())}")
    check_marks(marks)
    points = _of_case("cases", key, marks)
    if points.empty:
        raise CaseError(f"{name} has no points marked {' or '.join(marks)}: ask for marks='ABC'")
    return Case(
        name=key,
        programme=points.programme.iloc[0],
        country=points.country.iloc[0],
        points=_without_names(points),
        fidelity=_without_names(_of_case("fidelity", key, marks)),
        design=_without_names(_of_case("design_scores", key)),
    )


def case_names() -> list[str]:
    """Return the names of all cases."""
    return sorted(set(data_file("cases").case_id))


def all_cases() -> pd.DataFrame:
    """Return one row per case and metric: how many points of each mark, and which years they span."""
    import pandas as pd

    groups = data_file("cases").groupby(["case_id", "metric"], sort=True)
    rows = [
        {
            "case": case,
            "programme": points.programme.iloc[0],
            "country": points.country.iloc[0],
            "metric": metric,
            **{mark: int((points.confidence == mark).sum()) for mark in "ABC"},
            "from": float(points.year.min()),
            "to": float(points.year.max()),
        }
        for (case, metric), points in groups
    ]
    return pd.DataFrame(rows)


def check_marks(marks: str) -> None:
    """Raise CaseError for letters that are no marks."""
    if not marks or not set(marks) <= set("ABC"):
        raise CaseError(f"marks = {marks!r}: allowed are the letters A, B and C")


def _of_case(name: str, case: str, marks: str | None = None) -> pd.DataFrame:
    table = data_file(name)
    chosen = table.case_id == case
    if marks is not None:
        chosen &= table.confidence.isin(list(marks))
    return table[chosen]


def _without_names(table: pd.DataFrame) -> pd.DataFrame:
    names = ["case_id", "programme", "country"]
    return table.drop(columns=names, errors="ignore").reset_index(drop=True)
