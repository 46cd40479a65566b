"""Assessment of a scenario: runs the ensemble and all its variants, and works out the tables."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from math import comb
from pathlib import Path
from typing import Any

import numpy as np

from ..experiments.runner import counter
from ..foundation.threads import cores
from ..runs import Engine
from ..runs.small_enough import FIRST, SHOWN, small_enough
from ..scenario import Endgame, Scenario
from ..simulation import warm_up
from ..system import settled
from ..system.memory import check_size
from ..system.smaller import part_of, share_simulated
from . import value
from .answers import constraints, cost, equity, levers, nearest, odds, questions, stresses
from .endgame import Clock, check, clock_of, withdrawal
from .ensemble import Ensemble, ensemble_from, ensemble_of
from .feasible import feasible
from .found import Assessed
from .levers import possible_levers
from .runs import Runs, run_all
from .variants import AS_IT_IS, FULL, QUICK, Size, Variant, first_variants, pairs

PILOT_RUNS = 16  # in which it is seen how small a part of the system may be
N_NEXT = comb(levers.NEXT_BEST, 2)
OnProgress = Callable[[int, int], None]


def assessed(
    scenario: Scenario,
    *,
    quick: bool = False,
    seed: int = 1,
    workers: int | None = None,
    posterior: Any = None,
    keep: Path | None = None,
    size: Size | None = None,
    progress: OnProgress = lambda finished, planned: None,
    pool: Executor | Engine | None = None,
) -> Assessed:
    """Return all tables of an assessment. Raises ScenarioError, before anything is run, for a scenario that cannot be assessed."""
    scenario = settled(scenario)
    endgame = check(scenario)
    clock, size = clock_of(scenario, endgame), size or (QUICK if quick else FULL)
    warm_up()
    draws = (
        ensemble_of(scenario, size.base, seed)
        if posterior is None
        else ensemble_from(scenario, posterior, size.base, seed)
    )
    how: dict[str, Any] = {"workers": workers, "folder": keep, "pool": pool}
    share = share_of_schools(draws, clock, size.teachers, **how)
    check_size(part_of(scenario, share), at_once=workers or cores())
    steps = possible_levers(scenario)
    variants = list(first_variants(scenario, clock, size, steps))
    planned = sum(min(variant.draws, len(draws)) for variant in variants)
    most = planned + (len(steps) - 1 + N_NEXT) * min(size.pairs, len(draws))
    count_more = counter(lambda finished, of: progress(min(finished, of), of), 0, most)
    how |= {"share": share, "on_progress": count_more}
    runs = run_all(variants, draws, clock.months, **how)
    if size.pairs:
        table = levers.levers(scenario, endgame, clock, runs)
        more = list(pairs(levers.chosen_pairs(table, scenario), clock, size))
        runs = runs.joined(run_all(more, draws, clock.months, **how))
    progress(most, most)
    return worked_out(scenario, endgame, clock, draws, size, seed, share, runs)


def share_of_schools(draws: Ensemble, clock: Clock, most: int, **how: Any) -> float:
    """Return the share of the schools in which a programme is simulated: as small as changes nothing that is shown; `most` teachers, 0 for the whole. `how` as in `run_all`."""
    if not most or share_simulated(draws.scenarios[0], FIRST) == 1.0:
        return 1.0
    as_it_is = Variant(AS_IT_IS, partial(withdrawal, month=12 * clock.by), PILOT_RUNS)

    def ends_at(share: float) -> np.ndarray:
        outcomes = run_all([as_it_is], draws, clock.months, share=share, **how)[AS_IT_IS]
        return np.array([outcomes[name][:, -1] for name in SHOWN])

    return small_enough(draws.scenarios[0], ends_at, most).share


def worked_out(
    scenario: Scenario,
    endgame: Endgame,
    clock: Clock,
    draws: Ensemble,
    size: Size,
    seed: int,
    share: float,
    runs: Runs,
) -> Assessed:
    """Return the tables of some runs."""
    chosen, all_known = value.choice(draws, runs)
    caps = feasible(draws.scenarios, endgame, clock)
    found = {
        "odds": odds.odds(endgame, clock, runs, caps),
        "path": odds.path(clock, runs),
        "funnel": odds.funnel(clock, runs),
        "constraints": constraints.constraints(clock, runs),
        "constraint_years": constraints.constraint_years(clock, runs),
        "levers": levers.levers(scenario, endgame, clock, runs),
        "pairs": levers.pairs(clock, runs),
        "freedom": questions.freedom(clock, runs),
        "patience": questions.patience(clock, runs),
        "readiness": questions.readiness(scenario, clock, runs),
        "design_map": questions.design_map(clock, runs),
        "design_or_execution": questions.design_or_execution(scenario, clock, runs),
        "stresses": stresses.stresses(endgame, clock, runs),
        "spending": cost.spending(scenario, clock, runs),
        "unit_costs": cost.unit_costs(clock, runs),
        "equity": equity.equity(clock, runs),
        "nearest": nearest.nearest(scenario, endgame, clock),
        "information": value.information(draws, clock, runs),
        "choice": chosen,
    }
    ceiling = constraints.ceiling(clock, runs)
    return Assessed(scenario, endgame, clock, draws, size, seed, share, caps, runs, found, ceiling, all_known)
