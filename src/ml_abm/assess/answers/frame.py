"""Tables from rows that keep their columns where there are no rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

COVERAGE, LEARNING = "effective_coverage", "learning_sd"


def frame(rows: list[dict[str, Any]], columns: str) -> pd.DataFrame:
    """Return rows as a table with these columns, which it has also where there are no rows."""
    import pandas as pd

    return pd.DataFrame(rows, columns=columns.split())
