"""Served to many: no one outside is asked, memory is given back, and limits are said kindly."""

from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

from .conftest import CHROMIUM, QUIET, Visitor, serving
from .doing import month, play, step, wait_for_month, wait_for_start

RUNS = ("SchoolSystemModel", "Player", "Life", "Visit", "Stage")


def restart(page):
    page.get_by_role("button", name="Restart").click()
    wait_for_start(page)


def leave(page):
    """Close a tab as a person does, so that the page can say goodbye."""
    page.goto("about:blank")
    page.close()


def settled(page, server, wanted):
    """Return what lives once it is as wanted, or after a while as it is: windows close when the browser gets round to it."""
    for _ in range(60):
        told = server.told()
        if wanted(told["counts"]):
            break
        page.wait_for_timeout(150)
    return told


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    arguments = ("--port", "0", "--max-sessions", "2", "--max-teachers", "50000")
    with serving(
        tmp_path_factory.mktemp("small"), "ml_abm", "view", "base", "--no-open", *arguments
    ) as server:
        yield server


def test_twenty_restarts_leave_no_models_behind(visit, server):
    visitor = visit()
    page = visitor.open(server.address)
    for _ in range(3):
        step(page)
        restart(page)
    before = settled(page, server, lambda counts: counts["SchoolSystemModel"] == 1)
    for _ in range(20):
        step(page)
        restart(page)
    after = settled(page, server, lambda counts: counts["SchoolSystemModel"] == 1)
    assert after["counts"]["SchoolSystemModel"] == 1
    assert after["counts"] == before["counts"]
    assert after["memory"] < before["memory"] + 30
    assert after["threads"] <= before["threads"] + 1


def test_closed_tabs_leave_nothing(visit, server):
    visitor = visit()
    for _ in range(3):
        page = visitor.open(server.address, visitor.tab())
        play(page, 3)
        page.get_by_role("button", name="Play", exact=True).click()
        wait_for_month(page, 6)
        leave(page)  # while it plays
    left = settled(visitor.page, server, lambda counts: not any(counts[name] for name in RUNS))
    assert {name: left["counts"][name] for name in RUNS} == dict.fromkeys(RUNS, 0)


def test_a_comparison_of_a_closed_tab_is_dropped(visit, server):
    visitor = visit()
    page = visitor.open(server.address, visitor.tab())
    page.get_by_role("button", name="Read India").click() if page.get_by_role(
        "button", name="Read India"
    ).count() else None
    page.get_by_role("button", name="Catch Up, Zambia").click()
    expect(page.locator(".ml-sentence")).to_contain_text("Zambia")
    page.get_by_role("button", name="Run them many times").click()
    expect(page.locator(".ml-chance progress")).to_be_visible()
    leave(page)
    left = settled(visitor.page, server, lambda counts: not counts["Batch"] and not counts["Life"])
    assert (left["counts"]["Batch"], left["counts"]["Life"]) == (0, 0)


def test_the_server_asks_no_one_for_anything(visit, server):
    visit().open(server.address)
    assert server.told()["called"] == []


def test_files_beside_the_page_are_not_served(visit, server):
    page = visit().page
    for path in (
        "static/public/../app.py",
        "static/assets/%2e%2e/app.py",
        "_solara/cdn/../../../etc/passwd",
        "_solara/cdn/vega@9/x.js",
    ):
        assert page.request.get(server.address + path).status in (400, 404), path


def test_a_full_page_says_so_and_lets_the_next_in(visit, small):
    first, second, third = visit(), visit(), visit().page
    first.open(small.address)
    second.open(small.address)
    third.goto(small.address)
    expect(third.locator(".ml-door")).to_contain_text("All 2 places on this page are taken")
    leave(second.page)
    settled(third, small, lambda counts: counts["Visit"] == 1)
    third.get_by_role("button", name="Try again").click()
    expect(third.get_by_test_id("story")).to_be_visible()


def test_a_system_above_the_limit_is_neither_offered_nor_opened(visit, small, tmp_path):
    page = visit().open(small.address)
    assert page.locator("option", has_text="Catch Up").count() == 0
    large = tmp_path / "large.toml"
    large.write_text("[setting]\nschools = 40000\ndistricts = 200\nteachers_per_school = 10\n")
    page.locator("input[type=file]").set_input_files(large)
    expect(page.locator(".ml-message")).to_contain_text("50,000")


def test_who_was_idle_for_long_goes_on_where_they_were(visit, tmp_path):
    """The limit is in minutes, so this server is told to be less patient than a person could ask for."""
    with serving(tmp_path, "tests.browser.impatient", "8", "3600") as server:
        page = visit().open(server.address)
        step(page)
        step(page)
        expect(page.locator(".ml-door")).to_contain_text("This page was idle")
        counts = settled(page, server, lambda counts: not counts["SchoolSystemModel"])["counts"]
        assert (counts["SchoolSystemModel"], counts["Visit"], counts["Life"]) == (0, 0, 0)
        page.get_by_role("button", name="Go on").click()
        page.get_by_test_id("story").wait_for()
        wait_for_month(page, 2)
        assert month(page) == 2
        page.context.close()


def test_a_browser_that_is_killed_gives_its_places_back(browser, visit, tmp_path):
    """It has no time to say goodbye, and this server is less patient with silence than the page's own."""
    with serving(tmp_path, "tests.browser.impatient", "3600", "1") as server:
        killed = browser.browser_type.launch(executable_path=CHROMIUM, args=QUIET)
        for _ in range(2):
            Visitor(killed).open(server.address)
        page = visit().page
        page.goto(server.address)
        expect(page.locator(".ml-door")).to_contain_text("All 2 places on this page are taken")
        with suppress(Error):  # it cannot even answer this
            killed.new_browser_cdp_session().send("Browser.crash")
        left = settled(page, server, lambda counts: not counts["Visit"])["counts"]
        assert (left["Visit"], left["SchoolSystemModel"]) == (0, 0)
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_test_id("story")).to_be_visible()
        page.context.close()
