"""Progress of long commands, and what is kept when one is interrupted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import OutputError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import ProgressColumn


@contextmanager
def month_bar(console: Console, words: str, months: int) -> Iterator[Callable[[int], None]]:
    """Show a bar of months to simulate; yields the function to report how many were simulated."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f}%"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    with bar as progress:
        task = progress.add_task(words, total=months)
        yield lambda done: progress.advance(task, done)


@contextmanager
def run_bar(console: Console) -> Iterator[Callable[[int, int], None]]:
    """Show a bar of runs with rate and time left; yields the function to report how many of how many are finished."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("runs"), BarColumn(), MofNCompleteColumn(), rate_column(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("runs", total=None)
        yield lambda finished, planned: bar.update(task, completed=finished, total=planned)


def rate_column() -> ProgressColumn:
    """Return the column of a bar that says how many runs a second there are."""
    from rich.progress import ProgressColumn, Task
    from rich.text import Text

    class Rate(ProgressColumn):
        """Runs a second, of late."""

        def render(self, task: Task) -> Text:
            """Return the rate as text."""
            return Text(f"{task.speed:,.1f}/s" if task.speed else "")

    return Rate()


@contextmanager
def kept(folder: Path) -> Iterator[None]:
    """When the user interrupts or a disk is full, say that nothing is lost."""
    words = f"what is finished is kept in {folder}: the same command goes on from there"
    try:
        yield
    except KeyboardInterrupt:
        print(f"ml-abm: {words}", file=sys.stderr)
        raise
    except OutputError as error:
        holds = any(folder.glob("**/part-*.parquet")) or (folder / "manifest.json").exists()
        raise OutputError(f"{error}; {words}" if holds else str(error)) from None
