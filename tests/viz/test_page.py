"""The page without a browser: what its parts are given, and what it does with wishes, good and bad."""

import time

import numpy as np
import pytest
import solara

from ml_abm.errors import InputError
from ml_abm.scenario import Scenario
from ml_abm.viz import admission as door
from ml_abm.viz import app, player
from ml_abm.viz.assessing import key_of
from ml_abm.viz.lever_words import changes, shown, standing
from ml_abm.viz.link import link_of
from ml_abm.viz.offers import LONGEST_UPLOAD, Offers
from ml_abm.viz.plan import Plan
from ml_abm.viz.running_plan import Life
from ml_abm.viz.session import Visit, Where
from ml_abm.viz.stage import Stage
from ml_abm.viz.story import facts
from ml_abm.viz.texts import Words

SMALL = Scenario.preset("base").replace({"name": "small", "schools": 40, "districts": 4, "months": 30})


@pytest.fixture
def offers(tmp_path):
    (tmp_path / "small.toml").write_text(SMALL.to_toml(), encoding="utf-8")
    (tmp_path / "broken.toml").write_text("months = -1", encoding="utf-8")
    return Offers("", tmp_path, most_teachers=100_000)


@pytest.fixture
def visit(offers):
    visit = Visit(offers, "en")
    visit.choose("small")
    yield visit
    visit.close()


def waited(visit):
    for _ in range(500):
        if visit.busy.value is None:
            return
        time.sleep(0.01)
    raise AssertionError("the work never ended")


def test_presets_and_a_folders_scenarios_are_offered_but_none_that_is_too_large(offers):
    words = Words("en")
    found = offers.shown(words, offers.first)
    names = [option["name"] for group in found["groups"] for option in group["options"]]
    assert "small" in names
    assert "catch-up-zambia" in names
    assert "pbis-us" not in names, "98,000 schools are more than this page allows"
    assert "broken" not in names
    assert found["now"] == offers.first.name


def test_a_file_that_people_open_is_checked(offers):
    assert offers.opened("C:/mine.toml", SMALL.to_toml()).setting.schools == 40
    for text, fault in (
        ("months = -1", "months"),
        ("x" * (LONGEST_UPLOAD + 1), "no scenario needs as much"),
        ("not toml", "not valid TOML"),
        ('[system]\nschools = "../../etc/passwd"', "only be read from its folder"),
        ("[setting]\nschools = 900000", "this page allows"),
        ("a = " + "[" * 5000, "TOML"),
    ):
        with pytest.raises(InputError, match=fault) as caught:
            offers.opened("mine.toml", text)
        assert "\n" not in str(caught.value)


def test_wishes_move_what_they_name(visit):
    visit.move("innovation.added_hours", 5)
    visit.do("step")
    visit.move("innovation.tool_hours", 2.5)
    assert [(move.month, move.value) for move in visit.player.plan.moves] == [(0, 5), (1, 2.5)]
    visit.reset("innovation.tool_hours")
    assert set(visit.player.plan.changed(1)) == {"innovation.added_hours"}
    visit.do("restart")
    assert visit.player.month == 0
    assert visit.player.plan.value("innovation.added_hours") == 5


def test_wishes_that_the_page_would_not_make_change_nothing(visit):
    visit.do("step")
    before = visit.player.plan
    for lever, value in (
        ("nothing", 1),
        ("innovation.added_hours", "3"),
        ("innovation.added_hours", float("nan")),
        ("innovation.added_hours", float("inf")),
        ("innovation.added_hours", True),
        (["x"], 1),
        ("leadership.district_champions", 1),
    ):
        visit.move(lever, value)
    for unknown in ("elsewhere", ["x"], {"x": 1}, 10**400):
        for wish in (visit.reset, visit.choose, visit.speak, visit.speed, visit.turn, visit.do):
            wish(unknown)
    for seed in (-1, 10**400, 1.5, True, [1]):
        visit.reseed(seed)
    for wish in ({"district": 99}, {"school": "1"}, {"teacher": True}, {"page": -1}, {"order": 3}):
        visit.look(wish)
    assert visit.player.plan == before
    assert visit.where.value == Where()
    for far in (1e9, 10**400):
        visit.move("innovation.added_hours", far)
        assert visit.player.plan.value("innovation.added_hours", 1) == 10, "no further than the slider goes"
        visit.reset("innovation.added_hours")


