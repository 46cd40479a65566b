"""`ml-abm trials` from the command line: what a user sees, what is written, what is refused in one line."""

import json

import pandas as pd
import pytest

from ml_abm import cli
from ml_abm.trials import Portfolio, load_portfolio, run_portfolio, shares_of
from ml_abm.trials.fates import PILOT, SCALED, STALLED, spread_without_effect

MINE = """
id = "mine"
question = "Does a coach help?"
study = "No one 2024"
source = "a journal"
country = "Nowhere"
grade = "A"
use = "check"
base = "designs/enrolled.toml"
why = "Coached schools had a coach."
months = 12
seeds = 2

[intervention]
name = "Mine"
effect_size = 0.4
low = 0.2
high = 1.0
source = "assumed"

[design.setting]
schools = 8
districts = 2

[design.programme]
pilot_schools = 8
pilot_districts = 2

[arms.trained]

[arms.coached.programme]
coaches_per_100_schools = 20

[[found]]
what = "learning, coached less trained"
statistic = "mean(coached.learning_sd) - mean(trained.learning_sd)"
unit = "SD"
value = 0.1
low = -0.9
high = 1.1
interval = "90 %"
"""


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A trial file of one's own, in the folder where the command runs."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mine.toml"
    path.write_text(MINE, encoding="utf-8")
    return path


def said(capsys, *command, code=0):
    assert cli.main([str(word) for word in command]) == code
    return capsys.readouterr()


def test_every_trial_is_listed_and_a_use_narrows_it(capsys):
    every = said(capsys, "trials", "list").out
    assert every.count("\n│ T") == 51
    costs = said(capsys, "trials", "list", "--use", "cost").out
    assert costs.count("\n│ T") == 4
    assert "What does a pupil cost?" in costs


def test_a_trial_is_shown_with_study_arms_statistic_and_what_is_missed(capsys):
    out = said(capsys, "trials", "show", "T15").out
    for text in ("T15: What becomes of schools that began?", "McIntosh et al. 2016, USA", "Arm supported: no change", "share(early and late)", "0.29 (0.21 to 0.37, 95 %, assumed)"):  # fmt: skip
        assert text in out
    assert "missed by the model: Too few schools give up at once." in out


def test_a_trial_of_ones_own_is_run_written_and_kept(mine, capsys, tmp_path):
    out = said(capsys, "trials", "run", mine, "T46", "--seeds", 2, "--out", "out", "--keep", "kept").out
    assert "learning, coached less trained" in out
    assert "findings hold." in out
    table = pd.read_csv(tmp_path / "out" / "trials.csv").set_index(["trial", "finding"])
    rows = json.loads((tmp_path / "out" / "trials.json").read_text(encoding="utf-8"))
    assert len(rows) == len(table) == 7
    assert rows[0]["trial"] == "mine"
    assert rows[0]["model"] == pytest.approx(table.loc[("mine", 1), "model"])
    assert rows[0]["holds"] is None
    # 90 % is 1.644854 standard errors on each side: 1.0 / 1.644854
    assert rows[0]["distance"] == pytest.approx((rows[0]["model"] - 0.1) / (1.0 / 1.644854), rel=1e-6)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "manifest.json", "trials.csv", "trials.json", "mine.png", "T46.png", "all.png",
    }  # fmt: skip
    assert list((tmp_path / "kept").glob("trials/part-*.parquet"))
    assert cli.main(["trials", "run", str(mine), "--out", "out"]) == 0  # in the place of the last
    (tmp_path / "out" / "notes.txt").write_text("mine")
    assert (
        "holds 'notes.txt', which would be lost"
        in said(capsys, "trials", "run", mine, "--out", "out", code=2).err
    )


