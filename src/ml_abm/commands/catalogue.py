"""ml-abm scenarios, countries, parameters and cases: what comes with the package."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..errors import InputError
from .console import new_console, new_table


def add(verbs: Any) -> None:
    """Add the commands."""
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

    cases = verbs.add_parser("cases", help="list the real cases, or show one")
    cases.add_argument("name", nargs="?", help="a case")
    cases.add_argument("--marks", default="AB", help="marks of the points shown, of A, B and C [AB]")
    cases.set_defaults(command=list_cases)


def list_scenarios(options: argparse.Namespace) -> None:
    """List the presets, show one with its comments, or copy one into this folder."""
    from ..errors import OutputError
    from ..scenario import Scenario, preset_names, preset_text

    if options.verb == "list":
        table = new_table("name", "system", "sentence")
        for name in preset_names():
            scenario = Scenario.preset(name)
            table.add_row(name, f"{scenario.setting.schools:,} schools", scenario.sentence)
        new_console().print(table)
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

    from ..evidence import countries
    from ..system.countries import structure

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
    console.print(table)


def list_parameters(options: argparse.Namespace) -> None:
    """Print the declarations of all parameters, or of those that contain a word."""
    from ..parameters import ROW, declarations

    word = options.search.lower()
    found = [a for a in declarations().values() if word in f"{a.dotted} {a.sentence} {a.source}".lower()]
    if not found:
        raise InputError(f"no parameter has {options.search!r} in its name, sentence or source")
    table = new_table(*ROW)
    for a in found:
        table.add_row(*a.row(a.dotted))
    new_console().print(table)


def list_cases(options: argparse.Namespace) -> None:
    """List all cases, or print one with its sources."""
    from rich.text import Text

    from ..calibration.case import all_cases, load_case
    from ..scenario import Scenario, preset_names

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
        console.print(table)
        return
    presets_case = Scenario.preset(options.name).case if options.name in preset_names() else ""
    case = load_case(presets_case or options.name, options.marks)
    console.print(Text.assemble((case.programme, "bold"), f", {case.country}"))
    table = new_table("year", "counted", "value", "of", "mark", "source")
    for row in case.points.sort_values(["metric", "year"]).to_dict("records"):
        of = "" if row["denominator"] != row["denominator"] else f"{row['denominator']:,.0f}"
        table.add_row(
            f"{row['year']:.1f}", row["metric"], f"{row['value']:,g}", of, row["confidence"], row["source"]
        )
    console.print(table)
