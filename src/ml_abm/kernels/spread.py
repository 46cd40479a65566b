"""Quantiles over teachers and over schools, from counts in hundredths: how people and schools differ."""

import numpy as np

from ..foundation.compiled import kernel
from ..tables import Stage

BINS = 100
SAMPLE = 4096  # of larger tables only every k-th row is counted, that many or up to twice as many: quantiles within about a hundredth
TENTHS = (0.1, 0.5, 0.9)
FIDELITY, DOSAGE, STRAIN, COMMITMENT = 0, 1, 2, 3


@kernel
def record_spread(record, system):
    """Write the quantiles of this month."""
    counts = np.zeros((4, BINS), np.int64)
    count_teachers(counts, system.teachers)
    record.teacher_fidelity_p10, record.teacher_fidelity_p50, record.teacher_fidelity_p90 = quantiles(
        counts[FIDELITY]
    )
    record.teacher_dosage_p10, record.teacher_dosage_p50, record.teacher_dosage_p90 = quantiles(
        counts[DOSAGE]
    )
    record.teacher_strain_p10, record.teacher_strain_p50, record.teacher_strain_p90 = quantiles(
        counts[STRAIN]
    )
    record.teacher_commitment_p10, record.teacher_commitment_p50, record.teacher_commitment_p90 = quantiles(
        counts[COMMITMENT]
    )
    counts[:] = 0
    count_schools(counts, system.schools)
    record.school_fidelity_p10, record.school_fidelity_p50, record.school_fidelity_p90 = quantiles(
        counts[FIDELITY]
    )
    record.school_dosage_p10, record.school_dosage_p50, record.school_dosage_p90 = quantiles(counts[DOSAGE])
    record.school_strain_p10, record.school_strain_p50, record.school_strain_p90 = quantiles(counts[STRAIN])
    record.school_commitment_p10, record.school_commitment_p50, record.school_commitment_p90 = quantiles(
        counts[COMMITMENT]
    )


@kernel
def count_teachers(counts, teachers):
    """Count teachers by the hundredth of each state; fidelity and dosage of users only."""
    for i in range(0, len(teachers), step_through(len(teachers))):
        teacher = teachers[i]
        if teacher.stage == Stage.USING:
            counts[FIDELITY, hundredth(teacher.fidelity)] += 1
            counts[DOSAGE, hundredth(teacher.dosage)] += 1
        counts[STRAIN, hundredth(teacher.strain)] += 1
        counts[COMMITMENT, hundredth(teacher.commitment)] += 1


@kernel
def count_schools(counts, schools):
    """Count schools by the hundredth of their staff's means; fidelity and dosage where at least one teacher uses it."""
    for s in range(0, len(schools), step_through(len(schools))):
        school = schools[s]
        if school.users > 0:
            counts[FIDELITY, hundredth(school.fidelity_sum / school.users)] += 1
            counts[DOSAGE, hundredth(school.dosage_sum / school.users)] += 1
        counts[STRAIN, hundredth(school.strain_sum / school.staff)] += 1
        counts[COMMITMENT, hundredth(school.commitment_sum / school.staff)] += 1


@kernel
def step_through(n):
    """Return how many rows apart those that are counted lie."""
    return max(1, n // SAMPLE)


@kernel
def hundredth(x):
    """Return the bin of a share: that of 0.37 holds 0.37 up to 0.38, the last one holds 1 too."""
    return min(int(x * BINS), BINS - 1)


@kernel
def quantiles(counts):
    """Return the 10, 50 and 90% quantiles, each the middle of its hundredth; 0 of nothing."""
    total = counts.sum()
    return (
        quantile_of(counts, total, TENTHS[0]),
        quantile_of(counts, total, TENTHS[1]),
        quantile_of(counts, total, TENTHS[2]),
    )


@kernel
def quantile_of(counts, total, share):
    """Return the middle of the first hundredth up to which at least a share of the total is counted; 0 of nothing."""
    if total == 0:
        return 0.0
    below = 0
    for k in range(BINS):
        below += counts[k]
        if below >= share * total:
            return (k + 0.5) / BINS
    return 1.0
