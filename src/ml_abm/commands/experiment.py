"""ml-abm experiment: run a study, say how far it is, list those that are ready."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .console import new_console


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
    run.add_argument("--engine", default="local", help="who lives the runs: local or dask [local]")
    run.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler, such as tcp://10.0.0.1:8786")
    run.add_argument("--workers", type=int, help="threads, or Dask processes on this machine [all cores]")
    run.add_argument("--dry-run", action="store_true", help="say what it would take, and run nothing")
    run.add_argument("--yes", action="store_true", help="run a study of more than 20,000 runs")
    run.set_defaults(command=command("run_study"))

    status = kinds.add_parser("status", help="say how far a study is")
    status.add_argument("folder", type=Path, metavar="DIR", help="a folder of results")
    status.set_defaults(command=command("show_status"))

    ready = kinds.add_parser("list", help="list the ready studies of the package")
    ready.set_defaults(command=command("list_studies"))


def command(name: str) -> Callable[[argparse.Namespace], None]:
    """Return a command of `experiments/commands.py`, imported when it is called."""

    def call(options: argparse.Namespace) -> None:
        from ..experiments import commands

        getattr(commands, name)(options, new_console())

    return call
