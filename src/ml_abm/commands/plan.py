"""ml-abm plan: which packages of levers, in which months, reach the goal, with which odds and at what price."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .console import compile_first, in_range, new_console, new_table, pairs_of, print_notes
from .under_way import kept, run_bar

if TYPE_CHECKING:
    from rich.console import Console

    from ..plan.found import Plan

SHOWN = ("goal", "cheapest", "better", "when", "money", "never")


def add(verbs: Any) -> None:
    """Add the command."""
    plan = verbs.add_parser(
        "plan", help="packages of levers, each with its month, that reach a goal under a budget"
    )
    plan.add_argument("scenario", help="a preset's name (see `ml-abm scenarios`) or a TOML file")
    plan.add_argument(
        "--budget",
        type=float,
        metavar="USD",
        help="what may be spent in all, the programme as it is included",
    )
    plan.add_argument("--budget-a-year", type=float, metavar="USD", help="what may be spent in any year")
    plan.add_argument(
        "--goal", action="append", default=[], metavar="NAME=VALUE",
        help="schools, teachers, fidelity, government_share or sustained_years in place of the scenario's [endgame] (repeat it)",
    )  # fmt: skip
    plan.add_argument("--by", type=int, metavar="YEAR", help="the year of the goal")
    plan.add_argument("--levers", metavar="A,B,...", help="levers that may be pulled [all that can be moved]")
    plan.add_argument(
        "--apart",
        action="append",
        default=[],
        metavar="A,B",
        help="two levers that cannot be together (repeat it)",
    )
    plan.add_argument("--most-levers", type=int, default=5, help="levers of one package [5]")
    plan.add_argument("--runs", type=int, default=8_000, help="runs at most [8000]")
    plan.add_argument(
        "--whole", action="store_true", help="judge finalists with every school, however many (slow)"
    )
    plan.add_argument(
        "--out", type=Path, metavar="DIR", required=True, help="write plan.html, scenarios and tables here"
    )
    plan.add_argument(
        "--keep", type=Path, metavar="DIR",
        help="keep runs here, so that the same command goes on after Ctrl-C [the folder of --out with -runs behind its name]",
    )  # fmt: skip
    plan.add_argument(
        "--seed", type=int, default=1, help="random seed of draws, chance events and the search [1]"
    )
    plan.add_argument("--workers", type=int, help="threads [all cores]")
    plan.add_argument(
        "--allow-outside",
        action="store_true",
        help="let the scenario name lists and ties outside its own folder",
    )
    plan.set_defaults(command=search_plan)


def search_plan(options: argparse.Namespace) -> None:
    """Search, write the folder, and print the answers in words."""
    from ..errors import OutputError
    from ..foundation.threads import cores
    from ..plan import plan
    from ..plan.asked import asked
    from ..plan.planned import Size, check_size
    from ..report.files import check_folder
    from ..report.plan_page import OURS, REPORT, write
    from ..scenario import Scenario

    check_installed()
    scenario = Scenario.find(options.scenario, anywhere=options.allow_outside)
    wishes: dict[str, Any] = {
        "goal": numbers_of(options.goal),
        "by": options.by,
        "levers": words_of(options.levers) if options.levers is not None else None,
        "apart": [pair_of(pair) for pair in options.apart],
        "most_levers": options.most_levers,
        "budget": options.budget,
        "budget_a_year": options.budget_a_year,
    }
    asked(scenario, **wishes)
    size = Size(runs=options.runs, **({"full_teachers": 0} if options.whole else {}))
    check_size(size, options.seed)
    workers = in_range("--workers", cores() if options.workers is None else options.workers, 1, 1024)
    check_folder(options.out, OURS)
    keep = options.keep or options.out.with_name(f"{options.out.name}-runs")
    if keep.exists() and not keep.is_dir():
        raise OutputError(f"--keep {keep} is a file: give a folder")
    console = new_console()
    print_notes(console, [scenario])
    compile_first(console)
    with kept(keep), under_way(console) as (on_progress, on_front):
        found = plan(
            scenario,
            **wishes,
            size=size,
            seed=options.seed,
            keep=keep,
            workers=workers,
            on_progress=on_progress,
            on_front=on_front,
        )
    try:
        write(found, options.out)
    finally:  # what cannot be written is at least read
        print_answers(console, found)
    console.print(f"Written to {options.out}{os.sep}; read {REPORT} first. Runs are kept in {keep}{os.sep}")


def check_installed() -> None:
    """Raise EngineError where pymoo is not installed."""
    from importlib.util import find_spec

    from ..errors import EngineError

    if find_spec("pymoo") is None:
        raise EngineError("`ml-abm plan` needs pymoo: pip install 'ml-abm[search]'")


@contextmanager
def under_way(console: Console) -> Iterator[tuple[Callable[[int, int], None], Callable[..., None]]]:
    """Show a bar of runs, and a line for each generation with what the front has by then."""
    with run_bar(console) as progress:

        def on_front(generation: int, runs: int, front: list[tuple[str, Any]]) -> None:
            from ..foundation.numbers_in_words import percent

            odds = max(-float(means[1]) for _, means in front)
            coverage = max(-float(means[3]) for _, means in front)
            console.print(
                f"Generation {generation}, {runs:,} runs: {len(front)} packages on the front, odds up to {percent(odds)}, coverage up to {percent(coverage)}"
            )

        yield progress, on_front


def numbers_of(words: list[str]) -> dict[str, float]:
    """Return NAME=VALUE words as numbers. Raises PlanError."""
    from ..errors import PlanError, short

    found = {}
    for name, text in pairs_of("--goal", words, "NAME=VALUE, such as schools=0.5").items():
        try:
            found[name] = float(text)
        except ValueError:
            raise PlanError(f"--goal {name} = {short(text)}: allowed are numbers such as 0.5") from None
    return found


def words_of(text: str) -> list[str]:
    """Return words between commas."""
    return [word.strip() for word in text.split(",") if word.strip()]


def pair_of(text: str) -> tuple[str, str]:
    """Return two levers. Raises PlanError for another number."""
    from ..errors import PlanError, short

    words = words_of(text)
    if len(words) != 2:
        raise PlanError(f"--apart {short(text)}: give two levers with a comma between them")
    return words[0], words[1]


def print_answers(console: Console, found: Plan) -> None:
    """Print the answers in words, and the table of packages."""
    from ..foundation.numbers_in_words import money, percent, points
    from ..plan.answers import sentences

    console.print(found.asked.scenario.title, style="bold")
    texts = sentences(found)
    for section in SHOWN:
        for sentence in texts[section]:
            console.print(sentence)
    table = new_table("package", "what is done", "odds", "cost", "coverage", "gain", "worst tenth", "regret")
    for row in found.packages.to_dict(orient="records"):
        table.add_row(
            row["name"], row["levers"], percent(row["odds"]), money(row["cost"]), percent(row["coverage"]),
            points(row["gain"]), percent(row["worst_tenth"]), points(row["regret"]),
        )  # fmt: skip
    console.print(table)
