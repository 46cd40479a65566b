"""The tables of an assessment on made-up runs: every column held to a truth worked out by hand. Nothing is simulated."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ml_abm.assess.answers import constraints, cost, levers, odds, questions, stresses
from ml_abm.assess.constraints import CONSTRAINTS
from ml_abm.assess.endgame import Clock
from ml_abm.assess.estimates import mean_over, ratio
from ml_abm.assess.levers import LEVERS
from ml_abm.assess.runs import LINES, MEANS, SUMS, Runs, by_year, together
from ml_abm.assess.stresses import STRESSES
from ml_abm.assess.value import choice, shares
from ml_abm.assess.variants import AS_IT_IS, DESIGN_STEP, EVERYTHING, EXECUTION_STEP
from ml_abm.scenario import Scenario
from tests.assess.made import CLOCK, GOAL, outcomes, paid_by, reaching

T2, T3 = 12.7062, 4.30265  # Student's t at 97.5%, of 2 and 3 draws
BASE = Scenario()
BY_NAME = {lever.name: lever for lever in LEVERS}


def by_draw(*values):
    """Return a table in which each draw has one value in all years."""
    return np.tile(np.array(values, float)[:, None], (1, CLOCK.years))


def of_coverage(*values, **given):
    """Return as many runs as there are values of coverage, each the same in all years."""
    return reaching(draws=len(values), effective_coverage=by_draw(*values), **given)


# --- means, ratios


def test_a_mean_over_draws_has_students_interval():
    """1, 2, 3: mean 2, standard deviation 1."""
    half = T3 / 3**0.5
    assert mean_over(np.array([1.0, 2.0, 3.0])) == pytest.approx((2.0, 2.0 - half, 2.0 + half), abs=1e-4)


def test_a_gain_in_proportion_to_its_cost_has_the_same_ratio_in_every_resampling():
    price = np.array([3.9, 4.0, 4.1])
    assert ratio(price / 2, price) == pytest.approx((0.5, 0.5, 0.5))


def test_a_cost_that_is_positive_on_average_but_not_clearly_gives_no_ratio():
    """1 and 10: 5.5 on average, and from -51.7 to 62.7 by Student's interval."""
    assert mean_over(np.array([1.0, 10.0])).low < 0
    assert ratio(np.array([1.0, 1.0]), np.array([1.0, 10.0])) is None


# --- odds, path


def test_each_row_of_the_odds_says_what_is_asked_for():
    table = odds.odds(GOAL, CLOCK, Runs({AS_IT_IS: reaching()})).set_index("criterion")["threshold"]
    assert list(table.index) == ["endgame", "schools", "teachers", "fidelity", "government", "sustained"]
    assert table.tolist()[1:] == [0.5, 0.6, 0.4, 0.3, 2.0]


def test_an_endgame_that_asks_nothing_of_government_has_no_row_of_it():
    nothing = GOAL.model_copy(update={"government_share": 0.0})
    table = odds.odds(nothing, CLOCK, Runs({AS_IT_IS: reaching(government_share=0.0)}))
    assert "government" not in set(table["criterion"])
    assert table.set_index("criterion").loc["endgame", "odds"] == 1.0


def test_the_odds_of_the_endgame_are_of_runs_that_meet_all_criteria_at_once():
    """Of four runs one misses schools and another fidelity: 3 of 4 meet each, 2 of 4 both."""
    runs = reaching(
        draws=4,
        reach_schools=by_draw(0.4, 0.55, 0.55, 0.55),
        adoption=by_draw(0.3, 0.36, 0.36, 0.36),
        fidelity=by_draw(0.45, 0.3, 0.45, 0.45),
    )
    table = odds.odds(GOAL, CLOCK, Runs({AS_IT_IS: runs})).set_index("criterion")["odds"]
    assert table.loc[["endgame", "schools", "fidelity", "sustained"]].tolist() == [0.5, 0.75, 0.75, 0.5]


