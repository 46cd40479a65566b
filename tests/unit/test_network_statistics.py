"""What is said of networks equals networkx, and what is said of diffusion equals netdiffuseR."""

import networkx
import numpy as np
import pytest

from ml_abm.calibration.networks import load_network
from ml_abm.errors import ListError
from ml_abm.networks import statistics as about
from ml_abm.networks.diffusion import (
    Span,
    exposure,
    hazards,
    infectiousness,
    morans_i,
    standing,
    susceptibility,
    thresholds,
)
from ml_abm.networks.graph import ties_from_edges
from ml_abm.system import diffusion_statistics

# --- networkx ---------------------------------------------------------------------------------------------------------


def graphs():
    rng = np.random.default_rng(1)
    yield "directed", networkx.gnp_random_graph(40, 0.1, seed=1, directed=True)
    yield "undirected", networkx.barabasi_albert_graph(60, 3, seed=2).to_directed()
    yield "clustered", networkx.connected_caveman_graph(6, 5).to_directed()
    pairs = [(int(a), int(b)) for a, b in rng.integers(0, 30, (60, 2)) if a != b]
    yield "with isolates", networkx.DiGraph(pairs)


@pytest.mark.parametrize(
    ("kind", "graph"), graphs(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_statistics_are_those_of_networkx(kind, graph):
    n = 1 + max(graph)
    graph.add_nodes_from(range(n))
    ties = ties_from_edges(n, np.array(graph.edges), directed=True)
    rng = np.random.default_rng(2)
    age, subject = rng.integers(20, 60, n), rng.integers(0, 3, n)
    networkx.set_node_attributes(graph, dict(enumerate(age.tolist())), "age")
    networkx.set_node_attributes(graph, dict(enumerate(subject.tolist())), "subject")
    simple = graph.to_undirected()
    assert about.degrees(ties).tolist() == [d for _, d in sorted(graph.out_degree)]
    assert about.in_degrees(ties).tolist() == [d for _, d in sorted(graph.in_degree)]
    assert about.transitivity(ties) == pytest.approx(networkx.transitivity(simple), abs=1e-14)
    assert about.mean_local_clustering(ties) == pytest.approx(networkx.average_clustering(simple), abs=1e-14)
    assert about.reciprocity(ties) == pytest.approx(networkx.overall_reciprocity(graph), abs=1e-14)
    by_number = networkx.numeric_assortativity_coefficient(graph, "age")
    assert about.assortativity(ties, age) == pytest.approx(by_number, abs=1e-10)
    by_group = networkx.attribute_assortativity_coefficient(graph, "subject")
    assert about.assortativity_of_groups(ties, subject) == pytest.approx(by_group, abs=1e-12)
    of_degree = networkx.degree_assortativity_coefficient(simple)
    both = about.both_ways(ties)
    assert about.assortativity(both, about.degrees(both)) == pytest.approx(of_degree, abs=1e-10)


def test_a_network_without_ties_has_no_statistics():
    ties = ties_from_edges(3, np.zeros((0, 2), np.int64))
    assert about.transitivity(ties) == about.mean_local_clustering(ties) == about.reciprocity(ties) == 0
    assert np.isnan(about.assortativity(ties, np.arange(3)))
    assert np.isnan(about.assortativity_of_groups(ties, np.arange(3)))
    assert np.isnan(about.share_within(ties, np.arange(3)))


# --- netdiffuseR ------------------------------------------------------------------------------------------------------

# Its package tests, test-infect_suscept.R: one node looks to four, and four look to one.


def looks_to_all(times):
    return ties_from_edges(5, np.array([[4, k] for k in range(4)]), directed=True), np.array(times, float)


@pytest.mark.parametrize(
    ("window", "discount", "wanted"),
    [(1, None, 1 / 3), (2, None, 2 / 4), (1, 0.1, 1 / 3), (2, 0.1, (1 + 2 / 1.1) / (3 + 2 / 1.1))],
)
def test_infectiousness_and_susceptibility_pass_the_tests_of_netdiffuser(window, discount, wanted):
    span = Span(1, 4, window, discount, normalised=False)
    ties, times = looks_to_all([1, 4, 1, 2, 3])
    assert susceptibility(ties, times, span)[4] == pytest.approx(wanted)
    ties = ties_from_edges(5, np.array([[k, 0] for k in range(1, 5)]), directed=True)
    times = np.array([2.0, 1, 3, 4, 4])
    assert infectiousness(ties, times, span)[0] == pytest.approx(wanted)


# What netdiffuseR 1.25.0 (commit f16350e, R 4.2.2) gives for the networks of the package: means over adopters; `window` 5 with linear
# discount. Its brfarmersDiffNet is the same data: 692 farmers, 1,854 ties.
REFERENCE = {
    "brfarmers": {"first": 1, "last": 21, "adopters": 540, "exposure": 0.813566612, "threshold": 0.5512962963, "threshold_sd": 0.3952705047, "lagged": 0.4785647405, "infectiousness": 0.00218094714949, "infectiousness_5": 0.00147373052192},
    "modmath": {"first": 1958, "last": 1963, "adopters": 38, "exposure": 0.78947368, "threshold": 0.5285885167, "threshold_sd": 0.3709023881, "lagged": 0.3411547912, "infectiousness": 0.0467909356725, "infectiousness_5": 0.0395444291261, "susceptibility": 0.0771747076023, "susceptibility_5": 0.0671613237239},
    "modmath_directed": {"first": 1958, "last": 1963, "adopters": 38, "exposure": 0.78947368, "threshold": 0.6096491228, "threshold_sd": 0.4196314624, "lagged": 0.3963963964, "infectiousness": 0.0452119883041, "infectiousness_5": 0.0367374427377, "susceptibility": 0.0698830409357, "susceptibility_5": 0.0599290368593},
    "galesburg": {"first": 3, "last": 18, "adopters": 17, "exposure": 0.429032258, "threshold": 0.2931372549, "threshold_sd": 0.2539315048, "lagged": 0.2666666667, "infectiousness": 0.0490196078431, "infectiousness_5": 0.0460822515291},
}  # fmt: skip


@pytest.mark.parametrize("name", REFERENCE)
def test_diffusion_statistics_are_those_of_netdiffuser(name):
    network, wanted = load_network(name), REFERENCE[name]
    span = {"first": wanted["first"], "last": wanted["last"]}
    found = diffusion_statistics(network.ties, network.adoption, **span)
    later = diffusion_statistics(network.ties, network.adoption, **span, lag=1, window=5)
    people = found.people
    assert people.adopted.notna().sum() == wanted["adopters"]
    assert found.exposure[:, -1].mean() == pytest.approx(wanted["exposure"], rel=1e-8)
    assert people.threshold.mean() == pytest.approx(wanted["threshold"], rel=1e-9)
    assert people.threshold.std() == pytest.approx(wanted["threshold_sd"], rel=1e-9)
    assert later.people.threshold.mean() == pytest.approx(wanted["lagged"], rel=1e-9)
    assert people.infectiousness.mean() == pytest.approx(wanted["infectiousness"], rel=1e-9)
    assert later.people.infectiousness.mean() == pytest.approx(wanted["infectiousness_5"], rel=1e-9)
    if "susceptibility" in wanted:  # where all adopted; netdiffuseR takes never for very early
        assert people.susceptibility.mean() == pytest.approx(wanted["susceptibility"], rel=1e-9)
        assert later.people.susceptibility.mean() == pytest.approx(wanted["susceptibility_5"], rel=1e-9)


def all_farmers():
    """Return the farmers as netdiffuseR has them, time 20 included."""
    network = load_network("brfarmers")
    return network.ties, network.nodes.toa.to_numpy(float)


def test_with_time_20_as_a_time_farmers_are_as_susceptible_as_in_netdiffuser():
    statistics = diffusion_statistics(*all_farmers())
    assert statistics.people.susceptibility.mean() == pytest.approx(0.00225436519462, rel=1e-9)
    assert statistics.people.infectiousness.mean() == pytest.approx(0.00141526848048, rel=1e-9)


def test_hazards_and_moran_of_the_farmers_are_those_of_netdiffusers_summary():
    periods = diffusion_statistics(*all_farmers(), moran=True).periods
    assert periods.adopters.tolist()[:10] == [6, 2, 4, 6, 32, 3, 3, 14, 3, 90]
    assert periods.hazard.iloc[9] == pytest.approx(0.14539579968, rel=1e-9)
    assert periods.hazard.iloc[[0, -1]].tolist() == [0, 1]
    assert periods.moran.iloc[[0, 4, 9, 18]].tolist() == pytest.approx(
        [-0.0197345602, 0.0510054594, 0.1532862711, 0.1487891665], rel=1e-7
    )
    assert np.isnan(periods.moran.iloc[-1])  # everyone adopted


# The example of its manual page classify_adopters as the package works it out: per cent of those who adopted before the last period.
MANUAL = [
    [7.96, 3.70, 0.74, 1.11],
    [8.89, 10.56, 4.63, 4.63],
    [6.30, 10.19, 8.70, 16.30],
    [1.48, 1.11, 2.22, 11.48],
]


def test_categories_of_adopters_are_those_of_netdiffusers_manual():
    network = load_network("brfarmers")
    counts = diffusion_statistics(network.ties, network.adoption).categories()
    assert counts.loc["non-adopters"].tolist() == [152, 0, 0, 0, 0]
    shares = counts.iloc[1:, 1:] / np.isfinite(network.adoption).sum() * 100
    assert np.abs(shares.to_numpy() - MANUAL).max() < 0.006


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_exposure_is_the_share_of_those_looked_to_who_adopted():
    ties = ties_from_edges(4, np.array([[0, 1], [0, 2], [1, 2], [2, 0]]), directed=True)
    times = np.array([3.0, 1, 2, np.nan])
    seen = exposure(ties, times, np.array([1, 2, 3]))
    assert seen.tolist() == [[0.5, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, 0]]
    assert thresholds(seen, times, 1)[:3].tolist() == [1, 0, 0]
    assert np.isnan(thresholds(seen, times, 1)[3])
    lagged = thresholds(seen, times, 1, lag=1)
    assert lagged[[0, 2]].tolist() == [1, 0]
    assert np.isnan(lagged[[1, 3]]).all()


def test_never_adopters_and_isolates_have_what_can_be_said_of_them():
    ties = ties_from_edges(4, np.array([[0, 1], [2, 1]]), directed=True)
    people = diffusion_statistics(ties, np.array([2.0, 1, np.nan, 2])).people
    assert people.infectiousness.tolist()[:2] == [0, 0.5]  # two adopt in period 2, one of them looks to it
    assert np.isnan(people.infectiousness[2])
    assert people.threshold[3] == people.susceptibility[3] == 0
    assert people.category.tolist()[2] == "non-adopters"


def test_hazard_is_the_share_of_those_left():
    assert hazards(np.array([2, 5, 10]), 10).tolist() == [0, 3 / 8, 1]


def test_categories_are_cut_at_the_mean_and_a_standard_deviation_from_it():
    assert standing(np.array([1.0, 2, 3, 4, 5, np.nan])).tolist() == [1, 2, 3, 3, 4, 0]
    assert standing(np.array([np.nan])).tolist() == [0]
    assert standing(np.array([3.0])).tolist() == [4]


def test_neighbours_alike_have_a_high_moran():
    two = networkx.disjoint_union(networkx.complete_graph(5), networkx.complete_graph(5))
    ties = ties_from_edges(10, np.array(two.edges))
    assert morans_i(ties, np.repeat([0, 1], 5)) == pytest.approx(1)
    assert morans_i(ties, np.tile([0, 1], 5)) < 0
    assert np.isnan(morans_i(ties, np.zeros(10)))
    assert np.isnan(morans_i(ties_from_edges(3, np.zeros((0, 2), np.int64)), np.arange(3)))


@pytest.mark.parametrize(
    ("times", "span", "told"),
    [
        ([1.0, 2], {}, "shape (2,)"),
        ([1.0, 2.5, 3], {}, "whole periods"),
        ([np.nan] * 3, {}, "whole periods"),
        ([1.0, np.inf, 3], {}, "whole periods"),
        ([1.0, 2, 3], {"first": 2}, "do not fit periods 2 to 3"),
        ([1.0, 2, 1e9], {}, "at most 10,000 periods"),
        ([1.0, 2, 3], {"first": 0.5}, "first = 0.5: allowed whole numbers"),
        ([1.0, 2, 3], {"lag": -1}, "lag = -1: allowed whole numbers from 0"),
        ([1.0, 2, 3], {"window": 0}, "window = 0: allowed whole numbers from 1"),
        ([1.0, 2, 3], {"window": 1.5}, "window = 1.5: allowed whole numbers from 1"),
        ([1.0, 2, 3], {"discount": -1}, "discount = -1: allowed numbers of 0 or more"),
        ([1.0, 2, 3], {"discount": float("nan")}, "discount = nan: allowed numbers of 0 or more"),
    ],
)
def test_times_that_cannot_be_are_refused_in_one_line(times, span, told):
    with pytest.raises(ListError) as caught:
        diffusion_statistics(ties_from_edges(3, np.array([[0, 1]])), np.array(times), **span)
    assert told in str(caught.value)
    assert str(caught.value).isprintable()
