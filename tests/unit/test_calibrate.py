"""Calibration as a person meets it: the command, a case of one's own, and one line for every mistake."""

import importlib.util
import json
import re

import numpy as np
import pandas as pd
import pytest

from ml_abm import Scenario, cli
from ml_abm.calibration.own_case import read_own_case
from ml_abm.commands import calibrate
from ml_abm.errors import CaseError, InputError, OutputError
from ml_abm.report.files import check_folder
from ml_abm.report.fit_files import OURS
from ml_abm.runs import Kept
from tests.needs import needs_calibrate

SMALL = Scenario().replace(
    {"name": "small", "districts": 2, "schools": 60, "pilot_schools": 2, "pilot_districts": 1, "months": 48}
)
POINTS = "year,metric,value,denominator,source\n2021,schools,6,60,made up\n2022,schools,14,60,made up\n2023,schools,25,60,made up\n"
CASE = 'case = "mine"\nscenario = "small.toml"\npoints = "points.csv"\nmetric = "schools"\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SMALL.to_toml())
    (tmp_path / "points.csv").write_text(POINTS)
    (tmp_path / "mine.toml").write_text(CASE)
    return tmp_path


def wrong(capsys, *arguments):
    """Return the one line that a mistake gives, having checked that it is one line and exit code 2."""
    assert cli.main(["calibrate", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert printed.err.startswith("ml-abm: ")
    return printed.err


@needs_calibrate
def test_a_case_of_ones_own_is_fitted_into_a_whole_folder(folder, capsys):
    (folder / "priors.toml").write_text(
        '[priors.budgets]\ndistribution = "lognormal"\nlow = 0.8\nhigh = 1.25\n'
        "[priors.programme.target_share]\nlow = 0.6\nhigh = 1.0\n"
    )
    asked = [
        "mine.toml",
        "--sims",
        "800",
        "--quick",
        "--out",
        "fit",
        "--keep",
        "runs",
        "--priors",
        "priors.toml",
    ]
    with (folder / "points.csv").open("a") as points:
        points.write("2023,mean_fidelity,0.5,40,made up\n")
    assert cli.main(["calibrate", *asked, "--fit", "joining_of_peers"]) == 0
    printed = capsys.readouterr().out
    assert "mean fidelity 50% in 40 schools (2023)" in printed
    assert "training_capacity" in printed
    assert "synthetic truths" in printed
    names = {path.name for path in (folder / "fit").iterdir()}
    assert names >= {
        "posterior.nc",
        "posterior.csv",
        "draws.parquet",
        "summary.html",
        "manifest.json",
        "priors.csv",
    }
    assert names >= {
        "surveys.png",
        "surveys.csv",
        "reach.png",
        "pairs.png",
        "parameters.png",
        "ranks.png",
        "points.csv",
        "checks.csv",
    }
    said = json.loads((folder / "fit" / "manifest.json").read_text())
    assert (said["kind"], said["runs"], said["zoom"], said["seed"]) == ("fit", 200, 100, 1)
    assert "behaviour.joining_of_peers" in said["unknowns"]
    assert "behaviour.joining_of_openness" not in said["unknowns"]
    page = (folder / "fit" / "summary.html").read_text()
    assert "no proof that the model is right" in page
    assert ">2022<" in page  # a year is written as one
    assert "Who stayed, and how well it is done" in page
    assert 'name="color-scheme" content="light dark"' in page
    priors = pd.read_csv(folder / "fit" / "priors.csv").set_index("parameter")
    assert priors["95%"]["budgets"] == pytest.approx(1.25)
    assert "priors.toml" in priors.source["programme.target_share"]
    assert len(Kept(folder / "runs").read()) == 200
    check_folder(folder / "fit", OURS)  # the same command again takes its place
    (folder / "fit" / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match=r"holds 'mine.txt', which would be lost"):
        check_folder(folder / "fit", OURS)


def test_trainers_are_counted_in_schools_of_the_real_system():
    """Success for All is run with 1,500 of its 4,000 schools: what is fitted is per year of the 4,000."""
    from ml_abm.calibration.problem import preset_of, problem_of, target_of

    problem = problem_of([target_of(preset_of("success_for_all"))])
    values = problem.values(np.zeros((1, len(problem.names))))[0]
    k = problem.names.index("programme.training_capacity")
    assert problem.scenario(0, values).programme.training_capacity == pytest.approx(values[k] * 1500 / 4000)


@needs_calibrate
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["no one"], "no scenario of the package goes with 'no one'"),
        (["tusome"], "a fit needs 3 or more"),
        (["base"], "base has no case to fit"),
        (["pltw", "--sims", "3"], "--sims 3: allowed 200 to"),
        (["pltw", "pltw"], "a case is given twice"),
        (["pltw", "--marks", "X"], "allowed are the letters A, B and C"),
        (["pltw", "--fit", "nothing"], "there is no parameter 'nothing'"),
        (["pltw", "--priors", "none.toml"], "there is no file none.toml"),
        (["none.toml"], "there is no file none.toml"),
        (["mine.toml", "--out", "small.toml"], "is a file: give a folder"),
    ],
)
def test_what_cannot_be_calibrated_is_said_in_one_line(folder, capsys, arguments, says):
    assert says in wrong(capsys, *arguments)


