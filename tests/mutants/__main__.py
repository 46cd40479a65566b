"""Make each listed mutation in a copy of the package, run the tests that must fail, and print the survivors: `make mutants`.

Words of the command line narrow it to files whose path contains one. Exits with 1 where a mutation survives.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
LISTED = Path(__file__).parent / "listed.toml"


def listed() -> list[dict]:
    """Return the mutations."""
    return tomllib.loads(LISTED.read_text(encoding="utf-8"))["mutation"]


def survives(mutation: dict, place: Path) -> bool:
    """Return whether the tests pass with a mutation in a copy of the package."""
    copy = place / "src" / "ml_abm"
    shutil.copytree(ROOT / "src" / "ml_abm", copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests", place / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("docs", "examples", "pyproject.toml", "README.md", "CONTRIBUTING.md"):
        (place / name).symlink_to(ROOT / name)
    file = copy / mutation["file"]
    text = file.read_text(encoding="utf-8")
    assert text.count(mutation["before"]) == 1
    file.write_text(text.replace(mutation["before"], mutation["after"]), encoding="utf-8")
    where = {**os.environ, "PYTHONPATH": os.pathsep.join([str(place / "src"), str(place)])}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *mutation["tests"]]
    done = subprocess.run(command, cwd=place, env=where, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.returncode == 0


def main() -> int:
    """Try every mutation; print each with its end."""
    survivors = 0
    for mutation in listed():
        if len(sys.argv) > 1 and not any(word in mutation["file"] for word in sys.argv[1:]):
            continue
        with TemporaryDirectory() as place:
            survived = survives(mutation, Path(place))
        survivors += survived
        print(f"{'SURVIVED' if survived else 'killed'}: {mutation['file']}: {mutation['says']}", flush=True)
    print(f"{survivors} survived")
    return survivors > 0


if __name__ == "__main__":
    sys.exit(main())
