"""Designs are those of SciPy and SALib; quantiles become values that a parameter can have."""

import sys

import numpy as np
import pytest
from SALib.sample import morris
from SALib.sample import sobol as saltelli
from scipy.stats import qmc

from ml_abm.errors import StudyError
from ml_abm.experiments import Study, points, problem, unit_points
from ml_abm.experiments.design import size

FACTORS = {
    "tool_hours": {"low": 0.0, "high": 4.0},
    "added_hours": {"low": 1.0, "high": 10.0, "distribution": "loguniform"},
    "setting.schools": {"low": 100, "high": 103},
}


@pytest.mark.parametrize(
    ("design", "options"),
    [
        ("grid", {"levels": 3}),
        ("latin-hypercube", {"size": 7}),
        ("sobol", {"size": 8}),
        ("saltelli", {"size": 8}),
        ("saltelli", {"size": 8, "second_order": False}),
        ("morris", {"size": 5}),
    ],
)
def test_a_design_has_the_points_that_it_says_and_they_are_the_same_every_time(design, options):
    study = Study(factors=FACTORS, design=design, **options)
    table = points(study)
    assert len(table) == size(study)
    assert table.equals(points(study))
    assert table.index.name == "point"
    assert list(table) == list(study.factors)
    for name, factor in study.factors.items():
        low, high = factor.range()
        assert table[name].between(low, high).all()
    assert table["setting.schools"].dtype == np.int64


def test_samples_are_those_of_the_libraries():
    three = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    cubes = {
        "latin-hypercube": qmc.LatinHypercube(3, rng=np.random.default_rng(9)).random(8),
        "sobol": qmc.Sobol(3, rng=np.random.default_rng(9)).random(8),
        "saltelli": saltelli.sample(three, 8, seed=9),
        "morris": morris.sample(three, 8, num_levels=4, seed=9),
    }
    for design, cube in cubes.items():
        study = Study(factors=FACTORS, design=design, size=8, seed=9)
        assert np.array_equal(unit_points(study), cube)
        assert points(study)["innovation.tool_hours"].to_numpy() == pytest.approx(4 * cube[:, 0])
    assert problem(study)["names"] == list(study.factors)


def test_a_grid_has_every_combination_and_the_ends_to_the_last_bit():
    table = points(Study(factors=FACTORS, levels=4))
    assert len(table.drop_duplicates()) == 4 * 4 * 4
    assert table["innovation.added_hours"].unique() == pytest.approx([1, 10 ** (1 / 3), 10 ** (2 / 3), 10])
    assert table["innovation.added_hours"].max() == 10
    assert points(Study()).shape == (1, 0)


def test_distributions_have_their_quantiles():
    shapes = {
        "tool_hours": {"low": 0.0, "high": 4.0, "distribution": "normal", "sd": 1.0},
        "added_hours": {"low": 1.0, "high": 10.0, "distribution": "loguniform"},
        "reporting_hours": {"low": 0.0, "high": 4.0, "distribution": "triangular", "mode": 0.0},
        "setting.schools": {"low": 100, "high": 103},
        "community_hours": {"values": [1, 2, 3, 4]},
    }
    table = points(Study(factors=shapes, design="latin-hypercube", size=4000, seed=3))
    middle = table.median()
    assert middle["innovation.tool_hours"] == pytest.approx(2, abs=0.01)
    assert middle["innovation.added_hours"] == pytest.approx(10**0.5, abs=0.01)
    assert middle["innovation.reporting_hours"] == pytest.approx(4 * (1 - 0.5**0.5), abs=0.01)
    assert table["innovation.tool_hours"].std() == pytest.approx(0.88, abs=0.01)  # cut off at two sd
    for name in ("setting.schools", "innovation.community_hours"):
        assert list(table[name].value_counts()) == [1000] * 4


def test_a_list_is_taken_as_it_is(tmp_path):
    (tmp_path / "points.csv").write_text("schools,tool_hours\n100,0.1\n200,0.3\n")
    table = points(Study(design="list", file=str(tmp_path / "points.csv")))
    assert table["innovation.tool_hours"].tolist() == [0.1, 0.3]
    assert table["setting.schools"].tolist() == [100, 200]


def test_only_samples_have_a_unit_cube():
    with pytest.raises(StudyError, match="is not drawn from a unit cube"):
        unit_points(Study(factors=FACTORS))


def test_a_design_whose_library_is_not_installed_says_what_to_install(monkeypatch):
    study = Study(factors={"tool_hours": {"low": 0, "high": 3}}, design="morris", size=2)
    monkeypatch.setitem(sys.modules, "SALib.sample", None)
    with pytest.raises(StudyError, match=r"needs SALib\.sample, .* pip install 'ml-abm\[experiments\]'"):
        unit_points(study)