def test_runs_that_are_kept_are_not_simulated_again_and_give_the_same(mine, capsys, monkeypatch):
    first = said(capsys, "trials", "run", mine, "--keep", "kept").out
    monkeypatch.setattr("ml_abm.trials.run.ArmRun.run", lambda job, check_stop: 1 / 0)
    assert said(capsys, "trials", "run", mine, "--keep", "kept").out == first


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("mean(coached.learning_sd)", "mean(coached.learning)", "found.1.statistic: coached.learning: learning is not an outcome. Did you mean 'learning_sd'?"),
        ("schools = 8\ndistricts", "schools = 0\ndistricts", "setting.schools = 0: allowed whole numbers 1 to 20,000,000"),
        ("low = -0.9", "low = 1.2", "found.1: low = 1.2, high = 1.1 is no interval: low must be less than high"),
        ("[arms.coached.programme]", "[arms.coached.behaviour]", "coaches_per_100_schools is not known"),
        ('"90 %"', '"42 %"', "found.1.interval = '42 %': allowed '95 %', '68 %', '90 %'"),
        ("- mean(trained.learning_sd)", "/ (mean(trained.skill) - mean(trained.skill))", "divides by nothing: mean(trained.skill) - mean(trained.skill) is 0"),
    ],
)  # fmt: skip
def test_a_trial_that_cannot_be_is_one_line(mine, capsys, old, new, line):
    text = MINE.replace(old, new)
    assert text != MINE
    mine.write_text(text, encoding="utf-8")
    err = said(capsys, "trials", "run", mine, code=2).err
    assert err.count("\n") == 1
    assert line in err


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (["run", "T99"], "there is no trial 'T99'"),
        (["run", "T46", "--seeds", "0"], "--seeds 0: allowed 1 to 10000"),
        (["run", "T46", "--engine", "dusk"], "there is no engine 'dusk': allowed are local, dask. Did you mean 'dask'?"),
        (["run", "T46", "--keep", "mine.toml"], "--keep mine.toml is a file: give a folder"),
        (["portfolio", "--programmes", "0"], "--programmes 0: allowed 1 to 100000"),
        (["portfolio", "nowhere.toml"], "nowhere.toml"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_one_line(mine, capsys, command, line):
    err = said(capsys, "trials", *command, code=2).err
    assert err.count("\n") == 1
    assert line in err


def test_a_portfolio_is_run_and_written(mine, capsys, tmp_path):
    out = said(capsys, "trials", "portfolio", "--programmes", 12, "--out", "pf", "--keep", "kept").out
    assert "never left the pilot" in out
    programmes = pd.read_csv(tmp_path / "pf" / "programmes.csv")
    assert len(programmes) == 12
    assert set(programmes["fate"]) <= {SCALED, STALLED, PILOT}
    assert (programmes["fate"] == SCALED).equals(programmes["reach_in_use"] >= 0.5)
    shares = json.loads((tmp_path / "pf" / "portfolio.json").read_text(encoding="utf-8"))
    assert [row["programmes"] for row in shares] == ["all", "without effect", "with effect"]
    assert shares[0][SCALED] == pytest.approx((programmes["fate"] == SCALED).mean())


def test_shares_are_those_counted_by_hand():
    """Four programmes: two scale, one of them without effect; one stalls, one never leaves its pilot."""
    table = pd.DataFrame(
        {"fate": [SCALED, SCALED, STALLED, PILOT], "without_effect": [True, False, False, True]}
    )
    shares = shares_of(table).set_index("programmes")
    assert shares.loc["all", ["n", SCALED, STALLED, PILOT]].tolist() == [4, 0.5, 0.25, 0.25]
    assert shares.loc["without effect", ["n", SCALED, STALLED, PILOT]].tolist() == [2, 0.5, 0.0, 0.5]
    assert shares.loc["with effect", ["n", SCALED, STALLED, PILOT]].tolist() == [2, 0.5, 0.5, 0.0]
    assert shares.loc["all", f"{SCALED}, chance"] == pytest.approx(0.25)  # sqrt(0.5 x 0.5 / 4)
    assert spread_without_effect(table) == (0.25, pytest.approx((0.25 * 0.75 / 4) ** 0.5))


def test_a_programme_that_no_one_else_may_join_never_leaves_its_pilot():
    """And one that half of the schools already use at the start has scaled."""
    portfolio = load_portfolio()
    values = portfolio.model_dump()
    closed = values | {
        "scale": values["scale"] | {"month": 24},
        "design": values["design"]
        | {
            "programme": {
                "pilot_districts": 1,
                "school_recruitment": 0.0,
                "district_recruitment": 0.0,
                "mandate": 0.0,
            }
        },
        "draws": {
            name: draw
            for name, draw in values["draws"].items()
            if "recruit" not in name and "mandate" not in name
        },
    }
    closed["design"]["setting"] = closed["design"]["setting"] | {"never_join": 1.0}
    found = run_portfolio(Portfolio(**closed), 3)
    assert found["fate"].tolist() == [PILOT] * 3
