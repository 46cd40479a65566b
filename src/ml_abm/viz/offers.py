"""Scenarios that the page offers: the package's, the one it was started with, those of a folder, and files that users open."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

from ..errors import InputError, ScenarioError, printable
from ..scenario import Scenario, preset_names
from ..system import settled
from ..system.memory import expected_teachers
from ..system.outside import Outside, outside
from .fitted import Fitted
from .texts import Words

# The first stalls in the middle, with published counts to see it by.
FEATURED = ("liberia-egra", "catch-up-zambia", "tusome-kenya", "pbis-us", "base")
LONGEST_UPLOAD = 100_000  # bytes
MOST_IN_FOLDER = 100


@cache
def presets() -> Mapping[str, Scenario]:
    """Return the scenarios of the package by name."""
    return {name: Scenario.preset(name) for name in preset_names()}


class Offers:
    """The scenarios of one page.

    Parameters
    ----------
    given : a preset's name or a file, which the page begins with; empty begins with the first featured that is small enough.
    folder : a folder whose scenario files are offered too.
    most_teachers : larger systems are not offered and not opened.
    fitted : a fit whose numbers go into all scenarios, or None.
    """

    def __init__(
        self,
        given: str = "",
        folder: Path | None = None,
        most_teachers: float = 2_000_000,
        fitted: Fitted | None = None,
    ) -> None:
        self.most_teachers, self.fitted = most_teachers, fitted
        featured = (name for name in FEATURED if self._small(presets()[name]))
        first = self.checked(Scenario.find(given or next(featured, FEATURED[-1])))
        found = [scenario for scenario in scenarios_in(folder) if self._small(scenario)] if folder else []
        self.own = {scenario.name: scenario for scenario in found}
        if presets().get(first.name) != first:
            self.own[first.name] = first
        self.presets = {name: preset for name, preset in presets().items() if self._small(preset)}
        if fitted:
            self.own = {name: fitted.offered(scenario) for name, scenario in self.own.items()}
            others = {name: preset for name, preset in self.presets.items() if name not in self.own}
            self.presets = {name: fitted.offered(preset) for name, preset in others.items()}
        self.first = self.by_name()[first.name]

    def by_name(self) -> dict[str, Scenario]:
        """Return every scenario offered, by name; the page's own stand in place of presets of the same name."""
        return {**self.presets, **self.own}

    def _small(self, scenario: Scenario) -> bool:
        return expected_teachers(scenario) <= self.most_teachers

    def _enough(self, scenario: Scenario) -> int:
        return ceil(expected_teachers(scenario) / 10_000) * 10_000

    def checked(self, scenario: Scenario) -> Scenario:
        """Return a scenario with its lists read. Raises InputError for one that is too large for this page."""
        scenario = settled(scenario)
        if not self._small(scenario):
            raise ScenarioError(
                printable(
                    f"{scenario.name}: about {expected_teachers(scenario):,.0f} teachers: this page allows {self.most_teachers:,.0f}; "
                    f"the person who serves it can allow more with --max-teachers {self._enough(scenario)}"
                )
            )
        return scenario

    def opened(self, name: str, text: str) -> Scenario:
        """Return the scenario of a file that a user hands over. Raises InputError in one line."""
        name = printable(Path(name).name)[:60] or "scenario.toml"
        if len(text.encode()) > LONGEST_UPLOAD:
            raise ScenarioError(
                f"{name} is longer than {LONGEST_UPLOAD // 1000} kB: no scenario needs as much"
            )
        scenario = self.checked(Scenario.from_toml(text, name))
        return self.fitted.opened(scenario) if self.fitted else scenario

    def shown(self, words: Words, now: Scenario) -> dict[str, Any]:
        """Return what the picker shows: options in groups, the featured ones, and the words of the present one."""
        by_name = self.by_name()
        mine = {**self.own, **({} if by_name.get(now.name) == now else {now.name: now})}
        real = [
            self._option(by_name[name], words) for name in presets() if name in by_name and name not in mine
        ]
        own = [self._option(scenario, words) for scenario in mine.values()]
        groups = [{"label": words("offers.group_own"), "options": own}] if own else []
        return {
            "groups": [*groups, {"label": words("offers.group_real"), "options": real}],
            "featured": [self._option(by_name[name], words) for name in FEATURED if name in by_name],
            "now": now.name,
            "title": words.said(now.title) or now.name,
            "sentence": words.said(now.sentence),
            "sourced": list(now.sourced),
            "assumed": list(now.assumed),
            "real_points": bool(now.case),
            "outside": [in_words(size, words) for size in outside(now, now)],
            "fit": self.fitted.said(now, words) if self.fitted else "",
        }

    def _option(self, scenario: Scenario, words: Words) -> dict[str, str]:
        title = words.said(scenario.title) or scenario.name
        country = words.table("country").get(scenario.name, "") if scenario.name not in self.own else ""
        return {
            "name": scenario.name,
            "title": title,
            "country": "" if country.lower() in title.lower() else country,
        }


def in_words(size: Outside, words: Words) -> str:
    """Return in a line that a size is out of proportion to its school system."""
    say = words.money if size.unit.startswith("USD") else words.number
    return words(f"outside.{size.name}", value=say(size.value), usual=say(size.usual))


def scenarios_in(folder: Path) -> list[Scenario]:
    """Return the scenarios of a folder that can be read; others are skipped."""
    found = []
    for path in sorted(folder.glob("*.toml"))[:MOST_IN_FOLDER]:
        try:
            found.append(settled(Scenario.load(path)))
        except InputError:
            continue
    return found
