"""Skill: from training, coaching, skilled peers and practice; lost by disuse and a change of grade."""

from ..foundation.compiled import formula
from .chance import bounded


@formula
def course_gain(p):
    """Return a = aT days/5, what a course closes of the skill gap at full quality (at most 1).

    A complex core is learnt more slowly. Joyce & Showers 2002: a course alone transfers little.
    """
    complexity = 1.0 - p.complexity_cost * p.core_complexity
    return min(1.0, p.skill_of_training * p.training_days / 5.0 * complexity)


@formula
def next_skill(skill, course, coached, peers, pairs, partner, dosage, p):
    """Return s' = s + a q (1-s) + aC q v (1-s) + aP (peers - s) + aT T max(0, partner - s) + aU m (1-s) - delta (1-m) s.

    Coaching v training: Kraft, Blazar & Hogan 2018; Cilliers et al. 2020. Practice moves towards that of the colleagues whom a teacher
    asks, up and down (Jackson & Bruegmann 2009); organised pairs (T, 0..1) towards the school's best (Papay et al. 2020). Decay without
    support: Cilliers et al. 2022. `course` and `coached` are already multiplied by the quality q of their delivery.
    """
    complexity = 1.0 - p.complexity_cost * p.core_complexity
    gap = 1.0 - skill
    gain = course * gap
    gain += p.skill_of_coaching * complexity * coached * gap
    gain += p.skill_of_peers * (peers - skill)
    gain += p.skill_of_pairs * pairs * max(0.0, partner - skill)
    gain += p.skill_of_practice * dosage * gap
    loss = p.skill_decay * (1.0 - dosage) * skill
    return bounded(skill + gain - loss)


@formula
def skill_after_grade_change(skill, p):
    """Return the skill that is left of grade-specific training after a move to another grade."""
    return skill * (1.0 - p.rotation_loss)
