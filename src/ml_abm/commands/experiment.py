"""ml-abm experiment: run a study, say how far it is, analyse it, list those that are ready."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import InputError
from .console import OneLine, new_console, pairs_of


def add(verbs: Any) -> None:
    """Add the command."""
    experiment = verbs.add_parser("experiment", help="run many runs as a study, resumable")
    kinds = experiment.add_subparsers(metavar="VERB", required=True)
    run = kinds.add_parser("run", help="run a study, or go on with it")
    run.add_argument(
        "study",
        help="a ready study's name (see `ml-abm experiment list`), a TOML file or a folder of results",
    )
    run.add_argument("--out", type=Path, metavar="DIR", help="where results are kept [the study's name]")
    run.add_argument("--engine", default="local", help="what simulates the runs: local or dask [local]")
    run.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler, such as tcp://10.0.0.1:8786")
    run.add_argument("--workers", type=int, help="threads, or Dask processes on this machine [all cores]")
    run.add_argument("--dry-run", action="store_true", help="say what it would take, and run nothing")
    run.add_argument("--yes", action="store_true", help="run a study of more than 20,000 runs")
    run.set_defaults(command=command("run_study"))

    status = kinds.add_parser("status", help="say how far a study is")
    status.add_argument("folder", type=Path, metavar="DIR", help="a folder of results")
    status.set_defaults(command=command("show_status"))

    # its options are declared beside the analyses, which are heavy: they are read when one is called
    analyse = kinds.add_parser(
        "analyse", help="answer a question from the runs, as a table and a figure", add_help=False
    )
    analyse.add_argument("-h", "--help", action="store_true")
    analyse.add_argument("words", nargs=argparse.REMAINDER)
    analyse.set_defaults(command=analyse_experiment)

    ready = kinds.add_parser("list", help="list the ready studies of the package")
    ready.set_defaults(command=command("list_studies"))


def command(name: str) -> Callable[[argparse.Namespace], None]:
    """Return a command of `studies.py`, imported when it is called."""

    def call(options: argparse.Namespace) -> None:
        from . import studies

        getattr(studies, name)(options, new_console())

    return call


def analyse_experiment(options: argparse.Namespace) -> None:
    """Write table and figure of the answer to one question where asked to, and print it."""
    from ..experiments import load
    from ..experiments.analysis import OPTIONS, VERBS, analyse
    from ..report.files import write_analysis

    words = ["--help"] if options.help or not options.words else options.words
    if words[0] not in VERBS and words[1:2] and words[1] in VERBS:  # the folder first
        words[:2] = reversed(words[:2])
    given = analysis_parser(VERBS, OPTIONS).parse_args(words)
    asked = {name: value for name in VERBS[given.verb].options if (value := getattr(given, name)) is not None}
    asked = {
        name: numbers_of(name, value) if OPTIONS[name].mapping else value for name, value in asked.items()
    }
    found = analyse(load(given.folder), given.verb, asked)
    console = new_console()
    try:
        if given.out:
            write_analysis(given.out, given.verb, found)
    finally:  # what cannot be written is at least read
        console.print(found.title, style="bold")
        console.print(found.sentence)
        console.print(found.table.to_string(max_rows=40, float_format="{:,.4g}".format), soft_wrap=True)
    if given.out:
        console.print(f"Written to {given.out}/{given.verb}.csv and .png")


def analysis_parser(verbs: dict[str, Any], options: dict[str, Any]) -> argparse.ArgumentParser:
    """Return the parser of all analyses, from what is declared of them."""
    top = OneLine(prog="ml-abm experiment analyse")
    kinds = top.add_subparsers(metavar="QUESTION", required=True, dest="verb")
    for verb, about in verbs.items():
        one = kinds.add_parser(verb, help=about.sentence)
        one.add_argument("folder", type=Path, metavar="DIR", help="a folder of results")
        for name in about.options:
            option = options[name]
            kind = {"action": "append"} if option.mapping else {"type": option.kind}
            flag = f"--{name.replace('_', '-')}"
            one.add_argument(flag, metavar=option.metavar, help=option.sentence.replace("%", "%%"), **kind)
        one.add_argument(
            "--out", type=Path, metavar="DIR", help="also write the table (CSV) and the figure (PNG) there"
        )
    return top


def numbers_of(name: str, words: list[str]) -> dict[str, float]:
    """Return the NAME=VALUE pairs of an option as numbers. Raises InputError in one line."""
    example = "NAME=VALUE, such as fidelity=0.5"
    numbers = {}
    for key, text in pairs_of(f"--{name}", words, example).items():
        try:
            numbers[key] = float(text)
        except ValueError:
            raise InputError(f"--{name} {key}={text}: give {example}") from None
    return numbers
