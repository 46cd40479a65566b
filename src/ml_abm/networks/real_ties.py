"""Real ties of a scenario: files of [[ties]] and graphs from Python, in place of generated ones.

- *teachers*: they replace the generated ties between schools. Inside a school advice ties are generated, so real ones there are left out, and
  reported; unless these are all ties there are (`whole`): then teachers look to them alone, inside and across schools, and those without ties see no one.
- *schools*: teachers have as many ties to other schools as generated ones would be (`cross_ties`), each to a teacher, drawn by lot, of a school tied to their
  own; teachers of a school without ties have none.
- *districts*: the ties of district leaders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..draws import Decision, key, uniform
from ..errors import ListError, suggestion
from ..foundation.compiled import entry_point
from ..scenario import Scenario
from ..tables import Ties
from .edges import TieReport, read_ties, within
from .graph import ties_from_edges
from .sources import forget, stamped

if TYPE_CHECKING:
    import pandas as pd

    from ..lists.school_list import SchoolList

BETWEEN = ("teachers", "schools", "districts")


READING = Lock()  # runs of a batch are threads: one reads, the others find it read


class TieSource(NamedTuple):
    """What ties are read from; `directed` and `whole` as in `TieFile`, with the words of a scenario file."""

    source: Any
    directed: bool | None = None
    whole: bool = False


Sources = dict[str, TieSource]


def real_ties(scenario: Scenario, graphs: Mapping[str, Any] | None = None) -> Sources:
    """Return where real ties of a scenario come from, by whom they are between; graphs go before its files.

    Raises ListError for what cannot be together.
    """
    found: Sources = {}
    for file in scenario.ties:
        if file.between in found:
            raise ListError(f"{scenario.name}: two files of ties between {file.between}: give one")
        found[file.between] = TieSource(scenario.system.path(file.file), file.directed, file.whole)
    for between, graph in (graphs or {}).items():
        if between not in BETWEEN:
            raise ListError(
                f"ties between {between!r}: allowed {', '.join(BETWEEN)}.{suggestion(between, BETWEEN)}"
            )
        found[between] = graph if isinstance(graph, TieSource) else TieSource(graph)
    for between, given in found.items():
        if given.whole and between != "teachers":
            raise ListError(
                f"{scenario.name}: ties between {between}: whole = true goes with ties between teachers"
            )
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


def between_teachers(given: TieSource, ids: pd.Index, begin: np.ndarray) -> TeacherTies:
    """Return real ties between teachers; `begin` is where each school's begin, int64 (n_schools + 1,)."""
    n_schools = len(begin) - 1
    school = np.repeat(np.arange(n_schools, dtype=np.int32), np.diff(begin))
    pairs, _, report = read_ties(given.source, ids, given.directed, None if given.whole else school)
    counts = np.bincount(pairs[:, 0], minlength=len(ids))
    if counts.max(initial=0) > np.iinfo(np.uint16).max:
        busiest = int(counts.argmax())
        raise ListError(
            f"{report.source}: {ids[busiest]} has {counts[busiest]:,} ties: allowed {np.iinfo(np.uint16).max:,}"
        )
    if given.whole:
        ways = 1 if report.directed else 2
        report = replace(report, inside=int(within(pairs, school).sum()) // ways)
    known = np.full(n_schools, given.whole)
    return TeacherTies(counts.astype(np.uint16), pairs[:, 1].astype(np.int32), known, report)


def between_schools(
    ties: Ties, report: TieReport, begin: np.ndarray, counts: np.ndarray, seed: int
) -> TeacherTies:
    """Return ties of teachers to teachers of the schools tied to their own.

    `begin` as in `between_teachers`, `counts` how many ties each would have, uint16 (n,).
    """
    has_any = np.repeat(np.diff(ties.start) > 0, np.diff(begin))
    counts = np.where(has_any, counts, 0).astype(np.uint16)
    goes_to = np.empty(counts.sum(dtype=np.int64), np.int32)
    _place_in_schools(counts, goes_to, begin, ties.start, ties.neighbour, np.uint64(seed))
    return TeacherTies(counts, goes_to, np.zeros(len(begin) - 1, bool), report)


def between_rows(given: TieSource, ids: pd.Index) -> tuple[Ties, TieReport]:
    """Return real ties between schools or districts in compressed rows."""
    pairs, _, report = read_ties(given.source, ids, given.directed)
    return ties_from_edges(len(ids), pairs, directed=True), report


def teachers_tied(given: TieSource, scenario: Scenario, staff: np.ndarray) -> TeacherTies:
    """Return real ties between the teachers of a scenario whose schools have so many; where they go may be changed."""
    from ..lists.school_list import school_list, teacher_ids

    file = stamped(given.source)
    if scenario.system.schools and file:
        with READING:
            listed = _listed_teachers(given._replace(source=file[0]), file[1], school_list(scenario.system))
        return listed._replace(goes_to=listed.goes_to.copy())
    return between_teachers(
        given, teacher_ids(scenario, staff), np.append(0, np.cumsum(staff, dtype=np.int64))
    )


def rows_tied(given: TieSource, scenario: Scenario, between: str) -> tuple[Ties, TieReport]:
    """Return real ties between the schools or districts of a scenario; they may be changed."""
    from ..lists.school_list import district_ids, school_ids, school_list

    file = stamped(given.source)
    if scenario.system.schools and file:
        with READING:
            listed = school_list(scenario.system)
            ties, report = _listed_rows(given._replace(source=file[0]), file[1], listed, between)
        return Ties(ties.start.copy(), ties.neighbour.copy()), report
    return between_rows(given, (district_ids if between == "districts" else school_ids)(scenario))


# Files are looked up once for a list of schools, and not for the report, the run, and every seed of a batch. What is
# kept is small: a row for each tie, and no names.


@lru_cache(maxsize=1)
def _listed_teachers(given: TieSource, stamp: Any, listed: SchoolList) -> TeacherTies:
    import pandas as pd

    from ..lists.school_list import post_ids

    staff = listed.schools["teachers"].to_numpy()
    ids = (
        post_ids(pd.Index(listed.schools["id"]), staff) if listed.teachers is None else listed.teachers["id"]
    )
    try:
        return between_teachers(given, pd.Index(ids), np.append(0, np.cumsum(staff)))
    finally:
        forget()


@lru_cache(maxsize=2)
def _listed_rows(given: TieSource, stamp: Any, listed: SchoolList, between: str) -> tuple[Ties, TieReport]:
    import pandas as pd

    ids = listed.districts if between == "districts" else listed.schools["id"]
    try:
        return between_rows(given, pd.Index(ids))
    finally:
        forget()


@entry_point
def _place_in_schools(counts, goes_to, begin, start, neighbour, seed):
    """Draw each tie's other end: a school tied to one's own, then anyone there, evenly."""
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
