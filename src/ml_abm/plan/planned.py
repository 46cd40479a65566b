"""Plan: search with a small system, judge the finalists in fresh draws with a large one, and work out what each lever adds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..assess.answers.levers import NOTICEABLE
from ..assess.ensemble import LARGEST_SEED
from ..assess.runs import PAYER
from ..errors import PlanError
from ..runs import Engine
from ..scenario import Scenario
from ..simulation import warm_up
from ..system.smaller import part_of
from . import tables
from .asked import Asked, asked, check_pilot
from .found import LEVELS, LEVER, PAIR, PROGRAMME, Plan, Sizes
from .measures import OBJECTIVES, Measured, measured, over_budget, to_minimise
from .packages import AS_IT_IS, Package, in_words
from .race import RUNGS, Scores, over
from .runs import FRESH, Simulator, pilot_cost, simulators
from .search import Search

MOST_RUNS = 8_000
FEWEST_RUNS = 400
JUDGED, ADDED = (
    0.2,
    0.1,
)  # of all runs: for finalists, and to say what each lever adds; the rest is the search
SEARCH_TEACHERS = 1_000
FULL_TEACHERS = 30_000  # up to which finalists are simulated whole
FINALISTS = 7
FINAL_DRAWS, CONTRIBUTION_DRAWS = (8, 32), (4, 32)
FEW = (4, 8)  # draws of a search of few runs
FEW_RUNS = 3_000

OnProgress = Callable[[int, int], None]
OnFront = Callable[[int, int, list[tuple[str, np.ndarray]]], None]


@dataclass(frozen=True)
class Size:
    """How much is run: runs at most, and teachers simulated in the search and for finalists (0 is all of them)."""

    runs: int = MOST_RUNS
    search_teachers: int = SEARCH_TEACHERS
    full_teachers: int = FULL_TEACHERS

    @property
    def rungs(self) -> tuple[int, ...]:
        """The draws after which candidates are compared."""
        return RUNGS if self.runs >= FEW_RUNS else FEW

    @property
    def final_draws(self) -> int:
        """Fresh draws in which finalists are judged, the programme as it is, the best lever and the best pair among them."""
        return within(int(JUDGED * self.runs / (FINALISTS + 3)), FINAL_DRAWS)

    def added(self, most_levers: int) -> int:
        """Return how many runs say what each lever adds: enough for the fewest draws of each finalist, without each lever, and all at once."""
        return max(int(ADDED * self.runs), CONTRIBUTION_DRAWS[0] * FINALISTS * (most_levers + 2))

    def searched(self, most_levers: int) -> int:
        """Return how many runs the search has: what the rest leaves."""
        return max(0, self.runs - self.final_draws * (FINALISTS + 3) - self.added(most_levers))


def within(n: int, ends: tuple[int, int]) -> int:
    """Return the nearest number between two ends."""
    return min(max(n, ends[0]), ends[1])


def plan(
    scenario: Scenario | str,
    *,
    budget: float | None = None,
    budget_a_year: float | None = None,
    goal: Mapping[str, float] | None = None,
    by: int | None = None,
    levers: Iterable[str] | None = None,
    apart: Iterable[tuple[str, str]] = (),
    most_levers: int = 5,
    size: Size | None = None,
    seed: int = 1,
    keep: str | Path | None = None,
    engine: str | Executor | Engine = "local",
    workers: int | None = None,
    on_progress: OnProgress = lambda finished, most: None,
    on_front: OnFront = lambda generation, runs, front: None,
) -> Plan:
    """Search for packages of levers, each with its month, that reach a goal.

    Parameters
    ----------
    scenario : a scenario, or the name of a preset.
    budget, budget_a_year : USD that may be spent in all, and in any year, on average over draws; the programme as it is and what levers cost beside the model's lines included.
    goal : numbers of the endgame (`schools`, `teachers`, `fidelity`, `government_share`, `sustained_years`) in place of the scenario's own.
    by : the year of the goal.
    levers : names of those that may be pulled; all by default.
    apart : pairs of levers that cannot be together.
    most_levers : of one package.
    size : how much is run.
    seed : of draws, chance events and the search.
    keep : a folder in which runs are kept, to go on from to the same bits.
    engine, workers : as in `ml_abm.runs.engine_of`.
    on_progress : called with how many runs of at most how many are finished.
    on_front : called after each generation with its number, the runs so far, and the front: each package in words with its mean objectives, all to be minimised (`OBJECTIVES`).

    Raises
    ------
    PlanError, ScenarioError
        in one line, for what cannot be: no goal, a goal out of reach, a lever that does not exist, a budget below the pilot or below all that was tried.
    """
    size = size or Size()
    what = asked(
        Scenario.find(scenario) if isinstance(scenario, str) else scenario,
        goal=goal, by=by, levers=levers, apart=apart, most_levers=most_levers, budget=budget, budget_a_year=budget_a_year,
    )  # fmt: skip
    check_size(size, seed)
    warm_up()
    check_pilot(budget, pilot_cost(what) if budget is not None else 0.0)
    return found_for(what, size, seed, Path(keep) if keep else None, engine, workers, on_progress, on_front)


def found_for(
    what: Asked,
    size: Size,
    seed: int,
    keep: Path | None,
    engine: str | Executor | Engine,
    workers: int | None,
    on_progress: OnProgress,
    on_front: OnFront,
) -> Plan:
    """Return what is found for what is asked, all of which has been checked."""
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        on_progress(min(done, size.runs), size.runs)

    with simulators(what, seed, keep=keep, engine=engine, workers=workers, on_runs=count) as sized:
        small, full = sized(size.search_teachers), sized(size.full_teachers)
        search = searched(what, small, size, seed, on_front)
        finalists = chosen(search)
        last = judged(what, full, list(finalists.values()), size.final_draws)
        adds = contributions(what, small, finalists, size)
        on_progress(size.runs, size.runs)
        return made(what, search, finalists, last, adds, (small, full), size, seed, done)


def check_size(size: Size, seed: int) -> None:
    """Raise PlanError for runs or a seed out of range."""
    if not FEWEST_RUNS <= size.runs <= 10_000_000:
        raise PlanError(f"runs = {size.runs}: allowed {FEWEST_RUNS} to 10000000")
    if not 0 <= seed <= LARGEST_SEED:
        raise PlanError(f"seed = {seed}: allowed 0 to {LARGEST_SEED}")


def searched(what: Asked, small: Simulator, size: Size, seed: int, on_front: OnFront) -> Search:
    """Return a search that is over."""

    def judge(packages: Sequence[Package], draws: int) -> list[Scores]:
        pairs = [(package, draw) for package in packages for draw in range(draws)]
        results = small.of(pairs)
        found = []
        for k, package in enumerate(packages):
            values = measured(what, package, results[k * draws : (k + 1) * draws])
            found.append(Scores(to_minimise(values, OBJECTIVES), over_budget(what, values)))
        return found

    search = Search(what.choices, judge, size.searched(what.choices.most), seed, size.rungs)
    search.on_front = lambda generation, runs, found: on_front(
        generation, runs, [(in_words(package), search.mean(package)) for package in found]
    )
    search.run()
    return search


def chosen(search: Search) -> dict[str, Package]:
    """Return the finalists by name: the programme as it is, the best lever and pair, and of the front the best in each respect and others between.

    Packages of the front that gain too little to be noticed are left out; they are in the table `front`.
    """
    found = [package for package in search.front() if noticeable(search, package)]
    values = {name: np.array([search.mean(p)[k] for p in found]) for k, name in enumerate(OBJECTIVES)}
    places: list[int] = []
    if found:
        enough = [np.flatnonzero(-values["odds"] >= level) for level in LEVELS]
        places += [
            int(np.lexsort((values["shortfall"], values["odds"]))[0]),
            int(values["coverage"].argmin()),
        ]
        places += [int(some[0]) for some in enough if len(some)]  # the front begins with the cheapest
        places += [int(k) for k in np.linspace(0, len(found) - 1, FINALISTS)]
    picked = sorted(list(dict.fromkeys(places))[:FINALISTS])
    named = {PROGRAMME: AS_IT_IS, **best_of(search, 1, LEVER), **best_of(search, 2, PAIR)}
    return named | {f"plan-{n}": found[k] for n, k in enumerate(picked, 1)}


def noticeable(search: Search, package: Package) -> bool:
    """Return whether a package covers noticeably more than the programme as it is, or reaches the goal more often, in the search."""
    gain = dict(zip(OBJECTIVES, search.mean(AS_IT_IS) - search.mean(package), strict=True))
    return bool(gain["coverage"] >= NOTICEABLE or gain["odds"] > 0)


def best_of(search: Search, levers: int, name: str) -> dict[str, Package]:
    """Return, by a name, the package of so many levers from the start that covers most in the search, within the budget; nothing where there is none."""
    k = OBJECTIVES.index("coverage")
    simple = [
        package
        for package, scores in search.tried.items()
        if len(package) == levers and not any(step.month for step in package) and not over(scores)
    ]
    return {name: min(simple, key=lambda package: (search.mean(package)[k], package))} if simple else {}


def judged(what: Asked, simulator: Simulator, packages: Sequence[Package], draws: int) -> list[Measured]:
    """Return all measures of packages in the same fresh draws, with what each payer pays as `paid by` (draws,)."""
    pairs = [(package, FRESH + draw) for package in packages for draw in range(draws)]
    results = simulator.of(pairs)
    found: list[Measured] = []
    for k, package in enumerate(packages):
        own = results[k * draws : (k + 1) * draws]
        paid = {name: np.array([r[name].sum() for r in own]) for name in own[0] if name.startswith(PAYER)}
        found.append({**measured(what, package, own), **paid})
    return found


def contributions(
    what: Asked, small: Simulator, finalists: Mapping[str, Package], size: Size
) -> dict[Package, Measured]:
    """Return measures of packages and of each without one of its levers, or with all from the start, in the same fresh draws."""
    asked_for: dict[Package, None] = {}
    for name, package in finalists.items():
        if name not in (PROGRAMME, LEVER, PAIR):
            asked_for |= dict.fromkeys([package, *tables.without_one(package), tables.at_once(package)])
    packages = list(asked_for)
    draws = within(size.added(what.choices.most) // max(1, len(packages)), CONTRIBUTION_DRAWS)
    return dict(zip(packages, judged(what, small, packages, draws), strict=True))


def made(
    what: Asked,
    search: Search,
    finalists: dict[str, Package],
    last: Sequence[Measured],
    adds: Mapping[Package, Measured],
    simulators: tuple[Simulator, Simulator],
    size: Size,
    seed: int,
    runs: int,
) -> Plan:
    """Return a plan with all its tables."""
    by_name = dict(zip(finalists, last, strict=True))
    rows = tables.packages(what, finalists, by_name)
    found = {
        "packages": rows,
        "levels": tables.levels(rows, size.final_draws),
        "steps": tables.steps(what, finalists, adds),
        "payers": tables.payers(what, by_name),
        "years": tables.years(what, by_name),
        "criteria": tables.criteria_met(by_name),
        "front": tables.front_table(search),
    }
    small, full = (part_of(what.scenario, s.share).setting.schools for s in simulators)
    sizes = Sizes(
        tried=len(search.tried), runs=runs, search_draws=search.rungs[-1], final_draws=size.final_draws,
        search_schools=small, final_schools=full, schools=what.scenario.setting.schools, seed=seed,
    )  # fmt: skip
    return Plan(what, finalists, by_name, found, sizes)
