"""Installation into this environment of the package, its extras and its tools; what cannot be had for this Python is named and left out.

.venv/bin/python tests/set_up.py      # what every verb of `make` does once
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PYTHON = f"Python {sys.version_info.major}.{sys.version_info.minor}"
# What does not work without an extra.
NEEDED_FOR = {
    "calibration": "`ml-abm calibrate`",
    "excel": "lists in .xlsx",
    "experiments": "`ml-abm experiment`",
    "networks": "ties in files of graphs",
    "search": "`ml-abm plan`",
    "viz": "`ml-abm view`",
    "dev": "a part of the tests or checks",
}
# What pip says where there is no wheel and no way to build one, and where it could not even ask.
UNAVAILABLE = r"(?i)no matching distribution|failed to build|failed building|metadata-generation-failed"
UNREACHABLE = "Retrying ("
Install = Callable[[Iterable[str]], str]


class PipError(Exception):
    """Pip fails, and not because something is missing for this Python."""


def main() -> int:
    """Install all there is; return 2 if not even the model can be."""
    failed, says = set_up(pip, (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for line in says:
        print(f"make: {line}", file=sys.stderr)
    return 2 if failed else 0


def pip(words: Iterable[str]) -> str:
    """Install what is asked for, with the versions that are tested; return what pip says if it cannot, else nothing."""
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    ended = subprocess.run(
        [*install, "--constraint", "constraints.txt", *words],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return ended.stdout if ended.returncode else ""


def set_up(install: Install, pyproject: str) -> tuple[bool, list[str]]:
    """Install everything at once, or else piece by piece; return whether that failed, and a line on each thing that is missing."""
    if not install(["--editable", ".[dev]"]):
        return False, []
    project = tomllib.loads(pyproject)["project"]
    try:
        if install(["--editable", "."]):
            missing = missing_of(install, project["dependencies"])
            return True, [f"{in_words(missing)}, and nothing works without it: set PYTHON=/path/to/another"]
        left_out = without(install, project)
    except PipError as error:
        return True, [f"pip could not install what ml_abm needs: {error}"]
    return False, [f"{in_words([name])}: {', '.join(why)} will not work" for name, why in left_out.items()]


def without(install: Install, project: dict[str, Any]) -> dict[str, list[str]]:
    """Install what there is of each extra; return, by what there is not, what does not work without it."""
    left_out: dict[str, list[str]] = {}
    for extra, why in NEEDED_FOR.items():
        needs = [n for n in project["optional-dependencies"][extra] if not n.startswith(project["name"])]
        for name in missing_of(install, needs) if install(needs) else ():
            left_out.setdefault(name, []).append(why)
    return left_out


def missing_of(install: Install, needs: Iterable[str]) -> list[str]:
    """Install what can be; return the names of the others. Raises PipError where pip fails of something else."""
    missing = []
    for need in needs:
        says = install([need])
        if says and (UNREACHABLE in says or not re.search(UNAVAILABLE, says)):
            raise PipError(last_error(says))
        if says:
            missing.append(re.split(r"[^\w.-]", need, maxsplit=1)[0])
    return missing


def in_words(names: list[str]) -> str:
    """Return that there is nothing to install of these names."""
    return f"{', '.join(names)} cannot be installed in {PYTHON} (no wheel for it, and no build)"


def last_error(says: str) -> str:
    """Return the last error that pip tells of."""
    lines = says.splitlines()
    return ([line for line in lines if line.startswith("ERROR")] or lines)[-1].removeprefix("ERROR: ")


if __name__ == "__main__":
    sys.exit(main())
