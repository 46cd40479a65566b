"""Scenarios: a frozen value that is read from files, changed by name, written out again, and shipped with comments."""

from __future__ import annotations

import csv
import os
import pickle
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_abm import kernels, mechanisms, parameters
from ml_abm.cli import main
from ml_abm.errors import ScenarioError
from ml_abm.foundation.numbers_in_words import money
from ml_abm.parameters import SECTIONS, declarations
from ml_abm.plain_text import harmful_in
from ml_abm.scenario import FIXED_AT_START, Event, Funder, Scenario, preset_names, preset_text

ROOT = Path(__file__).parents[2]
PRESETS = preset_names()


# --- a value ----------------------------------------------------------------------------------------------------------


def test_the_default_is_a_typical_scale_up() -> None:
    base = Scenario()
    assert (base.setting.schools, base.setting.districts) == (500, 10)
    assert [funder.stage for funder in base.funders] == ["pilot", "middle", "system", "government"]
    assert base.timeline == ()


def test_the_money_of_the_default_supports_most_of_its_schools() -> None:
    base = Scenario()
    p, card, plan = base.values(), base.innovation, base.programme
    a_school = (
        plan.coaches_per_100_schools / 100 * card.cost_coach * 12
        + p["teachers_per_school"] * card.cost_materials
        + p["teachers_per_school"] * card.cost_training * plan.refresher_rate
        + plan.community_mobilisation * card.cost_community
        + plan.data_investment * card.cost_data
    )
    donors = sum(f.annual_budget for f in base.funders if f.stage in ("middle", "system"))
    schools = (donors - card.cost_fixed) / (a_school * (base.setting.schools / 100) ** p["cost_elasticity"])
    assert schools > 0.6 * base.setting.schools


def test_a_scenario_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Scenario().months = 3
    with pytest.raises(ValueError, match="frozen"):
        Scenario().innovation.tool_hours = 3.0


def test_equal_scenarios_have_equal_hashes_and_survive_a_pickle() -> None:
    event = {"month": 3, "says": "x", "scale": {"mandate": 0.5}}
    one, two = (Scenario().replace({"timeline": [event]}) for _ in range(2))
    assert one == two
    assert len({one, two}) == 1
    assert pickle.loads(pickle.dumps(one)) == one
    assert one != Scenario()


def test_values_holds_every_parameter_by_its_short_name() -> None:
    values = Scenario().values()
    assert list(values) == list(declarations())
    assert all(type(value) is float for value in values.values())
    assert parameters.record(values)["tool_hours"][0] == values["tool_hours"]


# --- replace ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tool_hours", "innovation.tool_hours"])
@pytest.mark.parametrize("value", [3, 3.0, np.float64(3), np.int64(3)])
def test_a_parameter_is_replaced_under_both_names_and_by_any_number(name: str, value: Any) -> None:
    changed = Scenario().replace({name: value})
    assert changed.innovation.tool_hours == 3.0
    assert type(changed.innovation.tool_hours) is float
    assert Scenario().innovation.tool_hours != 3.0


@pytest.mark.parametrize("value", [400, 400.0, np.int32(400), np.float32(400)])
def test_a_whole_number_may_come_as_any_whole_number(value: Any) -> None:
    changed = Scenario().replace({"setting.schools": value})
    assert changed.setting.schools == 400
    assert type(changed.setting.schools) is int


def test_name_months_funders_and_timeline_are_replaced_too() -> None:
    funder = {"name": "A", "stage": "government", "annual_budget": 5}
    changed = Scenario().replace(
        {
            "name": "mine",
            "months": 12,
            "funders": [funder],
            "timeline": [Event(month=3, says="x", set={"mandate": 1})],
        }
    )
    assert (changed.name, changed.months) == ("mine", 12)
    assert changed.funders == (Funder(name="A", stage="government", public=True, annual_budget=5.0),)
    assert changed.timeline[0].set == {"mandate": 1.0}


def test_several_changes_are_judged_together() -> None:
    small = Scenario().replace({"schools": 5, "districts": 5, "pilot_schools": 0, "pilot_districts": 0})
    assert small.setting.schools == 5


