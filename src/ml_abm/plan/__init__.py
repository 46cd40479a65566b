"""Plan: search for packages of levers, each with its month, that reach a goal under a budget whatever is not known.

`plan` is the entry point; `ml_abm.report.plan_page` writes its answer as a page and scenario files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..foundation.lazy_import import on_demand

if TYPE_CHECKING:
    from .found import Plan
    from .planned import plan

__all__ = ["Plan", "plan"]

__getattr__ = on_demand(__name__, {"Plan": "found", "plan": "planned"})
