"""A folder from someone else never leads out of itself: nothing outside it is read, changed or deleted; and one process at a time writes."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ml_abm
from ml_abm import checkpoint, experiments
from ml_abm.assess.runs import FOLDER
from ml_abm.calibration.posterior import in_manifest, load_posterior
from ml_abm.calibration.problem import problem_of, target_of
from ml_abm.calibration.simulations import simulate_all
from ml_abm.cli import main
from ml_abm.errors import CheckpointError, InputError, OutputError, StudyError
from ml_abm.foundation.atomic_write import UNFINISHED, write_whole
from ml_abm.foundation.folders import LOCK, check_own, locked
from ml_abm.report.files import check_folder, write_folder
from ml_abm.runs import Kept
from ml_abm.scenario import Scenario

TINY = Scenario().replace(
    {"name": "tiny", "districts": 2, "schools": 8, "pilot_schools": 2, "pilot_districts": 1, "months": 12}
)
STUDY = experiments.Study(
    name="small",
    scenario=TINY,
    factors={"tool_hours": {"values": [0, 3]}},
    outcomes=["adoption"],
    replicates=3,
)


@pytest.fixture(scope="module")
def problem():
    return problem_of([target_of(Scenario.preset("success-for-all"))])


def snapshot(folder):
    """Return all that is in a folder: the names, and the content of files."""
    return {path: path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


def refused(call):
    with pytest.raises(InputError) as caught:
        call()
    return str(caught.value)


def command(*arguments):
    """Run the command line in a process of its own, which is not waited for for ever."""
    source = str(Path(ml_abm.__file__).parents[1])
    return subprocess.run(
        [sys.executable, "-m", "ml_abm", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        timeout=300,
    )


# --- each kind of folder: how it is made, who reads or writes it, and what in it may be made to lead elsewhere --------------


def an_experiment(folder, problem):
    experiments.run(STUDY, folder, workers=1)
    (folder / "retired" / "runs").mkdir(parents=True)
    (folder / "retired" / "months").mkdir()


def a_checkpoint(folder, problem):
    checkpoint.run(TINY, 3, 1, folder)


def kept_by_calibrate(folder, problem):
    simulate_all(problem, at_the_priors_middle(problem), folder=folder)
    (folder / "zoom-1").mkdir()


def at_the_priors_middle(problem):
    return np.zeros((2, len(problem.names)))


def kept_by_assess(folder, problem):
    Kept(folder / FOLDER).add({"a": {"spending": np.array([1.0])}})


def a_fit(folder, problem):
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(in_manifest(problem)), encoding="utf-8")
    draws = pd.DataFrame(problem.values(at_the_priors_middle(problem)), columns=problem.names)
    draws.to_parquet(folder / "draws.parquet")


KINDS = {
    "experiment": (
        an_experiment,
        ("manifest.json", "study.toml", "points.parquet", "scenarios", "scenarios/tiny.toml", "runs", "months", "retired", "retired/runs", "retired/months"),
        {
            "run": lambda folder, problem: experiments.run(STUDY, folder, workers=1),
            "load": lambda folder, problem: experiments.load(folder),
            "status": lambda folder, problem: experiments.status(folder),
        },
    ),
    "checkpoint": (
        a_checkpoint,
        ("checkpoint.bin",),
        {
            "live": lambda folder, problem: checkpoint.run(TINY, 6, 1, folder, resume=True),
            "load": lambda folder, problem: checkpoint.load(folder),
        },
    ),
    "kept-by-calibrate": (
        kept_by_calibrate,
        ("simulations.json", "part-*.parquet", "zoom-1"),
        {"simulate": lambda folder, problem: simulate_all(problem, at_the_priors_middle(problem), folder=folder)},
    ),
    "kept-by-assess": (
        kept_by_assess,
        (FOLDER, f"{FOLDER}/part-*.parquet"),
        {"read": lambda folder, problem: Kept.below(folder, FOLDER).read()},
    ),
    "fit": (
        a_fit,
        ("manifest.json", "draws.parquet"),
        {"load": lambda folder, problem: load_posterior(folder)},
    ),
}  # fmt: skip
CASES = [
    (kind, entry, reader)
    for kind, (_, entries, readers) in KINDS.items()
    for entry in entries
    for reader in readers
]


@pytest.fixture(scope="module")
def good(tmp_path_factory, problem):
    """A folder of each kind, made once."""
    place = tmp_path_factory.mktemp("good")
    for kind, (make, _, _) in KINDS.items():
        make(place / kind, problem)
    return place


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_that_the_user_names_may_be_a_link(kind, good, tmp_path, problem):
    shutil.copytree(good / kind, tmp_path / "elsewhere")
    (tmp_path / "link").symlink_to("elsewhere")
    for read in KINDS[kind][2].values():
        read(tmp_path / "link", problem)
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize(("kind", "entry", "reader"), CASES)
def test_what_leads_out_of_a_folder_is_refused_and_stays_as_it_is(
    kind, entry, reader, good, tmp_path, problem
):
    stranger, victim = tmp_path / "stranger", tmp_path / "victim"
    shutil.copytree(good / kind, stranger)
    shutil.copytree(good / kind, victim)
    path = next(stranger.glob(entry))
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    path.symlink_to(os.path.relpath(victim / path.relative_to(stranger), path.parent))
    before = snapshot(victim)
    said = refused(lambda: KINDS[kind][2][reader](stranger, problem))
    assert f"{path} is a symbolic link" in said
    assert snapshot(victim) == before


@pytest.mark.parametrize(("kind", "entry", "reader"), [case for case in CASES if "." in case[1]])
def test_a_pipe_in_place_of_a_file_is_refused_and_not_waited_for(
    kind, entry, reader, good, tmp_path, problem
):
    shutil.copytree(good / kind, tmp_path / "stranger")
    path = next((tmp_path / "stranger").glob(entry))
    path.unlink()
    os.mkfifo(path)
    said = refused(lambda: KINDS[kind][2][reader](tmp_path / "stranger", problem))
    assert f"{path} is neither a file nor a folder" in said


def test_a_link_that_leads_nowhere_is_not_made_to_lead_somewhere(good, tmp_path):
    for name in ("runs", "months", "scenarios"):
        shutil.copytree(good / "experiment", tmp_path / name)
        shutil.rmtree(tmp_path / name / name)
        (tmp_path / name / name).symlink_to(tmp_path / "new")
        assert "is a symbolic link" in refused(lambda name=name: experiments.run(STUDY, tmp_path / name))
    assert not (tmp_path / "new").exists()


def test_a_link_to_a_single_part_is_refused(good, tmp_path):
    shutil.copytree(good / "experiment", tmp_path / "stranger")
    part = next((tmp_path / "stranger" / "runs").iterdir())
    moved = part.rename(tmp_path / part.name)
    part.symlink_to(moved)
    assert "is a symbolic link" in refused(lambda: experiments.load(tmp_path / "stranger"))
    assert "is a symbolic link" in refused(lambda: experiments.run(STUDY, tmp_path / "stranger"))


# --- what was found -----------------------------------------------------------------------------------------------------------


def test_a_study_from_a_stranger_deletes_no_runs_of_another_one(good, tmp_path):
    """`months` was followed, and every part there without a partner in `runs` was deleted."""
    shutil.copytree(good / "experiment", tmp_path / "victim")
    stranger = tmp_path / "stranger"
    shutil.copytree(good / "experiment", stranger)
    shutil.rmtree(stranger / "runs")
    shutil.rmtree(stranger / "months")
    (stranger / "months").symlink_to("../victim/months")
    before = snapshot(tmp_path / "victim")
    told = command("experiment", "run", stranger)
    assert told.returncode == 2
    assert told.stderr == (
        f"ml-abm: {stranger}/months is a symbolic link: {stranger} may hold files and folders of its own only; remove it, or put a "
        "copy in its place\n"
    )
    assert snapshot(tmp_path / "victim") == before
    assert experiments.status(tmp_path / "victim").finished == 6


@pytest.mark.parametrize("kind", ["experiment", "checkpoint", "kept-by-calibrate"])
@pytest.mark.parametrize("how", ["link", "hard-link"])
def test_a_lock_empties_no_file_of_the_user(kind, how, good, tmp_path, problem):
    """The lock's file was opened for writing from its beginning, wherever it was."""
    keys, stranger = tmp_path / "keys", tmp_path / "stranger"
    keys.write_text("precious")
    shutil.copytree(good / kind, stranger)
    (stranger / LOCK).unlink()
    (stranger / LOCK).symlink_to("../keys") if how == "link" else (stranger / LOCK).hardlink_to(keys)
    write = next(iter(KINDS[kind][2].values()))
    if how == "link":
        assert f"{stranger / LOCK} is a symbolic link" in refused(lambda: write(stranger, problem))
    else:  # which holds a lock as well as any file
        write(stranger, problem)
    assert keys.read_text() == "precious"


