"""The Mesa model is the same simulation with agents, on Mesa 3.3 and 3.5."""

import contextlib
import copy
import gc
import inspect
import io
import re
import subprocess
import sys
import warnings
import weakref
from pathlib import Path

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from examples.own_teacher import Mentor, effect_of_mentors
from ml_abm import Scenario, SchoolSystemModel, simulate
from ml_abm.agents import Champion, District, Funder, School, Teacher, Window
from ml_abm.errors import ScenarioError
from ml_abm.outcomes import describe
from ml_abm.system import district_ids, school_ids, teacher_ids
from ml_abm.tables import TABLES, Barrier, GrantStatus, Stage, columns

DOCS = Path(__file__).parents[2] / "docs" / "mesa.md"
SMALL = Scenario().replace(
    {
        "districts": 3,
        "schools": 24,
        "teachers_per_school": 6,
        "pilot_schools": 12,
        "pilot_districts": 3,
        "cross_ties": 2,
        "district_ties": 2,
        "design_months": 0,
    }
)


@pytest.fixture
def model():
    model = SchoolSystemModel(SMALL, rng=3)
    model.run_for(18)
    return model


def test_model_and_simulate_live_the_same_life(model):
    trace = simulate(SMALL, months=18, seed=3)
    assert model.trace().system.equals(trace.system)
    collected = model.datacollector.get_model_vars_dataframe()
    assert list(collected) == list(describe())
    assert np.array_equal(collected.to_numpy(), trace.system[list(collected)].to_numpy())


def test_five_kinds_of_agents_and_ids_that_count_through(model):
    kinds = {
        Teacher: "teachers",
        School: "schools",
        District: "districts",
        Champion: "champions",
        Funder: "funders",
    }
    assert set(model.agent_types) == set(kinds)
    for kind, table in kinds.items():
        assert len(model.agents_by_type[kind]) == len(getattr(model.system, table))
    assert [agent.unique_id for agent in model.agents] == list(range(1, len(model.agents) + 1))
    assert len(model.agents.select(agent_type=School)) == 24


def test_windows_read_and_write_the_table(model):
    teacher = model.agents_by_type[Teacher][5]
    teacher.skill = 0.75
    assert model.system.teachers["skill"][5] == np.float32(0.75)
    model.system.teachers["stage"][5] = Stage.LAPSED
    assert teacher.stage is Stage.LAPSED
    assert not teacher.using
    assert teacher is model.agents_by_type[Teacher][5]


def test_what_the_kernels_could_not_live_with_is_refused(model):
    teachers = model.agents_by_type[Teacher]
    for name, value in {"skill": 1.5, "weekly_hours": float("inf"), "stage": 9, "replaced": 2}.items():
        with pytest.raises(ValueError, match=f"{name} = {value}: allowed"):
            setattr(teachers[0], name, value)
        with pytest.raises(ValueError, match="allowed"):
            teachers.set(name, value)
    with pytest.raises(ValueError, match="allowed 0 to 1"):
        teachers.set("skill", [0.5] * (len(teachers) - 1) + [float("nan")])
    with pytest.raises(ValueError, match="whole numbers"):
        model.agents_by_type[District][0].joined_month = 1.5
    assert teachers.agg("skill", "max") <= 1


def test_what_is_counted_fixed_or_derived_cannot_be_set(model):
    school = model.agents_by_type[School][0]
    for name in ("users", "staff", "first_teacher", "adoption"):
        with pytest.raises(AttributeError, match=f"{name} cannot be set"):
            setattr(school, name, 1)
        with pytest.raises(AttributeError, match=f"{name} cannot be set"):
            school.teachers.model.agents_by_type[School].set(name, 1)


def test_a_misspelt_attribute_is_not_lost_in_silence(model):
    with pytest.raises(AttributeError, match=r"Did you mean 'skill'\?.*subclass Teacher"):
        model.agents_by_type[Teacher][0].skil = 0.5


