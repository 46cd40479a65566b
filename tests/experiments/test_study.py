"""Study files say what they mean, come back from disk as they were, and refuse what cannot be in one line."""

import pytest

from ml_abm import Scenario
from ml_abm.errors import InputError, StudyError
from ml_abm.experiments import Factor, Study

FILE = """
title = "Burden and community"
question = "How much of the burden can a community take?"
months = 24
[factors]
innovation.added_hours = { low = 1, high = 6, distribution = "triangular", mode = 2 }
tool_hours = { values = [0, 1, 3], role = "uncertainty" }
setting.teacher_attrition = { low = 0.05, high = 0.2 }
[[scenarios]]
name = "now"
[[scenarios]]
name = "helped"
set = { programme.community_mobilisation = 1.0, tool_hours = 1 }
"""


def written(folder, text, name="my-study.toml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refused(make):
    """Return the one line in which something is refused."""
    with pytest.raises(InputError) as caught:
        make()
    message = str(caught.value)
    assert message.isprintable()
    assert len(message) < 1000
    assert "pydantic" not in message
    return message


def test_a_study_file_says_factors_roles_and_scenarios(tmp_path):
    study = Study.load(written(tmp_path, FILE.replace(", tool_hours = 1", "")))
    assert study.name == "my-study"
    assert study.scenario == Scenario.preset("base")
    assert list(study.factors) == [
        "innovation.added_hours",
        "innovation.tool_hours",
        "setting.teacher_attrition",
    ]
    assert [factor.role for factor in study.factors.values()] == ["lever", "uncertainty", "uncertainty"]
    assert study.compared()["helped"].programme.community_mobilisation == 1
    assert study.compared()["now"] == study.scenario
    assert study.months == 24


@pytest.mark.parametrize("whole", [False, True])
def test_a_study_comes_back_from_its_file(tmp_path, whole):
    event = {"month": 6, "says": "help comes", "set": {"mandate": 1.0}}
    study = Study(
        name="round-trip",
        scenario="escuela-nueva",
        factors={"tool_hours": Factor(low=0.1, high=3.0, distribution="loguniform")},
        scenarios=[{"name": "now"}, {"name": "later", "set": {"timeline": [event]}}],
        design="morris",
        size=3,
    )
    text = study.to_toml(whole=whole)
    assert ('scenario = "escuela-nueva"' in text) != whole
    assert Study.load(written(tmp_path, text)).replace() == study
    assert study.compared()["later"].timeline[0].says == "help comes"


def test_a_scenario_is_looked_for_beside_the_study(tmp_path):
    written(tmp_path, Scenario().replace({"schools": 77}).to_toml(), "mine.toml")
    study = Study.find(str(written(tmp_path, 'scenario = "mine.toml"')))
    assert study.scenario.setting.schools == 77


def test_a_list_of_points_makes_the_factors(tmp_path):
    written(tmp_path, "tool_hours,setting.schools\n0,100\n2.5,200\n", "points.csv")
    study = Study.load(written(tmp_path, 'design = "list"\nfile = "points.csv"'))
    assert study.factors["innovation.tool_hours"].range() == (0, 2.5)
    assert Study.load(written(tmp_path, study.to_toml(), "again.toml")).factors == study.factors


def test_another_design_begins_with_its_own_options():
    study = Study(factors={"tool_hours": {"low": 0, "high": 1}}, design="grid", levels=3)
    assert study.replace(design="sobol").size == 128


HOURS = "innovation.tool_hours"
FAULTS = {
    "unknown key": ("month = 3", "my-study.toml: month is not known. Did you mean 'months'?"),
    "unknown factor": ("[factors]\ntool_hour = { low = 0, high = 1 }", "my-study.toml: factors: 'tool_hour' is not known. Did you mean 'tool_hours'?"),
    "unknown factor in a section": ("[factors]\ninnovation.tool_hour = { low = 0, high = 1 }", "my-study.toml: factors: 'innovation.tool_hour' is not known. Did you mean 'innovation.tool_hours'?"),
    "unknown key of a factor": (f"[factors]\n{HOURS} = {{ lo = 0, high = 1 }}", f"my-study.toml: factors.{HOURS}.lo is not known. Did you mean 'low'?"),
    "unknown key far from any": (f"[factors]\n{HOURS} = {{ min = 0 }}", f"my-study.toml: factors.{HOURS}.min is not known. Allowed are low, high"),
    "no range": (f"[factors]\n{HOURS} = {{ low = 0 }}", f"my-study.toml: factors.{HOURS}: give low and high, or values = [...]"),
    "range and values": (f"[factors]\n{HOURS} = {{ low = 0, high = 1, values = [1] }}", f"my-study.toml: factors.{HOURS}: give either values or low and high, not both"),
    "empty range": (f"[factors]\n{HOURS} = {{ low = 3, high = 3 }}", f"my-study.toml: factors.{HOURS}: low = 3, high = 3 is an empty range: low must be less than high"),
    "outside its bounds": (f"[factors]\n{HOURS} = {{ low = 0, high = 40 }}", f"my-study.toml: factors.{HOURS}.high = 40: allowed 0 to 20 h/week."),
    "broken school": ("[factors]\nschools = { values = [100, 100.5] }", "my-study.toml: factors.setting.schools.values.2 = 100.5: allowed whole numbers 1 to"),
    "value twice": (f"[factors]\n{HOURS} = {{ values = [1, 1] }}", f"my-study.toml: factors.{HOURS}.values: one is there twice"),
    "text for a number": (f"[factors]\n{HOURS} = {{ low = 'a', high = 1 }}", f"my-study.toml: factors.{HOURS}.low = 'a': allowed a number, the lower end of the range"),
    "not a number": (f"[factors]\n{HOURS} = {{ low = nan, high = 1 }}", f"my-study.toml: factors.{HOURS}.low = nan: allowed a number"),
    "number for a factor": (f"[factors]\n{HOURS} = 3", f"my-study.toml: factors.{HOURS} = 3: allowed tables [factors] of low and high"),
    "unknown distribution": (f"[factors]\n{HOURS} = {{ low = 0, high = 1, distribution = 'gauss' }}", f"my-study.toml: factors.{HOURS}.distribution = 'gauss': allowed 'uniform', 'loguniform', 'normal', 'triangular'"),
    "logarithm of zero": (f"[factors]\n{HOURS} = {{ low = 0, high = 1, distribution = 'loguniform' }}", f"my-study.toml: factors.{HOURS}.low = 0: allowed above 0 with distribution = 'loguniform'"),
    "shape of another": (f"[factors]\n{HOURS} = {{ low = 0, high = 1, mode = 0.5 }}", f"my-study.toml: factors.{HOURS}.mode goes with distribution = 'triangular'"),
    "mode outside": (f"[factors]\n{HOURS} = {{ low = 0, high = 1, distribution = 'triangular', mode = 2 }}", f"my-study.toml: factors.{HOURS}.mode = 2: allowed 0 to 1, its range"),
    "no spread": (f"[factors]\n{HOURS} = {{ low = 0, high = 1, distribution = 'normal', sd = 0 }}", f"my-study.toml: factors.{HOURS}.sd = 0: allowed above 0"),
    "unknown role": (f"[factors]\n{HOURS} = {{ low = 0, high = 1, role = 'dice' }}", f"my-study.toml: factors.{HOURS}.role = 'dice': allowed 'lever', 'uncertainty'"),
    "unknown outcome": ("outcomes = ['fidelty']", "my-study.toml: outcomes: 'fidelty' is not known. Did you mean 'fidelity'?"),
    "no outcome": ("outcomes = []", "my-study.toml: outcomes = (): allowed a list of outcomes"),
    "outcome twice": ("outcomes = ['strain', 'strain']", "my-study.toml: outcomes: 'strain' is there twice"),
    "unknown design": ("design = 'random'", "my-study.toml: design = 'random': allowed 'grid', 'latin-hypercube'"),
    "option of another design": ("size = 4", "my-study.toml: size = 4 does not go with design = 'grid': it takes levels"),
    "design without factors": ("design = 'sobol'", "my-study.toml: design = 'sobol' needs [factors]"),
    "no power of two": (f"design = 'sobol'\nsize = 100\n[factors]\n{HOURS} = {{ low = 0, high = 1 }}", "my-study.toml: size = 100: allowed powers of two with design = 'sobol', such as 128"),
    "odd levels": (f"design = 'morris'\nlevels = 5\n[factors]\n{HOURS} = {{ low = 0, high = 1 }}", "my-study.toml: levels = 5: allowed even numbers from 2 with design = 'morris'"),
    "list without a file": ("design = 'list'", "my-study.toml: design = 'list' needs file, a CSV with a column for each factor"),
    "list that is not there": ("design = 'list'\nfile = 'nowhere.csv'", "my-study.toml: "),
    "no replicates": ("replicates = 0", "my-study.toml: replicates = 0: allowed whole numbers 1 to 100,000"),
    "no months": ("months = 0", "my-study.toml: months = 0: allowed whole numbers 1 to 1200"),
    "negative seed": ("seed = -1", "my-study.toml: seed = -1: allowed whole numbers"),
    "unknown scenario": ("scenario = 'bse'", "my-study.toml: there is no scenario 'bse'"),
    "wrong scenario": ("[scenario.innovation]\ntool_hours = 99", "my-study.toml: scenario: innovation.tool_hours = 99: allowed 0 to 20"),
    "scenario without a name": ("[[scenarios]]\nset = { mandate = 1 }", "my-study.toml: scenarios.1.name is missing: text of small letters"),
    "two scenarios of a name": ("[[scenarios]]\nname = 'a'\n[[scenarios]]\nname = 'a'", "my-study.toml: scenarios: two are called 'a'"),
    "scenario that cannot be": ("[[scenarios]]\nname = 'a'\nset = { mandate = 2 }", "my-study.toml: scenarios.1 (a): base: programme.mandate = 2: allowed 0 to 1"),
    "months of a scenario": ("[[scenarios]]\nname = 'a'\nset = { months = 2 }", "my-study.toml: scenarios.1 (a): months are those of the study: set them there"),
    "factor in a scenario": (FILE, "my-study.toml: scenarios.2 (helped): innovation.tool_hours is a factor too: leave one of them out"),
    "name for no one": ("name = 'My study!'", "my-study.toml: name = 'My study!': allowed text of small letters"),
    "no TOML": ("months = ", "my-study.toml is not valid TOML"),
    "nothing": ("", "my-study.toml is empty: docs/experiments.md has one to start from"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTS)
def test_what_cannot_be_used_is_refused_in_one_line(kind, tmp_path):
    content, expected = FAULTS[kind]
    path = written(tmp_path, content)
    assert refused(lambda: Study.load(path)).startswith(expected)


LISTS = {
    "not a number": ("tool_hours\n1\nmany\n", "points.csv, line 3: innovation.tool_hours = 'many': allowed a number"),
    "infinite": ("tool_hours\ninf\n", "points.csv, line 2: innovation.tool_hours = 'inf': allowed a number"),
    "short line": ("tool_hours,added_hours\n1\n", "points.csv, line 2: 1 values for 2 names"),
    "no points": ("tool_hours\n", "points.csv has no points"),
    "unknown": ("tool_hour\n1\n", "factors: 'tool_hour' is not known. Did you mean 'tool_hours'?"),
    "twice": ("tool_hours,innovation.tool_hours\n1,2\n", "points.csv: a name is there twice"),
    "outside": ("tool_hours\n1\n21\n", "factors.innovation.tool_hours.high = 21: allowed 0 to 20"),
}  # fmt: skip


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_that_cannot_be_used_is_refused_in_one_line(kind, tmp_path):
    content, expected = LISTS[kind]
    written(tmp_path, content, "points.csv")
    path = written(tmp_path, 'design = "list"\nfile = "points.csv"')
    assert expected in refused(lambda: Study.load(path))


def test_a_study_that_is_not_there_is_refused_in_one_line(tmp_path):
    assert "there is no study 'nowhere'" in refused(lambda: Study.find("nowhere"))
    assert "there is no file" in refused(lambda: Study.find("nowhere.toml"))
    assert "is a folder without a study.toml" in refused(lambda: Study.find(str(tmp_path)))
    assert "there is no study 'nowhere'" in refused(lambda: Study.preset("nowhere"))
    with pytest.raises(StudyError):
        Study(monhts=3)
