"""Memory that this process may still use, of the machine or of its container."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

CONTROL_GROUPS = Path("/sys/fs/cgroup")  # where Linux says what a container may use


def memory_free() -> float:
    """Return the bytes that this process may still use: of the machine, or of its container if that is less."""
    return min(_free_of_machine(), *(limit - used for limit, used in _container_limits()), float("inf"))


def _free_of_machine() -> float:
    try:
        with open("/proc/meminfo", encoding="ascii") as info:
            return next(int(line.split()[1]) * 1024 for line in info if line.startswith("MemAvailable"))
    except (OSError, StopIteration, ValueError):
        if "SC_PHYS_PAGES" in getattr(os, "sysconf_names", ()):
            return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return float("inf")


def _container_limits() -> Iterable[tuple[int, int]]:
    """Yield limit and use (bytes) of the control groups, second and first version, that limit this container."""
    for limit, used in (
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ):
        try:
            stat = (CONTROL_GROUPS / limit).with_name("memory.stat").read_text(encoding="ascii").split()
            cache = int(stat[stat.index("inactive_file") + 1])  # given back when memory is needed
            yield int((CONTROL_GROUPS / limit).read_text()), int((CONTROL_GROUPS / used).read_text()) - cache
        except (OSError, ValueError):  # no such limit, or "max"
            pass
