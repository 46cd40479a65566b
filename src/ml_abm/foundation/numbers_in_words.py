r"""Numbers, amounts and lists in words: one rule for each kind, in each language of the live view.

The command line, analyses, reports, the live view and its picture (`viz/stage/words.js`) all follow these rules. Halves are rounded away
from zero, by the decimals that a number is written with: 0.125 is 12.5%, and as a whole number 13%. Zeros at the end are not written.

| kind | rule | English | Spanish |
|---|---|---|---|
| share | whole percent; one digit within 2% of none or of all; only none is 0%, only all is 100% | 1.6%, 42%, <0.1% | 1,6 %, 42 % |
| difference of shares | percentage points: one digit below 10, whole from 10 on | 4.2 points, 1 point | 4,2 puntos |
| money | three digits that count; cents below 100 | US$10,300, US$8.79, US$1.23 million | US$ 10.300 |
| money for something | its unit, spelled out | US$8.79 per pupil per year | |
| count | whole | 12,400 | 12.400 |
| other quantity | two digits that count, three from 1,000 on | 0.031, 4.2, 12,400 | 0,031 |
| duration | hours from 2 h on, minutes from 2 min on, seconds below | 2.5 hours, 1 second | |
| bytes | GiB, MiB or KiB; one digit | 1.5 GiB | |
| list | commas, and a word before the last | a, b and c | |

A minus is the sign for it, not a hyphen; Spanish parts a number from its percent sign and money from its currency by a space that does not
break, and groups digits from 10,000 on.

Examples
--------
>>> percent(0.016), percent(0.42), percent(0.0003), percent(0.42, "es")
('1.6%', '42%', '<0.1%', '42\xa0%')
>>> points(0.0421), points(0.01), money(10_300), quantity(8.79, "USD/pupil/year")
('4.2 points', '1 point', 'US$10,300', 'US$8.79 per pupil per year')
>>> significant(12_420), duration(9000), size(1.5 * 2**30), listed(["a", "b", "c"])
('12,400', '2.5 hours', '1.5 GiB', 'a, b and c')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, NamedTuple

NOTHING = "–"  # noqa: RUF001 - where there is no number
MINUS = "−"  # noqa: RUF001 - what print uses for negative numbers
ROUNDING_ERROR = 1e-11  # of a share: what is nearer to none or to all is so but for rounding
EXACT = Context(prec=700, rounding=ROUND_HALF_UP)  # the digits of any float


class Language(NamedTuple):
    """How a language writes numbers; `{n}` is the number. The picture of the live view is sent this."""

    decimal: str
    thousands: str
    grouped_from: int  # digits before the decimal sign from which they are grouped
    percent: str
    point: str
    points: str
    money: str
    large: tuple[tuple[float, str, str], ...]  # from which size, for one and for many
    short: tuple[tuple[float, str], ...]  # what stands behind numbers on an axis


LANGUAGES = {
    "en": Language(
        ".", ",", 4, "{n}%", "{n} point", "{n} points", "US${n}",
        ((1e9, "{n} billion", "{n} billion"), (1e6, "{n} million", "{n} million")),
        ((1e9, "{n}B"), (1e6, "{n}M"), (1e3, "{n}K")),
    ),
    "es": Language(
        ",", ".", 5, "{n}\u00a0%", "{n} punto", "{n} puntos", "US$\u00a0{n}",
        ((1e9, "{n} mil millones", "{n} mil millones"), (1e6, "{n} millón", "{n} millones")),
        ((1e6, "{n}\u00a0M"), (1e3, "{n}\u00a0mil")),
    ),
}  # fmt: skip


def number(value: float, digits: int = 0, language: str = "en", sign: bool = False) -> str:
    """Return a number with at most so many digits after the decimal sign; `sign` writes a plus too."""
    return _written(_rounded(_decimal(value), digits), language, sign)


def percent(share: float, language: str = "en", digits: int | None = None) -> str:
    """Return a share in percent; with `digits`, as on an axis, with at most so many after the decimal sign."""
    value = _decimal(share).scaleb(2, EXACT)
    sides = abs(share), abs(1 - share)
    before = ""
    if digits is None:
        near = ROUNDING_ERROR < min(sides) < 0.02
        digits = int(near)
        if near and min(sides) < 0.0005:
            value, before = (Decimal("0.1"), "<") if sides[0] < sides[1] else (Decimal("99.9"), ">")
    text = _written(_rounded(value, digits), language)
    return before + _filled(LANGUAGES[language].percent, text)


def points(difference: float, language: str = "en", sign: bool = False) -> str:
    """Return a difference of shares in percentage points."""
    text = in_points(difference, language, sign)
    of = LANGUAGES[language]
    return _filled(of.point if text.lstrip(f"+{MINUS}") == "1" else of.points, text)


def in_points(difference: float, language: str = "en", sign: bool = False) -> str:
    """Return a difference of shares in percentage points, without the word."""
    value = _decimal(difference).scaleb(2, EXACT)
    return _written(_rounded(value, int(abs(difference) < 0.1)), language, sign)


def money(usd: float, language: str = "en", sign: bool = False) -> str:
    """Return an amount of US dollars."""
    if usd != usd:
        return NOTHING
    of, value = LANGUAGES[language], _rounded(_decimal(usd), 2)
    before = _sign(value, sign)
    value = abs(value) if abs(value) < 100 else _significant(abs(value), 3)
    for least, one, many in of.large:
        if value >= least:
            text = _written(value / int(least), language)
            return before + of.money.format(n=(one if text == "1" else many).format(n=text))
    text = _written(value, language)
    cents = text.partition(of.decimal)[2]
    return before + _filled(of.money, f"{text}0" if len(cents) == 1 else text)


def significant(value: float, language: str = "en", sign: bool = False) -> str:
    """Return a number with the digits that count: two, from 1,000 on three."""
    return _written(_significant(_decimal(value), 3 if abs(value) >= 1000 else 2), language, sign)


def short(value: float, language: str = "en") -> str:
    """Return a number for an axis: ``450K``, ``1.2M``."""
    exact = _significant(_decimal(value), 3)
    for least, form in LANGUAGES[language].short:
        if abs(exact) >= max(least, 10_000):
            return form.format(n=_written(exact / int(least), language))
    return _written(exact, language)


def quantity(value: float, unit: str, language: str = "en", sign: bool = False) -> str:
    """Return a value in a declared unit: ``23%``, ``0.12 SD/year``, ``US$8.79 per pupil per year``."""
    if unit == "share":
        return percent(value, language)
    currency, *per = unit.split("/")
    if currency == "USD":
        return " per ".join((money(value, language, sign), *per))
    return f"{significant(value, language, sign)} {unit}".rstrip()


def difference(value: float, unit: str, language: str = "en", sign: bool = False) -> str:
    """Return a difference of two values in a declared unit; those of shares are percentage points."""
    return points(value, language, sign) if unit == "share" else quantity(value, unit, language, sign)


def learning(gain: float) -> str:
    """Return learning as a number alone; what is below a ten-thousandth is 0."""
    return significant(round(gain, 4))


def sd(gain: float) -> str:
    """Return learning in standard deviations per year."""
    return f"{learning(gain)} SD per year"


def between(low: float, high: float, form: Callable[[float], str] = points) -> str:
    """Return an interval in words; a unit that both ends share stands once."""
    first, last = form(low), form(high)
    alone, _, unit = first.partition(" ")
    once = unit and "$" not in first and unit.rstrip("s") == last.partition(" ")[2].rstrip("s")
    return f"{alone if once else first} to {last}"


def counted(n: float, one: str) -> str:
    """Return a number with its noun, ``1 year`` or ``2 years``."""
    text = number(n, 1)
    return f"{text} {one}{'' if text == '1' else 's'}"


def duration(seconds: float) -> str:
    """Return a time."""
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length:
            return counted(seconds / length, unit)
    return counted(max(1, round(seconds)), "second")


def size(n_bytes: float) -> str:
    """Return bytes."""
    for unit, power in (("GiB", 30), ("MiB", 20)):
        if n_bytes >= 2**power:
            return f"{number(n_bytes / 2**power, 1)} {unit}"
    return f"{max(1, round(n_bytes / 1024))} KiB"


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return words as a list of a sentence."""
    *most, end = list(words) or [""]
    return f"{', '.join(most)} {last} {end}" if most else end


