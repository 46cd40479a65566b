"""How long does a teacher's month take beside C? `python -m benchmarks.against_c` prints it for the compilers there are.

CPU time of one thread, one kernel after the other in every round, medians: read ratios, not nanoseconds.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.c_kernel import SAME_BITS, LiveSchools, compile_kernel, compiler
from ml_abm import Scenario, Simulation
from ml_abm.kernels.run import live_schools

TEACHERS, ROUNDS = 50_000, 15
WARM, MONTHS = 24, 12  # months lived before, so that all stages occur; and months timed
OURS = "Numba"
OTHER_BITS = ("-ffp-contract=fast",)  # later flags win


def kernels() -> Iterator[tuple[str, LiveSchools]]:
    """Yield a name and a kernel: ours, then C as every compiler here makes it."""
    yield OURS, live_schools
    paths = (compiler(), shutil.which("gcc"), shutil.which("clang"))
    for path in dict.fromkeys(filter(None, paths)):
        for says, flags in (("-O3", ()), ("-O2", ("-O2",)), ("-O3, other bits", OTHER_BITS)):
            kernel = compile_kernel(path, (*SAME_BITS, *flags))
            assert kernel is not None
            yield f"{Path(path).name} {says}", kernel


def nanoseconds(
    rivals: dict[str, LiveSchools], teachers: int = TEACHERS, rounds: int = ROUNDS
) -> dict[str, float]:
    """Return the median CPU time of a teacher's month, ns, for each kernel; all live the same months of the same system."""
    run = system_of(teachers)
    taken: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(rounds + 1):
        for name, kernel in rivals.items():
            taken[name].append(time_of(kernel, run))
    return {name: float(np.median(times[1:])) for name, times in taken.items()}  # the first round warms up


def system_of(teachers: int) -> Simulation:
    """Return a run that has lived some months of the base scenario with about so many teachers."""
    schools = teachers // 8
    districts = max(1, schools // 50)
    pilots = {"pilot_schools": schools // 2, "pilot_districts": max(1, districts // 2)}
    return Simulation(Scenario().replace({"schools": schools, "districts": districts, **pilots}), 1).run_for(
        WARM
    )


def time_of(kernel: LiveSchools, run: Simulation) -> float:
    """Return the CPU time (ns) that a teacher's month takes; the system is left as it was."""
    system, seed = run.system, np.uint64(run.seed)
    before = [table.copy() for table in (system.teachers, system.schools, system.visible)]
    start = time.process_time_ns()
    for month in range(run.month, run.month + MONTHS):
        kernel(system, run.parameters, seed, month, 0, len(system.schools))
    taken = time.process_time_ns() - start
    for table, copy in zip((system.teachers, system.schools, system.visible), before, strict=True):
        table[:] = copy
    return taken / MONTHS / len(system.teachers)


def main() -> None:
    """Print the time of every kernel, and how many times as long ours takes."""
    taken = nanoseconds(dict(kernels()))
    for name, ns in taken.items():
        print(f"{name:24} {ns:7.1f} ns   ours takes {taken[OURS] / ns:.2f} times as long")


if __name__ == "__main__":
    main()