def test_a_lock_that_is_a_pipe_or_leads_nowhere_is_refused(tmp_path):
    os.mkfifo(tmp_path / LOCK)
    with pytest.raises(CheckpointError, match="neither a file nor a folder"):
        checkpoint.run(TINY, 2, 1, tmp_path)
    (tmp_path / LOCK).unlink()
    (tmp_path / LOCK).symlink_to(tmp_path / "new")
    with pytest.raises(CheckpointError, match="a symbolic link"):
        checkpoint.run(TINY, 2, 1, tmp_path)
    assert not (tmp_path / "new").exists()


def test_what_waits_under_the_name_of_an_unfinished_file_is_removed_and_not_written_to(tmp_path):
    (tmp_path / "keys").write_text("precious")
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    waiting = [stranger / f"{UNFINISHED}checkpoint.bin", stranger / f"{UNFINISHED}checkpoint.bin.0a0a"]
    for path, make in zip(waiting, (Path.symlink_to, Path.hardlink_to), strict=True):
        make(path, tmp_path / "keys")
    checkpoint.run(TINY, 2, 1, stranger)
    assert (tmp_path / "keys").read_text() == "precious"
    assert {path.name for path in stranger.iterdir()} == {checkpoint.FILE, LOCK}


def test_a_file_is_never_written_under_a_name_that_could_be_foretold(tmp_path):
    used = set()
    for _ in range(3):
        write_whole(tmp_path / "a.csv", lambda part: (used.add(part.name), part.write_text("a")))
    assert len(used) == 3


