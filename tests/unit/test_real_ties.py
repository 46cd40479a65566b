"""Real ties stand in place of generated ones: between teachers, schools or districts, from files or from Python."""

import tomllib

import networkx
import numpy as np
import pandas as pd
import pytest

from ml_abm import Scenario, Simulation, simulate
from ml_abm.agents.model import SchoolSystemModel
from ml_abm.calibration.networks import ever_and_still, load_network
from ml_abm.errors import ListError
from ml_abm.lists.school_list import school_ids, teacher_ids
from ml_abm.networks import edges, sources
from ml_abm.system import TieSource, build, tie_reports
from ml_abm.tables import Stage, Ties, ties_of

PAIRS_OF = edges.pairs_of
# Advice ties inside schools are left out, but where a test asks for them.
SMALL = Scenario().replace({"schools": 40, "districts": 5, "cross_ties": 2.0, "advice_ties": 0.0})
WITH_ADVICE = SMALL.replace({"advice_ties": 3.0})
WITHIN_AND_ACROSS = pd.DataFrame(
    {
        "from": ["S000000/1", "S000003/2", "S000000/1", "S000005/1"],
        "to": ["S000003/2", "S000000/1", "S000000/2", "S000006/1"],
    }
)


@pytest.fixture(scope="module")
def generated():
    return build(SMALL, 1)


def scenario_with(tmp_path, between, content, more="", name="ties.csv"):
    (tmp_path / name).write_text(content, encoding="utf-8")
    ties = f'[[ties]]\nbetween = "{between}"\nfile = "{name}"\n{more}\n'
    setting = "[setting]\nschools = 40\ndistricts = 5\ncross_ties = 2.0\nadvice_ties = 0.0\n"
    (tmp_path / "my.toml").write_text(setting + ties, encoding="utf-8")
    return Scenario.load(tmp_path / "my.toml")


def test_ties_between_teachers_replace_generated_ones(generated):
    system = build(SMALL, 1, {"teachers": TieSource(WITHIN_AND_ACROSS, whole=True)})
    first = generated.schools["first_teacher"]
    assert ties_of(system, first[0]).tolist() == [first[0] + 1, first[3] + 1]
    assert ties_of(system, first[3] + 1).tolist() == [first[0]]
    assert ties_of(system, first[6]).tolist() == [first[5]]
    assert system.teachers["ties"].sum() == len(system.teacher_ties) == 6
    assert np.array_equal(system.schools["staff"], generated.schools["staff"])


def test_one_tie_inside_a_school_does_not_end_its_advice_network(generated):
    """Unless these are all ties there are, colleagues go on asking each other, and the tie is left out with a word."""
    system = build(WITH_ADVICE, 1, {"teachers": WITHIN_AND_ACROSS})
    first, advice = generated.schools["first_teacher"], build(WITH_ADVICE.replace({"cross_ties": 0.0}), 1)
    for row in range(len(system.teachers)):
        across = {
            first[0]: [first[3] + 1],
            first[3] + 1: [first[0]],
            first[5]: [first[6]],
            first[6]: [first[5]],
        }
        assert ties_of(system, row).tolist() == ties_of(advice, row).tolist() + across.get(row, [])
    report = tie_reports(SMALL, 1, {"teachers": WITHIN_AND_ACROSS})["teachers"]
    assert (report.ties, report.inside) == (2, None)
    assert (
        "1 left out: they stay in a school, whose advice ties are generated (S000000/1 - S000000/2)"
        in report.text
    )


def test_where_ties_are_the_whole_no_advice_ties_are_generated():
    whole = {"teachers": TieSource(WITHIN_AND_ACROSS, whole=True)}
    assert len(build(WITH_ADVICE, 1, whole).teacher_ties) == 6
    report = tie_reports(SMALL, 1, whole)["teachers"]
    assert (report.ties, report.inside) == (3, 1)
    assert "2 lead to other schools and 1 stay in one; teachers look to these ties alone" in report.text


def test_a_file_may_say_that_it_is_the_whole(tmp_path):
    content = WITHIN_AND_ACROSS.to_csv(index=False)
    scenario = scenario_with(tmp_path, "teachers", content, "whole = true")
    assert Scenario.from_values(tomllib.loads(scenario.to_toml())).ties == scenario.ties
    assert len(build(scenario.replace({"advice_ties": 3.0}), 1).teacher_ties) == 6
    wrong = scenario_with(tmp_path, "schools", "from,to\nS000000,S000001\n", "whole = true")
    assert "whole = true goes with ties between teachers" in refusal(wrong)


