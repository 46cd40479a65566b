"""Running a study: what is in the folder already is kept, the rest is simulated, and an interruption loses only runs under way."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from ..errors import StudyError
from ..foundation.compiled import model_stamp
from ..foundation.threads import cores
from ..runs import Result, check_engine, engine_of, run_jobs
from ..simulation import warm_up
from ..system.memory import check_size
from . import store
from .jobs import jobs_of
from .manifest import MANIFEST, read_manifest
from .parts import Mark, finished, parts_in, tables_of, write_tables
from .plan import RUNS_WITHOUT_A_WORD, Plan, count, in_words, plan_of
from .relabel import relabel
from .store import Experiment
from .study import Study


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
    study : what is run; of an edited study of the same name, only what is new is simulated.
    folder : where results are kept; made if it is not there.
    engine : "local" (threads), "dask", or an executor of concurrent.futures.
    workers : threads or processes; all cores by default.
    scheduler : address of a Dask scheduler, such as "tcp://10.0.0.1:8786"; by default Dask processes on this machine.
    yes : run a study of more than 20,000 runs without asking.
    progress : called with how many runs of how many are finished.
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
    with engine_of(engine, workers, scheduler) as who, store.locked(folder):
        done = opened(folder, plan)
        todo = plan.runs[~plan.runs["key"].isin(done)]
        counted = len(plan.runs) - len(todo)
        progress(counted, len(plan.runs))
        if len(todo):
            warm_up()
            mark = Mark(read_manifest(folder)["store"], plan.stamp)
            count_more = counter(progress, counted, len(plan.runs))

            def keep(results: dict[str, Result]) -> None:
                if results:
                    tables = tables_of(plan, results)
                    write_tables(folder, tables, mark)
                    count_more(len(tables.runs))

            run_jobs(jobs_of(plan, todo), todo["key"].nunique(), who, keep)


def opened(folder: Path, plan: Plan) -> set[str]:
    """Make the folder ready for a plan; return the keys of the runs that are there."""
    before = read_manifest(folder)["plan"] if (folder / MANIFEST).exists() else plan.stamp
    store.prepare(folder, plan)
    store.sweep(folder)
    relabel(folder, plan, edited=before != plan.stamp)
    return finished(parts_in(folder), plan.stamp)


def check_memory(plan: Plan, at_once: int) -> None:
    """Raise SizeError if the largest system of a study does not fit in memory as often as there are threads."""
    sizes = [name for name in ("setting.schools", "setting.teachers_per_school") if name in plan.points]
    largest = {name: plan.points[name].max().item() for name in sizes}
    for scenario in plan.scenarios.values():
        check_size(scenario.replace(largest) if largest else scenario, at_once=at_once)


def counter(progress: Callable[[int, int], None], finished: int, planned: int) -> Callable[[int], None]:
    """Return a function that adds up how many runs are finished, from any thread, and reports it."""
    from threading import Lock

    lock = Lock()

    def more(runs: int) -> None:
        nonlocal finished
        with lock:
            finished += runs
            progress(finished, planned)

    return more


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
    store.check_files(folder)
    parts = [part for part in parts_in(folder) if part.mark.plan == manifest["plan"]]
    return Status(
        study=manifest["study"],
        planned=manifest["planned"],
        finished=len({place for part in parts for place in part.places()}),
        parts=len(parts),
        bytes=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        current=manifest["model"] == model_stamp(),
    )
