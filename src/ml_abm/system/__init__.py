"""From a scenario to the tables of a school system at month 0, and what its networks look like."""

from .diffusion import diffusion_statistics
from .edges import read_ties
from .hierarchy import build, tie_reports

__all__ = ["build", "diffusion_statistics", "read_ties", "tie_reports"]
