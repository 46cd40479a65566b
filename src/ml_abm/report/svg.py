"""SVG figures that follow the page's colours, light or dark, with a title and a description for screen readers.

A figure is as wide as a phone, so that its letters stay letters there; a wider page shows it larger. Colours are classes, and
`STYLE` gives them, once for each ground.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from html import escape
from math import ceil
from typing import NamedTuple

from ..foundation.numbers_in_words import percent

DASHES = ("", "6 3", "2 3", "9 3 2 3", "1 4")
WIDTH = 360.0
LETTER, SMALL = (
    6.5,
    5.6,
)  # width of an average letter of labels and of small ones, in the widest of the usual fonts
ROW = 19.0
YEAR = 27.0  # width of a year, with some air
LIGHT = "--ink:#1b1f24;--soft:#565d66;--line:#d5d9de;--mark:#005a9c;--band:#005a9c;--harm:#b3261e;--heat:#005a9c;--ground:#ffffff;--card:#f3f6f9"
DARK = "--ink:#e9ecef;--soft:#a9b1ba;--line:#3b424a;--mark:#7ab8f5;--band:#7ab8f5;--harm:#ff9d8f;--heat:#5aa9f0;--ground:#14181d;--card:#1f252c"
STYLE = (
    "svg{display:block;width:100%;max-width:36rem;height:auto;margin:.4rem 0}"
    "svg text{font:11px system-ui,sans-serif;fill:var(--ink)}svg .soft{fill:var(--soft)}svg .tiny{font-size:9.5px}svg .strong{font-weight:700}"
    "svg .grid{stroke:var(--line);stroke-width:1}svg .zero{stroke:var(--soft);stroke-width:1}"
    "svg .bar{stroke:var(--mark);stroke-width:5;opacity:.45}svg .dot{fill:var(--mark)}svg .harm.bar{stroke:var(--harm)}svg .harm.dot{fill:var(--harm)}"
    "svg .unsure.bar{stroke:var(--soft)}svg .unsure.dot{fill:var(--soft)}"
    "svg .band{fill:var(--band);opacity:.16}svg .path{fill:none;stroke:var(--mark);stroke-width:2}"
    "svg .cell{fill:var(--heat)}svg .outline{fill:none;stroke:var(--ink);stroke-width:1.6}svg .c0{stroke:var(--mark)}svg .c1{stroke:#d55e00}svg .c2{stroke:#009e73}"
    "svg .f0{fill:#0072b2}svg .f1{fill:#d55e00}svg .f2{fill:#009e73}svg .f3{fill:#cc79a7}svg .f4{fill:#e69f00}svg .f5{fill:#56b4e9}"
    "svg rect[class^=f]{stroke:var(--ground);stroke-width:.6}svg .f6{fill:#8a8f98}svg .f7{fill:#6a3d9a}svg .f8{fill:#117733}"
)


class Bar(NamedTuple):
    """One row of a figure of intervals; `note` stands at its right, `source` is the number's place in the tables, `chance` may explain it."""

    label: str
    value: float
    low: float
    high: float
    note: str = ""
    source: str = ""
    chance: bool = False


def figure(title: str, description: str, height: float, parts: Iterable[str], axis: str = "") -> str:
    """Return a figure with its question and what its axis is above it, and in words what it shows for screen readers."""
    k = blake2b(f"{title}{description}".encode(), digest_size=5).hexdigest()  # one page may hold many
    return (
        f"<figure><figcaption><strong>{escape(title, quote=False)}</strong>{f' <span>{escape(axis, quote=False)}</span>' if axis else ''}</figcaption>"
        f'<svg viewBox="0 0 {WIDTH:g} {height:.0f}" role="img" aria-labelledby="t{k} d{k}"><title id="t{k}">{escape(title)}</title>'
        f'<desc id="d{k}">{escape(description)}</desc>{"".join(parts)}</svg></figure>'
    )


def text(x: float, y: float, words: str, css: str = "", anchor: str = "") -> str:
    """Return some words at a place."""
    classes = f' class="{css}"' if css else ""
    at = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{classes}{at}>{escape(words, quote=False)}</text>'


def under(x: float, y: float, words: str) -> str:
    """Return a small label below a place, kept within the frame."""
    half = SMALL * len(words) / 2
    return text(min(max(x, half), WIDTH - half), y, words, "soft tiny", "middle")


