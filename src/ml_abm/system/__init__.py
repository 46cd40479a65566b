"""From a scenario to the tables of a school system at month 0, what its networks look like, and what its rows are called."""

from typing import TYPE_CHECKING

from ..foundation.lazy_import import on_demand
from ..networks import statistics
from ..networks.diffusion import diffusion_statistics
from ..networks.edges import read_ties
from ..networks.real_ties import TieSource
from .month_zero import build, tie_reports
from .settled import settled

if TYPE_CHECKING:
    from ..lists.school_list import district_ids, school_ids, teacher_ids

__all__ = [
    "TieSource",
    "build",
    "diffusion_statistics",
    "district_ids",
    "read_ties",
    "school_ids",
    "settled",
    "statistics",
    "teacher_ids",
    "tie_reports",
]

# Lists load PyArrow, which a generated system does not need.
__getattr__ = on_demand(
    __name__, dict.fromkeys(("district_ids", "school_ids", "teacher_ids"), "..lists.school_list")
)
