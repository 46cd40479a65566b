"""One month in a school system. The page to read first.

Money and leadership move first, then districts, then the programme, then schools and their teachers, then the census.
Everything that looks at others sees them as they were at the end of last month. What happens inside a school touches
that school's rows only, so schools may be shared out over threads without changing a bit of the result.
"""

from ..foundation.compiled import inlined_source
from .census import take_census
from .champions import come_and_go
from .chances import chances_of_month
from .districts import move_districts
from .funders import pay_in
from .programme import enrol_schools, let_schools_leave, pay_for_what_runs
from .teachers import move_staff


@inlined_source
def decide(system, p, seed, month):
    """Let funders, champions, districts and the programme do what they do this month."""
    pay_in(system.funders, system.programme[0], p, seed, month)
    come_and_go(system.champions, system.districts, system.programme[0], p, seed, month)
    move_districts(system, p, seed, month)
    let_schools_leave(system, p, seed, month)
    pay_for_what_runs(system, p, month)
    enrol_schools(system, p, seed, month)


@inlined_source
def move_schools(system, p, seed, room, month, first_school, last_school):
    """Move some schools and their teachers by this month; `room` is one block to work in."""
    chances = chances_of_month(system.programme[0], p, seed, month)
    move_staff(system, p, chances, room, month, first_school, last_school)


@inlined_source
def simulate_month(system, p, seed, room, counts, month, row, whole_record, district_record):
    """Simulate one whole month and record it."""
    decide(system, p, seed, month)
    move_schools(system, p, seed, room, month, 0, len(system.schools))
    take_census(system, p, counts, month, row, whole_record, district_record)
