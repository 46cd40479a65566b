"""The plan on screen is assessed in the page, and a fit goes into what is seen: in a browser, at both widths and in both themes."""

import re

import pytest
from playwright.sync_api import expect

from ml_abm.scenario import Scenario

from ..unit.test_posterior import folder_of
from .conftest import serving
from .doing import move, step, wait_for_month
from .test_serving import leave, settled

SMALL = {"schools": 40, "districts": 4, "pilot_schools": 4, "training_capacity": 12}


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    """A server of a small programme, and of one without an endgame, with the numbers of a fit in them."""
    folder = tmp_path_factory.mktemp("fitted")
    fit = folder_of(folder / "fit", "success_for_all")
    small = Scenario.preset("base").replace({**SMALL, "name": "small", "title": "A small one"})
    bare = small.replace({"name": "bare", "title": "One without an endgame", "endgame": None})
    for scenario in (small, bare):
        (folder / f"{scenario.name}.toml").write_text(scenario.to_toml(), encoding="utf-8")
    arguments = ("--no-open", "--port", "0", "--posterior", str(fit), "--scenarios", str(folder))
    with serving(folder, "ml_abm", "view", str(folder / "small.toml"), *arguments) as server:
        yield server


def to_assess(page):
    """Go to the page of the assessment with the keyboard."""
    page.get_by_role("tab").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab").last).to_be_focused()
    expect(page.get_by_role("tab", selected=True)).to_have_attribute("id", "ml-tab-assess")


def assessed(page):
    """Return the report, made now or remembered."""
    to_assess(page)
    begin, report = page.get_by_role("button", name="Assess this programme"), page.locator("iframe.ml-report")
    expect(begin.or_(report)).to_be_visible()
    if begin.count():
        begin.click()
    report.wait_for(timeout=120_000)
    return page.frame_locator("iframe.ml-report")


def test_the_plan_on_screen_is_assessed_and_the_report_is_shown_and_saved(visit, fitted, tmp_path):
    page = visit().open(fitted.address)
    report = assessed(page)
    expect(report.get_by_role("heading", level=1)).to_have_text("A small one")
    for words in (
        r"odds",
        r"holds it back",
        r"How much may be adapted",
        r"Innovate, or execute",
        r"go wrong",
        r"cost",
    ):
        expect(report.get_by_role("heading", level=2, name=re.compile(words)).last).to_be_attached()
    report.locator("nav").get_by_role("link", name="What does it cost, and who pays?").click()
    expect(report.get_by_role("heading", name="What does it cost, and who pays?")).to_be_in_viewport()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save the report").click()
    waiting.value.save_as(tmp_path / "report.html")
    assert waiting.value.suggested_filename == "small-assessment.html"
    saved = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert saved.startswith("<!doctype html>")
    assert "prefers-color-scheme" in saved, "saved as it was made, not in the colours of this page"

    move(page, "Extra work", ["PageUp"], "Extra work")
    expect(page.locator("#ml-page-assess")).to_contain_text("predates your changes")
    expect(page.get_by_role("button", name="Assess it as it is now")).to_be_visible()
    page.get_by_role("button", name="Set all back").click()
    expect(page.get_by_role("button", name="Assess it as it is now")).to_be_hidden()

    page.get_by_role("tab", name="See it happen").click()
    expect(page.get_by_test_id("map")).to_be_visible()
    step(page)


@pytest.mark.parametrize("width", [390, 1440])
def test_the_report_fits_the_screen_and_has_its_colours(visit, fitted, width):
    grounds = set()
    for scheme in ("light", "dark"):
        page = visit(viewport={"width": width, "height": 844}, color_scheme=scheme).open(fitted.address)
        report = assessed(page)
        expect(report.get_by_role("heading", level=1)).to_be_visible()
        frame = page.locator("iframe.ml-report")
        wide, high, seen = frame.evaluate(
            "f => { const d = f.contentDocument.documentElement; return [d.scrollWidth - f.clientWidth, d.scrollHeight, f.clientHeight] }"
        )
        assert wide <= 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert abs(high - seen) <= 2, "the page scrolls, and nothing in it"
        ground = "f => getComputedStyle(f.contentDocument.body).backgroundColor"
        grounds.add(frame.evaluate(ground))
        if width == 1440:  # someone who chooses the other theme gets it in the report too
            button = page.get_by_role("button", name="Light, dark, or as the device")
            button.click()
            if scheme == "dark":
                button.click()
                button.click()
            chosen = page.locator(".ml-page").evaluate("node => !!node.closest('.theme--dark')")
            page.wait_for_function(
                "dark => getComputedStyle(document.querySelector('iframe').contentDocument.documentElement).colorScheme === (dark ? 'dark' : 'light')",
                arg=chosen,
            )
    assert len(grounds) == 2


def test_an_assessment_can_be_stopped_and_goes_with_its_visit(visit, server):
    visitor = visit()
    page = visitor.open(server.address, visitor.tab())
    to_assess(page)
    begin = page.get_by_role("button", name="Assess this programme")
    begin.click()
    expect(page.locator("#ml-page-assess")).to_contain_text(re.compile(r"\d+ of \d+ runs"), timeout=60_000)
    move(page, "Extra work", ["ArrowRight"], "Extra work")
    expect(page.locator("#ml-page-assess")).to_contain_text("of the programme before you changed it")
    page.get_by_role("button", name="Stop").click()
    begin.click()
    expect(page.locator("#ml-page-assess")).to_contain_text(re.compile(r"\d+ of \d+ runs"), timeout=60_000)
    leave(page)
    left = settled(visitor.page, server, lambda counts: not counts["Turns"] and not counts["Assessing"])
    assert (left["counts"]["Turns"], left["counts"]["Assessing"]) == (0, 0)


@pytest.mark.parametrize(
    ("locale", "says"), [("en-US", "Add a table [endgame]"), ("es-CO", "Añada a su archivo")]
)
def test_a_programme_without_an_endgame_is_told_what_to_add(visit, fitted, locale, says):
    page = visit(locale=locale).open(fitted.address)
    page.locator(".ml-choose select").select_option("bare")
    to_assess(page)
    expect(page.locator("#ml-page-assess")).to_contain_text(says)
    expect(page.locator("#ml-page-assess").get_by_role("button")).to_have_count(0)


def test_a_fit_is_said_in_a_line_and_is_in_the_band_and_in_the_file(visit, fitted, tmp_path):
    visitor = visit()
    page = visitor.open(fitted.address)
    expect(page.locator(".ml-offers")).to_contain_text(
        "How people respond is fitted to the counts of Success for All"
    )
    page.get_by_role("button", name="Run them many times").click()
    expect(page.locator(".ml-chance")).to_contain_text(
        re.compile(r"The band holds 90% of \d+ runs"), timeout=60_000
    )
    step(page)
    page.get_by_role("button", name="Data").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="This scenario as a file").click()
    waiting.value.save_as(tmp_path / "taken.toml")
    taken, given = Scenario.load(tmp_path / "taken.toml"), Scenario.preset("base")
    assert taken.behaviour != given.behaviour
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Share").click()
    field = page.get_by_role("textbox")
    expect(field).to_have_value(re.compile("run="))
    other = visitor.open(field.input_value(), visitor.tab())
    wait_for_month(other, 1)
    expect(other.locator(".ml-message")).to_contain_text("restored from a link")
