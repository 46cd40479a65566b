"""A study on a real Dask scheduler and real workers gives the tables of an undisturbed run on threads."""

import json
import socket
import subprocess
import sys
import time

import pytest

from ml_abm.errors import EngineError
from ml_abm.experiments import run
from ml_abm.runs import engines
from tests.experiments.conftest import same


@pytest.fixture
def started(tmp_path):
    """A function that starts a process of Dask's; all are killed in the end."""
    processes = []

    def start(*arguments):
        command = [
            sys.executable,
            "-m",
            "dask",
            *arguments,
            "--scheduler-file",
            str(tmp_path / "scheduler.json"),
        ]
        processes.append(
            subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.wait()


@pytest.fixture
def scheduler(started, tmp_path):
    """The address of a scheduler."""
    started("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--dashboard-address", ":0")
    end = time.monotonic() + 30
    while not (tmp_path / "scheduler.json").exists():
        assert time.monotonic() < end, "the scheduler did not start"
        time.sleep(0.05)
    return json.loads((tmp_path / "scheduler.json").read_text())["address"]


@pytest.mark.slow
def test_a_worker_that_is_killed_on_the_way_leaves_no_trace(
    long, uninterrupted, started, scheduler, tmp_path
):
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard")
    workers = [started("worker", *options) for _ in range(2)]
    killed = []

    def kill_one(finished, planned):
        if finished and not killed:
            workers[0].kill()
            killed.append(finished)

    experiment = run(long, tmp_path / "out", "dask", scheduler=scheduler, progress=kill_one)
    assert 0 < killed[0] < 400
    assert workers[0].wait() < 0
    assert same(experiment, uninterrupted)


@pytest.mark.slow
def test_dask_processes_of_this_machine_live_a_study(small, tmp_path):
    first = run(small, tmp_path / "threads")
    assert same(run(small, tmp_path / "dask", "dask", workers=1), first)


def test_a_scheduler_that_does_not_answer_is_one_line(small, tmp_path, monkeypatch):
    monkeypatch.setattr(
        engines, "SECONDS_TO_ANSWER", 1
    )  # without this limit of ours, what is silent is waited for
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()  # answers, and then says nothing
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(
            EngineError, match=f"--scheduler {address}: no Dask scheduler answers there"
        ) as caught:
            run(small, tmp_path / "out", "dask", scheduler=address)
    assert str(caught.value).isprintable()
    with pytest.raises(EngineError, match="--scheduler nowhere: no Dask scheduler answers there"):
        run(small, tmp_path / "out", "dask", scheduler="nowhere")
    assert not (tmp_path / "out").exists()


def test_without_dask_it_is_said_how_to_get_it(small, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EngineError, match=r"needs Dask: pip install 'ml-abm\[experiments\]'"):
        run(small, tmp_path / "out", "dask")
