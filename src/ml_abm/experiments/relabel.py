"""What happens to runs that are there when the study is edited? Those that it still has are kept, under their new labels.

Every part says after which plan its rows are labelled, so this can be interrupted anywhere and done again. Runs that the study no
longer has go to `retired/`, and come back if it has them again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from . import parts
from .parts import RETIRED, Mark, Pair
from .plan import Plan

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def relabel(folder: Path, plan: Plan, *, edited: bool) -> None:
    """Label the runs of other plans after this one; with `edited`, look through the retired runs too."""
    there = parts.finished(folder, plan.stamp)
    places = plan.runs.set_index("key", drop=False)
    old = [(pair, mark) for pair, mark in parts.parts_in(folder) if mark.plan != plan.stamp]
    for pair, mark in old:
        there |= move(folder, pair, mark, plan, places, there)
    if edited:
        for pair, mark in parts.parts_in(folder / RETIRED):
            there |= bring(folder, pair, mark, plan, places, there)


def move(
    folder: Path, pair: tuple[Path, Path], mark: Mark, plan: Plan, places: pd.DataFrame, there: set[str]
) -> set[str]:
    """Write the rows of a part where they belong now and take the old part away; return the keys that the study has got."""
    keys = set(parts.keys_in(pair[0]))
    wanted = keys & set(places.index) if covers(pair[0], plan) else set()
    if keys - wanted:
        put_back = Pair(*(only(parts.read_table(path), keys - wanted) for path in pair))
        parts.write_pair(folder / RETIRED, put_back, mark)
    if wanted != keys or wanted & there:  # the part that is written now will have another name
        got = bring(folder, pair, mark, plan, places, there)
        for path in pair:
            path.unlink(missing_ok=True)
        return got
    return bring(folder, pair, mark, plan, places, there)


def bring(
    folder: Path, pair: tuple[Path, Path], mark: Mark, plan: Plan, places: pd.DataFrame, there: set[str]
) -> set[str]:
    """Write those rows of a part that the study wants and has not yet; return their keys."""
    kept = set(parts.keys_in(pair[0])) & set(places.index) - there
    if kept and covers(pair[0], plan):
        rows = places[places.index.isin(kept)].reset_index(drop=True)
        parts.write_pair(folder, labelled(pair, rows, plan), Mark(mark.store, plan.stamp))
        return kept
    return set()


def covers(runs: Path, plan: Plan) -> bool:
    """Return whether a part has all outcomes of a study."""
    return set(plan.study.outcomes) <= set(parts.read_table(runs).column_names)


def labelled(pair: tuple[Path, Path], rows: pd.DataFrame, plan: Plan) -> Pair:
    """Return the tables of a part with new labels: a row for every place in the study, with the factors of today."""
    import pyarrow as pa

    outcomes = list(plan.study.outcomes)
    runs, months = (parts.read_table(path).to_pandas() for path in pair)
    last = runs.drop_duplicates("key")[["key", *outcomes]]
    every = months.drop_duplicates(["key", "month"])[["key", "month", *outcomes]]
    schemas = parts.columns_of(plan.study, plan.points)
    placed = rows.join(plan.points, on="point").merge(last, on="key")
    monthly = rows.drop(columns="seed").merge(every, on="key")
    return Pair(
        pa.Table.from_pandas(placed, schemas.runs, preserve_index=False),
        pa.Table.from_pandas(monthly, schemas.months, preserve_index=False),
    )


def only(table: pa.Table, keys: set[str]) -> pa.Table:
    """Return the rows of some runs."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return table.filter(pc.is_in(table["key"], pa.array(sorted(keys))))
