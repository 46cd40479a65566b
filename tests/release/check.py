"""Is what is committed fit for a release? All checks, from a clean clone: `make release-check`.

Each check says when it begins and how it went; all are made, whatever fails, and the last line sums up. A check that this machine cannot
make (a Python that is not there, no network for the audit) is SKIPPED, said loudly, and counted: a release wants none of these.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OLDEST, NEWEST = "3.11", "3.14"
UNAVAILABLE = 3  # the exit code of what cannot be done on this machine, as `audit.py` has it
USABLE = "import ensurepip, sys; print('%d.%d' % sys.version_info[:2])"


@dataclass
class Checks:
    """What was checked, and how it went."""

    total: int
    done: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def check(
        self, name: str, words: list[str] | None, where: Path, needs: str = "", may_skip: bool = False
    ) -> None:
        """Run a command and say how it went; where there is none, say what is missing.

        One that may skip itself does so by the exit code `UNAVAILABLE` and a line that says why; others use that code for a fault.
        """
        self.done += 1
        print(f"[{self.done}/{self.total}] {name} ...", flush=True)
        began = time.monotonic()
        if words is None:
            self.skipped.append(name)
            print(f"      SKIPPED: {needs}", flush=True)
            return
        # one stream: what went wrong is at its end, whatever was said on the other before
        ended = subprocess.run(
            words, cwd=where, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        took = f"({time.monotonic() - began:,.0f} s)"
        last = (ended.stdout.strip().splitlines() or [""])[-1]
        if may_skip and ended.returncode == UNAVAILABLE:
            self.skipped.append(name)
            print(f"      SKIPPED {took}: {last}", flush=True)
        elif ended.returncode:
            self.failed.append(name)
            print(f"      FAILED {took}\n{ended.stdout[-6000:]}", flush=True)
        else:
            print(f"      ok {took} {last[:140]}", flush=True)


def main() -> int:
    """Make all checks; return 1 if one failed."""
    began = time.monotonic()
    pythons = {version: python_of(version) for version in (OLDEST, NEWEST)}
    if not any(pythons.values()):
        print(f"release check: found neither Python {OLDEST} nor {NEWEST} here", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="release-check-") as place:
        clone = Path(place) / "clone"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        if subprocess.run(
            ["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout:
            print("There are changes that are not committed: they are not checked.", flush=True)
        checks = all_checks(clone, pythons)
    minutes = (time.monotonic() - began) / 60
    said = [f"{len(checks.failed)} failed" + "".join(f": {name}" for name in checks.failed)]
    said += [f"{len(checks.skipped)} SKIPPED: {', '.join(checks.skipped)}"] if checks.skipped else []
    print(f"release check: {checks.done} checks in {minutes:.0f} minutes; {'; '.join(said)}")
    return bool(checks.failed)


def all_checks(clone: Path, pythons: dict[str, str | None]) -> Checks:
    """Make all checks in a clean clone."""
    found = [python for python in pythons.values() if python]
    checks = Checks(9)
    for version, python in pythons.items():  # the newest last: what follows stays in its environment
        words = ["make", "test", f"PYTHON={python}", "ARGS=-n 2"] if python else None
        checks.check(f"tests on Python {version}", words, clone, f"no Python {version} is found here")
    inside = ".venv/bin/python"
    checks.check("golden run", [inside, "-m", "pytest", "-q", "tests/golden"], clone)
    checks.check("format, lint, types", ["make", "check", f"PYTHON={found[-1]}"], clone)
    current = f"{inside} -m docs.generate && git diff --exit-code --stat -- docs"
    checks.check("generated pages are current", ["sh", "-c", current], clone)
    checks.check("the site builds", ["make", "site", f"PYTHON={found[-1]}"], clone)
    checks.check("as fast as the last release", [inside, "-m", "benchmarks.release"], clone)
    smoke = ["make", "wheel-smoke", f"PYTHON={found[-1]}", f"PYTHONS={' '.join(found)}"]
    checks.check("wheel and every extra", smoke, clone)
    # not by `make audit`: make has an exit code of its own; the tools are there since the wheel was built
    audit = [".venv-release/bin/python", "tests/release/audit.py"]
    checks.check("dependencies without known holes", audit, clone, may_skip=True)
    return checks


def python_of(version: str) -> str | None:
    """Return an interpreter of this version that can make virtual environments."""
    names = [
        f"python{version}",
        "python3",
        *map(str, sorted((Path.home() / ".pyenv/versions").glob(f"{version}.*/bin/python"))),
    ]
    for name in names:
        try:
            told = subprocess.run([name, "-c", USABLE], capture_output=True, text=True, check=False)
        except OSError:
            continue
        if told.returncode == 0 and told.stdout.strip() == version:
            return name
    return None


if __name__ == "__main__":
    sys.exit(main())
