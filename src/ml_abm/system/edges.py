"""Who looks to whom, from somebody's file or graph: edge lists, GraphML, GML, networkx, igraph, SciPy matrices.

Whatever it is read from becomes pairs of rows and a report of what was left out. All ties count alike in the model, whose exposure is a
plain mean over ties: weights are read, checked and handed back for those who want to choose among ties, and the report says that
they do not count. (Counting a tie of weight 3 three times would make a claim about attention that no survey supports.)
"""

from __future__ import annotations

import csv
import os
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.parsers import expat

import numpy as np

from ..errors import ListError, suggestion
from .memory import memory_free

if TYPE_CHECKING:
    import pandas as pd

FROM = ("from", "source", "ego", "a")
TO = ("to", "target", "alter", "b")
WEIGHT = ("weight", "value", "strength")
# Bytes of memory for a byte of file: text columns and codes; or a dictionary for each node and edge.
MEMORY_FOR_A_LIST, MEMORY_FOR_A_GRAPH = 15, 60
EXAMPLES = 3
SUGGEST_AMONG = 20_000  # ids; more would take seconds to compare
CHUNK = 1 << 20


@dataclass(frozen=True)
class TieReport:
    """What was read, and what was left out. `left_out` counts ties by the reason, `examples` has the first of each.

    Of ties between teachers, `inside` is how many stay in a school; elsewhere it is None.
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

    @property
    def text(self) -> str:
        """All of it in one paragraph."""
        how = "each seen by the first of its two only" if self.directed else "each seen from both ends"
        said = [f"{self.source}: {self.ties:,} ties among {self.people:,}, {how}"]
        if self.inside is not None:
            said.append(
                f"{self.inside:,} of them stay in a school and do not count, as everybody there sees everybody; "
                f"{self.ties - self.inside:,} lead to other schools"
            )
        if self.isolates:
            said.append(f"{self.isolates:,} of {self.people:,} have no tie")
        for reason, count in self.left_out.items():
            said.append(f"{count:,} left out: {reason} ({', '.join(self.examples[reason])})")
        if self.weighted:
            said.append("weights are read, but all ties count alike")
        return "; ".join(said) + "."


class Pairs(NamedTuple):
    """What a source says before anything is looked up: columns of ids or of rows, weights, and whether it has a direction."""

    start: Any
    end: Any
    weights: np.ndarray | None
    directed: bool


def read_ties(
    source: Any, ids: pd.Index, directed: bool | None = None
) -> tuple[np.ndarray, np.ndarray | None, TieReport]:
    """Return ties between rows, their weights, and a report.

    Parameters
    ----------
    source : a path (.csv, .tsv, .graphml, .gml), a table with columns from and to, a networkx or igraph graph, or a square SciPy
        matrix or NumPy array whose rows look to its columns.
    ids : names of the rows, in order; a matrix, and an igraph graph without names, has these rows.
    directed : whether the first of a pair looks to the second only. Left None, a graph says so itself, a matrix is taken as it
        stands, and an edge list goes both ways. A graph that has no direction cannot be given one.

    Returns
    -------
    pairs : int64 (n, 2), row ``a`` looks to row ``b``; sorted, without repeats, ties without direction in both directions.
    weights : float64 (n,) of the first mention of each tie, or None.
    report : what was left out.

    Raises
    ------
    ListError
        In one line, for what cannot be read, for ids that nobody has, and for weights below 0 or not numbers.
    """
    called = _called(source)
    given = _given(source, ids, directed, called)
    start, end = (_rows(column, ids, called) for column in (given.start, given.end))
    _check_known(given, start, end, ids, called)
    return _tidied(given, start, end, ids, called)


def _called(source: Any) -> str:
    """Return what a source is called in reports and errors."""
    if isinstance(source, str | os.PathLike):
        return _printable(Path(source).name)
    return f"the {type(source).__module__.partition('.')[0]} {type(source).__name__}"


def _given(source: Any, ids: pd.Index, directed: bool | None, called: str) -> Pairs:
    """Return what a source says, by what it is."""
    if isinstance(source, str | os.PathLike):
        return _from_file(Path(source), directed, called)
    if hasattr(source, "get_edgelist"):
        return _from_igraph(source, ids, called)
    if hasattr(source, "is_directed") and hasattr(source, "edges"):
        return _from_networkx(source)
    if hasattr(source, "tocoo") or isinstance(source, np.ndarray):
        return _from_matrix(source, ids, directed, called)
    if hasattr(source, "columns") and hasattr(source, "iloc"):
        return _from_table(source, directed, called)
    raise ListError(
        f"ties cannot be read from {called}: give a file, a table, a networkx or igraph graph, or a SciPy matrix"
    )


# --- files ------------------------------------------------------------------------------------------------------------


def _from_file(path: Path, directed: bool | None, called: str) -> Pairs:
    kind = path.suffix.lower()
    if kind in (".csv", ".tsv", ".txt"):
        check_readable(path, MEMORY_FOR_A_LIST)
        return _from_table(_read_table(path, called), directed, called)
    if kind in (".graphml", ".gml"):
        check_readable(path, MEMORY_FOR_A_GRAPH)
        return _from_networkx(_read_graph(path, kind, called), by_name=True)
    raise ListError(
        f"{called}: ties are read from .csv, .tsv, .graphml and .gml, not from {kind or 'this'!r}"
    )


def check_readable(path: Path, memory_a_byte: int) -> None:
    """Raise ListError for what is no file, and for a file that would not fit in memory once it is read."""
    try:
        info = path.stat()
    except (OSError, ValueError):
        raise ListError(f"there is no file {_printable(str(path))}") from None
    if not stat.S_ISREG(info.st_mode):
        raise ListError(f"{_printable(str(path))} is not a file")
    needed, free = info.st_size * memory_a_byte, memory_free()
    if needed > 0.9 * free:
        raise ListError(
            f"{_printable(path.name)} has {info.st_size / 2**20:,.0f} MiB and would take about {needed / 2**30:,.1f} GiB of memory; "
            f"{free / 2**30:,.1f} GiB are free here"
        )


def _read_table(path: Path, called: str) -> pd.DataFrame:
    """Return the columns of ties in a file as text, its delimiter taken from the heading."""
    from pyarrow import csv as arrow

    def heading() -> tuple[list[str], str]:
        with path.open(encoding="utf-8-sig") as file:
            line = file.readline(CHUNK)
        delimiter = max(",;\t", key=line.count)
        return next(csv.reader([line], delimiter=delimiter), []), delimiter

    names, delimiter = _guarded(heading, called, "an edge list")
    wanted = [name for name in _columns(names, called) if name is not None]
    options = arrow.ConvertOptions(
        column_types=dict.fromkeys(wanted, "string"), include_columns=wanted, strings_can_be_null=False
    )
    delimited = arrow.ParseOptions(delimiter=delimiter)
    return _guarded(
        lambda: arrow.read_csv(path, parse_options=delimited, convert_options=options).to_pandas(),
        called,
        "an edge list",
    )


def _read_graph(path: Path, kind: str, called: str) -> Any:
    """Return a GraphML or GML file as a networkx graph."""
    networkx = _networkx(called)
    if kind == ".gml":
        return _guarded(lambda: networkx.read_gml(path, label=None), called, "GML")
    _guarded(lambda: _refuse_entities(path, called), called, "GraphML")
    return _guarded(lambda: networkx.read_graphml(path), called, "GraphML")


def _networkx(called: str) -> ModuleType:
    try:
        import networkx
    except ImportError:
        raise ListError(
            f"{called}: reading it needs networkx: pip install 'ml-abm[networks]', or give an edge list (.csv)"
        ) from None
    return networkx


def _refuse_entities(path: Path, called: str) -> None:
    """Raise ListError for XML that declares a document type: entities in it can grow without end, or name other files."""

    def refuse(*_: Any) -> None:
        raise ListError(f"{called} declares a document type (<!DOCTYPE>): GraphML needs none, take it out")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    with path.open("rb") as file:
        parser.ParseFile(file)


def _guarded(read: Callable[[], Any], called: str, kind: str) -> Any:
    """Return what a parser reads, or raise ListError in one line: whatever it trips over is the file's fault."""
    try:
        return read()
    except ListError:
        raise
    except UnicodeDecodeError:
        raise ListError(f"{called} is not UTF-8 text: save it as UTF-8") from None
    except RecursionError:
        raise ListError(f"{called} cannot be read as {kind}: it is nested too deeply") from None
    except OSError as error:
        raise ListError(f"{called} cannot be read: {error.strerror or 'it is damaged'}") from None
    except Exception as error:
        said = _printable(str(error))[:200] or type(error).__name__
        raise ListError(f"{called} cannot be read as {kind}: {said}") from None


