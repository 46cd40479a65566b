"""Experiments: from a study to a folder of results, many runs at once, resumable to the run.

>>> from ml_abm import experiments
>>> study = experiments.Study(
...     factors={"innovation.tool_hours": {"low": 0, "high": 3}}, design="latin-hypercube", size=50
... )
>>> experiment = experiments.run(study, "tool-hours")  # doctest: +SKIP
>>> experiments.load("tool-hours").runs  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..foundation.lazy_import import on_demand

if TYPE_CHECKING:
    from .design import points, problem, unit_points
    from .repeat import repeat_command
    from .runner import run, status
    from .store import Experiment, load
    from .study import Compared, Factor, Study
    from .variance_reduction import pairing

__all__ = [
    "Compared",
    "Experiment",
    "Factor",
    "Study",
    "load",
    "pairing",
    "points",
    "problem",
    "repeat_command",
    "run",
    "status",
    "unit_points",
]

# A list of studies needs no kernels.
__getattr__ = on_demand(
    __name__,
    {
        "Compared": "study",
        "Experiment": "store",
        "Factor": "study",
        "Study": "study",
        "load": "store",
        "pairing": "variance_reduction",
        "points": "design",
        "problem": "design",
        "repeat_command": "repeat",
        "run": "runner",
        "status": "runner",
        "unit_points": "design",
    },
)