def test_a_faulty_link_is_said_in_a_line_and_the_page_begins_as_usual(offers):
    visit = Visit(offers, "en", "1.nonsense")
    assert visit.message.value[0] == "fault"
    assert visit.player.plan == Plan(offers.first)
    visit.close()


def test_a_link_restores_and_builds_nothing_but_what_it_leads_to(offers, monkeypatch):
    built, life = [], player.Life
    monkeypatch.setattr(player, "Life", lambda plan: (built.append(plan), life(plan))[1])
    plan = Plan(SMALL, 7).moved(0, "innovation.added_hours", 6).moved(5, "programme.mandate", 0.5)
    both = plan, Plan(SMALL, 7)
    visit = Visit(offers, "en", link_of(both, 9))
    waited(visit)
    assert visit.player.month == 9
    assert visit.message.value[0] == "said"
    assert tuple(each.plan for each in visit.player.lives) == both == tuple(built)
    assert np.array_equal(visit.player.lives[0].curves(), life(plan).run_until(9).curves())
    visit.close()


def test_comparing_keeps_plan_a_until_one_is_chosen(visit):
    visit.do("step")
    visit.do("pin")
    waited(visit)
    visit.move("innovation.added_hours", 6)
    assert [life.plan.value("innovation.added_hours", 1) for life in visit.player.lives] == [3, 6]
    visit.do("keep_a")
    assert visit.player.plan.moves == ()


def test_an_assessment_goes_on_while_levers_move_and_ends_with_its_programme(visit):
    visit.assess(True)
    visit.move("innovation.added_hours", 6)
    assert visit.assessing.progress.value is not None
    assert visit.assessing.key == key_of(Plan(SMALL)), "of the plan as it stood"
    visit.choose("base")
    assert visit.assessing.progress.value is None
    for wish in (None, "begin", 1):
        visit.assess(wish)
        visit.turn(wish)
    assert visit.assessing.progress.value is None
    assert visit.page.value == "watch"


def test_picking_a_school_picks_its_district(visit):
    visit.look({"school": 25})
    assert visit.where.value.district == visit.life.model.system.schools["district"][25]
    visit.choose("base")
    assert visit.where.value == Where()


def test_levers_say_where_they_stand_and_what_history_will_do():
    words, plan = Words("en"), Plan(Scenario.preset("catch-up-zambia")).moved(0, "innovation.tool_hours", 2)
    stands = standing(plan, 5, words)
    assert stands["innovation.tool_hours"]["moved"]
    assert stands["leadership.district_champions"]["off"]
    notes = stands["programme.training_capacity"]["notes"]
    places = Scenario.preset("catch-up-zambia").timeline[0].set["programme.training_capacity"]
    assert notes[0] == f"This programme's history sets it to {places:g} schools a year in January 2017."
    assert standing(plan, 40, words)["programme.training_capacity"]["notes"] == []
    assert [change["says"] for change in changes(plan, 5, words)] == [
        "Time saved by tools: from 0.7 h a week to 2 h a week"
    ]
    assert len(shown(plan, words)["first"]) == 6


def inside(widget):
    """Yield a widget and all that are in it."""
    yield widget
    for child in getattr(widget, "children", ()):
        if not isinstance(child, str):
            yield from inside(child)


def test_the_page_renders_with_a_picture_and_all_its_parts(monkeypatch, offers):
    monkeypatch.setattr(door, "offers", lambda: offers)
    box, rc = solara.render(app.Page(), handle_error=False)
    try:
        parts = list(inside(box))
        assert [part for part in parts if isinstance(part, Stage)]
        bar = next(part for part in parts if hasattr(part, "takes"))
        bar.vue_do({"what": "step"})
        assert bar.state["month"] == 1
        bar.vue_speak("es")
        assert bar.texts["play"] == "Reproducir"
        bar.vue_take("toml")
        assert bar.download["text"].startswith("# ")
        bar.vue_share(None)
        assert bar.link["text"].startswith("1.")
    finally:
        rc.close()


def test_the_page_begins_with_a_real_programme_that_stalls_or_the_first_that_is_small_enough():
    first = Offers().first
    assert first.case
    life = Life(Plan(first)).run_until(first.months)
    assert facts(life).stalled is not None
    assert Offers(most_teachers=5_000).first.name == "base"
