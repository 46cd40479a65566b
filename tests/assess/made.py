"""Made-up runs of an assessment, whose truth is known: small tables of outcomes by draw and year."""

from __future__ import annotations

from typing import Any

import numpy as np

from ml_abm.assess.endgame import Clock
from ml_abm.assess.runs import LINES, MEANS, PAYER, SUMS, Runs
from ml_abm.scenario import Endgame

CLOCK = Clock(start=2020, by=3, after=2)  # years 2020 to 2024; the endgame is judged over 2022
GOAL = Endgame(schools=0.5, teachers=0.6, fidelity=0.4, government_share=0.3, by_year=2023, sustained_years=2)


def outcomes(draws: int = 2, years: int = CLOCK.years, **given: Any) -> dict[str, np.ndarray]:
    """Return every outcome as float64 (draws, years): zero, or what is given (a number, a list of years, or a table)."""
    names = (*MEANS, *SUMS, "public", "government_share", "pupils_taught", "lays")
    found = {name: np.zeros((draws, years)) for name in names}
    for name, values in given.items():
        found[name] = np.broadcast_to(np.asarray(values, float), (draws, years)).copy()
    return found


def reaching(**given: Any) -> dict[str, np.ndarray]:
    """Return runs that meet every criterion with a little to spare, but for what is given; 0.36 of teachers in 0.6 of schools is 0.6."""
    meets = {"reach_schools": 0.55, "adoption": 0.55 * 0.65, "fidelity": 0.45, "government_share": 0.35}
    return outcomes(**{**meets, **given})


def paid_by(funder: str) -> str:
    """Return the name under which what a funder pays is kept."""
    return PAYER + funder


def made(**parts: dict[str, np.ndarray]) -> Runs:
    """Return runs of variants; `lever__coaches` is the variant ("lever", "coaches")."""
    return Runs({tuple(name.split("__")): found for name, found in parts.items()})  # type: ignore[misc]


__all__ = ["CLOCK", "GOAL", "LINES", "made", "outcomes", "paid_by", "reaching"]
