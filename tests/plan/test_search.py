"""The search finds the front that brute force finds, on a grid of packages that is small enough; what cannot be is said."""

from itertools import product

import numpy as np
import pytest

from ml_abm.assess.levers import LEVERS
from ml_abm.errors import PlanError
from ml_abm.plan.packages import AS_IT_IS, Choices, Step, only_at_start
from ml_abm.plan.race import Scores
from ml_abm.plan.search import Search

pytest.importorskip("pymoo")

PRICE = {"more coaches": 5.0, "ask less": 1.0, "a clearer core": 2.0, "more trainers": 3.0}
WORTH = {"more coaches": 6.0, "ask less": 2.0, "a clearer core": 1.0, "more trainers": 4.0}
LEVERS_OF_IT = tuple(lever for lever in LEVERS if lever.name in PRICE)
NOISE = np.random.default_rng(5).normal(size=(8, 1))  # of each draw, the same for all packages


def made_up(package):
    """Cost and what is missing: later is cheaper and gains less; coaches and trainers need each other."""
    names = {step.lever for step in package}
    cost = sum(PRICE[s.lever] * (1 - s.month / 48) for s in package)
    worth = sum(WORTH[s.lever] * (1 - (s.month / 36) ** 2) for s in package)
    return np.array([cost, -worth - 5 * ({"more coaches", "more trainers"} <= names)])


def judge(packages, draws, budget=None):
    found = []
    for package in packages:
        objectives = made_up(package) + NOISE[:draws]
        limits = np.full((draws, 1), made_up(package)[0] - budget) if budget else np.zeros((draws, 0))
        found.append(Scores(objectives, limits))
    return found


def choices(apart=(), most=4):
    return Choices(LEVERS_OF_IT, (0, 12, 24), frozenset(map(frozenset, apart)), most)


def brute_force(choices, allowed=lambda package: True):
    genes = product(*(range(high + 1) for high in choices.highest))
    packages = [p for p in map(choices.package, genes) if len(p) <= choices.most and allowed(p)]
    values = {package: made_up(package) for package in packages}
    return {
        p
        for p, mine in values.items()
        if not any((v <= mine + 1e-12).all() and (v < mine - 1e-12).any() for v in values.values())
    }


def front_of(search):
    return {tuple(np.round(made_up(package), 9)) for package in search}


@pytest.mark.parametrize("seed", [1, 2])
def test_the_front_is_that_of_brute_force(seed):
    search = Search(choices(), judge, most_runs=20_000, seed=seed, rungs=(4, 8))
    assert front_of(search.run()) == front_of(brute_force(choices()))


def test_the_front_keeps_to_what_cannot_be_together_and_to_the_most_levers():
    what = choices(apart=[("more coaches", "more trainers")], most=2)
    search = Search(what, judge, most_runs=20_000, rungs=(4, 8))
    apart = {"more coaches", "more trainers"}
    assert front_of(search.run()) == front_of(brute_force(what, lambda p: not apart <= {s.lever for s in p}))
    assert all(len(p) <= 2 and not apart <= {s.lever for s in p} for p in search.tried)


def test_the_front_keeps_to_the_budget():
    search = Search(choices(), lambda p, n: judge(p, n, budget=6.0), most_runs=20_000, rungs=(4, 8))
    found = search.run()
    assert front_of(found) == front_of(brute_force(choices(), lambda p: made_up(p)[0] <= 6.0))


def test_a_search_never_runs_more_than_allowed():
    search = Search(choices(), judge, most_runs=150, rungs=(4, 8))
    search.run()
    assert search.runs <= 150


def test_what_is_over_the_budget_altogether_is_said_with_how_far_it_is():
    def over(packages, draws):
        return [Scores(s.objectives, s.objectives[:, :1] * 0 + 3.0) for s in judge(packages, draws)]

    with pytest.raises(PlanError, match="is within the budget: the nearest is 3 USD above it"):
        Search(choices(), over, most_runs=500, rungs=(4, 8)).run()


def test_genes_and_packages_are_the_same_thing():
    what = choices()
    for genes in product(*(range(high + 1) for high in what.highest)):
        assert tuple(what.genes(what.package(genes))) == genes
    assert what.package([0] * 4) == AS_IT_IS


def test_levers_on_what_is_built_at_the_start_are_pulled_then():
    by_name = {lever.name: lever for lever in LEVERS}
    assert only_at_start(by_name["design together"])  # participatory_design is fixed at month 0
    assert not only_at_start(by_name["more coaches"])


def test_means_are_changes_in_ones_own_draws():
    """A package with 2 easy draws is not better for them: 1 less than without it in both, and the programme's mean is 2.5."""
    search = Search(choices(), judge, most_runs=1)
    search.tried = {
        AS_IT_IS: Scores(np.array([[1.0], [2], [3], [4]]), np.zeros((4, 0))),
        (Step(0, "ask less"),): Scores(np.array([[0.0], [1]]), np.zeros((2, 0))),
    }
    assert search.mean((Step(0, "ask less"),)) == pytest.approx(1.5)