@pytest.mark.parametrize("kind", [Teacher, School, District, Champion, Funder])
def test_every_agent_says_its_state_in_words(model, kind):
    for agent in model.agents_by_type[kind]:
        assert agent.describe().endswith(".")


@pytest.mark.parametrize("kind", [Teacher, School, District, Champion, Funder])
def test_every_column_of_a_table_can_be_read(model, kind):
    agents = model.agents_by_type[kind]
    table = getattr(model.system, kind.table)
    for name in columns(TABLES[kind.table]):
        values = agents.get(name)
        if (kind, name) not in {
            (School, "district"),
            (School, "barriers"),
            (District, "schools"),
            (Champion, "district"),
        }:
            assert values == table[name].tolist()
            assert values == [getattr(agent, name) for agent in agents]
    assert sum(model.agents_by_type[School][0].barriers.values()) == model.agents_by_type[School][0].staff
    assert set(model.agents_by_type[School][0].barriers) == set(Barrier)


def test_agents_have_the_ids_that_files_have(model):
    teachers, schools = model.agents_by_type[Teacher], model.agents_by_type[School]
    expected = teacher_ids(SMALL, model.system.schools["staff"])
    assert teachers.get("id") == list(expected)
    assert schools.get("id") == list(school_ids(SMALL))
    assert model.agents_by_type[District].get("id") == list(district_ids(SMALL))
    assert schools[3].describe().startswith("School S000003 ")
    with pytest.raises(AttributeError):
        teachers[0].id = "x"


@pytest.mark.parametrize("teachers", ["", "t.csv"])
def test_agents_of_a_list_have_its_ids_even_if_it_changes(teachers, tmp_path):
    (tmp_path / "s.csv").write_text("id,district,teachers\nk,Kafue,2\nc,Chongwe,1\n")
    (tmp_path / "t.csv").write_text("id,school\nann,k\nben,c\ncy,k\n")
    system = {"folder": str(tmp_path), "schools": "s.csv", "teachers": teachers}
    small = SMALL.replace({"system": system, "pilot_schools": 1, "pilot_districts": 1})
    model = SchoolSystemModel(small, rng=1)
    (tmp_path / "s.csv").unlink()
    assert model.agents_by_type[School].get("id") == ["c", "k"]
    assert model.agents_by_type[District].get("id") == ["Chongwe", "Kafue"]
    assert model.agents_by_type[Teacher].get("id") == (
        ["ben", "ann", "cy"] if teachers else ["c/1", "k/1", "k/2"]
    )
    names = [
        agent.describe().split()[1]
        for agent in (model.agents_by_type[kind][1] for kind in (School, District))
    ]
    assert names == ["k", "Kafue"]
    assert "of district Chongwe" in model.agents_by_type[District][0].champion.describe()


def test_neighbours(model):
    teacher = model.agents_by_type[Teacher][10]
    assert teacher in teacher.school.teachers
    assert teacher not in teacher.colleagues
    assert len(teacher.colleagues) == teacher.school.staff - 1
    assert teacher.school in teacher.district.schools
    inside = [other.school is teacher.school for other in teacher.looks_to]
    assert any(inside)
    assert not all(inside)
    assert inside == sorted(inside, reverse=True)  # colleagues come first
    assert teacher not in teacher.looks_to
    champion = teacher.district.champion
    assert champion.district is teacher.district
    assert model.agents_by_type[Champion][0].district is None


