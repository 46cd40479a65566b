"""Effects of models whose effects are known."""

import sys

import numpy as np
import pandas as pd
import pytest

from ml_abm.errors import AnalysisError
from ml_abm.experiments.analysis import analyse
from ml_abm.experiments.analysis.effects import effects
from tests.analysis.made import Factor, grid, made, scattered


def linear(point, scenario, z):
    """The change of a is 2, of b -1, of b as a grows 4; chance shifts all points, and the effect of a a little."""
    a, b = point["a"], point["b"]
    return {"adoption": 2 * a - b + 4 * (a - 0.5) * (b - 0.5) + 0.5 * z[0] + 0.01 * z[1] * a}


def by_term(analysis):
    return analysis.table.set_index("term")


def test_a_grid_gives_the_effects_of_its_cells():
    table = by_term(effects(made(linear, grid(a=[0, 0.5, 1], b=[0, 1]), design="grid")))
    assert table.loc["a", "change"] == pytest.approx(2, abs=0.05)
    assert table.loc["b", "change"] == pytest.approx(-1, abs=1e-9)
    assert table.loc["a x b", "change"] == pytest.approx(4, abs=1e-9)
    assert (table["low"] <= table["change"]).all()
    assert (table["change"] <= table["high"]).all()


def test_scattered_points_give_the_same_effects_by_a_fit():
    factors = {"a": Factor(0, 1), "b": Factor(0, 1)}
    table = by_term(effects(made(linear, scattered(64, "ab"), design="latin-hypercube", factors=factors)))
    assert table.loc["a", "change"] == pytest.approx(2, abs=0.05)
    assert table.loc["b", "change"] == pytest.approx(-1, abs=0.01)
    assert table.loc["a x b", "change"] == pytest.approx(4, abs=0.01)


def test_factors_that_chance_does_not_tell_apart_share_the_title():
    def alike(point, scenario, z):
        return {
            "adoption": (1 + 0.1 * z[1]) * point["a"] - (1.01 + 0.1 * z[2]) * point["b"] + 0.2 * point["c"]
        }

    title = effects(made(alike, grid(a=[0, 1], b=[0, 1], c=[0, 1]))).title.lower()
    assert "a (+" in title
    assert "b (\N{MINUS SIGN}" in title
    assert "c (" not in title


def test_chance_that_is_the_same_everywhere_widens_no_effect():
    table = by_term(effects(made(linear, grid(a=[0, 1], b=[0, 1]))))
    assert table.loc["b", "high"] - table.loc["b", "low"] < 1e-9
    assert 0 < table.loc["a", "high"] - table.loc["a", "low"] < 0.2


def test_shares_of_a_grid_and_chance_add_up_to_all():
    analysis = effects(made(linear, grid(a=[0, 0.5, 1], b=[0, 0.5, 1]), replicates=8))
    assert analysis.table["share"].between(0, 1).all()
    # of the variance of single runs the rest is chance: 0.25 of 0.25 + what factors do
    cells = [2 * a - b + 4 * (a - 0.5) * (b - 0.5) for a in (0, 0.5, 1) for b in (0, 0.5, 1)]
    signal = np.var(cells, ddof=1)
    chance = np.var([np.random.default_rng([1, r]).standard_normal(64)[0] / 2 for r in range(8)], ddof=1)
    assert analysis.table["share"].sum() == pytest.approx(signal / (signal + chance), abs=0.01)


def test_one_factor_at_two_values_explains_all_but_chance():
    analysis = effects(made(lambda p, s, z: {"adoption": p["a"] + 0.1 * z[0]}, grid(a=[0, 1])))
    assert analysis.table["share"].iloc[0] > 0.9
    assert "0% is more than pairs can say" in analysis.sentence


def test_intervals_of_effects_hold_the_truth_95_times_in_100():
    """400 experiments of a 2 x 2 grid with 4 replicates (seeds 0..399): 0.95 +- 3 standard errors of 0.011."""

    def noisy(point, scenario, z):
        cell = int(2 * point["a"] + point["b"])
        return {"adoption": point["a"] + z[cell]}

    points = grid(a=[0, 1], b=[0, 1])
    held = 0
    for seed in range(400):
        row = by_term(effects(made(noisy, points, seed=seed, months=1))).loc["a"]
        held += row["low"] <= 1 <= row["high"]
    assert abs(held / 400 - 0.95) < 3 * 0.011


def test_a_fit_that_foretells_nothing_says_so():
    rough = made(lambda p, s, z: {"adoption": np.sin(40 * p["a"]) + 0.1 * z[0]}, scattered(80, "ab"))
    assert "foretells only" in effects(rough).sentence


def test_pairs_are_left_out_where_points_are_few():
    analysis = effects(made(lambda p, s, z: {"adoption": p.sum() + z[0]}, scattered(24, "abcde")))
    assert set(analysis.table["kind"]) == {"main effect"}
    assert "without pairs" in analysis.sentence


@pytest.mark.parametrize(
    ("experiment", "says"),
    [
        (made(linear, grid(a=[0, 1], b=[0, 1]), replicates=1), "needs 2 replicates"),
        (made(linear, grid(a=[1], b=[1])), "factors that vary"),
        (made(linear, grid(a=[0, 1], b=[0, 1]), design="morris"), "sensitivity"),
        (made(linear, scattered(6, "ab")), "too few"),
    ],
)
def test_what_effects_cannot_do_is_said_in_a_line(experiment, says):
    with pytest.raises(AnalysisError, match=says) as error:
        effects(experiment)
    assert "\n" not in str(error.value)


def test_a_misspelt_outcome_gets_a_suggestion():
    with pytest.raises(AnalysisError, match="Did you mean 'adoption'"):
        effects(made(linear, grid(a=[0, 1], b=[0, 1])), "adopton")


def test_a_month_that_was_not_simulated_is_refused():
    with pytest.raises(AnalysisError, match="allowed 0 to 1"):
        effects(made(linear, grid(a=[0, 1], b=[0, 1])), month=2)


def test_another_month_is_read_from_the_months():
    experiment = made(linear, grid(a=[0, 1], b=[0, 1]))
    assert by_term(effects(experiment, month=0)).loc["b", "change"] == pytest.approx(-0.5)


def test_an_experiment_that_is_not_finished_is_not_analysed():
    whole = made(linear, grid(a=[0, 1], b=[0, 1]))
    part = type(whole)(whole.study, whole.points, whole.runs.iloc[:-3], whole.months)
    with pytest.raises(AnalysisError, match="3 of 16 runs"):
        effects(part)


def test_a_library_that_is_missing_is_said_in_a_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    with pytest.raises(AnalysisError, match=r"pip install 'ml-abm\[experiments\]'"):
        analyse(made(linear, grid(a=[0, 1], b=[0, 1])), "effects")


def test_an_analysis_is_asked_by_its_name():
    experiment = made(linear, grid(a=[0, 1], b=[0, 1]))
    found = analyse(experiment, "effects", {"outcome": "adoption", "month": None})
    pd.testing.assert_frame_equal(found.table, effects(experiment).table)
    with pytest.raises(AnalysisError, match="Did you mean 'effects'"):
        analyse(experiment, "efects")
    with pytest.raises(AnalysisError, match="effects has no option depth"):
        analyse(experiment, "effects", {"depth": 2})
