"""Ties of any source as rows: names looked up, with a report of what was left out.

All ties count alike in the model, whose exposure is a plain mean over ties: weights are read, checked and handed back for those who want to
choose among ties, and the report says that they do not count. (Counting a tie of weight 3 three times would make a claim about
attention that no survey supports.)
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ListError, printable, suggestion
from .sources import Names, Pairs, called_in_words, pairs_of, written

if TYPE_CHECKING:
    import pandas as pd

EXAMPLES = 3
SUGGEST_AMONG = 20_000  # ids; more would take seconds to compare


@dataclass(frozen=True)
class TieReport:
    """What was read, and what was left out. `left_out` counts ties by the reason, `examples` has the first of each.

    `inside` is how many stay in a school where ties of teachers are the whole of whom they look to; elsewhere None.
    """

    source: str
    people: int
    ties: int
    directed: bool
    isolates: int
    weighted: bool
    left_out: dict[str, int] = field(default_factory=dict)
    examples: dict[str, tuple[str, ...]] = field(default_factory=dict)
    inside: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it in one paragraph."""
        how = "each seen by the first of its two only" if self.directed else "each seen from both ends"
        said = [f"{self.source}: {self.ties:,} ties among {self.people:,}, {how}"]
        if self.inside is not None:
            said.append(
                f"{self.ties - self.inside:,} lead to other schools and {self.inside:,} stay in one; teachers look to these ties alone, and no "
                "advice ties are generated"
            )
        if self.isolates:
            said.append(f"{self.isolates:,} of {self.people:,} have no tie")
        for reason, count in self.left_out.items():
            said.append(f"{count:,} left out: {reason} ({', '.join(self.examples[reason])})")
        if self.weighted:
            said.append("weights are read, but all ties count alike")
        said += self.notes
        return "; ".join(said) + "."


def read_ties(
    source: Any,
    ids: pd.Index | Sequence[Any],
    directed: bool | None = None,
    school: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray | None, TieReport]:
    """Return ties between rows, their weights, and a report.

    Parameters
    ----------
    source : a path (.csv, .tsv, .graphml, .gml), a table with columns from and to, a networkx or igraph graph, or a square SciPy
        matrix or NumPy array whose rows look to its columns.
    ids : names of the rows, in order; a matrix, and an igraph graph without names, has these rows.
    directed : whether the first of a pair looks to the second only. Left None, a graph says so itself, a matrix is taken as it
        stands, and an edge list goes both ways. A graph that has no direction cannot be given one.
    school : int (n_rows,), where given: ties inside a school are left out, as its advice ties are generated.

    Returns
    -------
    pairs : int64 (n, 2), row ``a`` looks to row ``b``; sorted, without repeats, ties without direction in both directions.
    weights : float64 (n,) of the first mention of each tie, or None.
    report : what was left out.

    Raises
    ------
    ListError
        In one line, for what cannot be read, for unknown ids, and for weights below 0 or not numbers.
    """
    import pandas as pd

    ids = ids if isinstance(ids, pd.Index) else pd.Index(list(ids))
    called = called_in_words(source)
    given = pairs_of(source, ids, directed, called)
    start, end = (_rows(column, ids, called) for column in (given.start, given.end))
    _check_known(given, start, end, ids, called)
    return _tidied(given, start, end, ids, called, school)


def _rows(column: Names | np.ndarray, ids: pd.Index, called: str) -> np.ndarray:
    """Return the row of each end: int64, -1 for none. Raises ListError for rows that two have the name of."""
    if isinstance(column, np.ndarray):
        return column
    import pandas as pd

    known = pd.Index(written(ids), dtype=object)
    if not known.is_unique:
        twice = known[known.duplicated()][0]
        raise ListError(f"{called}: ties cannot be read, as {printable(twice)[:40]!r} is the name of two")
    rows = np.append(known.get_indexer(pd.Index(column.names, dtype=object)), -1)
    return rows[column.codes].astype(np.int64)


def _check_known(given: Pairs, start: np.ndarray, end: np.ndarray, ids: pd.Index, called: str) -> None:
    """Raise ListError that counts the unknown ids, and names the first; an empty id is left out later, with a report."""
    strangers: dict[str, None] = {}
    for column, rows in ((given.start, start), (given.end, end)):
        if isinstance(column, Names):
            unknown = column.codes[(rows < 0) & (column.codes >= 0)]
            strangers |= dict.fromkeys(column.names[code] for code in dict.fromkeys(unknown.tolist()))
    if not strangers:
        return
    names = list(strangers)
    first = ", ".join(repr(printable(name)[:40]) for name in names[:EXAMPLES])
    near = _near(names[0], ids) if len(ids) <= SUGGEST_AMONG else ""
    example = f"; an id is like {printable(str(ids[0]))[:40]!r}" if len(ids) and not near else ""
    raise ListError(
        f"{called}: {len(names):,} ids of ties are unknown: {first}{', ...' if len(names) > EXAMPLES else ''}{example}.{near or ' Take their ties out, or put them on the list.'}"
    )


