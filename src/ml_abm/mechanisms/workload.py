"""Workload: hours that the innovation adds, and hours that tools and the community give back (hours/week)."""

from ..compiled import formula


@formula
def added_hours(skill, p):
    """Return added = c_add (1 - kappa s) + c_rep: skilled teachers need less time (model equation, mark D)."""
    return p.added_hours * (1.0 - p.hours_saved_by_skill * skill) + p.reporting_hours


@formula
def relief_hours(using, materials, community, p):
    """Return relief = h_tool M while using + h_comm C: tools (Roy et al. 2024), helpers (Ganimian et al. 2024)."""
    return p.tool_hours * materials * using + p.community_hours * community


@formula
def week_hours(weekly_hours, added, relief, p):
    """Return hours = h0 + added - chi relief; chi is the share of relief kept as rest (Duflo, Dupas & Kremer 2015)."""
    return max(0.0, weekly_hours + added - p.rest_share * relief)


@formula
def overload(hours, p):
    """Return x = max(0, hours - H) / H, the excess over a week that can be sustained."""
    return max(0.0, hours - p.sustainable_hours) / p.sustainable_hours


@formula
def time_factor(weekly_hours, added, relief, p):
    """Return tau = min(1, time found / time needed), 0..1.

    Time found: a base that teachers always find, the slack of their week, and relief that is not taken as rest.
    Time needed: what the innovation adds. Nothing added needs no time.
    """
    found = p.found_hours + max(0.0, p.sustainable_hours - weekly_hours)
    found += (1.0 - p.rest_share) * relief
    if added <= found:
        return 1.0
    return found / added
