"""The trials and the portfolio of the package hold together: every row, one source, one question, arms that can be, the same intervention everywhere."""

from __future__ import annotations

import pytest

from ml_abm.parameters import find
from ml_abm.trials import Portfolio, Trial, load_portfolio, run_trials, trial_names
from ml_abm.trials.files import trial_files

# T47 is a case, a series of one programme, and no trial. SF are stylised facts of the first version that no other trial holds.
FACTS = ["SF2", "SF3", "SF4", "SF9", "SF10"]
ROWS = FACTS + [f"T{k:02d}" for k in range(1, 51) if k not in (36, 47)] + ["T36a", "T36b", "T36c"]
NAMES = trial_names()


def loaded() -> list[Trial]:
    return [Trial.load(path) for path in trial_files().values()]


def test_every_row_of_the_table_of_trials_is_there():
    assert sorted(NAMES) == sorted(ROWS)


@pytest.mark.parametrize("name", NAMES)
def test_a_trial_of_the_package_can_be_read_and_says_why(name: str):
    trial = Trial.load(trial_files()[name])
    assert trial.id == name
    assert len(trial.why) > 60
    assert trial.source
    assert trial.question.endswith("?")


def test_trials_that_share_an_intervention_share_all_of_it():
    known: dict[str, object] = {}
    for trial in loaded():
        if trial.intervention:
            assert known.setdefault(trial.intervention.name, trial.intervention) == trial.intervention, (
                trial.id
            )


def test_correlated_errors_are_told_by_both_and_alike():
    trials = {trial.id: trial for trial in loaded()}
    for trial in trials.values():
        for other, r in trial.correlated_with.items():
            assert trials[other].correlated_with[trial.id] == r


def test_every_trial_that_is_fitted_has_a_standard_error():
    for trial in loaded():
        if trial.use == "fit":
            assert any((found.error or 0) > 0 for found in trial.found), trial.id


def test_a_portfolio_says_from_where_every_number_is_and_draws_programmes_that_can_be():
    portfolio = load_portfolio()
    assert isinstance(portfolio, Portfolio)
    assert len(portfolio.draw(100)) == 100
    assert all(draw.source for draw in portfolio.draws.values())
    behaviour = [name for name in portfolio.draws if (about := find(name)) and about.section == "behaviour"]
    assert behaviour == []


@pytest.mark.slow
def test_every_statistic_has_a_value_or_says_that_too_few_runs_have_none():
    for result in run_trials(loaded(), seeds=2):
        for compared in result.compared:
            few = ("no one is left", "divides by nothing", "is the same for all", "do not vary")
            assert not compared.fault or any(words in compared.fault for words in few), compared.fault
