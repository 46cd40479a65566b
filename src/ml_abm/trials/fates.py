"""Fates of a portfolio's programmes: which scale, which stall, which never leave their pilot, and which spread without effect."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..runs import Engine, Job, Kept, Result, results_of
from ..runs.keys import base_of, hash_of, key_of
from ..scenario import Scenario
from ..simulation import Simulation
from ..system.memory import expected_teachers
from .portfolio import Portfolio
from .run import FOLDER

if TYPE_CHECKING:
    import pandas as pd

SCALED, STALLED, PILOT = "scaled", "stalled after the pilot", "never left the pilot"
FATES = (SCALED, STALLED, PILOT)
SHOWN = ("reach_ever", "reach_schools", "reach_in_use", "fidelity", "learning_sd")
PROGRAMMES = 400
ROUNDING = 1e-9


@dataclass(frozen=True)
class ProgrammeRun(Job):
    """One run of one programme; its result has outcomes at the end of the month in which scale is judged."""

    scenario: Scenario
    seed: int
    month: int
    outcomes: tuple[str, ...]

    @property
    def teacher_months(self) -> float:
        """About how many teachers times months it simulates."""
        return expected_teachers(self.scenario) * self.month

    def run(self, check_stop: Callable[[int], None]) -> Result:
        """Simulate it."""
        found = Simulation(self.scenario, self.seed).run_for(self.month, check_stop).outcomes()
        return {name: found[name][-1:] for name in self.outcomes}


def run_portfolio(
    portfolio: Portfolio,
    programmes: int = PROGRAMMES,
    workers: int | None = 2,
    *,
    keep: Path | None = None,
    engine: str | Executor | Engine = "local",
    scheduler: str | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> pd.DataFrame:
    """Run programmes of a portfolio, each once, and return a row per programme.

    Columns are `programme`, `effect_size` (SD per year at full practice), the outcomes `SHOWN` and that of the portfolio's `[scale]`, `fate`
    (one of `FATES`) and `without_effect`. Programme k has the random seed k. Words as in `run_trials`.
    """
    import pandas as pd

    scale = portfolio.scale
    outcomes = tuple(dict.fromkeys((*SHOWN, scale.outcome)))
    jobs = []
    for k in range(programmes):
        scenario = portfolio.scenario(k)
        setting = hash_of({**base_of(scenario, scale.month), "outcomes": outcomes})
        jobs.append(ProgrammeRun(key_of(setting, k), scenario, k, scale.month, outcomes))
    done = 0

    def more(runs: int) -> None:
        nonlocal done
        done += runs
        progress(done, len(jobs))

    kept = Kept.below(keep, FOLDER) if keep else None
    found = results_of(jobs, kept=kept, engine=engine, workers=workers, scheduler=scheduler, on_progress=more)
    table = pd.DataFrame(
        {
            "programme": k,
            "effect_size": job.scenario.innovation.effect_size,
            **{name: float(found[job.key][name][0]) for name in outcomes},
        }
        for k, job in enumerate(jobs)
    )
    pilots = np.array([job.scenario.programme.pilot_schools / job.scenario.setting.schools for job in jobs])
    left = table["reach_ever"].to_numpy() > pilots + ROUNDING
    scaled = table[scale.outcome].to_numpy() >= scale.at_least
    table["fate"] = np.where(scaled, SCALED, np.where(left, STALLED, PILOT))
    table["without_effect"] = table["effect_size"] < scale.no_effect_below
    return table


def shares_of(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many programmes there are, and the share of each fate, among all and by effect: a row per group of programmes.

    `chance` columns are standard errors of the shares, sqrt(p (1 - p) / n), for the number of programmes that were drawn.
    """
    import pandas as pd

    groups = {
        "all": table,
        "without effect": table[table["without_effect"]],
        "with effect": table[~table["without_effect"]],
    }
    rows = []
    for name, group in groups.items():
        row: dict[str, object] = {"programmes": name, "n": len(group)}
        for fate in FATES:
            p = float((group["fate"] == fate).mean()) if len(group) else float("nan")
            row[fate] = p
            row[f"{fate}, chance"] = sqrt(p * (1 - p) / len(group)) if len(group) else float("nan")
        rows.append(row)
    return pd.DataFrame(rows)


def spread_without_effect(table: pd.DataFrame) -> tuple[float, float]:
    """Return the share of all programmes that scale and have no effect, and its standard error."""
    p = float(((table["fate"] == SCALED) & table["without_effect"]).mean())
    return p, sqrt(p * (1 - p) / len(table))
