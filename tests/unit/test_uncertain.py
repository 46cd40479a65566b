"""Draws of what is uncertain in a scenario: the same number means the same draw, and what a user set stays."""

import numpy as np
import pytest

from ml_abm import Scenario
from ml_abm.calibration.uncertain import PLACES, drawn_table, quantile, uncertain, with_draw
from ml_abm.evidence.posterior import posterior
from ml_abm.parameters import declarations

BASE = Scenario()


def changed(one, other):
    before, after = one.values(), other.values()
    return {name for name in before if before[name] != after[name]}


def test_behaviour_is_a_draw_of_what_trials_leave():
    drawn = with_draw(BASE, 7).values()
    assert {name: drawn[name] for name in posterior().names if name != "threshold_sd"} == {
        name: value for name, value in posterior().draw(7).items() if name != "threshold_sd"
    }


def test_no_lever_and_no_size_is_drawn():
    roles = {declarations()[name].role for name in changed(BASE, with_draw(BASE, 3))}
    assert roles == {"uncertainty"}


def test_numbers_beyond_the_last_draw_begin_again():
    n = len(posterior())
    assert with_draw(BASE, 5).behaviour == with_draw(BASE, 5 + n).behaviour


def test_plans_of_one_place_share_a_draw():
    plan = BASE.replace({"tool_hours": 3.0})
    assert changed(with_draw(BASE, 11), with_draw(plan, 11)) == {"tool_hours"}


def test_a_number_of_the_place_is_drawn_around_what_the_scenario_says():
    some = [with_draw(BASE.replace({"context_mismatch": 0.1}), k).setting.context_mismatch for k in range(60)]
    assert np.median(some) == pytest.approx(0.1, abs=0.03)
    assert min(some) < 0.07 < 0.13 < max(some)


def test_what_is_to_stay_stays():
    kept = with_draw(BASE.replace({"lapse_base": -2.5}), 4, but=["behaviour.lapse_base", "never_join"])
    assert kept.behaviour.lapse_base == -2.5
    assert kept.setting.never_join == BASE.setting.never_join


def test_behaviour_that_a_scenario_sets_itself_is_drawn_around_it():
    own = [with_draw(BASE.replace({"materials_speed": 0.4}), k).behaviour.materials_speed for k in range(40)]
    assert np.median(own) == pytest.approx(0.4, abs=0.05)


def test_every_quantile_of_a_place_comes_once():
    found = sorted(quantile("setting.never_join", k) for k in range(PLACES))
    assert found == pytest.approx((np.arange(PLACES) + 0.5) / PLACES)
    assert [quantile("setting.never_join", k) for k in range(20)] != [
        quantile("setting.context_spread", k) for k in range(20)
    ]


def test_the_table_of_draws_has_what_differs():
    scenarios = [with_draw(BASE, k) for k in range(3)]
    table = drawn_table(BASE, scenarios)
    assert len(table) == 3
    assert table["setting.never_join"].tolist() == [one.setting.never_join for one in scenarios]
    assert "innovation.tool_hours" not in table


def test_all_that_is_uncertain_has_a_prior():
    names = {prior.name for prior in uncertain(BASE)}
    assert {"setting.never_join", "behaviour.lapse_base"} <= names
    assert "innovation.tool_hours" not in names
