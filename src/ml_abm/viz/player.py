"""Player: one thread per session that runs one plan, or two under the same random seed, and shows each month.

Everything that touches a run is done under one lock, and a month is the longest wait.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from .plan import Plan
from .running_plan import Life

# Months a second at each speed; the fastest is bounded by what a screen can show.
SPEEDS = {"slow": 2.0, "normal": 6.0, "fast": 30.0}
PATIENCE = 1.0  # seconds that the next month waits for a browser that has not drawn the last one


def run_together(lives: list[Life], month: int, progress: Callable[[int], None]) -> list[Life]:
    """Return running plans at a month, side by side; `progress` is called every month."""
    for now in range(1, month + 1):
        for life in lives:
            life.run_until(now)
        progress(now)
    return lives


class Player:
    """Plays, pauses, steps and restarts; levers moved meanwhile act from the next month.

    Parameters
    ----------
    plan, other : what is played: one plan, or two.
    show : called after every month, and after every change, in the thread that made it; it must be quick.
    """

    def __init__(
        self, plan: Plan, show: Callable[[Player], None] = lambda player: None, other: Plan | None = None
    ) -> None:
        self.show = show
        self.speed = "normal"
        self.playing = False
        self.lives: list[Life] = [Life(each) for each in (plan, other) if each is not None]
        self.run = 0  # how many times it began anew: curves of another run are not gone on with
        self._lock = threading.RLock()
        self._drawn = threading.Event()
        self._woken = threading.Event()
        self._turn = 0  # a thread that was paused and has not noticed yet must not go on beside the next one
        self._thread: threading.Thread | None = None

    @property
    def month(self) -> int:
        """Months simulated."""
        return self.lives[0].month

    @property
    def over(self) -> bool:
        """Whether the last month was simulated."""
        return self.lives[0].over

    @property
    def plan(self) -> Plan:
        """The plan whose levers are moved: the second of two, or the only one."""
        return self.lives[-1].plan

    @property
    def pinned(self) -> bool:
        """Whether there is a second plan beside the first."""
        return len(self.lives) == 2

    def locked(self) -> threading.RLock:
        """Return the lock to hold while agents are looked at."""
        return self._lock

    def play(self) -> None:
        """Go on by itself, until paused or over."""
        if self.playing or self.over:
            return
        self.playing = True
        self._woken.clear()
        self._turn += 1
        self._thread = threading.Thread(
            target=self._keep_playing, args=(self._turn,), name="player", daemon=True
        )
        self._thread.start()

    def pause(self) -> None:
        """Stop after the month under way."""
        was, self.playing = self.playing, False
        self._woken.set()
        with self._lock:  # the month under way ends first
            self._turn += 1
        if was:
            self.show(self)

    def step(self, months: int = 1) -> None:
        """Simulate some months and stop."""
        self.pause()
        with self._lock:
            for life in self.lives:
                life.run_until(life.month + months)
        self.show(self)

    def go_on(self, month: int, progress: Callable[[int], None] = lambda month: None) -> None:
        """Run to a month at once; `progress` is called every month."""
        while self.month < month and not self.over:
            with self._lock:
                for life in self.lives:
                    life.step()
            progress(self.month)
            time.sleep(0.0005)  # a thread that waits for the lock goes first
        self.show(self)

    def restart(self) -> None:
        """Begin again, with all levers where they stand now."""
        self.begin(*(life.plan.from_the_start(self.month) for life in self.lives))

    def begin(
        self, *plans: Plan, month: int = 0, progress: Callable[[int], None] = lambda month: None
    ) -> None:
        """Begin with one plan, or two, and run to a month at once; `progress` is called every month."""
        self.pause()
        self._put(run_together([Life(plan) for plan in plans], month, progress))

    def move(self, lever: str, value: float) -> None:
        """Move a lever of the plan that is played, from the next month on."""
        self._replan(lambda plan: plan.moved(self.month, lever, value))

    def reset(self, lever: str | None = None) -> None:
        """Set one lever, or all, back."""
        self._replan(lambda plan: plan.reset(self.month, lever))

    def pin(self, progress: Callable[[int], None] = lambda month: None) -> None:
        """Keep this run as plan A, and go on with a plan B that is still the same."""
        self.pause()
        second = run_together([Life(self.plan)], self.month, progress)
        self._put([self.lives[0], *second])

    def unpin(self, keep: int) -> None:
        """Go on with one of the two plans alone: 0 for the first, 1 for the second."""
        self._put([self.lives[keep]])

    def drawn(self) -> None:
        """Go on: the browser has drawn what it was shown."""
        self._drawn.set()

    def close(self) -> None:
        """Stop for good and forget the runs."""
        self.playing = False
        self._turn += 1  # not under the lock, which is held while a browser that has gone is waited for
        self.show = lambda player: None
        self._woken.set()
        self._drawn.set()
        thread = self._thread
        if thread and thread is not threading.current_thread():
            thread.join(timeout=1)

    def _put(self, lives: list[Life]) -> None:
        """Play these from now on."""
        with self._lock:
            self.lives = lives
            self.run += 1
        self.show(self)

    def _replan(self, change: Callable[[Plan], Plan]) -> None:
        with self._lock:
            life = self.lives[-1]
            plan = change(life.plan)
            if plan == life.plan:
                return
            if self.month == 0:  # what acts from the start may still be moved
                self.lives[-1] = Life(plan)
            else:
                life.plan = plan
        self.show(self)

    def _keep_playing(self, turn: int) -> None:
        while True:
            began = time.monotonic()
            self._drawn.clear()
            with self._lock:
                if self._turn != turn or self.over:
                    return
                for life in self.lives:
                    life.step()
                if self.over:  # never back to True: it may have been paused meanwhile
                    self.playing = False
            if self._turn != turn:
                return
            self.show(self)
            left = 1 / SPEEDS[self.speed] - (time.monotonic() - began)
            if left > 0:
                self._woken.wait(left)
            self._drawn.wait(PATIENCE)
