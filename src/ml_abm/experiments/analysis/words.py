"""Outcomes and factors in words, each in its unit, by the rules of `foundation/numbers_in_words.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...foundation.numbers_in_words import difference, number, quantity, significant
from ...look import in_percent
from ...outcomes import describe
from ...parameters import find

if TYPE_CHECKING:
    from matplotlib.axis import Axis

POINTS = 100  # percentage points in a share of 1


# Names that are not yet words.
SAID = {"learning_sd": "learning gain", "lays_per_100usd": "LAYS per US$100"}


def called(name: str) -> str:
    """Return an outcome or a factor as it is said: ``programme.tool_hours`` is "tool hours"."""
    return SAID.get(name) or name.rpartition(".")[2].replace("_", " ")


def unit_of(outcome: str) -> str:
    """Return the unit of an outcome; what is not declared has none."""
    about = describe().get(outcome)
    return about.unit if about else ""


def less_is_better(outcome: str) -> bool:
    """Return whether an outcome is a burden; of what is not declared more is better."""
    about = describe().get(outcome)
    return about is not None and about.less_is_better


def is_share(outcome: str) -> bool:
    """Return whether an outcome is said in percent."""
    return unit_of(outcome) == "share"


def amount(outcome: str, value: float) -> str:
    """Return a value of an outcome in its unit: ``23%`` or ``0.12 SD/year``."""
    return quantity(value, unit_of(outcome))


def change(outcome: str, by: float) -> str:
    """Return a difference of an outcome with its sign: ``+4.2 points`` or ``+0.03 SD/year``."""
    return difference(by, unit_of(outcome), sign=True)


def step(outcome: str, by: float) -> str:
    """Return a difference of an outcome, ``4.2 points``."""
    return difference(by, unit_of(outcome))


def span_of(name: str, low: float, high: float) -> str:
    """Return the range of a factor with its unit: ``1 to 6 h/week``."""
    about = find(name)
    unit = f" {about.unit}" if about and about.unit != "share" else ""
    return f"{significant(low)} to {significant(high)}{unit}"


def with_range(name: str, low: float, high: float) -> str:
    """Return a factor with its range on a line of its own, for the side of a figure."""
    return f"{called(name)}\n{span_of(name, low, high)}"


def with_unit(name: str) -> str:
    """Return a factor with its unit: ``tool hours (h/week)``."""
    about = find(name)
    return f"{called(name)} ({about.unit})" if about and about.unit != "share" else called(name)


def setting(name: str, value: float) -> str:
    """Return a factor at a value: ``tool hours 2``."""
    return f"{called(name)} {significant(value)}"


def axis_of(axis: Axis, outcome: str, label: str) -> None:
    """Label an axis in the unit of an outcome."""
    if is_share(outcome):
        in_percent(axis)
        axis.set_label_text(label)
    else:
        unit = unit_of(outcome)
        axis.set_label_text(f"{label} ({unit})" if unit else label)


def axis_of_differences(axis: Axis, outcome: str, label: str, *, signed: bool = True) -> None:
    """Label an axis of differences or, where all are positive, of their sizes; those of shares are percentage points."""
    if is_share(outcome):
        axis.set_major_formatter(lambda x, _: number(POINTS * x, 2, sign=signed))
        axis.set_label_text(f"{label} (points)")
    else:
        axis_of(axis, outcome, label)
