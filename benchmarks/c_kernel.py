"""The C rival of the teacher sweep: compile `teacher_month.c` over the tables of `ml_abm`, and call it as `live_schools` is called.

The C file never says how a row is laid out: its structures and enumerations are written here, from the NumPy types.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ml_abm import parameters, tables
from ml_abm.draws import Decision

SOURCE = Path(__file__).with_name("teacher_month.c")
# No fused multiply-add, which rounds once where the formulas round twice; and arithmetic need not set errno or raise signals, which
# nobody reads and which would keep loops from vector instructions.
SAME_BITS = ("-O3", "-march=native", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math")
ROWS = {
    "Teacher": tables.row_type(tables.Teacher),
    "School": tables.row_type(tables.School),
    "District": tables.row_type(tables.District),
    "Programme": tables.row_type(tables.Programme),
    "Parameters": parameters.record_type(),
}
WORDS = {"STAGE": tables.Stage, "ENROLMENT": tables.Enrolment, "BARRIER": tables.Barrier, "DECISION": Decision}  # fmt: skip
C_NAMES = {"u1": "uint8_t", "u2": "uint16_t", "i4": "int32_t", "i8": "int64_t", "f4": "float", "f8": "double"}
POINTERS = ("teachers", "schools", "districts", "programme", "p", "seen", "shown", "ties", "thresholds")
LiveSchools = Callable[[tables.SchoolSystem, np.ndarray, np.uint64, int, int, int], None]


def compiler() -> str | None:
    """Return the C compiler of this machine ($CC or gcc), or None."""
    return shutil.which(os.environ.get("CC", "gcc"))


def compile_kernel(cc: str | None = None, flags: tuple[str, ...] = SAME_BITS) -> LiveSchools | None:
    """Return `live_schools` in C, called as `ml_abm.kernels.run.live_schools` is; None without a C compiler."""
    cc = cc or compiler()
    if cc is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "teacher_month.so"
        (Path(folder) / "tables.h").write_text("\n".join(header()), encoding="ascii")
        here = ("-std=c99", "-shared", "-fPIC", f"-I{folder}", str(SOURCE), "-o", str(library), "-lm")
        subprocess.run([cc, *flags, *here], check=True)
        function = ctypes.CDLL(str(library)).live_schools
    function.restype = None
    function.argtypes = [ctypes.c_void_p, ctypes.c_uint64, *[ctypes.c_int64] * 3]

    def live_schools(
        system: tables.SchoolSystem, p: np.ndarray, seed: np.uint64, month: int, first: int, last: int
    ) -> None:
        function(ctypes.byref(world(system, p, month)), int(seed), month, first, last)

    return live_schools


class World(ctypes.Structure):
    """Where the tables are, in the order of `World` in the C file."""

    _fields_ = (*((name, ctypes.c_void_p) for name in POINTERS), ("n_thresholds", ctypes.c_int64))


def world(system: tables.SchoolSystem, p: np.ndarray, month: int) -> World:
    """Return where C finds this system's tables; it looks at the old side of `visible` and writes to the new one."""
    old = month & 1
    arrays = (
        system.teachers, system.schools, system.districts, system.programme, p, system.visible[old],
        system.visible[1 - old], system.teacher_ties, system.thresholds,
    )  # fmt: skip
    return World(*(array.ctypes.data for array in arrays), len(system.thresholds))


def header() -> Iterator[str]:
    """Write `tables.h`: the enumerations, and every table's row as a C structure of the same layout."""
    yield "#include <stdint.h>"
    for prefix, words in WORDS.items():
        yield "enum {" + ", ".join(f"{prefix}_{word.name} = {int(word)}" for word in words) + "};"
    yield f"#define N_BARRIERS {len(tables.Barrier)}"
    for name, row in ROWS.items():
        yield structure(name, row)


def structure(name: str, row: np.dtype[Any]) -> str:
    """Return a C structure; the compiler itself checks its size (an array of negative length does not compile)."""
    assert row.fields is not None
    lines = [member(column, cell) for column, (cell, *_) in row.fields.items()]
    check = f"typedef char {name}_has_its_size[sizeof({name}) == {row.itemsize} ? 1 : -1];"
    return "typedef struct {\n" + "\n".join(lines) + f"\n}} {name};\n{check}"


def member(column: str, cell: np.dtype[Any]) -> str:
    """Return one line of a C structure."""
    length = f"[{cell.shape[0]}]" if cell.shape else ""
    return f"    {C_NAMES[cell.base.str[1:]]} {column}{length};"
