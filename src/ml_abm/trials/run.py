"""Runs of trials: each different arm is simulated once for each seed, whichever trials share it, and compared with its studies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ..scenario import Scenario
from ..threads import cores
from .observed import Need, Observed, observe
from .portfolio import load_portfolio
from .result import Result, compare
from .trial import Trial


@dataclass
class Arm:
    """One arm that some trials share: the scenario of each seed, as many months and as much kept as any of them needs."""

    scenarios: Callable[[int], Scenario]
    months: int = 0
    seeds: int = 0
    needs: set[Need] = field(default_factory=set)

    def runs(self) -> list[tuple[Scenario, int, int, frozenset[Need]]]:
        """Return what has to be run."""
        needs = frozenset(self.needs)
        return [(self.scenarios(seed), seed, self.months, needs) for seed in range(self.seeds)]


def run_trial(
    trial: Trial,
    seeds: int | None = None,
    workers: int | None = 2,
    *,
    drawn: Mapping[str, float] | None = None,
    effects: Mapping[str, float] | None = None,
    nuisance: Mapping[str, float] | None = None,
) -> Result:
    """Run one trial and compare it with its study; words as in `run_trials`."""
    return run_trials([trial], seeds, workers, drawn=drawn, effects=effects, nuisance=nuisance)[0]


def run_trials(
    trials: Sequence[Trial],
    seeds: int | None = None,
    workers: int | None = 2,
    *,
    drawn: Mapping[str, float] | None = None,
    effects: Mapping[str, float] | None = None,
    nuisance: Mapping[str, float] | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> list[Result]:
    """Run trials and compare them with their studies.

    Parameters
    ----------
    trials : what is run; arms that are the same in several are simulated once.
    seeds : runs of each arm, numbered from 0; the trial's own number by default. The runs of all arms share their seeds.
    workers : threads, None for all that this process may use.
    drawn : other values of parameters, such as a draw of behaviour; what a design sets goes before them.
    effects : other effect sizes, by the name of the intervention.
    nuisance : other nuisance numbers, by their name.
    progress : told after each run how many are done, and of how many.
    """
    shared: dict[str, Arm] = {}
    keys = [_arms(trial, seeds, drawn, effects, shared) for trial in trials]
    jobs = {key: arm.runs() for key, arm in shared.items()}
    done = _simulated(jobs, workers, progress)
    results = []
    for trial, arms in zip(trials, keys, strict=True):
        n = seeds or trial.seeds
        runs = {name: _cut(done[key][:n], trial.months) for name, key in arms.items()}
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
    """Return what tells arms apart: all but the name."""
    return scenario.model_copy(update={"name": "arm"}).to_toml()


def _simulated(
    jobs: Mapping[str, Sequence[tuple[Scenario, int, int, frozenset[Need]]]],
    workers: int | None,
    progress: Callable[[int, int], None],
) -> dict[str, list[Observed]]:
    """Return the runs of each arm, by seed."""
    flat = [job for of_it in jobs.values() for job in of_it]
    pool = ThreadPoolExecutor(max(1, workers or cores()))
    observed: list[Observed] = []
    try:
        for run in pool.map(lambda job: observe(*job), flat):
            observed.append(run)
            progress(len(observed), len(flat))
    finally:  # after Ctrl-C nobody waits for runs that have not begun
        pool.shutdown(wait=False, cancel_futures=True)
    at = iter(observed)
    return {key: [next(at) for _ in of_it] for key, of_it in jobs.items()}


def _cut(runs: Iterable[Observed], months: int) -> list[Observed]:
    """Return runs as if they had ended after some months: longer ones are shared with trials that need more."""
    return [
        Observed({need: v[:months] if need.kind == "runs" else v for need, v in run.values.items()})
        for run in runs
    ]


def _numbers(
    trial: Trial, effects: Mapping[str, float] | None, nuisance: Mapping[str, float] | None
) -> dict[str, float]:
    """Return the numbers that expressions may name, as they are in this call."""
    numbers = trial.numbers | {k: v for k, v in (nuisance or {}).items() if k in trial.nuisance}
    if trial.intervention and trial.intervention.name in (effects or {}):
        numbers["effect_size"] = (effects or {})[trial.intervention.name]
    return numbers
