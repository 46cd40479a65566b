"""The command line: ml-abm run | experiment | scenarios | parameters | cases.

Nothing heavy is imported before a command needs it, so that `ml-abm --help` answers at once.
Exit codes: 0 done, 1 a bug, 2 what was given cannot be used (one line says why), 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from . import __version__
from .errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from .outcomes import Trace
    from .scenario import Scenario

DONE, WRONG_INPUT, INTERRUPTED = 0, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        options = parser().parse_args(arguments)
        options.command(options)
        return DONE
    except InputError as error:
        print(f"ml-abm: {error}", file=sys.stderr)
        return WRONG_INPUT
    except KeyboardInterrupt:
        print("ml-abm: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


class OneLine(argparse.ArgumentParser):
    """A parser whose errors are one line, as all others of this program."""

    def error(self, message: str) -> NoReturn:
        """Raise InputError instead of printing the usage."""
        raise InputError(f"{message} (see `{self.prog} --help`)")


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = OneLine(
        prog="ml-abm",
        description="Why do good classroom ideas die between the pilot and the system, and what would have to change?",
    )
    top.add_argument("--version", action="version", version=f"ml-abm {__version__}")
    verbs = top.add_subparsers(metavar="COMMAND", required=True)

    run = verbs.add_parser("run", help="run a scenario and show what happens")
    run.add_argument("scenario", help="a preset's name (see `ml-abm scenarios`) or a TOML file")
    run.add_argument("--country", help="in the school system of a country (see `ml-abm countries`)")
    run.add_argument(
        "--scale", type=float, default=1.0, help="the school system, money and places times this [1]"
    )
    run.add_argument("--months", type=int, help="months to live [the scenario's own]")
    run.add_argument("--seed", type=int, default=1, help="first seed [1]")
    run.add_argument("--runs", type=int, default=1, help="runs, with seeds from SEED on [1]")
    run.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        dest="changes",
        help="change a parameter, such as innovation.tool_hours=3; may be given again",
    )
    run.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write Parquet, CSV and a manifest to a folder; an earlier result there is replaced",
    )
    run.add_argument("--plot", action="store_true", help="draw a picture (PNG), in DIR or beside you")
    run.add_argument("--districts", action="store_true", help="also keep the outcomes of each district")
    run.add_argument("--workers", type=int, help="threads [all cores]")
    run.add_argument(
        "--checkpoint",
        type=Path,
        metavar="DIR",
        help="keep a checkpoint of a long run in this folder (one run only)",
    )
    run.add_argument("--every", type=int, default=12, help="months between checkpoints [12]")
    run.add_argument(
        "--resume",
        action="store_true",
        help="go on from the checkpoint in DIR; begin where there is none yet",
    )
    run.set_defaults(command=run_scenario)

    scenarios = verbs.add_parser("scenarios", help="list, show or copy the scenarios of the package")
    scenarios.add_argument("verb", nargs="?", choices=["list", "show", "copy"], default="list")
    scenarios.add_argument("name", nargs="?", help="a preset's name")
    scenarios.set_defaults(command=list_scenarios)

    countries = verbs.add_parser("countries", help="list the school systems of countries, with sources")
    countries.add_argument("name", nargs="?", help="a country")
    countries.set_defaults(command=list_countries)

    parameters = verbs.add_parser("parameters", help="print every parameter with unit, range and source")
    parameters.add_argument("search", nargs="?", default="", help="only those with this word in them")
    parameters.set_defaults(command=list_parameters)

    add_experiment(verbs.add_parser("experiment", help="run many runs as a study, resumable"))

    cases = verbs.add_parser("cases", help="list the real cases, or show one")
    cases.add_argument("name", nargs="?", help="a case")
    cases.add_argument("--marks", default="AB", help="marks of the points shown, of A, B and C [AB]")
    cases.set_defaults(command=list_cases)
    return top


def add_experiment(experiment: argparse.ArgumentParser) -> None:
    """Add the verbs of `ml-abm experiment`."""
    verbs = experiment.add_subparsers(metavar="VERB", required=True)
    run = verbs.add_parser("run", help="run a study, or go on with it")
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
    run.set_defaults(command=experiment_command("run_study"))

    status = verbs.add_parser("status", help="say how far a study is")
    status.add_argument("folder", type=Path, metavar="DIR", help="a folder of results")
    status.set_defaults(command=experiment_command("show_status"))

    ready = verbs.add_parser("list", help="list the ready studies of the package")
    ready.set_defaults(command=experiment_command("list_studies"))


def experiment_command(name: str) -> Callable[[argparse.Namespace], None]:
    """Return a command of `experiments/commands.py`, imported when it is called."""

    def command(options: argparse.Namespace) -> None:
        from .experiments import commands

        getattr(commands, name)(options, new_console())

    return command


# --- ml-abm run --------------------------------------------------------------------------------------------------------


def run_scenario(options: argparse.Namespace) -> None:
    """Run a scenario for some seeds; print a table; write files and a picture where asked to."""
    from .report.files import check_folder, write_folder, write_results
    from .report.observed import observed
    from .scenario import Scenario
    from .system.memory import check_size
    from .threads import cores

    scenario = sized(Scenario.find(options.scenario), options).replace(changes_of(options.changes))
    months = in_range("--months", options.months if options.months is not None else scenario.months, 1, 1200)
    seed = in_range("--seed", options.seed, 0, 2**63 - 1)
    runs = in_range("--runs", options.runs, 1, 1_000_000)
    workers = in_range("--workers", cores() if options.workers is None else options.workers, 1, 1024)
    every = in_range("--every", options.every, 1, 1200)
    if options.checkpoint and runs > 1:
        raise InputError(f"--checkpoint keeps one run, and --runs is {runs}: leave one of them out")
    if options.resume and not options.checkpoint:
        raise InputError("--resume needs --checkpoint DIR, the folder to go on from")
    check_size(scenario, at_once=min(workers, runs), district_months=runs * months * options.districts)
    observed(scenario)  # a case that does not exist is said before the run, not after it
    if options.out:
        check_folder(options.out)
    console = new_console()
    seeds = list(range(seed, seed + runs))
    compile_for(console, scenario, workers if runs == 1 else 1)
    if options.checkpoint:
        trace = live_with_checkpoints(console, scenario, months, seed, workers, every, options)
    else:
        trace = live(console, scenario, months, seeds, workers, options.districts)
    print_trace(console, trace, scenario)
    if options.scale != 1:
        from .system.countries import DISTORTS

        console.print(f"\n{DISTORTS}", highlight=False)
    picture = Path(f"{scenario.name}.png")
    if options.out:

        def fill(folder: Path) -> None:
            write_results(folder, trace, scenario, seeds, months)
            if options.plot:
                draw(trace, scenario, folder / picture.name)

        write_folder(options.out, fill)
        console.print(f"Written to {options.out}{os.sep}", highlight=False)
    elif options.plot:
        draw(trace, scenario, picture)
    if options.plot:
        console.print(f"Picture: {(options.out or Path()) / picture.name}", highlight=False)


def sized(scenario: Scenario, options: argparse.Namespace) -> Scenario:
    """Return the scenario in the country and at the scale that were asked for."""
    from .system.countries import in_country, scaled

    if options.country:
        scenario = in_country(scenario, options.country)
    return scaled(scenario, options.scale) if options.scale != 1 else scenario


def changes_of(assignments: list[str]) -> dict[str, Any]:
    """Return NAME=VALUE pairs; values are read as TOML reads them."""
    import tomllib

    changes = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals or not name.strip():
            raise InputError(f"--set {assignment}: give NAME=VALUE, such as innovation.tool_hours=3")
        try:
            changes[name.strip()] = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            changes[name.strip()] = text.strip()
    return changes


def in_range(name: str, value: int, low: int, high: int) -> int:
    """Return a value of the command line, or raise InputError in one line."""
    if not low <= value <= high:
        raise InputError(f"{name} {value}: allowed {low} to {high}")
    return value


def live(
    console: Console, scenario: Scenario, months: int, seeds: list[int], workers: int, districts: bool
) -> Trace:
    """Simulate with a progress bar."""
    from .simulation import simulate

    with month_bar(console, f"{len(seeds)} x {months} months", len(seeds) * months) as told:
        chosen: Any = seeds if len(seeds) > 1 else seeds[0]
        return simulate(scenario, months, chosen, workers=workers, districts=districts, progress=told)


def live_with_checkpoints(
    console: Console,
    scenario: Scenario,
    months: int,
    seed: int,
    workers: int,
    every: int,
    options: argparse.Namespace,
) -> Trace:
    """Simulate one run with a progress bar and checkpoints; when interrupted, say how to go on."""
    from . import checkpoint
    from .system.memory import expected_teachers
    from .threads import worthwhile

    threads = worthwhile(workers, expected_teachers(scenario))
    try:
        with month_bar(console, f"{months} months", months) as told:
            return checkpoint.live(
                scenario,
                months,
                seed,
                options.checkpoint,
                every=every,
                resume=options.resume,
                threads=threads,
                districts=options.districts,
                progress=told,
            )
    except KeyboardInterrupt:
        if (options.checkpoint / checkpoint.FILE).exists():
            print("ml-abm: the last checkpoint is kept; add --resume to go on from it", file=sys.stderr)
        raise


@contextmanager
def month_bar(console: Console, words: str, months: int) -> Iterator[Callable[[int], None]]:
    """Show a bar of months to live; yields the function to tell how many were lived."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    with bar as progress:
        task = progress.add_task(words, total=months)
        yield lambda lived: progress.advance(task, lived)