def test_the_path_is_median_and_middle_ninety_percent_of_each_year():
    """Draws 0, 0.05, ..., 1 in 2021 and nothing in other years."""
    runs = outcomes(21, fidelity=np.outer(np.linspace(0, 1, 21), [0, 1, 0, 0, 0]))
    table = odds.path(CLOCK, Runs({AS_IT_IS: runs})).set_index(["outcome", "year"])
    assert table.loc[("fidelity", 2021)].tolist() == pytest.approx([0.5, 0.05, 0.95])
    assert table.loc[("fidelity", 2022)].tolist() == [0.0, 0.0, 0.0]


# --- constraints


def of_constraints(base, **found):
    """Return runs as it is, and of every constraint: those that are given, and as it is for all others."""
    runs = {AS_IT_IS: base} | {("constraint", c.name): found.get(c.name, base) for c in CONSTRAINTS}
    return runs | {EVERYTHING: of_coverage(0.8, 0.9)}


def test_a_constraint_has_its_gain_in_the_same_draws_with_its_interval():
    """0.1 and 0.2, of three draws as it is, become 0.3 and 0.6: gains 0.2 and 0.4, standard deviation 0.1414."""
    runs = of_constraints(
        of_coverage(0.1, 0.2, 0.9, learning_sd=0.1), money=of_coverage(0.3, 0.6, learning_sd=0.25)
    )
    first = constraints.constraints(CLOCK, Runs(runs)).iloc[0]
    half = T2 * 0.2 / 2**0.5 / 2**0.5
    assert first["constraint"] == "money"
    assert first[["gain", "low", "high"]].tolist() == pytest.approx([0.3, 0.3 - half, 0.3 + half], abs=1e-4)
    assert first["better_in"] == 1.0
    assert first["learning_gain"] == pytest.approx(0.15)


def test_the_constraint_that_costs_most_and_all_that_may_cost_as_much_are_marked_at_each_time():
    """In 2022 money gains 0.3 and burden 0.29 to 0.31, too close to call; in 2024 data gains 0.2 and money a clear 0.1."""
    money = [0.1, 0.1, 0.4, 0.1, 0.2]
    runs = of_constraints(
        of_coverage(0.1, 0.1),
        money=reaching(effective_coverage=money),
        burden=reaching(effective_coverage=[[0.1, 0.1, 0.39, 0.1, 0.1], [0.1, 0.1, 0.41, 0.1, 0.1]]),
        data=reaching(effective_coverage=[0.1, 0.1, 0.1, 0.1, 0.3]),
    )
    table = constraints.constraints(CLOCK, Runs(runs)).set_index("constraint")
    assert set(table.index[table["then_as_first"]]) == {"money", "burden"}
    assert set(table.index[table["last_as_first"]]) == {"data"}


def test_a_constraint_alone_costs_what_all_of_them_taken_away_would_give_more():
    """Coverage is 0.8 and 0.9 without any, 0.5 and 0.7 with turnover alone: 0.3 and 0.2 less."""
    runs = of_constraints(of_coverage(0.1, 0.1)) | {("alone", "turnover"): of_coverage(0.5, 0.7)}
    table = constraints.constraints(CLOCK, Runs(runs)).set_index("constraint")["alone_costs"]
    assert table["turnover"] == pytest.approx(0.25)
    assert table.drop("turnover").isna().all()


def test_the_ceiling_is_coverage_without_any_constraint_from_the_endgames_year_on():
    """(0.3 + 0.6 + 0.9) / 3."""
    runs = {EVERYTHING: reaching(effective_coverage=[0.1, 0.1, 0.3, 0.6, 0.9])}
    assert constraints.ceiling(CLOCK, Runs(runs)) == pytest.approx(0.6)


# --- levers


def priced(lever, **after):
    """Return a lever's row where spending is 100 a year as it is."""
    before = of_coverage(0.1, 0.2, 0.9, spending=100.0, pupils_taught=10.0)
    return levers.lever_row(BY_NAME[lever], BASE, GOAL, CLOCK, of_coverage(0.2, 0.5, **after), before)


def test_a_lever_gains_on_average_over_all_years_and_at_the_end_from_the_endgames_year_on():
    """0.3 more in the last two of five years: 0.12 a year, and 0.2 from the endgame's year on."""
    before, after = (
        reaching(effective_coverage=[0, 0, 0, more, more], learning_sd=[0, 0, 0, 0, more])
        for more in (0, 0.3)
    )
    row = levers.lever_row(LEVERS[0], BASE, GOAL, CLOCK, after, before)
    assert (row["gain"], row["end_gain"], row["learning_gain"]) == pytest.approx((0.12, 0.2, 0.06))


