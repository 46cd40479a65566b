"""Collects the sections that benchmarks hand in, and writes them to docs/benchmarks.md when all of them have been measured."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

import pytest

from ml_abm.foundation.threads import cores
from ml_abm.system.memory import memory_free

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN = """# Benchmarks

Written by `make bench`; all figures of one run. Rivals do their work in turn with ours, round by round, and a ratio is the median of
the rounds' ratios: read ratios, since seconds belong to the machine. Processor time unless a table says otherwise.

"""


def pytest_configure(config: pytest.Config) -> None:
    config.stash[SECTIONS] = []


SECTIONS = pytest.StashKey[list]()


@pytest.fixture
def hand_in(request):
    """Take a section for the page."""
    return request.config.stash[SECTIONS].append


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    sections = session.config.stash[SECTIONS]
    narrowed = session.config.getoption("keyword") or session.config.getoption("markexpr")
    text = BEGIN + machine() + "".join(map(markdown, sections))
    if exitstatus == 0 and sections and not narrowed:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print("\n" + text)


def machine() -> str:
    """Return what this was measured on."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("numba", "numpy", "pandas", "mesa"))
    return (
        f"Machine: {processor()}, {cores()} cores, {memory_free() / 2**30:.0f} GiB free, {platform.system()}; "
        f"Python {platform.python_version()}, {packages}. A shared machine: medians of several rounds.\n"
    )


def processor() -> str:
    """Return the processor's name."""
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as info:
            for line in info:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def markdown(section) -> str:
    """Return a section as Markdown."""
    lines = [f"\n## {section.title}\n", section.how, ""]
    lines += ["| " + " | ".join(section.heading) + " |", "|" + "---|" * len(section.heading)]
    lines += ["| " + " | ".join(row) + " |" for row in section.rows]
    notes = [*section.verdicts, *(f"Skipped: {why}." for why in section.skipped)]
    return "\n".join([*lines, "", *notes]) + "\n"
