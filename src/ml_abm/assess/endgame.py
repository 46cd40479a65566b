"""Endgame criteria: whether a scenario can be assessed, how many years are simulated, and which runs meet all criteria.

The endgame is reached in a run if in the year that ends with `by_year` the programme is in enough schools, enough of their teachers
use it, well enough, and government pays its share; and if schools, use and fidelity still hold in each of the years after it, when
all outside money has left and taken back what was not spent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import numpy as np

from ..errors import ScenarioError
from ..scenario import Endgame, Event, Scenario
from .change import with_events

ByYear = Mapping[str, np.ndarray]  # outcome: (draws, years)
LONGEST = 1200  # months of a run
YEARS_TO_SCALE = 10  # that a first endgame is given at least
ADD = (
    "add a table [endgame] such as: schools = 0.5, fidelity = 0.4, government_share = 0.2, by_year = {year} (one line each; "
    "docs/assess.md says what they mean; as many years are simulated as that takes, whatever `months` is)"
)
WITHDRAWN = "Outside money leaves: the test of the endgame"


@dataclass(frozen=True)
class Clock:
    """The years of an assessment: `by` years up to the endgame, and `after` years without outside money."""

    start: float
    by: int
    after: int

    @property
    def years(self) -> int:
        """Years simulated in all."""
        return self.by + self.after

    @property
    def months(self) -> int:
        """Months simulated in all."""
        return 12 * self.years

    @property
    def labels(self) -> list[int]:
        """The calendar year in which each simulated year begins."""
        return [int(self.start) + k for k in range(self.years)]

    def called(self, year: int) -> str:
        """Return what a simulated year is called: 2018, or 1998/99 where years begin within a calendar year."""
        begins = int(self.start) + year
        return f"{begins}" if self.start == int(self.start) else f"{begins}/{(begins + 1) % 100:02d}"

    @property
    def endgame_year(self) -> str:
        """What the year of the endgame is called."""
        return self.called(self.by - 1)

    @property
    def last_year(self) -> str:
        """What the last simulated year is called."""
        return self.called(self.years - 1)


def check(scenario: Scenario) -> Endgame:
    """Return the endgame of a scenario that can be assessed. Raises ScenarioError in one line that says what to add."""
    endgame = scenario.endgame
    if endgame is None:
        year = int(scenario.setting.start_year) + max(YEARS_TO_SCALE, ceil(scenario.months / 12))
        raise ScenarioError(f"{scenario.name} has no endgame to be assessed against: {ADD.format(year=year)}")
    if not has_programme(scenario):
        raise ScenarioError(
            f"{scenario.name} has no programme to be assessed: no school is enrolled; give [programme] pilot_schools = 20 and "
            "pilot_districts = 1 (or training_capacity), and a target_share above 0"
        )
    clock = clock_of(scenario, endgame)
    if clock.by < 1:
        raise ScenarioError(
            f"{scenario.name}: endgame.by_year = {endgame.by_year}: allowed a year after setting.start_year = "
            f"{scenario.setting.start_year:g}"
        )
    if clock.months > LONGEST:
        raise ScenarioError(
            f"{scenario.name}: endgame.by_year = {endgame.by_year} and {endgame.sustained_years} years after it are "
            f"{clock.months} months from the start: allowed {LONGEST}"
        )
    return endgame


def has_programme(scenario: Scenario) -> bool:
    """Return whether a scenario ever enrols a school."""
    plan = scenario.programme
    targets = [plan.target_share, *sets(scenario, "target_share")]
    places = [plan.pilot_schools, plan.training_capacity, *sets(scenario, "training_capacity")]
    return max(targets) > 0 and max(places) > 0


def sets(scenario: Scenario, name: str) -> list[float]:
    """Return all that events set a parameter to."""
    return [
        v for event in scenario.timeline for key, v in event.set.items() if key.rpartition(".")[2] == name
    ]


def clock_of(scenario: Scenario, endgame: Endgame) -> Clock:
    """Return the years that an assessment simulates."""
    start = scenario.setting.start_year
    return Clock(start, ceil(endgame.by_year - start), endgame.sustained_years)


def publicly_paid(scenario: Scenario) -> bool:
    """Return whether any payer is government, without which no share of it can be reached."""
    return any(funder.public for funder in scenario.funders)


def withdrawal(scenario: Scenario, month: int) -> Scenario:
    """Return a scenario in which all outside money leaves in a month."""
    return with_events(
        scenario,
        [
            Event(month=month, says=WITHDRAWN, happens="funder leaves", funder=funder.name)
            for funder in scenario.funders
            if not funder.public
        ],
    )


def criteria(endgame: Endgame, clock: Clock, outcomes: ByYear) -> dict[str, np.ndarray]:
    """Return for each criterion of an endgame which runs meet it: bool (runs,)."""
    by = clock.by - 1
    met = {
        "schools": outcomes["reach_schools"][:, by] >= endgame.schools,
        "teachers": use_in_schools(outcomes)[:, by] >= endgame.teachers,
        "fidelity": outcomes["fidelity"][:, by] >= endgame.fidelity,
        "government": outcomes["government_share"][:, by] >= endgame.government_share,
    }
    if clock.after:
        later = slice(clock.by, clock.years)
        held = np.logical_and.reduce(
            [
                outcomes["reach_schools"][:, later] >= endgame.schools,
                use_in_schools(outcomes)[:, later] >= endgame.teachers,
                outcomes["fidelity"][:, later] >= endgame.fidelity,
            ]
        )
        met["sustained"] = np.all(held, axis=1)
    return met


def use_in_schools(outcomes: ByYear) -> np.ndarray:
    """Return users as a share of the teachers that enrolled schools have, 0 where there are none (at most 1: some use it elsewhere)."""
    reach = outcomes["reach_schools"]
    return np.minimum(1.0, np.divide(outcomes["adoption"], reach, out=np.zeros_like(reach), where=reach > 0))


def reached(endgame: Endgame, clock: Clock, outcomes: ByYear) -> np.ndarray:
    """Return which runs reach their endgame: bool (runs,)."""
    return np.logical_and.reduce(list(criteria(endgame, clock, outcomes).values()))
