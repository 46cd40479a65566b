"""Cost: fixed and variable lines; unit costs move with size; expensive components can be cut (USD)."""

from math import exp, log

from ..foundation.compiled import formula


@formula
def unit_cost_factor(enrolled_schools, cut, p):
    """Return (N / 100)^e x (1 - cut x share of cost) for N >= 100 schools: unit costs move with size.

    The sign of e is contested (Sandefur 2023 v Kabay & DeStefano), so its range spans zero.
    """
    size = exp(p.cost_elasticity * log(max(100.0, enrolled_schools) / 100.0))
    return size * (1.0 - cut * p.expensive_cost_share)


@formula
def management_cost(schools, unit, p):
    """Return what managing enrolled schools costs in a month, beside what management costs whatever the size."""
    return schools * p.cost_management / 12.0 * unit


@formula
def course_cost(teachers, unit, p):
    """Return the cost of one course for some teachers."""
    return teachers * p.cost_training * p.training_days / 5.0 * unit


@formula
def coaching_cost(coaches, unit, p):
    """Return a month of coaches."""
    return coaches * p.cost_coach * unit


@formula
def materials_cost(teachers, unit, p):
    """Return a month of materials for the teachers of enrolled schools."""
    return teachers * p.materials_supply * p.cost_materials / 12.0 * unit


@formula
def community_cost(schools, unit, p):
    """Return a month of organising the community around enrolled schools."""
    return schools * p.community_mobilisation * p.cost_community / 12.0 * unit


@formula
def data_cost(schools, unit, p):
    """Return a month of measuring practice and learning in enrolled schools."""
    return schools * p.data_investment * p.cost_data / 12.0 * unit
