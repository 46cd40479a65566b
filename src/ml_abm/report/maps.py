"""Schools and districts as GeoJSON, for QGIS and other maps, where the list of schools has coordinates."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..simulation import Simulation
from .agents import districts_table, numbers, school_tables

if TYPE_CHECKING:
    import pandas as pd

PLACE = ["latitude", "longitude"]


def write_maps(run: Simulation, folder: Path) -> None:
    """Write a point for each school, and one for each district in the middle of its schools, with all that the tables say.

    A school without coordinates is there without a place.
    """
    write_points(folder / "schools.geojson", school_tables(run))
    places = districts_table(run).assign(**middles(run))
    write_points(folder / "districts.geojson", [places])


def middles(run: Simulation) -> dict[str, np.ndarray]:
    """Return the mean coordinates of each district's schools, NaN where none has any.

    Longitudes go round: 179 and -179 have 180 between them. They are averaged as directions.
    """
    import pandas as pd

    from ..lists.school_list import school_list

    listed = school_list(run.scenario.system)
    east = np.radians(listed.schools["longitude"])
    parts = pd.DataFrame({"y": listed.schools["latitude"], "sin": np.sin(east), "cos": np.cos(east)})
    means = parts.groupby(listed.district).mean()
    longitude = np.degrees(np.arctan2(means["sin"], means["cos"]))
    return {"latitude": means["y"].to_numpy(), "longitude": longitude.to_numpy()}


def write_points(path: Path, tables: Iterable[pd.DataFrame]) -> None:
    """Write rows with latitude and longitude as a collection of points."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [\n')
        file.writelines(separated(map(json.dumps, chain.from_iterable(map(points, tables)))))
        file.write("\n]}\n")


def points(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield a feature for each row; coordinates are longitude first."""
    rows = table.drop(columns=PLACE)
    cells = [numbers(rows[name].to_numpy()) for name in rows]
    north, east = (table[name].to_numpy().tolist() for name in PLACE)
    for y, x, *row in zip(north, east, *cells, strict=True):
        place = None if math.isnan(y) else {"type": "Point", "coordinates": [x, y]}
        said = {name: nothing_for_nan(cell) for name, cell in zip(rows, row, strict=True)}
        yield {"type": "Feature", "geometry": place, "properties": said}


def nothing_for_nan(cell: Any) -> Any:
    """Return a cell as JSON can have it."""
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def separated(texts: Iterable[str]) -> Iterator[str]:
    """Yield texts with commas between them."""
    for k, text in enumerate(texts):
        yield f",\n{text}" if k else text
