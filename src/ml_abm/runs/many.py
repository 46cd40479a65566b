"""Run many: jobs with content keys, in batches, on any engine; what is finished is handed on as it comes, whatever stops the rest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass
from time import monotonic

from ..foundation.compiled import check_code, model_stamp
from .engines import Engine, engine_of
from .kept import Kept, Result

# What a run costs, measured on one core of a small machine: enough to share work out evenly, not a forecast.
SECONDS_A_RUN = 1e-3
SECONDS_A_TEACHER_MONTH = 5e-8
RUNS_A_BATCH = 500
SHARES_A_WORKER = 4  # at least, so that no worker is left with nothing for long
SHORTEST_BATCH = 0.02  # seconds
BYTES_A_BATCH = 1 << 26  # of results, in memory
SECONDS_A_PART = 5.0  # between two parts on disk: what a kill may lose

Results = dict[str, Result]


class StoppedError(Exception):
    """The user asked to stop; what is not finished is left."""


@dataclass(frozen=True)
class Job(ABC):
    """One run: its content key, and how it is simulated. It travels to other processes and machines.

    Attributes
    ----------
    key : a hash of all that determines the result (`keys.py`).
    """

    key: str

    @property
    @abstractmethod
    def teacher_months(self) -> float:
        """About how many teachers times months it simulates, which is what it costs."""

    @property
    def result_bytes(self) -> int:
        """How large its result is in memory, where that matters."""
        return 0

    @abstractmethod
    def run(self, check_stop: Callable[[int], None]) -> Result:
        """Simulate it and return its result. `check_stop` is called between months, and may raise to stop."""


@dataclass(frozen=True)
class Batch:
    """Some jobs for one worker, and the code of the model that they are to be simulated by."""

    jobs: tuple[Job, ...]
    model: str


def never() -> bool:
    """Return that nothing is to be stopped."""
    return False


def run_batch(batch: Batch, stop: Callable[[], bool] = never) -> Results:
    """Simulate a batch where this is called; when `stop` says so, return what is finished. Raises EngineError for other code."""
    check_code(model_stamp(), batch.model)
    finished: Results = {}

    def check_stop(_: int) -> None:
        if stop():
            raise StoppedError

    try:
        for job in batch.jobs:
            check_stop(0)
            finished[job.key] = job.run(check_stop)
    except StoppedError:
        pass
    return finished


def batches(jobs: Iterable[Job], count: int, seconds: float, workers: int) -> Iterator[Batch]:
    """Yield jobs in batches of at most so many seconds on one core, and some for every worker."""
    most = min(RUNS_A_BATCH, max(1, count // (workers * SHARES_A_WORKER)))
    waiting: list[Job] = []
    work, size = 0.0, 0
    for job in jobs:
        waiting.append(job)
        work += SECONDS_A_RUN + job.teacher_months * SECONDS_A_TEACHER_MONTH
        size += job.result_bytes
        enough = len(waiting) >= most and work >= SHORTEST_BATCH
        if enough or work >= seconds or size >= BYTES_A_BATCH:
            yield Batch(tuple(waiting), model_stamp())
            waiting, work, size = [], 0.0, 0
    if waiting:
        yield Batch(tuple(waiting), model_stamp())


def run_jobs(jobs: Iterable[Job], count: int, engine: Engine, on_results: Callable[[Results], None]) -> None:
    """Simulate `count` jobs; `on_results` gets those of each batch, in this thread, in the order in which batches finish.

    When it is interrupted, threads of this process hand over what they have finished; other engines lose the batches under way.
    """
    engine.run(run_batch, lambda workers: batches(jobs, count, engine.seconds_a_batch, workers), on_results)


def results_of(
    jobs: Sequence[Job],
    *,
    kept: Kept | None = None,
    engine: str | Executor | Engine = "local",
    workers: int | None = None,
    scheduler: str | None = None,
    on_progress: Callable[[int], None] = lambda jobs: None,
) -> Results:
    """Return the result of every job by its key.

    Parameters
    ----------
    jobs : what to simulate; jobs of one key are simulated once.
    kept : results on disk; those that are there are not simulated again, and new ones are added every few seconds.
    engine, workers, scheduler : as in `engine_of`.
    on_progress : called with how many more of the jobs are finished.
    """
    with kept.held() if kept else nullcontext():
        there = kept.read() if kept else {}
        alike: dict[str, int] = {}
        for job in jobs:
            alike[job.key] = alike.get(job.key, 0) + 1
        found = {key: there[key] for key in alike if key in there}
        on_progress(sum(alike[key] for key in found))
        todo = list({job.key: job for job in jobs if job.key not in found}.values())
        if todo:
            keeper = Keeper(kept)

            def take(results: Results) -> None:
                found.update(results)
                keeper.add(results)
                on_progress(sum(alike[key] for key in results))

            try:
                with engine_of(engine, workers, scheduler) as who:
                    run_jobs(todo, len(todo), who, take)
            finally:
                keeper.write()
        return found


class Keeper:
    """Collects results and writes them as parts of some seconds each, so that short batches do not make many small files."""

    def __init__(self, kept: Kept | None) -> None:
        self._kept = kept
        self._waiting: dict[str, Result] = {}
        self._last = monotonic()

    def add(self, results: Mapping[str, Result]) -> None:
        """Take some more results."""
        self._waiting.update(results)
        if monotonic() - self._last >= SECONDS_A_PART:
            self.write()

    def write(self) -> None:
        """Write what waits."""
        if self._kept and self._waiting:
            self._kept.add(self._waiting)
        self._waiting, self._last = {}, monotonic()
