"""A block: some dozens of teachers side by side, one short array per number, so that one instruction moves eight of them.

Teachers' rows are packed for memory; arithmetic wants columns. A block is small enough to stay in the fastest cache, and a month
goes through it formula by formula. What colleagues share is written to each of them.
"""

import numpy as np

from ..foundation.compiled import inlined

WIDTH = 256  # teachers in a block: 55 columns of 8 bytes are 110 KB, which a second-level cache hands over fast enough
LANES = 8  # numbers that one instruction moves; columns are that much longer than a block

OF_TEACHER = (
    "strain", "commitment", "skill", "drift", "adaptation", "threshold", "weekly_hours", "resilience", "willingness", "habit",
)  # fmt: skip
OF_SCHOOL = (
    "materials", "community", "ownership", "benefit", "coached", "mismatch", "help_felt", "school_skill", "partner",
    "turnover", "enrolled", "on_course", "rest", "pairs",
)  # fmt: skip
OF_DISTRICT = ("quality", "clarity", "rules", "openness", "around", "leader_is_new")
OF_THE_MONTH = (
    "asked_users", "asked_skill", "load_now", "excess_with", "paperwork", "time", "hours", "good_course", "dosage", "fidelity",
    "hears", "begins", "stops", "leaves",
)  # fmt: skip
WHOLE = ("stage", "replaced", "ties", "enrolment", "barrier", "shown")
SUMS = (
    "skill",
    "top",
    "fidelity",
    "dosage",
    "hours",
    "strain",
    "squares",
    "commitment",
    "habit",
    "drift",
    "adaptation",
)

BLOCK = np.dtype(
    [(name, np.float64, (WIDTH + LANES,)) for name in (*OF_TEACHER, *OF_SCHOOL, *OF_DISTRICT, *OF_THE_MONTH)]
    + [(name, np.int64, (WIDTH + LANES,)) for name in WHOLE]
    + [(f"{name}_sum", np.float64) for name in SUMS]
    + [("users_sum", np.int64)]
)


@inlined
def in_lanes(n):
    """Return n rounded up to full lanes, so that no loop has a slow rest; results beside the n are ignored."""
    return (n + LANES - 1) // LANES * LANES