def test_verbs_on_columns_agree_with_loops_over_agents(model):
    teachers = model.agents_by_type[Teacher]
    assert teachers.get("skill") == [t.skill for t in teachers]
    assert teachers.get(["skill", "stage"]) == [[t.skill, t.stage] for t in teachers]
    assert teachers.agg("strain", "mean") == pytest.approx(np.mean([t.strain for t in teachers]))
    assert teachers.agg("strain", [np.min, np.max]) == [
        min(teachers.get("strain")),
        max(teachers.get("strain")),
    ]
    tired = teachers.select(lambda t: t.strain > 0.25)
    assert list(tired) == list(teachers.select(teachers.values("strain") > 0.25))
    groups = teachers.groupby("stage")
    assert groups.count() == {s: sum(t.stage is s for t in teachers) for s in groups.groups}
    assert groups.agg("skill", np.mean)[Stage.USING] == pytest.approx(
        teachers.select(lambda t: t.using).agg("skill")
    )
    assert [t.strain for t in teachers.sort("strain")] == sorted(teachers.get("strain"), reverse=True)
    assert sorted(t.row for t in teachers.shuffle()) == list(range(len(teachers)))
    assert len(teachers.select(at_most=5)) == 5
    assert len(teachers.select(at_most=0.5)) == len(teachers) // 2
    assert len(teachers[2:5]) == 3
    schools = model.agents_by_type[School]
    assert schools.get("adoption") == [s.adoption for s in schools]
    assert teachers.set("skill", np.linspace(0, 1, len(teachers))).get("skill")[-1] == 1
    assert model.agents.get("nothing", handle_missing="default", default_value=0) == [0] * len(model.agents)
    with pytest.raises(AttributeError):
        model.agents.get("nothing")


def test_agents_behave_as_mesas_agent_set_does(model):
    """Every verb against Mesa's own AgentSet of the same agents, with the same random seeds."""
    ours = model.agents.select(lambda a: a.row % 2 == 0)
    kept = list(ours)
    theirs = AgentSet(kept, model.random)

    def same(verb):
        state = model.random.getstate()
        mine = verb(ours)
        model.random.setstate(state)
        assert list(mine) == list(verb(theirs))

    same(lambda agents: agents)
    same(lambda agents: agents[3:20:2])
    same(lambda agents: agents.select(agent_type=School))
    same(lambda agents: agents.select(lambda a: a.row > 5, at_most=7))
    same(lambda agents: agents.select(lambda a: a.row > 5, at_most=0.5))
    same(lambda agents: agents.select(at_most=0.25, agent_type=Teacher))
    same(lambda agents: agents.sort("row"))
    same(lambda agents: agents.sort(lambda a: a.row % 3, ascending=True))
    same(lambda agents: agents.sort(lambda a: (a.row % 3, -a.row)))
    same(lambda agents: agents.shuffle())
    same(lambda agents: agents.map(lambda a, plus: a.unique_id + plus, plus=1))
    same(lambda agents: agents.map("describe"))
    same(lambda agents: agents.get("unique_id"))
    same(lambda agents: agents.get(["row", "skill"], handle_missing="default", default_value=-1))
    same(lambda agents: agents & agents.select(agent_type=School))
    same(lambda agents: agents - agents.select(agent_type=School))
    same(lambda agents: agents.select(agent_type=School) | agents)
    same(lambda agents: copy.copy(agents))
    same(lambda agents: [agents.agg("row", max), *agents.agg("row", [min, np.mean])])
    for by in ("pos", lambda a: a.row % 3, lambda a: type(a)):
        assert ours.groupby(by).map(list) == theirs.groupby(by).map(list)
        assert ours.groupby(by).agg("row", sum) == theirs.groupby(by).agg("row", sum)
        assert ours.groupby(by, result_type="list").groups == theirs.groupby(by, result_type="list").groups
    seen = []
    assert ours.shuffle_do(seen.append) is ours
    assert set(seen) == set(kept)
    assert isinstance(ours, AgentSet)
    assert ours.count() == len(ours) == len(kept)
    assert kept[3] in ours
    assert kept.index(kept[3]) == ours.index(kept[3])


def test_in_place_verbs_change_the_set_itself(model):
    agents = model.agents_by_type[Teacher]
    assert agents.select(agents.values("row") < 9, inplace=True) is agents
    assert agents.sort("row", inplace=True)[0].row == 8
    assert sorted(agents.shuffle(inplace=True).get("row")) == list(range(9))
    assert len(model.agents_by_type[Teacher]) == len(model.system.teachers)


