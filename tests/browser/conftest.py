"""A real browser before a real server. Where there is no browser, these tests are skipped and say why."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

import ml_abm

ROOT = Path(__file__).parents[2]
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-dev-shm-usage",
]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SECONDS = 60_000  # ms that anything may take on a busy machine


def pytest_collection_modifyitems(items):
    """Say in one line what is missing."""
    missing = None
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        missing = "no Playwright here: pip install 'ml-abm[dev]'"
    if missing is None and CHROMIUM is None:
        missing = "no Chromium here: `make browser` installs it"
    for item in items:
        if Path(__file__).parent in Path(item.fspath).parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if missing:
                item.add_marker(pytest.mark.skip(reason=missing))


class Server:
    """A server that runs in a process of its own."""

    def __init__(self, process, report, address):
        self.process, self._report, self.address = process, report, address

    def told(self):
        """Return what it says about itself: counts of living objects, whom it called, memory (MB)."""
        self._report.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGUSR1)
        for _ in range(200):
            if self._report.exists():
                return json.loads(self._report.read_text(encoding="utf-8"))
            time.sleep(0.05)
        raise AssertionError("the server does not answer")


@contextmanager
def serving(folder, module, *arguments, **environment):
    """Serve until the end of the block."""
    report, log = folder / "report.json", folder / "log.txt"
    command = [sys.executable, "-m", "tests.browser.watched", str(report), module, *arguments]
    path = os.pathsep.join([str(Path(ml_abm.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    with log.open("w") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": path, **environment},
        )
    try:
        yield Server(process, report, address_in(log, process))
    finally:
        process.terminate()
        process.wait(timeout=20)
    assert "Traceback" not in log.read_text(), log.read_text()


def address_in(log, process):
    """Return the address that the server prints once it can be visited."""
    for _ in range(2000):  # longer than any machine takes: a server that ends is noticed at once
        found = re.search(r"http://\S+", log.read_text())
        if found and answers(found[0]):
            return found[0]
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(f"no server: {log.read_text()}")


def answers(address):
    try:
        return urllib.request.urlopen(f"{address.rstrip('/')}/readyz", timeout=5).status == 200
    except OSError:
        return False


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with serving(
        tmp_path_factory.mktemp("server"), "ml_abm", "view", "base", "--no-open", "--port", "0"
    ) as server:
        yield server


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=SECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class Visitor:
    """A browser window, and what was asked and complained of in it."""

    def __init__(self, browser, **options):
        self.context = browser.new_context(
            **{"viewport": {"width": 1440, "height": 1000}, "locale": "en-US", **options}
        )
        self.context.set_default_timeout(SECONDS)
        self.complaints, self.outside = [], []
        self.page = self.tab()

    def tab(self):
        """Return a new tab."""
        page = self.context.new_page()
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: None if here(request.url) else self.outside.append(request.url))
        return page

    def open(self, address, page=None):
        """Go to a page and wait for its first picture."""
        page = page or self.page
        page.goto(address)
        page.get_by_test_id("story").wait_for()
        return page

    def leave(self):
        """Close all tabs as a person does, so that pages can say goodbye."""
        for page in self.context.pages:
            page.goto("about:blank")
        self.context.close()


def here(url):
    return re.match(r"(https?|wss?)://(127\.0\.0\.1|localhost)[:/]|(data|blob|about):", url) is not None


@pytest.fixture
def visit(browser):
    """Return a way to open windows; none of them may complain, or ask another machine for anything."""
    visitors = []

    def opened(**options):
        visitors.append(Visitor(browser, **options))
        return visitors[-1]

    yield opened
    for visitor in visitors:
        visitor.leave()
    assert [text for visitor in visitors for text in visitor.complaints] == []
    assert [url for visitor in visitors for url in visitor.outside] == []


@pytest.fixture
def page(visit, server):
    return visit().open(server.address)
