"""A thousand small runs: our batch beside `mesa.batch_run`."""

import time

import mesa
from mesa.batchrunner import batch_run

from ml_abm import simulate
from tests.reference.model import Reference

from .peers import batch, workload
from .racing import Runner, Section, race
from .systems import half_reached

MONTHS = 60
RUNS = 1_000
RIVALS_RUNS = 2
SMALL = half_reached(500)


class SameModel(Reference):
    """The plain-Mesa reference with the constructor that batch_run wants."""

    def __init__(self, rng: int | None = None) -> None:  # Mesa 3.5 hands in None where it has no seed
        super().__init__(SMALL, rng or 1)
        self.datacollector = mesa.DataCollector(
            model_reporters={"teachers": lambda model: len(model.teachers)}
        )

    def step(self) -> None:
        super().step()
        self.datacollector.collect(self)


def test_small_runs(benchmark, hand_in):
    light = workload.make(500, seed=1)

    def mesas_batch() -> None:
        batch_run(
            SameModel,
            {},
            number_processes=1,
            iterations=RIVALS_RUNS,
            max_steps=MONTHS,
            display_progress=False,
            data_collection_period=-1,
        )

    results = race(
        benchmark,
        Runner(
            "simulate(seed=range(1000))",
            lambda: simulate(SMALL, MONTHS, range(RUNS), workers=1),
            RUNS,
            "one thread",
        ),
        [
            Runner(
                "the same, 2 workers",
                lambda: simulate(SMALL, MONTHS, range(RUNS), workers=2),
                RUNS,
                "two threads of one process",
            ),
            Runner(
                "mesa.batch_run, same model",
                mesas_batch,
                RIVALS_RUNS,
                "the plain-Mesa reference, one process",
            ),
            Runner(
                "mesa.batch_run, light model",
                lambda: batch.mesa_batch(light, range(RIVALS_RUNS), MONTHS),
                RIVALS_RUNS,
                "the shared workload of `benchmarks/peers`, one process",
            ),
        ],
        rounds=3,
        clock=time.perf_counter,
    )
    section = Section(
        "A thousand small runs",
        f"Runs of about 500 teachers for {MONTHS} months with all outcomes as one table, building included; wall-clock time. Mesa does {RIVALS_RUNS} runs a round.",
        ("what", "ms a run", "runs a second", "times ours", ""),
        [
            (
                r.name,
                f"{1e3 * r.median:,.3g}",
                f"{1 / r.median:,.3g}",
                f"{r.times(results[0]):,.3g}",
                r.remark,
            )
            for r in results
        ],
    )
    section.bar(
        "Runs a second, over mesa.batch_run of the same model, one process each",
        results[2].times(results[0]),
        at_least=500,
    )
    hand_in(section)
