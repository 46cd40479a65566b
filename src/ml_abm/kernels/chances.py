"""Keys of the random numbers of a month, and the chances that are the same for all, worked out once."""

from math import exp
from typing import NamedTuple

import numpy as np

from ..draws import Decision, key
from ..foundation.compiled import kernel
from ..mechanisms.chance import monthly_chance

TERM = 4  # months of a school term


class Chances(NamedTuple):
    """One key per decision of teachers and schools, and the chances that are the same for all of them."""

    teacher_leaves: np.uint64
    grade_changes: np.uint64
    adapts: np.uint64
    is_peripheral: np.uint64
    stage_changes: np.uint64
    place_on_course: np.uint64
    newcomer_threshold: np.uint64
    newcomer_resilience: np.uint64
    newcomer_willingness: np.uint64
    term: np.uint64
    principal_leaves: np.uint64
    principal_arrives: np.uint64
    benefit_noise: np.uint64
    course_chance: float
    principal_chance: float


@kernel
def chances_of_month(programme, p, seed, month):
    """Return this month's keys and chances."""
    return Chances(
        key(seed, Decision.TEACHER_LEAVES, month),
        key(seed, Decision.GRADE_CHANGES, month),
        key(seed, Decision.ADAPTS, month),
        key(seed, Decision.CHANGE_IS_PERIPHERAL, month),
        key(seed, Decision.STAGE_CHANGES, month),
        key(seed, Decision.PLACE_ON_COURSE, month),
        key(seed, Decision.NEWCOMER_THRESHOLD, month),
        key(seed, Decision.NEWCOMER_RESILIENCE, month),
        key(seed, Decision.NEWCOMER_WILLINGNESS, month),
        key(seed, Decision.TERM, month // TERM),
        key(seed, Decision.PRINCIPAL_LEAVES, month),
        key(seed, Decision.PRINCIPAL_ARRIVES, month),
        key(seed, Decision.BENEFIT_NOISE, month),
        (1.0 - exp(-p.refresher_rate / 12.0)) * programme.input_ratio,
        monthly_chance(p.principal_turnover),
    )
