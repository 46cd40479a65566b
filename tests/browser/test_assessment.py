"""The report of an assessment and the live view in a real browser: what an accessibility check finds, a phone, paper."""

import pytest

from ml_abm.assess.variants import SMALLEST
from ml_abm.report import assess
from ml_abm.scenario import Scenario

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    small = {"schools": 40, "districts": 4, "pilot_schools": 4, "training_capacity": 12.0}
    folder = tmp_path_factory.mktemp("assessed") / "report"
    assess(Scenario.preset("base").replace(small), size=SMALLEST, workers=2).write(folder)
    return (folder / "report.html").as_uri()


def found_by_axe(page):
    """Return what axe-core, which comes with a package, finds wrong with a page: rule and places."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="no axe-core here: pip install 'ml-abm[dev]'"
    )
    found = axe.Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return {rule["id"]: [node["target"] for node in rule["nodes"]] for rule in found}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_an_accessibility_check_finds_nothing_wrong_with_the_report(browser, report, scheme, screen):
    with browser.new_context(viewport=screen, color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(report)
        assert found_by_axe(page) == {}


def test_on_a_phone_only_tables_scroll_sideways(browser, report):
    with browser.new_context(viewport=PHONE) as context:
        page = context.new_page()
        page.goto(report)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        cut = page.evaluate(
            """() => [...document.querySelectorAll('svg text')].filter(t => {
                const box = t.getBoundingClientRect(), frame = t.ownerSVGElement.getBoundingClientRect()
                return box.left < frame.left - 1 || box.right > frame.right + 1
            }).map(t => t.textContent)"""
        )
        assert cut == []


@pytest.mark.parametrize("wide", [1280, 1440])
def test_on_a_desk_every_table_is_seen_whole(browser, report, wide):
    with browser.new_context(viewport={"width": wide, "height": 900}) as context:
        page = context.new_page()
        page.goto(report)
        cut = page.evaluate(
            "[...document.querySelectorAll('.scroll')].filter(b => b.scrollWidth > b.clientWidth + 1).map(b => b.ariaLabel)"
        )
        assert cut == []
        assert page.evaluate("document.documentElement.scrollWidth") <= wide


def test_on_a_phone_the_first_column_stays_where_a_table_scrolls(browser, report):
    with browser.new_context(viewport=PHONE) as context:
        page = context.new_page()
        page.goto(report)
        box = page.locator(".scroll.wide").first
        box.evaluate("box => box.scrollLeft = 200")
        assert box.evaluate("box => box.scrollLeft") > 0
        left = box.evaluate("box => box.querySelector('tbody th').getBoundingClientRect().left")
        assert left == pytest.approx(box.evaluate("box => box.getBoundingClientRect().left"), abs=1)


def test_labels_of_years_do_not_touch(browser, report):
    with browser.new_context(viewport=PHONE) as context:
        page = context.new_page()
        page.goto(report)
        touching = page.evaluate(
            """() => [...document.querySelectorAll('svg')].flatMap(svg => {
                const labels = [...svg.querySelectorAll('text.tiny')].map(t => [t.textContent, t.getBoundingClientRect()])
                return labels.filter(([, a], k) => labels.some(([, b], j) => j > k && a.left < b.right
                    && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).map(([words]) => words)
            })"""
        )
        assert touching == []


def test_labels_of_figures_do_not_touch_what_is_drawn(browser, report):
    with browser.new_context(viewport=PHONE) as context:
        page = context.new_page()
        page.goto(report)
        touching = page.evaluate(
            """() => [...document.querySelectorAll('svg')].flatMap(svg => {
                const dots = [...svg.querySelectorAll('circle.dot')].map(d => d.getBoundingClientRect())
                return [...svg.querySelectorAll('text')].filter(t => {
                    const box = t.getBoundingClientRect()
                    return dots.some(d => d.left < box.right && box.left < d.right
                        && d.top < box.bottom - 2 && box.top + 2 < d.bottom)
                }).map(t => t.textContent)
            })"""
        )
        assert touching == []


def test_on_paper_it_is_a_few_pages_that_ask_no_network(browser, report):
    asked = []
    with browser.new_context() as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(report)
        paper = page.pdf(prefer_css_page_size=True)
    assert asked == [report]
    assert 3 <= paper.count(b"/Type /Page\n") <= 20
