"""New mathematics on Carlson's real ties: whether ties explain who adopted when, and whether we would see it.

The model runs on the same ties, so its runs say what the test would find if its mechanism were true, and how large the effect would look.
They are scaled down as in a fit: joining is of districts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from math import expm1, log1p
from typing import TYPE_CHECKING

import numpy as np

from ..foundation.numbers_in_words import percent
from ..foundation.threads import cores
from ..networks.diffusion import exposure
from ..networks.graph import ties_from_edges
from ..networks.statistics import ends
from ..scenario import Scenario
from ..simulation import Simulation
from ..tables import NEVER, Ties
from .exposure import ExposureTest, by_number_of_ties, hazard, permutation_test, permuted_places
from .networks import load_network
from .rollout import scaled_down

if TYPE_CHECKING:
    import pandas as pd

    from .fit import Posterior

PRESET = "new-math-allegheny"
NETWORK = "modmath"  # as a scenario says it
FIRST, LAST = 1958, 1963
LEVEL = 0.05
MOSTLY_FOUND = 0.8  # the share of histories with influence that a test should find, by convention
FRIENDS, NAMED, NAMED_BY = "friends either way", "those they name", "those who name them"
INFLUENCE = "joining_of_peers"
PRESET_LEVEL = 3.0
LEVELS = (0.0, 1.5, PRESET_LEVEL, 6.0)  # of INFLUENCE: none, half the preset's, the preset's, twice
PERMUTATIONS_A_RUN = 499
HALVINGS, SEEDS_OF_PACE = 8, 100

Progress = Callable[[int], None]


@cache
def views() -> dict[str, Ties]:
    """Return who looks to whom, three times: friends either way, those one names, and, the wrong way round, those who name one."""
    named = load_network("modmath_directed").ties
    looks, seen = ends(named)
    back = ties_from_edges(len(named.start) - 1, np.column_stack([seen, looks]), directed=True)
    return {FRIENDS: load_network("modmath").ties, NAMED: named, NAMED_BY: back}


def real_years() -> np.ndarray:
    """Return the year in which each superintendent adopted."""
    return load_network("modmath").adoption


def strata(*, like: bool = False) -> np.ndarray:
    """Return who may change places: those with ties among themselves; `like`, only those with about as many friends."""
    groups = by_number_of_ties(views()[FRIENDS])
    return groups if like else (groups > 0).astype(np.int64)


def real_tests(seed: int = 1) -> dict[tuple[str, bool], ExposureTest]:
    """Return the tests on the real years: by view, and whether only people with about as many friends change places."""
    return {
        (name, like): permutation_test(ties, real_years(), strata=strata(like=like), seed=seed)
        for name, ties in views().items()
        for like in (False, True)
    }


def careless_test(view: str, seed: int = 1) -> ExposureTest:
    """Return the test as it would be with those without ties in it, as if they had friends who had not adopted."""
    years = real_years()
    return permutation_test(views()[view], years, strata=np.zeros(len(years)), alone=True, seed=seed)


def apart_in_years(seed: int = 1, permutations: int = 4999) -> tuple[float, float, float]:
    """Return the mean years between the adoptions of two friends, that of permuted networks, and p of as small a one."""
    a, b = ends(views()[FRIENDS])
    years = real_years()
    permuted = years[permuted_places(strata(), permutations, seed)]
    real = float(np.abs(years[a] - years[b]).mean())
    chance = np.abs(permuted[:, a] - permuted[:, b]).mean(axis=1)
    return real, float(chance.mean()), (1 + int((chance <= real + 1e-9).sum())) / (1 + permutations)


# --- the model's own runs ---


@dataclass(frozen=True)
class ModelRuns:
    """Tests of runs of the model: influence, the view that influence went along, statistics, p and effects, each (runs,)."""

    influence: float
    view: str
    statistics: np.ndarray
    p: np.ndarray
    effects: np.ndarray

    @property
    def power(self) -> float:
        """The share of runs in which the test says yes at 5%."""
        return float((self.p <= LEVEL).mean())


def years_of_runs(
    scenarios: Sequence[Scenario],
    seeds: Sequence[int],
    ties: Ties | None = None,
    *,
    workers: int | None = None,
    progress: Progress = lambda runs: None,
) -> np.ndarray:
    """Return the year in which each district joined in each run, as Carlson would have reported it: float64 (runs, districts).

    A count of a year is what there was when it began. Who has not joined when the last year but one begins is of the last year, as
    everyone in the data had adopted by then. `ties` stand in place of the scenario's.
    """

    def one(scenario: Scenario, seed: int) -> np.ndarray:
        run = Simulation(scenario, seed)
        if ties is not None:
            run.system = run.system._replace(district_ties=ties)
        joined = run.run_for(12 * (LAST - FIRST)).system.districts["joined_month"]
        year = FIRST + np.ceil(joined / 12)
        progress(1)
        return np.where((joined == NEVER) | (year > LAST), LAST, year)

    with ThreadPoolExecutor(workers or cores()) as pool:
        return np.array(list(pool.map(one, scenarios, seeds)))


def tested(influence: float, view: str, years: np.ndarray) -> ModelRuns:
    """Return the test of each history; people with ties change places among themselves."""
    ties = views()[view]
    found = [
        permutation_test(ties, row, strata=strata(), permutations=PERMUTATIONS_A_RUN, seed=k)
        for k, row in enumerate(years)
    ]
    effects = np.array([hazard(ties, row).effect for row in years])
    return ModelRuns(
        influence, view, np.array([t.statistic for t in found]), np.array([t.p for t in found]), effects
    )


def model_runs(view: str, runs: int, levels: Sequence[float] = LEVELS, seed: int = 1) -> list[ModelRuns]:
    """Return tests of runs with each influence, which goes along the ties of a view; recruitment is set so that counts follow the real ones."""
    ties, found = views()[view], []
    for level in levels:
        scenario = in_pace(scaled_down(Scenario.preset(PRESET)).replace({INFLUENCE: level}), ties)
        years = years_of_runs([scenario] * runs, range(seed, seed + runs), ties)
        found.append(tested(level, view, years))
    return found


def fitted_runs(posterior: Posterior, runs: int = 200, seed: int = 1) -> ModelRuns | None:
    """Return tests of histories with draws of a fit, or None where no case of it has these ties. Friends influence either way."""
    for t, target in enumerate(posterior.problem.targets):
        if target.scenario.network == NETWORK:
            scenarios = [posterior.problem.scenario(t, row) for row in posterior.values[:runs]]
            years = years_of_runs(scenarios, range(seed, seed + runs))
            return tested(float(np.median([s.values()[INFLUENCE] for s in scenarios])), FRIENDS, years)
    return None


def in_pace(scenario: Scenario, ties: Ties | None = None) -> Scenario:
    """Return a scenario with the recruitment that gives as many district-years of adoption as there really were, on average over seeds."""
    wanted = _adopted_years(real_years()[None])
    low, high = -4.0, 4.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        trial = with_recruitment(scenario, float(np.exp(middle)))
        years = years_of_runs([trial] * SEEDS_OF_PACE, range(SEEDS_OF_PACE), ties)
        low, high = (middle, high) if _adopted_years(years) < wanted else (low, middle)
    return with_recruitment(scenario, float(np.exp((low + high) / 2)))


def _adopted_years(years: np.ndarray) -> float:
    """Return the mean of years as an adopter before the last one, over runs."""
    return float((LAST - years).sum(axis=1).mean())


def with_recruitment(scenario: Scenario, factor: float) -> Scenario:
    """Return a scenario with its rate of district recruitment times a factor, in its events too."""
    name = "programme.district_recruitment"

    def changed(chance: float) -> float:
        return min(0.99, -expm1(factor * log1p(-min(chance, 0.98))))

    events = []
    for event in scenario.timeline:
        said = event.model_dump()
        said["set"] = {key: changed(x) if key == name else x for key, x in event.set.items()}
        events.append(said)
    return scenario.replace({name: changed(scenario.programme.district_recruitment), "timeline": events})


def exposures(view: str) -> pd.DataFrame:
    """Return the exposure of each superintendent in each year: the share of those in view who had adopted before; nan without ties."""
    import pandas as pd

    ties = views()[view]
    years = np.arange(FIRST, LAST + 1)
    seen = exposure(ties, real_years(), years - 1)
    seen[np.diff(ties.start) == 0] = np.nan
    ids = pd.Index(load_network("modmath").nodes.id, name="superintendent")
    return pd.DataFrame(seen, index=ids, columns=years)


# --- in words ---


def in_words(tests: dict[tuple[str, bool], ExposureTest], runs: Sequence[ModelRuns]) -> list[str]:
    """Return what the tests say and what they could have said, in sentences; `runs` along friends either way, and along those named."""
    said = [in_short(tests)]
    said += [_verdict(name, tests[name, False], tests[name, True]) for name in views()]
    for view in (FRIENDS, NAMED):
        real = tests[view, False].statistic
        own = {one.influence: one for one in runs if one.view == view}
        if own:
            said.append(_power(view, own, real))
    return said


def in_short(tests: dict[tuple[str, bool], ExposureTest]) -> str:
    """Return the answer in one sentence, all ways of looking counted (Bonferroni)."""
    looks, p = len(views()), {name: tests[name, False].p for name in views()}
    found, least = [name for name in p if p[name] <= LEVEL], min(1.0, len(p) * min(p.values()))
    counted = f"with {looks} ways of looking the smallest p counts as {least:.3f}"
    if not found:
        return f"In short: no. Exposure does not explain the order better than people placed at random would ({counted})."
    if least > LEVEL:
        return f"In short: a hint, no more. Exposure explains the order better than chance when one looks at {' and '.join(found)}, but {counted}."
    return f"In short: yes. Exposure explains the order better than chance when one looks at {' and '.join(found)}, and {counted}."


def _verdict(name: str, free: ExposureTest, like: ExposureTest) -> str:
    middle, low, high = free.hazard.odds()
    answer = "yes, more than chance" if free.p <= LEVEL else "not more than chance would have it"
    return (
        f"After {name}: {answer} (p = {free.p:.3f}, +-{free.p_error:.3f} from the number of permutations; {like.p:.3f} among people with about as "
        f"many friends). One more adopter of three in view goes with {middle:.2f} times the odds to adopt in a year (90%: {low:.2f} to "
        f"{high:.2f})."
    )


def of_fit(test: ExposureTest, own: ModelRuns) -> str:
    """Return what the fitted model's histories say of a real test."""
    low, high = np.quantile(own.statistics, [0.05, 0.95])
    inside = "within" if low <= test.statistic <= high else "outside"
    little = ": a no of the real data says little" if own.power < MOSTLY_FOUND else ""
    return (
        f"The fitted model, run on the same ties, gives scores of {low:.1f} to {high:.1f} in 90% of its histories; the real one, {test.statistic:.1f}, "
        f"is {inside}. The test says yes in {percent(own.power)} of them{little}."
    )


def _power(view: str, own: dict[float, ModelRuns], real: float) -> str:
    none, preset = own[0.0], own[PRESET_LEVEL]
    as_large = {k: float((one.statistics >= real).mean()) for k, one in own.items()}
    return (
        f"If influence went along {view} as strongly as in the preset, the test would say yes in {percent(preset.power)} of histories; "
        f"without influence in {percent(none.power)}. A score as large as the real one comes up in {percent(as_large[PRESET_LEVEL])} of the "
        f"former and {percent(as_large[0.0])} of the latter."
    )
