"""Releases: one version, a changelog that can be cut, data in the wheel, and habits that name what is there."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

import ml_abm
from benchmarks.release import KEPT, slower
from tests.release.check import UNAVAILABLE, Checks

ROOT = Path(ml_abm.__file__).parents[2]


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_version_is_said_once_and_the_citation_follows_it():
    project = tomllib.loads(text("pyproject.toml"))
    assert "version" not in project["project"]
    assert project["tool"]["hatch"]["version"]["path"] == "src/ml_abm/__init__.py"
    assert re.search(r"^version: (.+)$", text("CITATION.cff"), re.MULTILINE)[1] == ml_abm.__version__


def test_the_changelog_keeps_its_form():
    headings = re.findall(r"^## (.+)$", text("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", heading) for heading in headings[1:])
    kinds = re.findall(
        r"^### (.+)$", text("CHANGELOG.md").partition("\n## [")[2].partition("\n## [")[0], re.MULTILINE
    )
    assert set(kinds) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert len(set(kinds)) == len(kinds)


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "README.md", "SECURITY.md"])
def test_every_verb_of_make_that_is_named_is_there(page):
    verbs = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", text(page))) <= verbs


def usable(version):
    """Return whether `make` would take a Python of this version."""
    words = re.search(r"^USABLE := (.+)$", text("Makefile"), re.MULTILINE)[1]
    try:
        exec(words.replace("sys.version_info", repr(version)), {})
    except SystemExit as end:
        return not end.code
    return True


def test_make_takes_every_python_from_the_oldest_on():
    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert project["requires-python"] == ">=3.11"
    assert not usable((3, 10, 99))
    assert all(usable((3, minor, 0)) for minor in range(11, 40))
    tried = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    assert {f"python{version}" for version in tried} <= set(
        re.search(r"^CANDIDATES := (.+)$", text("Makefile"), re.MULTILINE)[1].split()
    )
    assert len(tried) >= 5


def test_hooks_fetch_nothing():
    hooks = text(".pre-commit-config.yaml")
    assert set(re.findall(r"repo: (.+)", hooks)) == {"local"}
    assert set(re.findall(r"language: (.+)", hooks)) == {"system"}


def test_every_kind_of_file_in_the_package_is_known_and_all_of_them_are_small():
    files = [
        path
        for path in (ROOT / "src" / "ml_abm").rglob("*")
        if path.is_file()
        and not any(part.startswith((".", "__pyc")) for part in path.parts[len(ROOT.parts) :])
    ]
    known = {
        ".py",
        ".toml",
        ".csv",
        ".md",
        ".typed",
        ".js",
        ".css",
        ".vue",
        ".json",
        ".txt",
        ".svg",
        ".parquet",
    }
    assert {path.suffix or path.name for path in files} <= known | {"py.typed"}
    assert ROOT / "src/ml_abm/py.typed" in files
    assert sum(path.stat().st_size for path in files) < 5_000_000  # not packed yet: the wheel is smaller


def test_a_release_check_skips_only_what_may_skip_itself(tmp_path):
    checks = Checks(3)
    gone = [sys.executable, "-c", f"print('no network'); raise SystemExit({UNAVAILABLE})"]
    checks.check("audit", gone, tmp_path, may_skip=True)
    checks.check("golden run", gone, tmp_path)
    checks.check("tests on Python 3.13", None, tmp_path, "no Python 3.13")
    assert (checks.skipped, checks.failed) == (["audit", "tests on Python 3.13"], ["golden run"])


def test_a_ratio_that_falls_too_far_is_named():
    before = {"small runs": 500.0, "network": 16.0, "gone": 2.0}
    assert slower({"small runs": 360.0, "network": 16.5, "gone": 2.0}, before) == []
    assert [line.partition(":")[0] for line in slower({"small runs": 340.0, "network": 16.0}, before)] == [
        "small runs",
        "gone",
    ]
    assert KEPT.exists()
