"""ml_abm: how an education innovation spreads and is practised, with fidelity, across a school system.

>>> from ml_abm import Scenario, simulate
>>> trace = simulate(Scenario.preset("catch-up-zambia"), seed=1)
>>> trace.system.fidelity.iloc[-1]  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .calibration.case import load_case
    from .calibration.networks import load_network
    from .model import SchoolSystemModel
    from .outcomes import Trace
    from .scenario import Scenario
    from .simulation import Simulation, simulate

__version__ = "0.1.0"
__all__ = [
    "Scenario",
    "SchoolSystemModel",
    "Simulation",
    "Trace",
    "__version__",
    "load_case",
    "load_network",
    "simulate",
]

_ROOMS = {
    "Scenario": "scenario",
    "SchoolSystemModel": "model",
    "Simulation": "simulation",
    "Trace": "outcomes",
    "load_case": "calibration.case",
    "load_network": "calibration.networks",
    "simulate": "simulation",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first asked for, so that importing the package costs nothing."""
    if name not in _ROOMS:
        raise AttributeError(f"module 'ml_abm' has no attribute {name!r}")
    return getattr(import_module(f".{_ROOMS[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
