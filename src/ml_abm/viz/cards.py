"""Which numbers stand above the picture? A few, each with its change since a year before, and whether that is good."""

from __future__ import annotations

from typing import Any

from ..outcomes import describe
from .life import Life
from .texts import NOTHING, Words

YEAR = 12
# What a card shows: its key in the texts, the outcome, and the unit; some have a second number in a note.
SHOWN = (
    ("schools", "reach_schools", "share"),
    ("using", "adoption", "share"),
    ("fidelity", "fidelity", "share"),
    ("strain", "strain", "share"),
    ("learning", "learning_sd", "SD/year"),
    ("money", "spending", "USD"),
    ("government", "government_share", "share"),
)
SUMMED = {"spending"}  # since the beginning
NEITHER = {"spending"}  # more is neither good nor bad in itself
SAME = {"share": 0.005, "SD/year": 0.005, "USD": 1.0}  # changes that nobody would call one


def cards(life: Life, words: Words) -> list[dict[str, Any]]:
    """Return the cards of a month: key, value, unit, change, good (None where it is neither), note. Before the first there is no value."""
    return [_card(life, key, outcome, unit, words) for key, outcome, unit in SHOWN]


def _card(life: Life, key: str, outcome: str, unit: str, words: Words) -> dict[str, Any]:
    if not life.month:
        return {"key": key, "value": NOTHING, "unit": unit, "change": None, "good": None, "note": ""}
    curve = life.curve(outcome).astype(float)
    now = _value(curve, outcome)
    change = now - _value(curve[:-YEAR], outcome) if life.month > YEAR else None
    return {
        "key": key,
        "value": now,
        "unit": unit,
        "change": change,
        "good": _good(outcome, unit, change),
        "note": _note(life, key, words),
    }


def _note(life: Life, key: str, words: Words) -> str:
    """Return what stands beside the number: what reports say, the working week, how many there are, of whom."""

    def last(outcome: str) -> float:
        return float(life.curve(outcome)[-1])

    if key == "schools":
        return words(
            "card_note.schools",
            n=words.number(last("schools_enrolled")),
            all=words.number(len(life.model.system.schools)),
        )
    if key == "using":
        teachers = len(life.model.system.teachers)
        return words(
            "card_note.using", n=words.number(last("adoption") * teachers), all=words.number(teachers)
        )
    if key == "fidelity" and last("adoption"):
        return words("card_note.fidelity", reported=words.percent(last("reported_fidelity")))
    if key == "strain":
        return words("card_note.strain", hours=words.number(last("workload_hours"), 1))
    if key == "learning":
        return words("card_note.learning")
    if key == "money":
        return words("card_note.money", month=words.money(last("spending")))
    return ""


def _value(curve: Any, outcome: str) -> float:
    return float(curve.sum() if outcome in SUMMED else curve[-1])


def _good(outcome: str, unit: str, change: float | None) -> bool | None:
    if change is None or outcome in NEITHER or abs(change) < SAME[unit]:
        return None
    return (change < 0) == describe()[outcome].less_is_better
