"""From a scenario to the tables of a school system at month 0, and what its networks look like."""

from . import statistics
from .diffusion import diffusion_statistics
from .edges import read_ties
from .hierarchy import build, tie_reports
from .real_ties import TieSource
from .settled import settled

__all__ = ["TieSource", "build", "diffusion_statistics", "read_ties", "settled", "statistics", "tie_reports"]
