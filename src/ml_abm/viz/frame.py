"""What does the browser get? A setup once for each run, then a frame each month: a header in JSON, and arrays as bytes.

The page `stage/stage.js` reads these messages; names here and there are the same.

setup   {"kind": "setup", "columns": [outcome, ...], "funders": [{"name", "public"}], "months", "startYear", "observed": [{"month", "value",
        "source"}], "counts": outcome that the points count, "countsFactor", "texts": {...}}
        buffers: places of districts float32 (n, 2) in 0..1, their teachers int32 (n,), links int32 (k, 2), places of schools
        float32 (m, 2), district of each school int32 (m,)
frame   {"kind": "frame", "run", "month", "playing", "plans": [{"first": first month of its rows, "rows", "story", "cards": [{"key", "value",
        "change", "good"}], "marks": [{"month", "kind", "says"}]}, ...]}
        buffers for each plan: curves float32 (rows, columns + funders), districts float32 (n, 3), schools uint8 (m, 3); the three are
        adoption, fidelity, strain
bands   {"kind": "bands", "plan", "outcome": {...}}, see `compare.py`
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..outcomes import describe
from .life import Life
from .player import Player

SHADES = ("adoption", "fidelity", "strain")  # what districts and schools are coloured by


def districts_now(life: Life) -> np.ndarray:
    """Return what districts are coloured by: float32 (districts, 3)."""
    system = life.model.system
    first = system.districts["first_school"]
    staff = np.add.reduceat(system.schools["staff"], first).astype(float)
    users = system.districts["users"].astype(float)
    strain = np.add.reduceat(system.schools["strain_sum"], first, dtype=float)
    shades = [_ratio(users, staff), system.districts["fidelity"], _ratio(strain, staff)]
    return np.column_stack(shades).astype(np.float32)


def schools_now(life: Life) -> np.ndarray:
    """Return the same for schools, in 1/255: uint8 (schools, 3)."""
    schools = life.model.system.schools
    shades = [
        _ratio(schools["users"], schools["staff"]),
        _ratio(schools["fidelity_sum"], schools["users"]),
        _ratio(schools["strain_sum"], schools["staff"]),
    ]
    return np.round(np.clip(np.column_stack(shades), 0, 1) * 255).astype(np.uint8)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros(len(part)), where=np.asarray(whole) > 0)


class Frames:
    """Makes messages for one browser, which remembers the curves it was sent."""

    def __init__(self) -> None:
        self._run = -1
        self._sent = 0

    def forget(self) -> None:
        """Send everything again: the browser begins anew."""
        self._run = -1

    def next(self, player: Player, words: Any) -> tuple[dict[str, Any], list[bytes]]:
        """Return the next frame: what the browser does not have yet. `words` says a life in words (`story.py`)."""
        with player.locked():
            first = self._sent if self._run == player.run else 0
            self._run, self._sent = player.run, player.month
            plans, buffers = [], []
            for life in player.lives:
                curves = life.curves(first)
                plans.append({"first": first, "rows": len(curves), **words(life)})
                buffers += [curves.tobytes(), districts_now(life).tobytes(), schools_now(life).tobytes()]
            header = {
                "kind": "frame",
                "run": player.run,
                "month": player.month,
                "playing": player.playing,
                "over": player.over,
                "plans": plans,
            }
            return header, buffers


def outcome_units() -> dict[str, str]:
    """Return the unit of every outcome."""
    return {name: about.unit for name, about in describe().items()}
