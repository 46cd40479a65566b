"""What a run looks like on paper: figures and tables are functions of a trace; `assess` is the report on a whole programme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..foundation.lazy_import import on_demand

if TYPE_CHECKING:
    from .assessment import Assessment, assess

__all__ = ["Assessment", "assess"]

__getattr__ = on_demand(__name__, dict.fromkeys(__all__, "assessment"))
