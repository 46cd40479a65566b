"""Engines: threads of this process, any executor of concurrent.futures, or a Dask cluster.

All are handed batches, a few at a time, so that neither memory nor a queue grows with the work; results come back to the process that asked.
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
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import EngineError, suggestion
from ..foundation.threads import cores

if TYPE_CHECKING:
    from distributed import Client

OnResult = Callable[[Any], None]  # called with what came of each batch, in the thread that asked
Shares = Callable[[int], Iterable[Any]]  # the batches, given how many workers share them
Work = Callable[..., Any]  # what a worker does with a batch
ENGINES = ("local", "dask")
BATCHES_A_WORKER = 2  # one under way, one waiting
DASK_RETRIES = 2
SECONDS_TO_ANSWER = 6


@dataclass(frozen=True)
class Engine:
    """Who does the work of batches.

    Attributes
    ----------
    run : called with the work, the batches, and the function that takes what came of each.
    seconds_a_batch : how long a batch should take on one core: threads lose nothing by short ones, messages to a cluster cost milliseconds.
    """

    run: Callable[[Work, Shares, OnResult], None]
    seconds_a_batch: float


@contextmanager
def engine_of(
    engine: str | Executor | Engine, workers: int | None = None, scheduler: str | None = None
) -> Iterator[Engine]:
    """Yield an engine.

    Parameters
    ----------
    engine : "local" (threads), "dask", or an executor of concurrent.futures.
    workers : threads or processes; all cores by default.
    scheduler : address of a Dask scheduler, such as "tcp://10.0.0.1:8786"; by default Dask processes on this machine.

    Raises
    ------
    EngineError
        before anything is computed, for an engine that does not exist or a scheduler that does not answer.
    """
    if isinstance(engine, Engine):
        yield engine
        return
    if isinstance(engine, Executor):
        yield Engine(partial(on_executor, engine, workers), 2.0)
        return
    check_engine(engine, scheduler)
    if engine == "local":
        yield Engine(partial(on_threads, workers or cores()), 1.0)
        return
    with cluster_of(workers, scheduler) as client:
        yield on_client(client)


def on_client(client: Client) -> Engine:
    """Return the engine of a Dask client."""
    return Engine(partial(on_cluster, client), 5.0)


def check_engine(engine: str | Executor | Engine, scheduler: str | None) -> None:
    """Raise EngineError for an engine that does not exist."""
    if isinstance(engine, str) and engine not in ENGINES:
        raise EngineError(
            f"there is no engine {engine!r}: allowed are {', '.join(ENGINES)}.{suggestion(engine, ENGINES)}"
        )
    if scheduler is not None and engine != "dask":
        raise EngineError(f"--scheduler {scheduler} goes with --engine dask")


@contextmanager
def cluster_of(workers: int | None, scheduler: str | None) -> Iterator[Client]:
    """Yield a client of the scheduler at an address, or of Dask processes of this machine. Raises EngineError if nothing answers."""
    distributed = imported()
    if scheduler is not None:
        with connected(distributed, scheduler) as client:
            yield client
        return
    with ExitStack() as stack:
        with deaf_to_ctrl_c():  # what starts here stays deaf: this process says that it was interrupted
            cluster = stack.enter_context(
                distributed.LocalCluster(
                    n_workers=workers or cores(),
                    threads_per_worker=1,
                    dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                )
            )
        yield stack.enter_context(distributed.Client(cluster, set_as_default=False))


def on_threads(threads: int, work: Work, shares: Shares, on_result: OnResult) -> None:
    """Do batches on threads of this process; when it is interrupted, batches under way end early and are handed over as far as they are.

    `work` takes a function that says whether to stop, beside the batch.
    """
    stop = threading.Event()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="ml_abm")
    under_way: set[Future[Any]] = set()
    try:
        hand_out(
            pool, partial(work, stop=stop.is_set), shares(threads), lambda: threads + 1, on_result, under_way
        )
    except KeyboardInterrupt:
        stop.set()
        wait(under_way)
        for future in under_way:
            if not future.cancelled() and future.exception() is None:
                on_result(future.result())
        raise
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def on_executor(pool: Executor, workers: int | None, work: Work, shares: Shares, on_result: OnResult) -> None:
    """Do batches on an executor that the caller made and shuts down."""
    known = workers or getattr(pool, "_max_workers", None) or cores()
    hand_out(pool, work, shares(known), lambda: BATCHES_A_WORKER * known, on_result)


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


def on_cluster(client: Client, work: Work, shares: Shares, on_result: OnResult) -> None:
    """Have batches done by the workers of a Dask scheduler, as many as there are at any time; a batch whose worker died goes to another.

    Raises EngineError where the scheduler is gone.
    """
    pool = client.get_executor(pure=False, retries=DASK_RETRIES)

    def threads() -> int:
        return max(1, sum(client.nthreads().values()))

    try:
        hand_out(pool, work, shares(threads()), lambda: BATCHES_A_WORKER * threads(), on_result)
    except OSError as error:  # Dask's own error for a connection that is gone is one
        pool.shutdown(wait=False)
        raise gone(error) from None
    except BaseException:
        pool.shutdown(wait=False)
        raise


def gone(error: BaseException) -> EngineError:
    """Return the error for workers or a scheduler that died."""
    return EngineError(
        f"the workers are gone ({type(error).__name__}): run it again to go on from what is kept"
    )


def hand_out(
    pool: Executor,
    work: Work,
    batches: Iterable[Any],
    at_once: Callable[[], int],
    on_result: OnResult,
    under_way: set[Future[Any]] | None = None,
) -> None:
    """Give batches to a pool, never more than `at_once` at a time; `on_result` gets what came of each, in the order in which they finish.

    `under_way` is the set of those that are not handed over yet, for a caller that waits for them after an interruption.
    Raises EngineError if workers died, and whatever a worker raised.
    """
    waiting = under_way if under_way is not None else set()

    def collect(until: int) -> None:
        while len(waiting) > until:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                on_result(future.result())
                waiting.remove(future)  # not before: an interruption in between would lose it

    try:
        for batch in batches:
            waiting.add(pool.submit(work, batch))
            collect(at_once() - 1)
        collect(0)
    except (BrokenExecutor, CancelledError) as error:
        raise gone(error) from None
    finally:
        for future in waiting:
            future.cancel()


def connected(distributed: Any, scheduler: str) -> Client:
    """Return a client of a running scheduler. Raises EngineError, within ten seconds, if no one answers or something else does."""
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
