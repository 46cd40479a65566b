"""A scenario: what is simulated. Setting, innovation, programme, leadership, behaviour, funders and a timeline."""

from .parts import (
    CHANGING_FUNDER,
    DEFAULT_FUNDERS,
    FIXED_AT_START,
    LISTS,
    OF_A_FUNDER,
    SIZES,
    TABLES,
    Endgame,
    Event,
    Funder,
    System,
    TieFile,
)
from .presets import preset_names, preset_text
from .scenario import Scenario
from .without import without_programme

__all__ = [
    "CHANGING_FUNDER",
    "DEFAULT_FUNDERS",
    "FIXED_AT_START",
    "LISTS",
    "OF_A_FUNDER",
    "SIZES",
    "TABLES",
    "Endgame",
    "Event",
    "Funder",
    "Scenario",
    "System",
    "TieFile",
    "preset_names",
    "preset_text",
    "without_programme",
]
