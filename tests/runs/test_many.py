"""Many runs: each key is simulated once, what is kept is not simulated again, and whatever stops the rest loses nothing finished."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from ml_abm.errors import EngineError, StoreError
from ml_abm.runs import Job, Kept, results_of
from ml_abm.runs.many import Batch, batches, run_batch

CALLS: list[str] = []


@dataclass(frozen=True)
class Doubled(Job):
    """A job whose result is known: two times its number, and nothing."""

    number: float
    costs: float = 0.0

    @property
    def teacher_months(self) -> float:
        return self.costs

    def run(self, check_stop):
        CALLS.append(self.key)
        check_stop(1)
        return {"double": np.array([2 * self.number]), "nothing": np.empty(0)}


@pytest.fixture(autouse=True)
def no_calls():
    CALLS.clear()


def jobs(n):
    return [Doubled(f"key-{k}", float(k)) for k in range(n)]


def test_every_key_has_its_result_and_alike_jobs_are_simulated_once():
    found = results_of([*jobs(5), *jobs(3)])
    assert {key: result["double"].tolist() for key, result in found.items()} == {
        "key-0": [0.0], "key-1": [2.0], "key-2": [4.0], "key-3": [6.0], "key-4": [8.0],
    }  # fmt: skip
    assert found["key-4"]["nothing"].shape == (0,)
    assert sorted(CALLS) == [f"key-{k}" for k in range(5)]


def test_progress_counts_alike_jobs_and_those_that_were_kept(tmp_path):
    kept, told = Kept(tmp_path / "kept"), []
    results_of(jobs(4), kept=kept, on_progress=told.append)
    assert told[0] == 0
    assert sum(told) == 4
    told.clear()
    results_of([*jobs(6), *jobs(2)], kept=kept, on_progress=told.append)
    assert told[0] == 6  # 0, 1, 0, 1, 2 and 3
    assert sum(told) == 8
    assert sorted(CALLS) == sorted([*(f"key-{k}" for k in range(4)), "key-4", "key-5"])


def test_what_is_kept_comes_back_to_the_last_bit(tmp_path):
    kept = Kept(tmp_path)
    values = np.array([0.1 + 0.2, -0.0, 5e-324, np.inf, np.nan])
    kept.add({"a": {"x": values, "none": np.empty(0)}, "b": {"x": values[:2]}})
    found = kept.read()
    assert found["a"]["x"].tobytes() == values.tobytes()
    assert found["a"]["none"].size == 0
    assert found["b"]["x"].tobytes() == values[:2].tobytes()


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, RuntimeError])
def test_what_was_finished_before_an_end_is_kept(tmp_path, stopped):
    """The third batch ends it: the first two are in the folder, and only the rest is simulated again."""
    kept, heard = Kept(tmp_path), []

    def stop(jobs):
        heard.append(jobs)
        if sum(heard) >= 2:
            raise stopped

    costly = [Doubled(f"key-{k}", float(k), costs=1e9) for k in range(5)]  # each is a batch of its own
    with pytest.raises(stopped):
        results_of(costly, kept=kept, workers=1, on_progress=stop)
    there = set(kept.read())
    assert 2 <= len(there) < 5
    CALLS.clear()
    assert len(results_of(costly, kept=kept, workers=1)) == 5
    assert set(CALLS) == {job.key for job in costly} - there


def test_a_batch_that_is_told_to_stop_gives_what_it_has():
    asked = iter([False, False, False, False, True])
    found = run_batch(Batch(tuple(jobs(5)), _model()), lambda: next(asked))
    assert list(found) == ["key-0", "key-1"]


def test_a_worker_with_other_code_refuses():
    with pytest.raises(EngineError, match="has other code of the model"):
        run_batch(Batch(tuple(jobs(1)), "another"))


def _model():
    from ml_abm.foundation.compiled import model_stamp

    return model_stamp()


def test_batches_are_as_long_as_they_may_be_and_leave_work_for_every_worker():
    """A second is 2e7 teacher-months less the millisecond that a run costs; 40 short jobs for 2 workers are eight batches at least."""
    long = [Doubled(f"k{k}", 0.0, costs=0.6e7) for k in range(9)]
    assert [len(batch.jobs) for batch in batches(long, 9, 1.0, 1)] == [2, 2, 2, 2, 1]
    longer = [Doubled(f"k{k}", 0.0, costs=2e7) for k in range(3)]
    assert [len(batch.jobs) for batch in batches(longer, 3, 1.0, 1)] == [1, 1, 1]
    short = [Doubled(f"k{k}", 0.0, costs=1e5) for k in range(40)]
    assert [len(batch.jobs) for batch in batches(short, 40, 1.0, 2)] == [5] * 8


def test_a_folder_that_another_process_has_is_refused(tmp_path):
    import subprocess
    import sys

    code = (
        "import sys, pathlib\nfrom ml_abm.runs import Kept\n"
        "try:\n with Kept(pathlib.Path(sys.argv[1])).held(): pass\nexcept Exception as error: print(error)"
    )
    with Kept(tmp_path).held():
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
        )
    assert done.stdout == f"{tmp_path} is being run by another process: wait for it, or give another folder\n"


def test_a_file_of_something_else_is_refused_in_one_line(tmp_path):
    import pyarrow as pa

    from ml_abm.runs.parts import write_part

    name = write_part(tmp_path, pa.table({"a": [1]}), {"what": "something else"})
    with pytest.raises(StoreError, match=f"{name} is not a part of these results: take it away from here"):
        Kept(tmp_path).read()
    old = tmp_path / "part-000000.parquet"  # as the first version named them
    (tmp_path / name).rename(old)
    with pytest.raises(
        StoreError, match=r"part-000000.parquet is damaged, or of a version of ml_abm before checksums"
    ):
        Kept(tmp_path).read()
