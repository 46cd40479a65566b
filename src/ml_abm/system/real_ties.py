"""Which ties of a scenario are real? Files of [[ties]] and graphs from Python, in place of generated ones.

- *teachers*: they replace the generated ties. A school with ties inside it is one whose own network is known: there teachers look to their ties and
  not to everybody, and who has none sees nobody. In other schools everybody sees everybody, as ever.
- *schools*: teachers have as many ties as generated ones would be (`cross_ties`), each to a teacher, drawn by lot, of a school tied to their
  own; teachers of a school without ties have none.
- *districts*: the ties of district leaders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..compiled import door
from ..draws import Decision, key, uniform
from ..errors import ListError, suggestion
from ..scenario import Scenario
from ..tables import Ties
from .edges import TieReport, read_ties, within
from .networks import ties_from_edges

if TYPE_CHECKING:
    import pandas as pd

BETWEEN = ("teachers", "schools", "districts")


# What ties are read from, and whether they have a direction (None: that says so itself), by whom they are between.
Sources = dict[str, tuple[Any, bool | None]]


def real_ties(scenario: Scenario, graphs: Mapping[str, Any] | None = None) -> Sources:
    """Return where real ties of a scenario come from; graphs go before its files. Raises ListError for two of a kind."""
    found: Sources = {}
    for file in scenario.ties:
        if file.between in found:
            raise ListError(f"{scenario.name}: two files of ties between {file.between}: give one")
        # a graph in a file says itself whether it has a direction
        directed = file.directed if file.file.lower().endswith((".csv", ".tsv", ".txt")) else None
        found[file.between] = scenario.system.path(file.file), directed
    for between, graph in (graphs or {}).items():
        if between not in BETWEEN:
            raise ListError(
                f"ties between {between!r}: allowed {', '.join(BETWEEN)}.{suggestion(between, BETWEEN)}"
            )
        found[between] = graph, None
    if {"teachers", "schools"} <= found.keys():
        raise ListError(f"{scenario.name}: give ties between teachers or between schools, not both")
    if scenario.network and "districts" in found:
        raise ListError(
            f"{scenario.name}: network = {scenario.network!r} names the ties between districts already: take one of them out"
        )
    return found


class TeacherTies(NamedTuple):
    """Ties of teachers: how many each has uint16 (n,), where they go int32 (n_ties,), which schools' own network is known bool (n_schools,)."""

    counts: np.ndarray
    goes_to: np.ndarray
    known: np.ndarray
    report: TieReport


def between_teachers(source: Any, directed: bool | None, ids: pd.Index, begin: np.ndarray) -> TeacherTies:
    """Return real ties between teachers; `begin` is where each school's begin, int64 (n_schools + 1,)."""
    pairs, _, report = read_ties(source, ids, directed)
    n_schools = len(begin) - 1
    school = np.repeat(np.arange(n_schools), np.diff(begin))
    inside = within(pairs, school)
    counts = np.bincount(pairs[:, 0], minlength=len(ids))
    if counts.max(initial=0) > np.iinfo(np.uint16).max:
        busiest = int(counts.argmax())
        raise ListError(
            f"{report.source}: {ids[busiest]} has {counts[busiest]:,} ties: allowed {np.iinfo(np.uint16).max:,}"
        )
    known = np.bincount(school[pairs[inside, 0]], minlength=n_schools) > 0
    ways = 1 if report.directed else 2
    report = replace(report, inside=int(inside.sum()) // ways, schools_known=int(known.sum()))
    return TeacherTies(counts.astype(np.uint16), pairs[:, 1].astype(np.int32), known, report)


def between_schools(
    source: Any, directed: bool | None, ids: pd.Index, begin: np.ndarray, counts: np.ndarray, seed: int
) -> TeacherTies:
    """Return ties of teachers to teachers of the schools tied to their own.

    `begin` as in `between_teachers`, `counts` how many ties each would have, uint16 (n,).
    """
    ties, report = between_rows(source, directed, ids)
    has_any = np.repeat(np.diff(ties.start) > 0, np.diff(begin))
    counts = np.where(has_any, counts, 0).astype(np.uint16)
    goes_to = np.empty(counts.sum(dtype=np.int64), np.int32)
    _place_in_schools(counts, goes_to, begin, ties.start, ties.neighbour, np.uint64(seed))
    return TeacherTies(counts, goes_to, np.zeros(len(begin) - 1, bool), report)


def between_rows(source: Any, directed: bool | None, ids: pd.Index) -> tuple[Ties, TieReport]:
    """Return real ties between schools or districts in compressed rows."""
    pairs, _, report = read_ties(source, ids, directed)
    return ties_from_edges(len(ids), pairs, directed=True), report


@door
def _place_in_schools(counts, goes_to, begin, start, neighbour, seed):
    """Draw each tie's other end: a school tied to one's own, then anybody there, evenly."""
    which_school = key(seed, Decision.TIE_NEAR, Decision.TIE_COUNT)
    which_teacher = key(seed, Decision.TIE_TO, Decision.TIE_COUNT)
    tie = 0
    for s in range(len(begin) - 1):
        tied = start[s + 1] - start[s]
        for i in range(begin[s], begin[s + 1]):
            for _ in range(counts[i]):
                other = neighbour[start[s] + np.int64(uniform(which_school, tie) * tied)]
                staff = begin[other + 1] - begin[other]
                goes_to[tie] = begin[other] + np.int64(uniform(which_teacher, tie) * staff)
                tie += 1
