"""Practice: how much of it takes place (dosage), how true it is to the core (fidelity), and how it becomes a habit."""

from ..foundation.compiled import formula
from .chance import bounded, relax


@formula
def dosage(time_factor, commitment, passing, strain, materials, p):
    """Return m = tau min(1, (g + v) (1 - eta b) (1 - phi (1 - M)) / g_full), 0..1, of a teacher who uses it.

    A shortfall of will, energy or materials limits the dose; a willing, rested teacher with materials delivers all of it, and 55% of
    trained teachers do (Ennett et al. 2011). The exhausted deliver less (Ransford et al. 2009). `passing` is v, how much this term differs
    from others: who delivers most in one year seldom does in the next (Ringwalt et al. 2010).
    """
    energy = 1.0 - p.dosage_lost_to_strain * strain
    supplies = 1.0 - p.dosage_lost_without_materials * (1.0 - materials)
    will = max(0.0, commitment + passing)
    return time_factor * min(1.0, will * energy * supplies / p.will_for_full_dose)


@formula
def fidelity(dosage, skill, drift):
    """Return f = m s (1 - z), 0..1."""
    return dosage * skill * (1.0 - drift)


@formula
def next_habit(habit, dosage, p):
    """Return H' = H + h (m - H): what is practised month after month goes on by itself, and fades when it is not."""
    return bounded(relax(habit, dosage, p.habit_speed))


@formula
def shown(using, skill):
    """Return what those who ask a teacher see: whether it is used (bit 0), and skill in steps of 1/127 (bits 1 to 7)."""
    return int(127.0 * skill + 0.5) * 2 + using
