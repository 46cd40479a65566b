"""Options of `ml-abm run`, validated in one line before anything is computed."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from .console import in_range, pairs_of

if TYPE_CHECKING:
    import pandas as pd

    from ..scenario import Scenario


@dataclass(frozen=True)
class Drawn:
    """Draws of a fit: a scenario for each seed, the draws as a table with the seeds, and in words what of them went in."""

    scenarios: list[Scenario]
    table: pd.DataFrame
    words: str


@dataclass(frozen=True)
class Asked:
    """What a run is asked to do, after everything that can be refused before it: a scenario a seed, all alike but with draws of a fit.

    `given` is the scenario before its list of schools was read, which says what the user has set.
    """

    scenarios: list[Scenario]
    months: int
    seeds: list[int]
    workers: int
    every: int
    also: tuple[str, ...]
    files: dict[str, Any]
    given: Scenario
    drawn: Drawn | None = None

    @property
    def scenario(self) -> Scenario:
        """The scenario of the first run."""
        return self.scenarios[0]

    @property
    def spread_of(self) -> str:
        """Why the runs differ."""
        return "chance and the fit" if self.drawn else "chance alone"


def checked(options: argparse.Namespace) -> Asked:
    """Return what is asked; raise InputError, before anything is computed, for what cannot be done."""
    from ..foundation.threads import cores
    from ..report.export import check_also
    from ..report.files import check_folder, check_writable
    from ..report.observed import observed
    from ..scenario import Scenario
    from ..system import settled
    from ..system.memory import check_size
    from ..system.settled import changed

    base = sized(Scenario.find(options.scenario, anywhere=options.allow_outside), options)
    changes = changes_of(options.changes)
    given = changed(base, changes)
    scenario = settled(given)
    months = in_range("--months", options.months if options.months is not None else scenario.months, 1, 1200)
    runs = in_range("--runs", options.runs, 1, 1_000_000)
    called = "--seed" if runs == 1 else f"--runs {runs} with --seed"
    seed = in_range(called, options.seed, 0, 2**63 - runs)  # the last run has the seed SEED + runs - 1
    workers = in_range("--workers", cores() if options.workers is None else options.workers, 1, 1024)
    every = in_range("--every", options.every, 1, 1200)
    check_checkpoint(options, runs)
    also = check_also(options.also, scenario, runs, options.out)
    check_size(scenario, at_once=min(workers, runs), district_months=runs * months * bool(options.districts))
    observed(scenario)  # a case that does not exist is said before the run, not after it
    if options.out:
        check_folder(options.out)
    elif options.plot:
        check_writable(Path(), f"{scenario.name}.png")
    seeds = list(range(seed, seed + runs))
    drawn = with_draws(base, changes, seeds, options) if options.posterior else None
    scenarios = drawn.scenarios if drawn else [scenario] * runs
    return Asked(scenarios, months, seeds, workers, every, tuple(also), scenario.fingerprints(), given, drawn)


def with_draws(
    base: Scenario, changes: dict[str, Any], seeds: list[int], options: argparse.Namespace
) -> Drawn:
    """Return the scenario of each seed with its draw of a fit, and then the changes asked for.

    A rollout is local to its country, so in another one only behaviour is drawn.
    """
    from ..calibration.posterior import load_posterior
    from ..system import settled
    from ..system.settled import changed

    posterior, local = load_posterior(options.posterior), not options.country
    scenarios = posterior.scenarios(base, len(seeds), seeds[0], local=local)
    table = posterior.draws(len(seeds), seeds[0])[posterior.applied(base, local)]
    table.insert(0, "seed", seeds)
    words = posterior.in_words(base, local)
    if changes:
        words += f" --set goes before them: {', '.join(changes)}."
    return Drawn([settled(changed(scenario, changes)) for scenario in scenarios], table, words)


def check_checkpoint(options: argparse.Namespace, runs: int) -> None:
    """Raise InputError for a checkpoint that cannot be kept as asked."""
    if options.checkpoint and runs > 1:
        raise InputError(f"--checkpoint keeps one run, and --runs is {runs}: leave one of them out")
    if options.resume and not options.checkpoint:
        raise InputError("--resume needs --checkpoint DIR, the folder to go on from")
    if options.checkpoint and options.out:
        if options.checkpoint.resolve().is_relative_to(options.out.resolve()):
            raise InputError(
                f"--checkpoint {options.checkpoint} is in --out {options.out}, which is replaced as a whole: keep it elsewhere"
            )


def sized(scenario: Scenario, options: argparse.Namespace) -> Scenario:
    """Return the scenario in the country and at the scale that were asked for."""
    from ..system.countries import in_country, scaled

    if options.country:
        scenario = in_country(scenario, options.country)
    return scaled(scenario, options.scale) if options.scale != 1 else scenario


def changes_of(assignments: list[str]) -> dict[str, Any]:
    """Return NAME=VALUE pairs; values are read as TOML reads them."""
    import tomllib

    changes: dict[str, Any] = {}
    for name, text in pairs_of("--set", assignments, "NAME=VALUE, such as innovation.tool_hours=3").items():
        try:
            changes[name] = tomllib.loads(f"value = {text}")["value"]
        except (
            ValueError,
            RecursionError,
        ):  # a word without quotation marks; a number of thousands of digits
            changes[name] = text
    return changes
