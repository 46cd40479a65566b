"""Texts of the page: every word from one file per language; numbers by `foundation/numbers_in_words.py`, dates as the language writes them.

A key is a path such as "bar.play"; a file is `LANGUAGE.toml`. What a scenario says itself (titles, sentences, events, names of funders)
is English; another language has its words for those of the package's presets under [said], by the English ones.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ...foundation import numbers_in_words as numbers

LANGUAGES = ("en", "es")


@cache
def texts(language: str) -> Mapping[str, str]:
    """Return every text of a language by its key."""
    source = (files(__package__) / f"{language}.toml").read_text(encoding="utf-8")
    read = tomllib.loads(source)
    read.pop("said", None)
    return dict(_flat(read))


@cache
def said(language: str) -> Mapping[str, str]:
    """Return a language's words for what the package's presets say in English."""
    source = (files(__package__) / f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(source).get("said", {})


def _flat(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in values.items():
        found += (
            _flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else [(prefix + name, str(value))]
        )
    return found


class Words:
    """Says things in one language."""

    def __init__(self, language: str = "en") -> None:
        self.language = language if language in LANGUAGES else LANGUAGES[0]
        self._texts = texts(self.language)

    def __call__(self, key: str, /, **values: Any) -> str:
        """Return a text with its values filled in."""
        return self._texts[key].format(**values) if values else self._texts[key]

    def plural(self, key: str, n: int, **values: Any) -> str:
        """Return the text for one or for many."""
        return self(f"{key}.{'one' if n == 1 else 'other'}", n=self.number(n), **values)

    def table(self, prefix: str) -> dict[str, str]:
        """Return all texts under a prefix, by the rest of their keys."""
        start = f"{prefix}."
        return {key[len(start) :]: text for key, text in self._texts.items() if key.startswith(start)}

    def said(self, text: str) -> str:
        """Return what a scenario says, in this language if it is a preset's and there are words for it."""
        return said(self.language).get(text, text)

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number with at most so many digits after the decimal sign."""
        return numbers.number(value, digits, self.language)

    def percent(self, share: float) -> str:
        """Return a share in percent."""
        return numbers.percent(share, self.language)

    def points(self, share: float, sign: bool = False) -> str:
        """Return a difference of two shares in percentage points."""
        return numbers.points(share, self.language, sign)

    def in_points(self, share: float, sign: bool = False) -> str:
        """Return a difference of two shares in percentage points, without the word."""
        return numbers.in_points(share, self.language, sign)

    def significant(self, value: float, sign: bool = False) -> str:
        """Return a number with the digits that count."""
        return numbers.significant(value, self.language, sign)

    def money(self, usd: float, sign: bool = False) -> str:
        """Return an amount in US dollars."""
        return numbers.money(usd, self.language, sign)

    def date(self, start_year: float, month: int) -> str:
        """Return the month of the calendar, so many months after the start."""
        year, of_year = divmod(round(12 * start_year) + month, 12)
        return self("language.date", month=self("language.months").split()[of_year], year=year)


def language_of(accepted: str) -> str:
    """Return the first language of ours in a browser's Accept-Language."""
    wanted = (part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])
