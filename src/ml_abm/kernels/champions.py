"""Champions earn, spend and lose political capital; they leave, and others take up the cause."""

from ..draws import Decision, key, uniform
from ..foundation.compiled import kernel
from ..mechanisms.champions import capital_left_behind, idle_capital, next_capital, recruitment_chance
from ..tables import NEVER
from .districts import programme_is_open


@kernel
def come_and_go(champions, districts, programme, p, seed, month):
    """Move every champion's seat by one month; wins and rules are those of its district or of the system.

    Until there is a programme nothing moves: there is nothing to speak for.
    """
    if not programme_is_open(p, month):
        programme.capital = 0.0
        return
    leaves = key(seed, Decision.CHAMPION_LEAVES, month)
    arrives = key(seed, Decision.CHAMPION_ARRIVES, month)
    top = 0.0
    for i in range(len(champions)):
        seat = champions[i]
        if seat.district == NEVER:
            wins, rules = programme.coverage, programme.institutionalisation
        else:
            district = districts[seat.district]
            wins, rules = district.coverage, district.institutionalisation
        if seat.active:
            if uniform(leaves, i) < 1.0 / p.champion_tenure:
                seat.active = 0
                seat.capital = capital_left_behind(seat.capital, rules, p)
            else:
                seat.capital = next_capital(seat.capital, wins, p)
        elif uniform(arrives, i) < recruitment_chance(wins, p):
            seat.active = 1
            seat.since_month = month
            seat.capital = max(seat.capital, p.champion_capital)
        else:
            seat.capital = idle_capital(seat.capital, rules, p)
        if seat.district == NEVER:
            top = max(top, seat.capital)
    programme.capital = top
