"""How many people can one server serve? Visitors that speak the browser's language without drawing anything, and one real browser.

``python -m benchmarks.live_view`` serves the live view, lets 1 and 20 visitors play at full speed, lets one of twenty play a very large
system, and prints a table; what it costs to draw is seen in the rows with a browser. Figures are in `docs/serving.md`.
"""

from __future__ import annotations

import asyncio
import json
import re
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import websockets

SECONDS = 15.0  # that everybody plays
LARGE = """
title = "A large system"
[setting]
schools = 20000
districts = 200
teachers_per_school = 15
"""
LONGEST = 2**26  # bytes of a message from the server


class Visitor:
    """One visitor: it opens the page, plays, and says "drawn" to every frame at once."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.widgets: dict[str, str] = {}  # what it does -> its id
        self.months: list[tuple[float, int]] = []  # when which month came
        self.received = 0
        self.first = 0.0  # seconds until the first frame
        self.setups = 0

    async def open(self, path: str = "") -> None:
        """Open the page and wait for the first frame."""
        began = time.monotonic()
        page = await asyncio.to_thread(urllib.request.urlopen, self.address + path)
        cookie = page.headers["set-cookie"].partition(";")[0]
        where = self.address.replace("http", "ws")
        url = f"{where}jupyter/api/kernels/{uuid.uuid4()}/channels?session_id={uuid.uuid4()}"
        self.socket = await websockets.connect(url, additional_headers={"Cookie": cookie}, max_size=LONGEST)
        self.listening = asyncio.create_task(self._listen())
        control = uuid.uuid4().hex
        await self._send("comm_open", comm_id=control, target_name="solara.control", data={})
        arguments = {"path": f"/{path}", "appName": None, "themes": {"light": {}, "dark": {}}, "dark": False}
        await self._send("comm_msg", comm_id=control, data={"method": "run", "args": arguments})
        await self._until(lambda: "stage" in self.widgets)
        await self.wish("stage", {"kind": "ready"})
        await self._until(lambda: self.months)
        self.first = time.monotonic() - began

    async def act(self, widget: str, event: str, data: object) -> None:
        """Do what a click does."""
        await self._until(lambda: widget in self.widgets)
        await self.wish(widget, {"event": event, "data": data})

    async def choose(self, name: str) -> None:
        """Begin with another programme, and wait for its first frame."""
        before = self.setups
        await self.act("offers", "choose", name)
        await self._until(lambda: self.setups > before)

    async def wish(self, widget: str, content: object) -> None:
        """Send a message to a widget."""
        await self._send(
            "comm_msg", comm_id=self.widgets[widget], data={"method": "custom", "content": content}
        )

    async def close(self) -> None:
        """Leave."""
        self.listening.cancel()
        await self.socket.close()

    def pace(self) -> float:
        """Return months a second, without the first ones."""
        played = [(when, month) for when, month in self.months if month > 0]
        if len(played) < 3:
            return 0.0
        (began, first), (ended, last) = played[0], played[-1]
        return (last - first) / (ended - began)

    async def _until(self, true) -> None:
        for _ in range(6_000):
            if true():
                return
            await asyncio.sleep(0.01)
        raise TimeoutError("the page does not answer")

    async def _send(self, kind: str, **content) -> None:
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": "s",
            "username": "",
            "version": "5.3",
            "date": "",
        }
        message = {
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
            "channel": "shell",
            "buffers": [],
        }
        await self.socket.send(json.dumps(message))

    async def _listen(self) -> None:
        async for raw in self.socket:
            self.received += len(raw)
            text = raw if isinstance(raw, str) else raw[slice(*struct.unpack("!II", raw[4:12]))]
            message = json.loads(text)
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "comm_open":
                self._notice(content)
            elif kind == "comm_msg" and content["data"].get("method") == "custom":
                await self._hear(content["data"]["content"])

    def _notice(self, opened: dict) -> None:
        state = opened["data"].get("state", {})
        events = state.get("events") or ()
        if "_esm" in state and "shade" in state:
            self.widgets["stage"] = opened["comm_id"]
        elif "do" in events:
            self.widgets["bar"] = opened["comm_id"]
        elif "choose" in events:
            self.widgets["offers"] = opened["comm_id"]

    async def _hear(self, content: dict) -> None:
        if content.get("kind") == "setup":
            self.setups += 1
        elif content.get("kind") == "frame":
            self.months.append((time.monotonic(), content["month"]))
            await self.wish("stage", {"kind": "drawn", "run": content["run"], "month": content["month"]})


@contextmanager
def served(*arguments: str):
    """Serve; yields the address and the process."""
    command = [sys.executable, "-m", "ml_abm", "view", "--no-open", "--port", "0", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield re.search(r"http://\S+", process.stdout.readline())[0], process
    finally:
        process.terminate()
        process.wait()


def resident(process: subprocess.Popen) -> float:
    """Return the memory of a process in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