def test_files_of_others_beside_a_checkpoint_are_left_alone(tmp_path):
    (tmp_path / "elsewhere").symlink_to("/")
    (tmp_path / ".part-mine.txt").write_text("mine")
    checkpoint.run(TINY, 2, 1, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "elsewhere",
        ".part-mine.txt",
        checkpoint.FILE,
        LOCK,
    }


def test_names_are_compared_as_file_systems_do_that_know_no_capitals(tmp_path):
    (tmp_path / "RUNS").symlink_to("/")
    with pytest.raises(OutputError, match="RUNS is a symbolic link"):
        check_own(tmp_path, ("runs",), OutputError)


def test_a_file_that_another_process_takes_away_meanwhile_is_no_fault(good, tmp_path, monkeypatch):
    shutil.copytree(good / "experiment", tmp_path / "small")
    there = Path.iterdir
    ghost = tmp_path / "small" / "runs" / f"{UNFINISHED}gone"
    monkeypatch.setattr(Path, "iterdir", lambda path: [*there(path), ghost])
    assert experiments.status(tmp_path / "small").finished == 6


@pytest.mark.parametrize("outside", ["../{}/schools.csv", "{}"])
def test_a_study_puts_no_copy_of_a_list_outside_its_results(outside, tmp_path):
    """A copy was written under the name by which the scenario calls the list, with all its steps up."""
    (tmp_path / "here").mkdir()
    schools = tmp_path / "there" / "schools.csv"
    schools.parent.mkdir()
    schools.write_text("id,district,teachers\na,d,3\nb,d,4\nc,d,4\n")
    named = outside.format("there" if ".." in outside else schools)
    scenario = Scenario().replace(
        {
            "pilot_schools": 1,
            "pilot_districts": 1,
            "system": {"folder": str(tmp_path / "here"), "schools": named},
        }
    )
    study = experiments.Study(name="s", scenario=scenario, months=2, replicates=1, outcomes=["adoption"])
    before = snapshot(tmp_path)
    with pytest.raises(StudyError, match="is outside the folder of the scenario"):
        experiments.run(study, tmp_path / "out")
    assert snapshot(tmp_path) == before


