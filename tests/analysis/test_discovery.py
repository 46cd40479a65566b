"""Failure in corners that are known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_abm.errors import AnalysisError
from ml_abm.experiments.analysis.discovery import discovery, quasi_p_values
from tests.analysis.made import made, scattered


def corner(point, scenario, z):
    """Fails where a < 0.4 and b > 0.6; c does nothing."""
    return {"adoption": 0.1 if point["a"] < 0.4 and point["b"] > 0.6 else 0.5, "strain": 0.2 + 0.001 * z[0]}


def limits(analysis, box=1):
    table = analysis.table[analysis.table["box"] == box]
    return {(row.factor, row.side): row.limit for row in table.itertuples()}


def test_a_known_box_is_found():
    analysis = discovery(made(corner, scattered(400, "abc"), months=1), {"adoption": 0.3})
    found = limits(analysis)
    assert set(found) == {("a", "at most"), ("b", "above")}
    assert found["a", "at most"] == pytest.approx(0.4, abs=0.02)
    assert found["b", "above"] == pytest.approx(0.6, abs=0.02)
    first = analysis.table.iloc[0]
    assert (first["coverage"], first["density"]) == (1, 1)
    assert first["mass"] == pytest.approx(0.16, abs=0.04)
    assert (analysis.table["quasi_p"] < 0.01).all()
    assert analysis.title.startswith("Adoption below 30% when a < 0.39 and b > 0.6")


def test_two_corners_are_two_boxes():
    def corners(point, scenario, z):
        return {"adoption": 0.1 if point["a"] < 0.2 or point["b"] > 0.85 else 0.5}

    analysis = discovery(made(corners, scattered(400, "abc"), months=1), {"adoption": 0.3})
    assert analysis.table["box"].max() == 2
    assert {name for name, _ in limits(analysis, 1)} | {name for name, _ in limits(analysis, 2)} == {"a", "b"}
    assert (analysis.table["density"] > 0.95).all()


def test_a_burden_fails_above_its_threshold():
    def strained(point, scenario, z):
        return {"adoption": 0.5, "strain": 0.6 if point["c"] > 0.7 else 0.2}

    analysis = discovery(made(strained, scattered(200, "abc"), months=1), {"strain": 0.5})
    assert set(limits(analysis)) == {("c", "above")}
    assert analysis.title.startswith("Strain above 50% when c > 0.7")


def test_failure_by_chance_is_not_explained():
    """200 points that fail by a coin (seed 5): on points left out the tree is right about as often as the coin."""
    rng = np.random.default_rng(5)
    coin = made(lambda p, s, z: {"adoption": rng.random()}, scattered(200, "abc"), replicates=1, months=1)
    analysis = discovery(coin, {"adoption": 0.5})
    share = int(analysis.sentence.rsplit("% fail.", 1)[0].rsplit(" ", 1)[1])
    assert share < 65


def test_a_point_fails_when_half_of_its_runs_do():
    def often(point, scenario, z):
        return {"adoption": 0.1 if point["a"] < 0.5 and z[0] < 5 else 0.9}

    assert (
        "100 of 200 points"
        in discovery(made(often, scattered(200, "ab"), months=1), {"adoption": 0.5}).sentence
    )


@settings(max_examples=20)
@given(st.integers(0, 1000), st.floats(0.2, 0.8))
def test_shares_of_boxes_are_shares(seed, threshold):
    rng = np.random.default_rng(seed)
    experiment = made(
        lambda p, s, z: {"adoption": 0.5 * p["a"] + 0.5 * rng.random()},
        scattered(80, "ab"),
        replicates=1,
        months=1,
    )
    try:
        table = discovery(experiment, {"adoption": threshold}).table
    except AnalysisError:
        return  # too few points on one side
    assert table[["coverage", "density", "mass", "quasi_p"]].stack().between(0, 1).all()


def test_a_limit_that_does_nothing_has_a_large_quasi_p_value():
    points = scattered(300, "ab")
    fails = (points["a"] < 0.3).to_numpy()
    p = quasi_p_values(points, fails, {("a", "at most"): 0.3, ("b", "above"): 0.5})
    assert p["a", "at most"] < 1e-6
    assert p["b", "above"] == 1


@pytest.mark.parametrize(
    ("thresholds", "says"),
    [
        (None, "adoption=0.2"),
        ({"adoption": 0.05}, "0 of 60 points fail"),
        ({"adoption": 0.9}, "60 of 60 points fail"),
        ({"adopton": 0.3}, "Did you mean 'adoption'"),
    ],
)
def test_what_discovery_cannot_do_is_said_in_a_line(thresholds, says):
    with pytest.raises(AnalysisError, match=says):
        discovery(made(corner, scattered(60, "abc"), months=1), thresholds)