# --- what is in memory ------------------------------------------------------------------------------------------------


def _from_table(table: pd.DataFrame, directed: bool | None, called: str) -> Pairs:
    """Return the ties of a table with columns from and to, and perhaps weight."""
    start, end, weight = _columns(list(table.columns), called)
    weights = None if weight is None else _numbers(table[weight], called)
    return Pairs(_texts(table[start]), _texts(table[end]), weights, bool(directed))


def _columns(names: list[Any], called: str) -> tuple[Any, Any, Any]:
    """Return the headings of from, to and weight, the last None if there is none."""
    known = {str(name).strip().lower(): name for name in reversed(names)}
    start, end, weight = (next((known[n] for n in words if n in known), None) for words in (FROM, TO, WEIGHT))
    if start is None or end is None:
        found = ", ".join(_printable(str(name))[:40] for name in names[:8])
        raise ListError(
            f"{called} needs columns from and to (or source and target), and may have weight; it has {found or 'none'}"
        )
    return start, end, weight


def _numbers(column: pd.Series, called: str) -> np.ndarray:
    import pandas as pd

    numbers = pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    wrong = np.flatnonzero(np.isnan(numbers))
    if len(wrong):
        raise ListError(
            f"{called}: {len(wrong):,} weights are not numbers; the first is {_printable(str(column.iloc[wrong[0]]))[:40]!r} in row {wrong[0] + 1}"
        )
    return numbers