def test_simulate_and_the_mesa_model_take_real_ties():
    graph = networkx.Graph([("D000", "D003")])
    ties = {"districts": graph}
    system = SchoolSystemModel(SMALL, rng=1, ties=ties).system
    assert system.district_ties.start.tolist() == [0, 1, 1, 1, 2, 2]
    alone = Simulation(SMALL, 2, ties=ties).run_for(36).trace().system
    assert simulate(SMALL, 36, 2, ties=ties).system.equals(alone)
    batch = simulate(SMALL, 36, [1, 2], ties=ties).system
    assert batch.loc[2].equals(alone)
    assert not simulate(SMALL, 36, 2).system.equals(alone)


def test_in_a_school_whose_network_is_known_the_use_of_others_goes_unseen():
    """Two schools; in the first everyone but the first teacher uses it. Known to look to no one, that teacher never hears of it."""
    two = {
        "schools": 2,
        "districts": 2,
        "teachers_per_school": 20.0,
        "school_size_spread": 0.0,
        "cross_ties": 0.0,
    }
    quiet = {"pilot_schools": 0, "pilot_districts": 0, "district_recruitment": 0.0, "teacher_attrition": 0.0}
    scenario = Scenario().replace({**two, **quiet, "refresher_rate": 0.0})
    others = pd.DataFrame({"from": [f"S000000/{k}" for k in range(2, 20)], "to": "S000000/20"})
    stage = {}
    for known in (False, True):
        system = build(scenario, 1, {"teachers": TieSource(others, whole=True)} if known else None)
        system.teachers["stage"][1:20] = Stage.USING
        system.visible[:, 1:20] = 255  # they use it, with all the skill there is
        Simulation(scenario, 1, system=system).run_for(24)
        stage[known] = Stage(int(system.teachers["stage"][0]))
    assert stage == {False: stage[False], True: Stage.UNAWARE}
    assert stage[False] != Stage.UNAWARE


def test_a_teacher_may_look_without_being_looked_at(tmp_path, generated):
    content = WITHIN_AND_ACROSS.iloc[:1].to_csv(index=False)
    system = build(scenario_with(tmp_path, "teachers", content, "directed = true"), 1)
    assert ties_of(system, generated.schools["first_teacher"][0]).tolist() == [
        generated.schools["first_teacher"][3] + 1
    ]
    assert len(system.teacher_ties) == 1


def test_ties_between_schools_say_where_teachers_look(tmp_path, generated):
    system = build(scenario_with(tmp_path, "schools", "from,to\nS000000,S000007\nS000007,S000009\n"), 1)
    schools, school = system.schools, np.repeat(np.arange(40), generated.schools["staff"])
    tied = {0: {7}, 7: {0, 9}, 9: {7}}
    for row, ties in enumerate(system.teachers["ties"]):
        if school[row] in tied:
            assert ties == generated.teachers["ties"][row]  # as many as by lot
            assert {int(s) for s in school[ties_of(system, row)]} <= tied[school[row]]
        else:
            assert ties == 0
    assert schools["first_tie"][-1] <= len(system.teacher_ties)


def test_ties_between_districts_are_those_of_their_leaders(tmp_path):
    graph = networkx.DiGraph([("D000", "D003"), ("D003", "D001")])
    networkx.write_graphml(graph, tmp_path / "ties.graphml")
    from_file = build(
        scenario_with(tmp_path, "districts", (tmp_path / "ties.graphml").read_text(), name="ties.graphml"),
        1,
    )
    from_python = Simulation(SMALL, 1, ties={"districts": graph}).system
    for system in (from_file, from_python):
        assert system.district_ties.start.tolist() == [0, 1, 1, 1, 2, 2]
        assert system.district_ties.neighbour.tolist() == [3, 1]


def test_the_rest_of_the_system_stays_as_it_was(generated):
    system = build(SMALL, 1, {"districts": np.eye(5)[[1, 2, 3, 4, 0]]})
    assert np.array_equal(system.teachers, generated.teachers)
    assert np.array_equal(system.teacher_ties, generated.teacher_ties)
    assert system.district_ties.neighbour.tolist() == [1, 2, 3, 4, 0]