@needs_calibrate
def test_a_model_that_never_comes_near_says_how_far_off_it_is(folder, capsys):
    changed(folder, points="year,metric,value\n2020.2,schools,58\n2020.3,schools,59\n2020.4,schools,60\n")
    said = wrong(capsys, "mine.toml", "--sims", "200", "--quick", "--out", "fit")
    assert "none of 200 runs comes near the points: the nearest is off by a factor of" in said
    assert not (folder / "fit").exists()


@needs_calibrate
def test_a_scenario_or_a_list_in_place_of_a_case_is_told(folder, capsys):
    assert "small.toml is a scenario: a case file names it" in wrong(capsys, "small.toml")
    assert "or give a case file (.toml)" in wrong(capsys, "points.csv")
    assert cli.main(["run", "mine.toml"]) == 2
    assert "mine.toml is a case: `ml-abm calibrate` fits it" in capsys.readouterr().err


def test_points_of_a_spreadsheet_with_semicolons_and_decimal_commas_are_read(folder):
    written = POINTS.replace(",", ";").replace("2022;", "2022,5;").replace("\n", "\r\n")
    path = changed(folder, points="\ufeff" + written)
    assert read_own_case(path)[1].years.tolist() == [2021, 2022.5, 2023]


def test_what_has_to_be_installed_is_said(monkeypatch):
    monkeypatch.setattr(calibrate, "NEEDS", ("no_such_library",))
    with pytest.raises(InputError, match=r"pip install 'ml-abm\[calibration\]'"):
        calibrate.check_installed()


@pytest.mark.parametrize("lacking", ["h5py", "h5netcdf", "emcee"])
def test_without_a_library_nothing_is_fitted_in_vain(lacking, folder, monkeypatch, capsys):
    """A very new Python may have no wheel of one: h5py is wanted only when a fit is written, and that is an hour later."""
    known = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == lacking else known(name))
    assert cli.main(["calibrate", "mine.toml", "--out", "fit"]) == 2
    said = capsys.readouterr().err
    assert re.fullmatch(
        rf"ml-abm: calibrate needs .*\b{lacking}\b.* for this Python 3\.\d+: pip install .*\n", said
    )
    assert not (folder / "fit").exists()


def changed(folder, *, case=CASE, points=POINTS):
    (folder / "mine.toml").write_text(case)
    (folder / "points.csv").write_text(points)
    return folder / "mine.toml"


@pytest.mark.parametrize(
    ("counts", "outcome"),
    [("cumulative", "schools_ever"), ("current", "schools_enrolled"), ("in use", "schools_in_use")],
)
def test_what_a_case_counts_is_what_it_is_fitted_to(folder, counts, outcome):
    from ml_abm.calibration.problem import target_of

    target = target_of(*read_own_case(changed(folder, case=CASE + f'counts = "{counts}"\n')))
    assert target.outcome == outcome
    assert target.series.part(0, 2).outcome == outcome


def test_what_a_case_counts_changes_the_curves_that_meet_its_points(folder):
    """Where schools leave, fewer are on the list than ever joined; and not all of these use it."""
    from ml_abm.calibration.problem import problem_of, target_of
    from ml_abm.calibration.simulations import counts_of

    leaves = {
        "school_exit_kept_by_support": 0.0,
        "school_exit_kept_by_fit": 0.0,
        "new_leader_reopens": 5.0,
        "pilot_schools": 20,
    }
    (folder / "small.toml").write_text(SMALL.replace(leaves).to_toml())
    curves = []
    for counts in ("cumulative", "current", "in use"):
        target = target_of(*read_own_case(changed(folder, case=CASE + f'counts = "{counts}"\n')))
        problem = problem_of([target], leave_out=["programme.target_share"])
        values = problem.values(np.zeros((1, len(problem.names))))[0]
        curves.append(counts_of(problem, 0, values, 1, 0))
    ever, listed, used = curves
    assert (ever >= listed).all()
    assert ever[-1] > listed[-1]
    assert not np.array_equal(listed, used)


