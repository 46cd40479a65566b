"""Machine code on disk: where it is kept, several processes at once, and one signature a kernel."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from numba.core.caching import FunctionCache
from numba.core.dispatcher import Dispatcher

import ml_abm
from ml_abm import Scenario, compiled, simulate
from ml_abm.simulation import DOORS

DRAW = "from ml_abm.draws import _fill, uniforms; print(uniforms(7, 5, 3).tolist(), sum(_fill.stats.cache_hits.values()))"


@pytest.fixture
def no_package(monkeypatch, tmp_path):
    """An installation that cannot be written: its folder is a file, which stops even a superuser."""
    (tmp_path / "package").touch()
    monkeypatch.setattr(compiled, "PACKAGE", tmp_path / "package")
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    return tmp_path


def test_a_read_only_installation_keeps_machine_code_in_the_users_cache(no_package):
    assert compiled.cache_folder.__wrapped__().parent == no_package / "home"


def test_without_any_place_it_is_kept_for_this_process(no_package):
    (no_package / "home").touch()
    folder = compiled.cache_folder.__wrapped__()
    assert folder.is_dir()
    assert no_package not in folder.parents


def test_what_the_user_chose_comes_first(no_package, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(no_package / "chosen"))
    assert compiled.cache_folder.__wrapped__().parent == no_package / "chosen"


def test_other_text_has_another_folder(monkeypatch, tmp_path):
    before = compiled.package_stamp()
    (tmp_path / "kernels").mkdir()
    (tmp_path / "kernels" / "month.py").write_text("changed = True")
    monkeypatch.setattr(compiled, "PACKAGE", tmp_path)
    assert compiled.package_stamp() != before


def test_several_processes_may_compile_at_once(tmp_path):
    """All compile into an empty folder, get the same numbers, and the next one finds them on disk."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", DRAW]
    together = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    said = [process.communicate()[0] for process in together]
    assert [process.returncode for process in together] == [0, 0, 0]
    numbers = {text.rpartition(" ")[0] for text in said}
    assert len(numbers) == 1
    later = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    assert later.split() == [*numbers.pop().split(), "1"]


def test_a_kernel_that_python_calls_has_one_signature():
    """Numba numbers the signatures of a kernel on disk, and two processes could give one number to two of them."""
    for workers in (1, 2):
        simulate(Scenario().replace({"schools": 6000, "districts": 60}), 2, 1, workers=workers)
        simulate(Scenario(), 2, range(2), workers=workers, districts=True)
    doors = {
        kernel
        for path in Path(ml_abm.__file__).parent.rglob("*.py")
        if path.parent.name in ("kernels", "system") or path.name == "draws.py"
        for kernel in vars(module_of(path)).values()
        if isinstance(kernel, Dispatcher) and isinstance(kernel._cache, FunctionCache)
    }
    assert {kernel for kernels in DOORS.values() for kernel in kernels} <= doors
    assert {kernel.__name__: len(kernel.signatures) for kernel in doors if len(kernel.signatures) > 1} == {}


def module_of(path):
    name = ".".join(path.relative_to(Path(ml_abm.__file__).parent).with_suffix("").parts)
    return import_module(f"ml_abm.{name.removesuffix('.__init__')}")
