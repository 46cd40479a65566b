"""Capacity: how much coaching there is, how good it is, and how both thin out with size."""

from math import exp, log

from ..foundation.compiled import formula
from .chance import bounded, relax


@formula
def next_coaches(coaches, enrolled_schools, pay_ratio, p):
    """Return the coaches of a district: hired towards the plan, kept only as far as they are paid."""
    plan = p.coaches_per_100_schools / 100.0 * enrolled_schools
    kept = coaches * (1.0 - p.coach_loss_unpaid * (1.0 - pay_ratio))
    if plan > kept:
        return relax(kept, plan, p.coach_hiring_speed * pay_ratio)
    return plan


@formula
def coaching(coaches, enrolled_schools, pay_ratio, remoteness, p):
    """Return v = min(1, coaches x schools a coach can serve / schools) x rationing x what the way to remote schools leaves, 0..1.

    One coach per 10 schools is full coaching: 10 beat 15 in Kenya (Piper & Zuilkowski 2015). `remoteness` is 0 to 1, 0.5 on average.
    """
    if enrolled_schools <= 0.0:
        return 0.0
    served = min(1.0, coaches * p.schools_per_coach / enrolled_schools) * pay_ratio
    return bounded(served * (1.0 - p.coaching_lost_to_remoteness * (2.0 * remoteness - 1.0)))


@formula
def size_dilution(supported_teachers, p):
    """Return (1 + N/N0)^-e, but not below a floor: quality thins out as a programme grows.

    Effects halve from 100 teachers on (Kraft, Blazar & Hogan 2018). Design for scale lowers e; what runs on
    system routines need not dilute (Tusome: Piper et al. 2018), hence the floor.
    """
    e = p.dilution * (1.0 - p.dilution_spared_by_design * p.designed_for_scale)
    return max(p.dilution_floor, exp(-e * log(1.0 + supported_teachers / p.dilution_size)))


@formula
def delivery_quality(capacity, institutionalisation, dilution, cut, p):
    """Return q = [g q_gov + (1-g) q_ngo + partnership] x dilution x what cutting components leaves, 0..1.

    g is the share delivered by government. q_gov is the district's own capacity, raised by routine use;
    identical contracts gave 0.19 SD from an NGO and 0 from a weak government (Bold et al. 2018). Shared delivery
    brings together what each is good at (Robinson & Winthrop 2016).
    """
    g = p.government_delivery
    q_gov = capacity + p.routine_bonus * institutionalisation * (1.0 - capacity)
    q = g * q_gov + (1.0 - g) * p.ngo_quality
    q += p.partnership_bonus * 4.0 * g * (1.0 - g) * (1.0 - q)
    return bounded(q * dilution * components_left(cut, p))


@formula
def cut_now(month, p):
    """Return the share of the expensive components that is out in a month: none before `cut_month`."""
    return p.cut_expensive * (month >= p.cut_month)


@formula
def components_left(cut, p):
    """Return (1 - cut x share of effect)^2: components multiply, so cutting loses more than its share."""
    left = 1.0 - cut * p.expensive_effect_share
    return left * left


@formula
def next_capacity(capacity, joined, institutionalisation, p):
    """Return the district's own capacity, learnt beside partners and by routine use."""
    beside_partner = joined * (1.0 - p.government_delivery)
    rate = p.capacity_learning * (p.capacity_of_partner * beside_partner + institutionalisation)
    return bounded(capacity + rate * (1.0 - capacity))
