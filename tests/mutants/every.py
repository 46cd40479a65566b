"""Mutations of every operator, comparison and number by Cosmic Ray, in copies of the package; prints the survivors: `make mutants`.

Words of the command line narrow it to files whose path contains one. Cosmic Ray changes the text of a file, so mutations are compiled
as the formulas are. A survivor is a rule that no fast test holds, or a change that changes nothing (a bound that is never met).
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutants.__main__ import ROOT, copied

PACKAGE = ROOT / "src" / "ml_abm"
COSMIC_RAY = ROOT / ".venv-mutants" / "bin"
AT_ONCE = 2  # files
SECONDS_A_MUTANT = 300
# Where to look, and the fast tests that hold it.
RULES = {
    "mechanisms/*.py": ["tests/unit/test_formulas.py", "tests/unit/test_chance.py"],
    "scenario/*.py": [
        "tests/unit/test_bounds.py",
        "tests/unit/test_values_over_time.py",
        "tests/unit/test_scenario.py",
    ],
    "assess/**/*.py": ["tests/assess/test_rules.py", "tests/assess/test_tables.py"],
    "kernels/census.py": ["tests/unit/test_reference.py"],
}
# One opposite for each operator: eleven others in its place would be found by the same test.
OPERATORS = "|".join(
    [
        "ReplaceBinaryOperator_(Add_Sub|Sub_Add|Mul_Div|Div_Mul|Pow_Mul|FloorDiv_Mul|BitAnd_BitOr)",
        "ReplaceComparisonOperator_(Lt_LtE|Lt_GtE|LtE_Lt|LtE_Gt|Gt_GtE|Gt_LtE|GtE_Gt|GtE_Lt|Eq_NotEq|NotEq_Eq|Is_IsNot|IsNot_Is)",
        "ReplaceUnaryOperator_Delete_(USub|Not)",
        "AddNot",
        "Replace(True|False|And|Or)With.*",
        "NumberReplacer",
        "ZeroIterationForLoop",
    ]
)


def files_of(words: Iterable[str]) -> dict[Path, list[str]]:
    """Return the files to mutate, relative to the package, with their tests."""
    found = {
        path.relative_to(PACKAGE): tests
        for where, tests in RULES.items()
        for path in sorted(PACKAGE.glob(where))
    }
    return {
        file: tests for file, tests in found.items() if not words or any(word in str(file) for word in words)
    }


def settings(file: Path, tests: Iterable[str], python: str) -> str:
    """Return Cosmic Ray's settings for one file, in TOML."""
    command = f"{python} -m pytest -q -x -p no:cacheprovider {' '.join(tests)}"
    return f"""
[cosmic-ray]
module-path = "src/ml_abm/{file.as_posix()}"
timeout = {SECONDS_A_MUTANT}
test-command = "env PYTHONPATH=src:. {command}"
[cosmic-ray.distributor]
name = "local"
[cosmic-ray.filters.operators-filter]
exclude-operators = ['core/(?!({OPERATORS})$)']
"""


def report_of(file: Path, tests: Iterable[str]) -> str:
    """Return Cosmic Ray's report of the survivors of one file, as differences of text. Raises CalledProcessError where tests fail without a mutation."""
    with TemporaryDirectory() as place:
        copied(Path(place))
        Path(place, "settings.toml").write_text(settings(file, tests, sys.executable), encoding="utf-8")

        def call(program: str, *words: str) -> str:
            done = subprocess.run(
                [COSMIC_RAY / program, *words], cwd=place, capture_output=True, text=True, check=True
            )
            return done.stdout

        call("cosmic-ray", "baseline", "settings.toml")
        call("cosmic-ray", "init", "settings.toml", "session.sqlite")
        call("cr-filter-operators", "session.sqlite", "settings.toml")
        call("cosmic-ray", "exec", "settings.toml", "session.sqlite")
        return call("cr-report", "--surviving-only", "--show-diff", "session.sqlite")


def main() -> int:
    """Print the survivors of each file as it is done."""
    files = files_of(sys.argv[1:])
    if not files:
        print(f"no file of {', '.join(RULES)} has {' or '.join(sys.argv[1:])} in its path")
        return 2
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for file, report in zip(files, pool.map(report_of, files, files.values()), strict=True):
            print(f"--- {file}\n{report}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
