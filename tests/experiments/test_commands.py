"""The command line of experiments as a person meets it."""

import errno
import os
import re
import subprocess
import sys

import pytest

from ml_abm import cli
from ml_abm.experiments import load


@pytest.fixture
def file(small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(small.to_toml(), encoding="utf-8")
    return "small.toml"


def wrong(capsys, *arguments):
    """Return the one line that a mistake gives."""
    assert cli.main(["experiment", *arguments]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    return told


def test_a_study_is_run_summed_up_and_gone_on_with(file, capsys, tmp_path):
    assert cli.main(["experiment", "run", file]) == 0
    told = capsys.readouterr().out
    assert "24 runs (4 points x 2 scenarios x 3 replicates) of 12 months, design grid" in told
    assert "adoption" in told
    assert "gain" in told
    assert "24 runs are in small" in told
    assert cli.main(["experiment", "run", "small"]) == 0  # the folder says what it is
    assert cli.main(["experiment", "status", "small"]) == 0
    assert "small: 24 of 24 runs are finished" in capsys.readouterr().out
    assert len(load(tmp_path / "small").runs) == 24


def test_a_dry_run_says_what_it_takes_and_writes_nothing(file, capsys, tmp_path):
    assert cli.main(["experiment", "run", file, "--dry-run", "--workers", "2"]) == 0
    told = capsys.readouterr().out
    assert "24 runs (4 points x 2 scenarios x 3 replicates)" in told
    assert re.search(r"\d seconds? on 2 threads here, and", told)
    assert "KiB on disk (16 runs were timed)" in told
    assert [path.name for path in tmp_path.iterdir()] == ["small.toml"]


def test_a_dry_run_of_many_runs_says_that_they_want_a_word(small, capsys, tmp_path):
    (tmp_path / "many.toml").write_text(small.replace(replicates=6000).to_toml(), encoding="utf-8")
    assert cli.main(["experiment", "run", str(tmp_path / "many.toml"), "--dry-run"]) == 0
    assert "Above 20,000 runs it wants --yes." in capsys.readouterr().out


def test_a_part_that_is_not_finished_is_said(file, capsys, tmp_path):
    cli.main(["experiment", "run", file])
    sorted((tmp_path / "small" / "runs").iterdir())[0].unlink()
    capsys.readouterr()
    assert cli.main(["experiment", "status", "small"]) == 0
    assert "`ml-abm experiment run small` goes on with it." in capsys.readouterr().out
    assert cli.main(["experiment", "run", file, "--dry-run"]) == 0
    assert "of 24 runs already" in capsys.readouterr().out


def test_a_mistake_is_one_line_and_nothing_is_lost(file, small, capsys, tmp_path):
    assert "there is no study 'nothing'" in wrong(capsys, "run", "nothing")
    assert "there is no file nothing.toml" in wrong(capsys, "run", "nothing.toml")
    assert "--workers 0: allowed 1 to 1024" in wrong(capsys, "run", file, "--workers", "0")
    assert "there is no engine 'ray'" in wrong(capsys, "run", file, "--engine", "ray")
    assert "goes with --engine dask" in wrong(capsys, "run", file, "--scheduler", "tcp://somewhere:1")
    assert "holds other files" in wrong(capsys, "run", file, "--out", ".")
    assert "holds no manifest.json" in wrong(capsys, "status", ".")
    assert "small.toml is a file: give the folder of its results" in wrong(capsys, "status", file)
    assert "Did you mean 'status'?" in wrong(capsys, "stauts", file)
    (tmp_path / "many.toml").write_text(small.replace(replicates=6000).to_toml(), encoding="utf-8")
    assert "it runs only with --yes" in wrong(capsys, "run", "many.toml")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["many.toml", "small.toml"]


def test_a_factor_that_a_list_of_schools_settles_is_refused(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schools.csv").write_text("id,district,teachers\nA,D,3\nB,D,4\n")
    (tmp_path / "mine.toml").write_text(
        "[system]\nschools = 'schools.csv'\n[programme]\npilot_schools = 1\npilot_districts = 1\n"
    )
    for varied in (
        "[factors]\nschools = { low = 1, high = 2 }",
        "[[scenarios]]\nname = 'a'\nset = { schools = 1 }",
    ):
        (tmp_path / "study.toml").write_text(
            f"scenario = 'mine.toml'\nmonths = 2\nreplicates = 1\n{varied}\n"
        )
        for also in ([], ["--dry-run"]):
            told = wrong(capsys, "run", "study.toml", *also)
            assert "setting.schools cannot be set: the list schools.csv says it is 2" in told
    assert "mine.toml is a scenario" in wrong(capsys, "run", "mine.toml")
    assert not (tmp_path / "study").exists()


def test_a_full_disk_says_that_what_is_finished_is_kept(file, capsys, monkeypatch):
    cli.main(["experiment", "run", file])

    def fsync(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as full:
        full.setattr(os, "fsync", fsync)
        assert "No space left on device; what is finished is kept in small" in wrong(capsys, "run", file)
    assert cli.main(["experiment", "status", "small"]) == 0
    assert "24 of 24" in capsys.readouterr().out


def test_the_list_of_ready_studies_is_printed(capsys):
    assert cli.main(["experiment", "list"]) == 0
    assert capsys.readouterr().out.strip()


def test_help_imports_nothing_heavy():
    heavy = ("numpy", "numba", "pandas", "pydantic", "rich", "ml_abm.experiments")
    code = (
        "import sys\nfrom ml_abm.cli import main\ntry: main(['experiment', 'run', '--help'])\n"
        f"except SystemExit: sys.exit(str([name for name in {heavy} if name in sys.modules]))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert told.stderr.strip() == "[]"
