"""Components for Mesa's own page: they take a model, for `SolaraViz(model, components=[...])`.

`Map`, `Curves` and `Funnel` are each a part of the picture; a part draws in the browser, so a month costs the page what it costs in
the live view, and no figure is made. Mesa's page is for developers: the page for stakeholders is `app.py`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import solara

from ..agents.model import SchoolSystemModel
from .frame import Frames, names_of_schools
from .running_plan import COLUMNS
from .stage import Stage
from .texts import Words

PARTS = {"map": ("map",), "curves": ("using", "fidelity"), "funnel": ("funnel",)}
# Of the picture, only the panels of a part; on Mesa's page they fill the card that they are dragged and sized in.
STYLE = """
.ml-part { height: 100%; }
.ml-part .stage > :is(.date, .story, .cards), .ml-part .panels > .panel { display: none; }
.ml-part .panels > .panel { grid-column: span 12 !important; border: 0; }
.ml-part .facet { min-height: 250px !important; }
.ml-part-map .facet { min-height: 215px !important; }
.ml-part-curves .facet { min-height: 105px !important; }
.ml-part-curves .panels { gap: 0; }
""" + "\n".join(
    f".ml-part-{part} .panels > .panel-{panel} {{ display: flex; }}"
    for part, panels in PARTS.items()
    for panel in panels
)


def Map(model: SchoolSystemModel) -> Any:
    """Show districts, and the schools of one that is clicked, by use, fidelity or strain."""
    return Part(model, model.month, "map")


def Curves(model: SchoolSystemModel) -> Any:
    """Show who uses it and how well, month by month."""
    return Part(model, model.month, "curves")


def Funnel(model: SchoolSystemModel) -> Any:
    """Show where teachers are lost, month by month."""
    return Part(model, model.month, "funnel")


@dataclass(frozen=True)
class Origin:
    """What a model was made from, as far as the picture asks."""

    seed: int


class Watched:
    """A model whose months are run elsewhere, as `Frames` looks at a player and its life.

    Its curves are those that the simulation recorded. Running need that was not met and what the programme adds are not among them, so
    pictures of money and burden would have gaps there; none of the parts shows one.
    """

    playing = False

    def __init__(self, model: SchoolSystemModel, run: int) -> None:
        self.model, self.run = model, run
        self.plan = Origin(model.simulation.seed)
        self._lock = threading.RLock()

    @property
    def lives(self) -> list[Watched]:
        """The one life."""
        return [self]

    @property
    def month(self) -> int:
        """Months simulated."""
        return self.model.month

    @property
    def months(self) -> int:
        """Months that the picture has room for."""
        return max(self.month, self.model.simulation.scenario.months)

    @property
    def over(self) -> bool:
        """Whether Mesa's page would go on."""
        return not self.model.running

    def locked(self) -> threading.RLock:
        """Return a lock; Mesa steps a model in the thread that draws it."""
        return self._lock

    def curves(self, first: int = 0) -> np.ndarray:
        """Return the months simulated from `first` on: float32 (months, COLUMNS, what each funder spent, need not met)."""
        simulation = self.model.simulation
        found, n = simulation.outcomes(), simulation.month
        spent = simulation.records()["record.ledger"]["spent_now"].reshape(n, len(self.model.system.funders))
        unknown = np.full(n, np.nan)
        table = np.column_stack([*(found.get(name, unknown) for name in COLUMNS), spent, unknown])
        return table[first:].astype(np.float32)

    def marks(self) -> list[dict[str, Any]]:
        """Return the events so far."""
        return [
            {"month": month, "kind": "event", "says": says} for month, says in self.model.simulation.happened
        ]


class Showing:
    """Sends the state of a model to one component in one browser."""

    def __init__(self) -> None:
        self._frames = Frames(Words().table("stage"))
        self._stage: Stage | None = None
        self._watched: Watched | None = None

    def connect(self, stage: Stage) -> Callable[[], None]:
        """Show it on a stage; returns how to stop."""
        self._stage = stage
        stage.on_msg(self._hear)
        self._send()

        def stop() -> None:
            stage.on_msg(self._hear, remove=True)
            self._stage = self._watched = None

        return stop

    def show(self, model: SchoolSystemModel) -> None:
        """Show a model as it is now; another model than before is another run."""
        if self._watched is None or self._watched.model is not model:
            self._watched = Watched(model, self._watched.run + 1 if self._watched else 0)
        self._send()

    def _send(self) -> None:
        if self._stage is not None and self._watched is not None:
            for header, buffers in self._frames.messages(self._watched, lambda life: {"marks": life.marks()}):  # type: ignore[arg-type]
                self._stage.send(header, buffers)

    def _hear(self, _: Any, message: Any, buffers: Any) -> None:
        kind = message.get("kind") if isinstance(message, dict) else None
        if kind == "ready":
            self._frames.forget()
            self._send()
        elif kind == "pick" and self._watched is not None and self._stage is not None:
            district = message.get("district")
            if type(district) is int and 0 <= district < len(self._watched.model.system.districts):
                self._stage.send(names_of_schools(self._watched, district), [])  # type: ignore[arg-type]


@solara.component
def Part(model: SchoolSystemModel, month: int, part: str) -> None:
    """Show one part of the picture; `month` is there so that a new month is a reason to draw."""
    showing = solara.use_memo(Showing, [])
    solara.Style(STYLE)
    with solara.v.Html(tag="div", class_=f"ml-part ml-part-{part}"):
        stage = Stage.element()
    solara.use_effect(lambda: showing.connect(solara.get_widget(stage)), [])
    solara.use_effect(lambda: showing.show(model), [id(model), month])