def _texts(column: pd.Series) -> pd.Series:
    """Return ids as text without blanks around; an empty one is nobody's."""
    return column.astype(object).where(column.notna(), "").astype(str).str.strip()


def _from_networkx(graph: Any, by_name: bool = False) -> Pairs:
    """Return the ties of a networkx graph; in a file, nodes are called by their name or label if all have one."""
    call: dict[Any, Any] = {}
    if by_name:
        for key in ("label", "name"):
            given = dict(graph.nodes(data=key))
            call = given if given and all(value is not None for value in given.values()) else call
    edges = list(graph.edges(data="weight"))
    named = [(call.get(a, a), call.get(b, b)) for a, b, _ in edges]
    weights = None
    if any(weight is not None for *_, weight in edges):
        weights = np.array([_as_number(1.0 if w is None else w) for *_, w in edges], np.float64)
    start, end = zip(*named, strict=True) if named else ((), ())
    return Pairs(_objects(start), _objects(end), weights, bool(graph.is_directed()))


def _as_number(weight: Any) -> float:
    try:
        return float(weight)
    except (TypeError, ValueError, OverflowError):
        return float("nan")


def _objects(names: Iterable[Any]) -> pd.Series:
    import pandas as pd

    return pd.Series([str(name) for name in names], dtype=object)


def _from_igraph(graph: Any, ids: pd.Index, called: str) -> Pairs:
    """Return the ties of an igraph graph, by the vertices' names if they have any, else by their rows."""
    edges = np.array(graph.get_edgelist(), np.int64).reshape(-1, 2)
    weights = np.array(graph.es["weight"], np.float64) if "weight" in graph.es.attributes() else None
    if "name" in graph.vs.attributes():
        names = np.array([str(name) for name in graph.vs["name"]], object)
        return Pairs(_objects(names[edges[:, 0]]), _objects(names[edges[:, 1]]), weights, graph.is_directed())
    if graph.vcount() != len(ids):
        raise ListError(
            f"{called} has {graph.vcount():,} vertices without names: give {len(ids):,}, or names"
        )
    return Pairs(edges[:, 0], edges[:, 1], weights, graph.is_directed())


