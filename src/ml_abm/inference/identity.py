"""Runs that identify a model: draws of behaviour belong to the model that gives these runs to the last bit."""

from __future__ import annotations

from ..trials.run import run_trials
from ..trials.trial import find_trial

# Practice and learning, school exit, exhaustion: three trials whose arms touch most mechanisms.
TRIALS, SEEDS = ("T03", "T20", "T30"), 2


def runs_of_trials() -> list[str]:
    """Return what the trials find in the model at its defaults, as hexadecimal floats."""
    results = run_trials([find_trial(name) for name in TRIALS], SEEDS, 1)
    return [float(one.model).hex() for result in results for one in result.compared]
