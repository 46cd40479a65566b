"""The page in a real browser: what an official does in two minutes, and what a modeller takes away."""

import io
import re
import tomllib

import pandas as pd
import pytest
from playwright.sync_api import expect

from ml_abm.scenario import Scenario
from ml_abm.simulation import simulate

from .doing import card, month, move, number, painted, play, step, story, wait_for_month, wait_for_start

CHARTS = (
    "map",
    "funnel",
    "chart-using",
    "chart-reached",
    "chart-fidelity",
    "chart-hours",
    "chart-strain",
    "chart-money",
)


def test_the_first_picture_says_what_is_and_shows_it(page):
    assert len(story(page)) > 40
    for key in ("schools", "using", "fidelity", "strain", "money"):
        expect(page.get_by_test_id(f"card-{key}")).to_be_visible()
    empty = page.get_by_test_id("chart-money")
    expect(empty).to_be_hidden()
    step(page)
    expect(empty).to_be_visible()
    for chart in CHARTS:
        assert min(painted(page, chart)) > 1, chart


@pytest.mark.parametrize("width", [390, 1280])
def test_a_file_can_be_opened_without_looking_for_it(visit, server, width):
    page = visit(viewport={"width": width, "height": 844}).open(server.address)
    expect(page.locator(".ml-file")).to_be_in_viewport(ratio=1)


def test_two_years_are_played(page):
    before, drawn = story(page), painted(page, "chart-using")
    play(page, 24)
    assert 24 <= month(page) < 180
    assert story(page) != before
    assert number(card(page, "using")) > 0
    assert painted(page, "chart-using") != drawn
    page.get_by_role("button", name="Restart").click()
    wait_for_start(page)


def test_a_lever_moved_in_mid_run_is_listed_and_marked_on_the_axis(page):
    play(page, 12)
    move(page, "Coaches", ["ArrowRight"] * 4, "Coaches")
    step(page)
    expect(page.get_by_test_id("marks")).to_contain_text("Coaches")
    page.get_by_role("button", name="Set all back").click()
    expect(page.locator(".ml-changes")).to_contain_text(
        "Coaches"
    )  # history stays: it was moved, and moved back


def test_two_plans_are_compared_and_the_difference_explained(visit, server):
    page = visit().open(server.address)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_test_id("card-using").locator(".card-values span")).to_have_count(2)
    move(page, "Extra work", ["PageUp"], "Extra work")
    play(page, 12)
    page.get_by_role("button", name="Run them many times").click()
    chance = page.locator(".ml-chance")
    expect(chance.locator("tbody tr").first).to_be_visible(timeout=60_000)
    text = chance.inner_text()
    assert re.search("What moved most|No barrier surely moved", text)
    assert "evidence and assumption" in text
    assert re.search(r"\(.+\sto\s.+\)", text)
    page.get_by_role("button", name="Go on with plan A alone").click()
    expect(page.get_by_test_id("card-using").locator(".card-values span")).to_have_count(1)


def test_from_a_district_to_a_school_to_a_teacher_and_back(page):
    play(page, 12)
    page.get_by_test_id("districts").select_option(index=3)
    who = page.locator(".ml-who")
    expect(who.get_by_role("heading")).to_contain_text("District")
    page.get_by_test_id("schools").select_option(index=2)
    expect(who.get_by_role("heading")).to_contain_text("School")
    who.locator("circle[role=button]").last.press("Enter")
    expect(who.locator(".ml-told")).to_contain_text("hours a week")
    page.get_by_test_id("back").click()
    expect(page.get_by_test_id("back")).to_be_hidden()
    for name in ("Champions", "Funders"):
        who.get_by_role("button", name=name).click()
        expect(who.locator(".ml-people li").first).to_be_visible()


def test_what_is_said_of_a_district_covers_no_chart(page):
    step(page)
    page.get_by_test_id("districts").select_option(index=3)
    panel = page.locator(".ml-who.beside")
    expect(panel).to_be_visible()
    stage = page.get_by_test_id("stage").bounding_box()
    assert stage["x"] + stage["width"] <= panel.bounding_box()["x"]
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    last = page.get_by_role("button", name="Run them many times").bounding_box()
    assert last["y"] + last["height"] <= panel.bounding_box()["y"]


def test_a_click_on_the_map_opens_a_district(page):
    canvas = page.get_by_test_id("map").locator("canvas").first
    box = canvas.bounding_box()
    for x in range(10):  # somewhere on this line there is a bubble
        canvas.click(position={"x": box["width"] * (0.1 + 0.08 * x), "y": box["height"] * 0.5})
        if page.get_by_test_id("back").is_visible():
            break
    expect(page.get_by_test_id("back")).to_be_visible()


def test_what_is_taken_away_gives_the_same_run(page, tmp_path):
    play(page, 12)
    move(page, "Coaches", ["ArrowRight"] * 4, "Coaches")
    step(page)
    lived = month(page)
    page.get_by_role("button", name="Data").click()
    taken = {}
    for button, kind in (("Table of all outcomes", "csv"), ("This scenario as a file", "toml")):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=button).click()
        taken[kind] = tmp_path / f"taken.{kind}"
        waiting.value.save_as(taken[kind])
    table = pd.read_csv(io.StringIO(taken["csv"].read_text(encoding="utf-8")))
    assert len(table) == lived
    assert tomllib.loads(taken["toml"].read_text(encoding="utf-8"))["timeline"]
    again = simulate(Scenario.load(taken["toml"]), lived, seed=1).system
    for outcome in ("adoption", "fidelity", "spending", "lost_overloaded"):
        assert table[outcome].to_numpy() == pytest.approx(again[outcome].to_numpy(), rel=1e-12), outcome


