"""The decision rules of assessments on made-up runs, each held to a truth worked out by hand. Nothing is simulated."""

from __future__ import annotations

import numpy as np
import pytest

from ml_abm.assess.answers import constraints, cost, levers, odds, questions, stresses
from ml_abm.assess.constraints import CONSTRAINTS
from ml_abm.assess.endgame import Clock, clock_of, criteria, publicly_paid, reached, use_in_schools
from ml_abm.assess.estimates import Paired, all_years, at_the_end, not_surely_less, paired, ratio, spread
from ml_abm.assess.feasible import caps
from ml_abm.assess.levers import LEVERS
from ml_abm.assess.stresses import STRESSES
from ml_abm.assess.value import choice, information, shares, worth
from ml_abm.assess.variants import AS_IT_IS
from ml_abm.scenario import Scenario
from tests.assess.made import CLOCK, GOAL, outcomes, paid_by, reaching

LATER = [0.0, 0.0, 1.0, 1.0, 1.0]  # from the endgame's year on
COVERAGE = "effective_coverage"


# --- the clock


def test_an_endgame_in_2023_of_a_programme_of_2020_is_judged_over_2022():
    clock = clock_of(Scenario().replace({"start_year": 2020}), GOAL)
    assert (clock.by, clock.after, clock.years, clock.months) == (3, 2, 5, 60)
    assert clock.labels == [2020, 2021, 2022, 2023, 2024]
    assert (clock.endgame_year, clock.last_year) == ("2022", "2024")


# --- the criteria


def met(**given):
    return {name: which.tolist() for name, which in criteria(GOAL, CLOCK, reaching(**given)).items()}


def test_runs_that_meet_every_criterion_reach_the_endgame():
    assert met() == {
        name: [True, True] for name in ("schools", "teachers", "fidelity", "government", "sustained")
    }
    assert reached(GOAL, CLOCK, reaching()).tolist() == [True, True]


@pytest.mark.parametrize(
    ("criterion", "given"),
    [
        ("schools", {"reach_schools": [0.55, 0.55, 0.49, 0.55, 0.55], "adoption": 0.34}),
        ("teachers", {"adoption": [0.36, 0.36, 0.30, 0.36, 0.36]}),
        ("fidelity", {"fidelity": [0.45, 0.45, 0.39, 0.45, 0.45]}),
        ("government", {"government_share": [0.35, 0.35, 0.29, 0.35, 0.35]}),
        ("sustained", {"fidelity": [0.45, 0.45, 0.45, 0.45, 0.39]}),
        ("sustained", {"reach_schools": [0.55, 0.55, 0.55, 0.49, 0.55], "adoption": 0.35}),
        ("sustained", {"adoption": [0.36, 0.36, 0.36, 0.30, 0.36]}),
    ],
)
def test_each_criterion_alone_decides(criterion, given):
    """Missed in the year in which it is asked for, with all others met, the endgame is not reached."""
    found = met(**given)
    assert found[criterion] == [False, False]
    assert all(value == [True, True] for name, value in found.items() if name != criterion)
    assert not reached(GOAL, CLOCK, reaching(**given)).any()


def test_the_years_before_the_endgame_do_not_count_and_a_year_early_is_not_enough():
    late = {name: np.array(LATER) * reaching()[name][0, 0] for name in ("reach_schools", "adoption", "fidelity", "government_share")}  # fmt: skip
    assert reached(GOAL, CLOCK, reaching(**late)).all()
    early = {"government_share": [0.35, 0.35, 0.0, 0.0, 0.0]}
    assert not reached(GOAL, CLOCK, reaching(**early)).any()


def test_government_is_asked_for_in_the_endgames_year_alone():
    assert reached(GOAL, CLOCK, reaching(government_share=[0.0, 0.0, 0.3, 0.0, 0.0])).all()


def test_sustained_is_every_year_after_outside_money_has_left_in_each_run_by_itself():
    fidelity = [[0.45, 0.45, 0.45, 0.45, 0.39], [0.45, 0.45, 0.45, 0.45, 0.45]]
    assert met(fidelity=fidelity)["sustained"] == [False, True]


