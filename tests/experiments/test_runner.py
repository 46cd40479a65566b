"""Whatever happens on the way, what is in the folder in the end is what an undisturbed run puts there."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import pandas as pd
import pytest

from ml_abm.errors import EngineError, SizeError, StudyError
from ml_abm.experiments import Study, run, status
from ml_abm.runs.engines import hand_out
from tests.experiments.conftest import same

# Runs a study as the command line does, but stays in one run, when others are finished, until it is told to stop.
HELD = """
import pathlib, signal, sys, time
from ml_abm import cli
from ml_abm.experiments.jobs import StudyRun
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background lets it be ignored
before, simulate, begun = int(sys.argv.pop(1)), StudyRun.run, []

def held(job, check_stop):
    begun.append(job.seed)
    if len(begun) > before:
        pathlib.Path("held").touch()
        while True:
            time.sleep(0.01)
            check_stop(0)
    return simulate(job, check_stop)

StudyRun.run = held
sys.exit(cli.main())
"""
# Runs before the one that is held: the long study's parts are of 100, so it is in the second part.
FINISHED = 130


@pytest.fixture
def held(long, tmp_path):
    """A function that begins the long study in a process of its own and returns it in the middle of a part."""
    (tmp_path / "long.toml").write_text(long.to_toml(), encoding="utf-8")

    def begin():
        (tmp_path / "held").unlink(missing_ok=True)
        command = ["experiment", "run", "long.toml", "--workers", "1"]
        process = subprocess.Popen(
            [sys.executable, "-c", HELD, str(FINISHED), *command],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        while not (tmp_path / "held").exists():
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        return process

    return begin


@pytest.mark.slow
def test_a_study_that_is_killed_twice_and_resumed_is_as_if_nothing_had_happened(
    held, long, uninterrupted, tmp_path
):
    there = [0]
    for _ in range(2):
        process = held()
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        there.append(status(tmp_path / "long").finished)
    assert there[0] < there[1] < there[2] < 2 * FINISHED
    assert same(run(long, tmp_path / "long"), uninterrupted)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["ctrl-c", "term"]
)
def test_an_interruption_keeps_every_run_that_is_finished(held, long, uninterrupted, tmp_path, how, code):
    """Ctrl-C, and what a batch system sends before it kills."""
    process = held()
    process.send_signal(how)
    _, told = process.communicate()
    assert process.returncode == code
    assert told == (
        "ml-abm: what is finished is kept in long: the same command goes on from there\n"
        f"ml-abm: {'interrupted' if code == 130 else 'terminated'}\n"
    )
    sizes = [len(pd.read_parquet(part)) for part in (tmp_path / "long" / "runs").glob("part-*")]
    assert min(sizes) < max(sizes)  # the part that was under way is there as far as it was
    assert sum(sizes) == status(tmp_path / "long").finished == FINISHED
    assert same(run(long, tmp_path / "long"), uninterrupted)


class Backwards(Executor):
    """An executor that does what it was given last first."""

    _max_workers = 4

    def __init__(self, at_once=8):
        self.at_once = at_once
        self.given = []

    def submit(self, work, batch):
        future = Future()
        self.given.append((future, work, batch))
        if len(self.given) == self.at_once:
            while self.given:
                last, work, batch = self.given.pop()
                last.set_result(work(batch))
        return future


def test_the_order_in_which_runs_finish_leaves_no_trace(long, uninterrupted, tmp_path):
    assert same(run(long, tmp_path / "out", Backwards()), uninterrupted)


@pytest.mark.slow
def test_any_executor_runs_a_study_and_a_worker_that_is_killed_loses_only_its_runs(
    long, uninterrupted, tmp_path
):
    told = []
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:

        def kill(finished, planned):
            told.append(finished)
            if finished:
                os.kill(next(iter(pool._processes)), signal.SIGKILL)

        with pytest.raises(EngineError, match=r"the workers are gone \(BrokenProcessPool\): run it again"):
            run(long, tmp_path / "out", pool, progress=kill)
    assert 0 < told[-1] <= status(tmp_path / "out").finished < 400
    assert same(run(long, tmp_path / "out"), uninterrupted)


def test_never_more_batches_are_handed_out_than_there_is_room_for():
    lock, under_way, most = threading.Lock(), [0], [0]

    def work(batch):
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        time.sleep(0.002)
        with lock:
            under_way[0] -= 1
        return 1

    made = []

    def batches():
        for k in range(40):
            made.append(k)
            assert len(made) - len(told) <= 4
            yield k

    told: list[int] = []
    with ThreadPoolExecutor(8) as pool:
        hand_out(pool, work, batches(), lambda: 4, told.append)
    assert sum(told) == 40
    assert most[0] <= 4


def test_a_fault_in_one_batch_stops_the_others(small, tmp_path, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("a bug")

    monkeypatch.setattr("ml_abm.experiments.jobs.StudyRun.run", fail)
    with pytest.raises(RuntimeError, match="a bug"):
        run(small, tmp_path / "out")
    monkeypatch.undo()
    assert len(run(small, tmp_path / "out").runs) == 24


def test_a_worker_with_other_code_is_refused(small, tmp_path, monkeypatch):
    stamps = iter(["asked for", "other"])
    monkeypatch.setattr("ml_abm.runs.many.model_stamp", lambda: next(stamps, "other"))
    with pytest.raises(EngineError, match=r"has other code of the model \(other, asked for asked for\)"):
        run(small, tmp_path / "out", Backwards(at_once=1))


def test_a_study_of_many_runs_wants_a_word(small, tmp_path):
    many = small.replace(replicates=6000)
    with pytest.raises(
        StudyError, match=r"^small is 48,000 runs \(4 points x 2 scenarios x 6,000 replicates\): above 20,000"
    ):
        run(many, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_system_that_does_not_fit_is_refused_before_the_first_run(small, tmp_path):
    huge = small.replace(
        factors={"setting.schools": {"values": [100, 20_000_000]}, "teachers_per_school": {"values": [500]}}
    )
    with pytest.raises(SizeError, match="20,000,000"):
        run(huge, tmp_path / "out")


def test_an_engine_that_is_not_there_is_refused(small, tmp_path):
    with pytest.raises(
        EngineError, match=r"there is no engine 'dusk': allowed are local, dask. Did you mean 'dask'"
    ):
        run(small, tmp_path / "out", "dusk")
    with pytest.raises(EngineError, match="--scheduler tcp://somewhere goes with --engine dask"):
        run(small, tmp_path / "out", scheduler="tcp://somewhere")
    assert not (tmp_path / "out").exists()


def test_runs_of_other_code_are_said_and_simulated_anew(small, tmp_path, monkeypatch):
    first = run(small, tmp_path / "out")
    assert status(tmp_path / "out").current
    for module in ("runs.keys", "runs.many", "experiments.manifest", "experiments.runner"):
        monkeypatch.setattr(f"ml_abm.{module}.model_stamp", lambda: "another")
    assert not status(tmp_path / "out").current
    told = []
    again = run(small, tmp_path / "out", progress=lambda finished, planned: told.append(finished))
    assert told[0] == 0
    assert not set(again.runs["key"]) & set(first.runs["key"])
    assert again.runs.drop(columns="key").equals(first.runs.drop(columns="key"))


def test_a_study_read_from_its_folder_goes_on_there(small, tmp_path):
    (tmp_path / "points.csv").write_text("tool_hours\n1\n2\n")
    study = Study(name="listed", scenario=small.scenario, design="list", file=str(tmp_path / "points.csv"))
    first = run(study, tmp_path / "out")
    (tmp_path / "points.csv").unlink()
    told = []
    again = run(Study.find(str(tmp_path / "out")), tmp_path / "out", progress=lambda f, p: told.append(f))
    assert told == [20]
    assert same(again, first)
    assert status(tmp_path / "out").finished == 20
