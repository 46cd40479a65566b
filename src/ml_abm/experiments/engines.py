"""Who lives the runs? Threads of this process, any executor of concurrent.futures, or a Dask cluster.

All are handed batches, a few at a time, so that neither memory nor a queue grows with the study; results go to the folder from
where they were made.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import EngineError
from ..threads import cores
from .batch import live

if TYPE_CHECKING:
    from distributed import Client

Told = Callable[[Any], None]  # hears what came of each batch: of a study, how many runs it finished
Shares = Callable[[int], Iterable[Any]]  # the batches, given how many workers share them
Engine = Callable[[Shares, Told], None]
Work = Callable[[Any], Any]  # what a worker does with a batch
# Seconds on one core that a batch should last: threads lose nothing by short ones, messages to a cluster cost milliseconds.
SECONDS_A_BATCH = {"local": 1.0, "executor": 2.0, "dask": 5.0}
BATCHES_A_WORKER = 2  # one under way, one waiting
DASK_RETRIES = 2
SECONDS_TO_ANSWER = 6


@contextmanager
def engine_of(engine: str | Executor, workers: int | None, scheduler: str | None) -> Iterator[Engine]:
    """Yield who lives a study's batches. Raises EngineError, before anything is computed, for a scheduler that does not answer."""
    if isinstance(engine, Executor):
        yield partial(on_executor, engine, workers)
    elif engine == "local":
        yield partial(on_threads, workers or cores())
    else:
        with cluster_of(workers, scheduler) as client:
            yield partial(on_cluster, client, live)


@contextmanager
def cluster_of(workers: int | None, scheduler: str | None) -> Iterator[Client]:
    """Yield a client of the scheduler at an address, or of Dask processes of this machine. Raises EngineError where nobody answers."""
    distributed = imported()
    if scheduler is not None:
        with connected(distributed, scheduler) as client:
            yield client
        return
    with ExitStack() as stack:
        with (
            deaf_to_ctrl_c()
        ):  # what is started here stays deaf: it is for this process to say that it was interrupted
            cluster = stack.enter_context(
                distributed.LocalCluster(
                    n_workers=workers or cores(),
                    threads_per_worker=1,
                    dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                )
            )
        yield stack.enter_context(distributed.Client(cluster, set_as_default=False))


def on_threads(threads: int, shares: Shares, told: Told) -> None:
    """Live batches on threads of this process; when it is interrupted, what is finished is written."""
    stop = threading.Event()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="ml_abm")
    try:
        hand_out(pool, partial(live, told=told, stop=stop.is_set), shares(threads), lambda: threads + 1)
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def on_executor(pool: Executor, workers: int | None, shares: Shares, told: Told) -> None:
    """Live batches on an executor that the caller made and shuts down."""
    known = workers or getattr(pool, "_max_workers", None) or cores()
    hand_out(pool, live, shares(known), lambda: BATCHES_A_WORKER * known, told)


@contextmanager
def deaf_to_ctrl_c() -> Iterator[None]:
    """Ignore Ctrl-C for a moment; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def on_cluster(client: Client, work: Work, shares: Shares, told: Told) -> None:
    """Have batches done by the workers of a Dask scheduler, as many as there are at any time; a batch whose worker died goes to another."""
    pool = client.get_executor(pure=False, retries=DASK_RETRIES)

    def threads() -> int:
        return max(1, sum(client.nthreads().values()))

    try:
        hand_out(pool, work, shares(threads()), lambda: BATCHES_A_WORKER * threads(), told)
    except BaseException:
        pool.shutdown(wait=False)
        raise


def hand_out(
    pool: Executor,
    work: Work,
    batches: Iterable[Any],
    at_once: Callable[[], int],
    told: Told | None = None,
) -> None:
    """Give batches to a pool, never more than `at_once` at a time; `told` hears what came of each.

    Raises EngineError if workers died, and whatever a worker raised.
    """
    waiting: set[Future[Any]] = set()

    def collect(until: int) -> None:
        while len(waiting) > until:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                waiting.remove(future)
                found = future.result()
                if told is not None:
                    told(found)

    try:
        for batch in batches:
            waiting.add(pool.submit(work, batch))
            collect(at_once() - 1)
        collect(0)
    except (BrokenExecutor, CancelledError) as error:
        raise EngineError(
            f"the workers are gone ({type(error).__name__}): run it again to go on from what is kept"
        ) from None
    finally:
        for future in waiting:
            future.cancel()


def connected(distributed: Any, scheduler: str) -> Client:
    """Return a client of a running scheduler. Raises EngineError, within ten seconds, if nobody answers or something else does."""
    answer: Future[Client] = Future()

    def ask() -> None:
        try:
            answer.set_result(distributed.Client(scheduler, timeout=SECONDS_TO_ANSWER, set_as_default=False))
        except Exception as error:  # what answers may be anything, and so are the errors
            answer.set_exception(error)

    # Dask's own limit does not hold for who accepts and then says nothing, so the one who asks is left behind.
    threading.Thread(target=ask, daemon=True).start()
    try:
        return answer.result(SECONDS_TO_ANSWER + 1)
    except Exception as error:
        raise EngineError(
            f"--scheduler {scheduler}: no Dask scheduler answers there ({type(error).__name__}); give the address that "
            "`dask scheduler` prints, such as tcp://10.0.0.1:8786"
        ) from None


def imported() -> Any:
    """Return Dask's package. Raises EngineError where it is not installed."""
    try:
        import distributed
    except ImportError:
        raise EngineError("the engine 'dask' needs Dask: pip install 'ml-abm[experiments]'") from None
    return distributed
