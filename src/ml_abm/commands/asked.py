"""Options of `ml-abm run`, validated in one line before anything is computed."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from .console import in_range, pairs_of

if TYPE_CHECKING:
    import pandas as pd

    from ..scenario import Scenario


@dataclass(frozen=True)
class Drawn:
    """Draws of what is uncertain: a scenario for each seed, the draws as a table with the seeds, and in words what of them went in."""

    scenarios: list[Scenario]
    table: pd.DataFrame
    words: str


@dataclass(frozen=True)
class Asked:
    """What a run is asked to do, after everything that can be refused before it: a scenario a seed, all alike but for their draws.

    `given` is the scenario before its list of schools was read, which says what the user has set; `middle` is the scenario without a draw.
    `beside` are the scenarios with the changes of --beside, if any, one a seed. `share` is that of the schools that are simulated.
    """

    scenarios: list[Scenario]
    middle: Scenario
    months: int
    seeds: list[int]
    workers: int
    every: int
    also: tuple[str, ...]
    files: dict[str, Any]
    given: Scenario
    drawn: Drawn | None = None
    beside: tuple[Scenario, ...] = ()
    changes_beside: Mapping[str, Any] = field(default_factory=dict)
    share: float = 1.0

    @property
    def scenario(self) -> Scenario:
        """The scenario of a single run, or the one that all runs draw around."""
        return self.scenarios[0] if len(self.seeds) == 1 else self.middle

    @property
    def spread_of(self) -> str:
        """Why the runs differ."""
        from ..calibration.uncertain import HOLDS

        return HOLDS if self.drawn else "chance alone"


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
    check_quick(options, runs)
    also = check_also(options.also, scenario, runs, options.out)
    check_size(scenario, at_once=min(workers, runs), district_months=runs * months * bool(options.districts))
    observed(scenario)  # a case that does not exist is said before the run, not after it
    if options.out:
        check_folder(options.out)
    elif options.plot:
        check_writable(Path(), f"{scenario.name}.png")
    seeds = list(range(seed, seed + runs))
    drawn = drawn_for(base, changes, seeds, options)
    scenarios = drawn.scenarios if drawn else [scenario] * runs
    aside = changes_of(options.beside, "--beside")
    beside = tuple(changed(one, aside) for one in scenarios) if aside else ()
    files = scenario.fingerprints()
    return Asked(
        scenarios, scenario, months, seeds, workers, every, tuple(also), files, given, drawn, beside, aside
    )


def drawn_for(
    base: Scenario, changes: dict[str, Any], seeds: list[int], options: argparse.Namespace
) -> Drawn | None:
    """Return the scenario of each seed with its draw of all that is uncertain, and then the changes asked for.

    A fit takes the place of what it fitted. None where runs are to differ by chance alone: asked for, or a single run without a fit.
    """
    from ..calibration.uncertain import drawn_table, with_draw
    from ..system import settled
    from ..system.settled import changed

    if options.chance_only and options.posterior:
        raise InputError(
            "--chance-only leaves out what is not known, and --posterior draws it: leave one of them out"
        )
    alone = len(seeds) == 1 and not options.posterior
    if options.draw is not None and not (alone and 0 <= options.draw < 2**63):
        raise InputError(
            "--draw takes a whole number from 0 on, and goes with a single run and without --posterior"
        )
    if options.chance_only or (alone and options.draw is None):
        return None
    if options.posterior:
        scenarios, words = with_fit(base, seeds, options)
    else:
        numbers = seeds if options.draw is None else [options.draw]
        scenarios = [with_draw(base, number, but=changes) for number in numbers]
        words = (
            "Each run draws all that is uncertain: how people behave as trials leave it (docs/evidence.md), the place and the design around "
            "the scenario's values. --chance-only leaves that out."
        )
    table = drawn_table(base, scenarios)
    table.insert(0, "seed", seeds)
    if changes:
        words += f" --set goes before them: {', '.join(changes)}."
    return Drawn([settled(changed(scenario, changes)) for scenario in scenarios], table, words)


def with_fit(base: Scenario, seeds: list[int], options: argparse.Namespace) -> tuple[list[Scenario], str]:
    """Return the scenario of each seed with its draw of a fit, all else drawn as without one, and in words what was fitted.

    A rollout is local to its country, so in another one only behaviour is drawn.
    """
    from ..calibration.posterior import load_posterior
    from ..calibration.uncertain import with_draw

    posterior, local = load_posterior(options.posterior), not options.country
    found = [posterior.scenarios(with_draw(base, seed), 1, seed, local=local)[0] for seed in seeds]
    return found, f"{posterior.in_words(base, local)} All else that is uncertain is drawn too."


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


def check_quick(options: argparse.Namespace, runs: int) -> None:
    """Raise InputError for what does not go with a part of a system."""
    if not options.quick:
        return
    if runs < 2:
        raise InputError("--quick measures by how much runs differ: give --runs 2 or more")
    if options.districts:
        raise InputError(
            "--quick simulates fewer districts, and --districts keeps each: leave one of them out"
        )


def sized(scenario: Scenario, options: argparse.Namespace) -> Scenario:
    """Return the scenario in the country and at the scale that were asked for."""
    from ..system.countries import in_country, scaled

    if options.country:
        scenario = in_country(scenario, options.country)
    return scaled(scenario, options.scale) if options.scale != 1 else scenario


def changes_of(assignments: list[str], option: str = "--set") -> dict[str, Any]:
    """Return NAME=VALUE pairs; values are read as TOML reads them."""
    import tomllib

    changes: dict[str, Any] = {}
    for name, text in pairs_of(option, assignments, "NAME=VALUE, such as innovation.tool_hours=3").items():
        try:
            changes[name] = tomllib.loads(f"value = {text}")["value"]
        except (
            ValueError,
            RecursionError,
        ):  # a word without quotation marks; a number of thousands of digits
            changes[name] = text
    return changes
