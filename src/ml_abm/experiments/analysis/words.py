"""How are outcomes, factors and numbers said to people? Each in its unit, with as many digits as it deserves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ...look import in_percent
from ...outcomes import describe
from ...parameters import find

if TYPE_CHECKING:
    from matplotlib.axis import Axis

POINTS = 100  # percentage points in a share of 1


# Names that are not yet words.
SAID = {"learning_sd": "learning gain", "lays_per_100usd": "LAYS per 100 USD"}


def called(name: str) -> str:
    """Return an outcome or a factor as it is said: ``programme.tool_hours`` is "tool hours"."""
    return SAID.get(name) or name.rpartition(".")[2].replace("_", " ")


def first_upper(text: str) -> str:
    """Return a sentence with its first letter large, all others as they are."""
    return text[:1].upper() + text[1:]


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
    """Return a value of an outcome in its unit: ``23 %`` or ``0.12 SD/year``."""
    if is_share(outcome):
        return f"{digits(POINTS * value)} %"
    return f"{digits(value)} {unit_of(outcome)}".rstrip()


def change(outcome: str, difference: float) -> str:
    """Return a difference of an outcome with its sign: ``+4.2 points`` or ``-0.03 SD/year``."""
    sign = "-" if difference < 0 else "+"
    return sign + step(outcome, abs(difference))


def step(outcome: str, size: float) -> str:
    """Return the size of a difference: ``4.2 points``; differences of shares are percentage points."""
    if is_share(outcome):
        return f"{digits(POINTS * size)} points"
    return f"{digits(size)} {unit_of(outcome)}".rstrip()


def digits(value: float) -> str:
    """Return a number with two digits that count: 0.031, 4.2, 42, 12,400."""
    if value != value:
        return "unknown"
    size = abs(value)
    if size >= 1000:
        return f"{float(f'{value:.3g}'):,.0f}"
    if size >= 9.95:
        return f"{value:.0f}"
    return f"{float(f'{value:.2g}'):g}"


def percent(share: float) -> str:
    """Return a share of 1 in whole percent."""
    return f"{POINTS * share:.0f} %"


def span_of(name: str, low: float, high: float) -> str:
    """Return the range of a factor with its unit: ``1 to 6 h/week``."""
    about = find(name)
    unit = f" {about.unit}" if about and about.unit != "share" else ""
    return f"{digits(low)} to {digits(high)}{unit}"


def with_range(name: str, low: float, high: float) -> str:
    """Return a factor with its range on a line of its own, for the side of a figure."""
    return f"{called(name)}\n{span_of(name, low, high)}"


def with_unit(name: str) -> str:
    """Return a factor with its unit: ``tool hours (h/week)``."""
    about = find(name)
    return f"{called(name)} ({about.unit})" if about and about.unit != "share" else called(name)


def setting(name: str, value: float) -> str:
    """Return a factor at a value: ``tool hours 2``."""
    return f"{called(name)} {digits(value)}"


def listed(words: Iterable[str]) -> str:
    """Return words as a person lists them: ``a, b and c``."""
    *most, last = list(words) or [""]
    return f"{', '.join(most)} and {last}" if most else last


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
        shape = "+.4g" if signed else ".4g"
        axis.set_major_formatter(lambda x, _: f"{round(POINTS * x, 6):{shape}}" if abs(x) > 1e-9 else "0")
        axis.set_label_text(f"{label} (points)")
    else:
        axis_of(axis, outcome, label)
