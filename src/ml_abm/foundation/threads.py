"""How many threads a process may use, and when several are worth it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

# Below this many teachers a thread, handing out the work costs more than it saves.
TEACHERS_A_THREAD = 20_000


def cores() -> int:
    """Return the cores that this process may use: of the machine, its container and NUMBA_NUM_THREADS the fewest."""
    if hasattr(os, "sched_getaffinity"):
        allowed = len(os.sched_getaffinity(0))
    else:
        allowed = os.cpu_count() or 1
    chosen = os.environ.get("NUMBA_NUM_THREADS", "")
    limits = [int(chosen)] if chosen.isdecimal() else []
    return max(1, min([allowed, *limits, *_container_cores()]))


def worthwhile(threads: int, teachers: float) -> int:
    """Return how many of these threads one run of so many teachers should have, at least one."""
    return max(1, min(threads, int(teachers // TEACHERS_A_THREAD)))


def _container_cores(root: Path = Path("/sys/fs/cgroup")) -> Iterable[int]:
    """Yield the cores that a control group grants, second and first version; a part of a core counts as one."""
    for quota, period in (("cpu.max", None), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")):
        try:
            numbers = (root / quota).read_text(encoding="ascii").split()
            if period:
                numbers += (root / period).read_text(encoding="ascii").split()
            if int(numbers[0]) > 0:
                yield max(1, round(int(numbers[0]) / int(numbers[1])))
        except (OSError, ValueError, IndexError):  # no such limit, or "max"
            pass
