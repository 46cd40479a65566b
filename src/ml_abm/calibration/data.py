"""Data files of the package, each read once, as a table."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@cache
def data_file(name: str) -> pd.DataFrame:
    """Return a file of `cases/` by its name without ending; hand out copies only."""
    import pandas as pd

    with files("ml_abm").joinpath(f"calibration/cases/{name}.csv").open(encoding="utf-8") as text:
        return pd.read_csv(text).rename(columns={"quote_or_note": "note"})
