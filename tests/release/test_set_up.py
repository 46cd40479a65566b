"""What `make` installs where not everything can be had."""

import sys

import pytest

from tests.set_up import ROOT, set_up

PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
NO_WHEEL = "ERROR: Could not find a version\nERROR: No matching distribution found for {}"
NO_BUILD = "error: subprocess-exited-with-error\nERROR: Failed to build installable wheels for {}"
NO_NETWORK = "WARNING: Retrying (Retry(total=0)) after connection broken\n" + NO_WHEEL
HERE = f"Python {sys.version_info.major}.{sys.version_info.minor}"


class Index:
    """An index without some packages, and what was installed from it."""

    def __init__(self, *lacks, says=NO_WHEEL):
        self.lacks = lacks
        self.says = says
        self.installed = []

    def install(self, words):
        words = list(words)
        needs = ["h5py", "numba"] if words[-1] == ".[dev]" else ["numba"] if words[-1] == "." else words
        for lacking in self.lacks:
            if any(need.startswith(lacking) for need in needs):
                return self.says.format(lacking)
        self.installed += words
        return ""


def test_where_everything_can_be_had_nothing_is_said():
    index = Index()
    assert set_up(index.install, PROJECT) == (False, [])
    assert index.installed == ["--editable", ".[dev]"]


@pytest.mark.parametrize("says", [NO_WHEEL, NO_BUILD])
def test_what_has_no_wheel_is_named_in_one_line_and_all_else_is_installed(says):
    index = Index("h5py", says=says)
    failed, lines = set_up(index.install, PROJECT)
    assert not failed
    assert lines == [
        f"h5py cannot be installed in {HERE} (no wheel for it, and no build): `ml-abm calibrate` will not work"
    ]
    names = " ".join(index.installed)
    for other in ("arviz", "emcee", "h5netcdf", "solara", "SALib", "openpyxl", "igraph", "pytest>=8", "ruff"):
        assert other in names


def test_a_package_of_two_extras_is_named_once_with_all_that_needs_it():
    _, lines = set_up(Index("scikit-learn", "h5py").install, PROJECT)
    assert len(lines) == 2
    assert "`ml-abm calibrate`, `ml-abm experiment` will not work" in "".join(lines)


def test_a_python_that_the_model_cannot_run_in_is_refused_in_one_line():
    failed, lines = set_up(Index("numba").install, PROJECT)
    assert failed
    assert len(lines) == 1
    assert lines[0].startswith(f"numba cannot be installed in {HERE}")
    assert "set PYTHON=" in lines[0]


@pytest.mark.parametrize(
    "says", [NO_NETWORK, "ERROR: Could not install packages: [Errno 28] No space left on device"]
)
@pytest.mark.parametrize("lacks", ["numba", "h5py"])
def test_another_fault_of_pip_is_not_laid_to_this_python(says, lacks):
    failed, lines = set_up(Index(lacks, says=says).install, PROJECT)
    assert failed
    assert len(lines) == 1
    assert says.format(lacks).splitlines()[-1].removeprefix("ERROR: ") in lines[0]
    assert "wheel" not in lines[0]