def compile_for(console: Console, scenario: Scenario, workers: int) -> None:
    """Compile what this run needs, by living a month of the smallest system; say so where it takes more than a moment."""
    from .compiled import on_disk
    from .simulation import DOORS, Simulation
    from .system.memory import expected_teachers
    from .threads import worthwhile

    threads = worthwhile(workers, expected_teachers(scenario))
    words = "Compiling the model for this machine: once, about 20 seconds ..."
    known = all(map(on_disk, DOORS[threads > 1]))
    with nullcontext() if known else console.status(words):
        Simulation(tiny(scenario), seed=0, threads=threads).run_for(1)


def tiny(scenario: Scenario) -> Scenario:
    """Return the smallest school system, which compiles all that the real one needs."""
    return type(scenario)().replace(
        {"districts": 1, "schools": 1, "pilot_schools": 0, "pilot_districts": 0, "timeline": []}
    )


def draw(trace: Trace, scenario: Scenario, path: Path) -> None:
    """Save the overview; the file appears whole or not at all."""
    from .errors import OutputError
    from .report.figures import overview

    part = path.with_name(f".{path.name}.part")
    try:
        overview(trace, scenario).savefig(part, format="png", dpi=150)
        part.replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)


def print_trace(console: Console, trace: Trace, scenario: Scenario) -> None:
    """Print a row a year: reach beside the real points, practice, burden, money."""
    from rich.table import Table

    from .report.figures import by_seed
    from .report.observed import counted, observed

    system = by_seed(trace.system)
    reach = counted(scenario, system).groupby(level="month")
    mean = system.groupby(level="month").mean()
    low, median, high = reach.quantile(0.05), reach.median(), reach.quantile(0.95)
    points = observed(scenario)
    noun = scenario.case_metric if points is not None else "schools"
    real = {} if points is None else dict(zip(points.month, points.value, strict=True))
    shown = sorted({*range(0, len(mean), 12), len(mean) - 1, *(m for m in real if m < len(mean))})

    console.print(f"[bold]{scenario.title}[/bold]. {scenario.sentence}", highlight=False)
    runs = system.index.get_level_values("seed").nunique()
    columns: dict[str, Callable[[int], str]] = {
        "year": lambda m: f"{scenario.setting.start_year + m / 12:.1f}",
        noun: lambda m: f"{median[m]:,.0f}",
        "90 % of runs": lambda m: f"{low[m]:,.0f}-{high[m]:,.0f}",
        "real count": lambda m: f"[bold]{real[m]:,.0f}[/bold]" if m in real else "",
        "use it": lambda m: f"{mean.adoption[m]:.0%}",
        "fidelity": lambda m: f"{mean.fidelity[m]:.2f} / {mean.reported_fidelity[m]:.2f}",
        "effective": lambda m: f"{mean.effective_coverage[m]:.0%}",
        "strain": lambda m: f"{mean.strain[m]:.2f}",
        "effect SD": lambda m: f"{mean.learning_sd[m]:.3f}",
        "gap": lambda m: f"{mean.funding_gap[m]:.0%}",
        "gov. pays": lambda m: f"{mean.government_share[m]:.0%}",
    }
    if runs == 1:
        del columns["90 % of runs"]
    if points is None:
        del columns["real count"]
    caption = f"Mean of {runs} runs; {noun}: median and 90 % of runs, by luck alone. " if runs > 1 else ""
    caption += "Fidelity of users: true / as reported. Effective: use x fidelity. Effect: over all pupils. Gap: need not funded."
    table = Table(caption=caption, caption_justify="left")
    for heading in columns:
        table.add_column(heading, justify="right")
    for month in shown:
        table.add_row(*(cell(month) for cell in columns.values()))
    console.print(table, highlight=False)
    for month, says in trace.events:
        console.print(f"  {scenario.setting.start_year + month / 12:.1f}  {says}", highlight=False)
    print_funnel(console, trace)


