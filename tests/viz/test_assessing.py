"""A plan is assessed beside the page: in the pool of all, with the same answers as anywhere, and gone when no one waits for it."""

import threading
import time

import pytest

from ml_abm.assess.variants import Size
from ml_abm.report import assess
from ml_abm.scenario import Scenario
from ml_abm.viz import app, assessing
from ml_abm.viz.assessing import Assessing, Report, Reports, key_of
from ml_abm.viz.background import POOL, Pool, Turns
from ml_abm.viz.compare import Batch
from ml_abm.viz.plan import Plan
from ml_abm.viz.texts import Words

SMALL = Scenario.preset("base").replace(
    {"name": "small", "schools": 40, "districts": 4, "pilot_schools": 4, "training_capacity": 12}
)
TINY = Size(base=8, constraints=2, alone=0, levers=2, pairs=0, stresses=2, readiness=0, freedom=0, patience=2, map=0)  # fmt: skip


def until(true, seconds=60):
    for _ in range(100 * seconds):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError("it never came true")


def at_rest():
    return not any(thread.name in ("assessing", "pool") for thread in threading.enumerate())


@pytest.fixture
def tiny(monkeypatch):
    """Assess in as few futures as can be, and tell of each."""
    monkeypatch.setattr(assessing, "SECONDS_BETWEEN", 0.0)
    from ml_abm.report import assessment

    whole = assessment.assess
    monkeypatch.setattr(assessment, "assess", lambda *_, **options: whole(*_, **options, size=TINY))
    monkeypatch.setattr(assessing, "REPORTS", Reports())
    monkeypatch.setattr(app, "REPORTS", assessing.REPORTS)


def test_an_assessment_in_the_pool_gives_the_answers_of_one_with_threads_of_its_own():
    alone = assess(SMALL, size=TINY, workers=2)
    pooled = assess(SMALL, size=TINY, pool=Turns())
    for name, table in alone.tables.items():
        assert table.equals(pooled.tables[name]), name


def test_a_plan_is_assessed_as_it_stands_and_remembered(tiny):
    plan = Plan(SMALL, 7).moved(0, "innovation.added_hours", 6)
    job = Assessing()
    told = []
    job.progress.subscribe(told.append)
    job.begin(plan)
    until(lambda: job.report.value is not None)
    report = job.report.value
    assert job.progress.value is None
    assert job.fault.value == ""
    assert "A typical scale-up" in report.html
    assert report.key == key_of(Plan(SMALL, 99).moved(0, "innovation.added_hours", 6)), (
        "the random seed does not matter"
    )
    assert report.key != key_of(Plan(SMALL, 7))
    assert assessing.REPORTS.get(report.key) is report
    assert any(found and 0 < found[0] <= found[1] for found in told)
    same = assess(plan.as_scenario(), size=TINY).html()
    assert report.html == same, "the command line says the same of the same file"


def test_who_stops_is_told_nothing_more_and_the_pool_is_free(tiny):
    job = Assessing()
    job.begin(Plan(SMALL))
    until(lambda: job.progress.value is not None and job.progress.value[0] > 0)
    job.stop()
    until(at_rest)
    assert job.progress.value is None
    assert job.report.value is None
    assert job.fault.value == ""


def test_a_batch_does_not_wait_for_an_assessment(tiny):
    job, ended = Assessing(), threading.Event()
    job.begin(Plan(SMALL.replace({"schools": 2000, "districts": 20})))
    until(lambda: job.progress.value is not None and job.progress.value[1] > 0)
    Batch([Plan(SMALL)], runs=8, done=lambda _: ended.set()).start()
    assert ended.wait(60)
    assert job.progress.value is not None, "the assessment still has runs to live"
    job.stop()
    until(at_rest)


def test_what_fails_is_said_and_a_programme_without_an_endgame_is_told_what_to_add(tiny, monkeypatch):
    job, bare = Assessing(), SMALL.replace({"endgame": None})
    job.begin(Plan(bare))
    until(lambda: job.fault.value)
    assert "has no endgame" in job.fault.value
    for language, says in (("en", "Add a table [endgame]"), ("es", "Añada a su archivo una tabla [endgame]")):
        line = app.cannot_be_assessed(bare, Words(language))
        assert says in line
        assert "by_year = 2035" in line
    assert app.cannot_be_assessed(SMALL, Words()) == ""
    nobody = SMALL.replace({"target_share": 0.0, "pilot_schools": 0})
    assert "no school is enrolled" in app.cannot_be_assessed(nobody, Words())


def test_of_many_reports_the_last_ones_looked_at_are_remembered():
    kept = Reports(2)
    for key in "ab":
        kept.put(Report(key, "x", ""))
    kept.get("a")
    kept.put(Report("c", "x", ""))
    assert kept.get("b") is None
    assert kept.get("a") is not None


def test_the_pool_takes_one_piece_of_each_in_turn():
    order, gate, pool = [], threading.Event(), Pool(threads=1)
    first, second = Turns(pool), Turns(pool)
    held = first.submit(gate.wait)
    calls = [first.submit(order.append, "a") for _ in range(3)]
    calls += [second.submit(order.append, "b") for _ in range(2)]
    gate.set()
    for call in (held, *calls):
        call.result(timeout=60)
    assert order == ["b", "a", "b", "a", "a"] or order == ["a", "b", "a", "b", "a"]


def test_calls_that_are_cancelled_are_not_made():
    made, gate, calls = [], threading.Event(), Turns(Pool(threads=1))
    held = calls.submit(gate.wait)
    waiting = calls.submit(made.append, 1)
    until(held.running)
    calls.cancel()
    gate.set()
    assert held.result(timeout=60)
    assert waiting.cancelled()
    assert calls.submit(made.append, 2).cancelled()
    assert made == []
    assert POOL.threads == 2
