"""Checkpoints: a run on disk, from which it goes on as if it had never stopped, to the last bit.

A checkpoint is one file: a first line, a header (JSON), the arrays as they lie in memory, and a checksum of all that. It is put in
place of the last one when it is safe on disk, so whatever happens a good one remains. Nothing is pickled, and no array is copied on
its way.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Callable, Iterator
from hashlib import blake2b
from io import BufferedReader
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np

from . import __version__, parameters, tables
from .errors import CheckpointError, InputError, OutputError
from .foundation.atomic_write import write_whole
from .foundation.compiled import model_stamp
from .foundation.folders import check_own, locked
from .scenario import Scenario
from .simulation import RECORD_TYPES, RECORDS, Simulation
from .system import settled
from .tables import SchoolSystem, Ties

FILE = "checkpoint.bin"
OWN = (FILE,)  # all that is read or replaced in a folder
FIRST_LINE = b"ml_abm checkpoint, schema 1\n"
CHUNK = 1 << 26  # bytes that are read, written and hashed at a time


def run(
    scenario: Scenario,
    months: int,
    seed: int,
    folder: Path,
    *,
    every: int = 12,
    resume: bool = False,
    threads: int = 1,
    districts: bool = False,
    progress: Callable[[int], None] = lambda months: None,
) -> Simulation:
    """Run a scenario with a checkpoint every so many months, and at the end; return the run as it is then.

    With `resume` it goes on from the folder's checkpoint, or from the beginning where there is none yet; without, a folder with a
    checkpoint is refused. Raises CheckpointError for one that is damaged, of another version or of another run, and for a folder
    that another process has.
    """
    scenario = settled(scenario)
    files = scenario.fingerprints()
    with locked(folder, OWN, CheckpointError):
        there = (folder / FILE).exists()
        if there and not resume:
            raise CheckpointError(
                f"{folder / FILE} is there already: resume it, or give another folder or delete it"
            )
        make_folder(folder)
        if there:
            run = load(folder, threads=threads)
            check_same_run(run, scenario, seed, districts, files, folder)
            run.scenario = scenario  # its files may lie elsewhere by now
            if run.month > months:
                raise CheckpointError(
                    f"{folder / FILE} has simulated {run.month} months already: ask for as many or more"
                )
            progress(run.month)
        else:
            run = Simulation(scenario, seed, threads=threads, districts=districts)
            run.files = files
        while run.month < months:
            run.run_for(min(every - run.month % every, months - run.month), progress)
            save(run, folder)
    return run


def live(*args: Any, **options: Any) -> Simulation:
    """Do what `run` does, under its former name."""
    warnings.warn("checkpoint.live is now checkpoint.run", DeprecationWarning, stacklevel=2)
    return run(*args, **options)


def make_folder(folder: Path) -> None:
    """Make a folder for checkpoints. Raises OutputError if it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror}") from None


def save(run: Simulation, folder: Path) -> Path:
    """Write a run's checkpoint in place of the folder's last one. Raises OutputError, and the last one remains."""
    path = folder / FILE

    def write(part: Path) -> None:
        with part.open("wb") as file:
            file.writelines(pieces(run))

    try:
        write_whole(path, write)
    except OutputError as error:
        raise OutputError(f"{error}; the last one is kept" if path.exists() else str(error)) from None
    return path


def pieces(run: Simulation) -> Iterator[bytes | memoryview]:
    """Yield a checkpoint's bytes piece by piece, its checksum last."""
    arrays = arrays_of(run)
    header = {
        "ml_abm": __version__,
        "code": model_stamp(),
        "byteorder": sys.byteorder,
        "scenario": run.scenario.model_dump(mode="json"),
        "files": run.files,
        "seed": run.seed,
        "month": run.month,
        "keep_districts": run.keep_districts,
        "happened": run.happened,
        "arrays": [[name, fingerprint(a.dtype), a.shape] for name, a in arrays.items()],
    }
    text = json.dumps(header).encode()
    digest = blake2b()
    start: list[bytes | memoryview] = [FIRST_LINE, len(text).to_bytes(8, "little"), text]
    for piece in chain(start, chunks_of(arrays)):
        digest.update(piece)
        yield piece
    yield digest.digest()


def chunks_of(arrays: dict[str, np.ndarray]) -> Iterator[memoryview]:
    """Yield the bytes of arrays in chunks, without a copy."""
    for array in arrays.values():
        flat = bytes_of(array)
        yield from (flat[first : first + CHUNK] for first in range(0, len(flat), CHUNK))


def bytes_of(array: np.ndarray) -> memoryview:
    """Return the bytes of an array, to read or to write."""
    return array.reshape(-1).view(np.uint8).data


def arrays_of(run: Simulation) -> dict[str, np.ndarray]:
    """Return all arrays that a run is made of, by name."""
    arrays: dict[str, np.ndarray] = {}
    for name, table in run.system._asdict().items():
        if isinstance(table, Ties):
            arrays |= {f"{name}.{part}": array for part, array in table._asdict().items()}
        else:
            arrays[name] = table
    return {**arrays, "parameters": run.parameters, **run.records()}


def types() -> dict[str, np.dtype]:
    """Return the types of arrays that are tables; the others say theirs in the header."""
    rows = {name: tables.row_type(row) for name, row in {**tables.TABLES, **RECORDS}.items()}
    rows.update(RECORD_TYPES)
    rows["parameters"] = parameters.record_type()
    return rows


def fingerprint(dtype: np.dtype) -> str:
    """Return a text that identifies a type: a simple type's name, or a hash of a table's columns."""
    if dtype.names is None:
        return dtype.str
    return blake2b(repr(dtype).encode(), digest_size=8).hexdigest()


