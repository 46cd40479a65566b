"""How to add something: the diffs of the pages apply, the package that they give compiles, and the pages' Python runs in it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "extending").glob("*.md"))
DIFF = re.compile(r"^```diff\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """Return a copy of package and reference with the diffs of all pages in it."""
    copy = tmp_path_factory.mktemp("changed")
    without = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "ml_abm", copy / "src" / "ml_abm", ignore=without)
    shutil.copytree(ROOT / "tests" / "reference", copy / "tests" / "reference", ignore=without)
    for page in PAGES:
        for number, diff in enumerate(DIFF.findall(page.read_text(encoding="utf-8"))):
            told = subprocess.run(
                ["git", "apply", "--ignore-whitespace", "-"],
                input=diff,
                text=True,
                cwd=copy,
                capture_output=True,
                check=False,
            )
            assert told.returncode == 0, f"{page.name}, diff {number + 1}: {told.stderr}"
    return copy


@pytest.mark.slow
def test_what_the_pages_change_compiles_and_does_what_they_say(changed):
    blocks = [
        f"# {page.name}\n{block}" for page in PAGES for block in PYTHON.findall(page.read_text("utf-8"))
    ]
    assert len(blocks) >= len(PAGES)
    (changed / "pages.py").write_text("\n".join(blocks), encoding="utf-8")
    where = {**os.environ, "PYTHONPATH": os.pathsep.join(["src", "."]), "NUMBA_CACHE_DIR": str(changed)}
    told = subprocess.run(
        [sys.executable, "pages.py"], cwd=changed, env=where, text=True, capture_output=True, check=False
    )
    print(told.stdout)
    assert told.returncode == 0, told.stderr


def test_what_the_pages_name_is_there():
    for page in PAGES:
        for file in re.findall(r"^\+\+\+ b/(\S+)$", page.read_text(encoding="utf-8"), re.MULTILINE):
            assert (ROOT / file).exists() or "made-up" in file, f"{page.name}: {file}"
