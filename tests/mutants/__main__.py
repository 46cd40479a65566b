"""Make each listed mutation in a copy of the package, run the tests that must fail, and print the survivors: `make listed-mutants`.

Words of the command line narrow it to files whose path contains one. Exits with 1 where a mutation survives, and where its tests fail
without it too, so that their failure would say nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
LISTED = Path(__file__).parent / "listed.toml"


def listed() -> list[dict]:
    """Return the mutations."""
    return tomllib.loads(LISTED.read_text(encoding="utf-8"))["mutation"]


def copied(place: Path) -> None:
    """Copy what the tests need to a place; only package and tests may be changed there."""
    for name in ("src", "tests"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("docs", "examples", "pyproject.toml", "README.md", "CONTRIBUTING.md"):
        (place / name).symlink_to(ROOT / name)


def passes(place: Path, tests: Sequence[str]) -> bool:
    """Return whether tests pass on the package of a place."""
    where = {**os.environ, "PYTHONPATH": os.pathsep.join([str(place / "src"), str(place)])}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=place, env=where, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.returncode == 0


def survives(mutation: dict, place: Path) -> bool:
    """Return whether the tests pass with a mutation in a copy of the package."""
    copied(place)
    file = place / "src" / "ml_abm" / mutation["file"]
    text = file.read_text(encoding="utf-8")
    assert text.count(mutation["before"]) == 1
    file.write_text(text.replace(mutation["before"], mutation["after"]), encoding="utf-8")
    return passes(place, mutation["tests"])


def main() -> int:
    """Try every mutation; print each with its end."""
    words = sys.argv[1:]
    chosen = [m for m in listed() if not words or any(word in m["file"] for word in words)]
    with TemporaryDirectory() as place:
        copied(Path(place))
        if not passes(Path(place), sorted({test for mutation in chosen for test in mutation["tests"]})):
            print("tests fail without a mutation: mend them first")
            return 1
    survivors = 0
    for mutation in chosen:
        with TemporaryDirectory() as place:
            survived = survives(mutation, Path(place))
        survivors += survived
        print(f"{'SURVIVED' if survived else 'killed'}: {mutation['file']}: {mutation['says']}", flush=True)
    print(f"{survivors} of {len(chosen)} survived")
    return survivors > 0


if __name__ == "__main__":
    sys.exit(main())
