"""Which numbers stand above the picture? A few, each with its change since a year before, and whether that is good."""

from __future__ import annotations

from typing import Any

from ..outcomes import describe
from .life import Life

YEAR = 12
# What a card shows: its key in the texts, the outcome, and the unit.
SHOWN = (
    ("schools", "reach_schools", "share"),
    ("using", "adoption", "share"),
    ("fidelity", "fidelity", "share"),
    ("reported", "reported_fidelity", "share"),
    ("hours", "workload_hours", "h/week"),
    ("strain", "strain", "share"),
    ("learning", "learning_sd", "SD/year"),
    ("money", "spending", "USD"),
    ("government", "government_share", "share"),
)
SUMMED = {"spending"}  # since the beginning
NEITHER = {"spending", "reported_fidelity"}  # more is neither good nor bad in itself
SAME = {"share": 0.005, "h/week": 0.05, "SD/year": 0.0005, "USD": 1.0}  # changes that nobody would call one


def cards(life: Life) -> list[dict[str, Any]]:
    """Return the cards of a month: key, value, unit, change, good (None where it is neither)."""
    return [_card(life, key, outcome, unit) for key, outcome, unit in SHOWN]


def _card(life: Life, key: str, outcome: str, unit: str) -> dict[str, Any]:
    curve = life.curve(outcome).astype(float)
    now, before = _value(curve, outcome), _value(curve[:-YEAR], outcome)
    if outcome == "workload_hours":  # what it adds to the week that people had
        now, before = (hours - life.hours_at_start if hours else 0.0 for hours in (now, before))
    change = now - before if life.month > YEAR else None
    return {"key": key, "value": now, "unit": unit, "change": change, "good": _good(outcome, unit, change)}


def _value(curve: Any, outcome: str) -> float:
    if not len(curve):
        return 0.0
    return float(curve.sum() if outcome in SUMMED else curve[-1])


def _good(outcome: str, unit: str, change: float | None) -> bool | None:
    if change is None or outcome in NEITHER or abs(change) < SAME[unit]:
        return None
    return (change < 0) == describe()[outcome].less_is_better
