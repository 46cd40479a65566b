"""A run's key says what it is; replicate r meets the same random seeds everywhere; and any run can be repeated by its command line."""

import shlex

import pandas as pd
import pytest

from ml_abm import Scenario, cli, simulate
from ml_abm.calibration.uncertain import with_draw
from ml_abm.errors import StudyError
from ml_abm.experiments import Study, load, pairing, repeat_command, run
from ml_abm.experiments.plan import plan_of, varied
from tests.experiments.conftest import TINY, same


def keys(study):
    return set(plan_of(study).runs["key"])


def test_a_key_says_what_a_run_is_and_not_what_it_is_called(small):
    renamed = small.replace(name="other", title="Other", scenario=TINY.replace({"name": "x", "title": "X"}))
    assert keys(renamed) == keys(small)
    written_out = small.replace(
        scenarios=[], scenario=small.compared()["helped"], factors={"tool_hours": {"values": [0, 3]}}
    )
    assert keys(written_out) == {
        run.key
        for run in plan_of(small).runs.itertuples()
        if run.scenario == "helped" and plan_of(small).points["setting.schools"][run.point] == 8
    }


@pytest.mark.parametrize(
    "change",
    [{"seed": 8}, {"months": 11}, {"scenario": TINY.replace({"effect_size": 0.3})}, {"factors": {"tool_hours": {"values": [1]}}}],
)  # fmt: skip
def test_another_run_has_another_key(small, change):
    assert not keys(small) & keys(small.replace(**change))


def test_other_code_of_the_model_gives_other_keys(small, monkeypatch):
    before = keys(small)
    monkeypatch.setattr("ml_abm.runs.keys.model_stamp", lambda: "another")
    assert not before & keys(small)


def test_the_content_of_a_named_file_is_part_of_the_key(tmp_path):
    (tmp_path / "mine.toml").write_text('[[ties]]\nbetween = "schools"\nfile = "ties.csv"\n')
    (tmp_path / "ties.csv").write_text("a,b\n1,2\n")
    study = Study(scenario=str(tmp_path / "mine.toml"))
    before = keys(study)
    (tmp_path / "ties.csv").write_text("a,b\n1,3\n")
    assert not before & keys(study)


def test_replicates_meet_the_same_seeds_everywhere(small):
    runs = plan_of(small).runs
    assert runs.groupby("replicate")["seed"].nunique().eq(1).all()
    assert runs.loc[runs["replicate"] == 0, "seed"].eq(small.seed).all()
    assert runs["seed"].nunique() == small.replicates


def test_a_point_that_cannot_be_is_named(small):
    with pytest.raises(
        StudyError, match=r"^small, point 0, scenario now: tiny: setting.schools = 1 is fewer"
    ):
        plan_of(small.replace(factors={"setting.schools": {"values": [1, 8]}}))


def test_a_study_of_millions_of_runs_is_refused_before_it_is_made(small):
    hours = ("tool_hours", "added_hours", "reporting_hours", "community_hours", "training_days")
    huge = small.replace(factors={name: {"low": 0, "high": 9} for name in hours}, levels=100, scenarios=[])
    with pytest.raises(StudyError, match=r"^small is 30,000,000,000 runs: allowed 2,000,000 in one study"):
        plan_of(huge)


def test_every_run_is_what_simulate_gives(small, tmp_path):
    experiment = run(small, tmp_path / "out")
    for row in experiment.runs.sample(3, random_state=1).to_dict("records"):
        values = {name: row[name] for name in small.factors}
        drawn = with_draw(small.compared()[row["scenario"]], row["seed"], but=varied(small))
        trace = simulate(drawn.replace(values), 12, row["seed"])
        lived = experiment.months[experiment.months["key"] == row["key"]]
        for name in small.outcomes:
            assert lived[name].tolist() == trace.system[name].tolist()
            assert row[name] == trace.system[name].iloc[-1]


def test_a_run_is_repeated_by_its_command_line(small, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    experiment = run(small, "out")
    words = shlex.split(repeat_command(experiment, 22))
    assert words[0] == "ml-abm"
    assert cli.main([*words[1:], "--out", "again"]) == 0
    lived = experiment.months[experiment.months["key"] == experiment.runs["key"][22]]
    again = pd.read_parquet("again/system.parquet")
    for name in small.outcomes:
        assert lived[name].tolist() == again[name].tolist()


def test_a_run_of_a_scenario_with_files_is_repeated_from_the_folder(tmp_path, monkeypatch):
    there = tmp_path / "there"
    there.mkdir()
    (there / "mine.toml").write_text(TINY.to_toml().replace('schools = ""', 'schools = "list.csv"'))
    (there / "list.csv").write_text(
        "id,district,teachers,pupils\n" + "".join(f"s{k},d{k % 2},8,300\n" for k in range(8))
    )
    experiment = run(
        Study(scenario=str(there / "mine.toml"), outcomes=["adoption"], replicates=1), tmp_path / "out"
    )
    (there / "list.csv").unlink()
    assert cli.main([*shlex.split(repeat_command(experiment, 0))[1:], "--out", str(tmp_path / "again")]) == 0
    assert (
        pd.read_parquet(tmp_path / "again" / "system.parquet")["adoption"].tolist()
        == experiment.months["adoption"].tolist()
    )


def test_points_that_are_alike_are_simulated_once_and_are_all_there(small, tmp_path):
    told = []
    (tmp_path / "points.csv").write_text("tool_hours\n1\n2\n1\n")
    study = Study(
        name="alike", scenario=TINY, design="list", file=str(tmp_path / "points.csv"), outcomes=["adoption"]
    )
    experiment = run(study, tmp_path / "out", progress=lambda finished, planned: told.append(finished))
    assert plan_of(study).runs["key"].nunique() == 20
    assert len(experiment.runs) == told[-1] == 30
    adoption = experiment.runs.pivot(index="replicate", columns="point", values="adoption")
    assert adoption[0].equals(adoption[2].rename(0))
    assert same(load(tmp_path / "out"), experiment)


def test_the_same_seeds_makes_differences_sharper(tmp_path):
    study = Study(
        name="pairs",
        months=36,
        scenario=Scenario().replace({"schools": 100}),
        scenarios=[{"name": "now"}, {"name": "helped", "set": {"tool_hours": 0.7}}],
        outcomes=["adoption", "strain"],
        replicates=20,
    )
    gains = pairing(run(study, tmp_path / "out"))
    assert list(gains.index) == ["adoption", "strain"]
    assert (gains["gain"] > 2).all()
    assert (gains["paired"] < gains["unpaired"]).all()
    assert pairing(run(study.replace(scenarios=[]), tmp_path / "one")).empty
