"""The story is true: each sentence says what the outcomes say, and a cause only where the funnel or the accounts have it."""

from dataclasses import replace

import pytest

from ml_abm.outcomes import lost
from ml_abm.scenario import Scenario
from ml_abm.viz.cards import cards
from ml_abm.viz.plan import Plan
from ml_abm.viz.running_plan import Life
from ml_abm.viz.story import Facts, facts, sentences, story
from ml_abm.viz.texts import LANGUAGES, Words

SMALL = Scenario.preset("base").replace({"schools": 60, "districts": 4, "months": 90})
WORDS = Words("en")
QUIET = Facts(
    adoption=0.5, adoption_by=0.0, fidelity=0.6, fidelity_by=0.0, reported=0.65, whole_year=True, barrier="lost_lapsed",
    barrier_share=0.2, growing="lost_lapsed", growing_by=0.0, growing_share=0.2, stalled=None, aim=0.5, left=0.0, left_by=0.0, unpaid=0.0,
    grant_ended=None, champion_left=None, no_champion=False,
)  # fmt: skip


@pytest.fixture(scope="module")
def life():
    return Life(Plan(SMALL, 3)).run_until(60)


def said(**changes):
    return " ".join(sentences(replace(QUIET, **changes), WORDS, "May 2024"))


def test_the_facts_are_the_outcomes(life):
    now = facts(life)
    trace = life.model.trace().system
    assert now.adoption == pytest.approx(trace.adoption.iloc[-1], abs=1e-6)
    assert now.adoption_by == pytest.approx(trace.adoption.iloc[-1] - trace.adoption.iloc[-13], abs=1e-6)
    assert now.reported == pytest.approx(trace.reported_fidelity.iloc[-1], abs=1e-6)
    assert now.barrier == trace[lost()].iloc[-1].idxmax()
    assert now.growing == (trace[lost()].iloc[-1] - trace[lost()].iloc[-13]).idxmax()
    assert now.unpaid == pytest.approx(trace.funding_gap.iloc[-1], abs=1e-6)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_story_in_every_month_and_language(language):
    life, words = Life(Plan(SMALL, 3)), Words(language)
    while True:
        text = story(life, words)
        assert text
        assert "{" not in text
        assert "\n" not in text
        if life.month >= 24:
            break
        life.step()


def test_before_anything_happened_it_says_what_will_begin():
    assert (
        story(Life(Plan(SMALL)), WORDS)
        == "Nothing has begun. 20 of 60 schools are chosen for the pilot. Press play."
    )


def test_one_school_is_not_many():
    alone = SMALL.replace({"programme.pilot_schools": 1})
    assert "1 of 60 schools is chosen for the pilot." in story(Life(Plan(alone)), WORDS)


def test_a_share_that_hardly_moves_is_not_called_a_trend():
    assert "little change over the year" in said(adoption_by=0.01)
    assert "it is spreading (+9 points in a year)" in said(adoption_by=0.09)
    assert "it is losing ground (\u22124 points in a year)" in said(adoption_by=-0.04)
    assert "it is spreading (+1.6 points in a year)" in said(adoption_by=0.016)
    assert "since the start" in said(adoption_by=0.09, whole_year=False)


def test_a_share_is_nothing_or_all_only_where_it_is():
    assert "hardly any teacher uses it (<0.1%)" in said(adoption=0.0002)
    assert "hardly any teacher uses it (0.7%)" in said(adoption=0.007)
    assert "no teacher uses it (0%)" in said(adoption=0.0)
    assert "about two fifths of teachers use it (41%)" in said(adoption=0.41)
    assert "(>99.9% of all)" in said(barrier_share=0.9999)
    assert "(99.6% of all)" in said(barrier_share=0.996)


def test_growth_that_thins_out_is_called_so():
    assert "More use it than a year ago, but worse: true fidelity fell to 60%." in said(
        adoption_by=0.1, fidelity_by=-0.05
    )
    assert "better than a year ago" in said(fidelity_by=0.05)
    assert "True fidelity fell to 60% over the year." in said(adoption_by=-0.1, fidelity_by=-0.05)


def test_reports_are_put_beside_the_truth_when_they_are_far_from_it():
    assert "reports say" not in said(reported=0.65)
    assert "True fidelity is 60%; reports say 85%." in said(reported=0.85)


