"""The test of exposure finds influence where there is some, and none where there is none; the real case says what it can."""

import numpy as np
import pytest

from ml_abm import Scenario
from ml_abm.calibration import network_case as case
from ml_abm.calibration.exposure import (
    by_number_of_ties,
    components,
    hazard,
    permutation_test,
    permuted_places,
)
from ml_abm.calibration.rollout import scaled_down
from ml_abm.errors import ListError
from ml_abm.networks.diffusion import exposure
from ml_abm.networks.graph import ties_from_edges
from ml_abm.report.exposure_figure import exposure_figure

N = 120


def history(effect, seed):
    """Return ties and years of people whose log-odds to adopt rise by `effect` with exposure."""
    rng = np.random.default_rng(seed)
    ties = ties_from_edges(N, rng.integers(0, N, (N * 3, 2)), directed=True)
    years = np.where(rng.random(N) < 0.1, 0.0, np.nan)
    for year in range(1, 7):
        seen = exposure(ties, np.nan_to_num(years, nan=99), np.array([year - 1]))[:, 0]
        chance = 1 / (1 + np.exp(2.0 - effect * seen))
        years[np.isnan(years) & (rng.random(N) < chance)] = year
    return ties, years


def test_influence_is_found_and_its_size_recovered():
    found = [permutation_test(*history(3.0, seed), permutations=199) for seed in range(20)]
    assert np.mean([test.p <= 0.05 for test in found]) >= 0.9
    effects = [test.hazard.effect for test in found]
    assert abs(np.mean(effects) - 3.0) < 3 * np.std(effects) / np.sqrt(20) + 0.3


def test_without_influence_p_is_even():
    p = [permutation_test(*history(0.0, seed), permutations=99).p for seed in range(200)]
    assert 0.01 <= np.mean(np.array(p) <= 0.05) <= 0.10  # 0.05, 3 standard errors are 0.046
    assert abs(np.mean(p) - 0.5) < 0.07


def test_to_permute_times_is_to_permute_places():
    """Relabelling the graph gives the same score as handing its people the others' times."""
    ties, years = history(1.0, 5)
    place = permuted_places(np.zeros(N, int), 1, 3)[0]
    looks, to = case.ends(ties)
    moved = ties_from_edges(N, np.column_stack([place[looks], place[to]]), directed=True)
    there = permutation_test(moved, years, permutations=1)
    assert there.statistic == pytest.approx(permutation_test(ties, years[place], permutations=1).statistic)


def villages(seed):
    """Return 12 villages of 10, with ties inside them only, in which people adopt early or late for reasons of the village alone."""
    rng = np.random.default_rng([seed, 2])
    looks = np.repeat(np.arange(N), 6)
    to = looks // 10 * 10 + rng.integers(0, 10, len(looks))
    chance = np.repeat(np.where(rng.random(N // 10) < 0.5, 0.05, 0.4), 10)
    years = rng.geometric(chance).astype(float)
    years[years > 6] = np.nan
    return ties_from_edges(N, np.column_stack([looks, to]), directed=True), years


def test_where_villages_differ_and_no_one_looks_to_anyone_p_is_even_only_within_villages():
    """Villages that adopt early look like exposure to a test that lets people change places with those of other villages."""
    within = [permutation_test(*villages(seed), permutations=59).p for seed in range(60)]
    assert np.mean(np.array(within) <= 0.05) <= 0.135  # 0.05, 3 standard errors are 0.085
    everywhere = [
        permutation_test(*villages(seed), strata=np.zeros(N, int), permutations=59).p for seed in range(20)
    ]
    assert np.mean(np.array(everywhere) <= 0.05) > 0.8


def test_components_are_those_that_any_chain_of_ties_joins():
    ties = ties_from_edges(6, np.array([[0, 1], [2, 1], [4, 3]]), directed=True)
    found = components(ties)
    assert found[0] == found[1] == found[2]
    assert found[3] == found[4]
    assert len(set(found.tolist())) == 3


def test_people_change_places_within_their_stratum_only():
    strata = np.array([0, 0, 1, 1, 1, 2])
    places = permuted_places(strata, 50, 1)
    assert (strata[places] == strata).all()
    assert len({tuple(row) for row in places.tolist()}) == 12


def test_p_counts_the_observed_one_and_says_its_own_error():
    test = permutation_test(*history(6.0, 1), permutations=19)
    assert test.p == 1 / 20
    assert test.p_error == pytest.approx(np.sqrt(0.05 * 0.95 / 19))


def test_who_has_no_ties_does_not_count():
    ties, years = history(0.0, 2)
    alone = ties_from_edges(N + 5, np.column_stack(case.ends(ties)), directed=True)
    late = np.append(years, np.full(5, 6.0))
    assert permutation_test(alone, late, permutations=1).statistic == pytest.approx(
        permutation_test(ties, years, permutations=1).statistic
    )
    assert hazard(alone, late).effect == pytest.approx(hazard(ties, years).effect, abs=1e-4)
    assert set(by_number_of_ties(alone)[-5:]) == {0}


@pytest.mark.parametrize("times", [np.zeros(3), np.full(N, np.nan), np.full(N, 0.5)])
def test_times_that_cannot_be_tested_are_said_in_one_line(times):
    with pytest.raises(ListError) as caught:
        permutation_test(history(0.0, 1)[0], times)
    assert "\n" not in str(caught.value)


def test_the_real_case_is_read_as_carlson_tells_it():
    years = case.real_years()
    assert [int((years <= year).sum()) for year in range(1958, 1964)] == [1, 5, 15, 27, 35, 38]
    assert (case.strata() == 0).sum() == 8  # without ties, the first adopter among them
    seen = case.exposures(case.NAMED)
    # number 9 names 5, who had it in 1959, and 7 and 8, who had it in 1960
    assert seen.loc[9, 1959:1961].tolist() == pytest.approx([0, 1 / 3, 1])
    assert seen.loc[1].isna().all()


def test_the_model_on_its_ties_is_told_as_the_data_are_and_keeps_pace_without_influence():
    scenario = scaled_down(Scenario.preset(case.PRESET)).replace({case.INFLUENCE: 0.0})
    years = case.years_of_runs([case.in_pace(scenario)] * 40, range(100, 140))
    assert years.shape == (40, 38)
    assert years.min() == 1958
    assert years.max() == 1963
    assert (years[:, 0] == 1958).all()
    assert abs((1963 - years).sum(axis=1).mean() - (1963 - case.real_years()).sum()) < 12


def test_words_and_picture_say_the_same_as_the_tests():
    tests = case.real_tests()
    runs = [case.tested(level, case.FRIENDS, case.real_years()[None]) for level in (0.0, 3.0)]
    said = case.in_words(tests, runs)
    assert said[0].startswith("In short: ")
    assert f"p = {tests[case.NAMED, False].p:.3f}" in " ".join(said)
    assert [one.power for one in runs] == [float(one.p[0] <= 0.05) for one in runs]
    title = exposure_figure(tests, runs).get_suptitle()
    assert ("A hint" in title) == ("a hint" in said[0])
