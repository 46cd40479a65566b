"""ArviZ, without what it has to say about its next version: that is no news to who calibrates."""

from __future__ import annotations

import warnings
from typing import Any


def arviz() -> Any:
    """Return the library."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import arviz as library
    return library
