"""A list of schools runs with money, trainers and pilot in proportion to its size, and what is far from that is named."""

import json
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pandas as pd
import pytest

from ml_abm import Scenario, SchoolSystemModel, checkpoint, cli, simulate
from ml_abm.calibration.posterior import in_manifest, load_posterior
from ml_abm.calibration.problem import problem_of, target_of
from ml_abm.calibration.series import Series
from ml_abm.errors import ListError, ScenarioError
from ml_abm.experiments.runner import run
from ml_abm.experiments.study import Study
from ml_abm.scenario import SIZES, preset_names
from ml_abm.system import settled
from ml_abm.system.outside import outside
from ml_abm.system.settled import notes
from ml_abm.system.synthetic import make_schools
from ml_abm.viz.offers import Offers, in_words
from ml_abm.viz.texts import LANGUAGES, Words

# The sizes of the default, which is of 500 schools in 10 districts.
BUDGETS = {funder.name: funder.annual_budget for funder in Scenario().funders}
MONEY = sum(BUDGETS.values())
FIXED = Scenario().innovation.cost_fixed
PLACES = Scenario().programme.training_capacity


def plain_list(folder, schools, *, districts=10, teachers=8):
    """Write a list of schools that differs from the default system in nothing but how many they are."""
    rows = "".join(f"s{k},d{k % districts},{teachers}\n" for k in range(schools))
    (folder / "schools.csv").write_text(f"id,district,teachers\n{rows}")
    return folder


def listed(folder, text=""):
    """Return the scenario of a file that names the list, and says no more than a text."""
    (folder / "ours.toml").write_text(f'system.schools = "schools.csv"\n{text}')
    return Scenario.load(folder / "ours.toml")


def sizes(scenario):
    plan = scenario.programme
    return {
        "budgets": {funder.name: funder.annual_budget for funder in scenario.funders},
        "fixed": scenario.innovation.cost_fixed,
        "places": plan.training_capacity,
        "thinning": scenario.behaviour.dilution_size,
        "pilot": (plan.pilot_schools, plan.pilot_districts),
    }


# --- the rule ---------------------------------------------------------------------------------------------------------


def test_a_thousand_schools_have_twice_the_money_places_and_pilot_of_the_default(tmp_path):
    assert sizes(settled(listed(plain_list(tmp_path, 1000, districts=20)))) == {
        "budgets": {name: 2 * budget for name, budget in BUDGETS.items()},
        "fixed": 2 * FIXED,
        "places": 2 * PLACES,
        "thinning": 60,
        "pilot": (40, 2),
    }


def test_five_hundred_schools_in_ten_districts_are_the_default(tmp_path):
    assert sizes(settled(listed(plain_list(tmp_path, 500)))) == sizes(Scenario())


def test_no_rate_no_share_and_no_unit_cost_follows_a_list(tmp_path):
    given = listed(plain_list(tmp_path, 1000, districts=20))
    before, after = given.values(), settled(given).values()
    moved = {name for name in before if before[name] != after[name]}
    assert moved == {name.rpartition(".")[2] for name in SIZES[1:]} | {"schools", "districts"}


@pytest.mark.parametrize(
    ("said", "name", "value"),
    [
        ("programme.pilot_schools = 7", "pilot_schools", 7),
        ("programme.pilot_schools = 20", "pilot_schools", 20),  # the default's own number, meant
        ("programme.pilot_districts = 3", "pilot_districts", 3),
        (f"programme.training_capacity = {PLACES}", "training_capacity", PLACES),
        (f"innovation.cost_fixed = {FIXED}", "cost_fixed", FIXED),
        ("behaviour.dilution_size = 30", "dilution_size", 30),
    ],
)
def test_what_a_file_says_is_not_changed_and_all_else_is_in_proportion(tmp_path, said, name, value):
    folder = plain_list(tmp_path, 1000, districts=20)
    unsaid, now = settled(listed(folder)).values(), settled(listed(folder, said)).values()
    assert now.pop(name) == value
    del unsaid[name]
    assert now == unsaid