def test_results_replace_what_a_link_leads_to_and_not_the_link(tmp_path):
    (tmp_path / "large").mkdir()
    (tmp_path / "out").symlink_to("large")
    check_folder(tmp_path / "out")
    write_folder(tmp_path / "out", lambda folder: (folder / "a.txt").write_text("a"))
    assert (tmp_path / "out").is_symlink()
    assert (tmp_path / "large" / "a.txt").read_text() == "a"
    assert {path.name for path in tmp_path.iterdir()} == {"large", "out"}


def test_a_link_that_leads_to_itself_is_no_place_for_results(tmp_path):
    (tmp_path / "out").symlink_to("out")
    with pytest.raises(OutputError, match="cannot be written"):
        write_folder(tmp_path / "out", lambda folder: (folder / "a.txt").write_text("a"))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


# --- one process at a time ---------------------------------------------------------------------------------------------------


def test_two_processes_do_not_run_one_checkpoint(tmp_path):
    """The second was told that `checkpoint.bin` cannot be written, as the first had moved its unfinished file away."""
    checkpoint.run(Scenario.preset("base"), 2, 1, tmp_path)
    before = (tmp_path / checkpoint.FILE).read_bytes()
    with locked(tmp_path, checkpoint.OWN, CheckpointError):
        told = command("run", "base", "--months", 4, "--checkpoint", tmp_path, "--resume")
    assert told.returncode == 2
    assert told.stderr == (
        f"ml-abm: {tmp_path} is being run by another process: wait for it, or give another folder\n"
    )
    assert (tmp_path / checkpoint.FILE).read_bytes() == before
    assert main(["run", "base", "--months", "4", "--checkpoint", str(tmp_path), "--resume"]) == 0


def test_two_processes_do_not_fill_one_folder_of_kept_runs(good, tmp_path):
    shutil.copytree(good / "kept-by-calibrate", tmp_path / "kept")
    code = (
        "import sys; from pathlib import Path; import numpy as np; from ml_abm.scenario import Scenario\n"
        "from ml_abm.calibration.problem import problem_of, target_of\n"
        "from ml_abm.calibration.simulations import simulate_all\n"
        "problem = problem_of([target_of(Scenario.preset('success-for-all'))])\n"
        "try: simulate_all(problem, np.zeros((2, len(problem.names))), folder=Path(sys.argv[1]))\n"
        "except Exception as error: print(error)"
    )
    with locked(tmp_path / "kept", (), OutputError):
        told = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "kept")], capture_output=True, text=True, check=True
        )
    assert f"{tmp_path / 'kept'} is being run by another process" in told.stdout


def test_several_may_write_one_file_at_a_time(tmp_path):
    """Each writes a file of its own beside the target, and the last one stays."""

    def write(part):
        part.write_text("first")
        write_whole(tmp_path / "a.txt", lambda other: other.write_text("second"))

    write_whole(tmp_path / "a.txt", write)
    assert (tmp_path / "a.txt").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
