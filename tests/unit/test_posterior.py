"""A fit's folder serves other runs: draws of its posterior go into scenarios, each where it belongs."""

import json

import numpy as np
import pandas as pd
import pytest

from ml_abm import Scenario, cli
from ml_abm.calibration.posterior import in_manifest, load_posterior
from ml_abm.calibration.problem import preset_of, problem_of, target_of
from ml_abm.errors import FitError

JOINT = ("success_for_all", "new_math_allegheny")


def folder_of(path, *cases):
    """Write what a fit's folder says and draws of the prior in place of a posterior's."""
    problem = problem_of([target_of(preset_of(case)) for case in cases])
    path.mkdir()
    (path / "manifest.json").write_text(json.dumps(in_manifest(problem)))
    z = np.random.default_rng(1).normal(size=(50, len(problem.names)))
    pd.DataFrame(problem.values(z), columns=problem.names).to_parquet(path / "draws.parquet")
    return path


@pytest.fixture
def one(tmp_path):
    return folder_of(tmp_path / "fit", "success_for_all")


def test_a_seed_has_the_same_draw_alone_and_among_others(one):
    posterior = load_posterior(one)
    assert posterior.draws(5, seed=3).iloc[2].equals(posterior.draws(1, seed=5).iloc[0])
    assert len(posterior.draws(120, seed=2**63 - 1)) == 120
    base = Scenario.preset("success-for-all")
    assert posterior.scenarios(base, 3, seed=2)[1] == posterior.scenarios(base, 1, seed=3)[0]


def test_the_fitted_case_gets_its_rollout_in_numbers_of_the_whole_system(one):
    posterior, base = load_posterior(one), Scenario.preset("success-for-all")
    drawn, row = posterior.scenarios(base, 1)[0], posterior.draws(1).iloc[0]
    assert drawn.setting == base.setting
    assert drawn.programme.training_capacity == row["programme.training_capacity"]
    assert drawn.behaviour.joining_of_peers == row["behaviour.joining_of_peers"]
    assert drawn.funders[0].annual_budget == pytest.approx(base.funders[0].annual_budget * row["budgets"])
    assert not any("programme.training_capacity" in event.set for event in drawn.timeline)
    assert posterior.left_out(base) == []


def test_a_smaller_system_gets_trainers_in_proportion(one):
    from ml_abm.system.countries import scaled

    posterior, base = load_posterior(one), Scenario.preset("success-for-all")
    whole, half = (posterior.scenarios(scenario, 1)[0] for scenario in (base, scaled(base, 0.5)))
    assert half.programme.training_capacity == pytest.approx(whole.programme.training_capacity / 2)


def test_another_scenario_gets_behaviour_alone(one):
    posterior, base = load_posterior(one), Scenario.preset("read-india")
    drawn = posterior.scenarios(base, 1)[0]
    assert drawn.behaviour.school_exit_base == posterior.draws(1)["behaviour.school_exit_base"][0]
    assert (drawn.programme, drawn.funders, drawn.timeline) == (base.programme, base.funders, base.timeline)
    assert "Left out, as local to another scenario: training_capacity" in posterior.in_words(base)


def test_of_a_joint_fit_each_case_gets_its_own(tmp_path):
    posterior = load_posterior(folder_of(tmp_path / "fit", *JOINT))
    drawn = posterior.scenarios(Scenario.preset("new-math-allegheny"), 1)[0]
    row = posterior.draws(1).iloc[0]
    assert drawn.programme.target_share == row["new_math_allegheny: programme.target_share"]
    behaviour = posterior.applied(Scenario())
    assert behaviour == [name for name in posterior.table.columns if name.startswith("behaviour.")]


def test_runs_with_draws_differ_and_what_is_set_goes_before_them(one, tmp_path, capsys):
    asked = [
        "run",
        "success-for-all",
        "--scale",
        "0.05",
        "--months",
        "6",
        "--runs",
        "2",
        "--posterior",
        str(one),
    ]
    out = tmp_path / "out"
    assert cli.main([*asked, "--set", "joining_of_peers=1.5", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "by chance and what is not known" in " ".join(printed.split())
    assert "--set goes before them: joining_of_peers" in " ".join(printed.split())
    draws = pd.read_csv(out / "draws.csv")
    assert draws.seed.tolist() == [1, 2]
    assert draws["behaviour.school_exit_base"].nunique() == 2
    assert Scenario.load(out / "scenario.toml").behaviour.joining_of_peers == 1.5


def spoilt(folder, **changes):
    said = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**said, **changes}))


def without_draws(folder):
    (folder / "draws.parquet").unlink()


def torn(folder):
    (folder / "draws.parquet").write_bytes(b"PAR1")


def not_numbers(folder):
    table = pd.read_parquet(folder / "draws.parquet")
    table.iloc[3, 2] = np.nan
    table.to_parquet(folder / "draws.parquet")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "holds no fit"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "cannot be read"),
        (lambda folder: spoilt(folder, kind="experiment"), "holds no fit"),
        (lambda folder: spoilt(folder, schema=1), "another version"),
        (lambda folder: spoilt(folder, unknowns=["x"]), "do not belong together"),
        (lambda folder: spoilt(folder, fitted=3), "is damaged"),
        (without_draws, "draws.parquet cannot be read"),
        (torn, "draws.parquet cannot be read"),
        (not_numbers, "values that are not numbers"),
    ],
)
def test_a_folder_that_holds_no_fit_is_said_in_one_line(one, capsys, spoil, says):
    spoil(one)
    with pytest.raises(FitError, match=says):
        load_posterior(one)
    assert cli.main(["run", "base", "--months", "1", "--posterior", str(one)]) == 2
    printed = capsys.readouterr().err
    assert says in printed
    assert printed.count("\n") == 1
