"""The Mesa model is the same simulation with agents, on Mesa 3.3 and 3.5."""

import gc
import weakref

import mesa
import numpy as np
import pytest

from examples.own_teacher import effect_of_mentors
from ml_abm import Scenario, SchoolSystemModel, simulate
from ml_abm.agents import Champion, District, Funder, School, Teacher, Window
from ml_abm.errors import ScenarioError
from ml_abm.outcomes import describe
from ml_abm.tables import TABLES, Stage, columns

SMALL = Scenario().replace(
    {"districts": 3, "schools": 24, "teachers_per_school": 6, "pilot_schools": 12, "pilot_districts": 3, "cross_ties": 2, "district_ties": 2}
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
    kinds = {Teacher: "teachers", School: "schools", District: "districts", Champion: "champions", Funder: "funders"}
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


def test_a_share_outside_its_range_is_refused(model):
    with pytest.raises(ValueError, match="allowed 0 to 1"):
        model.agents_by_type[Teacher][0].skill = 1.5
    with pytest.raises(ValueError, match="allowed 0 to 1"):
        model.agents_by_type[Teacher].set("skill", float("nan"))


@pytest.mark.parametrize("kind", [Teacher, School, District, Champion, Funder])
def test_every_agent_says_its_state_in_words_and_its_columns_exist(model, kind):
    for agent in model.agents_by_type[kind]:
        assert agent.describe().endswith(".")
    declared = {name for name in vars(kind) if type(vars(kind)[name]).__name__ == "column"}
    assert declared <= set(columns(TABLES[kind.table]))


def test_neighbours(model):
    teacher = model.agents_by_type[Teacher][10]
    assert teacher in teacher.school.teachers
    assert teacher not in teacher.colleagues
    assert len(teacher.colleagues) == teacher.school.staff - 1
    assert teacher.school in teacher.district.schools
    assert all(other.school is not teacher.school for other in teacher.looks_to)
    champion = teacher.district.champion
    assert champion.district is teacher.district
    assert model.agents_by_type[Champion][0].district is None


def test_verbs_on_columns_agree_with_loops_over_agents(model):
    teachers = model.agents_by_type[Teacher]
    assert teachers.get("skill") == [t.skill for t in teachers]
    assert teachers.get(["skill", "stage"]) == [[t.skill, t.stage] for t in teachers]
    assert teachers.agg("strain", "mean") == pytest.approx(np.mean([t.strain for t in teachers]))
    assert teachers.agg("strain", [np.min, np.max]) == [min(teachers.get("strain")), max(teachers.get("strain"))]
    tired = teachers.select(lambda t: t.strain > 0.25)
    assert list(tired) == list(teachers.select(teachers.values("strain") > 0.25))
    groups = teachers.groupby("stage")
    assert groups.count() == {s: sum(t.stage is s for t in teachers) for s in groups.groups}
    assert groups.agg("skill", np.mean)[Stage.USING] == pytest.approx(teachers.select(lambda t: t.using).agg("skill"))
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


def test_the_rows_are_fixed(model):
    agent = model.agents_by_type[Teacher][0]
    with pytest.raises(NotImplementedError):
        agent.remove()
    with pytest.raises(NotImplementedError):
        model.agents.discard(agent)


def test_a_champion_leaves_and_a_grant_ends(model):
    champion = model.agents_by_type[Champion][0]
    champion.leave()
    assert not champion.active
    funder = model.agents_by_type[Funder][0]
    funder.end_grant()
    before = funder.paid_in
    model.run_for(3)
    assert funder.paid_in == before


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


def test_windows_are_made_only_when_somebody_looks(model):
    gc.collect()
    model.agents_by_type[Teacher].agg("skill")
    assert len(model._windows) == 0
    held = model.agents_by_type[Teacher][0]
    assert len(model._windows) == 1
    assert isinstance(held, Window)


def test_mesas_batch_run_gives_outcomes():
    luck = {"iterations": 2} if mesa.__version__ < "3.4" else {"rng": [1, 2]}
    rows = mesa.batch_run(
        SchoolSystemModel,
        {"scenario": "base", "schools": 30, "districts": 2, "pilot_districts": 2, "tool_hours": [0, 3]},
        max_steps=6,
        display_progress=False,
        **luck,
    )
    assert len(rows) == 4
    assert {row["tool_hours"] for row in rows} == {0, 3}
    assert all(0 <= row["adoption"] <= 1 for row in rows)


def test_mesas_page_may_hand_over_a_scenario_of_its_own():
    class Foreign:
        rng = None

    assert SchoolSystemModel(Foreign(), rng=1, tool_hours=2).simulation.scenario.innovation.tool_hours == 2


def test_overrides_are_validated():
    with pytest.raises(ScenarioError, match="Did you mean 'tool_hours'"):
        SchoolSystemModel(rng=1, tool_hour=2)
    with pytest.raises(TypeError, match="not a subclass"):
        SchoolSystemModel(rng=1, agent_classes=[dict])


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


def test_a_subclass_is_found_under_its_base():
    class Mine(Teacher):
        pass

    model = SchoolSystemModel(SMALL, rng=1, agent_classes=[Mine])
    assert len(model.agents_by_type[Teacher]) == len(model.agents_by_type[Mine])
    assert isinstance(model.agents_by_type[Teacher][0], Mine)


def test_running_ends_with_the_scenario():
    model = SchoolSystemModel(SMALL, rng=1, months=3)
    model.run_model()
    assert model.month == 3


def test_none_draws_a_seed_and_the_same_rng_gives_the_same_life():
    seeds = {SchoolSystemModel(SMALL).simulation.seed for _ in range(3)}
    assert len(seeds) == 3
    assert SchoolSystemModel(SMALL, seed=5).simulation.seed == 5
