"""Growth: time and memory from ten thousand to ten million teachers, threads, and all the world's teachers."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ml_abm import Simulation

from .racing import Runner, Section, race
from .systems import half_reached
from .world import bytes_of

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
TEACHER_MONTHS = 10_000_000


def test_growth(benchmark, hand_in):
    runs = [Simulation(half_reached(n), 1).run_for(12) for n in SIZES]
    teachers = [len(run.system.teachers) for run in runs]
    runners = []
    for run, n in zip(runs, teachers, strict=True):
        months = max(1, TEACHER_MONTHS // n)
        runners.append(Runner(f"{n:,}", lambda run=run, months=months: run.run_for(months), months))
    results = race(benchmark, runners[0], runners[1:])
    sizes = [bytes_of(run.system) for run in runs]
    section = Section(
        "Growth",
        "One month on one thread. Bytes are those of all tables: teachers, what colleagues see, ties, schools, districts.",
        ("teachers", "ms a month", "ns per teacher-month", "bytes a teacher"),
        [
            (r.name, f"{1e3 * r.median:,.3g}", f"{1e9 * r.median / n:,.3g}", f"{size / n:,.1f}")
            for r, n, size in zip(results, teachers, sizes, strict=True)
        ],
    )
    section.bar("Exponent of time", slope(teachers, [r.median for r in results]), at_most=1.05)
    section.bar("Exponent of memory", slope(teachers, sizes), at_most=1.05)
    hand_in(section)


def slope(x: list[float], y: list[float]) -> float:
    """Return the exponent of growth: the slope of log y over log x."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])


def test_threads(benchmark, hand_in):
    """Two runs that have nothing to do with each other say what two threads of this machine can do at most."""
    one, two, *apart = (Simulation(half_reached(1_000_000), 1, threads=k).run_for(12) for k in (1, 2, 1, 1))
    n = len(one.system.teachers)

    def run_apart() -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda run: run.run_for(12), apart))

    results = race(
        benchmark,
        Runner("1 thread", lambda: one.run_for(12), 12 * n),
        [
            Runner("2 threads", lambda: two.run_for(12), 12 * n),
            Runner("two separate runs, a thread each", run_apart, 2 * 12 * n),
        ],
        rounds=7,
        clock=time.perf_counter,
    )
    assert np.array_equal(one.system.teachers, two.system.teachers)
    section = Section(
        "Threads",
        f"One system of {n:,} teachers, its schools shared out; wall-clock time; the bits are compared after the race. Two separate runs say "
        "what this machine's two cores give at most.",
        ("what", "ns per teacher-month", "times as fast as one"),
        [(r.name, f"{1e9 * r.median:,.3g}", f"{results[0].times(r):,.2f}") for r in results],
    )
    section.bar("Two threads", results[0].times(results[1]), at_least=1.8)
    hand_in(section)


LARGE = {
    "Ten million teachers for 15 years": ("--teachers", "10000000", "--months", "180"),
    "All the world's teachers for a year": ("--months", "12"),
}


@pytest.mark.parametrize("title", LARGE)
def test_large_systems(benchmark, hand_in, title):
    """A process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", "benchmarks.world", *LARGE[title]]
    wide = {**os.environ, "COLUMNS": "300"}
    done = benchmark.pedantic(
        subprocess.run,
        args=(command,),
        kwargs={"capture_output": True, "text": True, "check": True, "env": wide},
        rounds=1,
    )
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    said = f"`python -m benchmarks.world {' '.join(LARGE[title])}`, in a process of its own; wall-clock time. A size, and no model of the world."
    hand_in(Section(title, said, ("what it printed",), [(line,) for line in lines]))
