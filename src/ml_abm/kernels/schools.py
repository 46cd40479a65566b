"""Schools update leadership, community, helpers, materials, ownership and what they believe of the benefit."""

from ..draws import uniform
from ..foundation.compiled import kernel
from ..mechanisms.capacity import coaching
from ..mechanisms.chance import bounded
from ..mechanisms.community import (
    community_reach,
    next_community,
    next_helper_skill,
    next_materials,
    next_ownership,
)
from ..mechanisms.evidence import next_observed_benefit
from ..mechanisms.leadership import next_leadership
from ..mechanisms.turnover import spread_around
from ..tables import Enrolment


@kernel
def move_school(school, district, programme, p, chances, s):
    """Move one school by one month, from what its teachers did last month."""
    enrolled = school.enrolment == Enrolment.ENROLLED
    benefit = school.observed_benefit
    school.coaching = enrolled * coaching(
        district.coaches, district.enrolled, programme.pay_ratio, school.remoteness, p
    )
    if uniform(chances.principal_leaves, s) < chances.principal_chance:
        arrives = spread_around(
            p.principal_support, p.principal_spread, uniform(chances.principal_arrives, s)
        )
        school.principal = bounded(arrives)
        school.leadership = school.principal
    else:
        school.leadership = next_leadership(
            school.leadership, school.principal, district.push * enrolled, benefit, p
        )
    organised = enrolled * programme.pay_ratio * p.community_mobilisation
    reach = community_reach(school.disadvantage, p)
    school.community = next_community(school.community, organised, reach, p)
    supported = enrolled * programme.pay_ratio * (p.community_mobilisation > 0.0)
    school.helper_skill = next_helper_skill(school.helper_skill, supported, district.quality, p)
    delivered = enrolled * programme.input_ratio * p.materials_supply
    school.materials = next_materials(school.materials, delivered, p)
    reached = enrolled or school.users > 0
    school.ownership = next_ownership(school.ownership, reached, school.users / school.staff, p)
    noise = spread_around(0.0, 1.0, uniform(chances.benefit_noise, s)) * (school.users > 0)
    school.observed_benefit = next_observed_benefit(benefit, school.learning, district.data_quality, noise, p)