def test_a_lever_has_its_gain_in_the_same_draws_with_its_interval():
    """0.1 and 0.3 more in the two draws that were run; `before` is of all three draws as it is: 0.4."""
    row = priced("more coaches", spending=100.0)
    half = T2 * 0.2 / 2**0.5 / 2**0.5
    assert (row["gain"], row["low"], row["high"]) == pytest.approx((0.2, 0.2 - half, 0.2 + half), abs=1e-4)
    assert (row["better_in"], row["before"]) == (1.0, pytest.approx(0.4))


@pytest.mark.parametrize(
    ("lever", "months"),
    [
        ("more coaches", 0.0),
        ("ask less", 60.0),  # once
        ("abler officials", 3 * 10 * 5),  # for 10 districts and five years
        ("paired teachers", 0.1 * 300),  # for 60 schools a year
        ("helpers who teach", 60 + 0.1 * 300),
    ],
)
def test_what_the_model_does_not_price_is_added_in_months_of_a_coach(lever, months):
    """Beside it spending rises by 20 a year."""
    row = priced(lever, spending=120.0, schools_enrolled=60.0)
    assert row["cost"] == pytest.approx(100.0 + months * BASE.innovation.cost_coach)


def test_prices_that_are_assumed_reach_from_a_third_to_three_times_and_grow_with_the_country():
    """60 months of a coach for 500 schools: half for a team, the rest for the schools. Of 5,000 schools 30 + 300."""
    coach = BASE.innovation.cost_coach
    row = priced("ask less", spending=100.0, pupils_taught=21.0)  # 5 pupil-years more in all
    assert (row["cost_low"], row["cost"], row["cost_high"]) == pytest.approx(
        (20 * coach, 60 * coach, 180 * coach)
    )
    assert row["per_low"] == pytest.approx(row["per_100usd"] / 3)
    assert row["per_high"] == pytest.approx(row["per_100usd"] * 3)
    large = BASE.replace({"schools": 5000})
    assert BY_NAME["ask less"].declared_cost(large, 5, 0.0) == pytest.approx(330 * coach)
    assert BY_NAME["ask less"].basis == (
        "assumed, in months of a coach: 30 once and 0.06 once for each school of the system"
    )


def test_a_lever_that_may_cost_nothing_has_no_gain_for_money():
    free = priced("flexible money", spending=[[100.0] * 5, [101.0] * 5], pupils_taught=20.0)
    assert np.isnan([free[name] for name in ("per_100usd", "per_low", "per_high", "lays_per_100usd")]).all()
    paid = priced("flexible money", spending=[[110.0] * 5, [110.5] * 5], pupils_taught=20.0)
    assert paid["per_100usd"] == pytest.approx(100 * 50 / 51.25)


def test_levers_stand_in_the_order_of_their_gains_with_all_that_may_gain_as_much_as_the_first():
    """Gains of 0.4; of 0.4 and 0.3, too close to call; of 0.1. What was not run has no row."""
    names = ("principals", "champions", "ask less")
    found = (of_coverage(0.2, 0.2), of_coverage(0.5, 0.5), of_coverage(0.5, 0.4))
    runs = {("lever", name): runs for name, runs in zip(names, found, strict=True)}
    table = levers.levers(BASE, GOAL, CLOCK, Runs({AS_IT_IS: of_coverage(0.1, 0.1), **runs}))
    assert table["lever"].tolist() == ["champions", "ask less", "principals"]
    assert table["gain"].tolist() == pytest.approx([0.4, 0.35, 0.1])
    assert table["as_first"].tolist() == [True, True, False]


def ranked(**rows):
    """Return levers by name with gain, its lower end, and gain for money where it is dear; 0.5 of coverage as it is."""
    columns = ["lever", "gain", "low", "per_low", "before"]
    table = pd.DataFrame([(name.replace("_", " "), *row, 0.5) for name, row in rows.items()], columns=columns)
    return table.sort_values("gain", ascending=False, ignore_index=True)


