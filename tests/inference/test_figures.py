"""How likely findings are: held to normal densities worked out by hand."""

import dataclasses
import itertools

import numpy as np
import pytest
from scipy.stats import norm

from ml_abm.errors import TrialError
from ml_abm.inference.emulator import HIDDEN, Emulator
from ml_abm.inference.figures import OF_A_CLUSTER, SCALES, Likelihood, figures
from ml_abm.inference.points import asked
from ml_abm.trials.trial import find_trial

# (2/pi) atan(x / 0.5) between the geometric means of neighbours, worked out by hand
MASSES = np.array([0.1092, 0.1808, 0.2841, 0.2308, 0.1132, 0.0482, 0.0335])


def likelihood(*names, chance=0.0):
    some = figures([find_trial(name) for name in names])
    return Likelihood(some, np.full(len(some), chance))


def test_a_value_is_normal_with_every_discrepancy_of_its_class():
    of = likelihood("T06")  # 0.18 SD, standard error 0.025 to the third digit
    error = of.errors[0]
    by_hand = MASSES @ norm.pdf(2.0, scale=np.sqrt(1 + np.square(SCALES)))
    assert of.log(np.array([[0.18 + 2 * error]]))[0] == pytest.approx(np.log(by_hand), abs=1e-3)


def test_chance_widens_the_error():
    of = likelihood("T06", chance=0.03)
    wide = 1 + (0.03 / of.errors[0]) ** 2
    by_hand = MASSES @ norm.pdf(0.0, scale=np.sqrt(wide + np.square(SCALES)))
    assert of.log(np.array([[0.18]]))[0] == pytest.approx(np.log(by_hand), abs=1e-3)


def test_a_discrepancy_has_the_mass_of_a_half_cauchy_around_it():
    assert np.exp(likelihood("T06").log_masses) == pytest.approx(MASSES, abs=1e-4)


def test_findings_of_a_cluster_are_correlated_as_the_study_says_or_as_assumed():
    of = likelihood("T02", "T03")  # the study shares its control: 0.5
    assert of._covariances[0][0, 1] == pytest.approx(0.5)
    assert likelihood("T12", "T13")._covariances[0][0, 1] == pytest.approx(OF_A_CLUSTER)
    assert likelihood("T06", "T24")._covariances[0][0, 1] == 0


@pytest.mark.parametrize(("value", "chance"), [(1.0, 0.5), (9.0, 0.95), (-9.0, 0.05), (np.nan, 0.5)])
def test_a_direction_holds_more_or_less(value, chance):
    of = likelihood("T08")  # more than 1
    assert of.figures[0].is_direction
    assert np.exp(of.log(np.array([[value]])))[0] == pytest.approx(chance, abs=1e-6)


def test_all_but_a_cluster_and_the_cluster_given_the_rest_are_all():
    of = Likelihood(asked().figures, np.full(len(asked().figures), 0.01))
    values = np.random.default_rng(1).normal(0, 1, (3, len(asked().figures)))
    for cluster in ("Cilliers", "T08"):
        parts = of.log(values, without=cluster) + of.log_of(values, cluster)
        assert parts == pytest.approx(of.log(values))


def test_how_far_values_are_is_said_in_standard_errors_and_by_direction():
    of = likelihood("T06", "T40")
    values = np.array([[0.18 + 3 * of.errors[0], 0.01, 0.01]])  # T40: at most 0 first, then above 0
    assert np.sinh(of.far(values))[0] == pytest.approx([3, -0.01 / of.errors[1], 0.01 / of.errors[2]])
    assert np.sinh(of.far(np.full((1, 3), np.nan)))[0] == pytest.approx([10, 0, 0])


def test_without_anything_learnt_draws_are_those_of_the_prior():
    of = likelihood("T06")
    sizes = [4, *HIDDEN, 1]
    nothing = tuple((np.zeros((a, b)), np.zeros(b)) for a, b in itertools.pairwise(sizes))
    flat = Emulator((nothing,), np.zeros(1), np.ones(1), np.zeros(1), of)
    z = flat.draws(np.full((2000, 4), 3.0), np.random.default_rng(2))
    assert z.mean(axis=0) == pytest.approx(np.zeros(4), abs=0.1)
    assert z.var(axis=0) == pytest.approx(np.ones(4), abs=0.12)


def test_draws_follow_what_a_network_expects():
    # One network says that the figure is off by tanh(z) standard errors: the target is worked out on a grid.
    of = likelihood("T06")
    one = ((np.array([[1.0]]), np.zeros(1)), (np.array([[1.0]]), np.zeros(1)))
    expects = Emulator((one,), np.array([2.0]), np.ones(1), np.zeros(1), of)
    z = expects.draws(np.zeros((4000, 1)), np.random.default_rng(3))
    grid = np.linspace(-6, 6, 2001)[:, None]
    density = np.exp(expects.log(grid) - 0.5 * grid[:, 0] ** 2)
    assert z.mean() == pytest.approx(float(density @ grid[:, 0] / density.sum()), abs=0.06)


def test_a_trial_that_lost_its_study_or_its_cluster_is_refused():
    trial = find_trial("T06")
    for key, value in (("study", " "), ("cluster", "")):
        lost = trial.model_copy(update={key: value})
        with pytest.raises(TrialError, match=rf"^T06: {key}: missing") as error:
            figures([lost])
        assert "\n" not in str(error.value)


def test_what_is_compared_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        asked().figures[0].number = 3
