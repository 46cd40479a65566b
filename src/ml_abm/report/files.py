"""Results as files: a folder that appears whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import OutputError
from ..foundation.atomic_write import write_whole
from ..foundation.folders import check_own
from ..foundation.provenance import made_with
from ..outcomes import Trace
from ..scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from ..experiments.analysis import Analysis

MANIFEST = "manifest.json"
TABLES = ("system", "districts", "funders", "quintiles", "spread")
ROWS_AT_A_TIME = 100_000
# What a folder of results may hold.
OURS = (
    MANIFEST,
    "scenario.toml",
    "draws.csv",
    "agents",
    "*.png",
    *(f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")),
)
PACKAGES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "pydantic")


def check_folder(folder: Path, ours: Sequence[str] = OURS) -> None:
    """Raise OutputError, before anything is computed, if results cannot be written to this folder; `ours` is what one of its kind may hold."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"--out {folder} is a file: give a folder")
    if folder.is_dir() and any(folder.iterdir()):
        check_ours(folder, ours)
    try:
        str(folder.absolute()).encode()  # Arrow takes no other path
        beside = Path(os.path.realpath(folder)).parent
        beside.mkdir(parents=True, exist_ok=True)
    except UnicodeEncodeError:
        raise OutputError(f"--out {folder} cannot be written: its path is not UTF-8") from None
    except OSError as error:
        raise OutputError(f"--out {folder} cannot be written: {error.strerror}") from None
    check_writable(beside, f"--out {folder}")


def check_writable(folder: Path, called: str) -> None:
    """Raise OutputError, before anything is computed, if no file can be made in a folder."""
    try:
        with tempfile.TemporaryDirectory(dir=folder):
            pass
    except OSError as error:
        raise OutputError(f"{called} cannot be written: {error.strerror}") from None


def check_ours(folder: Path, ours: Sequence[str] = OURS) -> None:
    """Raise OutputError if a folder holds anything that no earlier run wrote: results are replaced as a whole, and it would be lost."""
    check_own(folder, (MANIFEST,), OutputError)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        written = isinstance(manifest, dict) and {"ml_abm", "schema"} <= manifest.keys()
    except (OSError, ValueError):
        written = False
    others = sorted(path.name for path in folder.iterdir() if not any(path.match(name) for name in ours))
    if others or not written:
        shown = f"holds {others[0]!r}" if others else f"holds no {MANIFEST} of a run"
        raise OutputError(f"--out {folder} {shown}, which would be lost: give a new or empty folder")


def write_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write into a new folder beside the target, then put it in the target's place at once; a link to a folder stays, and leads to the new one."""
    folder = Path(os.path.realpath(folder))  # which takes a circle of links as it is
    try:
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror}") from None
    try:
        fill(fresh)
        fresh.chmod(0o755)
        if folder.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
            folder.replace(old / folder.name)
            fresh.replace(folder)
            shutil.rmtree(old)
        else:
            fresh.replace(folder)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def write_analysis(folder: Path, name: str, found: Analysis) -> None:
    """Write the table and the figure of an analysis into a folder; each file appears whole. Raises OutputError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror}") from None
    write_whole(folder / f"{name}.csv", found.table.to_csv)
    write_whole(folder / f"{name}.png", lambda part: found.figure().savefig(part, format="png", dpi=150))


def write_results(
    folder: Path,
    trace: Trace,
    scenario: Scenario,
    seeds: list[int],
    months: int,
    files: dict[str, Any],
    districts_csv: bool = False,
) -> None:
    """Write the tables as Parquet and CSV (that of districts as CSV only where asked for), the scenario, and a manifest from which the run can be repeated.

    `files` tells the lists and ties that were read (`Scenario.fingerprints`); they are not copied, as they may hold people's names.
    """
    tables = {name: getattr(trace, name) for name in TABLES}
    for name, table in tables.items():
        if table is not None:
            write_parquet(table, folder / f"{name}.parquet")
            if name != "districts" or districts_csv:
                table.reset_index().to_csv(folder / f"{name}.csv", index=False)
    beside = [f"# put {file['file']} (sha256 {file['sha256']}) beside this file\n" for file in files.values()]
    (folder / "scenario.toml").write_text("".join(beside) + scenario.to_toml(), encoding="utf-8")
    manifest = manifest_of(scenario, seeds, months, files)
    manifest["tables"] = [name for name, table in tables.items() if table is not None]
    (folder / MANIFEST).write_text(
        json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """Write a table with its index as columns, some rows at a time, so that a large one is not copied as a whole."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    parts = (
        table.iloc[first : first + ROWS_AT_A_TIME] for first in range(0, max(1, len(table)), ROWS_AT_A_TIME)
    )
    writer = None
    for part in parts:
        rows = pa.Table.from_pandas(part.reset_index(), preserve_index=False)
        writer = writer or pq.ParquetWriter(path, rows.schema)
        writer.write_table(rows)
    assert writer is not None
    writer.close()


def manifest_of(scenario: Scenario, seeds: list[int], months: int, files: dict[str, Any]) -> dict[str, Any]:
    """Return what it takes to repeat a run: versions, machine, seeds, files read and the scenario's values."""
    values = scenario.model_dump(mode="json")
    if files:
        values["system"]["folder"] = str(Path(scenario.system.folder).resolve())
    return {
        "schema": 1,
        **made_with(PACKAGES),
        "seeds": seeds,
        "months": months,
        "files": files,
        "scenario": values,
    }
