"""Scenarios whose difference is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_abm.errors import AnalysisError
from ml_abm.experiments.analysis.comparison import better_share, comparison
from tests.analysis.made import grid, made, scattered

SHIFT = {"as planned": 0.0, "more": 0.3, "the same": 0.0}


def shifted(point, scenario, z):
    """ChanceVariance common to all scenarios has a standard deviation of 1, chance of each of them 0.1."""
    own = z[1 + list(SHIFT).index(scenario)]
    return {"adoption": SHIFT[scenario] + z[0] + 0.1 * own, "strain": -SHIFT[scenario] + z[0] + 0.1 * own}


def found(analysis):
    return analysis.table.set_index("scenario")


def test_pairing_finds_a_difference_that_is_smaller_than_chance():
    table = found(comparison(made(shifted, grid(a=[0]), scenarios=SHIFT, replicates=20)))
    assert table.loc["more", "low"] > 0
    assert table.loc["more", "low"] < 0.3 < table.loc["more", "high"]
    assert table.loc["more", "unpaired_half"] > 0.3
    # (1.01 + 1.01) / 0.02 = 101, from 20 pairs
    assert 40 < table.loc["more", "gain"] < 250
    assert table.loc["more", "superiority"] > 0.9
    assert table.loc["the same", "low"] < 0 < table.loc["the same", "high"]


def test_less_of_a_burden_is_better():
    analysis = comparison(made(shifted, grid(a=[0]), scenarios=SHIFT, replicates=20), "strain")
    table = found(analysis)
    assert table.loc["more", "difference"] == pytest.approx(-0.3, abs=0.1)
    assert table.loc["more", "superiority"] > 0.9
    assert table.index[0] == "more"
    assert analysis.title.startswith("'more' does most for strain")


def test_paired_intervals_hold_the_difference_95_times_in_100():
    """300 experiments of 6 pairs (seeds 0..299): 0.95 +- 3 standard errors of 0.013."""
    held = 0
    for seed in range(300):
        experiment = made(
            shifted, grid(a=[0]), scenarios=("as planned", "more"), replicates=6, seed=seed, months=1
        )
        row = found(comparison(experiment)).loc["more"]
        held += row["low"] <= 0.3 <= row["high"]
    assert abs(held / 300 - 0.95) < 3 * 0.013


def test_scenarios_that_cannot_be_told_apart_share_the_title():
    alike = {"as planned": 0.0, "one": 1.0, "two": 1.0}
    experiment = made(
        lambda p, s, z: {"adoption": alike[s] + 0.1 * z[list(alike).index(s)]}, grid(a=[0]), scenarios=alike
    )
    assert "'one'" in comparison(experiment).title
    assert "'two'" in comparison(experiment).title


def test_another_reference_turns_the_difference_round():
    experiment = made(shifted, scattered(5, "a"), scenarios=SHIFT)
    forth, back = comparison(experiment), comparison(experiment, reference="more")
    assert found(forth).loc["more", "difference"] == pytest.approx(
        -found(back).loc["as planned", "difference"]
    )


def test_no_chance_at_all_is_an_infinite_gain_only_of_what_there_was():
    sure = made(lambda p, s, z: {"adoption": SHIFT[s]}, grid(a=[0]), scenarios=SHIFT)
    assert (comparison(sure).table["gain"] == 1).all()
    paired = made(lambda p, s, z: {"adoption": SHIFT[s] + round(z[0])}, grid(a=[0]), scenarios=SHIFT)
    assert np.isinf(comparison(paired).table["gain"]).all()
    assert comparison(paired).figure() is not None


@given(st.lists(st.integers(0, 3), min_size=2, max_size=20), st.booleans())
def test_better_and_worse_shares_add_up_to_one(values, less):
    x, y = np.array(values), np.array(values[::-1])
    assert better_share(x, y, less=less).mean() + better_share(y, x, less=less).mean() == pytest.approx(1)


@pytest.mark.parametrize(
    ("experiment", "options", "says"),
    [
        (made(shifted, grid(a=[0]), scenarios=("more",)), {}, "2 or more are needed"),
        (made(shifted, grid(a=[0]), scenarios=SHIFT, replicates=1), {}, "2 replicates"),
        (
            made(shifted, grid(a=[0]), scenarios=SHIFT),
            {"reference": "as plannd"},
            "Did you mean 'as planned'",
        ),
    ],
)
def test_what_comparison_cannot_do_is_said_in_a_line(experiment, options, says):
    with pytest.raises(AnalysisError, match=says):
        comparison(experiment, **options)
