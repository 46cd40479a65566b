"""Workload: hours that the innovation adds, and hours that tools and the community give back (hours per week)."""

from ..foundation.compiled import formula


@formula
def added_hours(skill, p):
    """Return added = c_add (1 - kappa s) + c_rep: skilled teachers need less time (model equation, grade D)."""
    return p.added_hours * (1.0 - p.hours_saved_by_skill * skill) + p.reporting_hours


@formula
def relief_hours(using, materials, community, p):
    """Return relief = h_tool M while using + h_comm C: tools (Roy et al. 2024), helpers (Ganimian et al. 2024)."""
    return p.tool_hours * materials * using + p.community_hours * community


@formula
def rest_share(community, p):
    """Return chi = chi_0 (1 - C), the share of relief that is kept as rest.

    With smaller classes effort fell, and oversight by parents brought part of it back (Duflo, Dupas & Kremer 2015).
    """
    return p.rest_share * (1.0 - community)


@formula
def week_hours(weekly_hours, added, relief, rest):
    """Return hours = h0 + added - chi relief; `rest` is chi, the share of relief that is kept as rest."""
    return max(0.0, weekly_hours + added - rest * relief)


@formula
def usual_hours(weekly_hours, community, p):
    """Return the hours of a week without the innovation: what the community gives back by itself, less what of it is not kept as rest."""
    return week_hours(weekly_hours, 0.0, relief_hours(False, 0.0, community, p), rest_share(community, p))


@formula
def load(hours, p):
    """Return (hours - H) / H, how far a week is above (or below) a full one; H is a definition, not a finding."""
    return (hours - p.full_week) / p.full_week


@formula
def overload(hours, p):
    """Return x = max(0, load), the excess over a full week."""
    return max(0.0, load(hours, p))


@formula
def time_factor(weekly_hours, added, relief, rest, p):
    """Return tau = min(1, time found / time needed), 0..1.

    Time found: a base that teachers always find, the slack of their week, and relief that is not taken as rest.
    Time needed: what the innovation adds. Nothing added needs no time.
    """
    found = p.found_hours + max(0.0, p.full_week - weekly_hours)
    found += (1.0 - rest) * relief
    if added <= found:
        return 1.0
    return found / added


@formula
def burden_asked(p):
    """Return the net hours that the innovation asks of a teacher, as a share of a full week, 0 or more.

    What is added, less what tools and organised helpers give back: what districts and schools weigh before they join.
    """
    relief = p.tool_hours * p.materials_supply
    relief += p.community_hours * p.community_capacity * p.community_mobilisation
    return max(0.0, p.added_hours + p.reporting_hours - relief) / p.full_week