def shown_of(wide: float) -> int:
    """Return of how many columns one has room for the label of a year."""
    return max(1, ceil(YEAR / wide))


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    """Return a straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{css}"/>'


def ticks(low: float, high: float, most: int = 4) -> list[float]:
    """Return round numbers between two ends."""
    from math import floor, log10

    span = max(high - low, 1e-12)
    rough = span / most
    power = 10.0 ** floor(log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999)
    first = int(low / step) - 1
    return [k * step for k in range(first, first + 4 * most) if low - 1e-9 <= k * step <= high + 1e-9]


def intervals(
    title: str,
    description: str,
    rows: Sequence[Bar],
    form: Callable[[float], str],
    *,
    ends: tuple[float, float] | None = None,
    axis: str = "",
) -> str:
    """Return a row a number: a dot, the interval around it, and what it is in words; grey crosses zero, red is harm."""
    widest = min(200.0, 12 + LETTER * max(len(row.label) for row in rows))
    noted = 14 + SMALL * max(len(row.note) for row in rows)
    left, right = widest, WIDTH - noted
    low, high = ends or (min(0.0, *(row.low for row in rows)), max(0.0, *(row.high for row in rows)))
    span = (high - low) or 1.0

    def x(value: float) -> float:
        return left + (min(max(value, low), high) - low) / span * (right - left)

    bottom = 8 + ROW * len(rows)
    parts = [line(x(tick), 4, x(tick), bottom, "grid") for tick in ticks(low, high, 3)]
    parts += [under(x(tick), bottom + 12, form(tick)) for tick in ticks(low, high, 3)]
    parts.append(line(x(0), 4, x(0), bottom, "zero"))
    for k, row in enumerate(rows):
        y = 8 + ROW * k + ROW / 2
        css = kind(row) if ends is None else " unsure" if row.chance else ""
        exact = f' data-from="{escape(row.source)}" data-value="{row.value!r}"' if row.source else ""
        parts.append(text(0, y + 3.5, row.label))
        parts.append(line(x(row.low), y, x(row.high), y, f"bar{css}"))
        parts.append(f'<circle cx="{x(row.value):.1f}" cy="{y:.1f}" r="4" class="dot{css}"/>')
        parts.append(
            f'<text x="{WIDTH:g}" y="{y + 3.5:.1f}" text-anchor="end" class="soft tiny"{exact}>{escape(row.note, quote=False)}</text>'
        )
    return figure(title, description, bottom + 17, parts, axis)


def kind(row: Bar) -> str:
    """Return the class of a row: whether it helps, harms, or is too close to call."""
    if row.low <= 0 <= row.high:
        return " unsure"
    return " harm" if row.value < 0 else ""


class Series(NamedTuple):
    """One line of a figure: a value at each x, and the band around it."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()


def lines(
    title: str,
    description: str,
    series: Sequence[Series],
    form: Callable[[float], str],
    label: Callable[[float], str],
    axis: str = "",
) -> str:
    """Return lines over a common axis, each named in a legend above."""
    left, right, top, bottom = 40.0, WIDTH - 18, 12.0 + 15 * len(series), 30.0 + 15 * len(series) + 140
    first, last = min(s.x[0] for s in series), max(s.x[-1] for s in series)
    highest = max(max([*s.y, *s.high]) for s in series) or 1.0
    lowest = min(0.0, min(min([*s.y, *s.low]) for s in series))
    marked = ticks(lowest, highest, 4)
    highest = max(highest, 2 * marked[-1] - marked[-2]) if highest > marked[-1] + 1e-9 else marked[-1]
    span = highest - lowest

    def at(x: float, y: float) -> tuple[float, float]:
        return left + (x - first) / ((last - first) or 1) * (right - left), bottom - (y - lowest) / span * (
            bottom - top
        )

    parts = []
    for tick in ticks(lowest, highest, 5):
        y = at(first, tick)[1]
        parts += [line(left, y, right, y, "grid"), text(left - 4, y + 3.5, form(tick), "soft tiny", "end")]
    shown = ticks(first, last, 5) if len(series[0].x) > 6 else list(series[0].x)
    parts += [under(at(tick, 0)[0], bottom + 16, label(tick)) for tick in shown]
    for k, s in enumerate(series):
        if s.low:
            outline = [at(x, y) for x, y in zip(s.x, s.high, strict=True)] + [
                at(x, y) for x, y in zip(s.x, s.low, strict=True)
            ][::-1]
            parts.append(f'<polygon points="{coordinates(outline)}" class="band"/>')
        points = [at(x, y) for x, y in zip(s.x, s.y, strict=True)]
        dash = DASHES[k % len(DASHES)]
        parts.append(
            f'<polyline points="{coordinates(points)}" class="path c{k % 3}" stroke-dasharray="{dash}"/>'
        )
        parts.append(
            f'<line x1="2" y1="{11 + 15 * k}" x2="26" y2="{11 + 15 * k}" class="path c{k % 3}" stroke-dasharray="{dash}"/>'
        )
        parts.append(text(31, 15 + 15 * k, s.name))
    return figure(title, description, bottom + 21, parts, axis)


