"""How is a study run? What is in the folder already is kept, the rest is lived, and any interruption loses only runs under way."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..compiled import model_stamp
from ..errors import EngineError, StudyError, suggestion
from ..simulation import warm_up
from ..system.memory import check_size
from ..threads import cores
from . import engines, store
from .batch import batches
from .manifest import MANIFEST, read_manifest
from .parts import finished, parts_in, places_in
from .plan import RUNS_WITHOUT_A_WORD, Plan, count, in_words, plan_of
from .relabel import relabel
from .store import Experiment
from .study import Study

ENGINES = ("local", "dask")


@dataclass(frozen=True)
class Status:
    """How far a study is. `current` says whether the code of the model is that of the runs."""

    study: str
    planned: int
    finished: int
    parts: int
    bytes: int
    current: bool


def run(
    study: Study,
    folder: str | Path,
    engine: str | Executor = "local",
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    yes: bool = False,
    progress: Callable[[int, int], None] = lambda finished, planned: None,
) -> Experiment:
    """Run a study into a folder, or go on with it, and return its results.

    Parameters
    ----------
    study : what is run; of an edited study of the same name, only what is new is lived.
    folder : where results are kept; made if it is not there.
    engine : "local" (threads), "dask", or an executor of concurrent.futures.
    workers : threads or processes; all cores by default.
    scheduler : address of a Dask scheduler, such as "tcp://10.0.0.1:8786"; by default Dask processes on this machine.
    yes : run a study of more than 20,000 runs without asking.
    progress : told how many runs of how many are finished.
    """
    complete(study, Path(folder), engine, workers=workers, scheduler=scheduler, yes=yes, progress=progress)
    return store.load(folder)


def complete(
    study: Study,
    folder: Path,
    engine: str | Executor = "local",
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    yes: bool = False,
    progress: Callable[[int, int], None] = lambda finished, planned: None,
) -> None:
    """Do what `run` does, and leave the results in the folder."""
    check_engine(engine, scheduler)
    check_yes(study, yes)
    store.check_folder(folder, study)
    plan = plan_of(study)
    if engine == "local":
        check_memory(plan, workers or cores())
    with engines.engine_of(engine, workers, scheduler) as work, store.locked(folder):
        done = opened(folder, plan)
        counted = int(plan.runs["key"].isin(done).sum())
        progress(counted, len(plan.runs))
        if counted < len(plan.runs):
            warm_up()
            seconds = engines.SECONDS_A_BATCH[engine if isinstance(engine, str) else "executor"]
            shares = partial(batches, plan, folder, done, seconds)
            work(shares, counter(progress, counted, len(plan.runs)))


def opened(folder: Path, plan: Plan) -> set[str]:
    """Make the folder ready for a plan; return the keys of the runs that are there."""
    before = read_manifest(folder)["plan"] if (folder / MANIFEST).exists() else plan.stamp
    store.prepare(folder, plan)
    store.sweep(folder)
    relabel(folder, plan, edited=before != plan.stamp)
    return finished(folder, plan.stamp)


def check_memory(plan: Plan, at_once: int) -> None:
    """Raise SizeError if the largest system of a study does not fit in memory as often as there are threads."""
    sizes = [name for name in ("setting.schools", "setting.teachers_per_school") if name in plan.points]
    largest = {name: plan.points[name].max().item() for name in sizes}
    for scenario in plan.scenarios.values():
        check_size(scenario.replace(largest) if largest else scenario, at_once=at_once)


def counter(progress: Callable[[int, int], None], finished: int, planned: int) -> Callable[[int], None]:
    """Return a function that adds up how many runs are finished, from any thread, and tells."""
    from threading import Lock

    lock = Lock()

    def told(runs: int) -> None:
        nonlocal finished
        with lock:
            finished += runs
            progress(finished, planned)

    return told


def check_engine(engine: str | Executor, scheduler: str | None) -> None:
    """Raise EngineError for an engine that there is not."""
    if isinstance(engine, str) and engine not in ENGINES:
        raise EngineError(
            f"there is no engine {engine!r}: allowed are {', '.join(ENGINES)}.{suggestion(engine, ENGINES)}"
        )
    if scheduler is not None and engine != "dask":
        raise EngineError(f"--scheduler {scheduler} goes with --engine dask")


def check_yes(study: Study, yes: bool) -> None:
    """Raise StudyError for a study that is larger than one would run without a word."""
    if count(study) > RUNS_WITHOUT_A_WORD and not yes:
        raise StudyError(
            f"{study.name} is {in_words(study)}: above {RUNS_WITHOUT_A_WORD:,} it runs only with --yes; "
            "--dry-run says what it takes"
        )


def status(folder: str | Path) -> Status:
    """Return how far the study in a folder is. Raises StoreError for a folder that holds none."""
    folder = Path(folder)
    store.check_own(folder)
    manifest = read_manifest(folder)
    pairs = [pair for pair, mark in parts_in(folder) if mark.plan == manifest["plan"]]
    places = {place for runs, _ in pairs for place in places_in(runs)}
    return Status(
        study=manifest["study"],
        planned=manifest["planned"],
        finished=len(places),
        parts=len(pairs),
        bytes=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        current=manifest["model"] == model_stamp(),
    )