def refusal(scenario, ties=None):
    with pytest.raises(ListError) as caught:
        build(scenario, 1, ties)
    assert str(caught.value).isprintable()
    return str(caught.value)


def test_ties_that_contradict_each_other_are_refused(tmp_path):
    graph = networkx.Graph()
    assert "not both" in refusal(SMALL, {"teachers": graph, "schools": graph})
    assert "Did you mean 'teachers'?" in refusal(SMALL, {"teacher": graph})
    twice = [{"between": "districts", "file": "a.csv"}, {"between": "districts", "file": "b.csv"}]
    assert "two files of ties between districts" in refusal(SMALL.replace({"ties": twice}))
    assert "network = 'modmath'" in refusal(Scenario.preset("new-math-allegheny"), {"districts": graph})
    assert "there is no file" in refusal(SMALL.replace({"ties": twice[:1]}))


def test_a_teacher_with_more_ties_than_the_table_holds_is_refused():
    from ml_abm.networks.real_ties import between_teachers

    ids = pd.Index([f"t{k}" for k in range(70_001)])
    star = pd.DataFrame({"from": ["t0"] * 70_000, "to": ids[1:]})
    with pytest.raises(ListError, match="t0 has 70,000 ties: allowed 65,535"):
        between_teachers(TieSource(star, directed=True), ids, np.arange(70_002))


def test_ties_name_the_schools_and_teachers_of_a_list(tmp_path):
    (tmp_path / "schools.csv").write_text(
        "id,district,teachers\nB2,East,2\nA1,West,3\nC3,East,1\n", encoding="utf-8"
    )
    (tmp_path / "ties.csv").write_text("from,to\nA1/3,B2/1\nB2/1,B2/2\n", encoding="utf-8")
    (tmp_path / "my.toml").write_text(
        '[system]\nschools = "schools.csv"\n[[ties]]\nbetween = "teachers"\nfile = "ties.csv"\nwhole = true\n'
        "[programme]\npilot_schools = 1\n",
        encoding="utf-8",
    )
    run = Simulation(Scenario.load(tmp_path / "my.toml"), 1).run_for(2)
    assert school_ids(run.scenario).tolist() == ["B2", "C3", "A1"]
    names = teacher_ids(run.scenario)
    assert names[ties_of(run.system, names.get_loc("A1/3"))].tolist() == ["B2/1"]
    assert names[ties_of(run.system, names.get_loc("B2/1"))].tolist() == ["B2/2", "A1/3"]
    assert len(run.system.teacher_ties) == 4
    assert tie_reports(Scenario.load(tmp_path / "my.toml"))["teachers"].isolates == 3


def test_names_of_a_list_are_looked_up_once_for_report_and_runs(tmp_path, monkeypatch):
    (tmp_path / "schools.csv").write_text("id,district,teachers\nB2,East,2\nA1,West,3\n", encoding="utf-8")
    (tmp_path / "ties.csv").write_text("from,to\nA1/3,B2/1\n", encoding="utf-8")
    (tmp_path / "between.csv").write_text("from,to\nEast,West\n", encoding="utf-8")
    ties = [{"between": "teachers", "file": "ties.csv"}, {"between": "districts", "file": "between.csv"}]
    scenario = Scenario().replace(
        {"pilot_schools": 1, "pilot_districts": 1, "advice_ties": 0.0, "ties": ties}
        | {"system": {"folder": str(tmp_path), "schools": "schools.csv"}}
    )
    looked_up = []
    monkeypatch.setattr(
        edges, "pairs_of", lambda source, *_: looked_up.append(source) or PAIRS_OF(source, *_)
    )
    reports = tie_reports(scenario)
    simulate(scenario, 2, range(1, 5), workers=2)
    assert len(looked_up) == 2
    first = Simulation(scenario, 1).system
    first.teacher_ties[:] = 0  # what a run does to its ties, no other run finds
    first.district_ties.neighbour[:] = 0
    assert Simulation(scenario, 1).system.teacher_ties.tolist() == [4, 0]
    assert Simulation(scenario, 1).system.district_ties.neighbour.tolist() == [1, 0]
    (tmp_path / "ties.csv").write_text("from,to\nA1/3,B2/1\nA1/2,B2/1\n", encoding="utf-8")
    assert tie_reports(scenario)["teachers"].ties == reports["teachers"].ties + 1
    assert sources._from_file.cache_info().currsize == 0