def test_sets_can_be_asked_for_neighbours_and_for_no_one(model):
    teachers = model.agents_by_type[Teacher]
    assert teachers.get("school")[0] is teachers[0].school
    assert [len(c) for c in teachers.values("colleagues")] == [t.school.staff - 1 for t in teachers]
    by_district = teachers.groupby(lambda t: t.district.row).agg("skill", "mean")
    assert by_district == pytest.approx(
        {
            d.row: d.schools.agg("skill_sum", "sum") / sum(d.schools.get("staff"))
            for d in model.agents_by_type[District]
        },
        rel=1e-5,
    )
    nobody = teachers.select(np.zeros(len(teachers), bool))
    assert not nobody
    assert nobody.agg("skill", "mean") == 0
    assert list(nobody.shuffle()) == nobody.get("skill") == []
    with pytest.raises(ValueError, match="one True or False for each"):
        teachers.select(np.ones(3, bool))


def test_the_rows_are_fixed(model):
    agent = model.agents_by_type[Teacher][0]
    for refused in (
        agent.remove,
        lambda: model.agents.discard(agent),
        lambda: model.agents.remove(agent),
        lambda: model.agents.add(agent),
    ):
        with pytest.raises(NotImplementedError, match="rows of a school system are fixed"):
            refused()


class Inspector(mesa.Agent):
    """An agent of a user's own, in plain Mesa: it has no row."""

    def __init__(self, model, pay=1.0):
        super().__init__(model)
        self.pay = pay
        self.visits = 0

    def step(self):
        self.visits += 1
        self.model.agents_by_type[School][0].leadership = 1.0


class Auditor(Inspector):
    pass


def test_agents_of_a_users_own_are_agents_of_the_model(model):
    rows = len(model.agents)
    inspectors = Inspector.create_agents(model, 3, pay=[1.0, 2.0, 3.0])
    auditor = Auditor(model)
    assert len(model.agents) == rows + 4
    assert auditor in model.agents
    assert model.agents[-1] is auditor
    assert list(model.agents_by_type[Inspector]) == list(inspectors)
    assert list(model.agents_by_type[Auditor]) == [auditor]
    assert model.agent_types[-2:] == [Inspector, Auditor]
    assert list(model.agents.select(agent_type=Inspector)) == [*inspectors, auditor]
    assert len(model.agents.select(agent_type=Teacher)) == len(model.system.teachers)
    assert [agent.unique_id for agent in model.agents] == list(range(1, rows + 5))


def test_agents_of_a_users_own_are_stepped(model):
    inspectors = [Inspector(model) for _ in range(3)]
    model.agents.shuffle_do("step")
    assert [inspector.visits for inspector in inspectors] == [1, 1, 1]
    model.agents_by_type[Inspector].do("step")
    assert [inspector.visits for inspector in inspectors] == [2, 2, 2]
    model.agents_by_type[School][0].leadership = 0.0
    model.step()
    assert [inspector.visits for inspector in inspectors] == [3, 3, 3]
    assert model.agents_by_type[School][0].leadership == 1.0


def test_verbs_work_on_agents_of_a_users_own(model):
    inspectors = Inspector.create_agents(model, 3, pay=[1.0, 2.0, 3.0])
    set_of_them = model.agents_by_type[Inspector]
    assert set_of_them.get("pay") == [1.0, 2.0, 3.0]
    assert set_of_them.agg("pay", "sum") == 6
    assert [i.pay for i in set_of_them.sort("pay")] == [3.0, 2.0, 1.0]
    assert list(set_of_them.select(lambda i: i.pay > 1.5)) == list(inspectors)[1:]
    assert set_of_them.set("district", "north").groupby("district").count() == {"north": 3}
    both = model.agents_by_type[Inspector] | model.agents_by_type[Funder]
    assert len(both) == 3 + len(model.agents_by_type[Funder])
    assert list(both - model.agents_by_type[Funder]) == list(inspectors)
    assert sorted(a.unique_id for a in model.agents.shuffle()) == [a.unique_id for a in model.agents]
    assert model.agents.get("pay", "default", 0)[-3:] == [1.0, 2.0, 3.0]
    assert copy.deepcopy(model).agents_by_type[Inspector].agg("pay", "sum") == 6