def test_funders_of_a_file_pay_what_it_says(tmp_path):
    own = listed(
        plain_list(tmp_path, 1000), '[[funders]]\nname = "Us"\nstage = "system"\nannual_budget = 5000\n'
    )
    assert sizes(settled(own))["budgets"] == {"Us": 5000}


def test_what_is_set_later_is_not_changed_either(tmp_path):
    folder = plain_list(tmp_path, 1000)
    own = settled(listed(folder).replace({"pilot_schools": 20, "innovation.cost_fixed": 1.0}))
    assert (own.programme.pilot_schools, own.innovation.cost_fixed) == (20, 1)
    assert own.programme.training_capacity == 2 * PLACES
    funders = [funder.model_dump() for funder in Scenario().funders]
    assert sizes(settled(listed(folder).replace({"funders": funders})))["budgets"] == BUDGETS


def test_the_base_scenario_with_a_list_says_no_size_and_another_preset_says_its_own(tmp_path):
    system = {"system": {"folder": str(plain_list(tmp_path, 1000, districts=20)), "schools": "schools.csv"}}
    by_default = sizes(settled(listed(tmp_path)))
    assert sizes(settled(Scenario.preset("base").replace(system))) == by_default
    assert sizes(settled(Scenario().replace(system))) == by_default
    bridge = Scenario.preset("bridge-kenya")
    assert sizes(settled(bridge.replace(system))) == {**sizes(bridge), "thinning": 60, "pilot": (2, 2)}


def test_a_copy_of_the_base_scenario_says_every_size_that_it_writes_out(tmp_path):
    text = f'[system]\nschools = "schools.csv"\n{Scenario.preset("base").to_toml(comments=True)}'
    plain, table = text.partition("\n\n")[::2]  # plain values stand before tables
    head, values = plain.split("\n", 2)[:2], plain.split("\n", 2)[2]
    (plain_list(tmp_path, 1000) / "copy.toml").write_text("\n".join([values, *head, "", table]))
    copy = Scenario.load(tmp_path / "copy.toml")
    assert sizes(settled(copy)) == {**sizes(Scenario()), "thinning": 60}


# --- small, large and odd lists ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("schools", [1, 2, 12, 30, 499])
def test_a_small_list_runs_with_a_pilot_that_fits(tmp_path, schools):
    given = listed(plain_list(tmp_path, schools), "innovation.design_months = 0")
    plan = settled(given).programme
    assert plan.pilot_schools == max(1, round(0.04 * schools))
    assert 1 <= plan.pilot_districts <= plan.pilot_schools
    assert simulate(given, 6).system.schools_enrolled.iloc[0] >= 1


def test_quality_does_not_thin_out_sooner_in_a_small_system(tmp_path):
    assert settled(listed(plain_list(tmp_path, 12))).behaviour.dilution_size == 30


def test_a_pilot_is_no_larger_than_the_target(tmp_path):
    given = listed(plain_list(tmp_path, 1000), "programme.target_share = 0.01")
    assert settled(given).programme.pilot_schools == 10


def test_a_pilot_has_a_school_in_each_district_that_it_is_said_to_be_in(tmp_path):
    given = listed(plain_list(tmp_path, 60), "programme.pilot_districts = 5")
    assert settled(given).programme.pilot_schools == 5


def test_a_pilot_of_few_schools_is_in_as_few_districts(tmp_path):
    given = listed(plain_list(tmp_path, 1000, districts=100), "programme.pilot_schools = 3")
    assert settled(given).programme.pilot_districts == 3


def test_no_pilot_stays_none(tmp_path):
    given = listed(plain_list(tmp_path, 100), "programme.pilot_schools = 0\ninnovation.design_months = 0\n")
    assert settled(given).programme.pilot_schools == 0
    assert simulate(given, 2).system.schools_enrolled.iloc[0] <= 1