def test_a_picture_is_saved_as_svg(page, tmp_path):
    play(page, 6)
    page.get_by_test_id("save-using").click()
    with page.expect_download() as waiting:
        page.get_by_test_id("save-as-svg").click()
    waiting.value.save_as(tmp_path / "using.svg")
    assert (tmp_path / "using.svg").read_text(encoding="utf-8").lstrip().startswith("<svg")


def test_a_link_restores_programme_levers_seed_and_month(visit, server):
    visitor = visit()
    page = visitor.open(server.address)
    page.get_by_role("button", name="Tusome, Kenya").click()
    expect(page.locator(".ml-sentence")).to_contain_text("Kenya")
    move(page, "Extra work", ["PageUp"], "Extra work")
    play(page, 6)
    page.get_by_role("button", name="Share").click()
    field = page.get_by_role("textbox")
    expect(field).to_have_value(re.compile("run="))
    before = story(page), month(page), card(page, "using"), page.locator(".ml-changes").inner_text()
    other = visitor.open(field.input_value(), visitor.tab())
    wait_for_month(other, before[1])
    assert (
        story(other),
        month(other),
        card(other, "using"),
        other.locator(".ml-changes").inner_text(),
    ) == before


def test_a_damaged_link_is_said_in_a_line_and_the_page_is_there(visit, server):
    page = visit().open(f"{server.address}?run=1.nonsense")
    expect(page.locator(".ml-message")).to_contain_text("link cannot be opened")


def test_a_wrong_file_is_refused_in_a_line(page, tmp_path):
    wrong = tmp_path / "mine.toml"
    wrong.write_text("[innovation]\ntool_hours = -3\n")
    chooser = page.locator("input[type=file]")
    chooser.set_input_files(wrong)
    expect(page.locator(".ml-message")).to_contain_text("mine.toml")
    expect(page.locator(".ml-message")).to_contain_text("tool_hours")
    large = tmp_path / "large.toml"
    large.write_text("#" * 200_000)
    chooser.set_input_files(large)
    expect(page.locator(".ml-message")).to_contain_text("longer than")


@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_is_wider_than_the_screen(visit, server, width):
    page = visit(viewport={"width": width, "height": 844}).open(server.address)
    play(page, 3)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_in_viewport()


def test_light_and_dark_follow_the_device_until_someone_chooses(visit, server):
    backgrounds = {}
    for scheme in ("light", "dark"):
        page = visit(color_scheme=scheme).open(server.address)
        expect(page.get_by_test_id("stage")).to_have_attribute("data-theme", scheme)
        backgrounds[scheme] = page.locator(".ml-page").evaluate(
            "node => getComputedStyle(node).backgroundColor"
        )
    assert backgrounds["light"] != backgrounds["dark"]
    page.get_by_role("button", name="Light, dark, or as the device").click()
    page.get_by_role("button", name="Light, dark, or as the device").click()
    expect(page.get_by_test_id("stage")).to_have_attribute("data-theme", re.compile("light|dark"))


def test_paper_is_white_and_has_what_was_changed_in_place_of_levers(visit, server):
    page = visit(color_scheme="dark").open(server.address)
    move(page, "Coaches", ["PageUp"], "Coaches")
    page.get_by_test_id("districts").select_option(index=3)
    expect(page.locator(".ml-who tbody tr").first).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    for part, property, value in (
        (".ml-page", "backgroundColor", "rgb(255, 255, 255)"),
        (".ml-sentence", "color", "rgb(0, 0, 0)"),
        (".ml-changes", "color", "rgb(0, 0, 0)"),
    ):
        shown = page.locator(part).first.evaluate(f"node => getComputedStyle(node).{property}")
        assert shown == value, part
    expect(page.locator(".ml-changes li")).to_be_visible()
    expect(page.locator(".ml-who tbody button").first).to_be_visible()
    expect(page.locator(".ml-lever").first).to_be_hidden()
    assert page.pdf().startswith(b"%PDF")


def test_the_page_speaks_spanish_to_a_browser_that_does(visit, server):
    page = visit(locale="es-CO").open(server.address)
    assert page.evaluate("document.documentElement.lang") == "es"
    expect(page.get_by_role("button", name="Comparar")).to_be_visible()
    assert not re.search(r"\b(the|teachers|schools|What you can change)\b", page.inner_text(".ml-main"))
    spanish = story(page)
    page.get_by_role("combobox", name="Idioma").select_option("en")
    expect(page.get_by_role("button", name="Compare")).to_be_visible()
    page.wait_for_function(
        "text => document.querySelector('[data-testid=story]').innerText !== text", arg=spanish
    )


def test_the_space_bar_plays(page):
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("Space")
    wait_for_month(page, 2)
    page.keyboard.press("Space")
    page.get_by_role("button", name="Play", exact=True).wait_for()
