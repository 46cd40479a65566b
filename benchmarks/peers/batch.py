"""Many runs of one small system by `mesa.batch_run`, in Mesa's documented style."""

from inspect import signature

import mesa

from .mesa_style import NEEDS, SchoolSystem

__all__ = ["NAME", "NEEDS", "mesa_batch"]

NAME = "mesa.batch_run"


class RecordedSystem(SchoolSystem):
    """The model with a data collector, which `batch_run` reads, and an end, which it does not count alike in all versions."""

    def __init__(self, workload, months, rng=None):
        super().__init__(workload, rng=rng)
        self.months = months
        self.datacollector = mesa.DataCollector(model_reporters={"adoption": SchoolSystem.share_adopted})

    def step(self):
        super().step()
        self.datacollector.collect(self)
        self.running = self.steps < self.months


def mesa_batch(workload, seeds, months):
    """Return the share adopted at the end of each run, in the order of the seeds."""
    parameters = {"workload": [workload], "months": [months]}
    runs = mesa.batch_run(
        RecordedSystem,
        number_processes=1,
        display_progress=False,
        max_steps=months,
        **with_seeds(parameters, seeds),
    )
    return [run["adoption"] for run in runs]


def with_seeds(parameters, seeds):
    """Newer Mesa takes the seeds beside the parameters, older Mesa as one of them."""
    if "rng" in signature(mesa.batch_run).parameters:
        return {"parameters": parameters, "rng": list(seeds)}
    return {"parameters": parameters | {"rng": list(seeds)}}