def coordinates(points: Iterable[tuple[float, float]]) -> str:
    """Return points as SVG writes them."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


class Cell(NamedTuple):
    """One cell of a map: how strong it is 0..1, what is written in it, whether it is outlined."""

    strength: float
    words: str = ""
    outlined: bool = False


def heat(
    title: str,
    description: str,
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[Cell]],
    *,
    axis: str = "",
    height: float = 19.0,
    here: tuple[float, float] | None = None,
) -> str:
    """Return a map of cells, a stronger colour is more; `here` is a place in it as shares from the left and from the bottom."""
    left = min(120.0, 10 + LETTER * max(len(row) for row in rows))
    wide = (WIDTH - left) / len(columns)
    top, parts, marked = 2.0, [], []
    every = shown_of(wide)
    for r, label in enumerate(rows):
        y = top + r * height
        parts.append(text(0, y + height / 2 + 4, label))
        for c, cell in enumerate(cells[r]):
            x = left + c * wide
            strength = min(1.0, max(0.0, cell.strength))
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide - 1:.1f}" height="{height - 1:.1f}" class="cell" fill-opacity="{0.04 + 0.86 * strength:.2f}"/>'
            )
            if cell.words:
                parts.append(
                    f'<rect x="{x + wide / 2 - 8:.1f}" y="{y + height / 2 - 8:.1f}" width="16" height="15" rx="3" style="fill:var(--ground);opacity:.85"/>'
                )
                parts.append(text(x + wide / 2, y + height / 2 + 4, cell.words, "strong", "middle"))
            if cell.outlined:
                marked.append(
                    f'<rect x="{x + 0.5:.1f}" y="{y + 0.5:.1f}" width="{wide - 2:.1f}" height="{height - 2:.1f}" class="outline"/>'
                )
    bottom = top + len(rows) * height
    parts += [
        under(left + (c + 0.5) * wide, bottom + 12, name) for c, name in enumerate(columns) if c % every == 0
    ]
    if here is not None:
        x, y = left + here[0] * (WIDTH - left), bottom - here[1] * (bottom - top)
        marked.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" style="fill:var(--ground);stroke:var(--harm);stroke-width:3"/>'
        )
        marked.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" style="fill:var(--harm)"/>')
    return figure(title, description, bottom + 17, [*parts, *marked], axis)


def stacked(
    title: str, description: str, names: Sequence[str], x: Sequence[str], shares: Sequence[Sequence[float]]
) -> str:
    """Return columns of parts of a whole, one a year, with a legend below; `shares` has a row a name."""
    left, top, bottom = 40.0, 4.0, 154.0
    wide = (WIDTH - left) / len(x)
    parts = [
        p
        for tick in (0.0, 0.5, 1.0)
        for p in (
            line(left, bottom - tick * 150, WIDTH, bottom - tick * 150, "grid"),
            text(left - 4, bottom - tick * 150 + 4, percent(tick), "soft tiny", "end"),
        )
    ]
    below = [0.0] * len(x)
    for k in range(len(names)):
        for c, share in enumerate(shares[k]):
            y = bottom - (below[c] + share) * (bottom - top)
            parts.append(
                f'<rect x="{left + c * wide:.1f}" y="{y:.1f}" width="{wide - 0.8:.1f}" height="{share * (bottom - top):.1f}" class="f{k % 9}"/>'
            )
            below[c] += share
    every = shown_of(wide)
    parts += [under(left + (c + 0.5) * wide, bottom + 12, year) for c, year in enumerate(x) if c % every == 0]
    for k, name in enumerate(names):
        column, row = k % 2, k // 2
        parts.append(
            f'<rect x="{column * 180:.0f}" y="{bottom + 22 + 15 * row:.0f}" width="10" height="10" class="f{k % 9}"/>'
        )
        parts.append(text(column * 180 + 15, bottom + 31 + 15 * row, name))
    return figure(title, description, bottom + 26 + 15 * ((len(names) + 1) // 2), parts)
