"""Indices of functions whose indices are known, and what chance does to them."""

import numpy as np
import pandas as pd
import pytest
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample
from SALib.test_functions import Ishigami

from ml_abm.errors import AnalysisError
from ml_abm.experiments.analysis.sensitivity import levels_of, sensitivity
from tests.analysis.made import Factor, grid, made, scattered

PI = float(np.pi)
ISHIGAMI = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-PI, PI]] * 3}
BOX = {name: Factor(-PI, PI) for name in ISHIGAMI["names"]}
# Ishigami & Homma 1990 with a = 7, b = 0.1
FIRST, TOTAL = {"x1": 0.314, "x2": 0.442, "x3": 0.0}, {"x1": 0.558, "x2": 0.442, "x3": 0.244}


def ishigami(noise=0.0):
    def truth(point, scenario, z):
        value = float(Ishigami.evaluate(point.to_numpy(float)[None, :])[0])
        return {"adoption": value + 5 * z[0] + noise * z[hash(tuple(point)) % 60 + 1]}

    return truth


def saltelli(n, *, pairs=True, noise=0.0, replicates=2):
    points = sobol_sample.sample(ISHIGAMI, n, calc_second_order=pairs, seed=1)
    return made(
        ishigami(noise),
        pd.DataFrame(points, columns=ISHIGAMI["names"]),
        design="saltelli",
        factors=BOX,
        replicates=replicates,
        months=1,
    )


def values(table, index):
    return table[table["index"] == index].set_index("factor")


@pytest.mark.parametrize("pairs", [True, False])
def test_sobol_indices_of_ishigami_are_found_within_their_intervals(pairs):
    table = sensitivity(saltelli(512, pairs=pairs)).table
    assert set(table["index"]) == ({"ST", "S1", "S2"} if pairs else {"ST", "S1"})
    for index, truth in (("S1", FIRST), ("ST", TOTAL)):
        found = values(table, index)
        for name, true in truth.items():
            assert found.loc[name, "value"] == pytest.approx(true, abs=0.05)
            assert found.loc[name, "low"] - 0.02 < true < found.loc[name, "high"] + 0.02


def test_chance_that_is_the_same_at_all_points_moves_no_index():
    table = sensitivity(saltelli(64)).table
    assert values(table, "ST")["chance"].max() < 1e-12


def test_the_total_index_of_a_factor_without_effect_is_chance_and_is_said_to_be():
    """64 base points, 4 replicates; the fourth factor does nothing, chance has a standard deviation of 1 at each point."""
    problem = {"num_vars": 2, "names": ["a", "nothing"], "bounds": [[0, 1]] * 2}
    points = pd.DataFrame(sobol_sample.sample(problem, 64, seed=1), columns=["a", "nothing"])
    rng = np.random.default_rng(1)
    experiment = made(
        lambda p, s, z: {"adoption": 3 * p["a"] + rng.normal()},
        points,
        design="saltelli",
        factors={name: Factor() for name in points},
    )
    found = values(sensitivity(experiment).table, "ST")
    assert found.loc["nothing", "value"] == pytest.approx(found.loc["nothing", "chance"], rel=0.35)
    assert found.loc["a", "value"] > 3 * found.loc["a", "chance"]


def test_elementary_effects_of_a_linear_model_are_its_slopes():
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1], [0, 10], [0, 1]]}
    points = pd.DataFrame(morris_sample.sample(problem, 8, num_levels=4, seed=1), columns=list("abc"))
    factors = {"a": Factor(), "b": Factor(0, 10), "c": Factor()}
    experiment = made(
        lambda p, s, z: {"adoption": 2 * p["a"] - 0.3 * p["b"] + z[0]},
        points,
        design="morris",
        factors=factors,
    )
    table = sensitivity(experiment).table
    assert values(table, "mu_star")["value"].to_dict() == pytest.approx({"a": 2, "b": 3, "c": 0}, abs=1e-9)
    assert values(table, "mu")["value"].to_dict() == pytest.approx({"a": 2, "b": -3, "c": 0}, abs=1e-9)
    assert values(table, "sigma")["value"].max() < 1e-9


def test_the_mean_size_of_effects_by_replicate_alone_is_foretold():
    """200 walks, 4 replicates of unit noise (seed 2) and no effect at all: what is found is what chance gives, within 10%."""
    problem = {"num_vars": 2, "names": list("ab"), "bounds": [[0, 1]] * 2}
    points = pd.DataFrame(morris_sample.sample(problem, 200, num_levels=4, seed=1), columns=list("ab"))
    rng = np.random.default_rng(2)
    experiment = made(
        lambda p, s, z: {"adoption": rng.normal()},
        points,
        design="morris",
        factors={n: Factor() for n in "ab"},
    )
    found = values(sensitivity(experiment).table, "mu_star")
    assert found["value"].to_numpy() == pytest.approx(found["chance"].to_numpy(), rel=0.1)


def test_levels_of_walks_are_counted():
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1], [2, 5], [1, 3e7]]}
    for levels in (4, 6):
        assert levels_of(morris_sample.sample(problem, 12, num_levels=levels, seed=1)) == levels


def test_scattered_points_give_first_order_indices():
    """1,024 points of a Latin hypercube: the Ishigami function's first-order indices within 0.08."""
    points = scattered(1024, ISHIGAMI["names"]) * 2 * PI - PI
    table = sensitivity(
        made(ishigami(), points, design="latin-hypercube", factors=BOX, replicates=2, months=1)
    ).table
    assert values(table, "S1")["value"].to_dict() == pytest.approx(FIRST, abs=0.08)


def test_one_replicate_gives_indices_and_says_that_chance_is_not_known():
    analysis = sensitivity(saltelli(64, replicates=1))
    assert "chance cannot be distinguished" in analysis.sentence
    assert analysis.table["chance"].isna().all()
    assert analysis.figure() is not None


def linear(point, scenario, z):
    return {"adoption": float(point.sum()) + z[0]}


@pytest.mark.parametrize(
    ("experiment", "says"),
    [
        (made(linear, grid(a=[0, 1], b=[0, 1]), design="grid"), "design 'saltelli'"),
        (made(linear, scattered(40, "ab"), design="sobol"), "too few"),
        (made(linear, scattered(48, "ab"), design="saltelli"), "not those of a whole design"),
        (made(linear, scattered(30, "ab"), design="morris"), "walks"),
        (made(linear, grid(a=[0, 1])), "2 or more factors"),
        (made(lambda p, s, z: {"adoption": 1.0}, scattered(80, "ab")), "the same at all points"),
    ],
)
def test_what_sensitivity_cannot_do_is_said_in_a_line(experiment, says):
    with pytest.raises(AnalysisError, match=says):
        sensitivity(experiment)
