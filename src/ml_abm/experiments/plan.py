"""The plan of a study: all its runs with their content keys (`runs/keys.py`), in a canonical order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..calibration.uncertain import draw_of, with_draw
from ..errors import ScenarioError, StudyError, short
from ..foundation.toml_file import flat
from ..runs.keys import base_of, hash_of, key_of
from ..scenario import Scenario
from ..system.settled import check_free
from .design import points, size
from .study import Study

if TYPE_CHECKING:
    import pandas as pd

# Above this many runs a study wants a word; above the other it does not fit in memory as one table.
RUNS_WITHOUT_A_WORD = 20_000
MOST_RUNS = 2_000_000
DRAWS_IN_MEMORY = 4096  # scenarios with a draw, which all points share


@dataclass(frozen=True)
class Plan:
    """All runs of a study: `runs` has key, point, scenario, replicate, seed, in that canonical order."""

    study: Study
    scenarios: dict[str, Scenario]
    points: pd.DataFrame
    runs: pd.DataFrame

    @cached_property
    def stamp(self) -> str:
        """A hash of the plan: other runs, other labels or other columns give another one."""
        digest = blake2b(digest_size=8)
        text = [*self.study.factors, *self.study.outcomes, *self.runs["key"], *self.runs["scenario"]]
        digest.update("\n".join(text).encode())
        for name in ("point", "replicate"):
            digest.update(self.runs[name].to_numpy().tobytes())
        return digest.hexdigest()

    def values(self, point: int) -> dict[str, float]:
        """Return the factors' values at one point."""
        return {name: column[point] for name, column in self._columns.items()}

    def base(self, scenario: str, seed: int) -> Scenario:
        """Return a scenario to compare as it is in a replicate: with the draw of its seed, where the study draws."""
        return self._drawn(scenario, seed) if self.study.draws else self.scenarios[scenario]

    def hash_of_draw(self, scenario: str, seed: int) -> bytes:
        """Return a hash of what is drawn in a replicate, empty where nothing is."""
        if not self.study.draws:
            return b""
        return hash_of(draw_of(self.scenarios[scenario], seed, but=varied(self.study)))

    @cached_property
    def _drawn(self) -> Callable[[str, int], Scenario]:
        names = varied(self.study)
        return lru_cache(DRAWS_IN_MEMORY)(
            lambda scenario, seed: with_draw(self.scenarios[scenario], seed, but=names)
        )

    @cached_property
    def keys(self) -> pd.Index:
        """The keys of all runs, in their order; one that stands in several places is there as often."""
        import pandas as pd

        return pd.Index(self.runs["key"])

    @cached_property
    def _columns(self) -> dict[str, list[Any]]:
        return {name: self.points[name].tolist() for name in self.points}


def plan_of(study: Study) -> Plan:
    """Return a study's plan. Raises StudyError, in one line, for a point at which there can be no scenario."""
    import pandas as pd

    check_count(study)
    table, scenarios = points(study), study.compared()
    check_lists(scenarios, study)
    plan = Plan(study, scenarios, table, pd.DataFrame())
    bases = {name: base_of(scenario, study.months) for name, scenario in scenarios.items()}
    settings = [
        setting_of(plan, point, name, bases[name]) for point in range(len(table)) for name in scenarios
    ]
    seeds = seeds_of(study)
    n = len(seeds)
    draws = [[plan.hash_of_draw(name, seed) for seed in seeds] for name in scenarios] * len(table)
    runs = pd.DataFrame(
        {
            "key": [
                key_of(setting + draw, seed)
                for setting, of_seed in zip(settings, draws, strict=True)
                for draw, seed in zip(of_seed, seeds, strict=True)
            ],
            "point": np.repeat(table.index.to_numpy(np.int64), n * len(scenarios)),
            "scenario": np.tile(np.repeat(np.array(list(scenarios), dtype=object), n), len(table)),
            "replicate": np.tile(np.arange(n, dtype=np.int64), len(settings)),
            "seed": np.tile(np.array(seeds, dtype=np.int64), len(settings)),
        }
    )
    return Plan(study, scenarios, table, runs)


def seeds_of(study: Study) -> list[int]:
    """Return the seed of each replicate: replicate r meets the same random seeds at every point and in every scenario."""
    return [study.seed + r for r in range(study.replicates)]


def count(study: Study) -> int:
    """Return how many runs a study is, without making its plan."""
    return size(study) * max(1, len(study.scenarios)) * study.replicates


def check_count(study: Study) -> None:
    """Raise StudyError for more runs than one table can hold."""
    if count(study) > MOST_RUNS:
        raise StudyError(
            f"{study.name} is {count(study):,} runs: allowed {MOST_RUNS:,} in one study; take fewer levels, points or "
            "replicates, or a sampled design such as 'sobol'"
        )


def varied(study: Study) -> set[str]:
    """Return the names of the parameters that a study sets itself; no draw goes before them."""
    return {*study.factors, *(name for other in study.scenarios for name, _ in flat(other.set))}


def check_lists(scenarios: Mapping[str, Scenario], study: Study) -> None:
    """Raise StudyError for a factor, or a value of a scenario, that a list of schools settles: it would change nothing."""
    check_copies(scenarios, study)
    try:
        for scenario in scenarios.values():
            check_free(scenario, sorted(varied(study)))
    except ScenarioError as error:
        raise StudyError(f"{study.name}: {error}") from None


def check_copies(scenarios: Mapping[str, Scenario], study: Study) -> None:
    """Raise StudyError for a file that a scenario names outside its folder: results keep a copy under that name, which would lie outside them."""
    for scenario in scenarios.values():
        folder = Path(scenario.system.folder)
        for key, file in scenario.files().items():
            if not file.is_relative_to(folder) or ".." in file.relative_to(folder).parts:
                raise StudyError(
                    f"{study.name}: {key} = {short(str(file))} is outside the folder of the scenario, and results keep a copy of "
                    "it: put the file there"
                )


def in_words(study: Study) -> str:
    """Return how many runs a study is, and why."""
    of = {"point": size(study), "scenario": max(1, len(study.scenarios)), "replicate": study.replicates}
    said = [f"{n:,} {word}{'s' if n != 1 else ''}" for word, n in of.items()]
    return f"{count(study):,} runs ({' x '.join(said)})"


def setting_of(plan: Plan, point: int, name: str, base: dict[str, Any]) -> bytes:
    """Return a hash of what is simulated at one point of one scenario, chance left out; that there can be such a thing is checked."""
    values = plan.values(point)
    try:
        if values:
            plan.scenarios[name].replace(values)
    except ScenarioError as error:
        raise StudyError(f"{plan.study.name}, point {point}, scenario {name}: {error}") from None
    return hash_of({**base, **values})