def test_an_endgame_without_years_after_it_has_no_criterion_of_them():
    assert "sustained" not in criteria(GOAL, Clock(2020, 3, 0), reaching())


def test_a_criterion_that_is_just_met_is_met():
    exact = {"reach_schools": 0.5, "adoption": 0.3, "fidelity": 0.4, "government_share": 0.3}
    assert reached(GOAL, CLOCK, reaching(**exact)).all()


def test_use_in_schools_is_of_the_teachers_of_enrolled_schools_at_most_one_and_none_without_schools():
    found = use_in_schools(outcomes(1, 4, reach_schools=[0.0, 0.5, 0.5, 0.1], adoption=[0.0, 0.25, 0.0, 0.2]))
    assert found.tolist() == [[0.0, 0.5, 0.0, 1.0]]


# --- estimates


def test_a_paired_difference_has_students_interval():
    """Differences 1, 2, 3: mean 2, sd 1, t(0.975, 2) = 4.30265, half = 4.30265 / sqrt(3) = 2.48414. Runs beyond the pairs do not count."""
    found = paired(np.array([2.0, 4.0, 6.0]), np.array([1.0, 2.0, 3.0, 100.0]))
    assert found == pytest.approx((2.0, -0.48414, 4.48414, 1.0), abs=1e-5)
    assert paired(np.array([1.0, 0.0]), np.array([0.0, 1.0])).better == 0.5


def test_sure_is_on_one_side_of_nothing():
    assert [Paired(0, low, high, 0.5).sure for low, high in ((0.1, 0.2), (-0.2, -0.1), (-0.1, 0.1))] == [
        1,
        -1,
        0,
    ]


def test_means_are_over_all_years_or_from_the_endgames_year_on():
    found = outcomes(1, fidelity=[0, 0, 0.3, 0.6, 0.9])
    assert all_years(found, "fidelity").tolist() == pytest.approx([0.36])
    assert at_the_end(found, "fidelity", CLOCK).tolist() == pytest.approx([0.6])


def test_the_spread_is_the_median_and_the_middle_ninety_percent():
    assert spread(np.arange(101.0)) == (50.0, 5.0, 95.0)


def test_gain_for_money_is_the_mean_gain_for_the_mean_cost_and_none_where_it_may_cost_nothing():
    gain, price = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])
    found = ratio(gain, np.array([3.9, 4.0, 4.1]))
    assert found is not None
    assert found.mean == pytest.approx(0.5)
    assert found.low < 0.5 < found.high
    assert ratio(gain, price - 4.0) is None  # mean 0
    assert ratio(gain[:1], price[:1]) is None


def test_a_change_is_not_surely_less_if_the_difference_may_be_nothing():
    first = np.array([1.0, 1.1, 1.2])
    assert not_surely_less(first, first)
    assert not_surely_less(first, first + np.array([0.1, -0.1, 0.0]))
    assert not not_surely_less(first, first - np.array([0.5, 0.51, 0.52]))


# --- odds


def of_variants(**more):
    """Return runs as it is, of every constraint and every stress, alike but for what is given by name."""
    from ml_abm.assess.runs import Runs

    found = {AS_IT_IS: reaching()}
    found |= {("constraint", c.name): reaching() for c in CONSTRAINTS}
    found |= {("stress", s.name): reaching() for s in STRESSES}
    return Runs({**found, **{tuple(k.split("__")): v for k, v in more.items()}})


def test_the_odds_are_the_share_of_runs_with_wilsons_interval():
    """One of two: Wilson's interval at 95% is 0.0945 to 0.9055."""
    runs = of_variants()
    runs.found[AS_IT_IS] = reaching(fidelity=[[0.45] * 5, [0.1] * 5])
    table = odds.odds(GOAL, CLOCK, runs).set_index("criterion")
    assert table.loc["endgame", ["odds", "low", "high", "runs"]].tolist() == pytest.approx(
        [0.5, 0.0945, 0.9055, 2], abs=1e-4
    )
    assert table.loc["schools", "odds"] == 1.0
    assert table.loc["fidelity", "odds"] == 0.5
    assert table.loc["fidelity", "threshold"] == 0.4