def test_the_list_of_a_whole_world_stays_inside_every_range(tmp_path):
    folder = plain_list(tmp_path, 20_000, teachers=500)
    assert settled(listed(folder)).behaviour.dilution_size == 30 * 2500


def test_reach_of_a_large_list_is_within_chance_of_that_of_the_default(tmp_path):
    """Every run of 5,000 schools lies between the extremes of 40 runs of the default's 500."""
    make_schools("zambia-like", 5000).to_csv(tmp_path / "schools.csv", index=False)
    default = simulate(Scenario(), 181, range(1, 41), workers=None).system.reach_schools.unstack("seed")
    large, poor = (
        simulate(given, 181, range(1, 5), workers=None).system.reach_schools.unstack("seed")
        for given in (listed(tmp_path), listed(tmp_path, "system.in_proportion = []"))
    )
    for month in (60, 120, 180):
        # with a tenth of the money and trainers it would not
        assert poor.loc[month].max() < large.loc[month].min(), month
        assert large.loc[month].between(default.loc[month].min(), default.loc[month].max()).all(), month


# --- the same wherever it runs ----------------------------------------------------------------------------------------


def test_a_scenario_with_a_list_gives_the_same_run_from_everywhere(tmp_path, capsys):
    given = listed(plain_list(tmp_path, 40, districts=4))
    trace = simulate(given, 6, 3).system
    assert simulate(settled(given), 6, 3).system.equals(trace)
    assert simulate(pickle.loads(pickle.dumps(given)), 6, 3).system.equals(trace)
    assert simulate(given.replace({"tool_hours": given.innovation.tool_hours}), 6, 3).system.equals(trace)
    assert checkpoint.run(given, 6, 3, tmp_path / "kept").trace().system.equals(trace)
    model = SchoolSystemModel(given, rng=3)
    model.run_for(6)
    assert model.simulation.trace().system.equals(trace)
    arguments = ["run", str(tmp_path / "ours.toml"), "--months", "6", "--seed", "3", "--out"]
    assert cli.main([*arguments, str(tmp_path / "results")]) == 0
    written = pd.read_parquet(tmp_path / "results" / "system.parquet")
    assert written.schools_enrolled.tolist() == trace.schools_enrolled.tolist()
    outcomes = ("schools_enrolled", "spending_fixed", "adoption")
    study = Study(scenario=given, months=6, replicates=1, seed=3, outcomes=outcomes)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as others:
        found = run(study, tmp_path / "study", others).runs
    assert found[list(outcomes)].iloc[0].tolist() == trace[list(outcomes)].iloc[-1].tolist()


@pytest.mark.parametrize("text", ["", "programme.pilot_schools = 20\n", "innovation.cost_fixed = 1\n"])
def test_a_scenario_with_a_list_survives_being_written_and_read(tmp_path, text):
    given = listed(plain_list(tmp_path, 1000), text)
    (tmp_path / "again.toml").write_text(given.to_toml())
    again = Scenario.load(tmp_path / "again.toml")
    assert again == given
    assert sizes(settled(again)) == sizes(settled(given))
    (tmp_path / "settled.toml").write_text(settled(given).to_toml())
    assert settled(Scenario.load(tmp_path / "settled.toml")) == settled(given)
    study = Study(scenario=given)
    (tmp_path / "study.toml").write_text(study.to_toml())
    assert Study.load(tmp_path / "study.toml").scenario.system.in_proportion == given.system.in_proportion


def test_what_is_settled_is_settled(tmp_path):
    once = settled(listed(plain_list(tmp_path, 1000)))
    assert settled(once) is once
    assert settled(once.replace({"tool_hours": 1.0})).programme == once.programme


