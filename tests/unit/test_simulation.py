"""The waist: runs, batches, events and what is refused."""

import numpy as np
import pytest

from ml_abm import Scenario, Simulation, simulate
from ml_abm.errors import SizeError
from ml_abm.outcomes import DistrictOutcomes, SystemOutcomes, interval
from ml_abm.tables import columns

SMALL = Scenario().replace(
    {
        "districts": 2,
        "schools": 10,
        "pilot_schools": 4,
        "pilot_districts": 1,
        "design_months": 0,
        "months": 30,
    }
)


def test_a_batch_is_its_runs_one_after_the_other_for_any_number_of_workers():
    one = simulate(SMALL, seed=[3, 9], districts=True)
    two = simulate(SMALL, seed=[3, 9], workers=4, districts=True)
    assert one.system.equals(two.system)
    assert one.districts.equals(two.districts)
    alone = simulate(SMALL, seed=9)
    assert one.system.xs(9, level="seed").equals(alone.system)
    assert list(one.system.index.names) == ["seed", "month"]
    assert len(interval(one.system, "adoption")) == 30


def test_a_trace_has_every_outcome_and_a_row_a_month():
    trace = simulate(SMALL, months=7, districts=True)
    assert list(trace.system) == [*columns(DistrictOutcomes), *columns(SystemOutcomes)]
    assert trace.system.index.tolist() == list(range(7))
    assert len(trace.districts) == 7 * 2
    assert len(trace.funders) == 7 * len(SMALL.funders)
    assert trace.at(6).adoption == trace.system.adoption.iloc[-1]


def test_districts_add_up_to_the_system():
    trace = simulate(SMALL, districts=True)
    schools = trace.districts.schools_enrolled.groupby(level="month").sum()
    assert np.array_equal(schools, trace.system.schools_enrolled)
    pupils = trace.districts.pupils_reached.groupby(level="month").sum()
    assert pupils.to_numpy() == pytest.approx(trace.system.pupils_reached.to_numpy())


def test_the_pilot_counts_against_the_target_at_once():
    """A target of the pilot's 20 schools, places and money for many more, and all willing: no 21st, in the start month neither."""
    rich = {
        "name": "Ministry",
        "stage": "system",
        "annual_budget": 1e9,
        "horizon_months": 0,
    }
    scenario = Scenario().replace(
        {
            "schools": 100, "target_share": 0.2, "pilot_schools": 20, "mandate": 1.0, "school_recruitment": 0.99,
            "training_capacity": 600.0, "design_months": 0, "funders": [rich],
        }
    )  # fmt: skip
    enrolled = simulate(scenario, seed=range(3), months=4).system.schools_enrolled
    assert enrolled.max() == 20


def test_an_event_changes_its_month_and_no_month_before():
    cut = {
        "month": 12,
        "says": "the programme ends",
        "set": {"coaches_per_100_schools": 0, "refresher_rate": 0},
    }
    changed = simulate(SMALL.replace({"timeline": [cut]}), seed=2)
    before = simulate(SMALL, seed=2)
    assert changed.system.iloc[:12].equals(before.system.iloc[:12])
    assert not changed.system.iloc[12:].equals(before.system.iloc[12:])
    assert (changed.system.coaching.iloc[12:] == 0).all()
    assert changed.events == ((12, "the programme ends"),)


def test_a_grant_that_ends_pays_no_more():
    ends = {"month": 6, "says": "it ends", "happens": "grant ends", "funder": "Foundation"}
    ledger = simulate(SMALL.replace({"timeline": [ends]})).funders.xs("Foundation", level="funder")
    assert ledger.paid_in.iloc[5] == ledger.paid_in.iloc[-1] > 0


def test_less_than_a_dollar_buys_no_years_of_schooling():
    poor = Scenario().replace(
        {
            "schools": 20,
            "districts": 2,
            "funders": [{"name": "Fund", "stage": "pilot", "annual_budget": 1e-200}],
        }
    )
    trace = simulate(poor, months=24, seed=1).system
    assert 0 < trace.spending.sum() < 1
    assert trace.learning_sd.max() > 0
    assert (trace.lays_per_100usd == 0).all()


def test_a_programme_may_begin_later():
    table = simulate(SMALL.replace({"start_month": 10})).system
    assert (table.schools_enrolled.iloc[:10] == 0).all()
    assert table.schools_enrolled.iloc[10] >= 4


def test_a_run_goes_on_where_it_stopped_and_calls_its_progress():
    told = []
    run = Simulation(SMALL, 1).run_for(5, told.append).run_for(20, told.append)
    assert run.month == sum(told) == 25
    assert run.trace().system.equals(simulate(SMALL, months=25).system)
    assert run.latest()["adoption"] == run.trace().system.adoption.iloc[-1]


def test_nothing_simulated_is_an_empty_trace():
    assert len(Simulation(SMALL, 1).trace().system) == 0


@pytest.mark.parametrize("wrong", [{"months": 0}, {"seed": -1}, {"seed": 2**63}, {"seed": []}])
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=r"allowed|empty"):
        simulate(SMALL, **wrong)


def test_a_system_that_would_not_fit_is_refused():
    with pytest.raises(SizeError, match="GiB"):
        simulate(SMALL.replace({"schools": 20_000_000, "teachers_per_school": 500}))


def test_pure_scenarios_stay_what_they_are():
    before = SMALL.to_toml()
    simulate(SMALL)
    assert SMALL.to_toml() == before


def test_what_cannot_be_simulated_is_said_in_words():
    with pytest.raises(ValueError, match="whole numbers"):
        Simulation(SMALL, 1.5)
    run = Simulation(SMALL, 1)
    with pytest.raises(ValueError, match="no month has been simulated"):
        run.latest()
    for months in (1.5, -1):
        with pytest.raises(ValueError, match="whole months"):
            run.run_for(months)
