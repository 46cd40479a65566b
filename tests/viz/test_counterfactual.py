"""What the programme adds: every change that the page shows is held against the same schools without it, under the same random seed."""

import gc
import weakref

import numpy as np
import pytest

from ml_abm.outcomes import describe
from ml_abm.scenario import Scenario, without_programme
from ml_abm.simulation import Simulation, simulate
from ml_abm.viz.cards import SHOWN, cards
from ml_abm.viz.compare import PlanRun
from ml_abm.viz.counterfactual import ADDED, counterfactual
from ml_abm.viz.plan import Plan
from ml_abm.viz.player import Player
from ml_abm.viz.running_plan import COLUMNS, Life
from ml_abm.viz.story import facts
from ml_abm.viz.texts import Words

SMALL = Scenario.preset("base").replace({"schools": 60, "districts": 4, "months": 40})
CLOSED = SMALL.replace({"pilot_schools": 0, "pilot_districts": 0, "target_share": 0})
WORDS = Words("en")


def simulations():
    """Return how many school systems are in memory."""
    gc.collect()
    return sum(
        type(each) is Simulation for each in gc.get_objects()
    )  # a weak proxy may be of one that has gone


@pytest.mark.parametrize(
    "scenario", [CLOSED, without_programme(Scenario.preset("liberia-egra"))], ids=["closed", "liberia"]
)
@pytest.mark.parametrize("seed", [1, 8])
def test_without_a_programme_every_change_is_nothing(scenario, seed):
    life = Life(Plan(scenario, seed)).run_until(30)
    assert np.ptp(life.curve("strain")) > 0, "people come and go without any programme"
    for name in ADDED:
        assert not life.curve(name).any(), name
    for name in describe():
        assert not life.added(name).any(), name
    assert {card["change"] for card in cards(life, WORDS)} == {0}
    assert {card["good"] for card in cards(life, WORDS)} == {None}
    now = facts(life)
    assert (now.adoption_by, now.fidelity_by, now.growing_by, now.left_by) == (0, 0, 0, 0)


@pytest.mark.parametrize("name", ["liberia-egra", "tusome-kenya", "pbis-us"])
def test_a_programme_that_adds_work_is_drawn_above_nothing(name):
    """These programmes once seemed to take work off teachers, as the mean week fell by itself. Now it stays, and what is drawn is what they add."""
    scenario = Scenario.preset(name)
    months = min(84, scenario.months)
    life = Life(Plan(scenario, 1)).run_until(months)
    own, without = (simulate(each, months, seed=1).system for each in (scenario, without_programme(scenario)))
    effect = own.workload_hours.iloc[-1] - without.workload_hours.iloc[-1]
    assert effect > 0.1
    assert np.ptp(without.workload_hours) < 1e-3, "without the programme the week stays as it is"
    assert life.curve("workload_hours_added")[-1] == pytest.approx(effect, abs=1e-5)
    assert life.curve("strain_added")[-1] == pytest.approx(
        own.strain.iloc[-1] - without.strain.iloc[-1], abs=1e-6
    )


def test_the_card_of_strain_says_what_the_programme_does_to_it_and_not_what_time_does():
    life = Life(Plan(SMALL, 3)).run_until(30)
    strain = {card["key"]: card for card in cards(life, WORDS)}["strain"]
    without = simulate(without_programme(SMALL), 30, seed=3).system.strain
    assert strain["value"] == pytest.approx(life.curve("strain")[-1])
    assert strain["change"] == pytest.approx(life.curve("strain")[-1] - without.iloc[-1], abs=1e-6)
    assert strain["since"] == "ever"
    assert {card["since"] for card in cards(life, WORDS) if card["key"] != "strain"} == {"year"}


def test_other_numbers_are_nothing_without_the_programme_so_that_their_change_in_a_year_is_all_its_own():
    life = Life(Plan(SMALL, 3)).run_until(30)
    for key, outcome, _ in SHOWN:
        if key != "strain":
            assert np.array_equal(life.added(outcome), life.curve(outcome)), key


def test_a_run_of_a_batch_is_held_against_the_same_seed():
    values = PlanRun("", Plan(SMALL, 3), 11, 24).run(lambda month: None)["curves"]
    own, without = (simulate(each, 24, seed=11).system for each in (SMALL, without_programme(SMALL)))
    for name, outcome in ADDED.items():
        assert values[:, COLUMNS.index(name)] == pytest.approx(own[outcome] - without[outcome], abs=1e-12)


def test_a_lever_of_the_programme_moves_what_it_adds_and_not_what_it_is_held_against():
    plan = Plan(SMALL, 3)
    quiet = Life(plan).run_until(12)
    before = quiet.without
    quiet.plan = plan.moved(12, "innovation.added_hours", 10.0)
    assert quiet.run_until(30).without is before
    assert (
        quiet.curve("workload_hours_added")[-1] > Life(plan).run_until(30).curve("workload_hours_added")[-1]
    )


def test_a_lever_of_the_setting_moves_both():
    plan = Plan(SMALL, 3)
    life = Life(plan).run_until(12)
    before = life.without
    life.plan = plan.moved(12, "setting.policy_openness", 1.0)
    life.step()
    assert life.without is not before
    moved = without_programme(life.plan.as_scenario())
    assert life.without.curve("strain", 13) == pytest.approx(simulate(moved, 13, seed=3).system.strain, abs=0)


def test_two_plans_and_a_restart_share_one_counterfactual_that_goes_with_them():
    player = Player(Plan(SMALL, 3))
    player.step(6)
    player.pin()
    player.move("innovation.added_hours", 9.0)
    player.step(6)
    first, second = player.lives
    assert first.without is second.without
    shared = first.without
    player.unpin(0)
    player.restart()
    player.step(1)
    assert player.lives[0].without is shared
    player.close()
    left = weakref.ref(shared)
    del player, first, second, shared
    gc.collect()
    assert left() is None


def test_schools_are_let_go_once_all_months_are_known():
    short = SMALL.replace({"months": 5})
    before, found = simulations(), counterfactual(Plan(short, 2), 2)
    found.until(3)
    assert simulations() == before + 1
    strain = found.curve("strain", 5)
    assert simulations() == before
    assert strain == pytest.approx(simulate(without_programme(short), 5, seed=2).system.strain, abs=0)
    assert len(found.until(9)) == 5, "there are no more months"