# --- funders and events -----------------------------------------------------------------------------------------------


def test_money_of_the_government_stage_is_public_unless_it_is_said_not_to_be() -> None:
    assert Funder(name="A", stage="government").public
    assert not Funder(name="A", stage="government", public=False).public
    assert not Funder(name="A", stage="system").public


def test_the_timeline_is_kept_in_the_order_of_its_months() -> None:
    text = "".join(
        f'[[timeline]]\nmonth = {m}\nsays = "{m}"\nhappens = "leaders change"\n' for m in (50, 3, 900)
    )
    scenario = Scenario.from_values(tomllib.loads(text))
    assert [event.month for event in scenario.timeline] == [3, 50, 900]
    assert scenario.months < 900  # events after the last month are allowed


def test_dotted_names_of_events_may_be_quoted_or_not() -> None:
    start = '[[timeline]]\nmonth = 3\nsays = "x"\n'
    quoted = Scenario.from_values(tomllib.loads(start + 'set = { "programme.mandate" = 1 }'))
    plain = Scenario.from_values(tomllib.loads(start + "set.programme.mandate = 1"))
    assert quoted == plain


def read_by_a_month() -> set[str]:
    """Return the parameters that kernels and mechanisms read, by themselves or in a number that is derived from them."""
    read = set()
    for room in (kernels, mechanisms):
        for path in Path(next(iter(room.__path__))).glob("*.py"):
            read |= set(re.findall(r"\bp\.(\w+)", path.read_text(encoding="utf-8")))
    for name in read & set(parameters.DERIVED):
        read |= needed_for(parameters.DERIVED[name])
    return read & set(declarations())


def needed_for(rule: Callable[[Mapping[str, float]], float]) -> set[str]:
    """Return the parameters that a derived number asks for."""
    asked = set()

    class Asked(dict):
        def __getitem__(self, name: str) -> float:
            asked.add(name)
            return super().__getitem__(name)

    rule(Asked(Scenario().values()))
    return asked


def test_what_no_month_reads_no_event_may_change() -> None:
    """An event that changed it would do nothing, and the reader of the scenario would not know."""
    read = read_by_a_month()
    assert {"tool_hours", "teacher_attrition"} <= read  # by itself, and in monthly_attrition alone
    for about in declarations().values():
        if about.name not in read:
            with pytest.raises(ScenarioError, match=f"{about.dotted} is fixed at the start"):
                Scenario().replace({"timeline": [Event(month=3, says="x", set={about.name: about.default})]})


def test_what_is_fixed_at_the_start_is_known_and_no_event_may_scale_it_either() -> None:
    assert set(declarations()) >= FIXED_AT_START
    for name in FIXED_AT_START:
        with pytest.raises(ScenarioError, match="is fixed at the start"):
            Scenario().replace({"timeline": [Event(month=3, says="x", scale={name: 1.0})]})


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_file_without_a_name_is_called_after_its_file(tmp_path: Path) -> None:
    path = tmp_path / "My Idea_2.toml"
    path.write_text("months = 24", encoding="utf-8")
    assert Scenario.load(path).name == "my-idea-2"
    assert Scenario.find(str(path)).months == 24


def number_within(about: parameters.About) -> st.SearchStrategy[Any]:
    if about.whole:
        return st.integers(int(about.low), int(about.high))
    return st.floats(about.low, about.high)


FREE = [a for a in declarations().values() if a.name not in {
    "schools", "districts", "pilot_schools", "pilot_districts", "target_share", "threshold_mean", "threshold_sd",
}]  # fmt: skip
CHANGES = st.lists(st.sampled_from(FREE), max_size=5, unique=True).flatmap(
    lambda abouts: st.fixed_dictionaries({about.dotted: number_within(about) for about in abouts})
)


PLAIN = st.characters().filter(lambda character: not harmful_in(character))


