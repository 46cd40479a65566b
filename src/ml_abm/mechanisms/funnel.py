"""The loss funnel: every teacher who does not deliver is counted once, at the first barrier met."""

from ..foundation.compiled import formula
from ..tables import Barrier, Enrolment, Stage


@formula
def barrier(stage, enrolment, replaced, overload, fidelity, p):
    """Return the first barrier that a teacher meets, in the order below.

    A newcomer who took a trained teacher's post and is not trained counts as `LEFT` (the loss is turnover's, though the
    newcomer may be unaware as well). A lapsed teacher whose week is overloaded counts as overloaded.
    """
    if stage == Stage.USING:
        if fidelity < p.delivering_fidelity:
            return Barrier.LOW_FIDELITY
        return Barrier.DELIVERING
    if replaced and stage < Stage.TRAINED:
        return Barrier.LEFT
    if enrolment == Enrolment.NEVER and stage < Stage.TRAINED:
        return Barrier.NOT_REACHED
    if stage == Stage.UNAWARE:
        return Barrier.UNAWARE
    if stage == Stage.AWARE:
        return Barrier.UNTRAINED
    if overload > p.overload_barrier:
        return Barrier.OVERLOADED
    if stage == Stage.LAPSED:
        return Barrier.LAPSED
    return Barrier.NOT_CONVINCED
