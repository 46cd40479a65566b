"""The C rival lives the same months as the kernels, to the last bit: otherwise timing it would say nothing."""

from functools import cache

import numpy as np
import pytest

from benchmarks.c_kernel import compile_kernel
from ml_abm import Scenario, Simulation, tables
from ml_abm.kernels.run import close_month, decide_month, live_schools
from ml_abm.outcomes import DistrictOutcomes, LedgerOutcomes, SystemOutcomes

MONTHS = 36
SCENARIOS = {
    "a typical scale-up": {},
    "many ties, a mandate and high turnover": {
        "schools": 200, "cross_ties": 8, "teacher_attrition": 0.4, "turnover_ratio": 2.5, "grade_rotation": 0.5, "mandate": 1,
        "principal_turnover": 0.6, "core_clarity": 0.3, "pilot_schools": 100, "pilot_districts": 5,
    },
    "schools that fill blocks and lie across them": {"schools": 60, "teachers_per_school": 50, "school_size_spread": 1.0},
    "schools of one or two": {"schools": 300, "teachers_per_school": 1.5, "cross_ties": 1},
}  # fmt: skip


@cache
def in_c():
    """Return the kernel in C, compiled once; skip where nobody can compile it."""
    kernel = compile_kernel()
    if kernel is None:
        pytest.skip("there is no C compiler here: install gcc, or set CC")
    return kernel


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_c_rival_equals_the_kernels_bit_for_bit(name):
    scenario = Scenario().replace(SCENARIOS[name])
    kernels, rival = Simulation(scenario, 1), Simulation(scenario, 1)
    for month in range(MONTHS):
        live_month(kernels, month, live_schools)
        live_month(rival, month, in_c())
        for table in ("teachers", "schools", "visible", "districts", "programme"):
            same_bytes(
                getattr(kernels.system, table), getattr(rival.system, table), f"{table}, month {month}"
            )
    assert len(np.unique(kernels.system.teachers["stage"])) >= 4, "too little happened to prove much"


def live_month(run, month, live):
    """Live a month in which schools live by one kernel or the other; all else is done by the kernels."""
    seed, everyone = np.uint64(run.seed), len(run.system.schools)
    record = [tables.allocate(row, 1) for row in (DistrictOutcomes, SystemOutcomes)]
    record.append(tables.allocate(LedgerOutcomes, len(run.scenario.funders)))
    decide_month(run.system, run.parameters, seed, month)
    live(run.system, run.parameters, seed, month, 0, everyone)
    close_month(run.system, run.parameters, month, 0, tuple(record), tables.allocate(DistrictOutcomes, 0))


def same_bytes(ours, theirs, where):
    """Compare every column as bytes, so that even the sign of a zero counts."""
    for column in ours.dtype.names or (...,):
        a, b = np.ascontiguousarray(ours[column]), np.ascontiguousarray(theirs[column])
        assert a.tobytes() == b.tobytes(), f"{where}: {column} differs in {np.sum(a != b)} cells"
