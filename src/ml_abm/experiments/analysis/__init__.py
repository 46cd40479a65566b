"""Analyses: each a question to the runs of an experiment, and an answer in words, as a table and as a figure.

`VERBS` is what `ml-abm experiment analyse` knows; a verb's options are the arguments of its function, and `OPTIONS` says what each is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Any

from ...errors import AnalysisError, suggestion
from .comparison import comparison
from .convergence import convergence
from .discovery import discovery
from .effects import effects
from .frontier import frontier
from .reading import Experiment
from .result import Analysis
from .robustness import robustness
from .sensitivity import sensitivity

__all__ = ["OPTIONS", "VERBS", "Analysis", "Verb", "analyse"]


@dataclass(frozen=True)
class Verb:
    """An analysis by the name that people type."""

    function: Callable[..., Analysis]
    sentence: str

    @property
    def options(self) -> tuple[str, ...]:
        """The names of its options, all optional."""
        return tuple(signature(self.function).parameters)[1:]


@dataclass(frozen=True)
class Option:
    """What an option is; `kind` makes it of a word, and one that is given NAME=VALUE, again and again, is a mapping."""

    kind: Callable[[str], Any]
    metavar: str
    sentence: str
    mapping: bool = False


VERBS = {
    "effects": Verb(effects, "which factors move an outcome, which way, and which pairs work only together"),
    "sensitivity": Verb(
        sensitivity, "which factors an outcome depends on: Sobol, Morris or first-order indices"
    ),
    "comparison": Verb(comparison, "every scenario against a reference, with the same random seeds"),
    "discovery": Verb(discovery, "when the programme fails: corners of the factors, in words"),
    "robustness": Verb(robustness, "which policy does well whatever the future: regret and thresholds"),
    "frontier": Verb(frontier, "what is the most that can be had for the money"),
    "convergence": Verb(convergence, "how many replicates are enough"),
}
OPTIONS = {
    "outcome": Option(str, "NAME", "the outcome [the first of the study]"),
    "scenario": Option(str, "NAME", "the scenario [the first of the study]"),
    "reference": Option(str, "NAME", "the scenario that others are compared with [the first of the study]"),
    "month": Option(int, "M", "the month, counted from 0 [the last]"),
    "thresholds": Option(
        float,
        "NAME=VALUE",
        "the least value of an outcome, or of a burden the most; may be given again",
        mapping=True,
    ),
    "depth": Option(int, "N", "limits that a corner may have [3]"),
    "cost": Option(str, "NAME", "what is paid [spending summed over months, or cost_per_pupil]"),
    "half_width": Option(
        float, "WIDTH", "half-width that is good enough, in the unit of the outcome [2 points, or 5%]"
    ),
}


def analyse(experiment: Experiment, verb: str, options: Mapping[str, Any] | None = None) -> Analysis:
    """Ask one question by its name; options that are None count as not given. Raises AnalysisError in one line."""
    if verb not in VERBS:
        raise AnalysisError(
            f"there is no analysis {verb!r}: give one of {', '.join(VERBS)}.{suggestion(verb, VERBS)}"
        )
    given = {name: value for name, value in (options or {}).items() if value is not None}
    for name in given:
        if name not in VERBS[verb].options:
            raise AnalysisError(f"{verb} has no option {name}: it has {', '.join(VERBS[verb].options)}")
    try:
        return VERBS[verb].function(experiment, **given)
    except ModuleNotFoundError as error:
        raise AnalysisError(
            f"{verb} needs {error.name}, which is not installed: pip install 'ml-abm[experiments]'"
        ) from None
