"""An assessment that is stopped in its middle, politely or not, goes on to the same answers; a fit takes the place of priors."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import ml_abm
from ml_abm.assess.ensemble import ensemble_from
from ml_abm.assess.runs import FOLDER
from ml_abm.calibration.posterior import in_manifest, load_posterior
from ml_abm.calibration.problem import preset_of, problem_of, target_of
from ml_abm.cli import main
from ml_abm.report import assess
from ml_abm.runs import Kept
from ml_abm.scenario import Scenario

from .test_assess import SMALLEST, small

BEGIN = """
import signal, sys, time
from ml_abm.assess.variants import SMALLEST
from ml_abm.report import assess
from ml_abm.runs import Kept
from ml_abm.runs import many
from ml_abm.scenario import Scenario

many.SECONDS_A_PART = 0.0  # so that the little that it simulates before the end is on disk

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell in the background lets it be ignored

def told(finished, planned):
    if finished >= 120:
        print("enough", flush=True)
        time.sleep(0.1)

assess(Scenario.load(sys.argv[1]), size=SMALLEST, workers=1, keep=sys.argv[2], progress=told)
"""


@pytest.fixture(scope="module")
def uninterrupted():
    return assess(small(), size=SMALLEST, workers=2)


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "kill"])
def test_an_assessment_that_is_stopped_goes_on_to_the_same_answers(how, uninterrupted, tmp_path):
    scenario, keep = tmp_path / "small.toml", tmp_path / "kept"
    scenario.write_text(small().to_toml(), encoding="utf-8")
    path = os.pathsep.join([str(Path(ml_abm.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        [sys.executable, "-c", BEGIN, str(scenario), str(keep)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    with process:
        assert process.stdout.readline() == "enough\n"
        process.send_signal(how)
    assert process.returncode != 0
    there = len(Kept(keep / FOLDER).read())
    assert 0 < there < uninterrupted.made.runs.count()
    told = []
    again = assess(small(), size=SMALLEST, workers=2, keep=keep, progress=lambda n, _: told.append(n))
    assert told[0] >= there
    assert again.behind()["tables"] == uninterrupted.behind()["tables"]


@pytest.fixture
def fit(tmp_path):
    """Return a folder as `ml-abm calibrate` writes one, with draws of the prior in place of a posterior's."""
    problem = problem_of([target_of(preset_of("success_for_all"))])
    folder = tmp_path / "fit"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(in_manifest(problem)), encoding="utf-8")
    z = np.random.default_rng(1).normal(size=(50, len(problem.names)))
    pd.DataFrame(problem.values(z), columns=problem.names).to_parquet(folder / "draws.parquet")
    return folder


def test_what_was_fitted_is_drawn_from_the_fit_and_all_else_from_the_priors(fit, tmp_path, capsys):
    path = tmp_path / "small.toml"
    path.write_text(small().to_toml(), encoding="utf-8")
    assert (
        main(["assess", str(path), "--quick", "--posterior", str(fit), "--out", str(tmp_path / "out")]) == 0
    )
    assert "Draws from fit" in capsys.readouterr().out
    behind = json.loads((tmp_path / "out" / "assessment.json").read_text(encoding="utf-8"))
    assert behind["drawn_from"] == "posterior"
    assert "together from a calibrated posterior" in " ".join(behind["sentences"]["honesty"])
    posterior = load_posterior(fit)
    made = assess(small(), size=SMALLEST, posterior=posterior).made
    name = "behaviour.school_exit_base"
    column = made.ensemble.names.index(name)
    assert made.ensemble.values[:, column].tolist() == posterior.draws(16)[name].tolist()
    assert name in made.ensemble.fitted
    assert "behaviour.strain_base" in set(made.ensemble.names) - set(made.ensemble.fitted)


def test_a_folder_without_a_fit_is_refused_in_one_line(tmp_path, capsys):
    path = tmp_path / "small.toml"
    path.write_text(small().to_toml(), encoding="utf-8")
    assert main(["assess", str(path), "--posterior", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_fit_of_the_scenarios_own_case_brings_budgets_and_takes_the_rollouts_events_out(fit):
    posterior = load_posterior(fit)
    own = ensemble_from(Scenario.preset("success-for-all"), posterior, 3, seed=1)
    other = ensemble_from(small(), posterior, 3, seed=1)
    assert (own.budgets_fitted, own.events_left_out) == (True, True)
    assert (other.budgets_fitted, other.events_left_out) == (False, False)
    assert set(other.fitted) < set(own.fitted)
