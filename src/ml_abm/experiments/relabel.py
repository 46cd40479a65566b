"""Results of an edited study: runs that it still has are kept under their new labels, others are retired.

Every part says after which plan its rows are labelled, so this can be interrupted anywhere and done again. Retired runs come back if the study
has them again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from . import parts
from .parts import RETIRED, Mark, Part, Tables
from .plan import Plan

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def relabel(folder: Path, plan: Plan, *, edited: bool) -> None:
    """Label the runs of other plans after this one; with `edited`, look through the retired runs too."""
    found = list(parts.parts_in(folder))
    there = parts.finished(found, plan.stamp)
    places = plan.runs.set_index("key", drop=False)
    for part in found:
        if part.mark.plan != plan.stamp:
            there |= move(folder, part, plan, places, there)
    if edited:
        for part in parts.parts_in(folder / RETIRED):
            there |= bring(folder, part, plan, places, there)


def move(folder: Path, part: Part, plan: Plan, places: pd.DataFrame, there: set[str]) -> set[str]:
    """Write the rows of a part where they belong now and take the old part away; return the keys that the study has got."""
    keys = set(part.run_keys())
    wanted = keys & set(places.index) if covers(part, plan) else set()
    if keys - wanted:
        put_back = Tables(*(only(table, keys - wanted) for table in part.tables()))
        parts.write_tables(folder / RETIRED, put_back, part.mark)
    got = bring(folder, part, plan, places, there)
    part.runs.unlink(missing_ok=True)
    part.months.unlink(missing_ok=True)
    return got


def bring(folder: Path, part: Part, plan: Plan, places: pd.DataFrame, there: set[str]) -> set[str]:
    """Write those rows of a part that the study wants and has not yet; return their keys."""
    kept = set(part.run_keys()) & set(places.index) - there
    if kept and covers(part, plan):
        rows = places[places.index.isin(kept)].reset_index(drop=True)
        parts.write_tables(folder, labelled(part.tables(), rows, plan), Mark(part.mark.store, plan.stamp))
        return kept
    return set()


def covers(part: Part, plan: Plan) -> bool:
    """Return whether a part has all outcomes of a study."""
    return set(plan.study.outcomes) <= set(part.tables().runs.column_names)


def labelled(tables: Tables, rows: pd.DataFrame, plan: Plan) -> Tables:
    """Return the tables of a part with new labels: a row for every place in the study, with the factors of today."""
    import pyarrow as pa

    outcomes = list(plan.study.outcomes)
    runs, months = (table.to_pandas() for table in tables)
    last = runs.drop_duplicates("key")[["key", *outcomes]]
    every = months.drop_duplicates(["key", "month"])[["key", "month", *outcomes]]
    schemas = parts.columns_of(plan.study, plan.points)
    placed = rows.join(plan.points, on="point").merge(last, on="key")
    monthly = rows.drop(columns="seed").merge(every, on="key")
    return Tables(
        pa.Table.from_pandas(placed, schemas.runs, preserve_index=False),
        pa.Table.from_pandas(monthly, schemas.months, preserve_index=False),
    )


def only(table: pa.Table, keys: set[str]) -> pa.Table:
    """Return the rows of some runs."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return table.filter(pc.is_in(table["key"], pa.array(sorted(keys))))
