"""Repair of a list of schools: by what its user names, or by what loses nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import OutputError
from ..foundation.atomic_write import write_whole
from ..scenario import System
from .faults import Report
from .mends import Mends
from .school_list import check_schools, in_pandas, mended_values

if TYPE_CHECKING:
    import pandas as pd


def repair(system: System, out: Path, mends: Mends, *, typed: bool = False) -> Report:
    """Write a clean list of schools under our words, and return the report on it. Nothing is written while a fault remains.

    `typed` says that columns are named on the command line. Raises OutputError for a file that is there already.
    """
    check_new(out)
    report = check_schools(system, mends, typed=typed)
    if report.clean:
        write(clean_table(mended_values(system, mends, typed=typed)), out)
    return report


def clean_table(values: dict[str, Any]) -> pd.DataFrame:
    """Return the columns of a list of schools that a run uses or keeps."""
    import pandas as pd

    table = pd.DataFrame({word: in_pandas(cells) for word, cells in values.items()})
    table = table.drop(columns=[word for word in ("teachers", "pupils") if table[word].isna().all()])
    whole = [w for w in ("teachers", "pupils") if w in table and (table[w] == np.floor(table[w])).all()]
    return table.astype(dict.fromkeys(whole, np.int64))


def check_new(path: Path) -> None:
    """Raise OutputError for a place that a list cannot be written to."""
    if path.suffix.lower() not in (".csv", ".parquet"):
        raise OutputError(f"{path}: allowed are .csv and .parquet")
    if path.exists():
        raise OutputError(f"{path} exists already: move it away first, or give another name")


def write(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV or Parquet; the file appears whole or not at all."""
    save = table.to_csv if path.suffix.lower() == ".csv" else table.to_parquet
    write_whole(path, lambda part: save(part, index=False))