def load(folder: Path, *, threads: int = 1) -> Simulation:
    """Return the run of a folder's checkpoint. Raises CheckpointError, in one line, for one that cannot be used."""
    path = folder / FILE
    check_own(folder, OWN, CheckpointError)
    try:
        with path.open("rb") as file:
            return run_from(*read(file, path), path, threads)
    except FileNotFoundError:
        raise CheckpointError(f"{folder} holds no {FILE}") from None
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror}") from None
    except InputError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, MemoryError):
        raise damaged(path) from None


def run_from(header: dict[str, Any], arrays: dict[str, np.ndarray], path: Path, threads: int) -> Simulation:
    """Return the run that a checkpoint's header and arrays say."""
    run = Simulation(
        Scenario.from_values(header["scenario"], source=str(path)),
        header["seed"],
        threads=threads,
        districts=header["keep_districts"],
        system=system_from(arrays),
    )
    happened = [(int(month), str(says)) for month, says in header["happened"]]
    run.files = dict(header["files"])
    records = tuple(arrays[name] for name in RECORDS)
    run.go_on_from(int(header["month"]), arrays["parameters"], happened, records)
    if set(arrays) != set(arrays_of(run)):
        raise damaged(path)
    return run


def read(file: BufferedReader, path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return a checkpoint's header and arrays, verified."""
    digest = blake2b()

    def take(n: int) -> bytes:
        piece = file.read(n)
        digest.update(piece)
        if len(piece) < n:
            raise damaged(path)
        return piece

    if file.read(len(FIRST_LINE)) != FIRST_LINE:
        raise CheckpointError(f"{path} is no checkpoint of this schema ({FIRST_LINE.decode().strip()})")
    digest.update(FIRST_LINE)
    size = int.from_bytes(take(8), "little")
    if size > path.stat().st_size:
        raise damaged(path)
    try:
        header = json.loads(take(size))
        check_version(header, path)
        known = types()
        arrays: dict[str, np.ndarray] = {}
        for name, kind, shape in header["arrays"]:
            dtype = known[name] if name in known else np.dtype(kind)
            if fingerprint(dtype) != kind:
                raise another_version(header, path)
            if dtype.hasobject:  # places in memory, which a file cannot know
                raise damaged(path)
            if dtype.itemsize * int(np.prod(shape, dtype=object)) > path.stat().st_size:
                raise damaged(path)
            arrays[name] = fill(np.empty(shape, dtype), file, digest, path)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise error if isinstance(error, CheckpointError) else damaged(path) from None
    if file.read() != digest.digest():
        raise damaged(path)
    return header, arrays


def fill(array: np.ndarray, file: BufferedReader, digest: Any, path: Path) -> np.ndarray:
    """Read an array's bytes into it."""
    flat = bytes_of(array)
    for first in range(0, len(flat), CHUNK):
        piece = flat[first : first + CHUNK]
        if file.readinto(piece) < len(piece):
            raise damaged(path)
        digest.update(piece)
    return array


def system_from(arrays: dict[str, np.ndarray]) -> SchoolSystem:
    """Return the tables of a school system from a checkpoint's arrays."""
    parts: dict[str, Any] = {}
    for name in SchoolSystem._fields:
        ties = [f"{name}.{part}" for part in Ties._fields]
        parts[name] = Ties(*(arrays[tie] for tie in ties)) if ties[0] in arrays else arrays[name]
    return SchoolSystem(**parts)


def check_version(header: dict[str, Any], path: Path) -> None:
    """Raise CheckpointError if other code wrote this, whose numbers might mean something else."""
    if header["code"] != model_stamp() or header["byteorder"] != sys.byteorder:
        raise another_version(header, path)


def check_same_run(
    run: Simulation, scenario: Scenario, seed: int, districts: bool, files: dict[str, Any], folder: Path
) -> None:
    """Raise CheckpointError that names what differs if a checkpoint is of another run than the one asked for; `files` are fingerprints."""
    asked = said_of(scenario, seed, districts)
    saved = said_of(run.scenario, run.seed, run.keep_districts)
    others = [name for name, value in asked.items() if saved.get(name) != value]
    others += [f"{key} (its content)" for key, file in files.items() if run.files.get(key) != file]
    if others:
        raise CheckpointError(
            f"{folder / FILE} is of another run, with other {', '.join(others)}: ask for the same, or give another folder"
        )


def said_of(scenario: Scenario, seed: int, districts: bool) -> dict[str, Any]:
    """Return all that makes a run what it is, by name. How many months it runs does not, nor where its files are."""
    left_out: dict[str, Any] = {
        **dict.fromkeys(("title", "sentence", "months", "endgame"), True),
        "system": {"folder"},
    }
    named = scenario.model_dump(mode="json", exclude=left_out)
    said: dict[str, Any] = {"--seed": seed, "--districts": districts}
    for name, value in named.items():
        if isinstance(value, dict):
            said |= {f"{name}.{key}": number for key, number in value.items()}
        else:
            said[name] = value
    return said


def damaged(path: Path) -> CheckpointError:
    """Return the error for a file whose content is not what was written."""
    return CheckpointError(f"{path} is damaged: delete it and begin again, or put back a copy")


def another_version(header: dict[str, Any], path: Path) -> CheckpointError:
    """Return the error for a checkpoint of other code."""
    return CheckpointError(
        f"{path} was written by other code (ml_abm {header['ml_abm']}, {header['code']}; this is {__version__}, "
        f"{model_stamp()}): go on with that, or begin again"
    )