def test_agents_of_a_users_own_may_go_and_their_ids_with_them(model):
    inspectors = list(Inspector.create_agents(model, 3))
    chosen = model.agents_by_type[Inspector].select(lambda i: True)
    last = inspectors[2].unique_id
    inspectors[2].remove()
    inspectors[2].remove()  # twice is no fault in Mesa
    assert list(model.agents_by_type[Inspector]) == list(chosen) == inspectors[:2]
    assert inspectors[2] not in model.agents
    model.step()
    assert [inspector.visits for inspector in inspectors] == [1, 1, 0]
    assert Inspector(model).unique_id == last + 1
    for inspector in model.agents_by_type[Inspector]:
        inspector.unique_id = "one of my own"
        inspector.remove()
    assert len(model.agents_by_type[Inspector]) == 0
    assert len(model.agents_by_type[Teacher]) == len(model.system.teachers)


def test_an_agent_that_another_removes_is_not_stepped_any_more(model):
    class Rival(mesa.Agent):
        def step(self):
            for other in model.agents_by_type[Rival]:
                if other is not self:
                    other.remove()

    rivals = [Rival(model) for _ in range(4)]
    model.step()
    assert list(model.agents_by_type[Rival]) == rivals[:1]


def test_kernels_take_no_notice_of_agents_of_a_users_own(model):
    quiet = SchoolSystemModel(SMALL, rng=3)
    [mesa.Agent(quiet) for _ in range(5)]
    quiet.run_for(18)
    assert quiet.trace().system.equals(model.trace().system)


def test_a_collector_knows_agents_of_a_users_own(model):
    Inspector.create_agents(model, 2)
    collector = mesa.DataCollector(agenttype_reporters={Inspector: {"visits": "visits"}})
    model.step()
    collector.collect(model)
    assert collector.get_agenttype_vars_dataframe(Inspector)["visits"].to_list() == [1, 1]


@pytest.mark.skipif(mesa.__version__ < "3.4", reason="Mesa 3.3 has no signals")
def test_who_listens_for_new_agents_hears_of_them(model):
    heard = []

    def hear(signal):
        heard.append(signal)

    model.observe("agents", "agent_added", hear)
    Inspector(model)
    assert len(heard) == 1


def test_models_with_agents_of_a_users_own_are_freed():
    model = SchoolSystemModel(SMALL, rng=1)
    Inspector.create_agents(model, 3)
    model.step()
    kept, model = weakref.ref(model), None
    gc.collect()
    assert kept() is None


def test_all_agents_cannot_be_removed(model):
    inspector = Inspector(model)
    teacher = model.agents_by_type[Teacher][0]
    before = len(model.agents)
    for refused in (
        model.remove_all_agents,
        lambda: model.register_agent(teacher),
        lambda: model.deregister_agent(teacher),
    ):
        with pytest.raises(NotImplementedError, match="rows of a school system are fixed"):
            refused()
    with pytest.raises(ValueError, match="agent of another model"):
        SchoolSystemModel(SMALL, rng=1).register_agent(inspector)
    model.register_agent(inspector)  # a second time changes nothing
    assert len(model.agents) == before


def test_a_champion_leaves_and_a_grant_ends(model):
    champion = model.agents_by_type[Champion][0]
    champion.leave()
    left = champion.capital
    champion.leave()
    assert not champion.active
    assert champion.capital == left
    funder = model.agents_by_type[Funder][0]
    funder.end_grant()
    before = funder.paid_in
    model.run_for(3)
    assert funder.paid_in == before
    assert funder.status is GrantStatus.ENDED
    assert funder.balance == pytest.approx(funder.paid_in - funder.spent)


def test_two_models_share_nothing():
    one, two = SchoolSystemModel(SMALL, rng=1), SchoolSystemModel(SMALL, rng=1)
    one.agents_by_type[Teacher].set("skill", 1.0)
    one.run_for(3)
    assert two.agents_by_type[Teacher].agg("skill") == 0
    assert two.month == 0


