"""Every mistake a user can make, each one line for people.

The command line prints an `InputError` and exits with code 2. One kind for each thing that people give or ask for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

FAULTS_SHOWN = 3
LONGEST_NAME = 60  # characters of an unknown name that a message repeats
LONGEST_MESSAGE = 1_500  # characters: untrusted files are quoted in messages


class InputError(ValueError):
    """What the user gave cannot be used. The message is one line, whatever it quotes, that says what would be allowed."""

    def __init__(self, message: str) -> None:
        line = printable(message)
        super().__init__(line if len(line) <= LONGEST_MESSAGE else line[:LONGEST_MESSAGE] + "...")


class ScenarioError(InputError):
    """A scenario that cannot be read or does not hold together."""


class ListError(InputError):
    """A list of schools or teachers, or a file of ties, that cannot be used."""


class CaseError(InputError):
    """A case that does not exist or whose data do not hold together."""


class PriorError(InputError):
    """A prior that cannot be read or does not hold together."""


class FitError(InputError):
    """A fit that cannot be made, or whose simulations never come near the case."""


class SizeError(InputError):
    """A school system that would not fit in the memory of this machine."""


class AnalysisError(InputError):
    """A question that the runs of an experiment cannot answer."""


class PlanError(InputError):
    """A plan that cannot be searched for as asked."""


class CheckpointError(InputError):
    """A checkpoint that a run cannot go on from."""


class StudyError(InputError):
    """A study that cannot be read, does not hold together, or is too large to be run without a word."""


class TrialError(InputError):
    """A trial or a portfolio that cannot be read or does not hold together, or a statistic that cannot be worked out."""


class EvidenceError(InputError):
    """Draws of what trials say that are damaged, or that belong to another model."""


class StoreError(InputError):
    """A folder of results that cannot be read, or that belongs to something else."""


class LinkError(InputError):
    """A link of the live view that is damaged, too long, or asks for what this page does not have."""


class EngineError(InputError):
    """No one to run the study: a scheduler that does not answer, workers that died or run other code."""


class OutputError(InputError):
    """A place that the results cannot be written to."""


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return `` Did you mean 'x'?`` for the known name nearest to a misspelt one, or nothing."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" Did you mean '{near[0]}'?" if near else ""


def printable(text: str) -> str:
    """Return text on one line, in which line breaks and other control characters are written out."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def short(value: Any) -> str:
    """Return a value as it would be written, cut off if it is long."""
    try:
        text = json.dumps(value) if isinstance(value, bool) else repr(value)
    except ValueError:  # a whole number of thousands of digits
        return "a huge number"
    return clipped(text, 40)


def clipped(text: str, longest: int = LONGEST_NAME) -> str:
    """Return a text, cut off if it is long."""
    return text if len(text) <= longest else text[: longest - 3] + "..."


def in_one_line(faults: Iterable[str]) -> str:
    """Return the first faults, and how many more there are."""
    found = list(faults)
    more = f"; and {len(found) - FAULTS_SHOWN} more" if len(found) > FAULTS_SHOWN else ""
    return ("; ".join(found[:FAULTS_SHOWN]) + more).replace(".; ", "; ")