def test_where_no_payer_is_government_all_else_stands_in_a_row_of_its_own():
    private = Scenario().replace(
        {"funders": [{"name": "Donor", "stage": "middle", "annual_budget": 1.0, "horizon_months": 12}]}
    )
    assert not publicly_paid(private)
    runs = of_variants()
    runs.found[AS_IT_IS] = reaching(government_share=0.0)
    table = odds.odds(GOAL, CLOCK, runs, caps(private, GOAL, CLOCK)).set_index("criterion")
    assert table.loc["endgame", "odds"] == 0.0
    assert table.loc["others", "odds"] == 1.0


def test_the_funnel_is_the_mean_over_draws_by_year():
    runs = of_variants()
    runs.found[AS_IT_IS] = reaching(lost_unaware=[[0.2] * 5, [0.4] * 5], delivering=0.1)
    table = odds.funnel(CLOCK, runs)
    assert table.query("barrier == 'lost_unaware' and year == 2022")["share"].item() == pytest.approx(0.3)
    assert table.query("barrier == 'delivering' and year == 2020")["share"].item() == pytest.approx(0.1)


# --- constraints, levers, stresses


def test_a_constraint_is_worth_what_coverage_gains_without_it_from_the_endgames_year_on():
    """As it is 0.1 in every year; without the first constraint 0.3 in 2022 and 0.5 afterwards: (0.2 + 0.4 + 0.4) / 3."""
    name = CONSTRAINTS[0].name
    runs = of_variants()
    runs.found[AS_IT_IS] = reaching(effective_coverage=0.1)
    for other in CONSTRAINTS:
        runs.found["constraint", other.name] = reaching(effective_coverage=0.1)
    runs.found["constraint", name] = reaching(effective_coverage=[0.9, 0.9, 0.3, 0.5, 0.5])
    table = constraints.constraints(CLOCK, runs)
    first = table.iloc[0]
    assert first["constraint"] == name
    assert first[["gain", "then_gain", "last_gain"]].tolist() == pytest.approx([1 / 3, 0.2, 0.4])
    by_year = constraints.constraint_years(CLOCK, runs).query("constraint == @name").set_index("year")["gain"]
    assert by_year.tolist() == pytest.approx([0.8, 0.8, 0.2, 0.4, 0.4])


def test_a_lever_gains_over_all_years_and_costs_what_spending_rises_by():
    """Coverage 0.1 to 0.2, spending 100 to 150 a year over five years, 10 more pupils taught a year: 50 for 250, 20 for 100 dollars."""
    lever = next(lever for lever in LEVERS if not lever.is_assumed)
    before = reaching(effective_coverage=0.1, spending=100.0, pupils_taught=10.0, lays=1.0)
    after = reaching(
        effective_coverage=0.2, spending=[[150.0] * 5, [150.0] * 5], pupils_taught=20.0, lays=2.0
    )
    row = levers.lever_row(lever, Scenario(), GOAL, CLOCK, after, before)
    assert row["before"] == pytest.approx(0.1)
    assert row["gain"] == row["low"] == row["high"] == pytest.approx(0.1)
    assert row["cost"] == pytest.approx(250.0)
    assert row["per_100usd"] == pytest.approx(20.0)
    assert row["lays_per_100usd"] == pytest.approx(2.0)
    assert row["odds_gain"] == 0.0


def test_odds_of_a_lever_are_those_of_the_same_draws():
    lost = reaching(fidelity=0.1)
    row = levers.lever_row(LEVERS[0], Scenario(), GOAL, CLOCK, reaching(), lost)
    assert row["odds_gain"] == 1.0


