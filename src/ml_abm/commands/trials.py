"""ml-abm trials: what studies found, beside what the model gives for the same arms."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import InputError, suggestion
from .console import compile_first, in_range, new_console, new_table
from .under_way import kept, run_bar

if TYPE_CHECKING:
    from rich.console import Console

    from ..trials import Compared, Portfolio, Trial
    from ..trials.trial import Found

T = TypeVar("T")
USES = ("fit", "sign", "check", "cost", "structure")


def add(verbs: Any) -> None:
    """Add the command."""
    trials = verbs.add_parser("trials", help="compare the model with what studies found")
    kinds = trials.add_subparsers(metavar="VERB", required=True)

    listed = kinds.add_parser("list", help="list the trials of the package")
    listed.add_argument("--use", choices=USES, help="only those that are used so")
    listed.set_defaults(command=list_trials)

    show = kinds.add_parser(
        "show", help="show a trial: study, arms, statistics, and why the arms stand for it"
    )
    show.add_argument("trial", help="a trial's id (see `ml-abm trials list`) or a TOML file")
    show.set_defaults(command=show_trial)

    run = kinds.add_parser("run", help="run trials and compare them with their studies (all: a minute)")
    run.add_argument(
        "trials", nargs="*", metavar="TRIAL", help="ids, or TOML files of your own [all of the package]"
    )
    run.add_argument("--seeds", type=int, help="runs of each arm [each trial's own number]")
    add_options(run, "a figure per trial, and the table as CSV and JSON")
    run.set_defaults(command=run_asked)

    value = kinds.add_parser(
        "value", help="say which study, or which number, would narrow an answer most if it were known better"
    )
    value.add_argument("scenario", help="a preset's name or a TOML file")
    value.add_argument(
        "--outcome", default="effective_coverage", help="the answer at the end [effective_coverage]"
    )
    value.add_argument(
        "--beside",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="the answer is what this change would change; may be given again",
    )
    value.add_argument("--runs", type=int, default=400, help="draws [400]")
    value.add_argument("--months", type=int, help="months to simulate [the scenario's own]")
    value.add_argument("--workers", type=int, help="threads [all cores]")
    value.set_defaults(command=say_value)

    portfolio = kinds.add_parser(
        "portfolio",
        help="run a portfolio of programmes: which share scales, and which spreads without effect",
    )
    portfolio.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", help="a portfolio of your own (TOML) [the package's]"
    )
    portfolio.add_argument("--programmes", type=int, default=400, help="how many programmes are drawn [400]")
    add_options(portfolio, "a row per programme, the shares as CSV and JSON, and a figure")
    portfolio.set_defaults(command=run_a_portfolio)


def add_options(parser: argparse.ArgumentParser, written: str) -> None:
    """Add the options that many runs share."""
    parser.add_argument("--out", type=Path, metavar="DIR", help=f"write {written} here")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep finished runs here, and resume from them"
    )
    parser.add_argument("--workers", type=int, help="threads, or processes of Dask [all cores]")
    parser.add_argument("--engine", default="local", help="what simulates the runs: local or dask [local]")
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="a Dask scheduler, such as tcp://10.0.0.1:8786"
    )


def list_trials(options: argparse.Namespace) -> None:
    """List the trials of the package."""
    from ..trials import load_trials

    table = new_table("trial", "use", "grade", "study", "question")
    for trial in load_trials():
        if options.use in (None, trial.use):
            table.add_row(trial.id, trial.use, trial.grade[0], trial.study, trial.question)
    new_console().print(table)


def show_trial(options: argparse.Namespace) -> None:
    """Print all that is known of a trial."""
    from ..trials import find_trial

    trial = find_trial(options.trial)
    console = new_console()
    console.print(f"{trial.id}: {trial.question}", style="bold")
    for name, text in facts_of(trial):
        console.print(f"{name}: {text}", soft_wrap=True)
    for name, changes in trial.arms.items():
        console.print(f"Arm {name}: {changes_in_words(changes)}", soft_wrap=True)
    for found in trial.found:
        console.print()
        console.print(f"Found: {found.what}", style="bold", soft_wrap=True)
        console.print(f"  statistic: {found.statistic} ({found.unit})", soft_wrap=True)
        console.print(f"  study: {found_in_words(found) or 'no value is compared'}", soft_wrap=True)
        if found.missed_because:
            console.print(f"  missed by the model: {found.missed_because}", soft_wrap=True)


FEWEST = 40  # draws, below which chance explains as much as most figures do
VALUABLE = 12  # rows


def say_value(options: argparse.Namespace) -> None:
    """Print what explains most of the spread of an answer: figures of trials and numbers of behaviour."""
    from ..assess.value import of_figures
    from ..foundation.numbers_in_words import percent
    from ..parameters import find
    from ..trials import load_trials

    y, about = answers(options)
    table = of_figures(range(len(y)), y)
    console, shown = new_console(), table[table["shown"]].head(VALUABLE)
    asked = {trial.id: trial for trial in load_trials()}
    console.print(
        f"{about}: over {len(y)} draws its standard deviation is {y.std():.3g}, and its mean {y.mean():.3g}.",
        soft_wrap=True,
    )
    if shown.empty:
        console.print(
            f"No figure and no number explains more of that than chance would ({percent(float(table['chance'].iloc[0]))}): many matter a little."
        )
        return
    rows = new_table(
        "what", "explains", "known better, it would narrow the answer by this share of its variance"
    )
    for one in shown.itertuples():
        if one.kind == "figure of a trial":
            trial = asked[one.name.partition(".")[0]]
            rows.add_row(f"trial {one.name}", percent(one.share), f"{trial.question} ({trial.study})")
        else:
            described = find(one.name)
            rows.add_row(one.name, percent(one.share), described.sentence if described else "")
    console.print(rows)
    console.print(
        "Each by itself: what several explain in common is counted in each. Chance explains up to "
        f"{percent(float(table['chance'].iloc[0]))}, and what explains less is not shown."
    )


def answers(options: argparse.Namespace) -> tuple[Any, str]:
    """Return the answer in each draw, and what it is."""
    from ..calibration.uncertain import with_draw
    from ..foundation.threads import cores
    from ..outcomes import describe
    from ..scenario import Scenario
    from ..simulation import simulate_each
    from ..system import settled
    from ..system.settled import changed
    from .asked import changes_of
    from .under_way import month_bar

    if options.outcome not in describe():
        raise InputError(
            f"--outcome {options.outcome} is not known.{suggestion(options.outcome, describe())} docs/outcomes.md lists them"
        )
    scenario = settled(Scenario.find(options.scenario))
    changes = changes_of(options.beside, "--beside")
    runs = in_range("--runs", options.runs, FEWEST, 100_000)
    months = in_range("--months", options.months if options.months is not None else scenario.months, 1, 1200)
    workers = in_range("--workers", cores() if options.workers is None else options.workers, 1, 1024)
    console = new_console()
    compile_first(console, 1)
    drawn, seeds = [with_draw(scenario, number) for number in range(runs)], list(range(runs))
    sides = [drawn, [changed(one, changes) for one in drawn]] if changes else [drawn]
    found = []
    for side in sides:
        with month_bar(console, f"{runs} draws x {months} months", runs * months) as on_progress:
            trace = simulate_each(side, months, seeds, workers=workers, districts=False, progress=on_progress)
        found.append(trace.system[options.outcome].unstack("seed").iloc[-1].to_numpy(float))
    name = (
        options.outcome
        if len(found) == 1
        else f"What {', '.join(options.beside)} changes of {options.outcome}"
    )
    return found[-1] - (found[0] if len(found) == 2 else 0.0), name


def facts_of(trial: Trial) -> list[tuple[str, str]]:
    """Return what there is to say of a trial but its arms and findings."""
    it = trial.intervention
    size = (
        ""
        if it is None
        else f"{it.name}, {it.effect_size:g} SD/year at full practice ({it.low:g} to {it.high:g}): {it.source}"
    )
    every = [
        ("Study", f"{trial.study}, {trial.country}. {trial.source}"),
        ("Grade", trial.grade),
        ("Use", trial.use),
        ("Why the arms stand for the study", " ".join(trial.why.split())),
        ("Assumed", " ".join(trial.assumed)),
        ("Caution", trial.note),
        ("Intervention", size),
        ("Runs", f"{trial.months} months, {trial.seeds} random seeds per arm"),
        ("All arms", changes_in_words(trial.design) if trial.design else ""),
    ]
    return [(name, text) for name, text in every if text]


def changes_in_words(changes: dict[str, Any]) -> str:
    """Return what an arm changes, in a line."""
    from ..foundation.toml_file import flat
    from ..foundation.toml_text import literal

    said = [f"{name} = {literal(value)}" for name, value in flat(changes)]
    return ", ".join(said) if said else "no change"


def found_in_words(found: Found) -> str:
    """Return what a study found, in a line."""
    value = (
        "" if found.value is None else f"{found.value:g} ({found.low:g} to {found.high:g}, {found.interval})"
    )
    return ", ".join(filter(None, (value, found.direction)))


def run_asked(options: argparse.Namespace) -> None:
    """Run trials, write what is asked for, and print study and model side by side."""
    from ..report.trials import OURS, write_trials
    from ..trials import find_trial, load_trials, run_trials

    trials = [find_trial(name) for name in options.trials] or load_trials()
    seeds = None if options.seeds is None else in_range("--seeds", options.seeds, 1, 10_000)
    console = new_console()
    check_options(options, OURS)
    results = many(options, console, partial(run_trials, trials, seeds))
    try:
        if options.out:
            write_trials(options.out, results)
    finally:  # what cannot be written is at least read
        rows = [(result.trial, it) for result in results for it in result.compared]
        print_results(console, rows)
    if options.out:
        console.print(f"Written to {options.out}{os.sep}")
    check_faults(rows)


def many(options: argparse.Namespace, console: Console, run: Callable[..., T]) -> T:
    """Return what many runs gave, as the options that they share ask for; a bar shows how far they are."""
    compile_first(console)
    with kept(options.keep) if options.keep else nullcontext(), run_bar(console) as progress:
        return run(
            options.workers,
            keep=options.keep,
            engine=options.engine,
            scheduler=options.scheduler,
            progress=progress,
        )


def check_options(options: argparse.Namespace, ours: tuple[str, ...]) -> None:
    """Raise InputError, before anything is computed, for options that cannot be."""
    from ..report.files import check_folder
    from ..runs import check_engine

    if options.workers is not None:
        in_range("--workers", options.workers, 1, 1024)
    check_engine(options.engine, options.scheduler)
    if options.out:
        check_folder(options.out, ours)
    if options.keep and options.keep.exists() and not options.keep.is_dir():
        raise InputError(f"--keep {options.keep} is a file: give a folder")


def print_results(console: Console, rows: list[tuple[Trial, Compared]]) -> None:
    """Print a row for each finding, and of what is missed why."""
    from rich.table import Table

    from ..trials.result import FAR

    table = Table(
        "trial", "finding", "study", "model", "distance", "verdict",
        caption=f"Model: two standard errors over seeds. Distance: in standard errors of the study; up to {FAR:g} holds. A direction must hold.",
        caption_justify="left",
    )  # fmt: skip
    for trial, it in rows:
        distance = "" if it.distance is None else f"{it.distance:+.1f}"
        model = "" if it.fault else f"{rounded(it.model)} ± {rounded(2 * it.chance)}"
        table.add_row(
            trial.id,
            it.found.what,
            found_in_words(it.found),
            model,
            distance,
            "missed" if it.missed else "holds",
        )
    console.print(table)
    for trial, it in rows:
        if it.missed and it.found.missed_because:
            console.print(f"{trial.id}, {it.found.what}: {it.found.missed_because}", soft_wrap=True)
    missed = sum(it.missed for _, it in rows)
    console.print(f"{len(rows) - missed} of {len(rows)} findings hold.")


def rounded(value: float) -> str:
    """Return a number of no particular kind to three digits."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def check_faults(rows: list[tuple[Trial, Compared]]) -> None:
    """Raise TrialError for statistics that could not be worked out; the others are shown by then."""
    from ..errors import TrialError, in_one_line

    faults = [f"{trial.id}, {it.found.what}: {it.fault}" for trial, it in rows if it.fault]
    if faults:
        raise TrialError(in_one_line(faults))


