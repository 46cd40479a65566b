"""Sizes of a programme that are far from what the default has per school or per teacher."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ..parameters import declarations
from ..scenario import Scenario, preset_names

# Prices and plans of comparable programmes differ by less. A size further off is, as a rule, one made for another system: money for 500
# schools in a country of 10,000. Programmes of the package reach further, for reasons that their files give, so each of them is
# compared with its own numbers.
USUAL_WITHIN = 4.0
BY_SCHOOL = ("innovation.cost_fixed", "programme.training_capacity", "programme.pilot_schools")


@dataclass(frozen=True)
class Outside:
    """A size out of proportion.

    Attributes
    ----------
    name : the parameter; ``funders`` for the annual budgets of all of them together, which are compared by teacher.
    value, usual, unit : what it is, and what it would be in proportion.
    by : what it is compared with: "the default", or a programme of the package.
    can_follow : whether it would be in proportion if the scenario did not say it.
    """

    name: str
    value: float
    usual: float
    unit: str
    by: str
    can_follow: bool

    @property
    def sentence(self) -> str:
        """The value, how far it is off, and what would be in proportion."""
        money = self.name == "funders"
        what = "annual_budget of all funders together" if money else self.name
        mend = f"leave {self.name} out of the scenario for that" if self.can_follow else "set that"
        return (
            f"Warning: {what} = {plain(self.value)} {self.unit} is {times(self.value / self.usual)} what {self.by} has per "
            f"{'teacher' if money else 'school'}. In proportion it would be {plain(self.usual)}: {mend}, if {plain(self.value)} is not what you mean."
        )


def outside(scenario: Scenario, given: Scenario) -> list[Outside]:
    """Return the sizes that are more than `USUAL_WITHIN` times, or less than that part of, the default's or the preset's in proportion.

    Parameters
    ----------
    scenario : with the numbers of its list of schools, where it has one.
    given : the same before that, which says what the user has set.
    """
    like = reference(scenario.name)
    by = "the default" if like.name == Scenario().name else like.name
    found = []
    for name, value, usual, unit in compared(scenario, like):
        if usual and not usual / USUAL_WITHIN <= value <= usual * USUAL_WITHIN:
            said = given.system.in_proportion is not None and name not in given.system.in_proportion
            found.append(Outside(name, value, usual, unit, by, said))
    return found


@lru_cache(maxsize=32)  # names come from files, so they are without end
def reference(name: str) -> Scenario:
    """Return what a scenario of some name is compared with: the preset of that name, or the default."""
    return Scenario.preset(name) if name in preset_names() else Scenario()


def compared(scenario: Scenario, like: Scenario) -> Iterator[tuple[str, float, float, str]]:
    """Yield each size: name, value, what it would be if it were to this system as it is to another, unit."""
    setting, usual, now = scenario.setting, like.values(), scenario.values()
    more_schools = setting.schools / like.setting.schools
    more_teachers = more_schools * setting.teachers_per_school / like.setting.teachers_per_school
    for name in BY_SCHOOL:
        about = declarations()[name.rpartition(".")[2]]
        in_proportion = usual[about.name] * more_schools
        yield name, now[about.name], max(1.0, in_proportion) if about.whole else in_proportion, about.unit
    yield "funders", budgets(scenario), budgets(like) * more_teachers, "USD/year"


def budgets(scenario: Scenario) -> float:
    """Return what all funders of a scenario pay in a full year together (USD)."""
    return sum(funder.annual_budget for funder in scenario.funders)


def times(ratio: float) -> str:
    """Return a ratio in words: "18 times", "1/18 of" or "nothing of"."""
    if ratio >= 1:
        return f"{ratio:,.3g} times"
    return f"1/{1 / ratio:,.3g} of" if ratio else "nothing of"


def plain(number: float) -> str:
    """Return a number as people write it: large ones whole."""
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"
