"""What lies in a folder is whole or not there, is anyone's to read, and is never mistaken for something else."""

import errno
import json
import os
from pathlib import Path

import pandas as pd
import pyarrow.compute as pc
import pytest

from ml_abm.errors import InputError, OutputError, StoreError
from ml_abm.experiments import load, run, status, store
from ml_abm.experiments.parts import write_tables
from ml_abm.runs import parts
from tests.experiments.conftest import same


@pytest.fixture
def folder(small, tmp_path):
    run(small, tmp_path / "small")
    return tmp_path / "small"


def refused(make):
    with pytest.raises(InputError) as caught:
        make()
    assert str(caught.value).isprintable()
    return str(caught.value)


def counted(study, folder, **options):
    """Run a study; return its results and how many runs were there before."""
    told = []
    experiment = run(study, folder, progress=lambda finished, planned: told.append(finished), **options)
    assert told[-1] == len(experiment.runs)
    return experiment, told[0]


def test_tables_are_tidy_and_in_the_order_of_the_study(small, folder):
    experiment = load(folder)
    assert list(experiment.runs) == [
        "key",
        "point",
        "scenario",
        "replicate",
        "seed",
        *small.factors,
        *small.outcomes,
    ]
    assert list(experiment.months) == ["key", "point", "scenario", "replicate", "month", *small.outcomes]
    assert len(experiment.runs) == 24
    assert len(experiment.months) == 24 * 12
    assert experiment.runs["scenario"].tolist()[:6] == ["now"] * 3 + ["helped"] * 3
    assert experiment.runs["point"].is_monotonic_increasing
    assert experiment.study.replace(title="") == small.replace(title="")


def test_anyone_reads_the_parts_in_one_line(folder):
    runs = pd.read_parquet(folder / "runs")
    assert len(runs) == 24
    assert {"key", "seed", "innovation.tool_hours", "adoption"} <= set(runs)
    assert len(pd.read_parquet(folder / "months")) == 24 * 12
    assert len(pd.read_parquet(folder / "points.parquet")) == 4
    assert json.loads((folder / "manifest.json").read_text())["packages"]["numba"]


def test_a_finished_study_runs_nothing_again(small, folder):
    before = {path: path.stat().st_mtime_ns for path in (folder / "runs").iterdir()}
    assert counted(small, folder)[1] == 24
    assert before == {path: path.stat().st_mtime_ns for path in (folder / "runs").iterdir()}


def test_another_level_runs_only_what_is_new_and_the_old_comes_back(small, folder):
    first = load(folder)
    edited = small.replace(factors={"tool_hours": {"values": [0, 2]}, "setting.schools": {"values": [8, 10]}})
    experiment, there = counted(edited, folder)
    assert there == 12
    assert set(experiment.runs["innovation.tool_hours"]) == {0, 2}
    assert len(pd.read_parquet(folder / "runs")) == 24  # nothing stale for those who read the parts
    again, there = counted(small, folder)
    assert there == 24
    assert same(again, first)


@pytest.mark.parametrize(
    "change",
    [{"replicates": 2}, {"outcomes": ["fidelity"]}, {"title": "Other"}, {"scenarios": [{"name": "now"}]}, {"seed": 6, "replicates": 2}],
)  # fmt: skip
def test_a_smaller_study_runs_nothing_and_a_larger_one_the_rest(small, folder, change):
    first = load(folder)
    experiment, there = counted(small.replace(**change), folder)
    assert there == len(experiment.runs)
    again, _ = counted(small, folder)
    assert same(again, first)


def test_another_outcome_is_simulated_anew(small, folder):
    experiment, there = counted(small.replace(outcomes=["adoption", "strain"]), folder)
    assert there == 0
    assert experiment.runs["strain"].gt(0).all()