@given(CHANGES, st.text(PLAIN, max_size=30), st.text(PLAIN, min_size=1, max_size=30), st.integers(0, 1200))
def test_what_is_written_is_read_back_the_same(
    changes: dict[str, Any], title: str, says: str, month: int
) -> None:
    event = {"month": month, "says": says, "scale": {"programme.mandate": 0.5}}
    scenario = Scenario().replace({**changes, "title": title, "timeline": [event], "sourced": (title, says)})
    assert Scenario.from_values(tomllib.loads(scenario.to_toml())) == scenario
    assert Scenario.from_values(tomllib.loads(scenario.to_toml(comments=True))) == scenario


def test_a_scenario_without_funders_and_events_survives_too() -> None:
    scenario = Scenario().replace({"funders": [], "timeline": []})
    assert Scenario.from_values(tomllib.loads(scenario.to_toml())) == scenario


def test_the_template_leaves_out_the_behaviour_that_all_share() -> None:
    assert "behaviour" not in tomllib.loads(Scenario().to_toml(comments=True))
    changed = Scenario().replace({"rest_share": 0.1})
    assert tomllib.loads(changed.to_toml(comments=True))["behaviour"]["rest_share"] == 0.1


def test_importing_scenarios_is_light() -> None:
    heavy = "{'pandas', 'matplotlib', 'mesa', 'scipy', 'numba', 'rich'}"
    code = f"import sys, ml_abm.scenario; found = {heavy} & set(sys.modules); sys.exit(str(found) if found else 0)"
    source = str(Path(str(files("ml_abm"))).parent)
    environment = {**os.environ, "PYTHONPATH": source}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


# --- files of the first version ----------------------------------------------------------------------------------------

# Where each key that has gone stood in the first version.
FIRST_VERSION = {"weight_of_own_school": "setting"}
WAS = [f"{FIRST_VERSION.get(name, 'behaviour')}.{name}" for name in parameters.GONE]


