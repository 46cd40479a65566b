"""Ties as GraphML, for Gephi and networkx. Written row by row: of a large network only the ids are all in memory at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from ..simulation import Simulation
from .agents import ROWS_AT_A_TIME, districts_table, numbers, teacher_ids_in_parts, teacher_tables

if TYPE_CHECKING:
    import pandas as pd

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
KINDS = {"b": "boolean", "i": "long", "u": "long", "f": "double"}
NOT_XML = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


def write_district_graph(run: Simulation, path: Path) -> None:
    """Write districts and whom their leaders look to."""
    table = districts_table(run)
    ties = run.system.district_ties
    looks = np.repeat(np.arange(len(table)), np.diff(ties.start))
    write_graph(path, [table], [(looks, ties.neighbour)], ids_of([table["id"]]))


def write_teacher_graph(run: Simulation, path: Path) -> None:
    """Write teachers and whom they look to, in their own school and in others."""
    ids = ids_of(own for _, own, _ in teacher_ids_in_parts(run))
    write_graph(path, teacher_tables(run), teacher_ties(run), ids)


def teacher_ties(run: Simulation) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield who looks to whom, some at a time: rows of teachers."""
    ties = run.system.teachers["ties"]
    tie = 0
    for row in range(0, len(ties), ROWS_AT_A_TIME):
        counts = ties[row : row + ROWS_AT_A_TIME]
        looks = np.repeat(np.arange(row, row + len(counts)), counts)
        yield looks, run.system.teacher_ties[tie : tie + len(looks)]
        tie += len(looks)


def ids_of(parts: Iterable[Iterable[str]]) -> np.ndarray:
    """Return the ids of all rows, as XML attributes have them."""
    return np.concatenate([np.array([attribute(name) for name in part], object) for part in parts])


def write_graph(
    path: Path,
    nodes: Iterable[pd.DataFrame],
    ties: Iterable[tuple[np.ndarray, np.ndarray]],
    ids: np.ndarray,
) -> None:
    """Write a directed graph: tables of nodes with their attributes, and pairs of rows that are tied."""
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for k, table in enumerate(nodes):
            if k == 0:
                write_keys(file, table)
                file.write('<graph edgedefault="directed">\n')
            file.writelines(node_lines(table))
        for looks, to in ties:
            pairs = zip(ids[looks], ids[to], strict=True)
            file.writelines(f"<edge source={a} target={b}/>\n" for a, b in pairs)
        file.write("</graph>\n</graphml>\n")


def write_keys(file: TextIO, table: pd.DataFrame) -> None:
    """Write which attributes nodes have."""
    for name in table.columns.drop("id"):
        kind = KINDS.get(table[name].dtype.kind, "string")
        file.write(f'<key id={quoteattr(name)} for="node" attr.name={quoteattr(name)} attr.type="{kind}"/>\n')


def node_lines(table: pd.DataFrame) -> Iterator[str]:
    """Yield a line for each row of a table."""
    names = [quoteattr(name) for name in table.columns.drop("id")]
    columns = [text_of(table[name]) for name in table.columns.drop("id")]
    for name, *cells in zip(table["id"], *columns, strict=True):
        data = "".join(f"<data key={n}>{cell}</data>" for n, cell in zip(names, cells, strict=True))
        yield f"<node id={attribute(name)}>{data}</node>\n"


def text_of(column: pd.Series) -> list[str]:
    """Return cells as XML has them."""
    if column.dtype.kind == "b":
        return ["true" if cell else "false" for cell in column]
    if column.dtype.kind in "iuf":
        return list(map(repr, numbers(column.to_numpy())))
    return [escape(str(cell).translate(NOT_XML)) for cell in column]


def attribute(value: Any) -> str:
    """Return a text as an attribute of XML, in quotes."""
    return quoteattr(str(value).translate(NOT_XML))
