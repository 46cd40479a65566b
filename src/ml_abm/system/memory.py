"""Would this school system fit? Asked before anything is built."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from .. import tables
from ..errors import SizeError
from ..scenario import Scenario


def expected_teachers(scenario: Scenario) -> float:
    """Return about how many teachers a scenario's system will have."""
    return scenario.setting.schools * scenario.setting.teachers_per_school


def memory_needed(scenario: Scenario) -> int:
    """Return an estimate of the bytes that a run of this scenario needs."""
    setting = scenario.setting
    teachers = expected_teachers(scenario)
    per_teacher = tables.row_type(tables.Teacher).itemsize + 2 + 4 * setting.cross_ties
    per_school = tables.row_type(tables.School).itemsize + 64  # and what building it takes for a moment
    building = 24.0  # draws of float64 while the columns of teachers are filled
    if scenario.system.network != "hierarchical":  # pairs, rows and orders while ties are drawn
        building += 50 + 12 * setting.cross_ties
    return int(teachers * (per_teacher + building) + setting.schools * per_school)


def check_size(scenario: Scenario, at_once: int = 1) -> None:
    """Raise SizeError when so many systems at once would not fit in the memory that this machine has free."""
    needed, free = at_once * memory_needed(scenario), memory_free()
    if needed > 0.9 * free:
        setting = scenario.setting
        teachers = expected_teachers(scenario)
        raise SizeError(
            f"{scenario.name}: setting.schools = {setting.schools:,} x setting.teachers_per_school = "
            f"{setting.teachers_per_school:g} means about {teachers:,.0f} teachers and {needed / 2**30:,.1f} GiB of memory; "
            f"{free / 2**30:,.1f} GiB are free here: lower setting.schools, and budgets with it"
        )


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


def _container_limits(root: Path = Path("/sys/fs/cgroup")) -> Iterable[tuple[int, int]]:
    """Yield limit and use (bytes) of the control groups, second and first version, that limit this container."""
    for limit, used in (
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ):
        try:
            stat = (root / limit).with_name("memory.stat").read_text(encoding="ascii").split()
            cache = int(stat[stat.index("inactive_file") + 1])  # given back when somebody needs memory
            yield int((root / limit).read_text()), int((root / used).read_text()) - cache
        except (OSError, ValueError):  # no such limit, or "max"
            pass
