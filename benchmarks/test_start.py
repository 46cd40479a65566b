"""The first run after installing, the ones after it, and `--help`."""

import os
import subprocess
import sys
import tempfile
import time

from .racing import Section


def seconds(*arguments: str, cache: str) -> float:
    """Return the seconds of one command in a process of its own, with machine code kept in a folder."""
    began = time.perf_counter()
    environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
    subprocess.run(
        [sys.executable, "-m", "ml_abm", *arguments], env=environment, check=True, capture_output=True
    )
    return time.perf_counter() - began


def test_start(benchmark, hand_in):
    run = ("run", "base", "--months", "60")

    def first_run() -> tuple[float, float]:
        with tempfile.TemporaryDirectory() as cache:
            return seconds(*run, cache=cache), min(seconds(*run, cache=cache) for _ in range(5))

    first, warm = benchmark.pedantic(first_run, rounds=1)
    with tempfile.TemporaryDirectory() as cache:
        answers = min(seconds("--help", cache=cache) for _ in range(5))
    section = Section(
        "From the first run on",
        "Wall-clock time of `ml-abm run base --months 60` in a process of its own: the first compiles everything, later ones find it on disk (best of five).",
        ("command", "seconds"),
        [("first run", f"{first:.1f}"), ("later runs", f"{warm:.2f}"), ("`--help`", f"{answers:.2f}")],
    )
    section.bar("First run, s", first, at_most=20)
    section.bar("Later runs, s", warm, at_most=2)
    section.bar("Help, s", answers, at_most=0.4)
    hand_in(section)
