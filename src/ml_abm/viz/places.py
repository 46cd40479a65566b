"""Places of visitors: a limited number at once; a place that is idle for long is given back.

A place that is given back frees its model at once, while the page in the browser stays and can go on later from the same month.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

MOST_GONE = 120.0  # seconds: a telephone that was put away for a moment keeps its place
BETWEEN_LOOKS = 5.0  # seconds
LONGEST_END = 1.0  # seconds that a watcher is waited for: it may be busy with going itself


class Places:
    """The places of one server.

    Parameters
    ----------
    most : how many there are.
    idle : seconds after which an untouched place is given back.
    gone : seconds after which a place is given back whose window cannot be reached: it was killed, or its network is down.
    """

    def __init__(self, most: int, idle: float, gone: float = MOST_GONE) -> None:
        self.most, self.idle, self.gone = most, idle, gone
        self._taken: set[Place] = set()
        self._lock = threading.Lock()

    def take(self) -> Place | None:
        """Return a place, or None where all are taken."""
        with self._lock:
            if len(self._taken) >= self.most:
                return None
            place = Place(self)
            self._taken.add(place)
            return place

    def give_back(self, place: Place) -> None:
        """Give it to another visitor."""
        with self._lock:
            self._taken.discard(place)

    def __len__(self) -> int:
        """Return how many are taken."""
        return len(self._taken)


class Place:
    """One place, held until `leave`, or until it was idle or out of reach for long."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._touched = self._reached = time.monotonic()
        self._left = threading.Event()
        self._watcher: threading.Thread | None = None

    def touch(self) -> None:
        """Note activity."""
        self._touched = time.monotonic()

    def leave(self) -> None:
        """Give it back, and see its watcher go: Solara stumbles over a thread that ends while it closes the window that the thread belongs to."""
        self._left.set()
        self._places.give_back(self)
        if self._watcher is not None and self._watcher is not threading.current_thread():
            self._watcher.join(LONGEST_END)

    def watch(self, go: Callable[[], None], reached: Callable[[], bool] = lambda: True) -> None:
        """Call `go` from a thread of its own when it was idle for long, or its window was not `reached`, unless it was left before."""
        self._watcher = threading.Thread(target=self._watch, args=(go, reached), name="place", daemon=True)
        self._watcher.start()

    def _watch(self, go: Callable[[], None], reached: Callable[[], bool]) -> None:
        while not self._left.wait(min(max(0.01, self._rest()), BETWEEN_LOOKS)):
            if reached():
                self._reached = time.monotonic()
            if self._rest() <= 0:
                self.leave()
                go()

    def _rest(self) -> float:
        """Return the seconds that are left to it."""
        now = time.monotonic()
        return min(self._places.idle - (now - self._touched), self._places.gone - (now - self._reached))
