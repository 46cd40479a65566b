"""Readiness criteria of scalability checklists, each mapped to a number of the model and to the value that counts as ready.

After the Scalability Assessment Tool of MSI (Cooley & Linn; in Cooley, Kohl & Ved 2016, *Scaling Up: From Vision to Large-Scale Change*,
3rd ed.), which asks in words: is the model credible, relevant, better than what is there, easy to adopt, tested, paid for? The mapping
and the thresholds are ours, and assumed. A checklist adds up gaps; here each gap is closed alone, and the runs say whether it matters.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..scenario import Scenario
from .change import Steps, changed, moves


@dataclass(frozen=True)
class Criterion:
    """One criterion: what is asked, and what it would be to be ready."""

    name: str
    asks: str
    steps: Steps

    def __call__(self, scenario: Scenario) -> Scenario:
        """Return a scenario that is ready in this."""
        return changed(scenario, self.steps)

    def gap(self, scenario: Scenario) -> bool:
        """Return whether a scenario falls short."""
        return moves(scenario, self.steps)


CRITERIA = (
    Criterion("credible", "Are practice and learning measured, so that others can believe it?", {"programme.data_investment": ">=0.8"}),
    Criterion("relevant", "Did those who will use it take part in its design?", {"innovation.participatory_design": ">=0.8"}),
    Criterion("clear core", "Is it clear what must hold and what may change?", {"innovation.core_clarity": ">=0.9"}),
    Criterion("easy to learn", "Is it simple enough for an average teacher?", {"innovation.core_complexity": "<=0.3"}),
    Criterion("light", "Does it fit into a teacher's week?", {"innovation.added_hours": "<=1", "innovation.reporting_hours": "<=0.25"}),
    Criterion("fits government", "Does it fit how government works already?", {"innovation.government_fit": ">=0.9"}),
    Criterion("costed for scale", "Was it designed, and costed, for the whole system?", {"innovation.designed_for_scale": ">=0.9"}),
    Criterion("able deliverers", "Can those deliver it who will have to at scale?", {"setting.government_capacity": ">=0.8"}),
    Criterion("support in schools", "Is there help for teachers (a coach for 12 schools)?", {"programme.coaches_per_100_schools": ">=8"}),
    Criterion("demand", "Do communities and their helpers stand behind it?", {"programme.community_mobilisation": ">=0.8"}),
    Criterion("champions", "Is there a champion in most districts?", {"leadership.district_champions": ">=0.8", "leadership.system_champions": ">=1"}),
    Criterion("open policy", "Does policy let districts and schools take it on?", {"setting.policy_openness": ">=0.8"}),
    Criterion("secure money", "Is outside money flexible, and there for ten years?", {"outside.flexible_share": ">=1", "outside.horizon_months": ">=120"}),
)  # fmt: skip
