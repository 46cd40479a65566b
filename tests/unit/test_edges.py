"""Ties from files and graphs: what is read, what is left out and said, and what is refused in one line."""

import sys

import networkx
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml_abm.errors import InputError, ListError
from ml_abm.networks import sources
from ml_abm.networks.edges import read_ties

IDS = pd.Index(["a", "b", "c", "d", "e"])
TABLE = pd.DataFrame(
    {
        "from": ["a", "b", "a", "c", "c", "", "d"],
        "to": ["b", "a", "b", "c", "d", "a", "e"],
        "weight": [2.0, 3, 4, 1, 5, 1, 0],
    }
)


def written(tmp_path, content, name="ties.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(source, ids=IDS, directed=None):
    """Return the one line in which ties are refused."""
    with pytest.raises(ListError) as caught:
        read_ties(source, ids, directed)
    message = str(caught.value)
    assert message.isprintable(), message
    assert len(message) < 500
    return message


# --- what is read -----------------------------------------------------------------------------------------------------


def test_ties_without_direction_go_both_ways_and_the_rest_is_reported():
    pairs, weights, report = read_ties(TABLE, IDS)
    assert pairs.tolist() == [[0, 1], [1, 0], [2, 3], [3, 2]]
    assert weights.tolist() == [2, 2, 5, 5]  # of the first mention
    assert (report.ties, report.isolates, report.weighted) == (2, 1, True)
    assert report.left_out == {
        "they have an unknown end": 1,
        "they lead to oneself": 1,
        "their weight is 0": 1,
        "they are there already": 2,
    }
    assert report.examples["they lead to oneself"] == ("c - c",)
    assert report.examples["they have an unknown end"] == ("none - a",)
    assert "weights are read, but all ties count alike" in report.text
    assert "\n" not in report.text


def test_directed_ties_keep_their_direction():
    pairs, _, report = read_ties(TABLE, IDS, directed=True)
    assert pairs.tolist() == [[0, 1], [1, 0], [2, 3]]
    assert report.left_out["they are there already"] == 1


@pytest.mark.parametrize(
    "heading", ["from,to", "Source;Target", "ego\talter", " TO ,from", '"from","to","x"']
)
def test_headings_and_delimiters_are_found(heading, tmp_path):
    row = "b,a,1" if heading.count(",") == 2 else "b,a"
    content = heading + "\n" + row.replace(",", max(";\t,", key=heading.count)) + "\r\n\n"
    pairs, _, _ = read_ties(written(tmp_path, "\ufeff" + content), IDS)
    assert pairs.tolist() == [[0, 1], [1, 0]]


def as_written(graph, kind, tmp_path):
    path = tmp_path / f"ties.{kind}"
    {"graphml": networkx.write_graphml, "gml": networkx.write_gml}[kind](graph, path)
    return path


@pytest.mark.parametrize("kind", ["graphml", "gml"])
@pytest.mark.parametrize("directed", [False, True])
def test_a_graph_file_gives_the_ties_of_the_graph(kind, directed, tmp_path):
    graph = networkx.DiGraph() if directed else networkx.Graph()
    graph.add_nodes_from(IDS)
    graph.add_weighted_edges_from([("a", "c", 2.5), ("d", "b", 1.0)])
    pairs, weights, report = read_ties(as_written(graph, kind, tmp_path), IDS)
    wanted, weights_wanted, _ = read_ties(graph, IDS)
    assert (
        pairs.tolist()
        == wanted.tolist()
        == ([[0, 2], [3, 1]] if directed else [[0, 2], [1, 3], [2, 0], [3, 1]])
    )
    assert weights.tolist() == weights_wanted.tolist()
    assert (report.directed, report.isolates) == (directed, 1)


def test_nodes_of_a_file_may_be_called_by_an_attribute(tmp_path):
    graph = networkx.Graph([(10, 11)])
    networkx.set_node_attributes(graph, {10: "a", 11: "e"}, "name")
    assert read_ties(as_written(graph, "graphml", tmp_path), IDS)[0].tolist() == [[0, 4], [4, 0]]


def test_a_graph_of_igraph_is_read_by_names_or_by_rows():
    igraph = pytest.importorskip("igraph")
    rows = igraph.Graph(n=5, edges=[(0, 2), (3, 1)], directed=True)
    assert read_ties(rows, IDS)[0].tolist() == [[0, 2], [3, 1]]
    named = igraph.Graph(n=2, edges=[(0, 1)])
    assert "give 5, or names" in refusal(named)
    named.vs["name"] = ["e", "a"]
    named.es["weight"] = [3]
    pairs, weights, _ = read_ties(named, IDS)
    assert pairs.tolist() == [[0, 4], [4, 0]]
    assert weights.tolist() == [3, 3]


@pytest.mark.parametrize("kind", ["csr_array", "coo_matrix", "dense"])
def test_the_rows_of_a_matrix_look_to_its_columns(kind):
    dense = np.zeros((5, 5))
    dense[0, 2], dense[3, 1] = 1, 1
    matrix = dense if kind == "dense" else getattr(scipy.sparse, kind)(dense)
    assert read_ties(matrix, IDS)[0].tolist() == [[0, 2], [3, 1]]
    assert read_ties(matrix, IDS, directed=False)[0].tolist() == [[0, 2], [1, 3], [2, 0], [3, 1]]
    assert read_ties(2 * matrix, IDS)[1].tolist() == [2, 2]


def test_no_ties_are_no_fault():
    for source in (networkx.Graph(), np.zeros((5, 5)), TABLE.iloc[:0]):
        pairs, _, report = read_ties(source, IDS)
        assert pairs.shape == (0, 2)
        assert report.isolates == 5


def test_ids_that_are_numbers_are_read_as_they_are_written(tmp_path):
    pairs, _, _ = read_ties(written(tmp_path, "from,to\n1001,1002\n"), pd.Index([1001, 1002]))
    assert pairs.tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_an_edge_list_may_have_a_title_and_any_encoding_of_a_list(encoding, tmp_path):
    content = "Who asks whom\n\nfrom;to\nÉa;b\n".encode(encoding)
    pairs, _, report = read_ties(written(tmp_path, content), pd.Index(["Éa", "b"]))
    assert pairs.tolist() == [[0, 1], [1, 0]]
    assert ("read as Windows-1252" in report.text) == (encoding == "cp1252")


def test_ids_named_a_and_b_are_not_taken_for_headings(tmp_path):
    message = refusal(written(tmp_path, "one,two\na,b\n"))
    assert "it has one, two" in message


def test_a_graph_with_direction_may_be_read_without():
    graph = networkx.DiGraph([("a", "b"), ("d", "c")])
    assert read_ties(graph, IDS)[0].tolist() == [[0, 1], [3, 2]]
    assert read_ties(graph, IDS, directed=False)[0].tolist() == [[0, 1], [1, 0], [2, 3], [3, 2]]


def test_ids_may_be_any_sequence():
    assert read_ties(TABLE, list(IDS))[0].tolist() == read_ties(TABLE, IDS)[0].tolist()


def test_whole_numbers_in_a_column_with_gaps_are_ids_as_they_are_written():
    table = pd.DataFrame({"from": [1.0, 2.0, np.nan], "to": [2, 3, 1]})
    pairs, _, report = read_ties(table, pd.Index(["1", "2", "3"]))
    assert pairs.tolist() == [[0, 1], [1, 0], [1, 2], [2, 1]]
    assert report.left_out == {"they have an unknown end": 1}
    assert read_ties(table, pd.Index([1.0, 2.0, 3.0]))[0].tolist() == pairs.tolist()


def test_ties_inside_a_school_may_be_left_out():
    pairs, _, report = read_ties(TABLE, IDS, school=np.array([0, 0, 1, 2, 2]))
    assert pairs.tolist() == [[2, 3], [3, 2]]
    assert report.left_out["they stay in a school, whose advice ties are generated"] == 3
    assert report.isolates == 3


# --- what is refused --------------------------------------------------------------------------------------------------

BOMB = """<?xml version="1.0"?>
<!DOCTYPE graphml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<graphml><graph edgedefault="directed"><node id="&b;"/></graph></graphml>"""
OUTSIDE = BOMB.replace('"aaaaaaaaaa"', 'SYSTEM "file:///etc/hostname"')

FAULTS = {
    "unknown ids": ("x.csv", "from,to\na,bb\nq,r\nq,a\n", "x.csv: 3 ids of ties are unknown: 'q', 'bb', 'r'; an id is like 'a'."),
    "a near miss": ("x.csv", "from,to\naa,b\n", "x.csv: 1 ids of ties are unknown: 'aa'"),
    "wrong columns": ("x.csv", "one,two\na,b\n", "x.csv needs columns from and to (or source and target), and may have weight; it has one, two"),
    "an empty file": ("x.csv", "", "x.csv is empty"),
    "headings alone": ("x.csv", "from,to\n", "x.csv has no ties below its headings"),
    "a column twice": ("x.csv", "from,From,to\na,b,c\n", "x.csv has two columns 'from': take one of them out"),
    "a file without an ending": ("x", "", "x: ties are read from .csv, .tsv, .txt, .graphml and .gml, not from a file without such an ending"),
    "one column": ("x.csv", "from\na\n", "x.csv needs columns from and to"),
    "too many cells": ("x.csv", "from,to\na,b,c\n", "x.csv cannot be read as an edge list: "),
    "a negative weight": ("x.csv", "from,to,weight\na,b,-1\n", "x.csv: 1 weights are not numbers of 0 or more; the first is -1 in tie 1"),
    "a weight without end": ("x.csv", "from,to,weight\na,b,1\na,c,inf\n", "x.csv: 1 weights are not numbers of 0 or more; the first is inf in tie 2"),
    "no weight": ("x.csv", "from,to,weight\na,b,\n", "x.csv: 1 weights are not numbers; the first is '' in row 1"),
    "a wordy weight": ("x.csv", "from,to,weight\na,b,1\na,c,often\n", "x.csv: 1 weights are not numbers; the first is 'often' in row 2"),
    "bytes": ("x.csv", b"from,to\na,\x81\n", "x.csv is not text in UTF-8, UTF-16 or Windows-1252: save it as UTF-8"),
    "a workbook": ("x.csv", b"PK\x03\x04from,to\n", "x.csv is packed, or a workbook, under the name of a text"),
    "another format": ("x.xlsx", "", "x.xlsx: ties are read from .csv, .tsv, .txt, .graphml and .gml, not from '.xlsx'"),
    "malformed XML": ("x.graphml", "<graphml><graph>", "x.graphml cannot be read as GraphML: "),
    "other XML": ("x.graphml", "<html></html>", "x.graphml cannot be read as GraphML: "),
    "an entity bomb": ("x.graphml", BOMB, "x.graphml declares a document type (<!DOCTYPE>): GraphML needs none, take it out"),
    "an entity of another file": ("x.graphml", OUTSIDE, "x.graphml declares a document type"),
    "a bomb in another encoding": ("x.graphml", BOMB.replace("1.0\"?", '1.0" encoding="utf-16"?').encode("utf-16"), "x.graphml declares a document type"),
    "malformed GML": ("x.gml", "graph [ node", "x.gml cannot be read as GML: "),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTS)
def test_a_file_that_cannot_be_used_is_refused_in_one_line(kind, tmp_path):
    name, content, expected = FAULTS[kind]
    assert refusal(written(tmp_path, content, name)).startswith(expected)


def test_a_misspelt_id_gets_a_suggestion():
    table = pd.DataFrame({"from": ["S00012"], "to": ["S000123"]})
    message = refusal(table, pd.Index(["S000122", "S000123"]))
    assert message.endswith("Did you mean 'S000123'?")
    assert "an id is like" not in message


def test_an_id_that_only_looks_the_same_is_told_apart():
    table = pd.DataFrame({"from": ["E\u0301cole"], "to": ["b"]})
    message = refusal(table, pd.Index(["\u00c9cole", "b"]))
    assert "looks the same, but its accents are put together otherwise" in message


def test_a_graph_without_direction_cannot_be_given_one(tmp_path):
    graph = networkx.Graph([("a", "b")])
    assert "has no direction, so its ties cannot be directed" in refusal(graph, directed=True)
    for kind in ("graphml", "gml"):
        assert "has no direction" in refusal(as_written(graph, kind, tmp_path), directed=True)


def test_a_graph_of_igraph_is_refused_in_one_line_too():
    igraph = pytest.importorskip("igraph")
    graph = igraph.Graph(n=5, edges=[(0, 2)])
    assert "has no direction" in refusal(graph, directed=True)
    graph.es["weight"] = ["often"]
    assert "weights are not numbers of 0 or more" in refusal(graph)
    graph.vs["name"] = ["a", "a", "b", "c", "d"]
    assert "'a' is the name of two nodes" in refusal(graph)


@pytest.mark.parametrize("kind", ["graphml", "gml"])
def test_two_nodes_of_one_label_are_not_taken_for_one(kind, tmp_path):
    graph = networkx.Graph([(1, 2), (2, 3)])
    networkx.set_node_attributes(graph, {1: "a", 2: "b", 3: "a"}, "name")
    assert "'a' is the name of two nodes: give each its own" in refusal(as_written(graph, kind, tmp_path))


def test_two_columns_of_one_name_are_refused():
    table = pd.DataFrame([["a", "b", "c"]], columns=["from", "from", "to"])
    assert "has two columns 'from'" in refusal(table)


def test_what_is_no_file_is_refused(tmp_path):
    assert refusal(tmp_path / "no.csv").startswith("there is no file ")
    (tmp_path / "folder.csv").mkdir()
    assert refusal(tmp_path / "folder.csv").endswith("is not a file")
    assert refusal("a\0b.csv").startswith("there is no file ")


def test_a_huge_file_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = written(tmp_path, "from,to\na,b\n")
    monkeypatch.setattr(sources, "memory_free", lambda: 100.0)
    assert "would take about" in refusal(path)
    graph = written(tmp_path, BOMB, "ties.graphml")
    assert "are free here" in refusal(graph)


@pytest.mark.parametrize("shape", [(5, 4), (4, 4), (6, 6)])
def test_a_matrix_of_another_shape_is_refused(shape):
    message = refusal(scipy.sparse.csr_array(np.ones(shape)))
    assert f"is {shape[0]} x {shape[1]}: give one row and one column for each of 5" in message


def test_a_matrix_of_negative_or_missing_numbers_is_refused():
    for wrong in (-1.0, np.nan):
        matrix = np.zeros((5, 5))
        matrix[1, 2] = wrong
        assert "weights are not numbers of 0 or more" in refusal(scipy.sparse.csr_array(matrix))
    assert "is not of numbers" in refusal(np.full((5, 5), "x"))


def test_what_holds_no_ties_is_refused():
    assert "ties cannot be read from" in refusal([("a", "b")])
    assert "ties cannot be read from" in refusal(3)


def test_two_of_a_name_are_refused():
    assert refusal(TABLE, pd.Index(["a", "a", "b"])).endswith("'a' is the name of two")


def test_networkx_that_is_missing_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "networkx", None)
    assert "pip install 'ml-abm[networks]'" in refusal(written(tmp_path, BOMB, "ties.graphml"))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    content=st.one_of(
        st.binary(max_size=200),
        st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5), st.text(max_size=5))).map(
            lambda rows: ("from,to,weight\n" + "\n".join(",".join(row) for row in rows)).encode(
                "utf-8", "surrogatepass"
            )
        ),
    ),
    kind=st.sampled_from(["csv", "tsv", "graphml", "gml"]),
)
def test_no_bytes_do_worse_than_a_refusal(content, kind, tmp_path):
    path = written(tmp_path, content, f"ties.{kind}")
    try:
        pairs, weights, report = read_ties(path, IDS)
    except InputError as error:
        said = str(error)
    else:
        said = report.text
        assert pairs.shape[1] == 2
        assert weights is None or len(weights) == len(pairs)
    assert said.isprintable()
