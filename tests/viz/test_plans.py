"""A plan is a scenario: what was moved in the live view, `ml-abm run` gives to the bit."""

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_abm import simulate
from ml_abm.errors import ScenarioError
from ml_abm.scenario import Scenario
from ml_abm.viz.levers import MONEY, levers, range_of
from ml_abm.viz.plan import Move, Plan
from ml_abm.viz.player import Player
from ml_abm.viz.running_plan import Life
from ml_abm.viz.take_away import csv_of, toml_of

SMALL = Scenario.preset("base").replace({"schools": 40, "districts": 4, "months": 30})


def lived(moves, scenario=SMALL, seed=3):
    player = Player(Plan(scenario, seed))
    for month, lever, value in moves:
        player.step(month - player.month)
        player.move(lever, value)
    player.step(scenario.months - player.month)
    return player


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(levers())), st.integers(0, 20), st.floats(0, 1)),
        max_size=5,
        unique_by=lambda move: move[:2],
    )
)
@settings(max_examples=12)
def test_a_plan_taken_away_as_a_file_gives_the_same_bits(moves):
    player = Player(Plan(SMALL, 3))
    for name, month, share in sorted(moves, key=lambda move: move[1]):
        lever = levers()[name]
        low, high, _ = range_of(lever, SMALL)
        player.step(max(0, month - player.month))
        if not (lever.from_start and player.month):
            player.move(name, low + share * (high - low))
    player.step(SMALL.months - player.month)
    again = Scenario.from_toml(toml_of(player.plan, player.month, "again.toml"), "again.toml")
    trace = simulate(again, seed=3)
    assert trace.system.equals(player.lives[0].model.trace().system)
    assert trace.funders.equals(player.lives[0].model.trace().funders)


def test_money_moved_in_mid_run_is_in_the_file_too():
    player = lived([(6, "money.amount", 0.5), (6, "money.flexible", 0.3), (9, "money.years", 2.0)])
    text = toml_of(player.plan, 30, "again.toml")
    assert "ml-abm run again.toml --seed 3" in text
    trace = simulate(Scenario.from_toml(text, "again.toml"), seed=3)
    assert trace.funders.equals(player.lives[0].model.trace().funders)
    assert not trace.funders.equals(simulate(SMALL, seed=3).funders)


def test_a_restart_with_moved_levers_is_the_run_that_began_with_them():
    player = lived([(5, "programme.training_days", 8.0)])
    player.restart()
    player.step(30)
    fresh = Life(Plan(SMALL.replace({"training_days": 8.0}), 3)).run_until(30)
    assert np.array_equal(player.lives[0].curves(), fresh.curves())


def test_a_lever_stands_where_the_programmes_own_history_puts_it():
    plan = Plan(Scenario.preset("catch-up-zambia"))
    stands = [plan.value("programme.training_capacity", month) for month in (0, 12, 13, 36, 37)]
    first, second = (event.set["programme.training_capacity"] for event in plan.scenario.timeline)
    assert stands == [0, 0, first, first, second]
    assert 0 < first < second
    moved = plan.moved(12, "programme.training_capacity", 50)
    assert moved.value("programme.training_capacity", 12) == 50
    assert moved.value("programme.training_capacity", 13) == first, (
        "the event of month 12 comes after the move"
    )
    assert moved.changed(13) == {}


def test_a_lever_set_back_leaves_no_change():
    plan = Plan(SMALL).moved(0, "innovation.added_hours", 5).moved(7, "innovation.tool_hours", 2)
    assert set(plan.changed(7)) == {"innovation.added_hours", "innovation.tool_hours"}
    assert plan.reset(7).changed(7) == {}
    assert plan.moved(0, "innovation.added_hours", 3).moves == plan.moves[1:]


def test_what_a_scenario_cannot_be_is_refused_when_the_lever_is_moved():
    scenario = SMALL.replace(
        {"timeline": [{"month": 9, "says": "More", "scale": {"programme.mandate": 4.0}}]}
    )
    player = Player(Plan(scenario))
    with pytest.raises(ScenarioError, match="mandate"):
        player.move("programme.mandate", 0.5)
    assert player.plan.moves == ()


