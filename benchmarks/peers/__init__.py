"""Workload W in the tools that a modeller would otherwise use, to be timed beside this package.

Each peer is one module: `NAME` for a table, `NEEDS` (what it imports), and `prepare(workload, seed)`, which returns
a function that lives so many months further and returns the share of teachers who have adopted.
"""

from importlib import import_module
from importlib.util import find_spec

SAME_WORK = ("mesa_style", "mesa_frames", "numpy_scipy", "numba_plain")
LESS_WORK = ("ndlib_style", "starsim_style")


def peer(module):
    """Import one peer; what it needs is imported only when it prepares."""
    return import_module(f"{__name__}.{module}")


def installed(package):
    """Say whether a package can be imported; a folder that an uninstall left behind is found too, but without origin."""
    spec = find_spec(package)
    return spec is not None and spec.origin is not None


def skipped(name, needs):
    """Return the line that says why something cannot run here, or nothing if it can."""
    missing = [package for package in needs if not installed(package)]
    return f"skipped: {name} (not installed: {', '.join(missing)})" if missing else ""