@pytest.mark.parametrize(
    ("first", "rows"),
    [
        ("champions", {"champions": (0.10, 0.05, 1.0)}),
        ("ask less", {"champions": (0.10, 0.05, 1.0), "ask_less": (0.05, 0.01, 2.0)}),  # half as much, twice for the money
        ("champions", {"champions": (0.10, 0.05, 1.0), "ask_less": (0.049, 0.01, 9.0)}),  # less than half as much
        ("champions", {"champions": (0.10, 0.05, 1.0), "ask_less": (0.20, 0.0, 9.0)}),  # not clearly more than nothing
        ("ask less", {"champions": (0.10, 0.05, 1.0), "ask_less": (0.06, 0.01, np.nan)}),  # may cost nothing
        ("champions", {"champions": (0.10, 0.05, 2.0), "ask_less": (0.06, 0.01, 2.0)}),  # the same for the money
        ("champions", {"champions": (0.005, 0.001, 1.0)}),  # just noticed
        (None, {"champions": (0.0049, 0.001, 1.0)}),
        (None, {"champions": (0.30, -0.01, 1.0)}),
        (None, {}),
    ],
)  # fmt: skip
def test_the_lever_to_pull_first_gains_clearly_half_of_the_most_and_most_for_the_money(first, rows):
    assert levers.first_lever(ranked(**rows)) == first


def test_the_first_lever_is_paired_with_all_others_and_the_next_four_among_themselves():
    names = [
        "open policy",
        "champions",
        "ask less",
        "principals",
        "more coaches",
        "more data",
        "more courses",
    ]
    rows = {name.replace(" ", "_"): (0.1 - k / 100, 0.01, 1.0) for k, name in enumerate(names)}
    rows["ask_less"] = (0.08, 0.01, 5.0)
    found = [(a.name, b.name) for a, b in levers.chosen_pairs(ranked(**rows), BASE)]
    others = [name for name in names if name != "ask less"]
    assert found[:6] == [("ask less", name) for name in others]
    assert found[6:] == [(others[a], others[b]) for a, b in ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))]


def test_where_no_lever_clearly_gains_pairs_are_made_with_the_largest_and_none_of_no_lever():
    unclear = ranked(champions=(0.2, -0.1, 1.0), principals=(0.1, -0.1, 9.0))
    assert [(a.name, b.name) for a, b in levers.chosen_pairs(unclear, BASE)] == [("champions", "principals")]
    assert levers.chosen_pairs(ranked(), BASE) == []


def test_a_pair_interacts_by_what_both_together_gain_beyond_the_gains_of_each():
    """0.1 as it is, 0.2 and 0.4 with one, 0.7 with both: 0.6 together, 0.1 and 0.3 alone, 0.2 beyond; the second alone 0.3, after the first 0.5.

    Pairs are run in two of the three draws; in the third all is another.
    """
    found = {
        AS_IT_IS: of_coverage(0.1, 0.1, 0.9),
        ("lever", "champions"): of_coverage(0.2, 0.2, 0.3),
        ("lever", "principals"): of_coverage(0.4, 0.4, 0.3),
        ("pair", "champions|principals"): of_coverage(0.7, 0.7),
        ("pair", "principals|champions"): of_coverage(0.8, 0.8),
    }
    table = levers.pairs(CLOCK, Runs(found)).set_index(["first", "second"])
    assert list(table.index) == [
        ("principals", "champions"),
        ("champions", "principals"),
    ]  # the larger gain first
    columns = ["gain", "interaction", "second_alone", "second_after_first", "second_after_first_low"]
    assert table.loc[("champions", "principals"), columns].tolist() == pytest.approx(
        [0.6, 0.2, 0.3, 0.5, 0.5]
    )
    assert table.loc[("principals", "champions"), columns].tolist() == pytest.approx(
        [0.7, 0.3, 0.1, 0.4, 0.4]
    )


# --- stresses


