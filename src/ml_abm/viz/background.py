"""Background work of all sessions: a few threads that serve each in turn, one piece of work at a time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, ParamSpec, TypeVar

from ..foundation.threads import cores

P = ParamSpec("P")
T = TypeVar("T")


class Pool:
    """A few threads that do all work, one piece of each in turn."""

    def __init__(self, threads: int = 2) -> None:
        self.threads = threads
        self._waiting: deque[Turns] = deque()
        self._lock = threading.Lock()
        self._working = 0

    def add(self, work: Turns) -> None:
        """Let some callers be served in turn."""
        with self._lock:
            self._waiting.append(work)
            more = min(self.threads, cores()) - self._working
            self._working += more
        for _ in range(more):
            threading.Thread(target=self._serve, name="pool", daemon=True).start()

    def _serve(self) -> None:
        """Serve until nothing waits; a thread that ends leaves no trace."""
        while found := self._next():
            work, piece = found
            work.do(piece)
            del work, piece, found

    def _next(self) -> tuple[Turns, Any] | None:
        with self._lock:
            while self._waiting:
                work = self._waiting.popleft()
                piece = work.take()
                if piece is not None:
                    self._waiting.append(work)
                    return work, piece
            self._working -= 1
            return None


class Turns(Executor):
    """Calls that a pool makes one at a time, each when its turn comes, for those who want an executor."""

    def __init__(self, pool: Pool | None = None) -> None:
        self._pool = pool or POOL
        self._waiting: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._lock = threading.Lock()
        self._in_line = self._cancelled = False

    def submit(self, call: Callable[P, T], /, *args: P.args, **options: P.kwargs) -> Future[T]:
        """Let a call wait for its turn."""
        future: Future[T] = Future()
        with self._lock:
            if self._cancelled:
                _drop(future)
                return future
            self._waiting.append((future, lambda: call(*args, **options)))
            was, self._in_line = self._in_line, True
        if not was:
            self._pool.add(self)
        return future

    def cancel(self) -> None:
        """Make no further calls: waiting callers get CancelledError."""
        with self._lock:
            self._cancelled = True
            waiting, self._waiting = self._waiting, deque()
        for future, _ in waiting:
            _drop(future)

    # ---- called by the pool

    def take(self) -> tuple[Future[Any], Callable[[], Any]] | None:
        """Return the next call, or None where none waits."""
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._in_line = False
            return None

    def do(self, piece: tuple[Future[Any], Callable[[], Any]]) -> None:
        """Make one call."""
        future, call = piece
        if not future.set_running_or_notify_cancel():
            return
        try:
            found = call()
        except Exception as error:
            future.set_exception(error)
        else:
            future.set_result(found)


def _drop(future: Future[Any]) -> None:
    """Cancel a future, and let those that wait for it know: `wait` does not see a cancelled one before."""
    future.cancel()
    future.set_running_or_notify_cancel()


POOL = Pool()
