"""Money that is real: what is not spent lapses, promised money begins, and every account balances to the cent."""

import numpy as np
import pytest

from ml_abm import Scenario, Simulation, simulate
from ml_abm.tables import Enrolment, Stage

# A programme that is open, asks for nothing and takes on no one: what is paid in lies in the account.
NOTHING_SPENT = {
    "districts": 1, "schools": 4, "teachers_per_school": 2, "pilot_schools": 0, "pilot_districts": 0, "cost_fixed": 0,
    "district_recruitment": 0, "school_recruitment": 0,
}  # fmt: skip
FUND = {"name": "Fund", "stage": "pilot", "annual_budget": 120_000, "renewal_odds": 0}


def account(months, spending=NOTHING_SPENT, **funder):
    """Return the ledger of one funder."""
    scenario = Scenario().replace({**spending, "funders": [{**FUND, **funder}]})
    return simulate(scenario, months=months, seed=1).funders.xs("Fund", level="funder")


def test_unspent_money_lapses_when_a_grant_ends_but_for_what_may_be_carried_over():
    ledger = account(40, horizon_months=24, carry_over=0.1)
    assert ledger.balance[0] == pytest.approx(10_000)
    assert ledger.balance[23] == pytest.approx(240_000)
    assert ledger.balance[24] == ledger.balance[39] == pytest.approx(24_000)
    assert ledger.grants[39] == 1
    assert (ledger.spent == 0).all()


@pytest.mark.parametrize(("kept", "left"), [(0.0, 0.0), (1.0, 240_000.0)])
def test_what_may_be_carried_over_is_between_nothing_and_all(kept, left):
    assert account(30, horizon_months=24, carry_over=kept).balance[29] == pytest.approx(left)


def test_a_renewed_grant_begins_with_what_was_carried_over():
    ledger = account(50, horizon_months=24, carry_over=0.1, renewal_odds=1, flexible_share=0.75)
    assert ledger.balance[24] == pytest.approx(0.1 * 240_000 + 10_000)
    assert ledger.balance[47] == pytest.approx(24_000 + 240_000)
    assert ledger.balance[48] == pytest.approx(0.1 * 264_000 + 10_000)
    assert ledger.grants[[0, 23, 24, 48]].tolist() == [1, 1, 2, 3]


def test_money_without_an_end_lapses_at_the_end_of_a_year():
    ledger = account(30, horizon_months=0, carry_over=0.25)
    assert ledger.balance[11] == pytest.approx(120_000)
    assert ledger.balance[12] == pytest.approx(0.25 * 120_000 + 10_000)
    assert ledger.balance[24] == pytest.approx(0.25 * (30_000 + 120_000) + 10_000)
    assert ledger.grants[29] == 1


def test_a_year_of_money_without_an_end_runs_from_its_first_month():
    ledger = account(20, horizon_months=0, carry_over=0, first_month=5)
    assert ledger.balance[[4, 5, 16, 17]].tolist() == pytest.approx([0, 10_000, 120_000, 10_000])


def test_paid_in_is_what_was_spent_and_what_is_left_and_what_lapsed_is_gone():
    ledger = account(30, horizon_months=24, carry_over=0.1)
    assert ledger.paid_in.to_numpy() == pytest.approx((ledger.spent + ledger.balance).to_numpy())


def test_promised_money_begins_in_its_first_month_whatever_the_odds():
    ledger = account(12, first_month=7, evidence_required=0, renewal_odds=0)
    assert ledger.paid_in[[6, 7, 8]].tolist() == pytest.approx([0, 10_000, 20_000])


def test_money_that_asks_for_evidence_begins_by_the_odds_in_the_first_month_or_a_year_after_it():
    assert account(40, first_month=7, evidence_required=0.5, renewal_odds=0).paid_in[39] == 0
    assert account(12, first_month=7, evidence_required=0.5, renewal_odds=1).paid_in[7] == pytest.approx(
        10_000
    )
    begun = set()
    fund = {**FUND, "first_month": 5, "evidence_required": 0.01, "renewal_odds": 0.5, "horizon_months": 0}
    scenario = Scenario().replace({**NOTHING_SPENT, "funders": [fund]})
    for seed in range(30):
        paid = simulate(scenario, months=42, seed=seed).funders.xs("Fund", level="funder").paid_in
        begun |= {int(np.flatnonzero(paid)[0])} if paid.any() else set()
    assert {5, 17} <= begun <= {5, 17, 29, 41}


def test_a_programme_that_spends_all_has_nothing_to_lose():
    """Management takes 10,000 a month, which is what is paid in: carrying over or not makes no difference."""
    spends = {**NOTHING_SPENT, "cost_fixed": 120_000}
    kept, lost = (
        account(60, spends, horizon_months=24, renewal_odds=1, carry_over=share) for share in (1, 0)
    )
    assert kept.equals(lost)
    assert kept.spent[59] == pytest.approx(600_000)


def test_accounts_balance_and_lapsed_money_never_comes_back():
    trace = simulate(Scenario().replace({"schools": 60, "districts": 3}), months=150, seed=3)
    ledger = trace.funders
    assert ledger.paid_in.to_numpy() == pytest.approx((ledger.spent + ledger.balance).to_numpy())
    lapsed = trace.system.income.cumsum() - ledger.paid_in.groupby(level="month").sum()
    assert lapsed.min() > -1e-6
    assert (lapsed.diff().dropna() > -1e-6).all()
    assert lapsed.iloc[-1] > 1_000  # the claim is about something


def test_government_money_follows_rules_and_payment_by_results_follows_reports():
    """No one has it in the rules and no one reports anything: neither is paid a cent."""
    assert account(24, stage="government", horizon_months=0).paid_in[23] == 0
    assert account(24, by_results=1, horizon_months=0).paid_in[23] == 0
    assert account(12, by_results=0.25, horizon_months=0).paid_in[11] == pytest.approx(0.75 * 120_000)


def test_results_are_those_of_schools_on_the_list():
    """Of two schools one is on the list and delivers nothing; the other left and goes on. Who pays by results pays nothing."""
    still = {
        "schools": 2, "school_size_spread": 0, "teacher_attrition": 0, "lapse_base": -15, "lapse_of_strain": 0, "lapse_of_new_leader": 0,
        "adoption_base": -15, "awareness_of_exposure": 0, "school_exit_base": -15, "school_exit_of_strain": 0, "school_exit_of_unpaid": 0,
        "new_leader_reopens": 0, "refresher_rate": 0, "coaches_per_100_schools": 0,
    }  # fmt: skip
    for on_the_list, paid in ((0, 0), (1, 1)):
        run = Simulation(
            Scenario().replace(
                {**NOTHING_SPENT, **still, "funders": [{**FUND, "by_results": 1, "horizon_months": 0}]}
            ),
            1,
        )
        teachers = run.system.teachers
        teachers["stage"][2:], teachers["skill"][2:] = Stage.USING, 1.0  # the second school
        run.system.schools["enrolment"][:] = Enrolment.LEFT
        run.system.schools["enrolment"][on_the_list] = Enrolment.ENROLLED
        trace = run.run_for(6).trace()
        assert trace.system.adoption.iloc[-1] == 0.5
        assert trace.system.schools_enrolled.iloc[-1] == 1
        assert (trace.funders.paid_in.iloc[-1] > 0) == paid
