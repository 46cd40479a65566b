"""The numbers above the picture, each with a change that the programme makes, and whether that is good.

A change is what the programme adds over the same schools without it: for most numbers over the last year, and for those that also move
without any programme (`ALL_TOLD`) since it began.
"""

from __future__ import annotations

from typing import Any

from ..foundation.numbers_in_words import NOTHING
from ..outcomes import describe
from .running_plan import Life
from .texts import Words

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
ALL_TOLD = {"strain"}
NEITHER = {"spending"}  # more is neither good nor bad in itself
SAME = {"share": 0.005, "SD/year": 0.005, "USD": 1.0}  # smaller changes are none


def cards(life: Life, words: Words) -> list[dict[str, Any]]:
    """Return the cards of a month: key, value, unit, change, since, good (None where it is neither), note.

    Since is "year" or "ever". Before the first month there is no value, and in the first year no change since a year before.
    """
    return [_card(life, key, outcome, unit, words) for key, outcome, unit in SHOWN]


def _card(life: Life, key: str, outcome: str, unit: str, words: Words) -> dict[str, Any]:
    since = "ever" if outcome in ALL_TOLD else "year"
    if not life.month:
        return {
            "key": key,
            "value": NOTHING,
            "unit": unit,
            "change": None,
            "since": since,
            "good": None,
            "note": "",
        }
    change = _change(life, outcome)
    return {
        "key": key,
        "value": _value(life.curve(outcome), outcome),
        "unit": unit,
        "change": change,
        "since": since,
        "good": _good(outcome, unit, change),
        "note": _note(life, key, words),
    }


def _change(life: Life, outcome: str) -> float | None:
    """Return what the programme has added, in all or in a year; None where there is no year yet."""
    added = life.added(outcome)
    if outcome in ALL_TOLD:
        return _value(added, outcome)
    return _value(added, outcome) - _value(added[:-YEAR], outcome) if life.month > YEAR else None


def _note(life: Life, key: str, words: Words) -> str:
    """Return what stands beside the number: what reports say, the working week, how many there are, of whom."""

    def last(outcome: str) -> float:
        return float(life.curve(outcome)[-1])

    if key == "schools":
        return words(
            "card_note.schools",
            n=words.number(last("schools_enrolled")),
            used=words.number(last("schools_in_use")),
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
    return float(curve.astype(float).sum() if outcome in SUMMED else curve[-1])


def _good(outcome: str, unit: str, change: float | None) -> bool | None:
    if change is None or outcome in NEITHER or abs(change) < SAME[unit]:
        return None
    return (change < 0) == describe()[outcome].less_is_better
