"""From a study to an answer, through the command line: every design meets the analyses that are for it."""

from pathlib import Path

import pytest

from ml_abm.cli import main
from ml_abm.experiments import load

HEAD = """
name = "small"
question = "What moves it?"
months = 24
replicates = 3
outcomes = ["effective_coverage", "fidelity", "spending"]

[scenario]
setting.schools = 20
setting.districts = 2
innovation.design_months = 0
programme.pilot_schools = 10
programme.pilot_districts = 2
"""
FACTORS = """
[factors]
"innovation.added_hours" = { low = 0, high = 8 }
"setting.teacher_attrition" = { low = 0.02, high = 0.3 }
"""
COMPARED = """
[[scenarios]]
name = "as-it-is"

[[scenarios]]
name = "relief"
set = { "innovation.tool_hours" = 4 }
"""
DESIGNS = {
    "grid": ('design = "grid"\nlevels = 4\n', "effects", "robustness", "frontier"),
    "latin-hypercube": ('design = "latin-hypercube"\nsize = 30\n', "effects", "discovery"),
    "saltelli": ('design = "saltelli"\nsize = 8\n', "sensitivity"),
    "morris": ('design = "morris"\nsize = 4\nlevels = 4\n', "sensitivity"),
}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def also(verb):
    """Return what an analysis wants beside a folder: for discovery a threshold that half of the points miss."""
    if verb != "discovery":
        return []
    runs = load(Path("runs")).runs
    return ["--thresholds", f"fidelity={runs.groupby('point').fidelity.mean().median()}"]


@pytest.mark.parametrize("design", DESIGNS)
def test_a_design_is_run_and_analysed(here, capsys, design):
    options, *verbs = DESIGNS[design]
    (here / "small.toml").write_text(HEAD.replace("\n[scenario]", f"{options}\n[scenario]") + FACTORS)
    assert main(["experiment", "run", "small.toml", "--out", "runs"]) == 0
    for verb in verbs:
        capsys.readouterr()
        assert main(["experiment", "analyse", verb, "runs", *also(verb), "--out", "answers"]) == 0
        assert capsys.readouterr().out.strip()
        assert (here / "answers" / f"{verb}.csv").stat().st_size > 50
        assert (here / "answers" / f"{verb}.png").stat().st_size > 5000


def test_scenarios_are_compared_whichever_is_named_first(here, capsys):
    (here / "small.toml").write_text(HEAD + COMPARED)
    assert main(["experiment", "run", "small.toml", "--out", "runs"]) == 0
    for words in (["comparison", "runs"], ["runs", "convergence"]):
        assert main(["experiment", "analyse", *words]) == 0
    assert "relief" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["guess", "runs"], "QUESTION 'guess': allowed are effects"),
        (["effects", "nowhere"], "nowhere holds no manifest.json"),
        (["discovery", "nowhere", "--thresholds", "fidelity"], "give NAME=VALUE"),
    ],
)
def test_mistakes_are_one_line(here, capsys, arguments, says):
    assert main(["experiment", "analyse", *arguments]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


def test_help_lists_the_questions(here, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["experiment", "analyse", "--help"])
    assert ended.value.code == 0
    assert "which factors move an outcome" in " ".join(capsys.readouterr().out.split())
