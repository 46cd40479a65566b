"""What are the rows of a generated system called? D000, S000000, S000000/1."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def generated_ids(between: str, schools: np.ndarray, n_districts: int) -> pd.Index:
    """Return the names of teachers, schools or districts, in the order of their table."""
    import pandas as pd

    if between == "districts":
        return _numbered("D", n_districts, 3)
    names = _numbered("S", len(schools), 6)
    if between == "schools":
        return names
    staff = schools["staff"].astype(np.int64)
    place = np.arange(staff.sum()) - np.repeat(np.cumsum(staff) - staff, staff) + 1
    return pd.Index(np.repeat(names.to_numpy(object), staff) + "/" + place.astype(str).astype(object))


def _numbered(letter: str, n: int, digits: int) -> pd.Index:
    import pandas as pd

    width = max(digits, len(str(n - 1)))
    return pd.Index([f"{letter}{k:0{width}}" for k in range(n)], dtype=object)