@pytest.mark.parametrize("stop_at", range(6))
def test_a_change_that_is_interrupted_anywhere_is_done_again(small, folder, monkeypatch, stop_at):
    first = load(folder)
    edited = small.replace(factors={"tool_hours": {"values": [0, 2]}, "setting.schools": {"values": [8, 10]}})
    write, left = parts.put, [stop_at]

    def put(path, content):
        if path.parent.name in ("runs", "months"):
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
        write(path, content)

    monkeypatch.setattr(parts, "put", put)
    with pytest.raises(KeyboardInterrupt):
        run(edited, folder, workers=1)
    monkeypatch.undo()
    experiment, _ = counted(edited, folder)
    assert set(experiment.runs["innovation.tool_hours"]) == {0, 2}
    assert len(experiment.runs) == 24
    assert same(run(small, folder), first)


@pytest.mark.parametrize("after", [0, 3, 12, 14, 15, 16])
def test_a_full_disk_is_one_line_and_what_is_there_stays(small, tmp_path, monkeypatch, after):
    sync, left = os.fsync, [after]

    def fsync(handle):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OutputError, match=r"cannot be written: No space left on device"):
        run(small, tmp_path / "out", workers=1)
    monkeypatch.undo()
    assert not list((tmp_path / "out").rglob(".part-*"))
    assert len(run(small, tmp_path / "out").runs) == 24


def test_a_torn_part_is_refused_and_can_be_simulated_again(small, folder):
    first = load(folder)
    part = sorted((folder / "runs").iterdir())[0]
    part.write_bytes(part.read_bytes()[:-9])
    for read in (lambda: load(folder), lambda: run(small, folder), lambda: status(folder)):
        assert (
            refused(read)
            == f"{part} is damaged, or of a version of ml_abm before checksums: delete it and run again, which simulates only what was in it"
        )
    part.unlink()
    experiment, there = counted(small, folder)
    assert 0 < there < 24
    assert same(experiment, first)


def test_months_that_are_gone_are_simulated_again(small, folder):
    first = load(folder)
    sorted((folder / "months").iterdir())[0].unlink()
    assert len(load(folder).runs) < 24
    assert same(run(small, folder), first)


def test_a_run_that_is_there_twice_stands_once_in_the_tables(folder):
    """As after an interruption in which a part was written again with other runs beside it."""
    first = load(folder)
    part = next(store.parts_in(folder))
    runs, months = part.tables()
    key = runs["key"][0].as_py()
    some = type(part.tables())(*(table.filter(pc.equal(table["key"], key)) for table in (runs, months)))
    write_tables(folder, some, part.mark)
    assert len(list((folder / "runs").iterdir())) == len(list((folder / "months").iterdir())) >= 2
    assert same(load(folder), first)
    assert status(folder).finished == 24


def test_a_foreign_file_is_refused(small, folder, tmp_path):
    pd.DataFrame({"a": [1]}).to_parquet(folder / "runs" / "part-0.parquet")
    content = (folder / "runs" / "part-0.parquet").read_bytes()
    assert "part-0.parquet is damaged" in refused(lambda: load(folder))
    (folder / "runs" / "part-0.parquet").rename(folder / "runs" / f"part-{parts.digest_of(content)}.parquet")
    assert "is not a part of these results: take it away" in refused(lambda: load(folder))
    (folder / "runs" / f"part-{parts.digest_of(content)}.parquet").unlink()
    other = tmp_path / "other"
    run(small, other)
    stray = sorted((other / "runs").iterdir())[0]
    (folder / "runs" / stray.name).write_bytes(stray.read_bytes())
    assert f"{stray.name} is of another experiment" in refused(lambda: load(folder))


def test_months_of_other_runs_are_never_taken_for_ours(small, folder, tmp_path):
    """Neither those of another seed, nor those of another part under the name of ours."""
    other = tmp_path / "other"
    run(small.replace(seed=99), other)
    ours, theirs = ((sorted((place / "months").iterdir())) for place in (folder, other))
    kept = ours[0].read_bytes()
    for content in (theirs[0].read_bytes(), ours[-1].read_bytes(), kept + kept, kept[:-30]):
        if content != kept:
            ours[0].write_bytes(content)
            for read in (lambda: load(folder), lambda: status(folder), lambda: run(small, folder)):
                assert f"{ours[0]} is damaged" in refused(read)
    ours[0].write_bytes(kept)
    assert len(load(folder).months) == 24 * 12


