"""A fit whose runs are simulated on a real Dask scheduler is the fit on threads, to the bit."""

import numpy as np
import pytest
from distributed import Client, LocalCluster

from ml_abm import cli
from ml_abm.calibration.fit import fit
from ml_abm.calibration.simulations import simulate_all
from ml_abm.runs import Engine, Kept
from ml_abm.runs.engines import on_client, on_cluster
from ml_abm.runs.many import run_batch
from tests.needs import needs_calibrate
from tests.unit.test_fit import a_problem


@pytest.fixture(scope="module")
def client():
    """A client of two workers that are threads of this process, and no one's default."""
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


def test_a_fit_on_a_cluster_is_the_fit_on_threads(client):
    here, there = (fit(a_problem(), 3, runs=200, zoom=50, engine=e) for e in (None, on_client(client)))
    assert (here.values == there.values).all()
    assert (here.all_runs.z == there.all_runs.z).all()
    assert all((a == b).all() for a, b in zip(here.all_runs.counts, there.all_runs.counts, strict=True))


def test_a_fit_on_a_cluster_goes_on_from_what_threads_kept(client, tmp_path):
    """230 rows, 130 of them are there: only the other 100 are simulated again."""
    problem, z = a_problem(), np.random.default_rng(1).normal(size=(230, 3))
    whole = simulate_all(problem, z, folder=tmp_path / "kept")
    parts = sorted((tmp_path / "kept").glob("part-*"))
    found = Kept(tmp_path / "kept").read()
    for part in parts:
        part.unlink()
    Kept(tmp_path / "kept").add(dict(list(found.items())[:130]))
    told = []
    again = simulate_all(problem, z, folder=tmp_path / "kept", engine=on_client(client), progress=told.append)
    assert told[0] == 130
    assert sum(told) == 230
    assert (whole.counts[0] == again.counts[0]).all()
    assert len(Kept(tmp_path / "kept").read()) == 230


def test_a_batch_whose_worker_fails_is_done_again(client, tmp_path):
    """Every batch fails once, as when a worker dies: Dask gives each to a worker again, and nothing is different."""
    problem, z = a_problem(), np.random.default_rng(1).normal(size=(40, 3))

    def failing(batch, folder=tmp_path):
        mark = folder / str(batch.jobs[0].row)
        if not mark.exists():
            mark.touch()
            raise ConnectionError("the worker is gone")
        return run_batch(batch)

    def run(work, shares, on_result):
        on_cluster(client, failing, shares, on_result)

    there = simulate_all(problem, z, engine=Engine(run, 0.05))
    assert len(list(tmp_path.iterdir())) >= 2
    assert (there.counts[0] == simulate_all(problem, z).counts[0]).all()


@needs_calibrate
@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--engine", "dusk"], "there is no engine 'dusk': allowed are local, dask. Did you mean 'dask'?"),
        (["--scheduler", "tcp://somewhere:1"], "--scheduler tcp://somewhere:1 goes with --engine dask"),
        (
            ["--engine", "dask", "--scheduler", "nowhere"],
            "--scheduler nowhere: no Dask scheduler answers there",
        ),
    ],
)
def test_an_engine_that_cannot_be_is_said_in_one_line(capsys, given, says):
    assert cli.main(["calibrate", "pltw", *given]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert says in said