def print_funnel(console: Console, trace: Trace) -> None:
    """Print why not everybody delivers in the last month, as bars."""
    from .outcomes import lost
    from .report.figures import FUNNEL_WORDS, by_seed

    last = by_seed(trace.system).groupby(level="month").mean().iloc[-1]
    console.print("\nWhy not everybody, in the last month? Each teacher at the first barrier met:")
    for name in (*lost(), "delivering"):
        bar = "█" * round(40 * last[name])
        console.print(f"  {FUNNEL_WORDS[name]:<22}{last[name]:>6.1%}  {bar}", highlight=False)


# --- ml-abm scenarios, parameters, cases -------------------------------------------------------------------------------


def list_scenarios(options: argparse.Namespace) -> None:
    """List the presets, show one with its comments, or copy one into this folder."""
    from .errors import OutputError
    from .scenario import Scenario, preset_names, preset_text

    if options.verb == "list":
        table = new_table("name", "system", "sentence")
        for name in preset_names():
            scenario = Scenario.preset(name)
            table.add_row(name, f"{scenario.setting.schools:,} schools", scenario.sentence)
        new_console().print(table, highlight=False)
        return
    if not options.name:
        raise InputError(f"scenarios {options.verb}: give a preset's name, of {', '.join(preset_names())}")
    text = preset_text(options.name)
    if options.verb == "show":
        print(text, end="")
        return
    path = Path(f"{options.name}.toml")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise OutputError(f"{path} exists already: move it away first") from None
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from None
    print(f"Copied to {path}: change it and run `ml-abm run {path}`")