@pytest.mark.parametrize("name", ["study.toml", "points.parquet", "scenarios/helped.toml"])
def test_what_says_what_was_run_is_not_changed_unnoticed(small, folder, name):
    first = load(folder)
    before = (folder / name).read_bytes()
    (folder / name).write_bytes(before.replace(b"0", b"1", 1) if name.endswith("toml") else before[::-1])
    for read in (lambda: load(folder), lambda: status(folder)):
        assert refused(read) == (
            f"{folder / name} does not go with the manifest.json beside it: run the study again, or put back what was edited"
        )
    assert same(run(small, folder), first)


def test_a_manifest_that_was_changed_is_refused(small, folder):
    said = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**said, "planned": 23}))
    for read in (lambda: load(folder), lambda: status(folder), lambda: run(small, folder)):
        assert (
            refused(read) == f"{folder / 'manifest.json'} is damaged: put back a copy, or give another folder"
        )


def test_results_of_the_last_version_are_refused_in_one_line(small):
    """The folder was written by the first version, whose parts had no checksums."""
    old = Path(__file__).parent / "first-version"
    for read in (lambda: load(old), lambda: status(old), lambda: run(small, old)):
        assert "was written by an earlier version (ml_abm 0.1.0" in refused(read)
        assert "run the study into another folder" in refused(read)


def test_what_someone_else_left_unfinished_is_swept_away(small, folder):
    (folder / "runs" / ".part-part-1.parquet.0a0a").write_bytes(b"half")
    months = sorted((folder / "months").iterdir())[0]
    lonely = months.read_bytes().replace(b"PAR1", b"PAR2")
    (folder / "months" / f"part-{parts.digest_of(lonely)}.parquet").write_bytes(lonely)
    run(small, folder)
    assert len(list((folder / "runs").iterdir())) == len(list((folder / "months").iterdir()))


def test_a_folder_of_something_else_is_refused(small, folder, tmp_path):
    assert refused(lambda: run(small.replace(name="other"), folder)) == (
        f"{folder} holds the study 'small', and this is 'other': give another folder"
    )
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "precious.txt").write_text("mine")
    assert "holds other files" in refused(lambda: run(small, tmp_path / "mine"))
    assert "is a file" in refused(lambda: run(small, tmp_path / "mine" / "precious.txt"))
    assert "holds no manifest.json" in refused(lambda: load(tmp_path / "mine"))
    (tmp_path / "mine" / "manifest.json").write_text('{"schema": 1}')
    assert "is not of an experiment" in refused(lambda: run(small, tmp_path / "mine"))
    (tmp_path / "mine" / "manifest.json").write_text("{")
    assert "is damaged" in refused(lambda: status(tmp_path / "mine"))


def test_a_newer_version_is_refused(small, folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "schema": 3, "ml_abm": "9.0"}))
    for read in (lambda: load(folder), lambda: run(small, folder), lambda: status(folder)):
        assert refused(read).startswith(f"{folder} was written by a newer version (ml_abm 9.0, schema 3")


def test_two_processes_do_not_run_one_folder(small, folder):
    import subprocess
    import sys

    code = (
        "import pathlib, sys\nfrom ml_abm.experiments import Study, run\n"
        "try: run(Study.find(sys.argv[1]), sys.argv[1])\nexcept Exception as error: print(error)"
    )
    with store.locked(folder):
        told = subprocess.run(
            [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True
        )
    assert told.stdout == f"{folder} is being run by another process: wait for it, or give another folder\n"
    with pytest.raises(StoreError):
        load(folder / "runs")
