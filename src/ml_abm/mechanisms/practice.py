"""Practice: how much of it takes place (dosage) and how true it is to the core (fidelity)."""

from ..compiled import formula


@formula
def dosage(time_factor, commitment, strain, materials, p):
    """Return m = tau g (1 - eta b)(1 - phi (1-M)), 0..1, of a teacher who uses it.

    Burnout lowers the dose (Ransford et al. 2009). Linear in b, where the design note had a power: one
    parameter with a plain meaning, the share of the dose that full exhaustion takes.
    """
    energy = 1.0 - p.dosage_lost_to_strain * strain
    supplies = 1.0 - p.dosage_lost_without_materials * (1.0 - materials)
    return time_factor * commitment * energy * supplies


@formula
def fidelity(dosage, skill, drift):
    """Return f = m s (1 - z), 0..1."""
    return dosage * skill * (1.0 - drift)


@formula
def visible_use(fidelity):
    """Return what colleagues see of a user, 0.3 + 0.7 f, in steps of 1/255."""
    return int(255.0 * (0.3 + 0.7 * fidelity) + 0.5)
