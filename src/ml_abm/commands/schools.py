"""ml-abm schools: check, repair or make up a list of schools."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from .console import in_range, new_console, pairs_of, print_notes

if TYPE_CHECKING:
    from ..scenario import Scenario

IN_A_SCENARIO = {
    "--columns": "columns",
    "--pupils-per-teacher": "fill_pupils_per_teacher",
    "--teachers": "teachers",
    "--teacher-columns": "teacher_columns",
}
REPORT_WIDTH = 100  # columns of a report on a list, where it is not printed to a terminal


def add(verbs: Any) -> None:
    """Add the commands for lists of schools."""
    schools = verbs.add_parser("schools", help="check, repair or make up a list of schools")
    kinds = schools.add_subparsers(metavar="VERB", required=True)
    check = kinds.add_parser(
        "check", help="say all that is wrong with a list, or with those of a scenario file"
    )
    check.set_defaults(command=check_lists)
    fix = kinds.add_parser("fix", help="write a clean list, by repairs that you name or that lose nothing")
    fix.add_argument("--out", type=Path, required=True, metavar="CLEAN", help="a new .csv or .parquet file")
    fix.add_argument(
        "--drop", nargs="+", default=[], metavar="KIND", help="leave out rows with these kinds of fault"
    )
    fix.set_defaults(command=fix_list)
    fix.add_argument(
        "--unplace",
        nargs="+",
        default=[],
        metavar="KIND",
        help="take both coordinates away from rows with these kinds of fault, and keep the rows",
    )
    fix.add_argument(
        "--swap-coordinates", action="store_true", help="swap coordinates that fit when they are swapped"
    )
    for verb in (check, fix):
        verb.add_argument(
            "file", nargs="?", help="CSV, Parquet or Excel; or a scenario file (.toml) that names them"
        )
        verb.add_argument(
            "--columns",
            nargs="+",
            default=[],
            metavar="WORD=HEADING",
            help="our word for a column and its heading, such as id='School Code'",
        )
        verb.add_argument(
            "--allow-outside",
            action="store_true",
            help="let a scenario file name lists outside its own folder",
        )
        verb.add_argument(
            "--pupils-per-teacher",
            type=float,
            default=0.0,
            metavar="N",
            help="fill in missing numbers of teachers from pupils, one for N",
        )
    check.add_argument("--teachers", default="", metavar="FILE", help="also check this list of teachers")
    check.add_argument("--teacher-columns", nargs="+", default=[], metavar="WORD=HEADING", help="its columns")
    make = kinds.add_parser(
        "make", help="make up a list of schools to try things out: zambia-like, india-like"
    )
    make.add_argument("country", help="zambia-like or india-like: a made-up country of that shape")
    make.add_argument("--schools", type=int, default=1000, help="schools in it [1000]")
    make.add_argument("--seed", type=int, default=1, help="another seed makes another list [1]")
    make.add_argument("--out", type=Path, required=True, metavar="FILE", help="a new .csv or .parquet file")
    make.add_argument("--messy", action="store_true", help="with the faults that exports have, as CSV")
    make.add_argument("--teachers", type=Path, metavar="FILE", help="also make up a list of their teachers")
    make.set_defaults(command=make_list)


def check_lists(options: argparse.Namespace) -> None:
    """Print all that is wrong with a list of schools, and with one of teachers."""
    from ..errors import ListError
    from ..lists.school_list import check_schools, check_teachers
    from ..report.lists import print_report
    from ..system.settled import with_numbers

    scenario, typed = scenario_of(options)
    system = scenario.system
    schools = report = check_schools(system, typed=typed)
    console = new_console(REPORT_WIDTH)
    print_report(console, report)
    if report.clean and system.teachers:
        report = check_teachers(system, typed=typed)
        console.print()
        print_report(console, report)
    if not report.clean:
        mends = ", or see `ml-abm schools fix --help`" if report is schools else ""
        raise ListError(f"{report.path.name} is not clean: correct it{mends}")
    if typed:
        with_numbers(scenario)  # what it adds up to may still be out of range
    else:
        print_notes(console, [scenario])


def fix_list(options: argparse.Namespace) -> None:
    """Write a clean list of schools and print what was changed for that."""
    from ..errors import ListError
    from ..lists.mends import Mends
    from ..lists.repair import repair
    from ..report.lists import print_report

    mends = Mends(tuple(options.drop), tuple(options.unplace), options.swap_coordinates)
    scenario, typed = scenario_of(options)
    report = repair(scenario.system, options.out, mends, typed=typed)
    console = new_console(REPORT_WIDTH)
    print_report(console, report)
    if not report.clean:
        raise ListError(f"{options.out} is not written, as faults remain: correct them, or name more repairs")
    console.print(f"Written to {options.out}")


def make_list(options: argparse.Namespace) -> None:
    """Write a made-up list of schools."""
    from ..lists.repair import check_new, write
    from ..system.messy import write_messy
    from ..system.synthetic import make_schools, make_teachers

    for path in filter(None, (options.out, options.teachers)):
        check_new(path)
    if options.teachers and options.teachers.resolve() == options.out.resolve():
        raise InputError(f"--teachers {options.teachers} is --out as well: give two files")
    seed = in_range("--seed", options.seed, 0, 2**63 - 1)
    schools = make_schools(options.country, options.schools, seed)
    made = []
    if options.messy:
        planted = write_messy(schools, options.out, seed)
        made.append(f"Planted {sum(planted.values())} faults of {len(planted)} kinds")
    else:
        write(schools, options.out)
    made.append(f"Made up {len(schools):,} schools, none of them real: {options.out}")
    if options.teachers:
        teachers = make_teachers(schools, seed)
        write(teachers, options.teachers)
        made.append(f"Made up {len(teachers):,} teachers, none of them real: {options.teachers}")
    print(*made, sep="\n")


def scenario_of(options: argparse.Namespace) -> tuple[Scenario, bool]:
    """Return the scenario whose lists a command names, and whether the command names them and their columns itself."""
    from ..scenario import Scenario

    if options.file is None:
        raise InputError("name the file before the options: they take all words that stand behind them")
    if options.file.endswith(".toml"):
        refuse_beside_scenario(options)
        scenario = Scenario.load(options.file, anywhere=options.allow_outside)
        if not scenario.system.schools:
            raise InputError(
                f"{options.file} names no list of schools: give [system] schools = 'schools.csv'"
            )
        return scenario, False
    asked = {
        "schools": options.file,
        "columns": headings_of("--columns", options.columns),
        "fill_pupils_per_teacher": options.pupils_per_teacher,
        "teachers": getattr(options, "teachers", ""),
        "teacher_columns": headings_of("--teacher-columns", getattr(options, "teacher_columns", [])),
    }
    return Scenario(system=asked), True


def refuse_beside_scenario(options: argparse.Namespace) -> None:
    """Raise InputError for options that say what a scenario file says itself."""
    for option, key in IN_A_SCENARIO.items():
        if getattr(options, option.strip("-").replace("-", "_"), None):
            raise InputError(f"{option} goes with a list; for {options.file} say {key} in its [system]")


def headings_of(option: str, words: list[str]) -> dict[str, str]:
    """Return WORD=HEADING pairs."""
    example = "WORD=HEADING, such as id='School Code'"
    pairs = pairs_of(option, words, example)
    for word, heading in pairs.items():
        if not heading:
            raise InputError(f"{option} {word}=: give {example}")
    return pairs
