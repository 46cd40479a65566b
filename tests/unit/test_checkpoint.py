"""Checkpoints: a resumed run is the run that never stopped, and nothing that happens to a file goes unnoticed."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from ml_abm import Scenario, Simulation, checkpoint, simulate
from ml_abm.cli import main
from ml_abm.errors import CheckpointError, OutputError
from ml_abm.foundation.folders import LOCK

EVENTS = [
    {"month": 6, "says": "tools", "set": {"innovation.tool_hours": 4}},
    {"month": 17, "says": "champions leave", "happens": "champion leaves"},
    {"month": 26, "says": "new leaders", "happens": "leaders change"},
]
SCENARIO = Scenario().replace(
    {
        "districts": 3,
        "schools": 40,
        "pilot_schools": 8,
        "pilot_districts": 2,
        "design_months": 0,
        "timeline": EVENTS,
    }
)
MONTHS = 36


@pytest.fixture(scope="module")
def whole():
    return simulate(SCENARIO, MONTHS, 5, districts=True)


def same(trace, other):
    return (
        trace.system.equals(other.system)
        and trace.districts.equals(other.districts)
        and trace.funders.equals(other.funders)
        and trace.events == other.events
    )


@pytest.mark.parametrize("stops", [1, 6, 17, 20])
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_resumed_run_is_the_run_that_never_stopped(tmp_path, whole, stops, threads):
    checkpoint.save(Simulation(SCENARIO, 5, districts=True).run_for(stops), tmp_path)
    resumed = checkpoint.load(tmp_path, threads=threads)
    assert resumed.month == stops
    assert same(resumed.run_for(MONTHS - stops).trace(), whole)


def test_every_array_comes_back_to_the_bit(tmp_path):
    run = Simulation(SCENARIO, 5).run_for(9)
    checkpoint.save(run, tmp_path)
    again = checkpoint.arrays_of(checkpoint.load(tmp_path))
    for name, array in checkpoint.arrays_of(run).items():
        assert array.dtype == again[name].dtype, name
        assert np.array_equal(array.view(np.uint8), again[name].view(np.uint8)), name


def test_the_loop_saves_and_goes_on(tmp_path, whole):
    told = []
    checkpoint.run(SCENARIO, 20, 5, tmp_path, every=8, districts=True, progress=told.append)
    assert sum(told) == 20
    assert checkpoint.load(tmp_path).month == 20
    told.clear()
    trace = checkpoint.run(
        SCENARIO, MONTHS, 5, tmp_path, resume=True, districts=True, progress=told.append
    ).trace()
    assert sum(told) == MONTHS
    assert same(trace, whole)


def test_resume_begins_where_nothing_is_kept_yet(tmp_path, whole):
    run = checkpoint.run(SCENARIO, MONTHS, 5, tmp_path / "new", resume=True, districts=True)
    assert same(run.trace(), whole)


def test_another_run_is_refused_and_what_differs_is_named(tmp_path):
    checkpoint.run(SCENARIO, 3, 5, tmp_path)
    with pytest.raises(CheckpointError, match="resume it"):
        checkpoint.run(SCENARIO, 6, 5, tmp_path)
    with pytest.raises(CheckpointError, match="other --seed:"):
        checkpoint.run(SCENARIO, 6, 6, tmp_path, resume=True)
    changed = SCENARIO.replace({"tool_hours": 2.5})
    with pytest.raises(CheckpointError, match=r"other --districts, innovation\.tool_hours:"):
        checkpoint.run(changed, 6, 5, tmp_path, resume=True, districts=True)
    with pytest.raises(CheckpointError, match="simulated 3 months already"):
        checkpoint.run(SCENARIO, 2, 5, tmp_path, resume=True)


def damage(path, how):
    content = bytearray(path.read_bytes())
    if how == "flip a bit":
        content[len(content) // 2] ^= 1
    elif how == "flip in the header":
        content[60] ^= 1
    elif how == "cut":
        content = content[:-100]
    elif how == "cut in the header":
        content = content[:50]
    elif how == "add":
        content += b"x"
    elif how == "empty":
        content = b""
    path.write_bytes(content)


@pytest.mark.parametrize(
    "how", ["flip a bit", "flip in the header", "cut", "cut in the header", "add", "empty"]
)
def test_damage_is_noticed(tmp_path, how):
    path = checkpoint.save(Simulation(SCENARIO, 5).run_for(2), tmp_path)
    damage(path, how)
    with pytest.raises(CheckpointError, match=r"damaged|no checkpoint|other code"):
        checkpoint.load(tmp_path)


def test_a_checkpoint_of_other_code_is_refused(tmp_path, monkeypatch):
    checkpoint.save(Simulation(SCENARIO, 5).run_for(2), tmp_path)
    monkeypatch.setattr(checkpoint, "model_stamp", lambda: "another")
    with pytest.raises(CheckpointError, match="other code"):
        checkpoint.load(tmp_path)


def test_tables_of_another_shape_are_refused(tmp_path):
    path = checkpoint.save(Simulation(SCENARIO, 5).run_for(2), tmp_path)
    content = path.read_bytes()
    first = len(checkpoint.FIRST_LINE)
    size = int.from_bytes(content[first : first + 8], "little")
    header = json.loads(content[first + 8 : first + 8 + size])
    header["arrays"][0][1] = "0123456789abcdef"
    text = json.dumps(header).encode()
    path.write_bytes(content[:first] + len(text).to_bytes(8, "little") + text + content[first + 8 + size :])
    with pytest.raises(CheckpointError, match="other code"):
        checkpoint.load(tmp_path)


def test_a_full_disk_leaves_the_last_checkpoint(tmp_path, monkeypatch):
    run = Simulation(SCENARIO, 5).run_for(4)
    checkpoint.save(run, tmp_path)

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left on device; the last one is kept"):
        checkpoint.save(run.run_for(4), tmp_path)
    assert checkpoint.load(tmp_path).month == 4
    assert [path.name for path in tmp_path.iterdir()] == [checkpoint.FILE]


def test_a_kill_at_any_moment_leaves_a_checkpoint_to_go_on_from(tmp_path):
    script = (
        "import sys; from pathlib import Path; from tests.unit.test_checkpoint import SCENARIO; "
        "from ml_abm import checkpoint; "
        "checkpoint.run(SCENARIO, 1200, 5, Path(sys.argv[1]), every=1, resume=True, districts=True)"
    )
    months = 0
    for wait in (0.05, 0.2, 0.4):
        process = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)])
        while not (tmp_path / checkpoint.FILE).exists() or checkpoint.load(tmp_path).month <= months:
            assert process.poll() is None
            time.sleep(0.01)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        months = checkpoint.load(tmp_path).month
    run = checkpoint.load(tmp_path)
    assert same(run.trace(), simulate(SCENARIO, run.month, 5, districts=True))


def test_the_command_line_keeps_and_resumes(tmp_path, capsys):
    kept = str(tmp_path / "kept")
    assert main(["run", "base", "--months", "7", "--checkpoint", kept, "--every", "3"]) == 0
    assert main(["run", "base", "--months", "9", "--checkpoint", kept]) == 2
    out = str(tmp_path / "out")
    assert main(["run", "base", "--months", "9", "--checkpoint", kept, "--resume", "--out", out]) == 0
    whole = str(tmp_path / "whole")
    assert main(["run", "base", "--months", "9", "--out", whole]) == 0
    assert (tmp_path / "out" / "system.csv").read_bytes() == (tmp_path / "whole" / "system.csv").read_bytes()
    capsys.readouterr()
    for wrong, words in (
        (["--resume"], "--resume needs --checkpoint"),
        (["--checkpoint", kept, "--runs", "2"], "--runs is 2"),
        (["--checkpoint", kept, "--resume", "--seed", "4"], "other --seed"),
        (["--checkpoint", kept, "--every", "0"], "--every 0: allowed 1 to 1200"),
        (["--checkpoint", __file__], "cannot be written"),
    ):
        assert main(["run", "base", *wrong]) == 2
        said = capsys.readouterr().err
        assert words in said
        assert said.count("\n") == 1


@pytest.fixture
def listed(tmp_path):
    """A scenario with a list of schools, in a folder of its own."""
    folder = tmp_path / "here"
    folder.mkdir()
    schools = "".join(f"s{k},d{k % 2},8,300,0.{k}\n" for k in range(9))
    (folder / "schools.csv").write_text("id,district,teachers,pupils,support\n" + schools)
    (folder / "mine.toml").write_text(
        '[system]\nschools = "schools.csv"\ncolumns = { leadership = "support" }\n'
        "[programme]\npilot_schools = 2\npilot_districts = 1\n"
    )
    return folder


def test_a_list_that_changed_is_another_run(listed, tmp_path):
    scenario = Scenario.load(listed / "mine.toml")
    checkpoint.run(scenario, 3, 1, tmp_path / "kept")
    text = (listed / "schools.csv").read_text()
    (listed / "schools.csv").write_text(text.replace(",0.", ",0.0"))
    with pytest.raises(CheckpointError, match=r"system.schools \(its content\)"):
        checkpoint.run(scenario, 6, 1, tmp_path / "kept", resume=True)


def test_a_run_goes_on_where_its_list_lies_by_now(listed, tmp_path):
    checkpoint.run(Scenario.load(listed / "mine.toml"), 3, 1, tmp_path / "kept")
    listed = listed.rename(tmp_path / "there")
    run = checkpoint.run(Scenario.load(listed / "mine.toml"), 6, 1, tmp_path / "kept", resume=True)
    assert run.scenario.files()["system.schools"] == listed / "schools.csv"


def test_outcomes_by_district_have_the_ids_of_the_list(listed):
    trace = simulate(Scenario.load(listed / "mine.toml"), 2, 1, districts=True)
    assert list(trace.districts.loc[0].index) == ["d0", "d1"]


def test_a_refused_run_leaves_nothing(tmp_path):
    checkpoint.run(SCENARIO, 2, 5, tmp_path)
    with pytest.raises(CheckpointError):
        checkpoint.run(SCENARIO, 2, 5, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {checkpoint.FILE, LOCK}
