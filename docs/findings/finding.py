"""What is a finding? A title, three sentences, a table and a picture, and what the model says to the claims of the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

SHOWN, REVERSED, OPEN = (
    "The model shows it.",
    "The model shows the **reverse**.",
    "The model does **not** surely show it: {} of the draws do.",
)


@dataclass(frozen=True)
class Finding:
    """An answer to a study's question; every number and every word that depends on one comes from its runs.

    Attributes
    ----------
    claims : pairs of what the report says and what the model says to that.
    caution : what a reader should know before quoting it.
    """

    title: str
    sentences: tuple[str, str, str]
    claims: Sequence[tuple[str, str]]
    caution: str
    heading: Sequence[str]
    rows: Sequence[Sequence[str]]
    draw: Callable[[], Figure]
