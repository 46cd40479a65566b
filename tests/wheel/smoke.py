"""Does the package install and work without its checkout? The wheel, each extra alone, in clean environments: `make wheel-smoke`.

python tests/wheel/smoke.py --python python3.11 --python python3.14 [--extra excel ...] [--dist DIR]

For each Python and each extra an environment is made, the wheel installed with that extra, and `installed.py` run in a folder of its own.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import zipfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHECK = Path(__file__).with_name("installed.py")
NOT_FOR_USERS = {"dev", "docs"}
LARGEST_WHEEL = 5_000_000  # bytes


def main() -> int:
    """Check the wheel; return 1 if anything does not work."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--python", action="append", default=[], help="an interpreter; may be given again")
    options.add_argument(
        "--extra", action="append", help="an extra; all of them, and none at all, if left out"
    )
    options.add_argument("--dist", type=Path, help="a folder with the wheel; it is built if left out")
    given = options.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="wheel-smoke-") as place:
        wheel = built(given.dist or Path(place) / "dist")
        check_content(wheel)
        failed = [
            name
            for python in given.python or [sys.executable]
            for extra in given.extra or ["", *extras()]
            for name in works(wheel, python, extra, Path(place))
        ]
    took = f"{time.monotonic() - started:,.0f} seconds"
    print(f"wheel smoke: {'FAILED: ' + ', '.join(failed) if failed else 'all well'} ({took})")
    return bool(failed)


def extras() -> list[str]:
    """Return the extras that people install."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return sorted(set(project["optional-dependencies"]) - NOT_FOR_USERS)


def built(folder: Path) -> Path:
    """Return the wheel in a folder; build it, and the sdist that it is built from, if there is none."""
    if not any(folder.glob("*.whl")):
        print("building sdist and wheel ...", flush=True)
        run([sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)])
    return max(folder.glob("*.whl"))


def check_content(wheel: Path) -> None:
    """Stop if the wheel is too large, or lacks a file of the package that git knows, or has one that it does not."""
    size = wheel.stat().st_size
    if size > LARGEST_WHEEL:
        raise SystemExit(f"{wheel.name} has {size:,} bytes: allowed {LARGEST_WHEEL:,}")
    with zipfile.ZipFile(wheel) as archive:
        there = {name for name in archive.namelist() if name.startswith("ml_abm/")}
    listed = subprocess.run(
        ["git", "ls-files", "src/ml_abm"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    wanted = {line.removeprefix("src/") for line in listed.stdout.splitlines()}
    if there != wanted:
        lacking, strange = sorted(wanted - there)[:5], sorted(there - wanted)[:5]
        raise SystemExit(f"{wheel.name} lacks {lacking} and has {strange} beside what git knows")
    print(f"{wheel.name}: {size / 1e6:.2f} MB, {len(there)} files, those of src/ml_abm", flush=True)


def works(wheel: Path, python: str, extra: str, place: Path) -> Iterable[str]:
    """Yield the name of an environment in which the wheel does not work."""
    version = run([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).strip()
    name = f"{version}, {extra or 'no extra'}"
    folder = place / f"{version}-{extra or 'plain'}"
    print(f"{name}: installing ...", flush=True)
    try:
        run([python, "-m", "venv", str(folder)])
        inside = folder / "bin" / "python"
        wanted = f"{wheel}[{extra}]" if extra else str(wheel)
        pip = [str(inside), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        run([*pip, wanted, "--constraint", str(ROOT / "constraints.txt")])
        work = folder / "work"
        work.mkdir()
        shutil.copy(CHECK, work)
        # machine code is kept for all environments of one Python; nothing of the checkout may be found
        cache = {"NUMBA_CACHE_DIR": str(place / f"numba-{version}"), "MPLBACKEND": "agg"}
        clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        told = run([str(inside), "installed.py", extra], cwd=work, env={**clean, **cache})
        print("".join(f"  {line}\n" for line in told.splitlines()), end="", flush=True)
    except subprocess.CalledProcessError as error:
        print(f"{name}: FAILED\n{error.stdout}\n{error.stderr}", flush=True)
        yield name
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(words: list[str], **how: object) -> str:
    """Run a command and return what it prints."""
    return subprocess.run(words, capture_output=True, text=True, check=True, **how).stdout  # type: ignore[call-overload]


if __name__ == "__main__":
    sys.exit(main())
