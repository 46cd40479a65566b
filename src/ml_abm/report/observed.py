"""The real points of a scenario's case, beside the outcome that counts the same thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..calibration.case import load_case
from ..calibration.problem import COUNTED_AS
from ..outcomes import REACHES
from ..scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd


def observed(scenario: Scenario) -> pd.DataFrame | None:
    """Return month, value, year and source of the case's points (marks A and B), or None without a case."""
    if not scenario.case or scenario.case_metric not in COUNTED_AS:
        return None
    points = load_case(scenario.case).series(scenario.case_metric)
    months = ((points.year - scenario.setting.start_year) * 12).round().astype(int)
    inside = (months >= 0) & (months < scenario.months)
    return points.assign(month=months)[inside].reset_index(drop=True)


def counted_in_words(scenario: Scenario) -> str:
    """Return what is counted, by its plain name, such as "schools on the list"."""
    outcome, _ = counted_as(scenario)
    return in_words(scenario.case_metric if observed(scenario) is not None else "schools", outcome)


def in_words(metric: str, outcome: str) -> str:
    """Return a metric of a case with the plain name of the reach that it counts, where it is one of the three."""
    said = next((word for word, (_, count) in REACHES.items() if count == outcome), "")
    return f"{metric.partition('_')[0]} {said}".strip()


def counted(scenario: Scenario, system: pd.DataFrame) -> pd.Series:
    """Return the outcome that a case counts, in the case's unit (schools when there is no case)."""
    outcome, factor = counted_as(scenario)
    return system[outcome] * factor


def counted_as(scenario: Scenario) -> tuple[str, int]:
    """Return the outcome that a case counts, and what to multiply it with to count the same (schools when there is no case)."""
    outcome = COUNTED_AS.get(scenario.case_metric, "schools_enrolled")
    return outcome, scenario.setting.districts if outcome == "reach_districts" else 1
