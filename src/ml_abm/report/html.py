"""HTML pages: escaped text, tables with headings, numbers that carry their value, one document without a network."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

LONG = 20  # letters from which a cell of text is kept wide enough to be read
SHORT = 12  # rows of a table that is not broken over two pages of paper
MANY = 5  # columns; a table of more is given more room than the text, where there is some
NO_BREAK = "\N{NO-BREAK SPACE}"


def said(text: str) -> str:
    """Return text for a page; a number is not parted from its unit."""
    return escape(re.sub(r"(\d) (points?\b|SD\b|million\b|billion\b)", rf"\1{NO_BREAK}\2", text), quote=False)


def paragraph(text: str, css: str = "") -> str:
    """Return one paragraph."""
    return f"<p{attribute('class', css)}>{said(text)}</p>"


def bullets(lines: Iterable[str]) -> str:
    """Return a list of sentences."""
    return f"<ul>{''.join(f'<li>{said(line)}</li>' for line in lines)}</ul>"


def attribute(name: str, value: str) -> str:
    """Return an attribute of an element, nothing for an empty value."""
    return f' {name}="{escape(value)}"' if value else ""


def number(value: float, text: str, source: str) -> str:
    """Return a number with its exact value and the place that it is from: table/row/column."""
    return f'<data value="{value!r}" data-from="{escape(source)}">{said(text)}</data>'


def table(
    caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]], numeric: Iterable[int] = ()
) -> str:
    """Return a table of cells that are HTML already; the first cell of each row heads it. It scrolls where a page is narrow."""
    right = set(numeric)

    def css(k: int, cell: str) -> str:
        return attribute("class", "n" if k in right else "w" if len(cell) > LONG else "")

    head = "".join(
        f'<th scope="col"{attribute("class", "n" if k in right else "")}>{said(h)}</th>'
        for k, h in enumerate(headings)
    )
    body = "".join(
        "<tr>"
        + f'<th scope="row"{css(0, cells[0])}>{cells[0]}</th>'
        + "".join(f"<td{css(k, cell)}>{cell}</td>" for k, cell in enumerate(cells[1:], 1))
        + "</tr>"
        for cells in rows
    )
    return (
        f'<div class="scroll{" wide" if len(headings) > MANY else ""}{" short" if body.count("<tr>") <= SHORT else ""}" role="region" tabindex="0" aria-label="{escape(caption)}"><table><caption>{said(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def document(title: str, style: str, body: str) -> str:
    """Return a whole page that needs nothing but itself."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title><style>{style}</style></head>\n<body>{body}</body></html>\n"
    )


def contents(sections: Mapping[str, str]) -> str:
    """Return links to the sections of a page, by their ids."""
    links = "".join(
        f'<li><a href="#{escape(name)}">{said(title)}</a></li>' for name, title in sections.items()
    )
    return f'<nav aria-label="Contents"><ol>{links}</ol></nav>'
