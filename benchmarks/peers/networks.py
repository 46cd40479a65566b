"""A small-world network of n nodes with eight neighbours each, as the graph libraries make it."""

from .workload import DEGREE, REWIRED

NEEDS = {"networkx": ("networkx",), "igraph": ("igraph",)}


def networkx(n):
    from networkx import watts_strogatz_graph

    return watts_strogatz_graph(n, DEGREE, REWIRED)


def igraph(n):
    from igraph import Graph

    return Graph.Watts_Strogatz(1, n, DEGREE // 2, REWIRED)
