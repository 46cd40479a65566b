"""Install each line of requirements.txt on its own, so that one that does not install leaves the others.

Run it with the Python of an environment that has the package with its [dev] extra; it prints what it skipped and why.
"""

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
CONSTRAINTS = HERE.parent / "constraints.txt"
# mesa-frames 0.1 asks for NumPy 1.26, this package for 2; it runs with 2 (test_peers.py) on what is installed here.
WITHOUT_DEPENDENCIES = {"mesa-frames"}


def requirements():
    lines = (HERE / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def name_of(requirement):
    return re.match(r"[\w.-]+", requirement)[0]


def install(requirement):
    """Return why pip did not install a requirement, or nothing if it did."""
    options = ["--no-deps"] if name_of(requirement) in WITHOUT_DEPENDENCIES else []
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", *options]
    done = subprocess.run(
        [*pip, requirement, "--constraint", str(CONSTRAINTS)], capture_output=True, text=True, check=False
    )
    return first_error(done.stderr) if done.returncode else ""


def first_error(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return next(iter(errors or lines[-1:]), "pip gave no reason")


if __name__ == "__main__":
    for requirement in requirements():
        if reason := install(requirement):
            print(f"skipped: {name_of(requirement)} ({reason})")