def test_a_fit_to_a_listed_system_has_its_schools_and_its_money(tmp_path):
    given = listed(plain_list(tmp_path, 3000, teachers=1))
    counts = np.array([200.0, 400, 900, 1500, 2500])
    years = 2020.5 + np.arange(len(counts))
    series = Series("ours", "schools", years, counts, np.ones(len(years)))
    problem = problem_of([target_of(given, series)])
    (target,) = problem.targets
    assert target.whole.setting.schools == 3000
    assert sizes(target.scenario)["budgets"]["Donor"] == 6 * BUDGETS["Donor"]
    (tmp_path / "fit").mkdir()
    (tmp_path / "fit" / "manifest.json").write_text(json.dumps(in_manifest(problem)))
    draws = pd.DataFrame(problem.values(np.zeros((1, len(problem.names)))), columns=problem.names)
    draws.to_parquet(tmp_path / "fit" / "draws.parquet")
    (drawn,) = load_posterior(tmp_path / "fit").scenarios(given, 1)
    assert sizes(drawn)["budgets"]["Donor"] == pytest.approx(6 * BUDGETS["Donor"] * draws["budgets"][0])
    assert settled(drawn) == drawn


def test_what_is_in_proportion_may_be_said_too(tmp_path):
    folder = plain_list(tmp_path, 1000)
    own = settled(listed(folder, 'system.in_proportion = ["funders"]'))
    assert sizes(own) == {**sizes(Scenario()), "budgets": sizes(settled(listed(folder)))["budgets"]}
    with pytest.raises(ScenarioError, match=r"system.in_proportion = 'mandate': allowed funders, "):
        listed(folder, 'system.in_proportion = ["mandate"]')
    with pytest.raises(ListError, match=r"system.in_proportion needs system.schools"):
        settled(Scenario().replace({"system": {"in_proportion": ["funders"]}}))


# --- what is said -----------------------------------------------------------------------------------------------------


def test_one_line_says_what_is_in_proportion_and_how_much_that_is(tmp_path):
    (line,) = notes(listed(plain_list(tmp_path, 9212, districts=20)))
    assert line == (
        "Money, trainers and pilot are in proportion to 9,212 schools (18.4 times the default's 500): annual_budget of funders x 18.4, "
        f"innovation.cost_fixed = {18.424 * FIXED:,.10g}, programme.training_capacity = {18.424 * PLACES:,.10g}, behaviour.dilution_size = 552.72, "
        "programme.pilot_schools = 368, programme.pilot_districts = 2. Set any of them in the scenario to use your own."
    )


def test_the_line_says_only_what_the_scenario_leaves_open(tmp_path):
    folder = plain_list(tmp_path, 1000)
    own = "programme.pilot_schools = 30\nprogramme.pilot_districts = 1\nprogramme.training_capacity = 90\n"
    (line,) = notes(listed(folder, own))
    assert line.startswith("Money is in proportion to 1,000 schools (2 times the default's 500): ")
    assert "pilot" not in line
    assert "training_capacity" not in line
    everything = f"system.in_proportion = []\n{own}innovation.cost_fixed = 3e5\n"
    assert notes(listed(folder, everything)) == []


def test_a_warning_names_each_value_that_is_made_for_another_size(tmp_path):
    text = (
        f"programme.pilot_schools = 20\nprogramme.training_capacity = {PLACES}\ninnovation.cost_fixed = {FIXED}\n"
        f'[[funders]]\nname = "Us"\nstage = "system"\nannual_budget = {MONEY}\n'
    )
    _, fixed, places, pilot, money = notes(listed(plain_list(tmp_path, 10_000), text))
    assert pilot == (
        "Warning: programme.pilot_schools = 20 schools is 1/20 of what the default has per school. In proportion it would be 400: leave "
        "programme.pilot_schools out of the scenario for that, if 20 is not what you mean."
    )
    assert f"innovation.cost_fixed = {FIXED:,.10g} USD/year is 1/20 of" in fixed
    assert f"programme.training_capacity = {PLACES:,.10g} schools/year is 1/20 of" in places
    assert (
        f"annual_budget of all funders together = {MONEY:,.10g} USD/year is 1/20 of what the default has per teacher"
        in money
    )
    assert f"In proportion it would be {20 * MONEY:,.10g}: leave funders out" in money


