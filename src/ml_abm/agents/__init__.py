"""The tables seen one row at a time, as Mesa agents: windows that own nothing but a row number."""

from .base import Window
from .champion import Champion
from .district import District
from .funder import Funder
from .rowset import RowSet
from .school import School
from .teacher import Teacher

__all__ = ["Champion", "District", "Funder", "RowSet", "School", "Teacher", "Window"]
