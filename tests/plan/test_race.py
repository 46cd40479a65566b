"""Racing and dominated sorting, against numbers worked out by hand."""

import numpy as np
import pytest

from ml_abm.plan.packages import Step
from ml_abm.plan.race import Scores, clearly_over, clearly_worse, front, race

A, B, C = ((Step(0, name),) for name in "abc")


def scores(values, limits=()):
    values = np.array(values, dtype=float)
    return Scores(values, np.array(limits, dtype=float).reshape(len(values), -1))


def test_a_package_is_clearly_worse_by_more_than_the_standard_error_of_the_paired_difference():
    # differences 1, 2, 3, 2: mean 2, standard deviation sqrt(2/3) = 0.816, standard error 0.408, so 1.59 are left
    one, other = np.array([[2.0], [3], [4], [3]]), np.array([[1.0], [1], [1], [1]])
    assert clearly_worse(one, other)
    assert not clearly_worse(other, one)


def test_a_difference_within_its_error_is_not_clear():
    # differences 1, -1, 1, 0: mean 0.25, standard deviation 0.957, standard error 0.479
    assert not clearly_worse(np.array([[1.0], [-1], [1], [0]]), np.zeros((4, 1)))


def test_no_package_is_worse_that_is_better_in_one_objective():
    assert not clearly_worse(np.array([[2.0, 0]] * 4), np.array([[1.0, 1]] * 4))


def test_equal_packages_are_not_worse_than_each_other():
    assert not clearly_worse(np.ones((4, 2)), np.ones((4, 2)))


def test_a_limit_is_clearly_passed_by_more_than_its_error():
    # 3, 5: mean 4, standard deviation sqrt(2), standard error 1; -1, 3: mean 1, standard error 2
    assert clearly_over(np.array([[3.0], [5]]))
    assert not clearly_over(np.array([[-1.0], [3]]))


def test_a_race_gives_more_draws_to_those_that_may_be_good():
    # in 2 draws b is worse than a by 1 in each; c is as good as a in them, and worse later
    whole = {
        A: scores([[1], [1], [1], [1]]),
        B: scores([[2], [2], [0], [0]]),
        C: scores([[1], [1], [3], [3]]),
    }
    asked = []

    def judge(packages, draws):
        asked.append((draws, list(packages)))
        return [Scores(whole[p].objectives[:draws], whole[p].limits[:draws]) for p in packages]

    found = race([A, B, C], judge, [], lambda more: True, rungs=(2, 4))
    assert asked == [(2, [A, B, C]), (4, [A, C])]
    assert {package: len(got) for package, got in found.items()} == {A: 4, B: 2, C: 4}


def test_a_race_ends_where_no_more_runs_are_allowed():
    def judge(packages, draws):
        return [scores([[1.0]] * draws) for _ in packages]

    found = race([A, B], judge, [], lambda more: more <= 4, rungs=(2, 5))
    assert [len(got) for got in found.values()] == [2, 2]


def test_what_passes_a_limit_neither_goes_on_nor_beats_others():
    cheap, dear = scores([[5.0]] * 2, [[-1.0]] * 2), scores([[1.0]] * 2, [[1.0]] * 2)
    by = {A: cheap, B: dear}
    found = race([A, B], lambda packages, draws: [by[p] for p in packages], [], lambda more: True, rungs=(2,))
    assert found.keys() == {A, B}
    asked = []

    def judge(packages, draws):
        asked.append(list(packages))
        return [scores([by[p].objectives[0]] * draws, [by[p].limits[0]] * draws) for p in packages]

    race([A, B], judge, [], lambda more: True, rungs=(2, 4))
    assert asked == [[A, B], [A]]


@pytest.mark.parametrize(
    ("means", "expected"),
    [
        ([[1, 4], [2, 2], [4, 1], [3, 3], [2, 3]], [0, 1, 2]),  # (2, 2) dominates (3, 3) and (2, 3)
        ([[1, 1], [1, 1], [0, 2]], [0, 1, 2]),  # equals do not dominate each other
        ([[2, 2], [1, 1]], [1]),
        ([], []),
    ],
)
def test_the_front_by_hand(means, expected):
    pytest.importorskip("pymoo")
    assert front(np.array(means, dtype=float)) == expected
