"""What trials leave possible of how people behave: draws of the posterior that travel in the package.

`ml_abm.inference` makes them: each draw is a point at which all trials were run, chosen with the probability of its weight. They belong to a model: the
file says which numbers of behaviour they are, within which ranges, and what a few runs of trials gave.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import EvidenceError
from ..parameters import About, declarations

PATH = Path(__file__).with_name("posterior.parquet")
FIGURE = "figure "  # begins the names of columns that are no numbers of behaviour
KIND, SCHEMA = "draws of behaviour", 1
AGAIN = "write it again with `make evidence`"


def behaviour() -> list[About]:
    """Return the numbers of behaviour that are uncertain, in the order of declaration."""
    found = declarations().values()
    return [about for about in found if about.section == "behaviour" and about.role == "uncertainty"]


def digest_of_parameters() -> str:
    """Return what identifies the numbers of behaviour: their names, ranges and units."""
    rows = [[about.name, about.low, about.high, about.unit] for about in behaviour()]
    return blake2b(json.dumps(rows).encode(), digest_size=12).hexdigest()


@dataclass(frozen=True)
class Posterior:
    """Draws of equal weight, in no order.

    Attributes
    ----------
    names : the numbers of behaviour, as in scenario files without their section.
    values : float64 (draws, names).
    figures : what the model gives for each figure of trials at each draw, on its scale of comparison; nan where it gives none: float64 (draws,) by name.
    said : what the file says of itself: `effective` size, `points` that were run, `runs` of trials that identify the model.
    """

    names: tuple[str, ...]
    values: np.ndarray
    figures: Mapping[str, np.ndarray]
    said: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.values)

    def draw(self, number: int) -> dict[str, float]:
        """Return a draw by name; numbers beyond the last begin again with the first."""
        return dict(zip(self.names, self.values[number % len(self)].tolist(), strict=True))


@cache
def posterior() -> Posterior:
    """Return the draws of the package."""
    return read_posterior(PATH)


def read_posterior(path: Path) -> Posterior:
    """Read draws. Raises EvidenceError, in one line, for a file that is damaged or that belongs to another model."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
        said = json.loads((table.schema.metadata or {})[b"ml_abm"])
        columns = {name: table[name].to_numpy().astype(np.float64) for name in table.column_names}
        figures = {
            name.removeprefix(FIGURE): columns.pop(name) for name in list(columns) if name.startswith(FIGURE)
        }
        names, values = tuple(columns), np.column_stack(list(columns.values()))
        known = said["kind"], said["schema"]
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise EvidenceError(f"{path} cannot be read as draws ({type(error).__name__}): {AGAIN}") from None
    if known != (KIND, SCHEMA):
        raise EvidenceError(f"{path}: kind and schema are {known}, not {(KIND, SCHEMA)}: {AGAIN}")
    abouts = behaviour()
    if said.get("parameters") != digest_of_parameters() or names != tuple(about.name for about in abouts):
        raise EvidenceError(f"{path} holds draws of another model, with other numbers of behaviour: {AGAIN}")
    low, high = np.array([about.low for about in abouts]), np.array([about.high for about in abouts])
    wrong = ~((values >= low) & (values <= high)).all(axis=0)
    if not len(values) or wrong.any():
        which = names[int(wrong.argmax())] if len(values) else "no draw"
        raise EvidenceError(
            f"{path}: {which}: draws are within the declared range, and there is one at least: {AGAIN}"
        )
    return Posterior(names, values, figures, said)


def write_posterior(
    path: Path, values: np.ndarray, figures: Mapping[str, np.ndarray], said: Mapping[str, Any]
) -> None:
    """Write draws (draws, names), in the order of `behaviour`, with figures of trials (draws,) and what else the file says.

    Raises OutputError; the file appears whole.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    from ..foundation.atomic_write import write_whole

    metadata = {"kind": KIND, "schema": SCHEMA, "parameters": digest_of_parameters(), **said}
    columns = {about.name: pa.array(values[:, k]) for k, about in enumerate(behaviour())}
    columns |= {FIGURE + name: pa.array(column) for name, column in figures.items()}
    table = pa.table(columns).replace_schema_metadata({"ml_abm": json.dumps(metadata)})
    write_whole(path, lambda part: pq.write_table(table, part, compression="zstd", use_dictionary=False))