def test_odds_with_and_without_a_shock_are_of_the_same_draws():
    """As it is both first draws reach the endgame and the third does not; after the shock the second does not either."""
    before = reaching(draws=3, fidelity=by_draw(0.5, 0.5, 0.1))
    runs = {("stress", s.name): reaching(fidelity=by_draw(0.5, 0.1)) for s in STRESSES}
    table = stresses.stresses(GOAL, CLOCK, Runs({AS_IT_IS: before, **runs}))
    assert set(table["odds"]) == {0.5}
    assert set(table["odds_without"]) == {1.0}
    assert table[["odds_low", "odds_high"]].iloc[0].tolist() == pytest.approx([0.0945, 0.9055], abs=1e-4)


# --- cost


@pytest.mark.parametrize(
    ("by", "pilot", "scale"),
    [(1, (0, 1), (0, 1)), (2, (0, 1), (1, 2)), (3, (0, 2), (2, 3)), (10, (0, 2), (9, 10))],
)
def test_the_pilot_is_the_first_two_years_or_fewer_and_scale_the_endgames_year(by, pilot, scale):
    assert cost.periods(Clock(2020, by, 2)) == {"pilot": slice(*pilot), "scale": slice(*scale)}


def test_unit_costs_are_the_median_and_middle_of_the_draws_in_which_anybody_is_reached():
    """In 21 draws a pupil costs 0, 5, ..., 100; in the last one nobody is reached."""
    pupils, money = np.ones(22), np.append(5.0 * np.arange(21), 1e6)
    pupils[21] = 0
    runs = outcomes(22, spending=by_draw(*money), pupils_reached=by_draw(*pupils))
    table = cost.unit_costs(CLOCK, Runs({AS_IT_IS: runs})).set_index(["measure", "when"])
    of_pupils = table.loc["US$ per pupil whose teacher uses it"]
    for when in ("pilot", "scale", "all"):
        assert of_pupils.loc[when].tolist() == pytest.approx([50.0, 5.0, 95.0])


# --- the five questions


def test_freedom_says_what_is_learnt_and_covered_from_the_endgames_year_on():
    """(0.1 + 0.2 + 0.3) / 3 and (0.4 + 0.5 + 0.6) / 3; what was not run has no row."""
    given = {"learning_sd": [0, 0, 0.1, 0.2, 0.3], "effective_coverage": [0, 0, 0.4, 0.5, 0.6]}
    table = questions.freedom(CLOCK, Runs({("freedom", "as it is|0"): reaching(**given)}))
    assert table[["core", "freedom"]].values.tolist() == [["as it is", 0.0]]
    assert table[["learning", "coverage", "gain"]].iloc[0].tolist() == pytest.approx([0.2, 0.5, 0.0])


def test_readiness_says_what_is_gained_by_closing_each_gap_that_there_is():
    """A core as clear as is asked for is no gap; one less clear is, and closing it gains 0.3 over all years."""
    runs = Runs({AS_IT_IS: of_coverage(0.1, 0.1), ("ready", "clear core"): of_coverage(0.4, 0.4)})
    ready = BASE.replace({"core_clarity": 0.9})
    for scenario, gap in ((BASE.replace({"core_clarity": 0.89}), True), (ready, False)):
        table = questions.readiness(scenario, CLOCK, runs).set_index("criterion")
        assert bool(table.loc["clear core", "gap"]) is gap
    assert table.loc["clear core", ["now", "ready_at"]].tolist() == ["core clarity 0.9", "0.9 or more"]
    assert table.loc["clear core", ["gain", "low", "high"]].tolist() == pytest.approx([0.3] * 3)
    assert table["gain"].drop("clear core").isna().all()


def test_what_is_now_and_what_is_ready_are_said_with_all_their_numbers():
    light = {"innovation.added_hours": "<=1", "innovation.reporting_hours": "<=0.25"}
    scenario = BASE.replace({"added_hours": 3.0, "reporting_hours": 0.5})
    assert questions.now_of(scenario, light) == "added hours 3, reporting hours 0.5"
    assert questions.ready_at(light) == "1 or less, 0.25 or less"


def test_outside_money_now_is_that_of_all_outside_payers():
    payers = [("A", "pilot", 36), ("B", "middle", 0), ("C", "system", 36), ("G", "government", 12)]
    funders = [
        {"name": name, "stage": stage, "annual_budget": 1.0, "horizon_months": months}
        for name, stage, months in payers
    ]
    asked = {"outside.horizon_months": ">=120"}
    assert questions.now_of(BASE.replace({"funders": funders}), asked) == "horizon months no end and 36"
    assert (
        questions.now_of(BASE.replace({"funders": funders[3:]}), asked) == "horizon months (no outside payer)"
    )