def test_without_a_word_on_it_a_count_is_of_all_who_ever_joined(folder):
    assert read_own_case(changed(folder))[1].outcome == "schools_ever"


@pytest.mark.parametrize(
    ("metric", "counts", "allowed"),
    [
        ("districts", "in use", "cumulative, current"),
        ("schools_ever", "current", "cumulative"),
        ("schools_in_use", "cumulative", "in use"),
    ],
)
def test_a_metric_that_cannot_be_counted_so_is_told(folder, metric, counts, allowed):
    case = CASE.replace("schools", metric) + f'counts = "{counts}"\n'
    with pytest.raises(
        CaseError, match=f"counts = '{counts}' with metric = '{metric}': allowed are {allowed}$"
    ):
        read_own_case(changed(folder, case=case, points=POINTS.replace("schools", metric)))


def test_a_count_that_may_fall_says_so(folder):
    falls = POINTS.replace(",25,", ",12,")
    path = changed(folder, points=falls, case=CASE + 'counts = "current"\n')
    scenario, series, surveys = read_own_case(path)
    assert scenario.name == "small"
    assert series.values.tolist() == [6, 14, 12]
    assert surveys == ()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (",25,", ",12,", "falls from 14 to 12 in 2023: a cumulative count never falls"),
        (",25,60", ",250,60", "250 is above the denominator 60"),
        ("2023", "2022", "year 2022 is there twice"),
        ("2023,schools,25,60,made up\n", "", "has 2 points: a fit needs 3"),
        ("value", "valu", "column 'value' is missing"),
        (",25,", ",many,", "line 4: value = 'many': allowed is a number"),
        (",25,", ",40%,", "line 4: value = '40%': allowed is a number such as 1065"),
        (",25,", ',"1,065",', "line 4: value = '1,065': allowed is a number such as 1065"),
        (",25,60", ",1.065,", "line 4: value = 1.065: thousands or decimals? Write 1065 or 1.0650"),
        (
            "2023",
            "2023-01-31",
            "line 4: year = '2023-01-31': allowed is a number such as 2018.5, the middle of 2018",
        ),
        ("2021", "01.2021", "line 2: year = '01.2021': allowed is a number, 1800 to 2300"),
        ("2023", "2035", "schools in 2035 lies outside small, which lasts from 2020 for 48 months"),
        ("2021", "2019", "schools in 2019 lies outside small"),
        (
            POINTS,
            POINTS.replace("source", "confidence").replace("made up", "high"),
            "line 2: confidence = 'high': allowed are A, B and C",
        ),
        (
            POINTS,
            POINTS.replace("source", "confidence").replace("made up", "C"),
            "0 of 3 points have the marks AB: a fit needs 3 or more; --marks ABC takes all",
        ),
        (",25,", ",,", "line 4: value is missing: allowed is a number"),
        (",14,60", ",14,10", "14 in 2022 is above the denominator 10 beside it"),
        (POINTS, "year,metric,value\n2021,schools,0\n2022,schools,0\n2023,schools,0\n", "all values are 0"),
        ("metric", "what", "column 'metric' is missing"),
        (POINTS, "", "is not a table"),
    ],
)
def test_points_that_cannot_be_used_are_said_in_one_line(folder, old, new, says):
    with pytest.raises(CaseError) as caught:
        read_own_case(changed(folder, points=POINTS.replace(old, new)))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("metric =", "metrics =", "Did you mean 'metric'"),
        ('points = "points.csv"\n', "", "points is missing"),
        ('"points.csv"', '"../points.csv"', "outside the folder of the case"),
        ('"points.csv"', '"none.csv"', "cannot be read"),
        ('"small.toml"', '"smal"', "give a preset's name or a .toml file"),
        ('"schools"', '"pupils"', "no points for 'pupils'"),
        ('"mine"', '"a/b"', "case = 'a/b': allowed text of letters, digits"),
        ('"schools"', "3", "metric = 3: allowed text: the metric"),
        (CASE, CASE + 'counts = "all"', "counts = 'all': allowed 'cumulative', 'current', 'in use'"),
        (CASE, "case", "is not valid TOML"),
    ],
)
def test_a_case_file_that_cannot_be_used_is_said_in_one_line(folder, old, new, says):
    with pytest.raises(CaseError) as caught:
        read_own_case(changed(folder, case=CASE.replace(old, new)))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