def run_a_portfolio(options: argparse.Namespace) -> None:
    """Run a portfolio of programmes, write what is asked for, and print the shares."""
    from ..report.trials import OURS, write_portfolio
    from ..trials import Portfolio, load_portfolio, run_portfolio

    portfolio = Portfolio.load(options.file) if options.file else load_portfolio()
    programmes = in_range("--programmes", options.programmes, 1, 100_000)
    console = new_console()
    check_options(options, OURS)
    table = many(options, console, partial(run_portfolio, portfolio, programmes))
    try:
        if options.out:
            write_portfolio(options.out, portfolio, table)
    finally:
        print_shares(console, portfolio, table)
    if options.out:
        console.print(f"Written to {options.out}{os.sep}")


def print_shares(console: Console, portfolio: Portfolio, found: Any) -> None:
    """Print the share of each fate, with two standard errors of the draw."""
    from rich.table import Table

    from ..trials.fates import FATES, shares_of, spread_without_effect

    console.print(portfolio.title, style="bold")
    table = Table(
        "programmes", "number", *FATES,
        caption=f"Scaled: {portfolio.scale.statement}. Two standard errors of the draw of programmes. Behaviour is at its defaults.",
        caption_justify="left",
    )  # fmt: skip
    for row in shares_of(found).to_dict("records"):
        cells = [f"{100 * row[fate]:.0f}% ± {200 * row[f'{fate}, chance']:.0f}" for fate in FATES]
        table.add_row(row["programmes"], f"{row['n']:,}", *cells)
    console.print(table)
    share, chance = spread_without_effect(found)
    console.print(
        f"Spread without effect: {100 * share:.1f}% ± {200 * chance:.1f} of all programmes (below {portfolio.scale.no_effect_below:g} SD a year at full practice)."
    )
