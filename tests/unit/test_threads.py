"""Threads: as many as the process may use, and only where they are worth it."""

import numpy as np
import pytest

from ml_abm import Scenario, simulate
from ml_abm.foundation import threads
from ml_abm.foundation.threads import cores, worthwhile


def test_numba_num_threads_is_an_upper_bound(monkeypatch):
    monkeypatch.setenv("NUMBA_NUM_THREADS", "1")
    assert cores() == 1
    monkeypatch.setenv("NUMBA_NUM_THREADS", "100000")
    many = cores()
    monkeypatch.delenv("NUMBA_NUM_THREADS")
    assert cores() == many >= 1


@pytest.mark.parametrize(
    ("files", "granted"),
    [
        ({"cpu.max": "150000 100000"}, [2]),
        ({"cpu.max": "50000 100000"}, [1]),
        ({"cpu.max": "max 100000"}, []),
        ({"cpu/cpu.cfs_quota_us": "400000", "cpu/cpu.cfs_period_us": "100000"}, [4]),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, []),
        ({}, []),
    ],
)
def test_a_container_may_have_fewer_cores_than_its_host(tmp_path, files, granted):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text + "\n")
    assert list(threads._container_cores(tmp_path)) == granted


def test_small_systems_live_on_one_thread():
    assert worthwhile(8, 10_000) == 1
    assert worthwhile(8, 50_000) == 2
    assert worthwhile(2, 10_000_000) == 2


def test_one_large_run_is_the_same_on_any_number_of_workers():
    large = Scenario().replace({"schools": 6000, "districts": 60, "pilot_schools": 600, "pilot_districts": 6})
    one, all_cores, three = (simulate(large, 4, 3, workers=w).system for w in (1, None, 3))
    assert one.equals(all_cores)
    assert one.equals(three)
    assert np.isfinite(one.to_numpy()).all()
