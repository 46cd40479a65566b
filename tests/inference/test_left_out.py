"""Scores of studies left out: held to weights and densities worked out by hand on made-up points."""

import numpy as np
import pytest

from ml_abm.inference.checks import left_out, scores, unreliable
from ml_abm.inference.figures import Likelihood, figures
from ml_abm.inference.rounds import Inferred, Refit
from ml_abm.trials.trial import find_trial

HALF = 500  # points of each of two kinds
# What two studies found, on the scale of comparison: SD, and the logit of 0.554. They share no discrepancy, as they are of two classes.
MIDDLE = {"T06": 0.18, "T20": 0.2168}


class Knowing:
    """Networks that expect the same everywhere."""

    def log(self, scores, without=None):
        return np.zeros(len(scores))


def inferred(of_a, of_b):
    """Return an inference whose last round has as many points of kind a as of kind b, by what the model gives there."""
    some = figures([find_trial(name) for name in MIDDLE])
    likelihood = Likelihood(some, np.zeros(2))
    values = np.array([of_a, of_b] * HALF)
    everything = np.concatenate([values, values])  # the prior gives the same
    points = np.zeros((len(everything), 1))
    return Inferred(points, everything, (2 * HALF, 2 * HALF), Knowing(), likelihood)


def density(name, value):
    """Return the density of what one study found where the model gives a value."""
    return float(np.exp(Likelihood(figures([find_trial(name)]), np.zeros(1)).log(np.array([[value]]))[0]))


def test_a_study_is_foretold_by_points_weighed_by_the_others():
    """T20 alone weighs the points; where it is met T06 is too, so T06 is foretold better than by the prior."""
    met, missed = list(MIDDLE.values()), [0.0, 0.0]
    found = inferred(met, missed)
    assert found.power == 1.0
    near, far = (density("T20", value) for value in (met[1], missed[1]))
    weight = near / (near + far)
    by_hand = weight * density("T06", met[0]) + (1 - weight) * density("T06", missed[0])
    by_prior = (density("T06", met[0]) + density("T06", missed[0])) / 2
    score = next(one for one in scores(found, np.array(missed), {}) if one.cluster == "T06")
    assert score.left_out == pytest.approx(np.log(by_hand), abs=0.02)
    assert score.prior == pytest.approx(np.log(by_prior))
    assert score.defaults == pytest.approx(np.log(density("T06", missed[0])))
    assert score.left_out > score.prior


def test_points_drawn_without_a_study_stand_for_it():
    found = inferred(list(MIDDLE.values()), [0.0, 0.0])
    anew = Refit("T06", np.zeros((4, 1)), np.array([[0.1, 0.2]] * 4))
    without = left_out(found, "T06", {"T06": anew})
    assert without.weights == pytest.approx(np.full(4, 0.25))
    score = next(one for one in scores(found, np.zeros(2), {"T06": anew}) if one.cluster == "T06")
    assert score.left_out == pytest.approx(np.log(density("T06", 0.1)))


def test_weights_of_many_points_are_reliable_and_those_of_one_are_not():
    found = inferred(list(MIDDLE.values()), list(MIDDLE.values()))
    rng = np.random.default_rng(1)
    found.values[:] += 0.01 * rng.standard_normal(found.values.shape)
    assert unreliable(found) == []
    found.values[HALF * 2 :, 1] = 60.0 + 30 * rng.standard_normal(2 * HALF)  # T20 is met nowhere near
    found.__dict__["power"] = 1.0
    assert unreliable(found) == ["T06"]  # without T20 all weigh the same again
