"""A run written out for other people's tools: what is written can be read back, and says what the tables say."""

import json

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from ml_abm import Scenario, Simulation, cli
from ml_abm.lists.headings import BARRIERS, ENROLMENT_STATE
from ml_abm.lists.school_list import teacher_ids
from ml_abm.report import agents, export, graphs
from ml_abm.report.agents import write_agents
from ml_abm.report.graphs import write_district_graph, write_teacher_graph
from ml_abm.report.maps import middles, write_maps
from ml_abm.system.synthetic import make_schools
from ml_abm.tables import Enrolment, Stage, ties_of

SMALL = {"districts": 5, "schools": 40, "pilot_schools": 10, "pilot_districts": 2, "cross_ties": 2.0}


@pytest.fixture(scope="module")
def run():
    return Simulation(
        Scenario().replace({**SMALL, "pilot_schools": 30, "target_share": 1.0}), seed=3
    ).run_for(8)


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("listed")
    schools = make_schools("zambia-like", 150)
    schools.loc[3, ["latitude", "longitude"]] = np.nan
    schools.loc[0, "district"] = "Ünter & <Über>"
    schools.to_csv(folder / "schools.csv", index=False)
    system = {"folder": str(folder), "schools": "schools.csv", "columns": {"province": "province"}}
    return Scenario().replace({"system": system, "pilot_schools": 3, "pilot_districts": 2})


def read_back(scenario, folder, name):
    return scenario.replace({"system": {"folder": str(folder), "schools": name}})


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_a_written_system_is_read_back_as_the_same_system(form, tmp_path):
    before = Simulation(Scenario().replace(SMALL), seed=3)
    write_agents(before, tmp_path, form)
    after = Simulation(read_back(Scenario().replace(SMALL), tmp_path, f"schools.{form}"), seed=3)
    for name in ("schools", "teachers", "districts", "champions", "teacher_ties"):
        assert np.array_equal(getattr(before.system, name), getattr(after.system, name)), name
    read = pd.read_parquet if form == "parquet" else pd.read_csv
    assert list(teacher_ids(after.scenario)) == read(tmp_path / f"teachers.{form}").id.tolist()


def test_a_listed_system_keeps_its_names_and_places(listed, tmp_path):
    run = Simulation(listed, seed=1)
    write_agents(run, tmp_path)
    again = Simulation(read_back(listed, tmp_path, "schools.parquet"), seed=1)
    assert np.array_equal(run.system.schools, again.system.schools)
    written = pd.read_parquet(tmp_path / "schools.parquet")
    given = pd.read_csv(listed.system.path("schools.csv"), dtype={"id": str}).set_index("id").loc[written.id]
    for name in ("district", "name", "province", "teachers", "pupils", "latitude", "longitude", "remoteness"):
        assert written[name].tolist() == pytest.approx(given[name].tolist(), nan_ok=True), name


def test_what_a_list_of_teachers_says_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(agents, "ROWS_AT_A_TIME", 2)
    (tmp_path / "s.csv").write_text("id,district\nb,x\na,y\n")
    (tmp_path / "t.csv").write_text("id,school,subject\nt1,a,maths\nt2,b,art\nt3,b,music\n")
    system = {"folder": str(tmp_path), "schools": "s.csv", "teachers": "t.csv"}
    system["teacher_columns"] = {"subject": "subject"}
    run = Simulation(Scenario().replace({"system": system, "pilot_schools": 1, "pilot_districts": 1}))
    write_agents(run, tmp_path)
    written = pd.read_parquet(tmp_path / "teachers.parquet").set_index("id")
    assert written.subject.to_dict() == {"t2": "art", "t3": "music", "t1": "maths"}
    assert {*BARRIERS, ENROLMENT_STATE} <= set(pd.read_parquet(tmp_path / "schools.parquet"))


def test_agents_are_written_with_words_and_means(run, tmp_path):
    write_agents(run, tmp_path)
    teachers = pd.read_parquet(tmp_path / "teachers.parquet")
    assert teachers.stage.tolist() == [Stage(s).name.lower() for s in run.system.teachers["stage"]]
    assert teachers.school.tolist() == [i.rpartition("/")[0] for i in teachers.id]
    assert teachers.skill.to_numpy() == pytest.approx(run.system.teachers["skill"], abs=0)
    schools = pd.read_parquet(tmp_path / "schools.parquet")
    assert schools.enrolment_state.tolist() == [
        Enrolment(e).name.lower() for e in run.system.schools["enrolment"]
    ]
    assert schools.skill.tolist() == pytest.approx(teachers.groupby("school").skill.mean().tolist(), abs=1e-6)
    willing = teachers.groupby("school").commitment.mean()
    assert schools.commitment.tolist() == pytest.approx(willing.tolist(), abs=1e-6)
    barriers = [name for name in schools if name.startswith("barrier_")]
    assert schools[barriers].sum(axis=1).tolist() == schools.teachers.tolist()
    assert len(pd.read_parquet(tmp_path / "champions.parquet")) == len(run.system.champions)
    funders = pd.read_parquet(tmp_path / "funders.parquet")
    assert funders.name.tolist() == [funder.name for funder in run.scenario.funders]
    assert set(funders.status) <= {"waiting", "paying", "ended"}


def test_teachers_written_some_at_a_time_are_the_same(run, tmp_path, monkeypatch):
    write_agents(run, tmp_path)
    whole = pd.read_parquet(tmp_path / "teachers.parquet")
    monkeypatch.setattr(agents, "ROWS_AT_A_TIME", 17)
    assert max(len(part) for part in agents.teacher_tables(run)) <= max(17, run.system.schools["staff"].max())
    write_agents(run, tmp_path)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "teachers.parquet"), whole)