@pytest.mark.parametrize("name", ["base", "catch-up-zambia", "accelerated-schools", "room-to-read"])
def test_a_slider_reaches_every_value_that_the_scenario_gives_its_lever(name):
    scenario = Scenario.preset(name)
    plan = Plan(scenario)
    for lever in levers().values():
        low, high, step = range_of(lever, scenario)
        assert low < high
        assert step > 0
        for month in (0, scenario.months):
            assert low <= plan.value(lever.name, month) <= high


def test_events_of_a_funder_are_refused_when_they_cannot_be():
    event = {"month": 3, "says": "x", "funder": "Donor"}
    for change, fault in (
        ({"set": {"annual_budget": -1.0}}, "annual_budget"),
        ({"set": {"tool_hours": 1.0}}, "of a funder cannot be changed"),
        ({"scale": {"flexible_share": 9.0}}, "flexible_share"),
        ({"set": {"horizon_months": 1.5}}, "horizon_months"),
    ):
        with pytest.raises(ScenarioError, match=fault):
            SMALL.replace({"timeline": [{**event, **change}]})
    halved = SMALL.replace({"timeline": [{**event, "scale": {"annual_budget": 0.5}}]})
    assert simulate(halved, seed=1).events == ((3, "x"),)


def test_a_pinned_plan_stays_and_the_other_is_moved_under_the_same_seed():
    player = lived([])
    before = player.lives[0].curves().copy()
    player.begin(Plan(SMALL, 3), month=10)
    player.pin()
    player.move("innovation.added_hours", 8.0)
    player.step(20)
    a, b = player.lives
    assert np.array_equal(a.curves(), before)
    assert np.array_equal(a.curves()[:10], b.curves()[:10])
    assert not np.array_equal(a.curves()[10:], b.curves()[10:])


def test_a_player_paused_and_played_again_runs_each_month_once():
    seen = []
    player = Player(Plan(SMALL, 3), lambda player: (seen.append(player.month), player.drawn()))
    player.speed = "fast"
    for _ in range(6):
        player.play()
        player.pause()
    player.step(SMALL.months - player.month)
    assert sorted(seen) == seen
    assert player.over
    assert not player.playing
    assert np.array_equal(player.lives[0].curves(), Life(Plan(SMALL, 3)).run_until(30).curves())


def test_a_player_paused_while_it_runs_a_month_is_paused():
    player = Player(Plan(SMALL))
    life, living, go = player.lives[0], threading.Event(), threading.Event()
    step = life.step

    def slow():
        living.set()
        assert go.wait(30)
        step()

    life.step = slow
    player.play()
    assert living.wait(30)
    pausing = threading.Thread(target=player.pause)
    pausing.start()
    while player.playing:
        pausing.join(0.001)
    go.set()
    pausing.join(30)
    player._thread.join(30)
    assert not player.playing
    assert player.month == 1


def test_grants_and_champions_are_noticed_in_the_month_it_happens():
    scenario = SMALL.replace({"timeline": [{"month": 7, "says": "Gone", "happens": "champion leaves"}]})
    life = Life(Plan(scenario, 3)).run_until(10)
    assert (7, "champion left", 0) in life.noticed
    assert (7, "event", "Gone") in life.marks()


def test_the_table_to_take_away_has_both_plans_and_every_outcome():
    player = lived([])
    lines = csv_of([player.lives[0], player.lives[0]]).splitlines()
    assert len(lines) == 1 + 2 * SMALL.months
    assert lines[0].startswith("plan,month,year,reach_ever,reach_schools,reach_in_use")
    assert lines[0].endswith("spent by Ministry of education")
    assert lines[1].startswith("A,0,2020.0,")
    assert lines[-1].startswith("B,29,")
    assert set(MONEY) <= set(levers())


def test_a_move_says_when_it_acts():
    assert Plan(SMALL, 1, (Move(4, "programme.mandate", 0.5),)).as_scenario().timeline[0].month == 4