async def together(address: str, n: int, process: subprocess.Popen, large: str = "") -> dict[str, object]:
    """Let visitors come one after the other and play together; the first plays the large system, if one is named."""
    before = resident(process)
    visitors = [Visitor(address) for _ in range(n)]
    for visitor in visitors:
        await visitor.open()
    if large:
        await visitors[0].choose(large)
    for visitor in visitors:
        await visitor.act("bar", "speed", "fast")
        visitor.months.clear()
    for visitor in visitors:
        await visitor.act("bar", "do", {"what": "play"})
    await asyncio.sleep(SECONDS)
    memory = resident(process)
    others = visitors[1:] if large else visitors
    found = {
        "first": max(visitor.first for visitor in visitors),
        "paces": [visitor.pace() for visitor in others],
        "large": visitors[0].pace() if large else None,
        "memory": (memory - before) / n,
        "kilobytes": sum(visitor.received for visitor in visitors) / 1024 / n,
    }
    for visitor in visitors:
        await visitor.close()
    return found


def told(what: str, found: dict[str, object]) -> None:
    """Print a row."""
    paces = found["paces"]
    large = f"; the large one {found['large']:.1f}" if found["large"] is not None else ""
    print(
        f"| {what} | {found['first']:.1f} s | {median(paces):.1f} (slowest {min(paces):.1f}{large}) | {found['memory']:.1f} MB |",
        flush=True,
    )


def drawn(address: str) -> None:
    """Print what one real browser sees: the time to its first picture and its pace."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM, QUIET
    from tests.browser.doing import month, wait_for_month

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        began = time.monotonic()
        page.goto(address)
        page.get_by_test_id("story").wait_for()
        first = time.monotonic() - began
        page.get_by_role("radio", name="fast").click()
        page.get_by_role("button", name="Play", exact=True).click()
        wait_for_month(page, 2)
        began, start = time.monotonic(), month(page)
        wait_for_month(page, start + 60)
        pace = (month(page) - start) / (time.monotonic() - began)
        page.goto("about:blank")
        browser.close()
    print(
        f"| one browser that draws, Tusome: 60,200 teachers in 23,154 schools | {first:.1f} s | {pace:.1f} | |",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    print("| who plays | first picture | months a second | memory of a session |\n|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "large.toml").write_text(LARGE)
        for what, n, scenario, large in (
            ("1, the base scenario: 4,000 teachers", 1, "base", ""),
            ("20, the base scenario", 20, "base", ""),
            ("1, Tusome: 60,200 teachers in 23,154 schools", 1, "tusome-kenya", ""),
            ("20, Tusome", 20, "tusome-kenya", ""),
            ("20, of whom one plays 300,000 teachers in 20,000 schools", 20, "base", "large"),
        ):
            with served(scenario, "--scenarios", folder) as (address, process):
                told(what, asyncio.run(together(address, n, process, large)))
        with served("tusome-kenya") as (address, _):
            drawn(address)


if __name__ == "__main__":
    main()
