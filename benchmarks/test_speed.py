"""Time a month: kernels at three sizes, and the plain-Mesa reference of the same model. Read ratios, not seconds."""

import numpy as np
import pytest

from ml_abm import Scenario, SchoolSystemModel, Simulation
from tests.reference.model import Reference

MONTHS = 12


def scenario(teachers):
    schools = teachers // 8
    districts = max(1, schools // 50)
    return Scenario().replace(
        {
            "schools": schools,
            "districts": districts,
            "pilot_schools": schools // 2,
            "pilot_districts": max(1, districts // 2),
        }
    )


def per_teacher_month(benchmark, teachers):
    benchmark.extra_info["ns per teacher-month"] = 1e9 * benchmark.stats["median"] / teachers / MONTHS


@pytest.mark.parametrize("teachers", [1_000, 10_000, 100_000])
def test_kernels(benchmark, teachers):
    run = Simulation(scenario(teachers), 1).run_for(1)
    benchmark.pedantic(run.run_for, args=(MONTHS,), rounds=5)
    per_teacher_month(benchmark, len(run.system.teachers))
    assert np.isfinite(run.latest()["adoption"])


def test_mesa_model_on_the_kernels(benchmark):
    model = SchoolSystemModel(scenario(10_000), rng=1, months=1200)
    model.step()
    benchmark.pedantic(model.run_for, args=(MONTHS,), rounds=5)
    per_teacher_month(benchmark, len(model.system.teachers))


def test_plain_mesa_reference(benchmark):
    reference = Reference(scenario(1_000), 1)
    reference.step()
    benchmark.pedantic(lambda: [reference.step() for _ in range(MONTHS)], rounds=3)
    per_teacher_month(benchmark, len(reference.teachers))
