"""What `ml-abm experiment run | status | list` do: say what they do, show how far it is, sum up. Imported when one is called."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError, printable
from ..experiments import runner, store
from ..experiments.manifest import MANIFEST
from ..experiments.plan import RUNS_WITHOUT_A_WORD, count, in_words
from ..experiments.probe import forecast
from ..experiments.ready import study_names
from ..experiments.study import STUDY_FILE, Study
from ..experiments.variance_reduction import pairing
from ..foundation.numbers_in_words import duration, size
from ..foundation.threads import cores
from ..runs import check_engine
from .console import compile_first, print_notes
from .under_way import kept, run_bar

if TYPE_CHECKING:
    from rich.console import Console

SCENARIOS_SHOWN = 6


def run_study(options: argparse.Namespace, console: Console) -> None:
    """Run a study, or go on with it; or say what it would take."""
    study = Study.find(options.study)
    folder = options.out or folder_of(options.study, study)
    if options.workers is not None and not 1 <= options.workers <= 1024:
        raise InputError(f"--workers {options.workers}: allowed 1 to 1024")
    check_engine(options.engine, options.scheduler)
    introduce(console, study)
    if options.dry_run:
        foretell(console, study, folder, options.workers or cores())
        return
    runner.check_yes(study, options.yes)
    logging.getLogger("distributed").setLevel(
        logging.CRITICAL
    )  # what it has to say comes as an error, in one line
    if options.engine == "local":
        compile_first(console)
    with kept(folder), run_bar(console) as progress:
        runner.complete(
            study,
            folder,
            options.engine,
            workers=options.workers,
            scheduler=options.scheduler,
            yes=options.yes,
            progress=progress,
        )
    sum_up(console, folder)


def folder_of(given: str, study: Study) -> Path:
    """Return where a study's results go: the folder that it was read from, or one of its name."""
    return Path(given) if (Path(given) / STUDY_FILE).exists() else Path(study.name)


def introduce(console: Console, study: Study) -> None:
    """Print what is asked and what is run."""
    console.print(study.title or study.name, style="bold")
    if study.question:
        console.print(study.question)
    console.print(f"{in_words(study)} of {study.months} months, design {study.design}")
    print_notes(console, study.compared().values())


def foretell(console: Console, study: Study, folder: Path, workers: int) -> None:
    """Print what a study takes, and what of it is there."""
    compile_first(console)
    expected = forecast(study, workers)
    console.print(
        f"From the beginning about {duration(expected.seconds)} on {workers} threads here, and {size(expected.bytes)} on disk "
        f"({expected.probed} runs were timed).",
    )
    if (folder / MANIFEST).exists():
        there = runner.status(folder)
        console.print(f"{folder} has {there.finished:,} of {there.planned:,} runs already.")
    if count(study) > RUNS_WITHOUT_A_WORD:
        console.print(f"Above {RUNS_WITHOUT_A_WORD:,} runs it wants --yes.")


def sum_up(console: Console, folder: Path) -> None:
    """Print the mean of every outcome in each scenario, and what the same random seeds everywhere has gained."""
    from rich.table import Table

    experiment = store.load(folder, months=False)
    gains = pairing(experiment)["gain"] if experiment.study.replicates > 1 else {}
    names = list(experiment.study.compared())[:SCENARIOS_SHOWN]
    means = experiment.runs.groupby("scenario")[list(experiment.study.outcomes)].mean()
    caption = f"Means over all points and replicates in month {experiment.study.months - 1}."
    if len(gains):
        caption += " Gain: runs that an unpaired comparison would need, as a factor (variance reduction by common random numbers)."
    table = Table(
        "outcome", *names, *(["gain"] if len(gains) else []), caption=caption, caption_justify="left"
    )
    for outcome in experiment.study.outcomes:
        cells = [f"{means.loc[name, outcome]:,.4g}" for name in names]
        table.add_row(outcome, *cells, f"{gains[outcome]:,.3g}" if outcome in gains else "")
    console.print(table)
    console.print(f"{len(experiment.runs):,} runs are in {folder}")


def show_status(options: argparse.Namespace, console: Console) -> None:
    """Print how far the study in a folder is."""
    there = runner.status(options.folder)
    console.print(
        f"{printable(there.study)}: {there.finished:,} of {there.planned:,} runs are finished, in {there.parts:,} parts "
        f"({size(there.bytes)}).",
    )
    if there.finished < there.planned:
        console.print(f"`ml-abm experiment run {options.folder}` goes on with it.")
    if not there.current:
        console.print(
            "They are of other code of the model: run again, all of them would be simulated anew.",
        )


def list_studies(options: argparse.Namespace, console: Console) -> None:
    """Print the ready studies of the package."""
    from rich.table import Table

    table = Table("name", "runs", "question")
    for name in study_names():
        study = Study.preset(name)
        table.add_row(name, f"{count(study):,}", study.question)
    console.print(table)