def _from_matrix(matrix: Any, ids: pd.Index, directed: bool | None, called: str) -> Pairs:
    """Return the ties of a square matrix, sparse or not: its rows look to its columns."""
    if matrix.shape != (len(ids), len(ids)):
        size = " x ".join(f"{side:,}" for side in matrix.shape)
        raise ListError(f"{called} is {size}: give one row and one column for each of {len(ids):,}")
    if isinstance(matrix, np.ndarray):
        start, end = np.nonzero(matrix)
        weights = matrix[start, end]
    else:
        cells = matrix.tocoo()
        start, end, weights = cells.row, cells.col, cells.data
    try:
        weights = np.asarray(weights).astype(np.float64)
    except (TypeError, ValueError):
        raise ListError(f"{called} is not of numbers") from None
    alike = not len(weights) or (weights == 1).all()
    one_way = True if directed is None else directed
    return Pairs(start.astype(np.int64), end.astype(np.int64), None if alike else weights, one_way)


# --- from names to rows -----------------------------------------------------------------------------------------------


def _rows(column: Any, ids: pd.Index, called: str) -> np.ndarray:
    """Return the row of each id: int64, -1 for an id that nobody has."""
    if isinstance(column, np.ndarray):
        return column
    import pandas as pd

    names = pd.Index(ids.astype(str), dtype=object)
    if not names.is_unique:
        twice = names[names.duplicated()][0]
        raise ListError(f"{called}: ties cannot be read, as {_printable(twice)[:40]!r} is the name of two")
    return names.get_indexer(pd.Index(column, dtype=object)).astype(np.int64)


def _check_known(given: Pairs, start: np.ndarray, end: np.ndarray, ids: pd.Index, called: str) -> None:
    """Raise ListError that counts the ids nobody has, and names the first; an empty id is left out later, with a report."""
    strangers: dict[str, None] = {}
    for column, rows in ((given.start, start), (given.end, end)):
        if not isinstance(column, np.ndarray):
            strangers |= dict.fromkeys(column[(rows < 0) & (column != "")])
    if not strangers:
        return
    names = list(strangers)
    first = ", ".join(repr(_printable(name)[:40]) for name in names[:EXAMPLES])
    near = suggestion(names[0][:60], [str(i) for i in ids]) if len(ids) <= SUGGEST_AMONG else ""
    example = f"; an id is like {_printable(str(ids[0]))[:40]!r}" if len(ids) and not near else ""
    raise ListError(
        f"{called}: {len(names):,} ids of ties are nobody's: {first}{', ...' if len(names) > EXAMPLES else ''}{example}.{near}"
    )


def _tidied(
    given: Pairs, start: np.ndarray, end: np.ndarray, ids: pd.Index, called: str
) -> tuple[np.ndarray, np.ndarray | None, TieReport]:
    """Return what is left of ties without those to nobody, to oneself, of weight 0, and repeats."""
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

    leave_out("they have an end that is nobody", (start < 0) | (end < 0))
    leave_out("they lead to oneself", start == end)
    if weights is not None:
        leave_out("their weight is 0", weights == 0)
    leave_out("they are there already", _repeats(low, high, keep, len(ids)))
    pairs = np.stack([low[keep], high[keep]], axis=1)
    weights = None if weights is None else weights[keep]
    tied = np.unique(pairs)
    report = TieReport(
        called,
        len(ids),
        len(pairs),
        given.directed,
        len(ids) - len(tied),
        weights is not None,
        left_out,
        examples,
    )
    return *_in_order(pairs, weights, given.directed), report


def _in_order(
    pairs: np.ndarray, weights: np.ndarray | None, directed: bool
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return pairs sorted, both ways if they have no direction."""
    if not directed:
        pairs = np.vstack([pairs, pairs[:, ::-1]])
        weights = None if weights is None else np.concatenate([weights, weights])
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
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
    ends = []
    for column in (given.start, given.end):
        name = ids[int(column[tie])] if isinstance(column, np.ndarray) else column.iloc[tie]
        ends.append(_printable(str(name))[:40] or "nobody")
    return " - ".join(ends)


def _printable(text: str) -> str:
    """Return text on one line, other control characters written out."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def within(pairs: np.ndarray, group: Sequence[int] | np.ndarray) -> np.ndarray:
    """Return which ties stay in a group (a school): bool (n,)."""
    group = np.asarray(group)
    return group[pairs[:, 0]] == group[pairs[:, 1]]