def test_when_ground_is_lost_the_barrier_that_grew_is_named_not_the_largest():
    fallen = {"adoption_by": -0.05, "barrier": "lost_not_reached", "barrier_share": 0.3}
    text = said(**fallen, growing="lost_overloaded", growing_by=0.06, growing_share=0.12)
    assert (
        "What grew most over the year: they had the course, but their week is too full (+6 points, now 12% of all)."
        in text
    )
    assert "not in the programme" not in text
    assert "not in the programme (30% of all)" in said(**fallen, growing_by=0.0)


def test_money_is_named_only_when_it_ended_or_was_missing():
    assert "paying" not in said()
    assert "The payments of Donor ended 3 months ago." in said(grant_ended=("Donor", 3))
    assert "20% of this month's running costs were not paid." in said(unpaid=0.2)
    assert said(grant_ended=("Donor", 1), unpaid=0.2).endswith(
        "a month ago. 20% of this month's running costs were not paid."
    )


def test_a_spread_that_stalled_says_what_the_programme_lacks():
    stalled = "The number of schools in the programme has hardly changed for a year"
    assert stalled not in said(stalled=None)
    assert f"{stalled}." in said(stalled="nothing")
    assert f"{stalled}, because it has all that it aims for (50% of schools)." in said(stalled="aim")
    assert "money for more. The payments of Donor ended" in said(stalled="money", grant_ended=("Donor", 3))


RICH = {"name": "Donor", "stage": "pilot", "annual_budget": 5e6, "horizon_months": 0}
POOR = {"name": "Donor", "stage": "pilot", "annual_budget": 1_000.0}


@pytest.mark.parametrize(
    ("short", "lacks"),
    [
        ({"target_share": 0.4}, "aim"),
        ({"training_capacity": 0, "capacity_growth": 0}, "trainers"),
        ({"district_recruitment": 0, "pilot_districts": 1, "pilot_schools": 4}, "districts"),
        (
            {"never_join": 0.6, "district_recruitment": 0.99, "funders": [RICH], "training_capacity": 60},
            "unwilling",
        ),
        ({"pilot_schools": 4, "funders": [POOR]}, "money"),
    ],
)
def test_what_a_programme_lacks_is_what_the_model_waits_for(short, lacks):
    stays = {"school_exit_base": -15.0, "school_recruitment": 0.99, "added_hours": 0.5}
    life = Life(Plan(SMALL.replace({**stays, **short}), 3)).run_until(60)
    assert abs(life.curve("reach_schools")[-1] - life.curve("reach_schools")[-13]) < 0.005
    assert facts(life).stalled == lacks


def test_an_ended_grant_is_said_in_the_month_in_which_it_ended():
    scenario = SMALL.replace(
        {"timeline": [{"month": 40, "says": "x", "happens": "grant ends", "funder": "Donor"}]}
    )
    life = Life(Plan(scenario, 3)).run_until(40)
    assert facts(life).grant_ended is None or facts(life).grant_ended[0] != "Donor"
    assert facts(life.run_until(41)).grant_ended == ("Donor", 0)
    assert "The payments of Donor ended this month." in story(life, WORDS)
    assert "The payments of Donor ended a month ago." in story(life.run_until(42), WORDS)


def test_cards_have_the_change_since_a_year_before_and_say_whether_it_is_good(life):
    trace = life.model.trace().system
    shown = {card["key"]: card for card in cards(life, WORDS)}
    assert shown["using"]["value"] == pytest.approx(trace.adoption.iloc[-1], abs=1e-6)
    assert shown["using"]["change"] == pytest.approx(
        trace.adoption.iloc[-1] - trace.adoption.iloc[-13], abs=1e-6
    )
    assert shown["using"]["good"] is (shown["using"]["change"] > 0)
    assert shown["money"]["value"] == pytest.approx(trace.spending.sum(), rel=1e-5)
    assert shown["money"]["good"] is None
    assert shown["fidelity"]["note"] == f"reports say {WORDS.percent(trace.reported_fidelity.iloc[-1])}"
    strain = shown["strain"][
        "change"
    ]  # against the same schools without the programme: see test_counterfactual.py
    assert shown["strain"]["good"] in ((None,) if abs(strain) < 0.005 else (strain < 0,))


def test_before_the_first_month_no_card_has_a_number():
    shown = cards(Life(Plan(SMALL, 3)), WORDS)
    assert {(card["value"], card["change"], card["note"]) for card in shown} == {("\u2013", None, "")}


def test_a_run_younger_than_a_year_has_no_change_in_a_year_to_show():
    shown = [card for card in cards(Life(Plan(SMALL, 3)).run_until(12), WORDS) if card["since"] == "year"]
    assert len(shown) == 6
    assert {card["change"] for card in shown} == {None}
