"""Machine code on disk: where it is kept, what becomes of damage, several processes at once, and one signature a kernel."""

import errno
import os
import pickle
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from numba.core.caching import FunctionCache
from numba.core.dispatcher import Dispatcher

import ml_abm
from ml_abm import Scenario, simulate
from ml_abm.foundation import compiled, machine_code
from ml_abm.simulation import ENTRY_POINTS

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


def test_the_folder_is_closed_to_others(no_package):
    folder = compiled.cache_folder.__wrapped__()
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("whose", ["a link", "others may write it", "another user's"])
def test_a_folder_that_others_could_have_filled_is_not_used(no_package, monkeypatch, whose):
    """What lies in it is run: `NUMBA_CACHE_DIR=/tmp` would let everyone put something there."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(no_package / "shared"))
    folder = compiled.cache_folder.__wrapped__()
    assert folder.parent == no_package / "shared"
    if whose == "a link":
        folder.rename(no_package / "elsewhere")
        folder.symlink_to(no_package / "elsewhere")
    elif whose == "others may write it":
        folder.chmod(0o770)
    else:
        monkeypatch.setattr(machine_code, "user", lambda: os.geteuid() + 1)
    assert folder not in (used := compiled.cache_folder.__wrapped__(), *used.parents)


def test_without_a_home_nothing_is_looked_for_in_the_folder_one_is_in(no_package, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "cache")
    monkeypatch.chdir(no_package)
    assert no_package not in compiled.cache_folder.__wrapped__().parents
    assert not (no_package / "cache").exists()


def test_other_text_has_another_folder(monkeypatch, tmp_path):
    before = compiled.package_stamp()
    (tmp_path / "kernels").mkdir()
    (tmp_path / "kernels" / "month.py").write_text("changed = True")
    monkeypatch.setattr(compiled, "PACKAGE", tmp_path)
    assert compiled.package_stamp() != before


# --- damage ------------------------------------------------------------------------------------------------------------------


def twice(x):
    return 2 * x


@pytest.fixture
def again(tmp_path, monkeypatch, capsys):
    """Return a function that is called as in a new process: the result, whether it came from disk, and what is said."""
    monkeypatch.setattr(compiled, "cache_folder", lambda: tmp_path)

    def call(value=4.0):
        machine_code.say.cache_clear()
        kernel = compiled.entry_point(twice)
        result = kernel(value)
        return result, bool(kernel.stats.cache_hits), capsys.readouterr().err

    assert call() == (8.0, False, "")
    assert call() == (8.0, True, "")
    return call


def file_of(folder, kind):
    (path,) = folder.rglob(f"*.{kind}")
    return path


DAMAGE = {
    "truncated": lambda content: content[:100],
    "empty": lambda content: b"",
    "garbage": lambda content: bytes(range(256)) * 9,
    "a pickle of something else": lambda content: pickle.dumps({"a": 1}),
    "the pickles of an index of nothing": lambda content: pickle.dumps("0") + pickle.dumps((b"", {})),
    "without its last letter": lambda content: content[:-1],
    "longer": lambda content: content + b"x",
    "a bit of its first half": lambda content: flipped(content, len(content) // 3),
    "a bit of its digest": lambda content: flipped(content, len(content) - 9),
}


def flipped(content, at):
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize("kind", ["nbi", "nbc"])
@pytest.mark.parametrize("how", DAMAGE)
def test_damaged_machine_code_is_compiled_again_and_said_in_one_line(again, tmp_path, kind, how):
    path = file_of(tmp_path, kind)
    path.write_bytes(DAMAGE[how](path.read_bytes()))
    words = f"ml-abm: machine code of the model in {tmp_path} is damaged: it is deleted and compiled again\n"
    assert again() == (8.0, False, words)
    assert again() == (8.0, True, "")


def test_machine_code_of_another_kernel_or_machine_is_not_run(again, tmp_path, monkeypatch):
    path = file_of(tmp_path, "nbc")
    other = path.with_name("other.py311.1.nbc")
    body = path.read_bytes()[:-64]
    path.write_bytes(body + machine_code.digest(other, body))
    assert again()[1] is False
    assert again()[1] is True
    load = machine_code.IndexDataCacheFile.load
    monkeypatch.setattr(machine_code.IndexDataCacheFile, "load", lambda *how: ("another", load(*how)[1]))
    result, from_disk, said = again()
    assert (result, from_disk) == (8.0, False)
    assert said.count("\n") == 1


def test_damage_that_cannot_be_deleted_is_gone_round(again, tmp_path):
    path = file_of(tmp_path, "nbi")
    path.unlink()
    path.mkdir()  # which stops even a superuser
    for _ in range(2):
        result, from_disk, said = again()
        assert (result, from_disk) == (8.0, False)
        assert "cannot be deleted" in said
        assert said.count("\n") == 1


def test_a_full_disk_only_costs_the_next_compilation(again, tmp_path, monkeypatch):
    file_of(tmp_path, "nbi").unlink()

    def full(*how):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(machine_code.IndexDataCacheFile, "_open_for_write", full)
    result, from_disk, said = again()
    assert (result, from_disk) == (8.0, False)
    assert "cannot be kept" in said
    assert said.count("\n") == 1


# What people do, each in a process of its own; a month of the base scenario.
USES = {
    "simulate": "from ml_abm import Scenario, simulate; simulate(Scenario(), 1, 1)",
    "Mesa": "from ml_abm import Scenario, SchoolSystemModel; SchoolSystemModel(Scenario(), rng=1).run_for(1)",
    "the command line": "from ml_abm.cli import main; assert main(['run', 'base', '--months', '1']) == 0",
}


def in_a_process(code, folder):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    return told.stderr


def damaged_copy(place, names):
    """Copy this package's machine code, and tear the files of some kernels."""
    simulate(Scenario(), 1, 1)  # so that all of it is there
    copy = place / compiled.cache_folder().name
    shutil.copytree(compiled.cache_folder(), copy)
    torn = [path for name in names for path in copy.rglob(name)]
    assert torn
    for path in torn:
        path.write_bytes(path.read_bytes()[:100])
    return place


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("kind", ["nbi", "nbc"])
def test_whatever_one_does_goes_on_where_machine_code_is_damaged(tmp_path, use, kind):
    """Every run ended with a traceback, until someone found the folder."""
    said = in_a_process(USES[use], damaged_copy(tmp_path, [f"draws.*.{kind}", f"networks.*.{kind}"]))
    assert said.count("\n") == 1
    assert "is damaged: it is deleted and compiled again" in said
    assert in_a_process(USES[use], tmp_path) == ""


@pytest.mark.slow
def test_a_folder_of_nothing_but_damage_is_built_again(tmp_path):
    said = in_a_process(USES["the command line"], damaged_copy(tmp_path, ["*.nbi", "*.nbc"]))
    assert said.count("\n") == 1
    assert in_a_process(USES["the command line"], tmp_path) == ""


# --- several processes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damaged", ["", "nbi", "nbc"])
def test_several_processes_may_compile_at_once(tmp_path, damaged):
    """All compile into a folder that is empty or damaged, get the same numbers, and the next one finds them on disk."""
    if damaged:
        damaged_copy(tmp_path, [f"draws.*.{damaged}"])
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
    assert {kernel for kernels in ENTRY_POINTS.values() for kernel in kernels} <= doors
    assert {kernel.__name__: len(kernel.signatures) for kernel in doors if len(kernel.signatures) > 1} == {}


def module_of(path):
    name = ".".join(path.relative_to(Path(ml_abm.__file__).parent).with_suffix("").parts)
    return import_module(f"ml_abm.{name.removesuffix('.__init__')}")
