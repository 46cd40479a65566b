"""The month of a teacher: kernels beside the plain-Mesa reference, a C twin, and what the memory could stream."""

from collections.abc import Callable

import numpy as np
import pytest

from ml_abm import Simulation
from ml_abm.kernels.run import live_schools
from tests.reference.model import Reference

from .c_kernel import SAME_BITS, compile_kernel
from .racing import Runner, Section, nanoseconds, race
from .systems import half_reached

TEACHERS = 50_000
MONTHS = 12
SETTLING = 12  # months lived before the clock starts, so that every stage has its teachers
C_FLAGS = {"C, same bits": (), "C, other bits": ("-ffp-contract=fast",)}
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


def test_the_same_sweep_in_c(benchmark, hand_in):
    kernels = {name: compile_kernel(flags=(*SAME_BITS, *flags)) for name, flags in C_FLAGS.items()}
    if None in kernels.values():
        pytest.skip("no C compiler")
    runs = {name: settled(TEACHERS) for name in ("Numba", *kernels)}
    n = len(runs["Numba"].system.teachers)
    results = race(
        benchmark,
        Runner("Numba", lambda: sweep(runs["Numba"], live_schools), n * MONTHS, "our kernels"),
        [
            Runner(
                name, lambda name=name: sweep(runs[name], kernels[name]), n * MONTHS, " ".join(C_FLAGS[name])
            )
            for name in kernels
        ],
        rounds=9,
    )
    assert np.array_equal(runs["Numba"].system.teachers, runs["C, same bits"].system.teachers)
    section = Section(
        "The same sweep in C",
        f"Schools and teachers of a month, {n:,} teachers, one thread; `benchmarks/teacher_month.c` over the same tables, compiled with {' '.join(SAME_BITS)}. "
        "The bits are compared after the race.",
        HEADING,
        nanoseconds(results),
    )
    section.bar("Kernels over C of the same bits", results[0].times(results[1]), at_most=1.3)
    hand_in(section)


def sweep(run: Simulation, live: Callable[..., None]) -> None:
    """Let schools and teachers live some months, by one kernel or another."""
    for month in range(run.month, run.month + MONTHS):
        live(run.system, run.parameters, np.uint64(run.seed), month, 0, len(run.system.schools))
    run.month += MONTHS


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
