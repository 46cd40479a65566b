"""The kernels equal the plain-Mesa reference bit for bit, for any number of threads."""

import numpy as np
import pytest

from ml_abm import Scenario, Simulation
from ml_abm.simulation import RECORDS
from ml_abm.tables import columns
from tests.reference.model import Reference
from tests.reference.outcomes import recorded

MONTHS = 36
SMALL = {
    "districts": 3, "schools": 12, "teachers_per_school": 6, "pilot_schools": 4, "pilot_districts": 2, "cross_ties": 2,
    "district_ties": 2, "school_recruitment": 0.6, "cost_fixed": 5000,
}  # fmt: skip
EVENTS = [
    {"month": 6, "says": "coaching cut", "scale": {"programme.coaches_per_100_schools": 0.4}},
    {"month": 12, "says": "champions leave", "happens": "champion leaves"},
    {"month": 12, "says": "in the districts too", "happens": "champion leaves", "level": "district"},
    {"month": 18, "says": "new leaders", "happens": "leaders change"},
    {
        "month": 9,
        "says": "half the money",
        "funder": "Trial",
        "scale": {"annual_budget": 0.5},
        "set": {"flexible_share": 0.3},
    },
    {"month": 24, "says": "the grant ends", "happens": "grant ends", "funder": "Trial"},
    {"month": 27, "says": "a mandate", "set": {"programme.mandate": 1}},
]
TRIAL = {"name": "Trial", "stage": "pilot", "annual_budget": 60_000, "horizon_months": 0}
SCENARIOS = {
    "a typical scale-up": {},
    "a mandate with a weak government": {
        "mandate": 1, "government_delivery": 1, "government_capacity": 0.1, "pilot_schools": 12, "pilot_districts": 3,
        "teacher_attrition": 0.3, "weekly_hours": 47, "core_clarity": 0.2, "adaptation_freedom": 1,
    },
    "short and earmarked money": {
        "funders": [
            {"name": "A", "stage": "pilot", "annual_budget": 20_000, "horizon_months": 10, "flexible_share": 0.3},
            {"name": "B", "stage": "middle", "annual_budget": 9_000, "first_month": 5, "evidence_required": 0.001},
            {"name": "C", "stage": "government", "public": True, "annual_budget": 90_000, "horizon_months": 0},
        ],
        "cut_expensive": 0.5,
    },
    "schools that fill blocks and lie across them": {"teachers_per_school": 50, "school_size_spread": 1.0, "training_capacity": 200},
    "a timeline": {"timeline": EVENTS, "funders": [TRIAL], "school_exit_base": -3, "champion_tenure": 12},
    "a cascade to the disadvantaged, paid by results": {
        "cascade": 0.5, "aim_at_disadvantaged": 2, "peer_pairs": 0.7, "never_join": 0.3, "design_months": 6, "cut_expensive": 0.6,
        "cut_month": 20, "helper_teaching": 0.4, "community_mobilisation": 1, "refresher_rate": 3, "school_exit_base": -3, "fade_out": 0.4,
        "funders": [
            {"name": "A", "stage": "pilot", "annual_budget": 90_000, "horizon_months": 14, "carry_over": 0.4, "renewal_odds": 0.8},
            {"name": "B", "stage": "system", "annual_budget": 90_000, "horizon_months": 0, "by_results": 0.6},
        ],
    },
    "a pilot that cannot pay its first courses": {
        "design_months": 0, "funders": [{"name": "A", "stage": "pilot", "annual_budget": 60_000, "first_month": 4, "horizon_months": 0}],
    },
    "superintendents": {"network": "modmath", "districts": 38, "schools": 38, "teachers_per_school": 2, "pilot_districts": 1, "pilot_schools": 1},
}  # fmt: skip


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("seed", [1, 2])
def test_kernels_equal_the_reference_bit_for_bit(name, seed):
    scenario = Scenario().replace({**SMALL, **SCENARIOS[name]})
    reference = Reference(scenario, seed)
    runs = [Simulation(scenario, seed, threads=threads, districts=True) for threads in (1, 2, 3)]
    by_definition = []
    for month in range(MONTHS):
        reference.step()
        by_definition.append(recorded(reference))
        for run in runs:
            run.run_for(1)
        if month in (0, 11, MONTHS - 1):
            for run in runs:
                same_tables(reference, run)
    for run in runs:
        same_outcomes(by_definition, run.records())


def same_tables(reference, run):
    """Compare every column that an agent of the reference carries as an attribute."""
    system = run.system
    for table in ("teachers", "schools", "districts", "champions", "funders"):
        agents, array = getattr(reference, table), getattr(system, table)
        for column in array.dtype.names:
            if column in ("barriers", "gains"):
                continue
            for agent, cell in zip(agents, array[column], strict=True):
                own = getattr(agent, column)
                if table == "schools" and column in ("district", "first_teacher"):
                    continue
                assert own == cell.item(), f"{table}[{agent.i}].{column}: reference {own!r}, kernels {cell!r}"
    barriers = [school.barriers for school in reference.schools]
    assert np.array_equal(barriers, system.schools["barriers"])
    gains = np.array([school.gains for school in reference.schools], np.float32)
    assert np.array_equal(gains, system.schools["gains"])
    shown = [teacher.shown for teacher in reference.teachers]
    assert np.array_equal(shown, system.visible[run.month & 1])


def same_outcomes(months, records):
    """Compare every outcome of every month and table with its definition in plain Python, rounded where it is kept in single precision."""
    assert set(records) == set(RECORDS) == set(months[0])
    for table, declared in RECORDS.items():
        rows = [row for month in months for row in month[table]]
        assert len(records[table]) == len(rows) > 0
        for name in columns(declared):
            by_definition = np.array([row[name] for row in rows], records[table][name].dtype)
            assert by_definition.tolist() == records[table][name].tolist(), f"{table}.{name}"


def test_every_outcome_changes_in_some_of_the_scenarios():
    """None of the comparisons above is of noughts with noughts."""
    still = {(table, name) for table, declared in RECORDS.items() for name in columns(declared)}
    for name in SCENARIOS:
        run = Simulation(Scenario().replace({**SMALL, **SCENARIOS[name]}), 1, districts=True).run_for(MONTHS)
        for table, record in run.records().items():
            still -= {(table, column) for column in record.dtype.names if len(set(record[column])) > 2}
    assert not still
