"""Uncertainty bands of a session: one batch in the background, shown while it grows, dropped when the plans move on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

import solara
from solara.server.kernel_context import get_current_context, has_current_context

from .compare import Batch, Comparison, Interval, Moved, paired, with_draw_of
from .plan import Plan
from .running_plan import COLUMNS
from .texts import Words

# What the table compares: key in the texts of cards, outcome, and how it is said.
COMPARED = (
    ("schools", "reach_schools", "share"),
    ("in_use", "reach_in_use", "share"),
    ("using", "adoption", "share"),
    ("fidelity", "fidelity", "share"),
    ("strain", "strain", "share"),
    ("learning", "learning_sd", "SD"),
    ("gap", "reach_gap", "share"),
    ("money", "spending", "USD"),
    ("government", "government_share", "share"),
)
BARRIERS_SHOWN = 6
MOVED_BY = 0.005


class Chance:
    """The batch of a visit. Its callbacks come from threads of others, so they act in the visit's own context.

    Attributes
    ----------
    progress : runs done and to do; None when nothing is being done.
    comparison : what was found, or None.
    fault : why it failed; empty if it did not.
    """

    def __init__(
        self,
        send: Callable[[Mapping[str, Any]], None],
        drawn: Callable[[Plan, int], Plan] = with_draw_of,
    ) -> None:
        self.progress: solara.Reactive[tuple[int, int] | None] = solara.reactive(None)
        self.comparison: solara.Reactive[Comparison | None] = solara.reactive(
            None, equals=lambda a, b: a is b
        )
        self.fault = solara.reactive("")
        self._send, self._drawn = send, drawn
        self._batch: Batch | None = None
        self._of: tuple[tuple[Plan, ...], int] | None = None
        self._context = get_current_context() if has_current_context() else nullcontext()

    def begin(self, plans: tuple[Plan, ...], run: int) -> None:
        """Begin a batch for these plans."""
        self.drop()
        self._of = plans, run
        batch = Batch(plans, drawn=self._drawn, progress=self._told, done=self._done)
        self._batch = batch
        self.progress.set((0, len(plans) * len(batch.seeds)))
        batch.start()

    def keep(self, plans: tuple[Plan, ...], run: int) -> None:
        """Drop what belongs to other plans than these."""
        if self._of is not None and self._of != (plans, run):
            self.drop()

    def drop(self) -> None:
        """Stop, and take the bands away."""
        batch, self._batch, self._of = self._batch, None, None
        if batch is not None:
            batch.cancel()
            for k in range(len(batch.plans)):
                self._send({"kind": "bands", "plan": k, "outcomes": {}})
        self.progress.set(None)
        self.comparison.set(None)
        self.fault.set("")

    def send(self) -> None:
        """Send the bands to the picture, where there are some."""
        found = self.comparison.peek()
        if found is None:
            return
        for k in range(len(found.plans)):
            self._send(found.bands_message(k))

    def _told(self, done: int, of: int) -> None:
        with self._context:
            self.progress.set((done, of))

    def _done(self, found: Comparison | Exception) -> None:
        with self._context:
            self.progress.set(None)
            if isinstance(found, Comparison):
                self.comparison.set(found)
                self.send()
            else:
                self.fault.set(str(found))


def table(found: Comparison, words: Words) -> list[dict[str, Any]]:
    """Return a row for each outcome at the end: both plans' means, the difference with its interval, and whether it is sure."""
    return [_row(found, key, outcome, unit, words) for key, outcome, unit in COMPARED]


def _row(found: Comparison, key: str, outcome: str, unit: str, words: Words) -> dict[str, Any]:
    values = found.values[..., COLUMNS.index(outcome)]
    ends = values.sum(axis=2) if outcome == "spending" else values[..., -1]
    a, b = ends.mean(axis=1).tolist()
    difference = Interval(*(float(part) for part in paired(ends[1] - ends[0])))
    return {
        "name": words(f"stage.card_{key}"),
        "a": said(a, unit, words),
        "b": said(b, unit, words),
        "difference": interval_said(difference, unit, words),
        "sure": difference.sure,
    }


def explained(found: Comparison, words: Words) -> dict[str, Any]:
    """Return which barriers moved, the most moved first, and a sentence about the first that is sure."""
    moved = [each for each in found.explained() if abs(each.share.mean) >= MOVED_BY]
    sure = [each for each in moved if each.share.sure and each.barrier != "delivering"]
    if not sure:
        sentence = words("compare.nothing")
    else:
        first = sure[0]
        barrier = words(f"barrier_short.{first.barrier}")
        sentence = words("compare.most", barrier=barrier, a=words.percent(first.a), b=words.percent(first.b))
    return {"sentence": sentence, "rows": [_barrier(each, words) for each in moved[:BARRIERS_SHOWN]]}


def _barrier(moved: Moved, words: Words) -> dict[str, Any]:
    return {
        "name": words(f"barrier_short.{moved.barrier}"),
        "a": words.percent(moved.a),
        "b": words.percent(moved.b),
        "difference": interval_said(moved.share, "share", words),
        "sure": moved.share.sure,
    }


def said(value: float, unit: str, words: Words) -> str:
    """Return a value in its unit."""
    if unit == "USD":
        return words.money(value)
    return words.percent(value) if unit == "share" else words("stage.unit_sd", value=words.significant(value))


def interval_said(found: Interval, unit: str, words: Words) -> str:
    """Return a difference and its interval; those of shares are in points, a word that only the difference has."""
    form = {"share": words.in_points, "USD": words.money}.get(unit, words.significant)
    mean, low, high = (form(part, True) for part in found)
    if unit == "share":
        mean = words.points(found.mean, True)
    low, high = (part.replace(" ", "\u00a0") for part in (low, high))
    return words("compare.interval", mean=mean, low=low, high=high)
