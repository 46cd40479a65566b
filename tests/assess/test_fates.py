"""Programmes that went different ways are held back by different things, and are told to do different things first."""

import pytest

from ml_abm.assess.answers.constraints import binding_names
from ml_abm.assess.variants import Size
from ml_abm.foundation.numbers_in_words import points
from ml_abm.report import assess

SMALL = Size(
    base=16, constraints=10, alone=0, levers=10, pairs=0, stresses=2, readiness=0, freedom=0, patience=2, map=0,
    teachers=1_200,
)  # fmt: skip


@pytest.fixture(scope="module")
def grew():
    return assess("tusome-kenya", size=SMALL)


@pytest.fixture(scope="module")
def stalled():
    return assess("read-india", size=SMALL)


@pytest.fixture(scope="module")
def declined():
    return assess("accelerated-schools", size=SMALL)


def test_what_reached_every_school_is_held_back_inside_schools_and_not_by_reach(grew):
    assert {"turnover", "capacity"} <= set(binding_names(grew.made))
    assert binding_names(grew.made)[0] != "not reached"
    assert "capacity" in set(grew.levers.group[:3])
    assert binding_names(grew.made, "last")[0] != "sustaining"


def test_what_stalled_half_way_has_nothing_to_carry_it_once_outside_money_has_gone(stalled):
    assert "sustaining" in binding_names(stalled.made, "last")
    assert stalled.levers.lever[0] not in {"more coaches", "more trainers"}


def test_what_declined_had_taken_on_too_few_schools_and_nothing_to_carry_them(declined):
    assert "not reached" in binding_names(declined.made)
    assert "sustaining" in binding_names(declined.made, "last")
    assert "reach" in set(declined.levers.group[:2])


def test_counts_and_money_are_those_of_the_whole_system(grew):
    spent = grew.tables["spending"].set_index("item").scale
    assert grew.made.simulated.setting.schools < 600 < 23_154 == grew.scenario.setting.schools
    assert 5e6 < spent["all lines"] < 28e6  # its payers have 28 million a year
    assert "a smaller system was simulated" in " ".join(grew.sentences["honesty"])


def test_where_no_payer_is_government_the_odds_of_all_else_are_given(stalled, grew):
    assert stalled.odds[0] == 0
    assert list(stalled.tables["odds"].criterion)[-1] == "others"
    assert "All that the plan does not rule out is met in" in " ".join(stalled.sentences["odds"])
    assert "others" not in set(grew.tables["odds"].criterion)


def test_what_is_said_to_cost_most_is_what_the_table_of_constraints_shows(grew, stalled, declined):
    for found in (grew, stalled, declined):
        row = found.constraints.loc[found.constraints.then_gain.idxmax()]
        assert f"Without it, {points(row.then_gain)} more" in found.sentences["constraint"][0]
        page = found.html()
        assert f'data-from="constraints/{row.constraint}/then_gain"' in page
        assert f'value="{float(row.then_gain)!r}"' in page
