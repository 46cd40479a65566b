"""ml_abm: how an education innovation spreads and is practised, with fidelity, across a school system.

>>> from ml_abm import Scenario, simulate
>>> trace = simulate(Scenario.preset("catch-up-zambia"), seed=1)
>>> trace.system.fidelity.iloc[-1]  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .foundation.lazy_import import on_demand

if TYPE_CHECKING:
    from .agents.model import SchoolSystemModel
    from .calibration.case import load_case
    from .calibration.networks import load_network
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

# Importing the package costs nothing.
__getattr__ = on_demand(
    __name__,
    {
        "Scenario": "scenario",
        "SchoolSystemModel": "agents.model",
        "Simulation": "simulation",
        "Trace": "outcomes",
        "load_case": "calibration.case",
        "load_network": "calibration.networks",
        "simulate": "simulation",
    },
)


def __dir__() -> list[str]:
    return __all__
