"""How the model is compiled: formulas are words, kernels are sweeps, both by Numba.

A *formula* is a small scalar function: compiled into the kernels that call it, and readable as plain
Python (``formula.py_func``), which is what the plain-Mesa reference in the tests uses.
A *kernel* is a loop over tables. Only the few kernels that Python itself calls are kept on disk.

The disk cache is keyed by the text of the whole package. Numba alone would look at the kernel's own file
only, and would go on running an old formula after an update of another file.
"""

from __future__ import annotations

import hashlib
import os
import socket
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba import njit

from ..errors import EngineError
from .machine_code import CheckedCache, made_private

PACKAGE = Path(__file__).parents[1]
BESIDE = ("foundation/compiled.py", "draws.py", "tables.py")  # what kernels use beside their own folders

# Rooms whose text ends up in machine code, or in month 0.
ROOMS = ("mechanisms", "kernels", "system", "networks", "lists")
# What else a result depends on.
AROUND = (
    "parameters.py",
    "outcomes.py",
    "scenario/parts.py",
    "scenario/scenario.py",
    "foundation/toml_file.py",
    "simulation.py",
)


# Only kernels call kernels, so wrappers for Python and C are not compiled (a third of the time). Division by zero gives inf or nan
# as in NumPy: without a branch for an exception, loops over teachers use vector instructions.
INSIDE = {"error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "nogil": True}


def formula(function: Callable[..., Any]) -> Any:
    """Compile a scalar formula into the kernels that call it (no fastmath: every bit is the formula's own)."""
    return njit(forceinline=True, error_model="numpy", no_cfunc_wrapper=True)(function)


def kernel(function: Callable[..., Any]) -> Any:
    """Compile a sweep that other kernels call; it never holds Python's lock."""
    return njit(**INSIDE)(function)


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a piece of a kernel into it: for what happens once a teacher, where a call would cost more than the work."""
    return njit(forceinline=True, **INSIDE)(function)


def inlined_source(function: Callable[..., Any]) -> Any:
    """Compile a kernel that only calls others as text of its caller: every level of calls is optimised all over again."""
    return njit(inline="always", **INSIDE)(function)


def entry_point(function: Callable[..., Any]) -> Any:
    """Compile a kernel that Python calls, and keep the machine code on disk for the next process."""
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(cache_folder())
    try:
        kernel = njit(nogil=True, error_model="numpy", no_cfunc_wrapper=True)(function)
        kernel._cache = CheckedCache(function, cache_folder())  # as Numba's own does with cache=True
        return kernel
    finally:
        numba.config.CACHE_DIR = before


@cache
def cache_folder() -> Path:
    """Return a folder of this user's own for machine code that belongs to exactly this text of the package.

    In order: the user's NUMBA_CACHE_DIR, the package itself, the user's cache folder, a temporary folder
    (an installation may be read-only, and what others could write would be run).
    """
    name = f"ml_abm-{package_stamp()}"
    home_cache = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    places = [Path(chosen)] if chosen else []
    places.append(PACKAGE / "__pycache__")
    if home_cache.is_absolute():  # without a home it would be in whatever folder the user is in
        places.append(home_cache)
    for place in places:
        folder = place / name
        if made_private(folder):
            return folder
    return Path(tempfile.mkdtemp(prefix=name))


def on_disk(kernel: Any) -> bool:
    """Return whether the machine code of a kernel that Python calls is on disk already."""
    return any(cache_folder().glob(f"**/*.{kernel.__name__}-*.nbi"))


@cache
def model_stamp() -> str:
    """Return a short hash of all code that results depend on: what is compiled, and what moves it from month to month."""
    digest = hashlib.blake2b(package_stamp().encode(), digest_size=6)
    for name in AROUND:
        digest.update((PACKAGE / name).read_bytes())
    return digest.hexdigest()


def check_code(here: str, asked: str) -> None:
    """Raise EngineError if a worker's code is another than that of the one who asked, by their stamps."""
    if here != asked:
        raise EngineError(
            f"the worker on {socket.gethostname()} has other code of the model ({here}, asked for {asked}): "
            "install the same version of ml_abm there"
        )


def package_stamp() -> str:
    """Return a short hash of the text that ends up in machine code (about a millisecond)."""
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] in ROOMS or path.relative_to(PACKAGE).as_posix() in BESIDE:
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