def list_countries(options: argparse.Namespace) -> None:
    """List the school systems of countries, or show one with its sources."""
    from rich.table import Table

    from .evidence import countries
    from .system.countries import structure

    console = new_console()
    if options.name:
        rows = structure(options.name)
        table = Table("parameter", "value", "mark", "source")
        for name, row in rows.iterrows():
            table.add_row(str(name), f"{row['value']:,g}", row["mark"], row["source"])
    else:
        wide = countries().pivot(index="country", columns="parameter", values="value")
        names = ("districts", "schools", "teachers_per_school", "pupils_per_teacher", "teacher_attrition")
        table = Table("country")
        for name in names:
            table.add_column(name.replace("_", " "), justify="right")
        for country, row in wide.iterrows():
            table.add_row(str(country), *(f"{row[name]:,.15g}" for name in names))
    console.print(table, highlight=False)


def list_parameters(options: argparse.Namespace) -> None:
    """Print the declarations of all parameters, or of those that contain a word."""
    from .parameters import declarations

    word = options.search.lower()
    found = [a for a in declarations().values() if word in f"{a.dotted} {a.sentence} {a.source}".lower()]
    if not found:
        raise InputError(f"no parameter has {options.search!r} in its name, sentence or source")
    table = new_table("parameter", "default", "range", "unit", "role", "mark", "what it is", "source")
    for a in found:
        table.add_row(
            a.dotted,
            f"{a.default:g}",
            f"{a.low:g} to {a.high:g}",
            a.unit,
            a.role,
            a.mark,
            a.sentence,
            a.source,
        )
    new_console().print(table, highlight=False)


def list_cases(options: argparse.Namespace) -> None:
    """List all cases, or print one with its sources."""
    from .calibration.case import all_cases, load_case

    console = new_console()
    if not options.name:
        table = new_table("case", "programme", "country", "counted", "A", "B", "C", "years")
        for row in all_cases().to_dict("records"):
            table.add_row(
                row["case"],
                row["programme"],
                row["country"],
                row["metric"],
                str(row["A"]),
                str(row["B"]),
                str(row["C"]),
                f"{row['from']:.0f}-{row['to']:.0f}",
            )
        console.print(table, highlight=False)
        return
    case = load_case(options.name, options.marks)
    console.print(f"[bold]{case.programme}[/bold], {case.country}", highlight=False)
    table = new_table("year", "counted", "value", "of", "mark", "source")
    for row in case.points.sort_values(["metric", "year"]).to_dict("records"):
        of = "" if row["denominator"] != row["denominator"] else f"{row['denominator']:,.0f}"
        table.add_row(
            f"{row['year']:.1f}", row["metric"], f"{row['value']:,g}", of, row["confidence"], row["source"]
        )
    console.print(table, highlight=False)


def new_table(*headings: str) -> Any:
    """Return an empty table for people."""
    from rich.table import Table

    table = Table()
    for heading in headings:
        table.add_column(heading, no_wrap=heading == headings[0])
    return table


def new_console() -> Console:
    """Return the console; a pipe gets wide lines instead of 80 columns."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 160)


if __name__ == "__main__":
    sys.exit(main())
