"""Jobs of a study: one for each different run of its plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ..calibration.uncertain import drawn
from ..runs import Job, Result
from ..scenario import Scenario
from ..simulation import Simulation
from .plan import Plan

if TYPE_CHECKING:
    import pandas as pd


class Setting:
    """What is simulated at one point of one scenario; replicates without draws share it, and what is worked out of it once."""

    def __init__(self, base: Scenario, values: dict[str, float]) -> None:
        self.base = base
        self.values = values

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario with the factors' values."""
        return drawn(self.base, self.values) if self.values else self.base

    @property
    def teachers(self) -> float:
        """About how many teachers it has, without making the scenario."""
        setting = self.base.setting
        schools = self.values.get("setting.schools", setting.schools)
        return schools * self.values.get("setting.teachers_per_school", setting.teachers_per_school)


@dataclass(frozen=True)
class StudyRun(Job):
    """One run of a study; its result has the study's outcomes by month."""

    setting: Setting
    seed: int
    months: int
    outcomes: tuple[str, ...]

    @property
    def teacher_months(self) -> float:
        """About how many teachers times months it simulates."""
        return self.setting.teachers * self.months

    @property
    def result_bytes(self) -> int:
        """How large its result is in memory."""
        return 8 * self.months * len(self.outcomes)

    def run(self, check_stop: Callable[[int], None]) -> Result:
        """Simulate it."""
        found = Simulation(self.setting.scenario, self.seed).run_for(self.months, check_stop).outcomes()
        return {name: found[name] for name in self.outcomes}


def jobs_of(plan: Plan, todo: pd.DataFrame) -> Iterator[StudyRun]:
    """Yield the runs of some rows of a plan in its order, each once though it may stand in several places."""
    last: tuple[int, str] | None = None
    for row in todo.drop_duplicates("key").itertuples(index=False, name=None):
        key, point, scenario, _, seed = row
        if plan.study.draws or (point, scenario) != last:
            last = (point, scenario)
            setting = Setting(plan.base(scenario, seed), plan.values(point))
        yield StudyRun(key, setting, seed, plan.study.months, plan.study.outcomes)
