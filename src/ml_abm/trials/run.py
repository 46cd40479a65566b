"""Runs of trials: each different arm is simulated once for each seed, whichever trials share it, and compared with its studies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..runs import Engine, Job, Kept, Result, results_of
from ..runs.keys import base_of, hash_of, key_of
from ..scenario import Scenario
from ..system.memory import expected_teachers
from .observed import Need, Observed, observe
from .portfolio import load_portfolio
from .result import Result as TrialResult
from .result import compare
from .trial import Trial

FOLDER = "trials"  # in the folder of kept runs


@dataclass(frozen=True)
class ArmRun(Job):
    """One run of an arm, and what is kept of it."""

    scenario: Scenario
    seed: int
    months: int
    needs: tuple[Need, ...]

    @property
    def teacher_months(self) -> float:
        """About how many teachers times months it simulates."""
        return expected_teachers(self.scenario) * self.months

    def run(self, check_stop: Callable[[int], None]) -> Result:
        """Simulate it."""
        found = observe(self.scenario, self.seed, self.months, self.needs, check_stop)
        return {named(need): values for need, values in found.values.items()}


def named(need: Need) -> str:
    """Return the name under which a result keeps what is needed."""
    return f"{need.kind} {need.name} {need.month}"


@dataclass
class Arm:
    """One arm that some trials share: the scenario of each seed, as many months and as much kept as any of them needs."""

    scenarios: Callable[[int], Scenario]
    months: int = 0
    seeds: int = 0
    needs: set[Need] = field(default_factory=set)

    def runs(self) -> list[ArmRun]:
        """Return what has to be run, by seed."""
        needs = tuple(sorted(self.needs))
        found, last, setting = [], None, b""
        for seed in range(self.seeds):
            scenario = self.scenarios(seed)
            if scenario is not last:  # seeds share one but in the portfolio
                last, setting = scenario, hash_of({**base_of(scenario, self.months), "needs": needs})
            found.append(ArmRun(key_of(setting, seed), scenario, seed, self.months, needs))
        return found


def run_trial(trial: Trial, seeds: int | None = None, workers: int | None = 2, **options: Any) -> TrialResult:
    """Run one trial and compare it with its study; words as in `run_trials`."""
    return run_trials([trial], seeds, workers, **options)[0]


def run_trials(
    trials: Sequence[Trial],
    seeds: int | None = None,
    workers: int | None = 2,
    *,
    drawn: Mapping[str, float] | None = None,
    effects: Mapping[str, float] | None = None,
    nuisance: Mapping[str, float] | None = None,
    keep: Path | None = None,
    engine: str | Executor | Engine = "local",
    scheduler: str | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> list[TrialResult]:
    """Run trials and compare them with their studies.

    Parameters
    ----------
    trials : what is run; arms that are the same in several are simulated once.
    seeds : runs of each arm, numbered from 0; the trial's own number by default. The runs of all arms share their seeds.
    workers : threads or processes, None for all that this process may use.
    drawn : other values of parameters, such as a draw of behaviour; what a design sets goes before them.
    effects : other effect sizes, by the name of the intervention.
    nuisance : other nuisance numbers, by their name.
    keep : a folder for finished runs; those that are there are not simulated again.
    engine, scheduler : as in `runs.engine_of`.
    progress : called with how many runs are done, and of how many.
    """
    shared: dict[str, Arm] = {}
    keys = [_arms(trial, seeds, drawn, effects, shared) for trial in trials]
    jobs = {key: arm.runs() for key, arm in shared.items()}
    flat = [job for of_it in jobs.values() for job in of_it]
    done = 0

    def more(runs: int) -> None:
        nonlocal done
        done += runs
        progress(done, len(flat))

    kept = Kept.below(keep, FOLDER) if keep else None
    found = results_of(flat, kept=kept, engine=engine, workers=workers, scheduler=scheduler, on_progress=more)
    results = []
    for trial, arms in zip(trials, keys, strict=True):
        n = seeds or trial.seeds
        runs = {name: _observed(jobs[key][:n], found, trial.months) for name, key in arms.items()}
        results.append(compare(trial, runs, _numbers(trial, effects, nuisance)))
    return results


def _arms(
    trial: Trial,
    seeds: int | None,
    drawn: Mapping[str, float] | None,
    effects: Mapping[str, float] | None,
    shared: dict[str, Arm],
) -> dict[str, str]:
    """Put the arms of a trial with those that are there; return the key of each by its name."""
    keys = {}
    for name, needs in trial.needs.items():
        if trial.is_portfolio(name):
            portfolio, changes = load_portfolio(), dict(drawn or {})
            key, scenarios = "portfolio", lambda seed: portfolio.scenario(seed, drawn=changes)  # noqa: B023
        else:
            it = trial.intervention
            effect = (effects or {}).get(it.name) if it else None
            scenario = trial.scenario(name, drawn, effect)
            key, scenarios = _without_name(scenario), lambda seed, scenario=scenario: scenario  # type: ignore[misc]
        arm = shared.setdefault(key, Arm(scenarios))
        arm.months, arm.seeds = max(arm.months, trial.months), max(arm.seeds, seeds or trial.seeds)
        arm.needs |= needs
        keys[name] = key
    return keys


def _without_name(scenario: Scenario) -> str:
    """Return what distinguishes arms: all but the name."""
    return scenario.model_copy(update={"name": "arm"}).to_toml()


def _observed(jobs: Iterable[ArmRun], found: Mapping[str, Result], months: int) -> list[Observed]:
    """Return runs as if they had ended after some months: longer ones are shared with trials that need more."""
    runs = []
    for job in jobs:
        result = found[job.key]
        values = {need: result[named(need)] for need in job.needs}
        runs.append(Observed({n: v[:months] if n.kind == "runs" else v for n, v in values.items()}))
    return runs


def _numbers(
    trial: Trial, effects: Mapping[str, float] | None, nuisance: Mapping[str, float] | None
) -> dict[str, float]:
    """Return the numbers that expressions may name, as they are in this call."""
    numbers = trial.numbers | {k: v for k, v in (nuisance or {}).items() if k in trial.nuisance}
    if trial.intervention and trial.intervention.name in (effects or {}):
        numbers["effect_size"] = (effects or {})[trial.intervention.name]
    return numbers
