"""Runs a program that serves, and says on SIGUSR1 what lives in it and whom it called: nothing of this is in the package.

``python -m tests.browser.watched REPORT.json MODULE ARGUMENT ...``
"""

import gc
import json
import runpy
import signal
import socket
import sys
import threading
from pathlib import Path

COUNTED = ("SchoolSystemModel", "Player", "Life", "Visit", "Stage", "Batch", "Turns", "Assessing", "Showing")
called = []


def notice_calls():
    """Write down every address that is called and is not this machine."""
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def watched_connect(self, address):
        if isinstance(address, tuple) and not str(address[0]).startswith(("127.", "::1", "localhost")):
            called.append(str(address[0]))
        return connect(self, address)

    def watched_look_up(host, *rest, **options):
        if host not in (None, "localhost", "127.0.0.1", "::1"):
            called.append(str(host))
        return look_up(host, *rest, **options)

    socket.socket.connect, socket.getaddrinfo = watched_connect, watched_look_up


def resident():
    """Return the memory of this process in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def counted():
    """Return how many live of each kind; a function of its own, for what it has in hand meanwhile would live on in a loop that waits."""
    for _ in range(3):
        gc.collect()
    counts = dict.fromkeys(COUNTED, 0)
    for thing in gc.get_objects():
        kind = type(thing)
        if kind.__name__ in counts and kind.__module__.startswith(("ml_abm.viz", "ml_abm.agents.model")):
            counts[kind.__name__] += 1
    return counts


def tell(report, asked):
    while True:
        asked.wait()
        asked.clear()
        found = {
            "counts": counted(),
            "called": called,
            "memory": resident(),
            "threads": threading.active_count(),
        }
        part = report.with_suffix(".part")
        part.write_text(json.dumps(found), encoding="utf-8")
        part.rename(report)


if __name__ == "__main__":
    report, module, *arguments = sys.argv[1:]
    notice_calls()
    asked = threading.Event()
    signal.signal(signal.SIGUSR1, lambda *_: asked.set())
    threading.Thread(target=tell, args=(Path(report), asked), daemon=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
