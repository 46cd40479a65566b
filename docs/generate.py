"""Write the generated pages and tables of docs/ from the declarations in the code: `make docs`."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import ml_abm
from ml_abm.cli import parser
from ml_abm.commands.experiment import analysis_parser
from ml_abm.draws import Decision
from ml_abm.experiments.analysis import OPTIONS, VERBS
from ml_abm.foundation.numbers_in_words import capital
from ml_abm.outcomes import LedgerOutcomes, Outcome, QuintileOutcomes, SpreadOutcomes, describe
from ml_abm.parameters import ROW, SECTIONS, declarations
from ml_abm.scenario import Scenario, preset_names
from ml_abm.tables import TABLES, columns

DOCS = Path(__file__).parent


def table(heading: list[str], rows: list[list[Any]]) -> str:
    lines = ["| " + " | ".join(heading) + " |", "|" + "---|" * len(heading)]
    lines += ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def parameters() -> str:
    page = ""
    for section, cls in SECTIONS.items():
        page += f"\n## `{section}`\n\n{(cls.__doc__ or '').splitlines()[0]}\n\n"
        rows = [a.row(f"`{a.name}`") for a in declarations().values() if a.section == section]
        page += table(list(ROW), rows)
    return page


def outcomes() -> str:
    return told(describe()) + "".join(
        f"\n## {heading}\n\n{sentence}\n\n{told(columns(of))}" for heading, sentence, of in OTHER_OUTCOMES
    )


def told(about: Mapping[str, Outcome]) -> str:
    rows = [[f"`{name}`", o.unit, o.family, o.sentence] for name, o in about.items()]
    return table(["outcome", "unit", "family", "what it is"], rows)


OTHER_OUTCOMES = (
    (
        "Who gets it: `Trace.quintiles`",
        "A row for each month and fifth of the schools by disadvantage, 1 the least disadvantaged; `quintiles.csv` and `quintiles.parquet` of `ml-abm run --out`. "
        "The first fifth less the last is `reach_gap` and `equity_gap` above.",
        QuintileOutcomes,
    ),
    (
        "How people and schools differ: `Trace.spread`",
        "A row for each month; `spread.csv` and `spread.parquet`. Quantiles (10, 50 and 90%) to the nearest hundredth, over teachers and over schools' means.",
        SpreadOutcomes,
    ),
    (
        "Accounts of funders: `Trace.funders`",
        "A row for each month and funder; `funders.csv` and `funders.parquet`.",
        LedgerOutcomes,
    ),
)


def entities() -> str:
    page = ""
    for name, row in TABLES.items():
        page += f"\n**{name}**: {(row.__doc__ or '').splitlines()[0]}\n\n"
        page += table(
            ["column", "unit", "what it is"],
            [[f"`{c}`", a.unit, a.sentence] for c, a in columns(row).items()],
        )
    return page


def decisions() -> str:
    return table(["stream", "decision"], [[d.value, d.name.lower().replace("_", " ")] for d in Decision])


def scenarios() -> str:
    rows = []
    for name in preset_names():
        s = Scenario.preset(name)
        rows.append(
            [
                f"`{name}`",
                s.sentence,
                f"{s.setting.schools:,} schools in {s.setting.districts:,} districts",
                f"{s.setting.start_year:.0f}, {s.months} months",
            ]
        )
    return table(["preset", "what it is", "system", "time"], rows)


def command_line() -> str:
    """Return every command with its arguments and options, as argparse has them."""
    page = ""
    for name, sentence, one in commands(parser(), "ml-abm", ""):
        rows = [[f"`{spelt(a)}`", a.help] for a in one._actions if not isinstance(a, argparse._HelpAction)]
        page += f"\n## `{name}`\n\n{capital(sentence)}.\n"
        page += f"\n```\n{usage(name, one)}\n```\n"
        page += f"\n{table(['argument or option', 'what it is'], rows)}" if rows else ""
    return page


def commands(
    parent: argparse.ArgumentParser, name: str, sentence: str
) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Yield name, sentence and parser of each command that has no others below it."""
    below = [a for a in parent._actions if isinstance(a, argparse._SubParsersAction)]
    if name == "ml-abm experiment analyse" and not below:  # its parser is made when it is called
        yield from commands(analysis_parser(VERBS, OPTIONS), name, sentence)
        return
    if not below:
        yield name, sentence, parent
        return
    for about in below[0]._choices_actions:
        yield from commands(below[0].choices[about.dest], f"{name} {about.dest}", about.help or "")