def test_the_graph_of_teachers_has_their_ties_and_states(run, tmp_path, monkeypatch):
    monkeypatch.setattr(agents, "ROWS_AT_A_TIME", 50)
    write_teacher_graph(run, tmp_path / "t.graphml")
    graph = nx.read_graphml(tmp_path / "t.graphml")
    ids = list(teacher_ids(run.scenario, run.system.schools["staff"]))
    pairs = {(ids[t], ids[other]) for t in range(len(ids)) for other in ties_of(run.system, t)}
    assert set(graph.edges()) == pairs
    assert list(graph.nodes) == ids
    for row in (0, 7, len(ids) - 1):
        said = graph.nodes[ids[row]]
        assert said["stage"] == Stage(run.system.teachers["stage"][row]).name.lower()
        assert np.float32(said["threshold"]) == run.system.teachers["threshold"][row]
        assert said["replaced"] == bool(run.system.teachers["replaced"][row])


def test_only_the_ids_of_a_graph_are_made_before_it_is_written(run, tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(graphs, "teacher_tables", lambda run: made.append(1) or agents.teacher_tables(run))
    write_teacher_graph(run, tmp_path / "t.graphml")
    assert made == [1]


def test_the_middle_of_a_district_across_the_line_of_dates_is_there(tmp_path):
    rows = "a,x,3,-17,179\nb,x,3,-18,-179\nc,y,3,10,20\nd,y,3,,\ne,z,3,,\n"
    (tmp_path / "s.csv").write_text("id,district,teachers,latitude,longitude\n" + rows)
    system = {"folder": str(tmp_path), "schools": "s.csv"}
    listed = Scenario().replace({"system": system, "pilot_schools": 1, "pilot_districts": 1})
    found = middles(Simulation(listed))
    assert found["latitude"].tolist() == pytest.approx([-17.5, 10, np.nan], nan_ok=True)
    assert abs(found["longitude"][0]) == pytest.approx(180)
    assert found["longitude"][1:].tolist() == pytest.approx([20, np.nan], nan_ok=True)


def test_the_graph_of_districts_bears_any_name(listed, tmp_path):
    run = Simulation(listed, seed=1)
    write_district_graph(run, tmp_path / "d.graphml")
    graph = nx.read_graphml(tmp_path / "d.graphml")
    assert graph.number_of_edges() == len(run.system.district_ties.neighbour)
    assert "Ünter & <Über>" in graph.nodes


def test_maps_have_every_school_where_it_is(listed, tmp_path):
    run = Simulation(listed, seed=1)
    write_maps(run, tmp_path)
    given = pd.read_csv(listed.system.path("schools.csv"), dtype={"id": str}).set_index("id")
    schools = json.loads((tmp_path / "schools.geojson").read_text(encoding="utf-8"))["features"]
    assert len(schools) == 150
    for feature in schools:
        row = given.loc[feature["properties"]["id"]]
        place = feature["geometry"]
        assert (
            place is None if np.isnan(row.latitude) else place["coordinates"] == [row.longitude, row.latitude]
        )
        assert feature["properties"]["teachers"] == row.teachers
    districts = json.loads((tmp_path / "districts.geojson").read_text(encoding="utf-8"))["features"]
    middle = given.groupby("district")[["longitude", "latitude"]].mean()
    for feature in districts:
        if feature["geometry"]:
            assert feature["geometry"]["coordinates"] == pytest.approx(
                middle.loc[feature["properties"]["id"]].tolist()
            )


# --- on the command line ----------------------------------------------------------------------------------------------


def test_also_writes_beside_the_results(listed, tmp_path, monkeypatch):
    monkeypatch.chdir(listed.system.folder)
    (tmp_path / "my.toml").write_text(
        'months = 2\n[system]\nschools = "schools.csv"\n[programme]\npilot_schools = 2\n'
    )
    (tmp_path / "schools.csv").write_bytes(listed.system.path("schools.csv").read_bytes())
    out = tmp_path / "out"
    arguments = ["run", str(tmp_path / "my.toml"), "--out", str(out), "--also", "agents,graphml,geojson"]
    assert cli.main(arguments) == 0
    names = {path.name for path in (out / "agents").iterdir()}
    assert names == {
        *(f"{kind}.parquet" for kind in ("schools", "districts", "teachers", "champions", "funders")),
        *("districts.graphml", "teachers.graphml", "schools.geojson", "districts.geojson"),
    }
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["files"]["system.schools"]["file"] == "schools.csv"
    assert manifest["scenario"]["setting"]["schools"] == 150
    first = pd.read_parquet(out / "agents" / "teachers.parquet")
    with_checkpoint = [*arguments, "--checkpoint", str(tmp_path / "kept")]
    assert cli.main(with_checkpoint) == 0
    pd.testing.assert_frame_equal(pd.read_parquet(out / "agents" / "teachers.parquet"), first)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--also", "agents"], "needs --out DIR and one run"),
        (["--also", "agents", "--out", "o", "--runs", "2"], "needs --out DIR and one run"),
        (["--also", "agent", "--out", "o"], "Did you mean 'agents'"),
        (["--also", ",", "--out", "o"], "--also ,: allowed are agents"),
        (["--also", "geojson", "--out", "o"], "needs a list of schools with columns of latitude and longitude"),
        (["--also", "graphml", "--out", "o", "--set", "schools=20000"], f"more than {export.MOST_IN_A_GRAPH:,}"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_said_before_the_run(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["run", "base", *arguments]) == 2
    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.err.count("\n") == 1
    assert printed.out == ""
    assert list(tmp_path.iterdir()) == []
