"""Advice networks inside schools: how many are asked, how unequally, how mutually (Pitts & Spillane 2009)."""

from __future__ import annotations

import numpy as np

from ..tables import SchoolSystem

MEASURES = ("asked", "reciprocity", "gini", "closed", "top_three", "asked_by_no_one")


def advice(system: SchoolSystem) -> dict[str, np.ndarray]:
    """Return each measure by school, for schools with ties inside; float64 (n,)."""
    asks = np.repeat(np.arange(len(system.teachers)), system.teachers["ties"])
    schools = system.schools
    found = []
    for first, staff in zip(schools["first_teacher"], schools["staff"], strict=True):
        begin, end = np.searchsorted(asks, [first, first + staff])
        to = system.teacher_ties[begin:end].astype(np.int64) - first
        inside = (to >= 0) & (to < staff)
        if inside.any():
            found.append(of_school(asks[begin:end][inside] - first, to[inside], int(staff)))
    return {name: np.array([school[k] for school in found]) for k, name in enumerate(MEASURES)}


def of_school(asks: np.ndarray, to: np.ndarray, staff: int) -> tuple[float, ...]:
    """Return the measures of one school (`MEASURES`), from who asks and who is asked, a tie each."""
    tied = np.zeros((staff, staff), dtype=bool)
    tied[asks, to] = True
    np.fill_diagonal(tied, False)
    ties, asked_by = tied.sum(), np.sort(tied.sum(axis=0))
    either = (tied | tied.T).astype(np.int64)
    degree = either.sum(axis=0)
    paths = (degree * (degree - 1)).sum()
    closed = np.trace(either @ either @ either)
    return (
        ties / staff,
        float((tied & tied.T).sum() / ties) if ties else 0.0,
        gini(asked_by),
        float(closed / paths) if paths else 0.0,
        float(asked_by[-3:].sum() / ties) if ties else 0.0,
        float((asked_by == 0).mean()),
    )


def gini(sorted_counts: np.ndarray) -> float:
    """Return the Gini coefficient of counts in ascending order: 0 all alike, towards 1 all with one."""
    n, total = len(sorted_counts), sorted_counts.sum()
    if total == 0:
        return 0.0
    return float((2 * np.arange(1, n + 1) - n - 1) @ sorted_counts / (n * total))
