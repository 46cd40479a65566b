"""ml-abm run: run a scenario, print a row per year, write files and a picture."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..foundation.numbers_in_words import percent, points
from .asked import Asked, checked
from .console import compile_first, new_console, print_notes
from .under_way import month_bar

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from rich.console import Console
    from rich.text import Text

    from ..outcomes import Trace
    from ..scenario import Scenario
    from ..simulation import Simulation


def add(verbs: Any) -> None:
    """Add the command."""
    run = verbs.add_parser("run", help="run a scenario and show what happens")
    run.add_argument("scenario", help="a preset's name (see `ml-abm scenarios`) or a TOML file")
    run.add_argument("--country", help="in the school system of a country (see `ml-abm countries`)")
    run.add_argument(
        "--scale", type=float, default=1.0, help="the school system, money and places times this [1]"
    )
    run.add_argument("--months", type=int, help="months to simulate [the scenario's own]")
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
        "--beside",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="run all again with this change, under the same seeds and draws, and show what differs; may be given again",
    )
    run.add_argument(
        "--posterior",
        type=Path,
        metavar="DIR",
        help="a fit's folder (of `ml-abm calibrate --out`): each run takes a draw, that of its seed; --set goes before it",
    )
    run.add_argument(
        "--draw",
        type=int,
        metavar="N",
        help="give a single run this draw of what is uncertain, as the run of seed N has among others",
    )
    run.add_argument(
        "--chance-only",
        action="store_true",
        help="let runs differ by their random seed alone, all else at the scenario's values [what is uncertain is drawn too]",
    )
    run.add_argument(
        "--quick",
        action="store_true",
        help="with --runs, simulate as small a part of a large system as changes nothing that is shown, in proportion; how small is measured",
    )
    add_results(run)
    add_checkpoints(run)
    run.add_argument("--workers", type=int, help="threads [all cores]")
    run.add_argument(
        "--allow-outside",
        action="store_true",
        help="let the scenario name lists and ties outside its own folder",
    )
    run.set_defaults(command=run_scenario)


def add_results(run: argparse.ArgumentParser) -> None:
    """Add what is written and drawn."""
    run.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="write Parquet, CSV and a manifest to a folder; an earlier result there is replaced",
    )
    run.add_argument("--plot", action="store_true", help="draw a picture (PNG), in DIR or beside you")
    run.add_argument(
        "--districts",
        nargs="?",
        const="parquet",
        choices=["parquet", "csv"],
        help="also keep the outcomes of each district, written as Parquet, or as CSV too [parquet]",
    )
    run.add_argument(
        "--also",
        metavar="WHAT",
        default="",
        help="with --out, also write the end of one run: agents (Parquet), agents-csv, graphml, graphml-districts, "
        "graphml-all, geojson; several with commas",
    )


def add_checkpoints(run: argparse.ArgumentParser) -> None:
    """Add how a long run is kept, and gone on with."""
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


def run_scenario(options: argparse.Namespace) -> None:
    """Run a scenario for some seeds; write files and a picture where asked to; print a table."""
    from ..system import tie_reports

    asked = checked(options)
    console = new_console()
    print_notes(console, [asked.given])
    for report in tie_reports(asked.scenario, asked.seeds[0]).values() if asked.scenario.ties else ():
        console.print(report.text)
    if asked.drawn:
        console.print(asked.drawn.words)
    compile_first(console, threads_for(asked) if len(asked.seeds) == 1 else 1)
    if options.quick:
        asked, trace = simulate_small_enough(console, asked)
        run = None
    else:
        run, trace = simulated(console, asked, options)
    other = simulate_beside(console, asked) if asked.beside else None
    try:
        places = written(console, asked, options, run, trace, other)
    finally:  # what cannot be written is at least read
        print_trace(console, trace, asked.scenario, asked.spread_of)
        if other:
            print_beside(console, trace, other, asked)
        if options.scale != 1:
            from ..system.countries import DISTORTS

            console.print(f"\n{DISTORTS}")
    for words in places:
        console.print(words)


def simulated(console: Console, asked: Asked, options: argparse.Namespace) -> tuple[Simulation | None, Trace]:
    """Simulate what is asked; return the run itself where it is one, and the trace."""
    if options.checkpoint:
        run = simulate_with_checkpoints(console, asked, options)
    elif asked.also:
        run = simulate_alone(console, asked, bool(options.districts))
    else:
        return None, simulate_batch(console, asked, bool(options.districts))
    return run, run.trace()


def written(
    console: Console,
    asked: Asked,
    options: argparse.Namespace,
    run: Simulation | None,
    trace: Trace,
    other: Trace | None,
) -> list[str]:
    """Write results and picture where asked to; return in words where they are."""
    from ..report.export import write_also
    from ..report.files import write_folder, write_results

    scenario, picture = asked.scenario, Path(f"{asked.scenario.name}.png")
    second = picture.with_stem(f"{picture.stem}-beside")
    without = live_without(console, asked) if options.plot else None

    def fill(folder: Path) -> None:
        write_results(
            folder, trace, scenario, asked.seeds, asked.months, asked.files, options.districts == "csv"
        )
        if asked.drawn:
            asked.drawn.table.to_csv(folder / "draws.csv", index=False)
        if asked.also and run:
            write_also(run, folder, asked.also)
        if options.plot:
            draw(trace, without, asked, folder / picture.name)
        if options.plot and other:
            draw_beside(trace, other, asked, folder / second.name)

    if options.out:
        write_folder(options.out, fill)
    elif options.plot:
        draw(trace, without, asked, picture)
        if other:
            draw_beside(trace, other, asked, second)
    places = [f"Written to {options.out}{os.sep}"] if options.out else []
    pictures = [picture, *([second] if other else [])] if options.plot else []
    return [*places, *(f"Picture: {(options.out or Path()) / name}" for name in pictures)]


def simulate_batch(console: Console, asked: Asked, districts: bool, what: str = "") -> Trace:
    """Simulate with a progress bar, which says `what` it is about beside its length; of a part, return counts and money of the whole."""
    from ..runs.small_enough import larger
    from ..simulation import simulate, simulate_each
    from ..system.smaller import part_of

    runs = len(asked.seeds)
    what = f"{runs} x {asked.months} months{what}"
    with month_bar(console, what, runs * asked.months) as on_progress:
        how: dict[str, Any] = {"workers": asked.workers, "districts": districts, "progress": on_progress}
        if runs == 1:
            return simulate(asked.scenarios[0], asked.months, asked.seeds[0], **how)
        scenarios = [part_of(scenario, asked.share) for scenario in asked.scenarios]
        trace = simulate_each(scenarios, asked.months, asked.seeds, **how)
    return larger(trace, asked.share) if asked.share < 1 else trace


def simulate_small_enough(console: Console, asked: Asked) -> tuple[Asked, Trace]:
    """Simulate a part of the system that doubles until nothing that is shown changes; print how small it is, and how far that may be off."""
    from ..runs.small_enough import ends_of, small_enough

    traces: list[Trace] = []

    def ends_at(share: float) -> np.ndarray:
        schools = f" in {round(share * whole):,} schools"
        traces.append(simulate_batch(console, replace(asked, share=share), False, schools))
        return ends_of(traces[-1])

    whole = asked.scenario.setting.schools
    found = small_enough(asked.scenario, ends_at)
    if found.share == 1.0:
        console.print(f"All {whole:,} schools were simulated.")
    else:
        console.print(
            f"{round(found.share * whole):,} of {whole:,} schools were simulated, with all else in proportion. Against half as many, shares at the end moved by {points(found.moved)} "
            f"at most; chance adds up to {points(found.added)} (standard deviation) to what it does in the whole."
        )
    return replace(asked, share=found.share), traces[-1]


def live_without(console: Console, asked: Asked) -> Trace:
    """Simulate the same schools and seeds without the programme, which the picture holds the burden against."""
    from ..scenario import without_programme

    if asked.drawn:
        scenarios = [without_programme(scenario) for scenario in asked.scenarios]
    else:  # all runs are of one scenario
        scenarios = [without_programme(asked.scenario)] * len(asked.seeds)
    return simulate_batch(console, replace(asked, scenarios=scenarios), False, " without the programme")


def simulate_beside(console: Console, asked: Asked) -> Trace:
    """Simulate the same seeds and draws with the changes of --beside."""
    return simulate_batch(console, replace(asked, scenarios=list(asked.beside)), False, " with the change")


def simulate_alone(console: Console, asked: Asked, districts: bool) -> Simulation:
    """Simulate one run with a progress bar and return it as it is at the end."""
    from ..simulation import Simulation

    with month_bar(console, f"{asked.months} months", asked.months) as on_progress:
        run = Simulation(asked.scenario, asked.seeds[0], threads=threads_for(asked), districts=districts)
        return run.run_for(asked.months, on_progress)


def simulate_with_checkpoints(console: Console, asked: Asked, options: argparse.Namespace) -> Simulation:
    """Simulate one run with a progress bar and checkpoints; when interrupted, say how to go on."""
    from .. import checkpoint

    try:
        with month_bar(console, f"{asked.months} months", asked.months) as on_progress:
            return checkpoint.run(
                asked.scenario,
                asked.months,
                asked.seeds[0],
                options.checkpoint,
                every=asked.every,
                resume=options.resume,
                threads=threads_for(asked),
                districts=bool(options.districts),
                progress=on_progress,
            )
    except KeyboardInterrupt:
        if (options.checkpoint / checkpoint.FILE).exists():
            print("ml-abm: the last checkpoint is kept; add --resume to go on from it", file=sys.stderr)
        raise


def threads_for(asked: Asked) -> int:
    """Return how many threads one run is worth."""
    from ..foundation.threads import worthwhile
    from ..system.memory import expected_teachers

    return worthwhile(asked.workers, expected_teachers(asked.scenario))


def draw(trace: Trace, without: Trace | None, asked: Asked, path: Path) -> None:
    """Save the overview, beside the runs without the programme; the file appears whole or not at all."""
    from ..foundation.atomic_write import write_whole
    from ..report.figures import overview

    figure = overview(trace, asked.scenario, asked.spread_of, without)
    write_whole(path, lambda part: figure.savefig(part, format="png", dpi=150))


def draw_beside(trace: Trace, other: Trace, asked: Asked, path: Path) -> None:
    """Save the picture of both; the file appears whole or not at all."""
    from ..foundation.atomic_write import write_whole
    from ..report.beside import figure

    found = figure(trace, other, asked.scenario, asked.changes_beside, asked.spread_of)
    write_whole(path, lambda part: found.savefig(part, format="png", dpi=150))


def print_beside(console: Console, trace: Trace, other: Trace, asked: Asked) -> None:
    """Print what the changes of --beside would have changed, at the end."""
    from rich.table import Table

    from ..report.beside import compared

    changes = ", ".join(f"{name} = {value}" for name, value in asked.changes_beside.items())
    runs = len(asked.seeds)
    caption = "One run of each, under the same seed: chance may have made the difference."
    if runs > 1:
        caption = f"Means of {runs} runs; of differences also what holds 90% of the pairs, which differ by {asked.spread_of}."
    table = Table(
        title=f"What would change with {changes}",
        title_justify="left",
        caption=caption,
        caption_justify="left",
    )
    for heading in ("at the end", "as it is", "with the change", "difference"):
        table.add_column(heading, justify="left" if heading == "at the end" else "right")
    for one in compared(trace, other):
        table.add_row(*one.said)
    console.print()
    console.print(table)


def print_trace(console: Console, trace: Trace, scenario: Scenario, spread_of: str) -> None:
    """Print a row per year: reach beside the real points, practice, burden, money; `spread_of` says why runs differ."""
    from rich.table import Table
    from rich.text import Text

    from ..report.figures import by_seed
    from ..report.observed import counted_in_words, observed

    system = by_seed(trace.system)
    mean = system.groupby(level="month").mean()
    points = observed(scenario)
    real = {} if points is None else dict(zip(points.month, points.value, strict=True))
    shown = sorted({*range(0, len(mean), 12), len(mean) - 1, *(m for m in real if m < len(mean))})

    console.print(Text.assemble((scenario.title, "bold"), f". {scenario.sentence}"))
    runs = system.index.get_level_values("seed").nunique()
    columns: dict[str, Callable[[int], str | Text]] = {
        "year": lambda m: f"{scenario.setting.start_year + m / 12:.1f}",
        **reach_columns(scenario, system, real),
        "use it": lambda m: percent(mean.adoption[m]),
        "fidelity": lambda m: f"{mean.fidelity[m]:.2f} / {mean.reported_fidelity[m]:.2f}",
        "effective": lambda m: percent(mean.effective_coverage[m]),
        "strain": lambda m: f"{mean.strain[m]:.2f}",
        "effect SD": lambda m: f"{mean.learning_sd[m]:.3f}",
        "gap": lambda m: percent(mean.funding_gap[m]),
        "gov. pays": lambda m: percent(mean.government_share[m]),
    }
    if runs == 1:
        del columns["90% of runs"]
    if points is None:
        del columns["real count"]
    counted = counted_in_words(scenario)
    caption = "Schools that ever joined, that are on the programme's list, and where it is in use (by half of the staff or more). "
    if runs > 1:
        caption += f"Mean of {runs} runs; reach: median, and 90% of runs for {counted}, by {spread_of}. "
    if points is not None:
        caption += f"Real count: {counted}. "
    caption += "Fidelity of users: true / as reported. Effective: use x fidelity. Effect: over all pupils. Gap: need not funded."
    table = Table(caption=caption, caption_justify="left")
    for heading in columns:
        table.add_column(heading, justify="right")
    for month in shown:
        table.add_row(*(cell(month) for cell in columns.values()))
    console.print(table)
    for month, says in trace.events:
        console.print(f"  {scenario.setting.start_year + month / 12:.1f}  {says}")
    print_fifths(console, trace)
    print_funnel(console, trace)


def reach_columns(
    scenario: Scenario, system: pd.DataFrame, real: Mapping[int, float]
) -> dict[str, Callable[[int], str | Text]]:
    """Return cells of the three reaches by heading: medians over runs; beside what a case counts, 90% of runs and the real count."""
    from rich.text import Text

    from ..outcomes import REACHES
    from ..report.observed import counted, counted_as, counted_in_words

    def cells(values: Mapping[int, float]) -> Callable[[int], str]:
        return lambda m: f"{values[m]:,.0f}"

    reach = counted(scenario, system).groupby(level="month")
    low, high = reach.quantile(0.05), reach.quantile(0.95)
    beside: dict[str, Callable[[int], str | Text]] = {
        "90% of runs": lambda m: f"{low[m]:,.0f}-{high[m]:,.0f}",
        "real count": lambda m: Text(f"{real[m]:,.0f}" if m in real else "", "bold"),
    }
    outcome, _ = counted_as(scenario)
    found: dict[str, Callable[[int], str | Text]] = {}
    if outcome not in (count for _, count in REACHES.values()):
        found |= {counted_in_words(scenario): cells(reach.median()), **beside}
    for word, (_, count) in REACHES.items():
        found[word] = cells(system[count].groupby(level="month").median())
        if count == outcome:
            found |= beside
    return found


def print_fifths(console: Console, trace: Trace) -> None:
    """Print who gets it in the last month: schools in use and learning, of the least and the most disadvantaged fifth of schools."""
    if trace.quintiles is None:
        return
    last = trace.quintiles.index.get_level_values("month").max()
    fifths = trace.quintiles.xs(last, level="month").groupby(level="quintile").mean()
    reach, learning = fifths.reach_in_use, fifths.learning_sd
    console.print(
        f"\nWho gets it, in the last month? In use in {percent(reach.iloc[0])} of the least disadvantaged fifth of schools and in "
        f"{percent(reach.iloc[-1])} of the most disadvantaged (gap {points(reach.iloc[0] - reach.iloc[-1], sign=True)}); "
        f"learning {learning.iloc[0]:.3f} and {learning.iloc[-1]:.3f} SD a year (gap {learning.iloc[0] - learning.iloc[-1]:+.3f})."
    )


def print_funnel(console: Console, trace: Trace) -> None:
    """Print where teachers are lost in the last month, as bars."""
    from ..outcomes import lost
    from ..report.figures import FUNNEL_WORDS, by_seed

    block = "#" if console.options.ascii_only else "█"
    last = by_seed(trace.system).groupby(level="month").mean().iloc[-1]
    console.print("\nWhere teachers are lost in the last month, each at the first barrier met:")
    for name in (*lost(), "delivering"):
        bar = block * round(40 * last[name])
        console.print(f"  {FUNNEL_WORDS[name]:<22}{percent(last[name]):>6}  {bar}")
