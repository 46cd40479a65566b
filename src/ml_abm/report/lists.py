"""What was found in a list, printed for the person who has to correct it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from ..lists.faults import Fault, Report, plural
from ..plain_text import written_out

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text


def print_report(console: Console, report: Report) -> None:
    """Print where each column was found, what was put right, and every kind of fault with its first rows."""
    console.print(in_bold(report.path.name, f": {report.form}, {plural(report.rows, 'row')}"))
    print_pairs(console, "Columns", report.columns.items())
    if report.unused:
        print_pairs(console, "", [("not used", ", ".join(report.unused))])
    if report.fixed:
        print_pairs(console, "Put right", ((f"{fix.count:,}", fix.sentence) for fix in report.fixed), "right")
    for note in report.notes:
        console.print(f"\nNote: {written_out(note)}")
    console.print()
    if report.clean:
        console.print(in_bold("Clean", f": {report.summary}"))
    else:
        print_faults(console, report)


def in_bold(begin: str, rest: str) -> Text:
    """Return a line whose beginning is bold; nothing in it is taken as markup."""
    from rich.text import Text

    return Text.assemble((written_out(begin), "bold"), written_out(rest))


def print_pairs(
    console: Console, title: str, pairs: Iterable[tuple[str, str]], side: Literal["left", "right"] = "left"
) -> None:
    """Print a title and two columns below it."""
    from rich.table import Table
    from rich.text import Text

    if title:
        console.print(f"\n{title}")
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    table.add_column(justify=side, min_width=10)
    table.add_column()
    for left, right in pairs:
        table.add_row(Text(written_out(left)), Text(written_out(right)))
    console.print(table)


def print_faults(console: Console, report: Report) -> None:
    """Print a table of the kinds of fault."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    table.add_column("fault", width=26)
    table.add_column("rows", justify="right")
    table.add_column(report.unit, justify="right", no_wrap=True)
    for heading in ("id", "value", "allowed"):
        table.add_column(heading, overflow="fold")
    for fault in report.faults:
        table.add_row(*cells_of(fault))
    rows, kinds = plural(report.wrong, "row"), plural(len(report.faults), "kind")
    console.print(in_bold("Not clean", f": {rows} with {kinds} of fault; the first rows of each:"))
    console.print(table)


def cells_of(fault: Fault) -> list[Text]:
    """Return the cells of one kind of fault, a line for each of its first rows."""
    from rich.text import Text

    first = fault.first_rows
    return [
        Text.assemble((fault.kind, "bold"), f"\n  {fault.sentence}"),
        Text(f"{fault.count:,}"),
        Text("\n".join(str(row.line) for row in first)),
        Text("\n".join(row.id or "''" for row in first)),
        Text("\n".join(row.value or "''" for row in first)),
        Text(fault.allowed),
    ]