def test_the_map_has_learning_and_coverage_of_each_level_that_was_run():
    """Design is d and execution e: learning d, coverage d x e, in the last year of three alone, so a third of it."""
    levels = (0.0, 0.5, 1.0)
    runs = {
        ("map", f"{d:g}|{e:g}"): reaching(learning_sd=[1, 1, 0, 0, d], effective_coverage=[1, 1, 0, 0, d * e])
        for d, e in product(levels, levels)
    }
    table = questions.design_map(CLOCK, Runs(runs))
    assert table[["design", "execution"]].values.tolist() == [list(pair) for pair in product(levels, levels)]
    assert table["learning"].tolist() == pytest.approx((table["design"] / 3).tolist())
    assert table["coverage"].tolist() == pytest.approx((table["design"] * table["execution"] / 3).tolist())


def test_a_step_on_the_side_where_it_does_more_comes_first():
    runs = {
        AS_IT_IS: of_coverage(0.1, 0.1, learning_sd=0.1),
        DESIGN_STEP: of_coverage(0.2, 0.2, learning_sd=0.3),
        EXECUTION_STEP: of_coverage(0.5, 0.5, learning_sd=0.2),
    }
    table = questions.design_or_execution(BASE, CLOCK, Runs(runs)).set_index("side")
    assert table.loc["design", ["learning", "coverage"]].tolist() == pytest.approx([0.2, 0.1])
    assert table.loc["execution", ["learning", "coverage"]].tolist() == pytest.approx([0.1, 0.4])
    assert set(table["learning_first"]) == {"design"}
    assert set(table["coverage_first"]) == {"execution"}
    del runs[EXECUTION_STEP]
    alone = questions.design_or_execution(BASE, CLOCK, Runs(runs))
    assert alone["side"].tolist() == ["design"]
    assert alone["learning_first"].isna().all()


def test_where_a_programme_is_from_poor_to_good_is_the_mean_of_its_numbers():
    """Effect 0.45 is half of the way from 0.1 to 0.8; mismatch 0.6 is poor: a quarter. Capacity 0.9 and 25 coaches are good."""
    scenario = BASE.replace(
        {
            "effect_size": 0.45,
            "context_mismatch": 0.6,
            "government_capacity": 0.9,
            "coaches_per_100_schools": 25.0,
        }
    )
    runs = {key: of_coverage(0.1, 0.1) for key in (AS_IT_IS, DESIGN_STEP, EXECUTION_STEP)}
    table = questions.design_or_execution(scenario, CLOCK, Runs(runs))
    assert table["now"].tolist() == pytest.approx([0.25, 1.0])


# --- the value of information


def drawn(**columns):
    """Return an ensemble as far as the value of information looks at it."""
    return SimpleNamespace(scores=np.column_stack(list(columns.values())), names=tuple(columns))


def test_a_parabola_is_seen_from_40_draws_on():
    """y = x squared on both sides of nothing: a line explains none of it, a parabola all."""
    for n, share in ((39, 0.0), (40, 1.0)):
        x = np.linspace(-1, 1, n)
        assert max(0.0, shares(x[:, None], x**2)[0]) == pytest.approx(share)


def test_the_number_that_changes_the_choice_is_shown_and_one_beside_it_is_not():
    """Lever a gains 0.2 + 0.1 x, b 0.2 - 0.1 x; x is -1 or 1 as often: knowing x adds 0.1, knowing anything else nothing."""
    x, beside = np.tile([-1.0, 1.0, -1.0, 1.0], 4), np.tile([-1.0, -1.0, 1.0, 1.0], 4)
    runs = {
        AS_IT_IS: of_coverage(*[0.3] * 20),
        ("lever", "a"): of_coverage(*(0.5 + 0.1 * x)),
        ("lever", "b"): of_coverage(*(0.5 - 0.1 * x)),
    }
    more = np.append(x, [0.0] * 4), np.append(beside, [0.0] * 4)  # draws in which levers were not run
    table, everything = choice(drawn(beside=more[1], x=more[0]), Runs(runs))
    assert table["parameter"].tolist() == ["x", "beside"]
    assert table["value"].tolist() == pytest.approx([0.1, 0.0])
    assert table["shown"].tolist() == [True, False]
    assert everything == pytest.approx(0.1)


