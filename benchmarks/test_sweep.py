"""The month of a teacher: kernels beside the plain-Mesa reference, and what the memory could stream."""

import numpy as np

from ml_abm import Simulation
from tests.reference.model import Reference

from .racing import Runner, Section, nanoseconds, race
from .systems import half_reached

TEACHERS = 50_000
MONTHS = 12
SETTLING = 12  # months simulated before the clock starts, so that every stage has its teachers
HEADING = ("what", "ns per teacher-month", "times ours", "")


def settled(teachers: int, **changes: float) -> Simulation:
    """Return a run that has lived its first year."""
    return Simulation(half_reached(teachers, **changes), 1).run_for(SETTLING)


def test_the_same_model_in_plain_mesa(benchmark, hand_in):
    run, reference = settled(TEACHERS), Reference(half_reached(TEACHERS), 1)
    n = len(run.system.teachers)
    results = race(
        benchmark,
        Runner("kernels", lambda: run.run_for(MONTHS), n * MONTHS, "one thread"),
        [Runner("plain-Mesa reference", reference.step, n, "`tests/reference`: same model, same bits")],
        rounds=3,
    )
    section = Section(
        "The same model in plain Mesa",
        f"The whole month of {n:,} teachers with their schools, districts, champions and funders; the reference gives the same bits.",
        HEADING,
        nanoseconds(results),
    )
    section.bar("Times as fast as the plain-Mesa reference", results[1].times(results[0]), at_least=1000)
    hand_in(section)


def test_the_memory_could_stream(benchmark, hand_in):
    run = settled(2_000_000)
    rows = run.system.teachers.view(np.uint8)
    there = np.empty_like(rows)
    n, size = len(run.system.teachers), run.system.teachers.itemsize
    results = race(
        benchmark,
        Runner("a month", lambda: run.run_for(1), n, "one thread"),
        [
            Runner(
                "copying the rows",
                lambda: np.copyto(there, rows),
                n,
                f"{size} bytes read and written a teacher",
            )
        ],
    )
    gigabytes = 2 * size / results[1].median / 1e9
    hand_in(
        Section(
            "What the memory could stream",
            f"A month reads and writes each of {n:,} rows once. Copying them, {gigabytes:.1f} GB/s here, is the least that it could take: "
            "the rest is arithmetic, so a faster memory would not help.",
            HEADING,
            nanoseconds(results),
        )
    )
