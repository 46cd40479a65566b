"""Advice networks inside schools have the statistics of real ones, and give way to ties that are known."""

import itertools

import networkx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_abm import Scenario, Simulation, simulate
from ml_abm.draws import Decision, uniforms
from ml_abm.networks import advice
from ml_abm.system import TieSource, build
from ml_abm.tables import Stage

STAFF, SCHOOLS, SEED = 29, 600, 1
ALIKE = {"schools": SCHOOLS, "districts": 10, "teachers_per_school": float(STAFF), "school_size_spread": 0.0}
SMALL = {"schools": 60, "districts": 6, "pilot_schools": 4, "pilot_districts": 2, "cross_ties": 2.0}
NOBODY_ACROSS = np.zeros(0, np.int32)


def networks_of(system):
    """Return who asks whom in each school, as a networkx graph of rows."""
    first, staff = system.schools["first_teacher"], system.schools["staff"]
    looks, to = ends(system)
    school = np.repeat(np.arange(len(staff)), staff)
    graphs = []
    for s in range(len(staff)):
        graph = networkx.DiGraph()
        graph.add_nodes_from(range(first[s], first[s] + staff[s]))
        graphs.append(graph)
    for a, b in zip(looks.tolist(), to.tolist(), strict=True):
        if school[a] == school[b]:
            graphs[school[a]].add_edge(a, b)
    return graphs


def ends(system):
    """Return who looks and whom they look to, a tie each."""
    return np.repeat(np.arange(len(system.teachers)), system.teachers["ties"]), system.teacher_ties


def inside(system):
    """Return which ties stay in the school."""
    looks, to = ends(system)
    school = np.repeat(np.arange(len(system.schools)), system.schools["staff"])
    return school[looks] == school[to]


@pytest.fixture(scope="module")
def system():
    return build(Scenario().replace(ALIKE), SEED)


@pytest.fixture(scope="module")
def networks(system):
    return networks_of(system)


def gini(numbers):
    """Return Gini's coefficient as half of the relative mean difference of all pairs."""
    differences = np.abs(np.subtract.outer(numbers, numbers))
    return differences.mean() / (2 * np.mean(numbers))


def asked(network):
    """Return how many ask each teacher, the most asked first."""
    return np.sort([degree for _, degree in network.in_degree()])[::-1]


# Mean over the 15 schools of Pitts & Spillane 2009; how near the mean of 600 generated schools, seed 1, has to come.
@pytest.mark.parametrize(
    ("statistic", "real", "tolerance"),
    [
        (lambda g: g.number_of_edges() / len(g), 3.56, 0.04),
        (networkx.overall_reciprocity, 0.33, 0.02),
        (lambda g: gini(asked(g)), 0.44, 0.02),
        (lambda g: networkx.transitivity(g.to_undirected()), 0.39, 0.04),
        (lambda g: asked(g)[:3].sum() / g.number_of_edges(), 0.36, 0.035),
        (lambda g: np.mean(asked(g) == 0), 0.08, 0.02),
    ],
    ids=["asked", "reciprocity", "gini", "closed triples", "three most asked", "asked by no one"],
)
def test_schools_of_29_have_the_networks_of_real_schools(networks, statistic, real, tolerance):
    assert np.mean([statistic(network) for network in networks]) == pytest.approx(real, abs=tolerance)


def test_some_ask_one_colleague_and_some_ask_ten(networks):
    """In the study 11% of teachers ask eight colleagues or more."""
    asks = np.array([degree for network in networks for _, degree in network.out_degree()])
    assert asks.min() == 1
    assert 0.2 < np.mean(asks == 1) < 0.35
    assert np.mean(asks >= 8) == pytest.approx(0.11, abs=0.03)