def test_with_one_lever_there_is_no_choice_to_be_changed():
    table, everything = choice(
        drawn(x=np.array([-1.0, 1.0])),
        Runs({AS_IT_IS: of_coverage(0.1, 0.1), ("lever", "a"): of_coverage(0.2, 0.3)}),
    )
    assert (len(table), everything) == (0, 0.0)


# --- runs and their years


def test_a_part_of_a_system_is_told_as_the_whole_in_counts_and_money_and_as_it_is_in_shares():
    """A quarter of the schools was simulated."""
    found = outcomes(
        1,
        spending=10.0,
        spending_training=4.0,
        public=2.0,
        pupils_taught=8.0,
        fidelity=0.5,
        government_share=0.2,
    )
    whole = Runs({AS_IT_IS: found | {paid_by("Donor"): by_draw(8.0)}}).larger(0.25)[AS_IT_IS]
    got = {
        name: whole[name][0, 0]
        for name in ("spending", "spending_training", "public", "pupils_taught", paid_by("Donor"))
    }
    assert list(got.values()) == [40.0, 16.0, 8.0, 32.0, 32.0]
    assert (whole["fidelity"][0, 0], whole["government_share"][0, 0]) == (0.5, 0.2)


def test_a_payer_whom_some_variants_lack_pays_nothing_there():
    with_it = {"spending": np.array([1.0, 2.0]), paid_by("Donor"): np.array([1.0, 1.0])}
    found = together([with_it, {"spending": np.array([3.0, 4.0])}])
    assert found["spending"].tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert found[paid_by("Donor")].tolist() == [[1.0, 1.0], [0.0, 0.0]]


def test_a_year_is_the_mean_of_its_months_the_sum_of_its_money_and_the_governments_share_of_it():
    """Two years and two payers: 1 and 3 a month in the first year, of which the ministry pays 3; nothing in the second."""
    payers = [("Donor", "middle"), ("Ministry", "government")]
    scenario = BASE.replace(
        {
            "sd_per_school_year": 0.5,
            "funders": [{"name": name, "stage": stage, "annual_budget": 1.0} for name, stage in payers],
        }
    )
    monthly = {name: np.zeros(24) for name in (*MEANS, *SUMS)}
    monthly["fidelity"] = np.arange(24.0)
    monthly["spending"][:12] = 4.0
    monthly["effective_coverage"][:] = 0.25
    monthly["learning_sd"][:] = 0.1
    ledger = np.zeros((24, 2))
    ledger[:12] = 1.0, 3.0
    run = SimpleNamespace(
        outcomes=lambda: monthly,
        records=lambda: {"record.ledger": {"spent_now": ledger}},
        system=SimpleNamespace(schools={"pupils": np.array([100.0, 300.0])}),
    )
    found = by_year(run, scenario)
    assert found["fidelity"].tolist() == [5.5, 17.5]
    assert found["spending"].tolist() == [48.0, 0.0]
    assert (found[paid_by("Donor")].tolist(), found["public"].tolist()) == ([12.0, 0.0], [36.0, 0.0])
    assert found["government_share"].tolist() == [0.75, 0.0]
    assert found["pupils_taught"].tolist() == [100.0, 100.0]
    assert found["lays"].tolist() == pytest.approx([80.0, 80.0])  # 400 pupils gain a fifth of a school year


def test_all_lines_of_cost_are_in_the_table_of_spending():
    table = cost.spending(
        BASE,
        CLOCK,
        Runs(
            {
                AS_IT_IS: outcomes(2, **dict.fromkeys(LINES, 1.0))
                | {paid_by(f.name): by_draw(0, 0) for f in BASE.funders}
            }
        ),
    )
    lines = table[table["kind"] == "line"]
    assert len(lines) == len(LINES)
    assert set(lines["pilot"]) == {1.0}
    assert set(table[table["kind"] == "payer"]["item"]) == {funder.name for funder in BASE.funders}
