"""National school systems with their sources, and school systems made smaller in proportion."""

import pytest

from ml_abm import Scenario, simulate
from ml_abm.cli import main
from ml_abm.errors import ScenarioError
from ml_abm.evidence import countries
from ml_abm.parameters import find
from ml_abm.scenario import preset_names
from ml_abm.system.countries import in_country, scaled, structure

COUNTRIES = ("colombia", "india", "jordan", "kenya", "usa", "zambia")


def test_every_number_has_a_mark_and_a_source():
    table = countries()
    assert sorted(table["country"].unique()) == sorted(COUNTRIES)
    assert set(table["mark"]) <= set("ABCD")
    assert (table["source"].str.len() > 10).all()
    assert (table.groupby("country")["parameter"].nunique() == 5).all()


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_country_is_in_the_setting_and_its_numbers_in_their_ranges(country):
    scenario = in_country(Scenario(), country)
    for name, value in structure(country)["value"].items():
        about = find(name)
        assert about.low <= value <= about.high
        assert scenario.values()[name] == value
    assert scenario.programme == Scenario().programme


def test_derived_numbers_are_what_their_sources_say():
    values = countries().set_index(["country", "parameter"])["value"]
    assert values["india", "teachers_per_school"] == pytest.approx(9_507_123 / 1_489_115, abs=0.01)
    assert values["india", "pupils_per_teacher"] == pytest.approx(265_235_830 / 9_507_123, abs=0.05)
    assert values["jordan", "teachers_per_school"] == pytest.approx(93_400 / 4_005, abs=0.05)
    assert values["usa", "teachers_per_school"] == pytest.approx(3_103_263 / 98_328, abs=0.05)
    assert values["kenya", "teachers_per_school"] == pytest.approx(200_697 / 22_154, abs=0.05)
    assert values["zambia", "teachers_per_school"] == pytest.approx(46_058 / 3_121, abs=0.05)


@pytest.mark.parametrize("name", [name for name in preset_names() if not Scenario.preset(name).network])
def test_every_preset_can_be_a_tenth(name):
    whole = Scenario.preset(name)
    tenth = scaled(whole, 0.1)
    assert tenth.setting.schools == pytest.approx(whole.setting.schools / 10, abs=0.5)
    assert [f.annual_budget for f in tenth.funders] == pytest.approx(
        [f.annual_budget / 10 for f in whole.funders]
    )
    assert tenth.innovation.cost_training == whole.innovation.cost_training


def test_a_tenth_of_zambia_fares_like_zambia():
    """3 runs of 8 years; what is left is small counts and chance."""
    zambia = Scenario.preset("catch-up-zambia")
    whole, tenth = (simulate(s, 96, range(3)).at(95).mean() for s in (zambia, scaled(zambia, 0.1)))
    for outcome, tolerance in {
        "reach_schools": 0.06,
        "adoption": 0.06,
        "fidelity": 0.06,
        "strain": 0.02,
    }.items():
        assert tenth[outcome] == pytest.approx(whole[outcome], abs=tolerance), outcome


def test_scaling_up_and_down_again_changes_nothing():
    assert scaled(scaled(Scenario(), 100), 0.01).values() == pytest.approx(Scenario().values())


@pytest.mark.parametrize("factor", [0.0, -1.0, 2000.0, float("nan")])
def test_a_scale_out_of_range_is_refused(factor):
    with pytest.raises(ScenarioError, match="allowed above 0"):
        scaled(Scenario(), factor)


def test_real_districts_cannot_be_scaled():
    with pytest.raises(ScenarioError, match="real districts"):
        scaled(Scenario.preset("new-math-allegheny"), 0.5)
    with pytest.raises(ScenarioError, match="real districts"):
        in_country(Scenario.preset("new-math-allegheny"), "usa")


def test_from_the_command_line(capsys):
    assert main(["run", "base", "--country", "india", "--scale", "0.0002", "--months", "12"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "Distorted all the same" in printed
    assert main(["countries"]) == 0
    assert "1,489,115" in capsys.readouterr().out
    assert main(["countries", "jordan"]) == 0
    assert "93,400 teachers" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "base", "--country", "zambai"], "Did you mean 'zambia'?"),
        (["run", "base", "--scale", "0"], "scale = 0: allowed above 0"),
        (["countries", "atlantis"], "there is no country"),
    ],
)
def test_mistakes_are_one_line(capsys, arguments, says):
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