def test_a_gain_can_be_noticed_from_half_a_point_or_a_tenth_of_what_there_is():
    import pandas as pd

    assert levers.noticeable(pd.DataFrame({"before": [0.5]})) == 0.005
    assert levers.noticeable(pd.DataFrame({"before": [0.02]})) == pytest.approx(0.002)


def test_a_stress_is_held_against_the_same_draws_without_it():
    hit = STRESSES[0].name
    runs = of_variants()
    runs.found[AS_IT_IS] = reaching(effective_coverage=0.4)
    for stress in STRESSES:
        runs.found["stress", stress.name] = reaching(effective_coverage=0.4)
    runs.found["stress", hit] = reaching(effective_coverage=[0.4, 0.4, 0.1, 0.1, 0.1], fidelity=0.2)
    table = stresses.stresses(GOAL, CLOCK, runs)
    worst = table.iloc[0]
    assert worst["stress"] == hit
    assert worst[["odds", "odds_without", "change"]].tolist() == pytest.approx([0.0, 1.0, -0.3])
    assert table.iloc[1]["change"] == 0.0


# --- cost


def test_spending_is_a_mean_of_the_pilots_years_and_the_endgames_year():
    """The pilot is 2020 and 2021, scale is 2022: 15 and 40 of all lines; the donor pays 10 of the 40."""
    runs = of_variants()
    scenario = Scenario().replace(
        {"funders": [{"name": "Donor", "stage": "middle", "annual_budget": 1.0, "horizon_months": 12}]}
    )
    found = reaching(spending=[10, 20, 40, 80, 80], spending_training=[10, 20, 30, 0, 0])
    found[paid_by("Donor")] = np.tile([10.0, 20.0, 10.0, 0.0, 0.0], (2, 1))
    runs.found[AS_IT_IS] = found
    table = cost.spending(scenario, CLOCK, runs).set_index("item")
    assert table.loc["all lines", ["pilot", "scale"]].tolist() == [15.0, 40.0]
    assert table.loc["training", ["pilot", "scale"]].tolist() == [15.0, 30.0]
    assert table.loc["Donor", ["kind", "scale"]].tolist() == ["payer", 10.0]


def test_unit_costs_are_sums_of_money_for_sums_of_pupils():
    """400 for 40 pupils in 2022 is 10; over all years 2,000 for 100 is 20; 1 LAYS of 2,000 dollars is 0.05 for 100."""
    runs = of_variants()
    runs.found[AS_IT_IS] = reaching(
        spending=400.0, pupils_taught=[0, 0, 40, 30, 30], pupils_reached=80.0, lays=[1, 0, 0, 0, 0]
    )
    table = cost.unit_costs(CLOCK, runs).set_index(["measure", "when"])["median"]
    assert table["US$ per pupil taught as designed", "scale"] == pytest.approx(10.0)
    assert table["US$ per pupil taught as designed", "all"] == pytest.approx(20.0)
    assert table["US$ per pupil whose teacher uses it", "scale"] == pytest.approx(5.0)
    assert table["LAYS per US$100", "all"] == pytest.approx(0.05)
    assert ("US$ per pupil taught as designed", "pilot") not in table.index  # no pupil was taught


# --- the five questions


def test_freedom_is_held_against_none_under_the_same_core():
    runs = of_variants()
    for name, gain in (("clear|0", 0.1), ("clear|1", 0.3), ("vague|0", 0.2), ("vague|1", 0.1)):
        runs.found["freedom", name] = reaching(learning_sd=gain)
    table = questions.freedom(CLOCK, runs).set_index(["core", "freedom"])["gain"]
    assert table["clear", 1.0] == pytest.approx(0.2)
    assert table["vague", 1.0] == pytest.approx(-0.1)
    assert table["clear", 0.0] == 0.0


def test_patience_is_coverage_in_the_last_year():
    from ml_abm.assess.variants import durations

    runs = of_variants()
    for years in durations(CLOCK):
        runs.found["patience", str(years)] = reaching(effective_coverage=[0.9, 0.9, 0.9, 0.9, years / 10])
    table = questions.patience(CLOCK, runs)
    assert table["coverage"].tolist() == pytest.approx([years / 10 for years in table["years"]])