def usage(name: str, one: argparse.ArgumentParser) -> str:
    """Return a command with all that it cannot do without."""
    words, may = [name], False
    for action in one._actions:
        if not action.option_strings:
            words.append(spelt(action) if action.nargs not in ("?", "*") else f"[{spelt(action)}]")
        elif action.required:
            words.append(spelt(action))
        else:
            may |= not isinstance(action, argparse._HelpAction)
    return " ".join([*words, *(["[OPTIONS]"] if may else [])])


def spelt(action: argparse.Action) -> str:
    """Return an argument or option as one types it."""
    flag = ", ".join(action.option_strings)
    if action.nargs == 0:
        return flag
    value = action.metavar or (f"{{{','.join(action.choices)}}}" if action.choices else action.dest.upper())
    return f"{flag} {value}{' ...' if action.nargs in ('+', '*') else ''}".strip()


def numbers() -> str:
    """Return where each number of behaviour is from, and each that is not known of a setting."""
    rows = [
        [f"`{a.name}`", f"{a.default:g}", a.unit, a.mark, a.source]
        for a in declarations().values()
        if a.section == "behaviour" or (a.section == "setting" and a.role == "uncertainty")
    ]
    return table(["number", "default", "unit", "grade", "from"], rows)


PACKAGE = Path(ml_abm.__file__).parent


def rooms() -> str:
    """Return a row per room of the package: what its first line says, and which rooms it imports from."""
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE).parts
        room = found.setdefault(inside[0].removesuffix(".py"), set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == len(inside):
                room |= {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
    rows = []
    for room, others in sorted(found.items()):
        if not room.startswith("__"):
            file = PACKAGE / room / "__init__.py" if (PACKAGE / room).is_dir() else PACKAGE / f"{room}.py"
            first = (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").splitlines()[0]
            rows.append([f"`{room}`", first, ", ".join(sorted((others & set(found)) - {room, "__init__"}))])
    return table(["room", "what is in it", "imports from"], rows)


TABLES_OF = {
    "rooms": rooms,
    "entities": entities,
    "numbers": numbers,
    "decisions": decisions,
    "scenarios": scenarios,
}
PAGES = {
    "cli.md": (
        "# The command line\n\nEvery command with every option, from the parsers of the code; `ml-abm COMMAND --help` says the same. Generated by `make docs`.\n\n"
        "Exit codes: 0 done, 1 a bug, 2 what was given cannot be used (one line says why), 130 interrupted, 143 terminated.\n",
        command_line,
    ),
    "parameters.md": (
        "# Parameters\n\nEvery number of the model, from `src/ml_abm/parameters.py`: *role* says who could decide it, *mark* how its default is known "
        "([glossary](glossary.md)). Generated by `make docs`.\n",
        parameters,
    ),
    "outcomes.md": (
        "# Outcomes\n\nEverything that is recorded each month, from `src/ml_abm/outcomes.py`. Words are in the [glossary](glossary.md). Generated by `make docs`.\n\n"
        "Three reaches are easily taken for each other: schools that *ever joined* (`reach_ever`, `schools_ever`), schools *on the list* (`reach_schools`, `schools_enrolled`: joined and not left), and schools "
        "where it is *in use* (`reach_in_use`, `schools_in_use`), on the list or not. Tables and pictures name which they show.\n\n",
        outcomes,
    ),
}
MARKED = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end generated -->)", re.DOTALL)


def filled(text: str) -> str:
    """Return a page with every marked table renewed."""
    return MARKED.sub(lambda m: m[1] + "\n" + TABLES_OF[m[2]]() + "\n" + m[3], text)


def pages() -> dict[Path, str]:
    """Return every page that has something generated in it, as it should be."""
    wanted = {DOCS / name: head + rest() for name, (head, rest) in PAGES.items()}
    for path in sorted(DOCS.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        if "<!-- generated:" in text:
            wanted[path] = filled(text)
    return wanted


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
        print(f"wrote docs/{path.relative_to(DOCS)}")
