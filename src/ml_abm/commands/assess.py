"""ml-abm assess: what are the odds of a programme's endgame, what holds it back, what to do first, and at what price."""

from __future__ import annotations

import argparse
import os
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .console import compile_first, in_range, new_console, print_notes
from .under_way import kept, run_bar

if TYPE_CHECKING:
    from rich.console import Console

    from ..report.assessment import Assessment
    from ..scenario import Scenario

# The sections that answer in a line what is asked first.
SHOWN = ("goal", "feasible", "odds", "constraint", "lever", "price")


def add(verbs: Any) -> None:
    """Add the command."""
    assess = verbs.add_parser("assess", help="odds of the endgame, what holds it back, what to do first")
    assess.add_argument(
        "scenario", help="a preset's name (see `ml-abm scenarios`) or a TOML file, with an [endgame]"
    )
    assess.add_argument("--out", type=Path, metavar="DIR", help="write report.html, its tables and JSON here")
    assess.add_argument(
        "--quick",
        action="store_true",
        help="fewer futures; without pairs of levers, readiness, freedom and the map of design and execution",
    )
    assess.add_argument(
        "--whole",
        action="store_true",
        help="simulate every school, however many, not a part of a large system in proportion (slow)",
    )
    assess.add_argument(
        "--posterior",
        type=Path,
        metavar="DIR",
        help="draw what was fitted from a fit (see `ml-abm calibrate`), not from the evidence table",
    )
    assess.add_argument(
        "--keep",
        type=Path,
        metavar="DIR",
        help="keep runs here, so that the same command goes on after Ctrl-C",
    )
    assess.add_argument("--seed", type=int, default=1, help="random seed [1]")
    assess.add_argument("--workers", type=int, help="threads [all cores]")
    assess.add_argument(
        "--allow-outside",
        action="store_true",
        help="let the scenario name lists and ties outside its own folder",
    )
    assess.set_defaults(command=assess_scenario)


def assess_scenario(options: argparse.Namespace) -> None:
    """Assess, write the folder where asked to, and print the answers in words."""
    from dataclasses import replace

    from ..assess.endgame import check
    from ..assess.ensemble import LARGEST_SEED
    from ..assess.variants import FULL, QUICK
    from ..errors import OutputError
    from ..foundation.threads import cores
    from ..report.assessment import OURS, assess
    from ..report.files import check_folder
    from ..scenario import Scenario

    scenario = Scenario.find(options.scenario, anywhere=options.allow_outside)
    check(scenario)
    seed = in_range("--seed", options.seed, 0, LARGEST_SEED)
    workers = in_range("--workers", cores() if options.workers is None else options.workers, 1, 1024)
    posterior = None
    if options.posterior:
        from ..calibration.posterior import load_posterior

        posterior = load_posterior(options.posterior)
    if options.out:
        check_folder(options.out, OURS)
    if options.keep and options.keep.exists() and not options.keep.is_dir():
        raise OutputError(f"--keep {options.keep} is a file: give a folder")
    size = QUICK if options.quick else FULL
    if options.whole:
        size = replace(size, teachers=0)
    console = new_console()
    print_notes(console, [scenario])
    say_how_large(console, scenario, size.teachers, options.quick)
    if posterior:
        console.print(posterior.in_words(scenario))
    compile_first(console)
    with kept(options.keep) if options.keep else nullcontext(), run_bar(console) as progress:
        found = assess(
            scenario,
            size=size,
            seed=seed,
            workers=workers,
            posterior=posterior,
            keep=options.keep,
            progress=progress,
        )
    try:
        if options.out:
            found.write(options.out)
    finally:  # what cannot be written is at least read
        print_answers(console, found)
    if options.out:
        console.print(f"Written to {options.out}{os.sep}; read report.html first")


def say_how_large(console: Console, scenario: Scenario, usual: int, quick: bool) -> None:
    """Print how long a large system of real schools takes, which is never made smaller; `usual` is how many teachers others have."""
    from ..system import settled
    from ..system.memory import expected_teachers
    from ..system.smaller import large_and_real

    whole = settled(scenario)
    if large_and_real(whole, usual):
        teachers = expected_teachers(whole)
        console.print(
            f"Real schools are never made fewer: all {teachers:,.0f} teachers are simulated, which takes about {teachers / usual:.2g} times as "
            f"long as the {usual:,} of a generated system{'' if quick else '; --quick takes an eighth of that'}.",
        )


def print_answers(console: Console, found: Assessment) -> None:
    """Print what the report says first: a heading a section, and its sentences."""
    console.print(found.scenario.title, style="bold")
    for section in SHOWN:
        for sentence in found.sentences.get(section, []):
            console.print(sentence)