def test_models_are_freed_when_dropped():
    alive = []
    for seed in range(10):
        model = SchoolSystemModel(SMALL, rng=seed)
        model.step()
        held = model.agents_by_type[Teacher][0]
        alive.append(weakref.ref(model))
        del model, held
    gc.collect()
    assert [ref() for ref in alive] == [None] * 10


def test_windows_are_made_only_when_someone_looks(model):
    gc.collect()
    model.agents_by_type[Teacher].agg("skill")
    assert len(model._windows) == 0
    held = model.agents_by_type[Teacher][0]
    assert len(model._windows) == 1
    assert isinstance(held, Window)


def test_mesas_batch_run_gives_outcomes():
    chance = {"iterations": 2} if mesa.__version__ < "3.4" else {"rng": [1, 2]}
    rows = mesa.batch_run(
        SchoolSystemModel,
        {"scenario": "base", "schools": 30, "districts": 2, "pilot_districts": 2, "tool_hours": [0, 3]},
        max_steps=6,
        display_progress=False,
        **chance,
    )
    assert len(rows) == 4
    assert {row["tool_hours"] for row in rows} == {0, 3}
    assert all(0 <= row["adoption"] <= 1 for row in rows)


def test_the_constructor_has_the_signature_that_mesas_pages_accept():
    """Mesa 3.3 knows the rest only by the name `kwargs`; no Mesa accepts `*args`, or a parameter without a default."""
    taken = dict(list(inspect.signature(SchoolSystemModel.__init__).parameters.items())[1:])
    assert taken.pop("kwargs").kind is inspect.Parameter.VAR_KEYWORD
    assert all(p.default is not p.empty and p.kind is not p.VAR_POSITIONAL for p in taken.values())


@pytest.mark.skipif(mesa.__version__ < "3.4", reason="Mesa 3.3 has no scenarios")
def test_mesas_page_may_hand_over_a_scenario_of_its_own():
    from mesa.experimental.scenarios import Scenario as Foreign

    assert SchoolSystemModel(Foreign(), rng=1, tool_hours=2).simulation.scenario.innovation.tool_hours == 2


def planned(**values):
    """Return a scenario of a subclass of Mesa's own class, which only Mesa 3.5 has."""
    from mesa.experimental.scenarios import Scenario as Foreign

    class Planned(Foreign):
        tool_hours: float = 4.5
        schools: int = 40
        districts = 2  # without an annotation Mesa itself does not see it
        pilot_districts = 2

        def cost(self):
            return 0

    return Planned(**values)


WITH_SCENARIOS = pytest.mark.skipif(mesa.__version__ < "3.4", reason="Mesa 3.3 has no scenarios")


@WITH_SCENARIOS
def test_fields_of_mesas_scenario_are_parameters_and_its_rng_is_the_seed():
    plan = planned(rng=3)
    model = SchoolSystemModel(plan)
    simulated = model.simulation.scenario
    assert simulated == Scenario().replace(
        {"tool_hours": 4.5, "schools": 40, "districts": 2, "pilot_districts": 2}
    )
    assert model.simulation.seed == 3
    assert model.scenario is plan
    again = SchoolSystemModel(scenario=planned(rng=3))
    for each in (model, again):
        each.run_for(6)
    assert model.trace().system.equals(again.trace().system)


@WITH_SCENARIOS
def test_values_given_to_mesas_scenario_go_before_those_of_its_class():
    from mesa.experimental.scenarios import Scenario as Foreign

    assert SchoolSystemModel(planned(tool_hours=1.5), rng=1).simulation.scenario.innovation.tool_hours == 1.5
    plain = SchoolSystemModel(Foreign(rng=np.int64(7), tool_hours=2.5))
    assert plain.simulation.scenario.innovation.tool_hours == 2.5
    assert plain.simulation.seed == 7
    assert SchoolSystemModel(planned(), rng=1, tool_hours=2).simulation.scenario.innovation.tool_hours == 2
    seeded = type("Seeded", (Foreign,), {"rng": 11, "__annotations__": {"rng": int}})
    assert SchoolSystemModel(seeded()).simulation.seed == 11


