"""Value of a parameter after all timeline events up to a month."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .scenario import Scenario


class Change(NamedTuple):
    """One change of a value: when, "set" or "scale", by what, and the words of the event that makes it."""

    month: int
    how: str
    value: float
    says: str = ""


def changes_of(scenario: Scenario, name: str) -> list[Change]:
    """Return what events do to a parameter, in the order in which it happens."""
    short = name.rpartition(".")[2]
    return [
        Change(event.month, how, value, event.says)
        for event in scenario.timeline
        for how, changes in (("set", event.set), ("scale", event.scale))
        for changed, value in changes.items()
        if not event.changes_funder and changed.rpartition(".")[2] == short
    ]


def followed(value: float, changes: Iterable[Change]) -> float:
    """Return a value after some changes."""
    for change in changes:
        value = value * change.value if change.how == "scale" else change.value
    return value
