"""Order of an assessment's sentences: which stand in which section of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .constraints import binding, binding_after, funnel_in_words, story, together
from .cost import costs, price
from .equity import who_gets_it
from .levers import best_pair, first_step, harmful, sequence
from .nearest import like_this_one
from .odds import goal, odds_in_words, ruled_out, weakest
from .questions import adaptation, designing, enabling, innovate, ready
from .stresses import stressed
from .trust import honest, knowing

if TYPE_CHECKING:
    from ..found import Assessed


def sentences(a: Assessed) -> dict[str, list[str]]:
    """Return all sentences by section."""
    return {
        "goal": [goal(a)],
        "feasible": ruled_out(a),
        "odds": [odds_in_words(a), weakest(a)],
        "constraint": [
            binding(a),
            *([binding_after(a)] if a.clock.after else []),
            story(a),
            funnel_in_words(a),
            together(a),
        ],
        "lever": [first_step(a), best_pair(a), *([sequence(a)] if sequence(a) else []), *harmful(a)],
        "price": [price(a)],
        "adaptation": adaptation(a),
        "environment": enabling(a),
        "design": designing(a),
        "readiness": ready(a),
        "innovate": innovate(a),
        "stress": stressed(a),
        "cost": costs(a),
        "equity": who_gets_it(a),
        "nearest": like_this_one(a),
        "honesty": honest(a),
        "information": knowing(a),
    }
