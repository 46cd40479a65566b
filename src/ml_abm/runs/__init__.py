"""Many runs: content keys, engines that simulate them, and results kept on disk to resume from.

Experiments, fits, assessments and trials stand on it, as all single runs stand on `simulation.py`. A caller makes `Job`s; `results_of` simulates
those that are not kept yet on threads, any executor or a Dask cluster, and returns every result by its key.
"""

from .engines import Engine, check_engine, engine_of
from .kept import Kept, Result
from .many import Job, results_of, run_jobs

__all__ = ["Engine", "Job", "Kept", "Result", "check_engine", "engine_of", "results_of", "run_jobs"]
