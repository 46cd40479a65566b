"""Who is here? At most so many at once, and whoever nobody has touched for long gives the place back.

A place that is given back frees its model at once, while the page in the browser stays and can go on later from the same month.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Places:
    """The places of one server.

    Parameters
    ----------
    most : how many there are.
    idle : seconds after which an untouched place is given back.
    """

    def __init__(self, most: int, idle: float) -> None:
        self.most, self.idle = most, idle
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
        """Let somebody else have it."""
        with self._lock:
            self._taken.discard(place)

    def __len__(self) -> int:
        """Return how many are taken."""
        return len(self._taken)


class Place:
    """One place, held until `leave`, or until nobody has touched it for long."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._touched = time.monotonic()
        self._left = threading.Event()

    def touch(self) -> None:
        """Say that somebody is there."""
        self._touched = time.monotonic()

    def leave(self) -> None:
        """Give it back."""
        self._left.set()
        self._places.give_back(self)

    def watch(self, go: Callable[[], None]) -> None:
        """Call `go` from a thread of its own when nobody has touched it for long, unless it was left before."""
        threading.Thread(target=self._watch, args=(go,), name="place", daemon=True).start()

    def _watch(self, go: Callable[[], None]) -> None:
        while not self._left.wait(max(0.01, self._rest())):
            if self._rest() <= 0:
                self.leave()
                go()

    def _rest(self) -> float:
        return self._places.idle - (time.monotonic() - self._touched)