@WITH_SCENARIOS
def test_a_subclass_of_a_subclass_and_what_is_mixed_in_count_too():
    class Cheap:
        added_hours = 0.5

    class Cheaper(type(planned()), Cheap):
        tool_hours: float = 1.0

        @property
        def coaches_per_100_schools(self):
            return 2 * self.tool_hours

    scenario = SchoolSystemModel(Cheaper(), rng=1).simulation.scenario
    assert scenario == Scenario().replace(
        {
            "tool_hours": 1.0,
            "schools": 40,
            "districts": 2,
            "pilot_districts": 2,
            "added_hours": 0.5,
            "coaches_per_100_schools": 2.0,
        }
    )


@WITH_SCENARIOS
def test_mesas_scenario_is_refused_where_a_field_is_unknown_or_out_of_range():
    with pytest.raises(ScenarioError, match=r"tool_hour is not known\. Did you mean 'tool_hours'\?"):
        SchoolSystemModel(planned(tool_hour=2), rng=1)
    with pytest.raises(ScenarioError, match="tool_hours = -1: allowed 0 to 20"):
        SchoolSystemModel(planned(tool_hours=-1), rng=1)
    with pytest.raises(ValueError, match="rng = 1 and the scenario's rng = 3 differ"):
        SchoolSystemModel(planned(rng=3), rng=1)
    assert SchoolSystemModel(planned(rng=3), rng=3).simulation.seed == 3


@WITH_SCENARIOS
def test_a_model_takes_no_other_scenario_of_mesas_later():
    model = SchoolSystemModel(SMALL, rng=1)
    with pytest.raises(AttributeError, match="make a new one"):
        model.scenario = planned(rng=3)
    with pytest.raises(TypeError, match="give a Scenario"):
        SchoolSystemModel(mesa.Model(rng=1))

    class Early(SchoolSystemModel):
        def __init__(self):
            self.scenario = planned(rng=3)
            super().__init__(SMALL, rng=1)

    with pytest.raises(AttributeError, match="make a new one"):
        Early()


@WITH_SCENARIOS
def test_mesas_batch_run_takes_scenarios_of_mesas():
    rows = mesa.batch_run(
        SchoolSystemModel,
        {"scenario": [planned(rng=1), planned(rng=2), planned(rng=1)]},
        max_steps=6,
        display_progress=False,
    )
    strain = [row["strain"] for row in rows]
    assert strain[0] == strain[2] != strain[1]


def test_mesas_page_rebuilds_the_model_that_it_was_given():
    """The page asks `model.scenario`, and if it finds one puts a new one in the place of ours."""
    settings = {"scenario": "catch-up-zambia", "rng": 1, "tool_hours": 2.0}
    model = SchoolSystemModel(**settings)
    assert not model.scenario
    rebuilt = type(model)(**settings)
    assert rebuilt.simulation.scenario == model.simulation.scenario
    with pytest.raises(AttributeError, match="make a new one"):
        model.scenario = SMALL


def test_overrides_are_validated():
    with pytest.raises(ScenarioError, match="Did you mean 'tool_hours'"):
        SchoolSystemModel(rng=1, tool_hour=2)
    with pytest.raises(ScenarioError, match="tool_hours = -1: allowed 0 to 20"):
        SchoolSystemModel(rng=1, tool_hours=-1)
    with pytest.raises(TypeError, match="give a Scenario"):
        SchoolSystemModel({"tool_hours": 2})
    with pytest.raises(TypeError, match="not a subclass"):
        SchoolSystemModel(rng=1, agent_classes=[dict])
    with pytest.raises(TypeError, match="both teachers"):
        SchoolSystemModel(rng=1, agent_classes=[Mentor, type("Other", (Teacher,), {})])
    with pytest.raises(ValueError, match="not both"):
        SchoolSystemModel(rng=1, seed=2)
    with pytest.raises(ValueError, match="whole months"):
        SchoolSystemModel(SMALL, rng=1).run_for(0.5)
    dotted = {"innovation.tool_hours": 3}
    assert SchoolSystemModel("base", **dotted).simulation.scenario.innovation.tool_hours == 3


