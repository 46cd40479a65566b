"""An accessibility check of the live view: both pages, both widths, both themes, before the first month, in the middle and with two plans."""

import pytest
from playwright.sync_api import expect

from .doing import play
from .test_assess_page import fitted  # noqa: F401 - a fixture
from .test_assessment import DESK, PHONE, found_by_axe


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_an_accessibility_check_finds_nothing_wrong_with_the_page(visit, fitted, screen, scheme):  # noqa: F811
    page = visit(viewport=screen, color_scheme=scheme).open(fitted.address)
    assert found_by_axe(page) == {}, "before the first month"
    page.get_by_role("tab").last.click()
    begin, report = page.get_by_role("button", name="Assess this programme"), page.locator("iframe.ml-report")
    expect(begin.or_(report)).to_be_visible()
    assert found_by_axe(page) == {}, "before an assessment"
    if begin.count():
        begin.click()
    report.wait_for(timeout=120_000)
    assert found_by_axe(page) == {}, "with a report"
    page.get_by_role("tab").first.click()
    play(page, 12)
    assert found_by_axe(page) == {}, "after a year"
    page.get_by_test_id("districts").select_option(index=1)
    expect(page.locator(".ml-who.beside")).to_be_visible()
    assert found_by_axe(page) == {}, "with a district"
    page.get_by_test_id("schools").select_option(index=1)
    expect(page.locator(".ml-school")).to_be_visible()
    assert found_by_axe(page) == {}, "with a school"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_test_id("card-using").locator(".card-values span")).to_have_count(2)
    assert found_by_axe(page) == {}, "with two plans"
    page.get_by_role("button", name="Data").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert found_by_axe(page) == {}, "with a dialog"
