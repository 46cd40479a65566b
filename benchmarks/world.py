"""All the world's teachers in one school system: `python -m benchmarks.world`. Prints memory, time and what becomes of the idea.

94 million teachers: UNESCO Institute for Statistics, teachers in pre-primary to tertiary education, about 2020. The system is a
size, not a model of the world: one ministry, equal rules, a pilot of a thousand schools and money in proportion.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ml_abm import Scenario, Simulation
from ml_abm.foundation.threads import cores

TEACHERS = 94_000_000
TEACHERS_A_SCHOOL = 12
SCHOOLS_A_DISTRICT = 100


def world(teachers: int) -> Scenario:
    """Return a school system of about so many teachers, 3 ties each, whose programme grows as fast as trainers can."""
    schools = max(2, teachers // TEACHERS_A_SCHOOL)
    districts = max(1, schools // SCHOOLS_A_DISTRICT)
    larger = schools / Scenario().setting.schools
    funders = [
        {**funder.model_dump(), "annual_budget": funder.annual_budget * larger}
        for funder in Scenario().funders
    ]
    return Scenario().replace(
        {
            "schools": schools,
            "districts": districts,
            "teachers_per_school": TEACHERS_A_SCHOOL,
            "cross_ties": 3.0,
            "pilot_schools": min(1000, schools),
            "pilot_districts": max(1, min(100, districts)),
            "training_capacity": min(1e6, 0.05 * schools),
            "funders": funders,
        }
    )


def memory() -> float:
    """Return the most memory that this process has held so far, in bytes."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def bytes_of(system: object) -> int:
    """Return the bytes of all tables of a school system."""
    return sum(
        part.nbytes if isinstance(part, np.ndarray) else bytes_of(part)
        for part in system  # type: ignore[attr-defined]
    )


def main() -> None:
    """Build and run the world."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--teachers", type=int, default=TEACHERS)
    options.add_argument("--months", type=int, default=24)
    options.add_argument("--threads", type=int, default=cores())
    given = options.parse_args()
    console = Console()

    began = time.perf_counter()
    Simulation(world(1000), threads=given.threads).run_for(1)
    console.print(f"compiled or loaded in {time.perf_counter() - began:.1f} s")
    before, began = memory(), time.perf_counter()
    with console.status(f"building {given.teachers:,} teachers ..."):
        run = Simulation(world(given.teachers), threads=given.threads)
    n, size = len(run.system.teachers), bytes_of(run.system)
    console.print(
        f"built {n:,} teachers, {len(run.system.schools):,} schools, {len(run.system.districts):,} districts and "
        f"{len(run.system.teacher_ties):,} ties in {time.perf_counter() - began:.0f} s\n"
        f"tables {size / 2**30:.2f} GiB, {size / n:.1f} bytes a teacher (a teacher's row {run.system.teachers.itemsize}, "
        f"a school's {run.system.schools.itemsize}); most memory while building {(memory() - before) / 2**30:.2f} GiB"
    )
    spent, cpu, bar = (
        [],
        time.process_time(),
        Progress(TextColumn("months"), BarColumn(), TimeRemainingColumn(), console=console, transient=True),
    )
    with bar as progress:
        task = progress.add_task("", total=given.months)
        for _ in range(given.months):
            began = time.perf_counter()
            run.run_for(1)
            spent.append(time.perf_counter() - began)
            progress.advance(task)
    cpu = (time.process_time() - cpu) / given.months
    last = run.latest()
    console.print(
        f"lived {given.months} months on {given.threads} threads: median {np.median(spent):.2f} s a month "
        f"({1e9 * cpu / n:.0f} ns of processor time a teacher); most memory {memory() / 2**30:.2f} GiB\n"
        f"at the end: {last['schools_enrolled']:,.0f} schools enrolled, {last['adoption']:.2%} of teachers use it with fidelity "
        f"{last['fidelity']:.2f}, strain {last['strain']:.2f}"
    )


if __name__ == "__main__":
    main()