@pytest.mark.parametrize(
    ("capacity", "warned"),
    [(PLACES / 2, False), (PLACES / 2 - 0.1, True), (8 * PLACES, False), (8 * PLACES + 0.1, True)],
)
def test_a_value_is_outside_from_four_times_on_either_way(tmp_path, capacity, warned):
    folder = plain_list(tmp_path, 1000)
    named = [
        line for line in notes(listed(folder, f"programme.training_capacity = {capacity}")) if "Warn" in line
    ]
    assert bool(named) == warned


def test_money_is_compared_by_teacher(tmp_path):
    _, warning = notes(listed(plain_list(tmp_path, 500, teachers=40)))
    assert f"annual_budget of all funders together = {MONEY:,.10g} USD/year is 1/5 of" in warning
    assert "set that, if" in warning  # to leave it out would change nothing


def test_a_programme_without_money_or_trainers_is_named(tmp_path):
    folder = plain_list(tmp_path, 1000)
    nothing = notes(listed(folder, "funders = []\nprogramme.training_capacity = 0"))
    assert sum("is nothing of what the default has" in line for line in nothing) == 2


def test_a_pilot_that_cannot_be_smaller_is_not_warned_of(tmp_path):
    assert len(notes(listed(plain_list(tmp_path, 2)))) == 1


def test_sizes_from_numbers_are_compared_too():
    assert notes(Scenario()) == []
    assert notes(Scenario().replace({"schools": 900})) == []
    warnings = notes(Scenario().replace({"schools": 9212}))
    assert len(warnings) == 4
    assert all("set that, if" in line for line in warnings)


@pytest.mark.parametrize("name", preset_names())
def test_a_programme_of_the_package_is_compared_with_itself(name):
    preset = Scenario.preset(name)
    assert notes(preset) == []
    assert notes(preset.replace({"schools": preset.setting.schools * 10}))


def test_the_commands_say_it_once(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(plain_list(tmp_path, 5000))
    listed(tmp_path, "programme.pilot_schools = 3\n")
    (tmp_path / "study.toml").write_text(
        'scenario = "ours.toml"\nmonths = 2\nreplicates = 1\noutcomes = ["adoption"]\n'
        '[[scenarios]]\nname = "a"\nset = { mandate = 0.5 }\n[[scenarios]]\nname = "b"\nset = { mandate = 0.2 }\n'
    )
    for command in (
        ["run", "ours.toml", "--months", "2", "--runs", "2"],
        ["schools", "check", "ours.toml"],
        ["experiment", "run", "study.toml"],
    ):
        assert cli.main(command) == 0
        said = capsys.readouterr().out.splitlines()
        assert sum("are in proportion to 5,000 schools" in line for line in said) == 1, command
        assert sum(line.startswith("Warning: programme.pilot_schools = 3 ") for line in said) == 1, command


def test_set_goes_before_the_list_in_a_run(tmp_path, capsys):
    listed(plain_list(tmp_path, 1000), "innovation.design_months = 0")
    file = str(tmp_path / "ours.toml")
    assert (
        cli.main(["run", file, "--months", "1", "--set", "pilot_schools=20", "--out", str(tmp_path / "r")])
        == 0
    )
    assert "programme.pilot_schools" not in capsys.readouterr().out
    assert pd.read_parquet(tmp_path / "r" / "system.parquet").schools_enrolled.iloc[0] == 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_is_opened_on_the_page_is_looked_at_too(language):
    words, offers = Words(language), Offers("base")
    opened = offers.opened("ours.toml", "[setting]\nschools = 9212\n")
    lines = offers.shown(words, opened)["outside"]
    assert len(lines) == 4
    assert any(words.number(368) in line for line in lines)
    assert offers.shown(words, offers.opened("ours.toml", "months = 12\n"))["outside"] == []
    assert in_words(outside(opened, opened)[0], words) == lines[0]
