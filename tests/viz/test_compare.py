"""Two plans under the same random seed: the batch is the runs that people see, its intervals hold what is not known, and no one waits for another's."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from ml_abm.calibration.uncertain import with_draw
from ml_abm.outcomes import lost
from ml_abm.scenario import Scenario
from ml_abm.viz.compare import FEWEST, MOST, Batch, Comparison, Interval, PlanRun, runs_for
from ml_abm.viz.plan import Plan
from ml_abm.viz.running_plan import COLUMNS, Life

SMALL = Scenario().replace({"schools": 30, "districts": 3, "months": 36})
PLAN = Plan(SMALL, 7)
RELIEVED = PLAN.moved(12, "innovation.tool_hours", 4.0).moved(18, "money.amount", 2.0)


def alone(plan, seed, months):
    """Return the curves of one run by itself, and its teachers."""
    found = PlanRun("", plan, seed, months).run(lambda month: None)
    return found["curves"], int(found["teachers"])


def made(*plans, **options):
    """Return a comparison, and what was told on the way."""
    ended, told, found = threading.Event(), [], []
    Batch(
        plans,
        progress=lambda done, of: told.append((done, of)),
        done=lambda comparison: (found.append(comparison), ended.set()),
        **options,
    ).start()
    assert ended.wait(60)
    return found[0], told


@pytest.fixture(scope="module")
def comparison():
    return made(PLAN, RELIEVED, runs=12)[0]


def test_a_run_of_the_batch_is_the_run_that_people_see_to_the_bit():
    values, teachers = alone(RELIEVED, 7, 36)
    seen = Life(RELIEVED).run_until(36)
    assert np.array_equal(values.astype(np.float32), seen.curves()[:, : len(COLUMNS)])
    assert teachers == len(seen.model.system.teachers)


def test_the_first_run_of_a_batch_has_the_seed_and_the_draw_of_the_plan(comparison):
    assert comparison.seeds[0] == 7
    drawn = replace(RELIEVED, scenario=with_draw(RELIEVED.scenario, 7))
    assert np.array_equal(comparison.values[1, 0], alone(drawn, 7, 36)[0])


def test_plans_do_not_differ_before_they_do(comparison):
    mean, low, _ = comparison.differences("strain")
    assert not mean[:12].any()
    assert not low[:12].any()
    assert mean[-1] < 0
    assert comparison.better("strain") > 0.9
    assert comparison.better("strain", 11) == 0.5


def test_a_difference_is_sure_where_the_whole_interval_is_on_one_side():
    assert Interval(-0.2, -0.3, -0.1).sure
    assert Interval(0.2, 0.1, 0.3).sure
    assert not Interval(-0.2, -0.3, 0.0).sure


def test_a_plan_compared_with_itself_differs_in_nothing():
    same = made(PLAN, PLAN, runs=8)[0]
    assert not np.any(same.differences("adoption"))
    assert not any(moved.share.mean or moved.teachers.high for moved in same.explained())


def test_the_interval_holds_most_of_the_pairs(comparison):
    a, b = comparison.values[:, :, -1, COLUMNS.index("adoption")]
    first, second, *_, last_but_one, last = np.sort(b - a)
    assert len(a) == 12  # so 2.5% of the way lies 0.275 between the first two
    low, high = first + 0.275 * (second - first), last - 0.275 * (last - last_but_one)
    assert comparison.difference("adoption")[1:] == pytest.approx((low, high))


def test_a_band_holds_nine_runs_of_ten(comparison):
    low, median, high = comparison.band("fidelity", 1)
    runs = comparison.values[1, :, :, COLUMNS.index("fidelity")]
    assert (low <= median).all()
    assert (median <= high).all()
    differ = np.ptp(runs, axis=0) > 0  # before anyone uses it, all runs are alike
    inside = ((runs >= low) & (runs <= high))[:, differ]
    assert differ.sum() > 12
    assert inside.mean() == pytest.approx(10 / 12, abs=0.02)  # 12 runs: one out at each end
    message = comparison.bands_message(1)
    assert message["plan"] == 1
    assert message["outcomes"]["fidelity"]["low"] == pytest.approx(low, rel=1e-4)


def test_what_one_barrier_loses_others_gain(comparison):
    explained = comparison.explained()
    assert {moved.barrier for moved in explained} == {"delivering", *lost()}
    assert sum(moved.share.mean for moved in explained) == pytest.approx(0, abs=1e-9)
    assert sum(moved.a for moved in explained) == pytest.approx(1)
    sizes = [abs(moved.share.mean) for moved in explained]
    assert sizes == sorted(sizes, reverse=True)
    first = explained[0]
    assert first.teachers.mean == pytest.approx(first.share.mean * comparison.teachers)


def test_one_plan_alone_has_its_band_and_progress_is_told():
    one, told = made(PLAN, runs=8)
    assert isinstance(one, Comparison)
    assert one.band("adoption").shape == (3, 36)
    assert told[-1] == (8, 8)
    assert sorted(done for done, _ in told) == list(range(1, 9))


def test_larger_systems_get_fewer_runs_within_bounds():
    sizes = [runs_for([Plan(SMALL.replace({"schools": n}))], 120) for n in (100, 4_000, 200_000)]
    assert sizes[0] == MOST
    assert MOST > sizes[1] > sizes[2] == FEWEST


def test_no_one_waits_for_a_batch_that_began_before():
    """A batch of many runs and one of few, begun after it: the few are done while the many still wait."""
    begun, first = [], threading.Event()
    many = Batch([PLAN], runs=400, progress=lambda done, of: (begun.append(done), first.set()))
    many.start()
    assert first.wait(60)
    made(PLAN, runs=8)
    assert len(begun) < 400
    many.cancel()


def test_a_batch_that_is_cancelled_ends_and_tells_nothing_more():
    told, first = [], threading.Event()
    batch = Batch([PLAN], runs=400, progress=lambda done, of: (told.append(done), first.set()))
    batch.start()
    assert first.wait(60)
    batch.cancel()
    made(PLAN, runs=8)  # the pool is free again
    n = len(told)
    assert n < 400
    made(PLAN, runs=8)
    assert len(told) == n


def test_an_error_ends_a_batch_and_is_handed_over(monkeypatch):
    monkeypatch.setattr("ml_abm.viz.compare.Simulation", lambda *_: 1 / 0)
    found, _ = made(PLAN, runs=8)
    assert isinstance(found, ZeroDivisionError)
