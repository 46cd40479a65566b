"""Mesa's own page with our components, on whichever Mesa is installed."""

import re

import pytest
from playwright.sync_api import expect

from .conftest import serving
from .doing import painted


def steps(page):
    """Wait for a number of steps on Mesa's page: 3.3 says steps, 3.5 time."""
    return page.get_by_text(re.compile(r"^(Step|Time): "))


def test_mesas_page_plays_and_resets_with_our_picture(visit, tmp_path):
    pytest.importorskip("altair", reason="Mesa's page needs altair")
    arguments = (
        "run",
        "examples/mesa_page.py",
        "--no-open",
        "--no-check-version",
        "--production",
        "--host",
        "127.0.0.1",
    )
    quiet = {"SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false", "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false"}
    with serving(tmp_path, "solara", *arguments, "--port", str(free_port()), **quiet) as server:
        page = visit().page
        page.goto(server.address)
        page.get_by_test_id("map").first.wait_for()
        expect(steps(page)).to_have_text(re.compile(r": 0(\.0)?$"))
        page.get_by_role("button", name="▶").click()
        expect(steps(page)).to_have_text(re.compile(r": \d\d"))
        page.get_by_role("button", name="❚❚").click()
        page.get_by_role("button", name="▶").wait_for()
        for part in ("map", "chart-using", "funnel"):
            assert max(max(painted(page.locator(f".ml-part >> nth={k}"), part)) for k in PLACE[part]) > 2, (
                part
            )
        page.get_by_role("button", name="Reset").click()
        expect(steps(page)).to_have_text(re.compile(r": 0(\.0)?$"))
        page.get_by_role("button", name="Step").click()
        expect(steps(page)).to_have_text(re.compile(r": 1(\.0)?$"))
        page.context.close()


PLACE = {"map": [0], "chart-using": [1], "funnel": [2]}


def free_port():
    import socket

    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]