def _near(name: str, ids: pd.Index) -> str:
    """Return what an unknown name may stand for, or nothing."""
    known = written(ids).tolist()
    if unicodedata.normalize("NFC", name) in {unicodedata.normalize("NFC", other) for other in known}:
        return " An id looks the same, but its accents are put together otherwise: save both in one form of Unicode (NFC)."
    return suggestion(name[:60], known)


def _tidied(
    given: Pairs,
    start: np.ndarray,
    end: np.ndarray,
    ids: pd.Index,
    called: str,
    school: np.ndarray | None,
) -> tuple[np.ndarray, np.ndarray | None, TieReport]:
    """Return what is left of ties without those to unknown ids, to oneself, of weight 0, and repeats."""
    weights = given.weights
    if weights is not None:
        _check_weights(weights, called)
    low, high = (start, end) if given.directed else (np.minimum(start, end), np.maximum(start, end))
    keep = np.ones(len(start), bool)
    left_out: dict[str, int] = {}
    examples: dict[str, tuple[str, ...]] = {}

    def leave_out(reason: str, which: np.ndarray) -> None:
        which = np.flatnonzero(which & keep)
        if len(which):
            left_out[reason] = len(which)
            examples[reason] = tuple(_pair(given, int(tie), ids) for tie in which[:EXAMPLES])
            keep[which] = False

    leave_out("they have an unknown end", (start < 0) | (end < 0))
    leave_out("they lead to oneself", start == end)
    if weights is not None:
        leave_out("their weight is 0", weights == 0)
    if school is not None:
        leave_out("they stay in a school, whose advice ties are generated", school[start] == school[end])
    leave_out("they are there already", _repeats(low, high, keep, len(ids)))
    pairs = np.stack([low[keep], high[keep]], axis=1)
    weights = None if weights is None else weights[keep]
    tied = np.bincount(pairs.ravel(), minlength=len(ids)) > 0
    report = TieReport(
        called,
        len(ids),
        len(pairs),
        given.directed,
        int((~tied).sum()),
        weights is not None,
        left_out,
        examples,
        notes=given.notes,
    )
    return *_in_order(pairs, weights, given.directed), report


def _in_order(
    pairs: np.ndarray, weights: np.ndarray | None, directed: bool
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return pairs sorted, both ways if they have no direction."""
    if not directed:
        pairs = np.vstack([pairs, pairs[:, ::-1]])
        weights = None if weights is None else np.concatenate([weights, weights])
    order = np.argsort(pairs[:, 0] * (pairs.max(initial=0) + 1) + pairs[:, 1], kind="stable")
    return pairs[order], None if weights is None else weights[order]


def _repeats(low: np.ndarray, high: np.ndarray, keep: np.ndarray, n: int) -> np.ndarray:
    """Return which of the ties kept are a second mention: bool (n_ties,)."""
    at = np.flatnonzero(keep)
    _, first = np.unique(low[at] * n + high[at], return_index=True)
    again = keep.copy()
    again[at[first]] = False
    return again


def _check_weights(weights: np.ndarray, called: str) -> None:
    wrong = np.flatnonzero(~np.isfinite(weights) | (weights < 0))
    if len(wrong):
        raise ListError(
            f"{called}: {len(wrong):,} weights are not numbers of 0 or more; the first is {weights[wrong[0]]:g} in tie {wrong[0] + 1}"
        )


def _pair(given: Pairs, tie: int, ids: pd.Index) -> str:
    """Return a tie as people would write it."""
    return " - ".join(printable(_name(column, tie, ids))[:40] for column in (given.start, given.end))


def _name(column: Names | np.ndarray, tie: int, ids: pd.Index) -> str:
    if isinstance(column, np.ndarray):
        return str(ids[int(column[tie])])
    return column.names[column.codes[tie]] if column.codes[tie] >= 0 else "none"


def within(pairs: np.ndarray, group: Sequence[int] | np.ndarray) -> np.ndarray:
    """Return which ties stay in a group (a school): bool (n,)."""
    group = np.asarray(group)
    return group[pairs[:, 0]] == group[pairs[:, 1]]
