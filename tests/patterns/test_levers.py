"""No lever is dead, and cliffs are those that a named mechanism makes."""

from importlib import import_module

import pytest

from docs.lever_effects import whole_range
from docs.lever_ranges import CLIFFS, LEVERS, levers_declared
from docs.levers import PAGE, SEEDS, in_proportion, move, read_table, verdict
from ml_abm.outcomes import describe
from ml_abm.scenario.presets import preset_names

pytestmark = pytest.mark.patterns

TEACHERS = 500  # of the systems of these tests: smaller than those of the page


def test_every_lever_is_moved():
    assert {lever.name for lever in LEVERS} == levers_declared()


def test_what_a_lever_should_move_are_outcomes():
    assert {name for lever in LEVERS for name in lever.moves} <= set(describe())


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.name)
def test_no_lever_is_dead(lever):
    """Over its range it moves one of the outcomes that it should move by more than a point, beyond chance, on one of its presets."""
    found = {}
    for preset in lever.shown_on:
        scenario = in_proportion(preset, TEACHERS)
        for values in (2, 3):  # the ends; and the middle, for a lever that turns on its way
            runs = move(lever, scenario, n=values, keep=False).runs
            found |= {f"{name} on {preset}": whole_range(of)[0] for name, of in runs.items()}
            if any(effect.seen for effect in found.values()):
                return
    pytest.fail(f"{lever.name} moves nothing beyond +-0.01: {found}")


def test_the_page_has_every_lever_on_every_preset_with_thirty_seeds():
    table = read_table()
    assert set(table["lever"]) == levers_declared()
    assert set(table["preset"]) == set(preset_names())
    assert table["seeds"].min() >= SEEDS


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.name)
def test_the_page_calls_no_lever_dead(lever):
    rows = read_table().query("lever == @lever.name")
    assert set(rows["outcome"]) == set(lever.moves)
    assert verdict(rows) != "dead"
    assert f"| `{lever.name}` | {lever.range} |" in PAGE.read_text(encoding="utf-8")


def test_cliffs_on_the_page_are_those_that_a_named_mechanism_makes():
    marked = set(read_table().query("cliff == 1")["lever"])
    assert marked
    assert marked <= set(CLIFFS)
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"`{CLIFFS[name][0]}`" in page for name in marked)


@pytest.mark.parametrize("lever", CLIFFS)
def test_the_mechanism_of_a_cliff_is_a_function_of_the_model(lever):
    assert lever in levers_declared()
    module, _, function = CLIFFS[lever][0].rpartition(".")
    assert hasattr(import_module(f"ml_abm.{module}"), function)
