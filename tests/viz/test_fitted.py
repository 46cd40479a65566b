"""A fit goes into what is seen and into the band, each number where it belongs, and what was taken away comes back as it was."""

import threading

import numpy as np
import pytest

from ml_abm.assess.ensemble import ensemble_from
from ml_abm.calibration.posterior import load_posterior
from ml_abm.scenario import Scenario
from ml_abm.viz.compare import Batch, PlanRun
from ml_abm.viz.fitted import Fitted
from ml_abm.viz.link import link_of, linked
from ml_abm.viz.offers import Offers
from ml_abm.viz.plan import Plan
from ml_abm.viz.take_away import toml_of
from ml_abm.viz.texts import Words

from ..unit.test_posterior import folder_of


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    return Fitted(load_posterior(folder_of(tmp_path_factory.mktemp("fits") / "fit", "success_for_all")))


@pytest.fixture(scope="module")
def offers(fitted):
    return Offers("success-for-all", most_teachers=100_000, fitted=fitted)


def test_what_is_seen_is_a_draw_in_the_middle(fitted, offers):
    values = offers.first.values()
    table = fitted.posterior.table
    row = table[table["behaviour.school_exit_base"] == values["school_exit_base"]].iloc[0]
    assert values["training_capacity"] == row["programme.training_capacity"], "one draw, not many medians"
    ranks = table.rank(pct=True).to_numpy() - 0.5
    middle = table.rank(pct=True).loc[row.name] - 0.5
    assert (middle**2).sum() == pytest.approx((ranks**2).sum(axis=1).min())


def test_the_fitted_programme_gets_its_rollout_and_others_how_people_respond(fitted, offers):
    base, raw = offers.by_name()["base"], Scenario.preset("base")
    assert base.behaviour.school_exit_base == offers.first.behaviour.school_exit_base
    assert (base.programme, base.funders) == (raw.programme, raw.funders)
    words = Words()
    assert fitted.said(offers.first, words).startswith("Numbers fitted to the counts of Success for All")
    assert fitted.said(base, words).startswith("How people respond is fitted")
    assert offers.shown(words, base)["fit"] == fitted.said(base, words)
    assert Offers().shown(words, raw)["fit"] == ""


def test_runs_with_other_seeds_take_the_draw_of_their_seed_and_keep_the_levers(fitted, offers):
    plan = Plan(offers.first, 3).moved(0, "programme.training_capacity", 7)
    raw = Scenario.preset("success-for-all")
    drawn = fitted.drawn(plan, 5).as_scenario().values()
    row = fitted.posterior.draws(1, seed=5).iloc[0]
    assert drawn["school_exit_base"] == row["behaviour.school_exit_base"]
    assert drawn["school_recruitment"] == row["programme.school_recruitment"]
    assert drawn["training_capacity"] == 7, "a lever stays where it was put"
    budget = fitted.drawn(plan, 5).scenario.funders[0].annual_budget
    assert budget == pytest.approx(raw.funders[0].annual_budget * row["budgets"]), "budgets are drawn once"


def test_an_assessment_draws_from_the_fit_what_it_fits_and_all_else_from_the_priors(fitted, offers):
    plan = Plan(offers.first, 3).moved(0, "programme.training_capacity", 7)
    found = ensemble_from(plan.as_scenario(), fitted.drawn_around(plan), 4, 5)
    row = fitted.posterior.draws(4, seed=5)["behaviour.school_exit_base"]
    column = [
        found.values[:, found.names.index(name)]
        for name in ("behaviour.school_exit_base", "behaviour.adoption_base")
    ]
    assert column[0].tolist() == row.tolist()
    assert len(set(column[1].tolist())) == 4, "not fitted, so drawn from its prior"
    assert set(found.fitted) <= fitted.fits(plan.scenario)
    assert {one.programme.training_capacity for one in found.scenarios} == {7}, (
        "a lever stays where it was put"
    )


def test_the_band_holds_more_than_chance(fitted, offers):
    plan = Plan(offers.first, 3)
    months, found = 24, []
    ended = threading.Event()
    Batch(
        [plan], months=months, runs=8, drawn=fitted.drawn, done=lambda one: (found.append(one), ended.set())
    ).start()
    assert ended.wait(60)

    def alone(one, seed):
        return PlanRun("", one, seed, months).run(lambda month: None)["curves"]

    assert np.array_equal(found[0].values[0, 1], alone(fitted.drawn(plan, 4), 4))
    assert not np.array_equal(found[0].values[0, 0], alone(plan, 3))


def test_links_and_files_bring_the_numbers_with_them(fitted, offers):
    plan = Plan(offers.first, 3).moved(0, "programme.training_capacity", 7).moved(6, "money.amount", 0.5)
    text = link_of((plan,), 12)
    assert linked(text, offers.by_name()).plans == (plan,)
    elsewhere = linked(text, Offers().by_name())
    assert elsewhere.plans[0].scenario == plan.scenario, "a page without the fit shows the same"
    again = offers.opened("again.toml", toml_of(plan, 12, "again.toml"))
    assert again == plan.as_scenario(), "the rollout and the money are not put in twice"
    assert fitted.drawn(Plan(again), 5).scenario.funders == again.funders
