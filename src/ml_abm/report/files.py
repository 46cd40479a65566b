"""Results as files: a folder that appears whole or not at all."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..errors import OutputError
from ..outcomes import Trace
from ..scenario import Scenario

if TYPE_CHECKING:
    from ..experiments.analysis import Analysis

MANIFEST = "manifest.json"
PACKAGES = ("mesa", "numba", "numpy", "pandas", "pyarrow", "pydantic")


def check_folder(folder: Path) -> None:
    """Raise OutputError, before anything is computed, if results cannot be written to this folder."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"--out {folder} is a file: give a folder")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).exists():
        raise OutputError(f"--out {folder} holds other files and no {MANIFEST}: give a new or empty folder")
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.absolute().parent):
            pass
    except OSError as error:
        raise OutputError(f"--out {folder} cannot be written: {error.strerror}") from None


def write_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write into a new folder beside the target, then put it in the target's place at once."""
    folder = folder.absolute()
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
    writers = {
        "csv": lambda path: found.table.to_csv(path),
        "png": lambda path: found.figure().savefig(path, format="png", dpi=150),
    }
    for kind, write in writers.items():
        part = folder / f".{name}.{kind}.part"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write(part)
            part.replace(folder / f"{name}.{kind}")
        except OSError as error:
            raise OutputError(f"{folder} cannot be written: {error.strerror}") from None
        finally:
            part.unlink(missing_ok=True)


def write_results(folder: Path, trace: Trace, scenario: Scenario, seeds: list[int], months: int) -> None:
    """Write the tables as Parquet and CSV, the scenario, and a manifest from which the run can be repeated."""
    tables = {"system": trace.system, "districts": trace.districts, "funders": trace.funders}
    for name, table in tables.items():
        if table is not None:
            flat = table.reset_index()
            flat.to_parquet(folder / f"{name}.parquet", index=False)
            flat.to_csv(folder / f"{name}.csv", index=False)
    (folder / "scenario.toml").write_text(scenario.to_toml(), encoding="utf-8")
    manifest = manifest_of(scenario, seeds, months, [name for name, t in tables.items() if t is not None])
    (folder / MANIFEST).write_text(
        json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def manifest_of(scenario: Scenario, seeds: list[int], months: int, tables: list[str]) -> dict[str, Any]:
    """Return what it takes to repeat a run: versions, machine, seeds and the scenario's values."""
    return {
        "schema": 1,
        "ml_abm": __version__,
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "machine": {"system": platform.system(), "machine": platform.machine()},
        "seeds": seeds,
        "months": months,
        "tables": tables,
        "files": {key: fingerprint(path) for key, path in scenario.files().items()},
        "scenario": scenario.model_dump(mode="json"),
    }


def fingerprint(path: Path) -> dict[str, Any]:
    """Return what tells a list that was read from another; it is not copied, as it may hold people's names."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"file": path.name, "bytes": path.stat().st_size, "sha256": digest}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
