"""Surveys of a case: The share that left, or their mean fidelity, each with how many schools it is of.

A count says who signed on; a survey says who stayed and how well it is done. Figures of `fidelity.csv` are used where a scenario goes with
the case and the model has what was measured (`USED`); why each of the others is not stands in `NOT_USED`. A case of one's own may have
them too, among its points, by the words in `MEASURES`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..errors import CaseError
from ..foundation.numbers_in_words import percent
from ..tables import NEVER
from .series import rounding_units

if TYPE_CHECKING:
    import pandas as pd

    from ..simulation import Simulation
    from .case import Case

FIDELITY = "mean_fidelity"
MEASURES = {
    "share_abandoned_within_Ny": "of the schools that had enrolled N years before or earlier, the share that left within N years of enrolling, whether they came back or not",
    FIDELITY: "mean fidelity of those who use it, in that month",
}
ABANDONED = re.compile(r"share_abandoned_within_([1-9]|[12]\d|30)y")
FINEST_PRINTED = 0.01  # a share is printed in whole percents, unless it has more digits
MOST_SCHOOLS_ASKED = 10_000_000


@dataclass(frozen=True)
class Use:
    """A figure of `fidelity.csv` that is fitted: what it measures, by a word of `MEASURES`, and why that is the same thing."""

    case: str
    metric: str
    measures: str
    why: str


USED = (
    Use(
        "pbis_us",
        "share_abandoned_within_5y",
        "share_abandoned_within_5y",
        "Schools of three states were tracked for five years after initial training (Nese et al. 2016), and 7% gave it up: the model "
        "follows every school for five years from the month in which it enrols. The year is that of print: no one who enrolled "
        "later than five years before it is counted.",
    ),
    Use(
        "escuela_nueva",
        "share_elements_implemented",
        FIDELITY,
        "Schools that have it do 62% of its elements on average. Fidelity is dose x skill x core kept, so a checklist of elements is near "
        "to it and not the same: the error of shares stands for that. One province for a country; the year is approximate, and the model "
        "goes on to it without further events.",
    ),
)  # fmt: skip
# Why the others are not used: the first whose pattern is in `case_id metric` holds.
NOT_USED = (
    (r"effect|learning_years", "a learning effect or its price: the effect is an input of the model at full fidelity, and it is no count or share of schools"),
    (r"_flag|_sign|main_driver", "yes or no, or a direction, with no share of anything"),
    (r"cost|usd|eur|_fee", "a price: an input of the model"),
    (r"days|hours|minutes|sessions|threshold", "what the programme asks or gives: an input of the model"),
    (r"^csr_|^pbis_pa|^montessori|^kindergarten_us |^egra_plus", "schools or counties that left or closed, as the model has it, but no scenario of the package goes with the case (or its counts are from memory): for a case of one's own"),
    (r"^prevention_us|^edtech_dose", "a share above a threshold, over many programmes at once: no single programme to run"),
    (r"children_saving|full_series|destroyed|corps_ratio|schools_followed|readopted|mothers|members|years_to_diffuse|autocatalytic|_pp$", "not what teachers or schools do with it in the model, or a number without its denominator"),
)  # fmt: skip


@dataclass(frozen=True)
class Survey:
    """A share that was found in `of` schools of a case. `within` is the years that each was followed, 0 for a mean fidelity of the month."""

    case: str
    metric: str
    year: float
    value: float
    of: int
    unit: float
    within: int = 0

    @property
    def name(self) -> str:
        """What was asked, and when."""
        return f"{self.metric} {self.year:g}"

    @property
    def in_words(self) -> str:
        """What was found, in a sentence without an end."""
        share, schools = percent(self.value, digits=1), f"{self.of:,} schools"
        if self.within:
            years = f"{self.within} years" if self.within > 1 else "a year"
            return f"{share} of {schools} left within {years} of enrolling ({self.year:g})"
        return f"mean fidelity {share} in {schools} ({self.year:g})"


def surveys_of(case: Case) -> tuple[Survey, ...]:
    """Return what surveys of a case of the package found that the model has, of the marks that it was loaded with."""
    found = []
    for use in USED:
        if use.case != case.name:
            continue
        rows = case.fidelity[case.fidelity.metric == use.metric]
        if len(rows):
            found += surveys_in(case.name, rows.assign(metric=use.measures), "fidelity.csv")
    return tuple(found)


def surveys_in(case: str, points: pd.DataFrame, file: str) -> list[Survey]:
    """Return what points of a case say of leaving and fidelity. Raises CaseError, in one line, for what cannot be meant."""
    found: list[Survey] = []
    for row in points.itertuples():
        metric, year = str(row.metric), float(row.year)
        if not re.search("abandon|fidelity", metric):
            continue
        followed = ABANDONED.fullmatch(metric)
        if not followed and metric != FIDELITY:
            raise CaseError(
                f"{file}: metric = {metric[:60]!r}: allowed of leaving and fidelity are {FIDELITY} and share_abandoned_within_Ny, N from 1 to 30"
            )
        value, of = float(row.value), float(row.denominator)
        if not 0 <= value <= 1:
            raise CaseError(f"{file}: {metric} = {value:,g} in {year:g}: allowed is a share, 0 to 1")
        if not (1 <= of <= MOST_SCHOOLS_ASKED and of.is_integer()):
            says = "is missing" if np.isnan(of) else f"= {of:,g}"
            raise CaseError(
                f"{file}: {metric} in {year:g}: denominator {says}: allowed is the number of schools it is of, 1 to {MOST_SCHOOLS_ASKED:,}"
            )
        if any((one.metric, one.year) == (metric, year) for one in found):
            raise CaseError(f"{file}: {metric} is there twice for {year:g}: keep the better source")
        unit = min(FINEST_PRINTED, float(rounding_units([value])[0]))
        found.append(Survey(case, metric, year, value, int(of), unit, int(followed[1]) if followed else 0))
    return found


def why_not(case: str, metric: str) -> str:
    """Return why a figure of `fidelity.csv` is not fitted, nothing for one that is."""
    if any((use.case, use.metric) == (case, metric) for use in USED):
        return ""
    return next(reason for pattern, reason in NOT_USED if re.search(pattern, f"{case} {metric}"))


def follow_schools(run: Simulation, months: int) -> tuple[np.ndarray, np.ndarray]:
    """Simulate so many months of a new run, and return when each school first enrolled and first left: (schools,), NEVER where it did not."""
    joined = np.full(len(run.system.schools), NEVER)
    left = joined.copy()
    for month in range(months):
        run.run_for(1)
        schools = run.system.schools
        joined[(joined == NEVER) & (schools["enrolled_month"] == month)] = month
        left[(left == NEVER) & (schools["left_month"] == month)] = month
    return joined, left


def shares_found(run: Simulation, surveys: Sequence[Survey], at: np.ndarray, months: int) -> list[float]:
    """Simulate so many months of a new run, and return what is true of all its schools where surveys asked some: 0 of none.

    `at` are the months of the surveys.
    """
    if not any(survey.within for survey in surveys):
        run.run_for(months)
        joined = left = np.empty(0)
    else:
        joined, left = follow_schools(run, months)
    fidelity = run.outcomes()["fidelity"]
    return [
        share_left(joined, left, int(month), 12 * survey.within) if survey.within else float(fidelity[month])
        for survey, month in zip(surveys, at, strict=True)
    ]


def share_left(joined: np.ndarray, left: np.ndarray, month: int, within: int) -> float:
    """Return the share of schools that left within so many months of enrolling, of those whose months are over."""
    followed = (joined != NEVER) & (joined <= month - within)
    gone = followed & (left != NEVER) & (left - joined <= within)
    return float(gone.sum() / max(1, followed.sum()))
