"""ml-abm calibrate: fit the model to a case, say what its points show, and write it all to a folder."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..foundation.numbers_in_words import percent
from .console import compile_first, in_range, new_console, new_table, print_notes
from .under_way import month_bar

if TYPE_CHECKING:
    from rich.console import Console

    from ..calibration.fit import Posterior
    from ..calibration.problem import Problem
    from ..calibration.series import Series
    from ..calibration.surveys import Survey
    from ..report.fit_files import Results
    from ..runs import Engine
    from ..scenario import Scenario

QUICK = 4  # times fewer runs
RUNS_A_ZOOM = 2  # runs from the prior for each of the zoom
AFTER = 200
NEEDS = ("arviz", "emcee", "h5netcdf", "h5py", "scipy", "sklearn")


def add(verbs: Any) -> None:
    """Add the command."""
    calibrate = verbs.add_parser("calibrate", help="fit the model to a real case, or to one of your own")
    calibrate.add_argument(
        "cases",
        nargs="+",
        metavar="CASE",
        help="a case or preset of the package, or a case file (.toml); several are fitted together",
    )
    calibrate.add_argument("--out", type=Path, metavar="DIR", help="write tables, figures and a page here")
    calibrate.add_argument(
        "--sims",
        type=int,
        default=2000,
        help="runs from the priors; half as many again around the case [2000]",
    )
    calibrate.add_argument("--quick", action="store_true", help="a quarter of the runs")
    calibrate.add_argument("--priors", type=Path, metavar="FILE", help="priors of your own (TOML)")
    calibrate.add_argument(
        "--fit",
        action="append",
        metavar="NAME",
        help="a behavioural parameter to fit, in place of the usual; may be given again",
    )
    calibrate.add_argument("--marks", default="AB", help="marks of the points used, of A, B and C [AB]")
    calibrate.add_argument("--keep", type=Path, metavar="DIR", help="keep runs here, and go on from them")
    calibrate.add_argument("--seed", type=int, default=1, help="random seed [1]")
    calibrate.add_argument("--workers", type=int, help="threads, or processes of Dask [all cores]")
    calibrate.add_argument("--engine", default="local", help="what simulates the runs: local or dask [local]")
    calibrate.add_argument(
        "--scheduler", metavar="ADDRESS", help="a Dask scheduler, such as tcp://10.0.0.1:8786"
    )
    calibrate.set_defaults(command=calibrate_cases)


def calibrate_cases(options: argparse.Namespace) -> None:
    """Fit, check, write the folder where asked to, and print what is known."""
    check_installed()
    from ..calibration.fit import FEWEST_RUNS
    from ..foundation.threads import cores
    from ..report.files import check_folder, write_folder
    from ..report.fit_files import OURS, write_fit
    from ..runs import check_engine

    runs = in_range("--sims", options.sims, FEWEST_RUNS, 1_000_000)
    runs = max(FEWEST_RUNS, runs // QUICK) if options.quick else runs
    in_range("--seed", options.seed, 0, 100_000)
    workers = in_range("--workers", cores() if options.workers is None else options.workers, 1, 1024)
    check_engine(options.engine, options.scheduler)
    cases = [case_for(name, options.marks) for name in options.cases]
    problem = problem_for(cases, options)
    if options.out:
        check_folder(options.out, OURS)
    console = new_console()
    print_notes(console, [scenario for scenario, _, _ in cases])
    compile_first(console)
    with engine_for(options) as engine:
        results = fitted(console, problem, runs, workers, options, engine)
    try:
        if options.out:
            write_folder(options.out, lambda folder: write_fit(folder, results))
    finally:  # what cannot be written is at least read
        print_results(console, results)
    if options.out:
        console.print(f"Written to {options.out}{os.sep}; read summary.html first")


@contextmanager
def engine_for(options: argparse.Namespace) -> Iterator[Engine | None]:
    """Yield what simulates the runs, None for threads of this process. Raises EngineError for a scheduler that does not answer."""
    if options.engine == "local":
        yield None
        return
    from ..runs import engine_of

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # it is said in one line, as an error
    with engine_of(options.engine, options.workers, options.scheduler) as engine:
        yield engine


def missing() -> list[str]:
    """Return the names of what calibration needs and is not there."""
    from importlib.util import find_spec

    return [name for name in NEEDS if find_spec(name) is None]


def check_installed() -> None:
    """Raise InputError if what calibration needs is not there."""
    lacking = missing()
    if lacking:
        # a Python that is very new may have no wheel of it yet
        python = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise InputError(
            f"calibrate needs {', '.join(lacking)}, not installed for this Python {python}: pip install 'ml-abm[calibration]'"
        )


def problem_for(
    cases: list[tuple[Scenario, Series, Sequence[Survey]]], options: argparse.Namespace
) -> Problem:
    """Return what is to be fitted, from the cases and the options."""
    from ..calibration.priors import read_priors
    from ..calibration.problem import problem_of, target_of
    from ..calibration.rollout import NO_PARAMETERS

    targets = [target_of(*case) for case in cases]
    names = [target.series.case for target in targets]
    if len(set(names)) < len(names):
        raise InputError(f"a case is given twice: {', '.join(names)}")
    overrides = read_priors(options.priors, NO_PARAMETERS) if options.priors else {}
    return problem_of(targets, options.fit, overrides)


def case_for(name: str, marks: str) -> tuple[Scenario, Series, Sequence[Survey]]:
    """Return scenario, series and surveys of a case of the package, or of a file."""
    from ..calibration.own_case import read_own_case
    from ..calibration.problem import data_of, preset_of

    if name.endswith(".toml"):
        return read_own_case(name, marks)
    scenario = preset_of(name)
    return scenario, *data_of(scenario, marks)


def fitted(
    console: Console,
    problem: Problem,
    runs: int,
    workers: int,
    options: argparse.Namespace,
    engine: Engine | None,
) -> Results:
    """Fit with a progress bar, then check the fit."""
    from ..calibration import diagnostics
    from ..calibration.fit import fit
    from ..report.fit_files import Results

    zoom = runs // RUNS_A_ZOOM
    with month_bar(console, f"{runs + zoom + AFTER:,} runs", runs + zoom + AFTER) as on_progress:
        posterior = fit(
            problem,
            options.seed,
            runs=runs,
            zoom=zoom,
            workers=workers,
            folder=options.keep,
            progress=on_progress,
            engine=engine,
        )
        after = diagnostics.posterior_predictive(
            posterior, AFTER, workers=workers, progress=on_progress, engine=engine
        )
    truths = min(diagnostics.TRUTHS, posterior.rounds[-1].drawn)
    with month_bar(console, f"{truths} synthetic truths", truths) as on_progress:
        checks = diagnostics.check_method(posterior, truths, options.seed, progress=on_progress)
    return Results(posterior, checks, diagnostics.prior_predictive(posterior), after)


def print_results(console: Console, results: Results) -> None:
    """Print whether the model follows the points, then the fit, what surveys say of it, and how far it can be trusted."""
    from ..calibration.diagnostics import surveys_in_words
    from ..report.fit_files import follows, trust

    for line in follows(results):
        console.print(line)
    print_fit(console, results.posterior)
    for line in surveys_in_words(results.posterior, results.prior, results.after):
        console.print(f"- {line}")
    console.print(trust(results))


def print_fit(console: Console, posterior: Posterior) -> None:
    """Print a row a parameter, and what the data know in words."""
    from ..calibration.diagnostics import in_words, posterior_table

    table = new_table("parameter", "median", "90%", "prior 90%", "contraction")
    number: Callable[[float], str] = "{:,.3g}".format
    for row in posterior_table(posterior).to_dict("records"):
        table.add_row(
            row["parameter"],
            number(row["median"]),
            f"{number(row['5%'])} to {number(row['95%'])}",
            f"{number(row['prior 5%'])} to {number(row['prior 95%'])}",
            percent(row["contraction"]),
        )
    console.print(table)
    for line in in_words(posterior):
        console.print(f"- {line}")