@pytest.mark.parametrize("key", WAS)
def test_a_key_that_has_gone_is_refused_in_one_line_that_says_what_to_use(key: str, tmp_path: Path) -> None:
    path = tmp_path / "old.toml"
    section, name = key.split(".")
    path.write_text(f"[{section}]\n{name} = 0.3\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        Scenario.load(path)
    fault = str(refused.value)
    assert fault.startswith(f"old.toml: {key} is not known.")
    assert parameters.GONE[name] in fault
    assert "\n" not in fault
    for changes in ({key: 0.3}, {name: 0.3}):
        with pytest.raises(ScenarioError, match=re.escape(parameters.GONE[name])):
            Scenario().replace(changes)


@pytest.mark.parametrize("how", ["set", "scale"])
def test_an_event_of_the_first_version_is_refused_in_the_same_words(how: str) -> None:
    event = {"month": 3, "says": "x", how: {"behaviour.withdrawal_shock": 0.5}}
    with pytest.raises(ScenarioError, match=re.escape(parameters.GONE["withdrawal_shock"])):
        Scenario().replace({"timeline": [event]})


def test_the_command_line_says_what_has_become_of_a_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "old.toml"
    path.write_text("[behaviour]\nsustainable_hours = 40\n", encoding="utf-8")
    assert main(["run", str(path)]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "old.toml: behaviour.sustainable_hours is not known" in told
    assert "behaviour.full_week" in told


def test_what_has_gone_is_not_declared_and_what_is_named_instead_is() -> None:
    assert not set(parameters.GONE) & set(declarations())
    for name, instead in parameters.GONE.items():
        named = re.findall(r"\b(?:setting|behaviour)\.\w+", instead)
        assert named, name
        assert set(named) <= {about.dotted for about in declarations().values()}, name


def test_hours_belong_to_posts_so_no_event_changes_them() -> None:
    event = {"month": 3, "says": "longer weeks", "set": {"setting.weekly_hours": 50}}
    with pytest.raises(ScenarioError, match="weekly_hours is fixed at the start"):
        Scenario().replace({"timeline": [event]})


# --- the presets ------------------------------------------------------------------------------------------------------

WANTED = {
    "accelerated-schools", "base", "bridge-kenya", "catch-up-zambia", "escuela-nueva", "lesson-study-zambia",
    "liberia-egra", "new-math-allegheny", "pbis-us", "project-lead-the-way", "read-india", "room-to-read",
    "sat-honduras", "success-for-all", "tusome-kenya",
}  # fmt: skip
LARGEST = 40_000  # schools of a preset


def test_the_presets_are_there() -> None:
    assert set(PRESETS) >= WANTED


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_says_what_it_is_what_is_sourced_and_what_is_assumed(name: str) -> None:
    scenario = Scenario.preset(name)
    assert scenario.name == name
    assert scenario.sentence.endswith(".")
    assert scenario.sourced
    assert scenario.assumed
    assert all(says.endswith(".") for says in (*scenario.sourced, *scenario.assumed))
    assert scenario.setting.schools <= LARGEST


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_survives_being_written_and_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / "copy.toml"
    path.write_text(Scenario.preset(name).to_toml(), encoding="utf-8")
    assert Scenario.load(path) == Scenario.preset(name)
    assert Scenario.find(name) == Scenario.preset(name)


@pytest.mark.parametrize("name", PRESETS)
def test_the_comments_of_a_preset_tell_where_each_number_comes_from(name: str) -> None:
    text = preset_text(name)
    assert text.startswith("# ")
    silent, section, above = [], "", ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line.strip("[] \n").partition("]")[0]
        elif section in SECTIONS and " = " in line and "#" not in line and not above.startswith("#"):
            silent.append(line)
        above = line
    assert silent == []


@pytest.mark.parametrize("name", sorted(set(PRESETS) - {"base"}))
def test_a_preset_runs_through_the_years_of_its_case(name: str) -> None:
    pytest.importorskip("pandas")
    from ml_abm.calibration.case import load_case

    scenario = Scenario.preset(name)
    points = load_case(scenario.case, marks="ABC").series(scenario.case_metric)
    first, last = scenario.setting.start_year, scenario.setting.start_year + scenario.months / 12
    inside = points[(points.year >= first - 0.01) & (points.year <= last + 0.01)]
    assert len(inside) >= 1
    if scenario.case_metric == "schools":
        assert scenario.setting.schools >= inside.value.max()


# How scores of the design (cases/design_scores.csv) become numbers; docs/presets.md says the same in words.
SCORES = {
    "teacher_burden": ("added_hours", {-2: 0.5, -1: 1.0, 0: 2.0, 1: 3.5, 2: 6.0}),
    "community": ("community_mobilisation", {0: 0.0, 1: 0.33, 2: 0.66, 3: 1.0}),
    "core_adaptable": ("adaptation_freedom", {0: 0.0, 1: 0.33, 2: 0.66, 3: 1.0}),
    "champion": ("district_champions", {0: 0.1, 1: 0.2, 2: 0.35, 3: 0.5}),
    "gov_open": ("policy_openness", {0: 0.2, 1: 0.4, 2: 0.6, 3: 0.8}),
    "data_feedback": ("data_investment", {0: 0.0, 1: 0.33, 2: 0.66, 3: 1.0}),
}
FLEXIBLE_SHARE = {0: 0.25, 1: 0.5, 2: 0.75, 3: 1.0}


@pytest.mark.parametrize("name", sorted(set(PRESETS) - {"base"}))
def test_the_scores_of_a_design_become_numbers_by_one_table(name: str) -> None:
    scenario = Scenario.preset(name)
    values = scenario.values()
    score = scores_of(scenario.case.removesuffix("_libraries"))
    for attribute, (parameter, numbers) in SCORES.items():
        assert values[parameter] == numbers[score[attribute]], attribute
    for funder in scenario.funders:
        assert funder.stage == "government" or funder.flexible_share == FLEXIBLE_SHARE[score["funder"]]


def scores_of(case: str) -> dict[str, int]:
    table = files("ml_abm").joinpath("calibration/cases/design_scores.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(table.splitlines()) if row["case_id"] == case]
    assert rows, case
    return {row["attribute"]: int(row["score"]) for row in rows if row["score"] != "-"}


# --- docs/presets.md --------------------------------------------------------------------------------------------------

PAGE = ROOT / "docs" / "presets.md"
LIST = "## The presets\n"
RENEW = "renew it: python -m tests.unit.test_scenario"


def told(scenario: Scenario) -> str:
    """Return what docs/presets.md tells of one preset."""
    setting = scenario.setting
    staff, pupils = setting.teachers_per_school, setting.pupils_per_teacher
    size = (
        f"{setting.schools:,} schools in {setting.districts:,} districts, {staff:g} teachers a school, "
        f"{pupils:g} pupils a teacher (about {setting.schools * staff:,.0f} teachers)."
    )
    year = f"{setting.start_year:.1f}".removesuffix(".0")
    case = f" Compare with the case `{scenario.case}` ({scenario.case_metric})." if scenario.case else ""
    paid = [
        f"{f.name} ({f.stage}{', public' if f.public else ''}): {money(f.annual_budget)} per year"
        + (f" from month {f.first_month}" if f.first_month else "")
        + (f", for {f.horizon_months} months" if f.horizon_months else ", without an end")
        for f in scenario.funders
    ]
    happened = [f"month {event.month}: {event.says}" for event in scenario.timeline]
    lists = {
        "Sourced": scenario.sourced,
        "Assumed": scenario.assumed,
        "Who pays (assumed)": paid,
        "On the way": happened,
    }
    return "\n\n".join(
        [
            f"### `{scenario.name}`: {scenario.title}",
            scenario.sentence,
            f"{size} {scenario.months} months from {year}.{case}",
            *(
                "\n".join([f"{title}:", "", *(f"- {item}" for item in items)])
                for title, items in lists.items()
                if items
            ),
        ]
    )


def presets_told() -> str:
    return "\n" + "\n\n".join(told(Scenario.preset(name)) for name in PRESETS) + "\n"


def test_the_page_on_presets_tells_of_all_of_them_as_they_are() -> None:
    assert PAGE.read_text(encoding="utf-8").partition(LIST)[2] == presets_told(), RENEW


# --- the template -----------------------------------------------------------------------------------------------------

BASE = ROOT / "src" / "ml_abm" / "presets" / "base.toml"
HEAD = """\
# The base scenario: a typical scale-up, with every number that a person can set. Copy it and change what you know.
# What is left out keeps its default; unknown keys are refused. `ml-abm parameters` prints the same with sources.
# How people and organisations respond (section [behaviour]) is shared by all cases: calibrated, not chosen.

"""
FOOT = """
# What happens on the way: take off the # to let it happen.

# [[timeline]]
# month = 60
# says = "Coaching is cut by 60%"
# scale = { "programme.coaches_per_100_schools" = 0.4 }

# [[timeline]]
# month = 72
# says = "The ministry opens its policy; new officials come in"
# happens = "leaders change"
# set = { "setting.policy_openness" = 0.8 }

# [[timeline]]
# month = 90
# says = "The champion at the top leaves"
# happens = "champion leaves"

# [[timeline]]
# month = 96
# says = "The donor goes home"
# happens = "grant ends"
# funder = "Donor"
"""
WORDS = {
    "sourced": ["Ranges and sources of every number: `ml-abm parameters` and docs/evidence.md."],
    "assumed": [
        "No real programme: a typical mid-sized school system, with the funders that such programmes usually meet."
    ],
    "endgame": {"schools": 0.5, "fidelity": 0.4, "government_share": 0.2, "by_year": 2032},
}


def template() -> str:
    return HEAD + Scenario().replace(WORDS).to_toml(comments=True) + FOOT


def test_the_template_is_the_default_scenario() -> None:
    assert preset_text("base") == template(), RENEW
    assert Scenario.preset("base") == Scenario().replace(WORDS)


def test_the_examples_in_the_template_work() -> None:
    text = preset_text("base")
    with_events = text.partition(FOOT)[0] + re.sub(r"(?m)^# (?=\[\[|\w+ = )", "", FOOT)
    assert len(Scenario.from_values(tomllib.loads(with_events)).timeline) == 4


if __name__ == "__main__":
    BASE.write_text(template(), encoding="utf-8")
    words = PAGE.read_text(encoding="utf-8").partition(LIST)[0]
    PAGE.write_text(words + LIST + presets_told(), encoding="utf-8")