def capital(text: str) -> str:
    """Return a text as a sentence begins."""
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """Return a text as it goes on within a sentence."""
    return text[:1].lower() + text[1:]


def _decimal(value: float) -> Decimal:
    return Decimal(repr(float(value)))


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), context=EXACT) if value.is_finite() else value


def _significant(value: Decimal, digits: int) -> Decimal:
    return Context(prec=digits, rounding=ROUND_HALF_UP).plus(value)


def _sign(value: Decimal, plus: bool) -> str:
    return MINUS if value < 0 else "+" if plus and value > 0 else ""


def _filled(form: str, text: str) -> str:
    return text if text == NOTHING else form.format(n=text)


def _written(value: Decimal, language: str, plus: bool = False) -> str:
    """Return a rounded number with the signs of a language."""
    if value.is_nan():
        return NOTHING
    if value.is_infinite():
        return f"{_sign(value, plus)}∞"
    of = LANGUAGES[language]
    whole, _, rest = f"{abs(value):,f}".partition(".")
    grouped = len(whole.replace(",", "")) >= of.grouped_from
    whole, rest = whole.replace(",", of.thousands if grouped else ""), rest.rstrip("0")
    return _sign(value, plus) + (f"{whole}{of.decimal}{rest}" if rest else whole)


def language_table(language: str) -> dict[str, Any]:
    """Return how a language writes numbers, for the picture in the browser."""
    return LANGUAGES[language]._asdict()
