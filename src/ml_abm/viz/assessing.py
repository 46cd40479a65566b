"""Assessment of the plan on screen: in the background and in the quick size, with the report that it makes.

Its runs are simulated in the pool that batches use, one in turn with theirs. Reports of the last plans are remembered for all who come
to the same plan; one that is being made is stopped between two months when its visit goes.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any

import solara
from solara.server.kernel_context import get_current_context, has_current_context

from ..errors import EngineError
from ..runs import Engine
from ..runs.engines import on_executor
from .background import POOL, Turns
from .plan import Plan

REMEMBERED = 20
SECONDS_A_TURN = 0.2  # of work, after which other visits have theirs
SECONDS_BETWEEN = 0.4  # between two reports of progress
SECONDS_BEFORE_A_GUESS = 5.0  # of how long it will take


def key_of(plan: Plan) -> str:
    """Return what identifies a plan; its random seed does not matter here."""
    return plan.as_scenario().to_toml()


@dataclass(frozen=True)
class Report:
    """The page that an assessment made, of which plan, and the name of its scenario."""

    key: str
    name: str
    html: str


class Reports:
    """The last reports of a server, by their plans."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self.most = most
        self._kept: OrderedDict[str, Report] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Report | None:
        """Return a plan's report, if it is remembered."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, report: Report) -> None:
        """Remember a report, and forget the one that was looked at longest ago."""
        with self._lock:
            self._kept[report.key] = report
            self._kept.move_to_end(report.key)
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)


REPORTS = Reports()


class Assessing:
    """The assessment of a visit. It is made in other threads, so what it finds is reported in the session's own context.

    Parameters
    ----------
    posterior : returns, for a plan, what its futures are drawn from; None for the priors.

    Attributes
    ----------
    progress : runs done and to do; None when nothing is being done.
    key : of the plan that is being assessed, or was the last time.
    report : the last one that was made; remembered ones of other plans are in `REPORTS`.
    fault : why it failed; empty if it did not.
    """

    def __init__(self, posterior: Callable[[Plan], Any] = lambda plan: None) -> None:
        self.progress: solara.Reactive[tuple[int, int] | None] = solara.reactive(None)
        self.report: solara.Reactive[Report | None] = solara.reactive(None, equals=lambda a, b: a is b)
        self.fault = solara.reactive("")
        self._posterior = posterior
        self.key = ""
        self._turns: Turns | None = None
        self._thread: threading.Thread | None = None
        self._began = self._last = 0.0
        self._context = get_current_context() if has_current_context() else nullcontext()

    def begin(self, plan: Plan) -> None:
        """Begin to assess a plan, in place of another that is being assessed."""
        self.stop()
        self.progress.set((0, 0))
        self.key, self._began = key_of(plan), 0.0
        self._turns = turns = Turns()
        self._thread = threading.Thread(
            target=self._assess, args=(plan, self.key, turns, self._thread), name="assessing", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop: runs under way end within a month, and nothing more is reported."""
        turns, self._turns = self._turns, None
        if turns is not None:
            turns.cancel()
        self.progress.set(None)
        self.fault.set("")

    @property
    def minutes_left(self) -> int:
        """About how many minutes it still takes at the pace so far; 0 for less than one, or where that is not known yet."""
        done, of = self.progress.peek() or (0, 0)
        elapsed = time.monotonic() - self._began
        return round(elapsed / done * (of - done) / 60) if done and elapsed >= SECONDS_BEFORE_A_GUESS else 0

    def _assess(self, plan: Plan, key: str, turns: Turns, before: threading.Thread | None) -> None:
        from ..report.assessment import assess

        if before:
            before.join()  # what was stopped may still be getting ready
            del before
        if self._turns is not turns:
            return
        try:
            scenario = plan.as_scenario()
            found = assess(
                scenario,
                quick=True,
                workers=POOL.threads,
                posterior=self._posterior(plan),
                pool=Engine(partial(on_executor, turns, POOL.threads), SECONDS_A_TURN),
                progress=lambda done, of: self._told(turns, done, of),
            )
            report = Report(key, scenario.name, found.html())
        except (CancelledError, EngineError):
            return
        except Exception as error:
            self._done(turns, error)
        else:
            REPORTS.put(report)
            self._done(turns, report)

    def _told(self, turns: Turns, done: int, of: int) -> None:
        now = time.monotonic()
        self._began = self._began or now
        if self._turns is turns and now - self._last >= SECONDS_BETWEEN:
            self._last = now
            with self._context:
                self.progress.set((done, of))
                if self._turns is not turns:  # stopped meanwhile
                    self.progress.set((0, 0) if self._turns else None)

    def _done(self, turns: Turns, found: Report | Exception) -> None:
        if self._turns is not turns:
            return
        with self._context:
            self._turns = None
            self.progress.set(None)
            if isinstance(found, Report):
                self.report.set(found)
            else:
                self.fault.set(str(found))
