"""The same runs, from `mesa.batch_run` and from a study: same model, same seeds, same numbers, same count of processes or threads."""

import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from mesa.batchrunner import batch_run

from ml_abm import Scenario, SchoolSystemModel
from ml_abm.experiments import Study, run

from .racing import Result, Runner, Section, race

MONTHS = 60
TOOLS = [0.0, 3.0]
SMALL, LARGE = (60, 100), (500, 20)  # schools, and seeds at each value of the parameter


def mesas(schools: int, seeds: int, processes: int) -> None:
    """Let Mesa live all runs and keep every month."""
    rows = batch_run(
        SchoolSystemModel,
        {"scenario": "base", "schools": schools, "months": MONTHS, "tool_hours": TOOLS, "rng": range(1, seeds + 1)},
        number_processes=processes,
        max_steps=MONTHS,
        data_collection_period=1,
        display_progress=False,
    )  # fmt: skip
    assert len(rows) == seeds * len(TOOLS) * MONTHS


def ours(schools: int, seeds: int, workers: int) -> None:
    """Run the same as a study into a new folder: written safely to disk, and read again."""
    study = Study(
        scenario=Scenario.preset("base").replace({"schools": schools}),
        factors={"tool_hours": {"values": TOOLS}},
        months=MONTHS,
        replicates=seeds,
    )
    with TemporaryDirectory() as folder:
        months = run(study, Path(folder) / "out", workers=workers).months
        assert len(months) == seeds * len(TOOLS) * MONTHS


def pair(size: tuple[int, int], n: int) -> tuple[Runner, Runner]:
    """Return a study and Mesa's batch with the same runs on n threads or processes."""
    schools, seeds = size
    runs, teachers = seeds * len(TOOLS), f"{8 * schools:,} teachers"
    return (
        Runner(f"a study, {runs} runs of {teachers}", partial(ours, *size, n), runs, f"{n} thread(s)"),
        Runner(f"mesa.batch_run, {runs} runs of {teachers}", partial(mesas, *size, n), runs, f"{n} process(es)"),
    )  # fmt: skip


def rows(study: Result, mesas_batch: Result) -> list[tuple[str, str, str, str]]:
    """Return two rows of the table: the study is 1."""
    times = {study.name: "1", mesas_batch.name: f"{mesas_batch.times(study):,.3g}"}
    return [(r.name, f"{1e3 * r.median:,.3g}", times[r.name], r.remark) for r in (study, mesas_batch)]


def test_a_batch_of_mesas(benchmark, hand_in):
    first, *rivals = [*pair(SMALL, 1), *pair(LARGE, 1), *pair(SMALL, 2), *pair(LARGE, 2)]
    results = race(benchmark, first, rivals, rounds=3, clock=time.perf_counter)
    section = Section(
        "A batch of Mesa's, as a study",
        f"Runs of `SchoolSystemModel` for {MONTHS} months with the same seeds, every month kept: `mesa.batch_run` hands back a list with all outcomes, "
        "a study writes its twelve safely to disk and reads them again. Wall-clock time. Both live the same kernels, so the ratio falls as the "
        "system grows.",
        ("what", "ms a run", "times the study", ""),
        [row for k in range(0, len(results), 2) for row in rows(results[k], results[k + 1])],
    )
    hand_in(section)
