"""The evidence table: for each mechanism the range that studies give, and its source.

`how_seen` bears the marks: A seen in a source text, B secondary, C from memory, D derived or assumed.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


@cache
def table() -> pd.DataFrame:
    """Return the evidence table, one row a parameter, indexed by its name."""
    import pandas as pd

    with (files("ml_abm") / "evidence" / "parameters.csv").open(encoding="utf-8") as text:
        return pd.read_csv(text, dtype=str, keep_default_na=False).set_index("parameter")


@cache
def plausible_ranges() -> dict[str, dict[str, dict[str, Any]]]:
    """Return what numbers of behaviour can plausibly be whatever trials say: tables by unit and by name, of low, high, shape and why."""
    import tomllib

    with (files("ml_abm") / "evidence" / "plausible.toml").open("rb") as text:
        return tomllib.load(text)


@cache
def countries() -> pd.DataFrame:
    """Return what is known of the size of national school systems: country, name, parameter, value, mark, source."""
    import pandas as pd

    with (files("ml_abm") / "evidence" / "countries.csv").open(encoding="utf-8") as text:
        return pd.read_csv(text, dtype={"value": float})
