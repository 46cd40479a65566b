"""How many replicates are enough for chance that is known."""

import pytest

from ml_abm.errors import AnalysisError
from ml_abm.experiments.analysis.convergence import convergence, margin, needed
from tests.analysis.made import grid, made


def noisy(point, scenario, z):
    return {
        "adoption": 0.5 + 0.1 * z[0] + (0.1 if scenario == "more" else 0) + 0.01 * z[1 + (scenario == "more")]
    }


def test_replicates_needed_are_those_of_a_power_table():
    # t quantiles: 16 x (2.131 x 0.1 / 4 = 0.0533); 97 would be 1.96 with a normal, 99 with t
    assert needed(0.1, 0.0533) == 16
    assert needed(0.1, 0.02) == 99
    assert needed(0.0, 0.02) == 2


def test_the_margin_of_a_standard_deviation_shrinks_with_replicates():
    # sqrt(9 / chi2.ppf(0.05, 9) = 3.325)
    assert margin(10) == pytest.approx(1.645, abs=0.01)
    assert margin(1000) < 1.05


def test_a_difference_with_the_same_seeds_needs_fewer_replicates():
    table = convergence(made(noisy, grid(a=[0]), scenarios=("base", "more"), replicates=12)).table
    needs = table.set_index("estimate")["needed"]
    assert needs["more against base"] < needs["base"] / 5
    assert (table["needed"] <= table["needed_at_most"]).all()


def test_the_noisiest_point_decides():
    def by_point(point, scenario, z):
        return {"adoption": point["a"] * z[0]}

    table = convergence(made(by_point, grid(a=[0.0, 0.1, 0.5]), replicates=12)).table
    alone = convergence(made(by_point, grid(a=[0.5]), replicates=12)).table
    assert table["sd"].tolist() == alone["sd"].tolist()


def test_a_wider_interval_needs_fewer():
    experiment = made(noisy, grid(a=[0]), replicates=12)
    few, many = (convergence(experiment, half_width=width).table["needed"].iloc[0] for width in (0.1, 0.01))
    assert few < many
    assert convergence(experiment, half_width=1.0).title.startswith("12 replicates are enough")


def test_what_convergence_cannot_do_is_said_in_a_line():
    with pytest.raises(AnalysisError, match="needs 3 replicates"):
        convergence(made(noisy, grid(a=[0]), replicates=2))
    with pytest.raises(AnalysisError, match="above 0"):
        convergence(made(noisy, grid(a=[0])), half_width=0.0)
