"""What a run looks like on paper: figures and tables are functions of a trace; `assess` is the report on a whole programme."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .assessment import Assessment, assess

__all__ = ["Assessment", "assess"]


def __getattr__(name: str) -> Any:
    """Load a name when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'ml_abm.report' has no attribute {name!r}")
    from . import assessment

    return getattr(assessment, name)
