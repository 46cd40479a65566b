"""Districts change leaders, join, learn to deliver, measure, and build the innovation into their rules."""

from ..draws import Decision, key, uniform
from ..foundation.compiled import kernel
from ..mechanisms.adaptation import next_revision
from ..mechanisms.capacity import cut_now, delivery_quality, next_capacity, next_coaches, size_dilution
from ..mechanisms.champions import push
from ..mechanisms.chance import bounded, log_monthly_rate, monthly_chance
from ..mechanisms.evidence import next_data_quality
from ..mechanisms.exposure import social_reinforcement
from ..mechanisms.institutionalisation import district_joins_chance, next_institutionalisation
from ..mechanisms.turnover import spread_around
from ..mechanisms.workload import burden_asked
from ..tables import NEVER


@kernel
def move_districts(system, p, seed, month):
    """Move every district by one month. Peers are read as they were at the end of last month."""
    districts, programme = system.districts, system.programme[0]
    leaves = key(seed, Decision.DISTRICT_LEADER_LEAVES, month)
    arrives = key(seed, Decision.DISTRICT_LEADER_ARRIVES, month)
    joins = key(seed, Decision.DISTRICT_JOINS, month)
    leader_leaves = monthly_chance(p.district_leader_turnover)
    dilution = size_dilution(programme.staff, p)
    programme.cut = cut_now(month, p)
    programme.revision = next_revision(programme.revision, programme.users > 0, p)
    first_seat = len(system.champions) - len(districts)
    for d in range(len(districts)):
        district = districts[d]
        if uniform(leaves, d) < leader_leaves:
            openness = spread_around(p.policy_openness, p.openness_spread, uniform(arrives, d))
            district.openness = bounded(openness)
            district.leader_months = 0
        else:
            district.leader_months += 1
        district.push = push(system.champions[first_seat + d].capital, programme.capital, p)
        if district.joined_month == NEVER and programme_takes_on(programme, p, month):
            peers = share_of_peers_joined(districts, system.district_ties, d, month)
            if uniform(joins, d) < joining_chance(district, peers, programme, p):
                district.joined_month = month
        work(district, programme, dilution, has_joined(district, month), p)


@kernel
def joining_chance(district, peers, programme, p):
    """Return the chance that a district joins this month."""
    reinforcement = 0.0
    if peers > 0.0:
        reinforcement = social_reinforcement(peers, district.threshold, p)
    log_rate = log_monthly_rate(p.district_recruitment)
    return district_joins_chance(
        log_rate, reinforcement, district.push, programme.evidence, district.openness, burden_asked(p), p
    )


@kernel
def work(district, programme, dilution, joined, p):
    """Move a district's coaches, quality, capacity, rules and data, from what its schools did last month."""
    rules = district.institutionalisation
    active = district.enrolled > 0
    use = 0.0
    if active:
        use = min(1.0, district.users / district.staff)
    district.coaches = next_coaches(district.coaches, district.enrolled, programme.pay_ratio, p)
    district.quality = delivery_quality(district.capacity, rules, dilution, programme.cut, p)
    district.capacity = next_capacity(district.capacity, joined, rules, p)
    district.institutionalisation = next_institutionalisation(
        rules, district.push, district.data_quality, district.reported_fidelity, use, p
    )
    funded = p.data_investment * programme.pay_ratio * active
    district.data_quality = next_data_quality(district.data_quality, funded, p)


@kernel
def has_joined(district, month):
    """Return whether a district has joined by this month (a pilot's district may be marked for later)."""
    return district.joined_month != NEVER and district.joined_month <= month


@kernel
def programme_is_open(p, month):
    """Return whether there is a programme this month: from its start on, design with teachers included."""
    return month >= p.start_month and p.target_share > 0.0


@kernel
def programme_takes_on(programme, p, month):
    """Return whether districts and schools may join this month: from the pilot on."""
    return month >= programme.pilot_month and p.target_share > 0.0


@kernel
def share_of_peers_joined(districts, ties, d, month):
    """Return the share of the districts that d looks to which had joined before this month, 0 without peers."""
    begin, end = ties.start[d], ties.start[d + 1]
    joined = 0
    for tie in range(begin, end):
        since = districts[ties.neighbour[tie]].joined_month
        if since != NEVER and since < month:
            joined += 1
    if end == begin:
        return 0.0
    return joined / (end - begin)
