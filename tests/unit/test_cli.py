"""The command line as a person meets it: tables, files that are whole, and one line for every mistake."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml_abm import Scenario, cli, simulate
from ml_abm.calibration.uncertain import HOLDS, with_draw
from ml_abm.commands import run
from ml_abm.foundation.numbers_in_words import difference
from ml_abm.outcomes import REACHES
from ml_abm.report.figures import overview
from ml_abm.report.observed import counted_in_words
from ml_abm.scenario import without_programme

SMALL = Scenario().replace(
    {"name": "small", "districts": 2, "schools": 8, "pilot_schools": 2, "pilot_districts": 1, "months": 14}
)


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "small.toml"
    path.write_text(SMALL.to_toml(), encoding="utf-8")
    return str(path)


def wrong(capsys, *arguments):
    """Return the one line that a mistake gives, having checked that it is one line and exit code 2."""
    assert cli.main(list(arguments)) == 2
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert printed.err.startswith("ml-abm: ")
    assert "Traceback" not in printed.err
    return printed.err


def test_runs_differ_by_all_that_is_not_known_and_say_so(file, tmp_path, capsys):
    assert cli.main(["run", file, "--runs", "3", "--out", "drawn"]) == 0
    assert HOLDS in " ".join(capsys.readouterr().out.split())
    drawn = pd.read_csv(tmp_path / "drawn" / "draws.csv")
    expected = [with_draw(SMALL, seed).behaviour.lapse_base for seed in (1, 2, 3)]
    assert drawn["behaviour.lapse_base"].tolist() == pytest.approx(expected)
    assert cli.main(["run", file, "--runs", "3", "--chance-only", "--out", "alone"]) == 0
    printed = capsys.readouterr().out
    assert "by chance alone" in " ".join(printed.split())
    assert not (tmp_path / "alone" / "draws.csv").exists()


def test_a_single_run_takes_a_draw_where_it_is_asked_to(file, tmp_path):
    assert cli.main(["run", file, "--runs", "2", "--seed", "4", "--out", "two"]) == 0
    assert cli.main(["run", file, "--seed", "5", "--draw", "5", "--out", "one"]) == 0
    two, one = (pd.read_parquet(tmp_path / name / "system.parquet") for name in ("two", "one"))
    assert two[two["seed"] == 5]["adoption"].tolist() == one["adoption"].tolist()


def test_a_change_is_shown_beside_with_its_difference(file, tmp_path, capsys):
    words = ["run", file, "--runs", "4", "--beside", "innovation.tool_hours=4", "--plot", "--out", "beside"]
    assert cli.main(words) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "What would change with innovation.tool_hours = 4" in printed
    assert HOLDS in printed
    assert (tmp_path / "beside" / "small-beside.png").read_bytes().startswith(b"\x89PNG")
    drawn = [with_draw(SMALL, seed) for seed in (1, 2, 3, 4)]
    ends = [
        [
            simulate(one.replace(change), SMALL.months, seed=k).system.adoption.iloc[-1]
            for k, one in enumerate(drawn, 1)
        ]
        for change in ({}, {"tool_hours": 4.0})
    ]
    gain = np.mean(np.subtract(*ends[::-1]))
    assert difference(gain, "share", sign=True) in printed


def test_what_cannot_go_together_is_said(file, capsys):
    assert "leave one of them out" in wrong(
        capsys, "run", file, "--runs", "2", "--chance-only", "--posterior", "fit"
    )
    assert "--draw takes a whole number" in wrong(capsys, "run", file, "--runs", "2", "--draw", "1")
    assert "--draw takes a whole number" in wrong(capsys, "run", file, "--draw", "-1")
    assert "--beside" in wrong(capsys, "run", file, "--beside", "nonsense")


def test_run_prints_a_table_and_the_funnel(file, capsys):
    assert cli.main(["run", file, "--runs", "2"]) == 0
    printed = capsys.readouterr().out
    assert "A typical scale-up" in printed
    assert "fidelity" in printed
    assert "school not reached" in printed


def test_run_prints_the_three_reaches_and_who_gets_it(file, capsys):
    assert cli.main(["run", file, "--set", "months=25"]) == 0
    printed = capsys.readouterr().out
    assert all(word in printed for word in REACHES)
    trace = simulate(SMALL, 25, seed=1)
    last = trace.quintiles.loc[24]
    said = " ".join(printed.split())
    assert f"In use in {last.reach_in_use[1]:.0%} of the least disadvantaged fifth" in said
    assert f"learning {last.learning_sd[1]:.3f} and {last.learning_sd[5]:.3f} SD a year" in said
    row = next(line for line in printed.splitlines() if line.startswith("│ 2022.0"))
    shown = [cell.strip() for cell in row.strip("│").split("│")[1:4]]
    assert shown == [f"{trace.system[count].iloc[24]:,.0f}" for _, count in REACHES.values()]


@pytest.mark.parametrize(
    ("preset", "counted"),
    [
        ("catch-up-zambia", "schools on the list"),
        ("room-to-read", "libraries ever joined"),
        ("new-math-allegheny", "districts"),
        ("base", "schools on the list"),
    ],
)
def test_a_case_says_which_reach_it_counts(preset, counted):
    assert counted_in_words(Scenario.preset(preset)) == counted


def test_the_picture_shows_the_three_reaches():
    trace = simulate(SMALL, 3, seed=1)
    labels = overview(trace, SMALL).axes[0].get_legend_handles_labels()[1]
    assert sorted(labels) == sorted(f"schools {word}, model" for word in REACHES)


def test_run_writes_whole_results_that_can_be_repeated(file, tmp_path, capsys):
    assert (
        cli.main(
            [
                *[
                    "run",
                    "--runs",
                    "2",
                    "--seed",
                    "5",
                    "--out",
                    "results",
                    "--plot",
                    "--districts",
                    "--chance-only",
                ],
                file,
            ]
        )
        == 0
    )
    folder = tmp_path / "results"
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "system.parquet",
        "system.csv",
        "districts.parquet",
        "funders.parquet",
        "funders.csv",
        "quintiles.parquet",
        "quintiles.csv",
        "spread.parquet",
        "spread.csv",
        "scenario.toml",
        "manifest.json",
        "small.png",
    }
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["seeds"] == [5, 6]
    assert manifest["packages"]["numba"]
    again = simulate(Scenario.load(folder / "scenario.toml"), manifest["months"], manifest["seeds"])
    for table, index in (("system", []), ("quintiles", ["quintile"]), ("spread", [])):
        read = pd.read_parquet(folder / f"{table}.parquet").set_index(["seed", "month", *index])
        pd.testing.assert_frame_equal(read, getattr(again, table), check_index_type=False)
        assert len(pd.read_csv(folder / f"{table}.csv")) == len(read)
    # a second run takes the folder's place
    assert cli.main(["run", file, "--out", "results"]) == 0
    assert "small.png" not in {path.name for path in folder.iterdir()}


def test_plot_without_a_folder_lies_beside_you(file, tmp_path):
    assert cli.main(["run", file, "--plot"]) == 0
    assert (tmp_path / "small.png").read_bytes().startswith(b"\x89PNG")


def test_a_picture_says_why_its_runs_differ():
    trace = simulate(SMALL, 3, seed=[1, 2])
    for why in ("chance alone", HOLDS):
        assert f"90% of 2 runs, which differ by {why}." in overview(trace, SMALL, why).get_supxlabel()


def test_a_picture_holds_strain_against_the_same_schools_without_the_programme():
    own, without = (simulate(each, 6, seed=[1, 2]) for each in (SMALL, without_programme(SMALL)))
    burden = overview(own, SMALL, without=without).axes[2]
    (line,) = [line for line in burden.lines if line.get_label() == "strain without the programme"]
    expected = without.system.strain.groupby(level="month").median()
    assert line.get_ydata() == pytest.approx(expected.to_numpy())
    assert not [line for line in overview(own, SMALL).axes[2].lines if "without" in str(line.get_label())], (
        "there is none where no one made those runs"
    )


def test_set_changes_a_parameter(file, tmp_path):
    cli.main(["run", file, "--set", "innovation.tool_hours=3", "--set", "months=3", "--out", "out"])
    assert Scenario.load(tmp_path / "out" / "scenario.toml").innovation.tool_hours == 3
    assert len(pd.read_csv(tmp_path / "out" / "system.csv")) == 3


def test_scenarios_parameters_and_cases_are_listed(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for command in (
        ["scenarios"],
        ["scenarios", "show", "base"],
        ["scenarios", "copy", "base"],
        ["parameters", "hours"],
        ["cases"],
        ["cases", "zambia_catchup"],
        ["cases", "catch-up-zambia"],
    ):
        assert cli.main(command) == 0
        assert capsys.readouterr().out.strip()
    assert Scenario.load(tmp_path / "base.toml").setting == Scenario().setting


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "catch-up-zambai"], "Did you mean 'catch-up-zambia'"),
        (["run", "nowhere.toml"], "nowhere.toml"),
        (["run", "base", "--months", "-3"], "--months -3: allowed 1 to 1200"),
        (["run", "base", "--months", "many"], "--months: allowed are whole numbers, not 'many'"),
        (["run", "base", "--runs", "0"], "--runs 0: allowed 1 to"),
        (["run", "base", "--seed", "-1"], "--seed -1: allowed 0 to"),
        (["run", "base", "--workers", "-2"], "--workers -2: allowed 1 to"),
        (["run", "base", "--workers", "0"], "--workers 0: allowed 1 to"),
        (["run", "base", "--set", "case=nowhere", "--set", "case_metric=schools"], "there is no case 'nowhere'"),
        (["run", "base", "--set", "tool_hours"], "give NAME=VALUE"),
        (["run", "base", "--set", "tool_hour=3"], "Did you mean 'tool_hours'"),
        (["run", "base", "--set", "tool_hours=99"], "allowed 0 to 20"),
        (["run", "base", "--set", "tool_hours=much"], "'much'"),
        (["run", "base", "--set", "teachers_per_school=0"], "allowed 1 to 500"),
        (["run", "base", "--set", "schools=20000000", "--set", "teachers_per_school=500"], "GiB"),
        (["run"], "the following arguments are required: scenario"),
        (["rn"], "Did you mean 'run'?"),
        (["run", "base", "--colour"], "--colour is not known."),
        (["run", "base", "--seeds", "3"], "Did you mean '--seed'?"),
        (["run", "base", "--set", "tool_hours=3,5"], "Write it with a point."),
        (["run", "base", "--set", "tool_hours", "3"], "3 is not known. (see `ml-abm run --help`)"),
        (["parameter"], "Did you mean 'parameters'?"),
        (["scenarios", "shwo"], "Did you mean 'show'?"),
        (["scenarios", "show"], "give a preset's name"),
        (["scenarios", "copy", "bse"], "Did you mean 'base'"),
        (["cases", "zambia"], "there is no case 'zambia'"),
        (["cases", "base"], "there is no case 'base'"),
        (["cases", "zambia_catchup", "--marks", "X"], "allowed are the letters"),
        (["parameters", "xyzzy"], "no parameter has 'xyzzy'"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(capsys, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    assert words in wrong(capsys, *arguments)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"months = \n", "is not valid TOML"),
        (b"name = \"caf\xe9\"\n", "is not UTF-8"),
        (b"monts = 3\n", "Did you mean 'months'"),
        (b"[innovation]\ntool_hours = 40\n", "tool_hours = 40"),
        (b"[innovation]\ntool_hours = '3'\n", "tool_hours = '3'"),
        (b"[innovation]\ntool_hours = nan\n", "tool_hours = nan"),
        (b"[setting]\nteachers_per_school = 0\n", "allowed 1 to 500 teachers"),
        (b"[setting]\nschools = 3\ndistricts = 5\n", "setting.districts"),
        (b"months = -3\n", "months = -3"),
        (b"[innovation]\ntool_hours = 3,5\n", "write numbers with a point, such as 0.5"),
        ("title = \u201cMine\u201d\n".encode(), 'write straight quotes: "text"'),
        (b"title = Mine\n", 'text stands in quotes: "text"'),
        (b'[system]\nschools = "C:\\data\\schools.csv"\n', "in a path write / in place of \\"),
        (b"months = 3\nmonths = 4\n", "the same key or table stands there twice"),
        (b"[[funders]]\nname = 'A'\npublic = True\n", "write true and false in small letters"),
        (b'[[ties]]\nbetween = "teachers"\nfile = "t.csv"\nquux = 1\n', "Allowed are between, file"),
        (b"[factors]\ntool_hours = { low = 0, high = 3 }\n", "`ml-abm experiment run` runs it"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_one_line_that_names_it(capsys, tmp_path, monkeypatch, content, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_bytes(content)
    line = wrong(capsys, "run", "mine.toml", "--out", "results")
    assert "mine.toml" in line
    assert words in line
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


def test_a_list_in_place_of_a_scenario_is_told_from_one(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schools.csv").write_text("id,district,teachers\nA,D,3\n")
    assert "schools.csv is a list, not a scenario" in wrong(capsys, "run", "schools.csv")


def test_an_output_that_cannot_be_written_is_refused_before_the_run(file, tmp_path, capsys):
    (tmp_path / "a_file").write_text("mine")
    assert "is a file" in wrong(capsys, "run", file, "--out", "a_file")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "precious.txt").write_text("mine")
    assert "holds 'precious.txt'" in wrong(capsys, "run", file, "--out", "full")
    assert "cannot be written" in wrong(capsys, "run", file, "--out", "a_file/below")
    assert (tmp_path / "a_file").read_text() == "mine"


def test_nothing_that_no_run_wrote_is_ever_replaced(file, tmp_path, capsys):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "manifest.json").write_text('{"name": "an extension of a browser"}')
    assert "no manifest.json of a run" in wrong(capsys, "run", file, "--out", "theirs")
    assert cli.main(["run", file, "--out", "results"]) == 0
    (tmp_path / "results" / "thesis.docx").write_text("mine")
    assert "'thesis.docx', which would be lost" in wrong(capsys, "run", file, "--out", "results")
    assert (tmp_path / "results" / "thesis.docx").read_text() == "mine"


@pytest.mark.parametrize("kept", ["results", "results/kept"])
def test_a_checkpoint_inside_the_results_is_refused(file, capsys, kept):
    assert "keep it elsewhere" in wrong(capsys, "run", file, "--out", "results", "--checkpoint", kept)


def test_a_failed_write_leaves_nothing_behind(file, tmp_path, capsys, monkeypatch):
    from ml_abm.report import files

    def full_disk(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "manifest_of", full_disk)
    assert "No space left" in wrong(capsys, "run", file, "--out", "results")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.toml"]


def test_a_copy_never_overwrites(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("base.toml").write_text("mine")
    assert "exists already" in wrong(capsys, "scenarios", "copy", "base")
    assert Path("base.toml").read_text() == "mine"


def test_interrupting_is_130(file, monkeypatch, capsys):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "simulate_batch", interrupt)
    assert cli.main(["run", file]) == 130


def test_help_imports_nothing_heavy():
    heavy = "numpy, numba, pandas, mesa, pydantic, matplotlib, rich"
    code = f"import sys; from ml_abm.cli import parser; parser().format_help(); print([m for m in '{heavy}'.split(', ') if m in sys.modules])"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )
