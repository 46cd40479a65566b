"""A fit whose runs are lived on a real Dask scheduler is the fit on threads, to the bit."""

from functools import partial

import numpy as np
import pytest
from distributed import Client, LocalCluster

from ml_abm import cli
from ml_abm.calibration.fit import fit
from ml_abm.calibration.simulations import Batch, live, simulate_all
from ml_abm.errors import EngineError
from ml_abm.experiments.engines import on_cluster
from tests.needs import needs_calibrate
from tests.unit.test_fit import a_problem


@pytest.fixture(scope="module")
def client():
    """A client of two workers that are threads of this process, and nobody's default."""
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


def test_a_fit_on_a_cluster_is_the_fit_on_threads(client):
    here, there = (
        fit(a_problem(), 3, runs=200, zoom=50, engine=e) for e in (None, partial(on_cluster, client))
    )
    assert (here.values == there.values).all()
    assert (here.all_runs.z == there.all_runs.z).all()
    assert all((a == b).all() for a, b in zip(here.all_runs.counts, there.all_runs.counts, strict=True))


def test_a_fit_on_a_cluster_goes_on_from_parts_that_threads_kept(client, tmp_path):
    """230 rows in three parts, one of them lost: only its 100 rows are lived again, five batches of 20."""
    problem, z = a_problem(), np.random.default_rng(1).normal(size=(230, 3))
    whole = simulate_all(problem, z, folder=tmp_path)
    (tmp_path / "part-000100.parquet").unlink()
    lived, told = [], []

    def engine(work, shares, heard):
        on_cluster(client, work, shares, lambda found: (lived.append(found[0]), heard(found)))

    again = simulate_all(problem, z, folder=tmp_path, engine=engine, progress=told.append)
    assert sorted(lived) == [100, 120, 140, 160, 180]
    assert sum(told) == 230
    assert (whole.counts[0] == again.counts[0]).all()
    assert (tmp_path / "part-000100.parquet").exists()


def test_a_batch_whose_worker_fails_is_done_again(client, tmp_path):
    """Every batch fails once, as when a worker dies: Dask gives each to a worker again, and nothing is different."""
    problem, z = a_problem(), np.random.default_rng(1).normal(size=(40, 3))

    def failing(batch, folder=tmp_path):
        mark = folder / str(batch.start)
        if not mark.exists():
            mark.touch()
            raise ConnectionError("the worker is gone")
        return live(batch)

    def engine(work, shares, heard):
        on_cluster(client, failing, shares, heard)

    there = simulate_all(problem, z, engine=engine)
    assert {path.name for path in tmp_path.iterdir()} == {"0", "20"}
    assert (there.counts[0] == simulate_all(problem, z).counts[0]).all()


def test_a_worker_with_other_code_says_so():
    with pytest.raises(EngineError, match="has other code of the model"):
        live(Batch(a_problem(), np.zeros((1, 3)), 1, 0, "another"))


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
