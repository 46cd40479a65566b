"""For any valid scenario: shares stay shares, money balances, no one is lost, and the same seed gives the same bits."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml_abm import Scenario, Simulation
from ml_abm.errors import ScenarioError
from ml_abm.networks.graph import ties_from_edges
from ml_abm.outcomes import describe, lost
from ml_abm.parameters import declarations
from ml_abm.tables import TABLES, Stage, columns

FIXED = {
    "districts",
    "schools",
    "teachers_per_school",
    "pilot_schools",
    "pilot_districts",
    "threshold_sd",
    "threshold_mean",
    "target_share",
    "start_year",
    "school_size_spread",
}
ANY_PARAMETER = sorted(set(declarations()) - FIXED)


def within(name):
    about = declarations()[name]
    low, high = about.low, min(about.high, 1e7)
    return st.integers(int(low), int(high)) if about.whole else st.floats(low, high)


funder = st.fixed_dictionaries(
    {
        "stage": st.sampled_from(["pilot", "middle", "system", "government"]),
        "annual_budget": st.floats(0, 1e7),
        "first_month": st.integers(0, 20),
        "horizon_months": st.integers(0, 30),
        "flexible_share": st.floats(0, 1),
        "evidence_required": st.floats(0, 0.2),
        "renewal_odds": st.floats(0, 1),
        "carry_over": st.floats(0, 1),
        "by_results": st.floats(0, 1),
        "public": st.booleans(),
    }
)


@st.composite
def scenarios(draw):
    """Any scenario of up to 12 schools: a few parameters anywhere in their ranges, any funders, some events."""
    schools = draw(st.integers(1, 12))
    districts = draw(st.integers(1, schools))
    pilot = draw(st.integers(0, schools))
    chosen = draw(st.lists(st.sampled_from(ANY_PARAMETER), max_size=12, unique=True))
    values = {name: draw(within(name)) for name in chosen}
    for name in ("cross_ties", "system_champions"):
        values[name] = min(values.get(name, 1), 3)
    values["start_month"] = draw(st.sampled_from([0, 0, 0, 7]))
    given_funders = draw(st.lists(funder, max_size=3))
    timeline = [
        {"month": draw(st.integers(0, 20)), "says": "event", "happens": what}
        for what in draw(st.lists(st.sampled_from(["champion leaves", "leaders change"]), max_size=2))
    ]
    return Scenario().replace(
        {
            **values, "schools": schools, "districts": districts, "pilot_schools": pilot,
            "pilot_districts": min(districts, pilot), "teachers_per_school": draw(st.floats(1, 8)),
            "funders": [{"name": str(k), **f} for k, f in enumerate(given_funders)], "timeline": timeline,
        }
    )  # fmt: skip


any_scenario = settings(
    max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@any_scenario
@given(scenarios(), st.integers(0, 2**63 - 1))
def test_invariants_of_any_scenario(scenario, seed):
    run = Simulation(scenario, seed, districts=True)
    teachers = len(run.system.teachers)
    run.run_for(24)
    trace = run.trace()
    for table in (trace.system, trace.districts, trace.quintiles, trace.spread):
        assert np.isfinite(table.to_numpy()).all()
    for table in (trace.system, trace.districts):
        for name in table:
            if describe()[name].unit == "share":
                assert ((table[name] >= -1e-9) & (table[name] <= 1 + 1e-9)).all(), name
        funnel = table[[*lost(), "delivering"]].sum(axis=1)
        assert funnel.to_numpy() == pytest.approx(np.ones(len(funnel)))
    shares_stay_shares(run.system)
    assert len(run.system.teachers) == teachers == run.system.schools["staff"].sum()
    assert run.system.schools["barriers"].sum() == teachers
    wanted = scenario.programme.target_share * scenario.setting.schools
    assert trace.system.schools_enrolled.max() <= max(wanted, scenario.programme.pilot_schools) + 1e-6
    money_balances(scenario, trace)
    reaches_are_in_order(trace.system)
    fifths_add_up(run, trace)
    quantiles_are_in_order(trace.spread)


def shares_stay_shares(system):
    for table, row in TABLES.items():
        for name, about in columns(row).items():
            cells = getattr(system, table)[name]
            assert np.isfinite(cells).all(), name
            if about.unit == "share" and not name.endswith(("_sum", "_squares")):
                assert ((cells >= 0) & (cells <= 1 + 1e-6)).all(), f"{table}.{name}"


def money_balances(scenario, trace):
    if not scenario.funders:
        assert (trace.system.spending == 0).all()
        return
    ledger = trace.funders
    assert (ledger.balance >= -1e-6).all()
    assert ledger.paid_in.to_numpy() == pytest.approx(
        (ledger.spent + ledger.balance).to_numpy(), rel=1e-9, abs=1e-6
    )
    spent = ledger.spent_now.groupby(level="month").sum()
    assert trace.system.spending.to_numpy() == pytest.approx(spent.to_numpy(), rel=1e-9, abs=1e-6)
    lines = trace.system.filter(regex="^spending_").sum(axis=1)
    assert lines.to_numpy() == pytest.approx(spent.to_numpy(), rel=1e-9, abs=1e-6)
    income = trace.system.income.cumsum().to_numpy()
    lapsed = income - ledger.paid_in.groupby(level="month").sum().to_numpy()
    rounding = 1e-9 * income + 1e-6
    assert (lapsed > -rounding).all()
    assert (np.diff(lapsed) > -rounding[1:]).all()
    if all(funder.carry_over == 1 for funder in scenario.funders):
        assert (lapsed < rounding).all()


def reaches_are_in_order(system):
    """Who is on the list once joined, who once joined stays joined, and who joined is on the list or has left."""
    assert (system.reach_ever >= system.reach_schools).all()
    assert (system.reach_ever.diff().dropna() >= 0).all()
    assert system.reach_ever.to_numpy() == pytest.approx(
        (system.reach_schools + system.schools_left).to_numpy()
    )


def fifths_add_up(run, trace):
    """Fifths are counted apart, and together they are the system."""
    schools = run.system.schools
    weights = {
        "reach_schools": np.ones(len(schools)), "reach_in_use": np.ones(len(schools)), "adoption": schools["staff"],
        "learning_sd": schools["pupils"],
    }  # fmt: skip
    for outcome, weight in weights.items():
        fifth = np.bincount(schools["quintile"], weights=weight, minlength=6)[1:]
        together = trace.quintiles[outcome].unstack("quintile").to_numpy() @ fifth / fifth.sum()
        assert together == pytest.approx(trace.system[outcome].to_numpy(), abs=1e-6), outcome


def quantiles_are_in_order(spread):
    """A tenth is below the lowest, half below the middle, all but a tenth below the highest."""
    for low in spread.filter(regex="_p10$"):
        middle, high = (spread[low.replace("p10", end)] for end in ("p50", "p90"))
        assert ((spread[low] <= middle) & (middle <= high)).all(), low


@any_scenario
@given(scenarios(), st.integers(0, 2**63 - 1), st.integers(1, 5))
def test_the_same_seed_gives_the_same_bits_in_any_pieces_and_threads(scenario, seed, threads):
    whole = Simulation(scenario, seed).run_for(18)
    pieces = Simulation(scenario, seed, threads=threads).run_for(7).run_for(11)
    assert whole.trace().system.equals(pieces.trace().system)
    for one, other in zip(whole.system[:7], pieces.system[:7], strict=True):
        assert one.tobytes() == other.tobytes()


@any_scenario
@given(scenarios())
def test_a_scenario_reads_back_what_it_writes(tmp_path_factory, scenario):
    path = tmp_path_factory.mktemp("scenario") / "written.toml"
    path.write_text(scenario.to_toml(), encoding="utf-8")
    assert Scenario.load(path) == scenario


@settings(max_examples=20)
@given(st.integers(0, 2**31))
def test_no_programme_spends_nothing_and_reaches_no_one(seed):
    none = {"pilot_schools": 0, "pilot_districts": 0, "target_share": 0, "schools": 20, "districts": 2}
    table = Simulation(Scenario().replace(none), seed).run_for(24).trace().system
    assert (table.spending == 0).all()
    assert (table.reach_schools == 0).all()
    assert (table.adoption == 0).all()
    assert (table.lost_not_reached == 1).all()


def test_relabelled_districts_give_the_same_statistics():
    """Mean reach over seeds does not depend on which rows the districts of a network have."""
    scenario = Scenario().replace(
        {
            "districts": 20,
            "schools": 20,
            "pilot_districts": 2,
            "pilot_schools": 2,
            "teachers_per_school": 2,
            "district_ties": 3,
        }
    )

    def reach(order):
        results = []
        for seed in range(60):
            run = Simulation(scenario, seed)
            ties = run.system.district_ties
            edges = np.stack([np.repeat(np.arange(20), np.diff(ties.start)), ties.neighbour], axis=1)
            run.system = run.system._replace(district_ties=ties_from_edges(20, order[edges], directed=True))
            results.append(run.run_for(36).trace().system.reach_districts.iloc[-1])
        return np.mean(results), np.std(results) / np.sqrt(len(results))

    one, error = reach(np.arange(20))
    other, other_error = reach(np.random.default_rng(0).permutation(20))
    assert abs(one - other) < 4 * np.hypot(error, other_error)
    assert error > 0


@settings(max_examples=200)
@given(
    st.sampled_from(sorted(declarations())),
    st.one_of(st.floats(), st.integers(), st.text(), st.booleans(), st.none(), st.lists(st.integers())),
)
def test_any_value_is_accepted_or_refused_in_one_line(name, value):
    fault = ""
    try:
        scenario = Scenario().replace({name: value})
    except ScenarioError as error:
        fault = str(error)
    if fault:
        assert "\n" not in fault
    else:
        about = declarations()[name]
        assert about.low <= scenario.values()[name] <= about.high


def test_stages_are_only_those_declared():
    run = Simulation(Scenario(), 1).run_for(60)
    assert set(np.unique(run.system.teachers["stage"])) <= {int(s) for s in Stage}