def odds_ratio(system, group):
    """Return the odds ratio of a tie between teachers of a group, of all pairs of all schools in one table of 2 x 2."""
    n_schools = len(system.schools)
    ties = np.zeros((n_schools, STAFF, STAFF), bool)
    looks, to = (end[inside(system)] for end in ends(system))
    ties[looks // STAFF, looks % STAFF, to % STAFF] = True
    group = group.reshape(n_schools, STAFF)
    alike, pairs = group[:, :, None] == group[:, None, :], ~np.eye(STAFF, dtype=bool)
    a, b, c, d = (np.sum(x & y & pairs) for x in (alike, ~alike) for y in (ties, ~ties))
    return (a * d) / (b * c)


@pytest.mark.parametrize(
    ("in_common", "real"), [("grade", 2.9), ("attitude", 1.47), ("years", 1.5)], ids=lambda value: str(value)
)
def test_teachers_ask_those_who_are_like_them(system, in_common, real):
    """Within 5%, which is between the study's counts within schools and those of all schools in one table."""
    n = len(system.teachers)
    group = {
        "grade": np.arange(n) % STAFF % advice.GRADES,
        "attitude": np.minimum(np.floor(system.teachers["threshold"] * 3.0), 2),
        "years": np.floor(uniforms(SEED, Decision.ADVICE_YEARS, n) * advice.YEARS),
    }[in_common]
    assert odds_ratio(system, group) == pytest.approx(real, rel=0.05)


def test_the_order_of_rows_does_not_matter_for_who_is_asked(system):
    asked_by = np.bincount(system.teacher_ties[inside(system)], minlength=len(system.teachers))
    by_place = asked_by.reshape(-1, STAFF).mean(axis=0)
    assert by_place[:10].mean() == pytest.approx(by_place[-10:].mean(), rel=0.05)


@pytest.mark.parametrize("mean", [0.5, 1.0, 3.56, 7.0, 20.0])
@pytest.mark.parametrize("staff", [6, 8, 29, 300])
def test_so_many_are_asked_as_the_setting_says_in_schools_of_any_size(mean, staff):
    counts = advice.advice_counts(mean, np.arange(40_001 // staff + 1) * staff, SEED)
    assert counts.mean() == pytest.approx(min(mean, staff - 1), rel=0.04)
    assert counts.max() <= staff - 1
    assert counts.min() >= (mean >= 1)


@pytest.mark.parametrize("staff", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("mean", [0.5, 3.56])
def test_in_small_schools_everyone_asks_everybody(staff, mean):
    small = {
        "teachers_per_school": float(staff),
        "school_size_spread": 0.0,
        "advice_ties": mean,
        "cross_ties": 0.0,
    }
    system = build(Scenario().replace({**SMALL, **small}), SEED)
    for network in networks_of(system):
        assert set(network.edges) == set(itertools.permutations(network.nodes, 2))


@pytest.mark.parametrize("staff", [3.0, 12.0])
def test_without_advice_ties_no_one_asks_in_the_own_school(staff):
    setting = {"advice_ties": 0.0, "teachers_per_school": staff}
    system = build(Scenario().replace({**SMALL, **setting}), SEED)
    assert not inside(system).any()
    assert len(system.teacher_ties) > 0
    assert simulate(Scenario().replace({**SMALL, **setting}), 6, SEED).system.notna().all(axis=None)


@given(
    staff=st.lists(st.integers(1, 60) | st.integers(1, 7), min_size=1, max_size=12),
    mean=st.sampled_from([0.0, 0.3, 1.0, 3.56, 20.0]),
    across=st.integers(0, 3),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=200, deadline=None)
def test_no_one_asks_oneself_or_anyone_twice_or_in_another_school(staff, mean, across, seed):
    begin = np.append(0, np.cumsum(staff))
    n = int(begin[-1])
    asks = advice.advice_counts(mean, begin, seed)
    goes_across = np.arange(n * across, dtype=np.int32) + 1_000_000
    thresholds = uniforms(seed, Decision.THRESHOLD, n).astype(np.float32)
    counts, goes_to = advice.with_advice(
        asks, np.full(n, across, np.uint16), goes_across, begin, thresholds, seed
    )
    assert len(goes_to) == counts.sum() == asks.sum() + n * across
    start = np.append(0, np.cumsum(counts, dtype=np.int64))
    for school in range(len(staff)):
        colleagues = set(range(begin[school], begin[school + 1]))
        for i in colleagues:
            mine = goes_to[start[i] : start[i + 1]].tolist()
            assert len(set(mine[: asks[i]])) == asks[i]
            assert set(mine[: asks[i]]) <= colleagues - {i}
            assert mine[asks[i] :] == goes_across[i * across : (i + 1) * across].tolist()


def test_the_same_ties_come_from_any_portion_of_schools(monkeypatch):
    scenario = Scenario().replace({**SMALL, "teachers_per_school": 9.0})
    whole = build(scenario, SEED)
    for some in (1, 7):
        monkeypatch.setattr(advice, "SCHOOLS_AT_A_TIME", some)
        assert np.array_equal(build(scenario, SEED).teacher_ties, whole.teacher_ties)
    assert not np.array_equal(build(scenario, SEED + 1).teacher_ties[:100], whole.teacher_ties[:100])


def test_a_network_depends_on_no_one_outside_the_school():
    """Schools of other sizes come after it: the first school's own network stays as it is, whatever the rest is."""
    found = []
    for others in ([8], [30, 4, 9], [300]):
        begin = np.append(0, np.cumsum([20, *others]))
        n = int(begin[-1])
        asks = advice.advice_counts(3.56, begin, SEED)
        thresholds = uniforms(SEED, Decision.THRESHOLD, n).astype(np.float32)
        nobody = np.zeros(n, np.uint16)
        _, goes_to = advice.with_advice(asks, nobody, NOBODY_ACROSS, begin, thresholds, SEED)
        found.append(goes_to[: asks[:20].sum()].tolist())
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize("network", ["hierarchical", "small-world", "homophilous", "preferential"])
def test_ties_to_other_schools_are_there_as_before(network):
    province = {**SMALL, "schools": 500, "districts": 10, "system": {"network": network}}
    with_advice, without = (
        build(Scenario().replace({**province, "advice_ties": mean}), SEED) for mean in (3.56, 0.0)
    )
    looks, to = (end[~inside(with_advice)] for end in ends(with_advice))
    assert np.array_equal(to, without.teacher_ties)
    assert np.array_equal(np.bincount(looks, minlength=len(without.teachers)), without.teachers["ties"])
    assert len(to) / len(without.teachers) == pytest.approx(2.0, rel=0.05)
    own_first = np.diff(inside(with_advice).astype(int))[np.diff(ends(with_advice)[0]) == 0]
    assert own_first.max() <= 0  # of one teacher, no tie inside comes after one to another school


def test_a_school_knows_where_its_ties_begin():
    system = build(Scenario().replace(SMALL), SEED)
    of_school = np.add.reduceat(system.teachers["ties"], system.schools["first_teacher"], dtype=np.int64)
    assert np.array_equal(system.schools["first_tie"], np.cumsum(of_school) - of_school)
    assert of_school.sum() == len(system.teacher_ties)


def test_known_ties_of_teachers_are_added_to_advice_ties_or_take_their_place():
    scenario = Scenario().replace(SMALL)
    generated = build(scenario, SEED)
    known = pd.DataFrame({"from": ["S000000/1", "S000000/1"], "to": ["S000003/1", "S000000/2"]})
    added = build(scenario, SEED, {"teachers": known})
    first = generated.schools["first_teacher"]
    assert np.array_equal(added.teacher_ties[inside(added)], generated.teacher_ties[inside(generated)])
    across = ~inside(added)
    assert sorted(zip(*(end[across].tolist() for end in ends(added)), strict=True)) == [
        (first[0], first[3]),
        (first[3], first[0]),
    ]
    whole = build(scenario, SEED, {"teachers": TieSource(known, whole=True)})
    assert len(whole.teacher_ties) == 4


def test_a_teacher_hears_of_it_along_advice_ties_alone():
    """In a school of 20 where all but the first teacher use it, that teacher hears of it only if asking somebody."""
    one = {
        "schools": 1,
        "districts": 1,
        "teachers_per_school": 20.0,
        "school_size_spread": 0.0,
        "cross_ties": 0.0,
    }
    quiet = {"pilot_schools": 0, "pilot_districts": 0, "district_recruitment": 0.0, "teacher_attrition": 0.0}
    stages = {}
    for mean in (0.0, 3.56):
        scenario = Scenario().replace({**one, **quiet, "refresher_rate": 0.0, "advice_ties": mean})
        system = build(scenario, SEED)
        system.teachers["stage"][1:] = Stage.USING
        system.visible[:, 1:] = 255
        Simulation(scenario, SEED, system=system).run_for(24)
        stages[mean] = Stage(int(system.teachers["stage"][0]))
    assert stages[0.0] == Stage.UNAWARE
    assert stages[3.56] > Stage.UNAWARE


def test_the_estimate_of_memory_holds_the_ties():
    from ml_abm.system.memory import memory_needed

    scenario = Scenario().replace(ALIKE)
    without = memory_needed(scenario.replace({"advice_ties": 0.0}))
    for mean in (3.56, 10.0):
        more = scenario.replace({"advice_ties": mean})
        assert memory_needed(more) - without > 4 * SCHOOLS * STAFF * mean * 0.99


@pytest.mark.parametrize("whole", [False, True])
def test_advice_ties_are_uncertain_unless_all_ties_are_known(whole):
    from ml_abm.calibration.uncertain import varies
    from ml_abm.parameters import declarations

    scenario = Scenario().replace({"ties": [{"between": "teachers", "file": "ties.csv", "whole": whole}]})
    advice_ties = next(about for about in declarations().values() if about.name == "advice_ties")
    assert varies(scenario, advice_ties) is not whole