@pytest.mark.parametrize(
    "given",
    [{"rng": 1}, {"seed": 1}, {"rng": np.int64(1)}, {"rng": [1, 2]}, {"rng": np.random.default_rng(1)}, {}],
)
def test_no_way_to_give_the_chance_warns(given):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SchoolSystemModel(SMALL, **given).step()


def test_own_steps_and_hooks_are_called():
    calls = []

    class Mine(SchoolSystemModel):
        def before_month(self):
            calls.append(("before", self.month))

        def after_month(self):
            calls.append(("after", self.month))

    Mine(SMALL, rng=1).run_for(2)
    assert calls == [("before", 0), ("after", 1), ("before", 1), ("after", 2)]
    without, with_mentors = effect_of_mentors(18)
    assert with_mentors > without + 0.005


def test_agents_of_an_own_class_keep_what_is_written_on_them():
    class Counting(Teacher):
        def __init__(self, model, row):
            super().__init__(model, row)
            self.lived = 0

        def step(self):
            self.lived += 1

    for classes in (Counting, [Counting], {Teacher: Counting}):
        model = SchoolSystemModel(SMALL, rng=1, agent_classes=classes)
        model.run_for(3)
        teachers = model.agents_by_type[Teacher]
        assert teachers.get("lived") == [3] * len(teachers)
        assert teachers.agg("lived", "sum") == 3 * len(teachers)
        assert teachers.set("lived", 0).agg("lived", "max") == 0
        kept, model, teachers = weakref.ref(model), None, None
        gc.collect()
        assert kept() is None


def test_the_kernels_find_what_an_agent_wrote():
    class Tireless(Teacher):
        def step(self):
            self.strain = 0.0

    ordinary = SchoolSystemModel(SMALL, rng=1)
    tireless = SchoolSystemModel(SMALL, rng=1, agent_classes=[Tireless])
    for model in (ordinary, tireless):
        model.run_for(12)
    assert tireless.trace().system["strain"].iloc[-1] < 0.5 * ordinary.trace().system["strain"].iloc[-1]
    assert tireless.trace().system["strain"].iloc[0] == ordinary.trace().system["strain"].iloc[0]


def test_a_hook_may_end_the_run():
    class Impatient(SchoolSystemModel):
        def after_month(self):
            self.running = self.month < 5

    model = Impatient(SMALL, rng=1)
    model.run_model()
    assert model.month == 5


def test_a_subclass_is_found_under_its_base():
    class Mine(Teacher):
        pass

    model = SchoolSystemModel(SMALL, rng=1, agent_classes=[Mine])
    assert len(model.agents_by_type[Teacher]) == len(model.agents_by_type[Mine])
    assert isinstance(model.agents_by_type[Teacher][0], Mine)
    with pytest.raises(KeyError):
        model.agents_by_type[Window]


def test_running_ends_with_the_scenario():
    model = SchoolSystemModel(SMALL, rng=1, months=3)
    model.run_model()
    assert model.month == 3


def test_none_draws_a_seed_and_the_same_rng_gives_the_same_life():
    seeds = {SchoolSystemModel(SMALL).simulation.seed for _ in range(3)}
    assert len(seeds) == 3
    assert SchoolSystemModel(SMALL, seed=5).simulation.seed == 5


def test_looking_at_agents_does_not_import_the_page():
    code = "import sys; from ml_abm import SchoolSystemModel; SchoolSystemModel(rng=1); print('mesa.visualization' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_page_on_mesa_runs_as_it_is_printed():
    blocks = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S)
    assert len(blocks) >= 5
    names = {"__name__": "docs"}
    for block in blocks:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(block, str(DOCS), "exec"), names)