def test_schools_near_each_other_on_the_map_are_tied(tmp_path):
    places = np.random.default_rng(1).uniform(-1, 1, (300, 2))
    rows = [f"s{k:03},D,4,{a:.5f},{b:.5f}" for k, (a, b) in enumerate(places)]
    (tmp_path / "schools.csv").write_text(
        "\n".join(["id,district,teachers,latitude,longitude", *rows]), encoding="utf-8"
    )
    (tmp_path / "my.toml").write_text(
        '[system]\nschools = "schools.csv"\nnetwork = "homophilous"\nalike = "distance"\n'
        "[setting]\nadvice_ties = 0.0\ncross_ties = 4.0\ntie_homophily = 0.9\n[programme]\npilot_schools = 1\n",
        encoding="utf-8",
    )
    system = Simulation(Scenario.load(tmp_path / "my.toml"), 1).system
    school = np.repeat(np.arange(300), system.schools["staff"])
    looks = np.repeat(school, system.teachers["ties"])
    apart = np.hypot(*(places[looks] - places[school[system.teacher_ties]]).T)
    by_lot = np.hypot(*(places[looks] - places[np.random.default_rng(2).permutation(looks)]).T)
    assert apart.mean() < 0.5 * by_lot.mean()


# --- real networks ----------------------------------------------------------------------------------------------------


def without_ties(system):
    copied = {name: getattr(system, name).copy() for name in system._fields if name != "district_ties"}
    nobody = Ties(np.zeros_like(system.district_ties.start), np.zeros(0, np.int32))
    return type(system)(**copied, district_ties=nobody)


@pytest.mark.parametrize("seed", range(1, 6))
def test_new_mathematics_goes_along_the_ties_of_superintendents(seed):
    """Same chance, ties taken away: districts with ties join later or never, on average by a year; the others as before."""
    # evidence and champions' push, which follow what all districts do, are left out: ties are what is looked at
    scenario = Scenario.preset("new-math-allegheny").replace({"joining_of_evidence": 0, "joining_of_push": 0})
    tied = build(scenario, seed)
    assert np.array_equal(tied.district_ties.neighbour, load_network("modmath").ties.neighbour)
    joined = []
    for system in (tied, without_ties(tied)):
        months = (
            Simulation(scenario, seed, system=system)
            .run_for(scenario.months)
            .system.districts["joined_month"]
        )
        joined.append(np.where(months < 0, scenario.months, months))
    with_ties, without = joined
    has_ties = np.diff(tied.district_ties.start) > 0
    assert with_ties[0] == without[0] == 0  # the first adopter comes from outside
    assert not has_ties[0]
    assert (with_ties <= without).all()
    assert without[has_ties].mean() > with_ties[has_ties].mean() + 12
    assert np.abs(without - with_ties)[~has_ties].mean() < 1


def test_every_network_says_where_it_is_from():
    for name in ("modmath", "modmath_directed", "galesburg", "korea_two_villages", "brfarmers"):
        about = load_network(name).about
        assert about.source
        assert about.licence
        assert about.caution


def test_most_who_ever_used_a_practice_still_do_but_not_all():
    table = ever_and_still()
    assert len(table) == 12
    assert table.loc["A"].tolist()[:3] == [347, 282, 65]
    assert (table.still <= table.ever).all()
    assert 0.06 < table.share_given_up.min() < table.share_given_up.max() < 0.19
    # the data's own column, in per cent of what each ever used; for one in twenty it says otherwise
    farmers = load_network("brfarmers").nodes
    ever = sum((farmers[f"pract{k}"] == 2) for k in table.index)
    given_up = sum((farmers[f"pract{k}"] == 2) & (farmers[f"cur{k}"] != 2) for k in table.index)
    share = np.floor(100 * given_up / ever.clip(lower=1) + 0.5)
    assert (share - farmers.discon).abs().le(1).mean() > 0.94


def test_a_network_without_dates_says_so():
    from ml_abm.errors import CaseError

    with pytest.raises(CaseError, match="has no times of adoption"):
        _ = load_network("korea_two_villages").adoption
    assert np.isnan(load_network("brfarmers").adoption).sum() == 152
