"""How are numbers said aloud? Shares, points, money and learning, never more exact than they can be told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

NO_PERCENT = 1e-9  # what is less is 0 but for rounding
HALF_A_CENT = 0.005


def percent(share: float) -> str:
    """Return a share in percent, with a decimal where it is small."""
    value = 100 * share
    if abs(value) < NO_PERCENT:
        return "0 %"
    if abs(value) < 0.1:
        return "under 0.1 %"
    return f"{value:.1f} %" if abs(value) < 2.95 else f"{value:.0f} %"


def points(gain: float, sign: bool = False) -> str:
    """Return a difference between shares in percentage points."""
    value = 100 * gain
    text = f"{abs(value):.1f}" if abs(value) < 9.95 else f"{abs(value):.0f}"
    text = "0" if float(text) == 0 else text
    before = (
        ("−" if value < 0 else "+") if sign and text != "0" else ("−" if value < 0 and text != "0" else "")
    )
    return f"{before}{text} point{'' if text == '1.0' else 's'}"


def between(low: float, high: float, form: Any = points) -> str:
    """Return an interval in words; what both ends share is said once."""
    first, last = form(low), form(high)
    number, _, rest = first.partition(" ")
    shared = rest.rstrip("s") == last.partition(" ")[2].rstrip("s")
    last = f"{last}s" if last.endswith(" point") else last
    if first.startswith("USD "):
        return f"{first} to {last.removeprefix('USD ')}"
    return f"{number if shared else first} to {last}"


def dollars(amount: float) -> str:
    """Return an amount of money that can be said aloud."""
    size, sign = abs(amount), "−" if amount < 0 else ""
    if size < HALF_A_CENT:
        return "USD 0"
    if size >= 999_500_000:
        return f"{sign}USD {significant(size / 1e9)} billion"
    if size >= 999_500:
        return f"{sign}USD {significant(size / 1e6)} million"
    if size >= 1000:
        return f"{sign}USD {float(f'{size:.2g}'):,.0f}"
    return f"{sign}USD {size:,.0f}" if size >= 10 else f"{sign}USD {size:,.2f}"


def significant(x: float) -> str:
    """Return a number with the two digits that count."""
    text = f"{float(f'{x:.2g}'):,.10f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace("-", "−")


def learning(gain: float) -> str:
    """Return learning as a number alone; what is below a ten-thousandth is 0."""
    return significant(round(gain, 4) or 0.0)


def sd(gain: float) -> str:
    """Return learning in standard deviations a year."""
    return f"{learning(gain)} SD a year"


def years_of(n: float) -> str:
    """Return a number of years in words."""
    return f"{n:.0f} year{'s' if n != 1 else ''}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return words as a list of a sentence."""
    given = list(words)
    return given[0] if len(given) == 1 else f"{', '.join(given[:-1])} {last} {given[-1]}" if given else ""


def upper(text: str) -> str:
    """Return a sentence with its first letter large."""
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """Return a sentence with its first letter small."""
    return text[:1].lower() + text[1:]
