"""Sources of ties: edge lists, GraphML, GML, networkx, igraph, SciPy matrices, each as pairs of names or rows."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.parsers import expat

import numpy as np

from ..errors import ListError, printable
from ..foundation.free_memory import memory_free
from ..foundation.numbers_in_words import size
from ..lists.sheets import as_utf8, headings_of

if TYPE_CHECKING:
    import pandas as pd

FROM = ("from", "source", "ego", "a")
TO = ("to", "target", "alter", "b")
WEIGHT = ("weight", "value", "strength")
# Bytes of memory for a byte of file: text columns and codes; or a dictionary for each node and edge.
MEMORY_FOR_A_LIST, MEMORY_FOR_A_GRAPH = 15, 60


class Names(NamedTuple):
    """A column of names, each written once: the tie at place k has `names[codes[k]]`; a code of -1 is none."""

    codes: np.ndarray
    names: np.ndarray


class Pairs(NamedTuple):
    """What a source says before anything is looked up.

    Both ends as names, or as rows (int64); weights; whether it has a direction; what a reader should know.
    """

    start: Names | np.ndarray
    end: Names | np.ndarray
    weights: np.ndarray | None
    directed: bool
    notes: tuple[str, ...] = ()


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
        return _pointing(_from_igraph(source, ids, called), directed, called)
    if hasattr(source, "is_directed") and hasattr(source, "edges"):
        return _pointing(_from_networkx(source, called), directed, called)
    if hasattr(source, "tocoo") or isinstance(source, np.ndarray):
        return _from_matrix(source, ids, directed, called)
    if hasattr(source, "columns") and hasattr(source, "iloc"):
        return _from_table(source, directed, called)
    raise ListError(
        f"ties cannot be read from {called}: give a file, a table, a networkx or igraph graph, or a SciPy matrix"
    )


def _pointing(pairs: Pairs, directed: bool | None, called: str) -> Pairs:
    """Return the ties of a graph with the direction asked for: one that has none cannot be given one."""
    if directed and not pairs.directed:
        raise ListError(f"{called} has no direction, so its ties cannot be directed: leave directed out")
    return pairs if directed is None else pairs._replace(directed=directed)


# --- files ------------------------------------------------------------------------------------------------------------


def _stamp(path: Path) -> tuple[int, int] | None:
    """Return what changes when a file does, or None where there is none."""
    try:
        info = path.stat()
    except (OSError, ValueError):
        return None
    return info.st_mtime_ns, info.st_size


def stamped(source: Any) -> tuple[Path, tuple[int, int] | None] | None:
    """Return a file and what changes when it does, or None for what is no file."""
    return (Path(source), _stamp(Path(source))) if isinstance(source, str | os.PathLike) else None


def forget() -> None:
    """Let go of the files last read, once their names are looked up and kept."""
    _from_file.cache_clear()


@lru_cache(maxsize=2)  # a batch would read the same file for every seed
def _from_file(path: Path, directed: bool | None, called: str, stamp: tuple[int, int] | None) -> Pairs:
    kind = path.suffix.lower()
    if kind in (".csv", ".tsv", ".txt"):
        check_readable(path, MEMORY_FOR_A_LIST)
        return _read_table(path, directed, called)
    if kind in (".graphml", ".gml"):
        check_readable(path, MEMORY_FOR_A_GRAPH)
        return _pointing(_from_networkx(_read_graph(path, kind, called), called, True), directed, called)
    raise ListError(
        f"{called}: ties are read from .csv, .tsv, .txt, .graphml and .gml, not from {repr(kind) if kind else 'a file without such an ending'}"
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
            f"{printable(path.name)} has {size(info.st_size)} and would take about {size(needed)} of memory; "
            f"{size(free)} are free here"
        )


def _read_table(path: Path, directed: bool | None, called: str) -> Pairs:
    """Return the ties of an edge list; encoding, separator and the row of headings are found as those of lists of schools."""
    return _guarded(lambda: _parsed_table(path, directed, called), called, "an edge list")


def _parsed_table(path: Path, directed: bool | None, called: str) -> Pairs:
    import pyarrow
    from pyarrow import csv

    raw, _, notes = as_utf8(path, path.read_bytes())
    delimiter, above, headings = headings_of(path, raw, _is_heading)
    places = _columns(headings, called)
    names = [str(place) for place in range(len(headings))]
    wanted = [names[place] for place in places if place is not None]
    table = csv.read_csv(
        pyarrow.BufferReader(raw),
        csv.ReadOptions(column_names=names, skip_rows=above + 1),
        csv.ParseOptions(delimiter=delimiter),
        csv.ConvertOptions(
            column_types=dict.fromkeys(wanted, "string"), include_columns=wanted, strings_can_be_null=False
        ),
    )
    if not table.num_rows:
        raise ListError(
            f"{called} has no ties below its headings: leave the file out, or look what became of it"
        )
    start, end, *weight = table.columns
    weights = _numbers(weight[0].to_pandas(), called) if weight else None
    return Pairs(_arrow_texts(start), _arrow_texts(end), weights, bool(directed), notes)


def _is_heading(cell: str) -> bool:
    """Return whether a cell is surely a heading: a and b may be ids."""
    return len(cell.strip()) > 1 and cell.strip().lower() in (*FROM, *TO, *WEIGHT)


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
    weights = None if weight is None else _numbers(table.iloc[:, weight], called)
    return Pairs(_texts(table.iloc[:, start]), _texts(table.iloc[:, end]), weights, bool(directed))


def _columns(names: list[Any], called: str) -> tuple[int, int, int | None]:
    """Return the places of from, to and weight among headings, the last None if there is none."""
    plain = [str(name).strip().lower() for name in names]
    found = [next((word for word in words if word in plain), None) for words in (FROM, TO, WEIGHT)]
    for word in found:
        if word is not None and plain.count(word) > 1:
            raise ListError(f"{called} has two columns {word!r}: take one of them out")
    start, end, weight = (None if word is None else plain.index(word) for word in found)
    if start is None or end is None:
        given = ", ".join(printable(str(name))[:40] for name in names[:8])
        raise ListError(
            f"{called} needs columns from and to (or source and target), and may have weight; it has {given or 'none'}"
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
    """Return ids as text without blanks around; a missing or an empty one is none."""
    import pandas as pd

    codes, names = pd.factorize(column)
    texts = pd.Series(written(names), dtype=object).str.strip().to_numpy(object)
    return _named(codes, texts, texts == "")


def _arrow_texts(column: Any) -> Names:
    """Return a column of Arrow as `_texts` does, no name of it in Python until it is looked up."""
    import pyarrow.compute as pc

    coded = column.dictionary_encode().combine_chunks()
    texts = pc.utf8_trim_whitespace(coded.dictionary)
    empty = pc.equal(texts, "").to_numpy(zero_copy_only=False)
    return _named(coded.indices.to_numpy(), texts.to_numpy(zero_copy_only=False), empty)


def _named(codes: np.ndarray, texts: np.ndarray, empty: np.ndarray) -> Names:
    """Return a column whose empty texts get the code -1."""
    return Names(np.where(np.append(empty.astype(bool), True)[codes], -1, codes), texts)


def written(ids: Any) -> np.ndarray:
    """Return ids as people write them: whole numbers without a point, though a column with gaps has them as 1.0; object (n,)."""
    import pandas as pd

    ids = pd.Index(ids)
    if pd.api.types.is_float_dtype(ids.dtype):
        numbers = ids.to_numpy(np.float64)
        if (np.abs(numbers) < 2**53).all() and (numbers == np.floor(numbers)).all():
            ids = pd.Index(numbers.astype(np.int64))
    return np.asarray(ids.astype(str), object)


def _from_networkx(graph: Any, called: str, by_name: bool = False) -> Pairs:
    """Return the ties of a networkx graph; in a file, nodes are called by their name or label if all have one."""
    call: dict[Any, Any] = {}
    if by_name:
        for key in ("label", "name"):
            given = dict(graph.nodes(data=key))
            call = given if given and all(value is not None for value in given.values()) else call
        _check_own_names(call.values(), called)
    edges = list(graph.edges(data="weight"))
    named = [(call.get(a, a), call.get(b, b)) for a, b, _ in edges]
    start, end = zip(*named, strict=True) if named else ((), ())
    weights = _weights([weight for *_, weight in edges])
    return Pairs(_objects(start), _objects(end), weights, bool(graph.is_directed()))


def _check_own_names(names: Iterable[Any], called: str) -> None:
    """Raise ListError for two nodes of one name, which would be taken for one."""
    seen: set[str] = set()
    for name in (str(name).strip() for name in names):
        if name in seen:
            raise ListError(f"{called}: {printable(name)[:40]!r} is the name of two nodes: give each its own")
        seen.add(name)


def _weights(given: list[Any]) -> np.ndarray | None:
    """Return the weights of a graph's ties, 1 where one has none and nan for what is no number; None if none has any."""
    if all(weight is None for weight in given):
        return None
    return np.array([_as_number(1.0 if weight is None else weight) for weight in given], np.float64)


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
    weights = _weights(graph.es["weight"]) if "weight" in graph.es.attributes() else None
    if "name" in graph.vs.attributes():
        _check_own_names(graph.vs["name"], called)
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
