"""Result of an analysis: a finding in words, the table behind it, and a figure that is drawn when asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Analysis:
    """An answer: `title` is the finding in a sentence, `sentence` what stands behind it and what it does not say."""

    title: str
    sentence: str
    table: pd.DataFrame
    draw: Callable[[], Figure]

    def figure(self) -> Figure:
        """Return a new figure; nothing is shown or saved."""
        return self.draw()
