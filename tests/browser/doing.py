"""What people do on the page, in a line each."""

import re

from playwright.sync_api import expect

MONTHS = 'document.querySelector("[data-testid=date]").innerText.match(/(\\d+) (?:of|de) \\d+/)?.[1] ?? 0'


def month(page):
    """Return how many months the picture says were simulated."""
    return int(page.evaluate(MONTHS))


def wait_for_month(page, least):
    page.wait_for_function(f"Number({MONTHS}) >= {least}")


def wait_for_start(page):
    """Wait until no month is simulated."""
    page.wait_for_function(f"Number({MONTHS}) === 0")


def play(page, months):
    """Play until so many months were simulated, and pause."""
    fast = page.get_by_role("radio", name="fast")
    if fast.is_visible():  # a phone has no room for it
        fast.click()
    page.get_by_role("button", name="Play", exact=True).click()
    wait_for_month(page, months)
    pause(page)


def pause(page):
    button = page.get_by_role("button", name="Pause", exact=True)
    if button.count():
        button.click()
    page.get_by_role("button", name="Play", exact=True).wait_for()


def step(page):
    """Go on a month."""
    now = month(page)
    page.get_by_role("button", name="One month on").click()
    wait_for_month(page, now + 1)


def move(page, lever, keys, said):
    """Move a lever with the keyboard, and wait until it stands in the list of what was changed."""
    slider = page.get_by_role("slider", name=lever, exact=True)
    slider.focus()
    for key in keys:
        slider.press(key)
    expect(page.locator(".ml-changes")).to_contain_text(said)


def story(page):
    return page.get_by_test_id("story").inner_text()


def card(page, key):
    return page.get_by_test_id(f"card-{key}").locator(".card-values").inner_text()


def painted(page, testid):
    """Return how many colours a drawing has."""
    script = """node => [...node.querySelectorAll('canvas')].map(canvas => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size;
    })"""
    return page.get_by_test_id(testid).evaluate(script)


def number(text):
    """Return the first number in a text."""
    return float(re.search(r"-?[\d.]+", text.replace(",", ""))[0])
