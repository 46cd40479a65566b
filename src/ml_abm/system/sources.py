"""What does a file or a graph say of ties? Edge lists, GraphML, GML, networkx, igraph, SciPy matrices, each as pairs of names or rows."""

from __future__ import annotations

import csv
import os
import stat
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.parsers import expat

import numpy as np

from ..errors import ListError
from .memory import memory_free

if TYPE_CHECKING:
    import pandas as pd

FROM = ("from", "source", "ego", "a")
TO = ("to", "target", "alter", "b")
WEIGHT = ("weight", "value", "strength")
# Bytes of memory for a byte of file: text columns and codes; or a dictionary for each node and edge.
MEMORY_FOR_A_LIST, MEMORY_FOR_A_GRAPH = 15, 60
CHUNK = 1 << 20


class Names(NamedTuple):
    """A column of names, each written once: the tie at place k has `names[codes[k]]`; a code of -1 is nobody."""

    codes: np.ndarray
    names: list[str]


class Pairs(NamedTuple):
    """What a source says before anything is looked up: both ends as names, or as rows (int64); weights; whether it has a direction."""

    start: Names | np.ndarray
    end: Names | np.ndarray
    weights: np.ndarray | None
    directed: bool


def called_in_words(source: Any) -> str:
    """Return what a source is called in reports and errors."""
    if isinstance(source, str | os.PathLike):
        return printable(Path(source).name)
    return f"the {type(source).__module__.partition('.')[0]} {type(source).__name__}"


def pairs_of(source: Any, ids: pd.Index, directed: bool | None, called: str) -> Pairs:
    """Return what a source says, by what it is."""
    if isinstance(source, str | os.PathLike):
        return _from_file(Path(source), directed, called, _stamp(Path(source)))
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


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return what changes when a file does, or None where there is none."""
    try:
        info = path.stat()
    except (OSError, ValueError):
        return None
    return info.st_mtime_ns, info.st_size


@lru_cache(maxsize=2)  # a batch would read the same file for every seed
def _from_file(path: Path, directed: bool | None, called: str, stamp: tuple[int, int] | None) -> Pairs:
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
        raise ListError(f"there is no file {printable(str(path))}") from None
    if not stat.S_ISREG(info.st_mode):
        raise ListError(f"{printable(str(path))} is not a file")
    needed, free = info.st_size * memory_a_byte, memory_free()
    if needed > 0.9 * free:
        raise ListError(
            f"{printable(path.name)} has {info.st_size / 2**20:,.0f} MiB and would take about {needed / 2**30:,.1f} GiB of memory; "
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
        said = printable(str(error))[:200] or type(error).__name__
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
        found = ", ".join(printable(str(name))[:40] for name in names[:8])
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
            f"{called}: {len(wrong):,} weights are not numbers; the first is {printable(str(column.iloc[wrong[0]]))[:40]!r} in row {wrong[0] + 1}"
        )
    return numbers


def _texts(column: pd.Series) -> Names:
    """Return ids as text without blanks around; a missing or an empty one is nobody's."""
    import pandas as pd

    codes, names = pd.factorize(column)
    texts = [str(name).strip() for name in np.asarray(names, object)]
    empty = np.array([not text for text in texts] + [True])
    return Names(np.where(empty[codes], -1, codes), texts)


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


def _objects(names: Iterable[Any]) -> Names:
    import pandas as pd

    return _texts(pd.Series([str(name) for name in names], dtype=object))


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


def printable(text: str) -> str:
    """Return text on one line, other control characters written out."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
