"""Messages to the browser: a set-up once per run, then a frame per month: a header in JSON, and arrays as bytes.

The scripts in `stage/` read these messages; names here and there are the same. Numbers go in the model's units, and the browser
writes them in its language. A row of curves is the end of month 0, 1, ...

From Python
-----------
setup   {"kind": "setup", "run", "title", "source": line under exported pictures, "lang", "numbers": how the language writes
        them (`numbers_in_words.Language`), "texts": table [stage] of the language's texts, "columns": [outcome, or what the programme adds to one, ...], "less": outcomes of which less is better, "funders":
        [{"name", "public"}], "barriers": shares of the loss funnel as stacked, "months", "startYear", "teachers",
        "observed": [{"month", "value", "source"}], "counts": outcome that the points count, "countsFactor": what to multiply
        it with, "places": whether places are real coordinates, "names": ids of districts}
        buffers: bubbles of districts float32 (n, 3): x, y, radius in 0..1, y downwards; their teachers int32 (n,); links int32 (k, 2);
        places of schools float32 (m, 2); first school of each district int32 (n,); teachers of schools uint16 (m,)
frame   {"kind": "frame", "run", "month": months simulated, "playing", "over", "plans": [{"first": first month of its rows, "rows", "story",
        "cards": [{"key", "value", "unit", "change", "since", "good", "note"}], "marks": [{"month", "kind": "event" or "lever", "says"}]}, ...]}
        A card's value is a number in a unit of outcomes ("share", "schools", "teachers", "h/week", "USD", "SD/year", ...) or a text;
        its change is a number or null: what the programme added over the same schools without it, since a "year" before or since
        "ever"; good is true, false or null. Its name is texts["card_" + key].
        buffers for each plan: curves float32 (rows, columns + funders + 1), the last of which is running need that was not met in
        USD; districts float32 (n, 3); schools uint8 (m, 3), empty where the browser is to keep what it has; the three are
        adoption, fidelity, strain
bands   {"kind": "bands", "plan": 0 or 1, "outcomes": {name: {"low": [...], "high": [...]}}}: a value for each month
picked  {"kind": "picked", "district", "school"}: show these, or the whole map where both are null
names   {"kind": "names", "first": first school, "names": [id, ...]}: what schools of a district are called (`names_of_schools`)

From the browser
----------------
ready   {"kind": "ready"}: it remembers nothing; send setup and frame (`Frames.forget`)
drawn   {"kind": "drawn", "run", "month"}: the frame is on the screen, send the next
pick    {"kind": "pick"} and "district", and "school" too (rows); neither when going back to the whole map
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from ..foundation.numbers_in_words import language_table
from ..outcomes import describe, lost
from ..report.observed import counted_as, observed
from .geometry import geometry
from .player import Player
from .running_plan import COLUMNS, Life

SHADES = ("adoption", "fidelity", "strain")  # what districts and schools are coloured by
BARRIERS = ("delivering", "lost_low_fidelity", *(name for name in lost() if name != "lost_low_fidelity"))
SCHOOLS_A_FRAME = 12_000  # with more schools, some frames of a run that plays leave them out
Message = tuple[dict[str, Any], list[bytes]]
Words = Callable[[Life], Mapping[str, Any]]


def districts_now(life: Life) -> np.ndarray:
    """Return what districts are coloured by: float32 (districts, 3)."""
    system = life.model.system
    first = system.districts["first_school"]
    staff = np.add.reduceat(system.schools["staff"], first).astype(float)
    users = np.add.reduceat(system.schools["users"], first).astype(float)
    strain = np.add.reduceat(system.schools["strain_sum"], first, dtype=float)
    fidelity = np.add.reduceat(system.schools["fidelity_sum"], first, dtype=float)
    shades = [_ratio(users, staff), _ratio(fidelity, users), _ratio(strain, staff)]
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
    """Makes messages for one browser, which remembers the run and the curves it was sent.

    Parameters
    ----------
    texts : the table [stage] of a language's texts.
    lang : the language, as browsers name it.
    """

    def __init__(self, texts: Mapping[str, str], lang: str = "en") -> None:
        self.texts, self.lang = texts, lang
        self._run = -1
        self._sent = 0

    def forget(self) -> None:
        """Send everything again: the browser begins anew."""
        self._run = -1

    def messages(self, player: Player, words: Words) -> Iterator[Message]:
        """Yield what the browser does not have yet: a setup if the run is new, and a frame. `words` says a life in words."""
        with player.locked():
            if self._run != player.run:
                self._run, self._sent = player.run, 0
                yield setup(player, self.texts, self.lang)
            yield self._frame(player, words)

    def _frame(self, player: Player, words: Words) -> Message:
        first, self._sent = min(self._sent, player.month), player.month
        plans, buffers = [], []
        for life in player.lives:
            curves = life.curves(first)
            plans.append({"first": first, "rows": len(curves), **words(life)})
            schools = schools_now(life).tobytes() if schools_are_due(player) else b""
            buffers += [curves.tobytes(), districts_now(life).tobytes(), schools]
        header = {
            "kind": "frame",
            "run": player.run,
            "month": player.month,
            "playing": player.playing,
            "over": player.over,
            "plans": plans,
        }
        return header, buffers


def schools_are_due(player: Player) -> bool:
    """Return whether this frame has the schools: always, but for very many of a run that plays."""
    many = len(player.lives) * len(player.lives[0].model.system.schools)
    every = -(-many // SCHOOLS_A_FRAME)
    return not player.playing or player.month % every == 0


def setup(player: Player, texts: Mapping[str, str], lang: str) -> Message:
    """Return what a run looks like before its first frame."""
    life = player.lives[0]
    system, scenario = life.model.system, life.model.simulation.scenario
    places = geometry(life.model)
    points = observed(scenario)
    outcome, factor = counted_as(scenario)
    shown = [] if points is None else points[["month", "value", "source"]].to_dict("records")
    header = {
        "kind": "setup",
        "run": player.run,
        "title": scenario.title or scenario.name,
        "source": texts.get("source", "").replace("{seed}", str(life.plan.seed)),
        "lang": lang,
        "numbers": language_table(lang),
        "texts": dict(texts),
        "columns": list(COLUMNS),
        "less": [name for name, about in describe().items() if about.less_is_better],
        "funders": [
            {"name": funder.name, "public": bool(row["public"])}
            for funder, row in zip(scenario.funders, system.funders, strict=True)
        ],
        "barriers": list(BARRIERS),
        "months": life.months,
        "startYear": scenario.setting.start_year,
        "teachers": len(system.teachers),
        "observed": shown,
        "counts": outcome,
        "countsFactor": factor,
        "places": places.real,
        "names": [str(name) for name in life.model.ids("districts")],
    }
    first = system.districts["first_school"]
    teachers = np.add.reduceat(system.schools["staff"], first)
    return header, [
        places.districts.tobytes(),
        teachers.astype(np.int32).tobytes(),
        links(system.district_ties).tobytes(),
        places.schools.tobytes(),
        first.astype(np.int32).tobytes(),
        np.minimum(system.schools["staff"], 65_535).astype(np.uint16).tobytes(),
    ]


def links(ties: Any) -> np.ndarray:
    """Return pairs of districts of which one looks to the other, each pair once: int32 (k, 2)."""
    a = np.repeat(np.arange(len(ties.start) - 1), np.diff(ties.start))
    pairs = np.sort(np.column_stack([a, ties.neighbour]), axis=1)
    return np.unique(pairs, axis=0).astype(np.int32).reshape(-1, 2)


def names_of_schools(life: Life, district: int) -> dict[str, Any]:
    """Return the message with what the schools of a district are called."""
    row = life.model.system.districts[district]
    first = int(row["first_school"])
    ids = life.model.ids("schools")[first : first + int(row["schools"])]
    return {"kind": "names", "first": first, "names": [str(name) for name in ids]}
