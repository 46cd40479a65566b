"""From a scenario to the tables of a school system at month 0."""

from .hierarchy import build
from .settled import settled

__all__ = ["build", "settled"]