def test_whether_design_or_execution_comes_first_is_the_sign_of_their_difference():
    from ml_abm.assess.variants import DESIGN_STEP, EXECUTION_STEP

    runs = of_variants()
    runs.found[DESIGN_STEP] = reaching(learning_sd=[[0.30] * 5, [0.31] * 5], effective_coverage=0.2)
    runs.found[EXECUTION_STEP] = reaching(
        learning_sd=[[0.10] * 5, [0.11] * 5], effective_coverage=[[0.1] * 5, [0.3] * 5]
    )
    table = questions.design_or_execution(Scenario(), CLOCK, runs).set_index("side")
    assert table.loc["design", "learning"] == pytest.approx(0.305)
    assert set(table["learning_first"]) == {"design"}
    assert set(table["coverage_first"]) == {"cannot tell"}


# --- the value of information


def test_a_parameter_that_says_all_explains_all_and_one_that_says_nothing_about_nothing():
    """y = 2x: the adjusted R2 of a line through x is 1; of one through its square, centred, below 0.1."""
    x = np.linspace(-1, 1, 21)
    found = shares(np.column_stack([x, x**2]), 2 * x)
    assert found[0] == pytest.approx(1.0)
    assert found[1] < 0.1
    assert shares(x[:, None], np.ones(21)).tolist() == [0.0]


def test_knowing_a_parameter_is_worth_what_choosing_by_it_adds():
    """Levers gain x and -x, x = -1 or 1: by mean both gain 0; knowing x, one gains 1 each time. A parameter beside it is worth nothing."""
    x = np.array([-1.0, -1.0, 1.0, 1.0])
    beside = np.array([-1.0, 1.0, -1.0, 1.0])
    gains = np.column_stack([x, -x])
    assert worth(np.column_stack([x, beside]), gains).tolist() == pytest.approx([1.0, 0.0])


def test_a_lever_that_is_always_best_makes_knowing_worth_nothing():
    x = np.array([-1.0, -1.0, 1.0, 1.0])
    assert worth(x[:, None], np.column_stack([x + 5, x])).tolist() == pytest.approx([0.0])


class _Drawn:
    """An ensemble of one parameter, as far as the value of information looks at it."""

    def __init__(self, scores, names):
        self.scores, self.names = scores, names


def test_knowing_all_before_choosing_is_the_mean_of_the_best_less_the_best_of_the_means():
    """Lever A gains 0.3 and -0.1, B 0 and 0.3: means 0.1 and 0.15; the best each time 0.3 and 0.3. 0.3 - 0.15 = 0.15."""
    runs = of_variants()
    runs.found[AS_IT_IS] = reaching(effective_coverage=0.2)
    runs.found["lever", "a"] = reaching(effective_coverage=[[0.5] * 5, [0.1] * 5])
    runs.found["lever", "b"] = reaching(effective_coverage=[[0.2] * 5, [0.5] * 5])
    _, everything = choice(_Drawn(np.array([[-1.0], [1.0]]), ("behaviour.dilution",)), runs)
    assert everything == pytest.approx(0.15)


def test_information_names_the_parameter_that_explains_coverage_in_the_endgames_years():
    x = np.linspace(-1, 1, 30)
    rng = np.random.default_rng(1)
    runs = of_variants()
    runs.found[AS_IT_IS] = outcomes(
        30, effective_coverage=np.column_stack([rng.random(30), rng.random(30), *[x + 2] * 3])
    )
    drawn = _Drawn(np.column_stack([rng.random(30), x]), ("behaviour.dilution", "behaviour.skill_decay"))
    table = information(drawn, CLOCK, runs)
    assert table["parameter"].tolist()[0] == "behaviour.skill_decay"
    assert table["share"].tolist()[0] == pytest.approx(1.0)
    assert table["shown"].tolist() == [True, False]
