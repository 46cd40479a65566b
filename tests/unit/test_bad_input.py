"""Every way to give a scenario that cannot be used: one line that names file, key, value and what is allowed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml_abm.errors import InputError, ScenarioError, SizeError
from ml_abm.foundation.free_memory import memory_free
from ml_abm.foundation.toml_file import LONGEST_FILE
from ml_abm.scenario import (
    Event,
    Funder,
    Scenario,
    preset_text,
)
from ml_abm.system.memory import check_size, memory_needed


def fault(content: str | bytes, folder: Path, name: str = "my.toml") -> str:
    """Return the one line in which a file of this content is refused."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(path)
    return one_line(caught.value)


def one_line(error: BaseException) -> str:
    message = str(error)
    assert isinstance(error, InputError)
    assert message.isprintable(), message
    assert len(message) < 1000
    assert "pydantic" not in message
    assert "Errno" not in message
    return message


# --- one fault: what is given, and all that the line has to say -------------------------------------------------------

FAULTS = {
    "misspelt parameter": ("[innovation]\ntool_hour = 3", "my.toml: innovation.tool_hour is not known. Did you mean 'tool_hours'?"),
    "misspelt section": ("[inovation]\ntool_hours = 3", "my.toml: inovation is not known. Did you mean 'innovation'?"),
    "misspelt key at the top": ("month = 3", "my.toml: month is not known. Did you mean 'months'?"),
    "misspelt key of a funder": ('[[funders]]\nname = "A"\nstage = "pilot"\nanual_budget = 3', "my.toml: funders.1.anual_budget is not known. Did you mean 'annual_budget'?"),
    "misspelt key of an event": ('[[timeline]]\nmonth = 3\nsays = "x"\nhappen = "leaders change"', "my.toml: timeline.1.happen is not known. Did you mean 'happens'?"),
    "parameter outside its section": ("tool_hours = 3", "my.toml: tool_hours is not known. Did you mean 'innovation.tool_hours'?"),
    "parameter in the wrong section": ("[setting]\ntool_hours = 3", "my.toml: setting.tool_hours is not known. Did you mean 'innovation.tool_hours'?"),
    "unlike anything": ("zzqqxx = 1", "my.toml: zzqqxx is not known."),
    "too high": ("[innovation]\ntool_hours = 40", "my.toml: innovation.tool_hours = 40: allowed 0 to 20 h/week. Hours a week that its tools and ready materials give back."),
    "negative": ("[innovation]\neffect_size = -1", "my.toml: innovation.effect_size = -1: allowed 0 to 2 SD/year. Learning gain at full fidelity."),
    "not a number": ("[innovation]\ntool_hours = nan", "my.toml: innovation.tool_hours = nan: allowed 0 to 20 h/week."),
    "infinite": ("[innovation]\ncost_fixed = inf", "my.toml: innovation.cost_fixed = inf: allowed 0 to 10,000,000,000 USD/year."),
    "text for a number": ('[innovation]\ntool_hours = "three"', "my.toml: innovation.tool_hours = 'three': allowed 0 to 20 h/week."),
    "truth for a number": ("[innovation]\ntool_hours = true", "my.toml: innovation.tool_hours = true: allowed 0 to 20 h/week."),
    "truth for a whole number": ("[setting]\nschools = true", "my.toml: setting.schools = true: allowed whole numbers 1 to 20,000,000 schools."),
    "list for a number": ("[innovation]\ntool_hours = [3]", "my.toml: innovation.tool_hours = [3]: allowed 0 to 20 h/week."),
    "date for a number": ("[setting]\nstart_year = 2016-01-01", "my.toml: setting.start_year = datetime.date(2016, 1, 1): allowed 1800 to 2200 year."),
    "broken number": ("[setting]\nschools = 500.5", "my.toml: setting.schools = 500.5: allowed whole numbers 1 to 20,000,000 schools."),
    "absurd number": (f"months = 0x{'f' * 5000}", "my.toml: months = a huge number: allowed whole numbers 1 to 1200 months."),
    "number for text": ("title = 3", "my.toml: title = 3: allowed text. What people call it."),
    "number for a list": ("sourced = 3", "my.toml: sourced = 3: allowed a list of texts."),
    "number in a list of texts": ('sourced = ["a", 3]', "my.toml: sourced.2 = 3: allowed a list of texts."),
    "number for a section": ("setting = 5", "my.toml: setting = 5: allowed a table [setting]"),
    "number for the funders": ("funders = 5", "my.toml: funders = 5: allowed tables [[funders]]"),
    "number for a funder": ("funders = [5]", "my.toml: funders.1 = 5: allowed tables [[funders]]"),
    "one table for the timeline": ("[timeline]\nmonth = 3", "my.toml: timeline = {'month': 3}: allowed tables [[timeline]]"),
    "no name for people": ('name = "My scenario!"', "my.toml: name = 'My scenario!': allowed text. Small letters, digits and hyphens, at most 64."),
    "negative months": ("months = -3", "my.toml: months = -3: allowed whole numbers 1 to 1200 months. Months to simulate."),
    "zero months": ("months = 0", "my.toml: months = 0: allowed whole numbers 1 to 1200 months."),
    "zero teachers": ("[setting]\nteachers_per_school = 0", "my.toml: setting.teachers_per_school = 0: allowed 1 to 500 teachers. Mean number of teachers in a school."),
    "zero schools": ("[setting]\nschools = 0", "my.toml: setting.schools = 0: allowed whole numbers 1 to 20,000,000 schools."),
    "unknown network": ('network = "facebook"', "my.toml: network = 'facebook': allowed '', 'modmath'."),
    "unknown stage": ('[[funders]]\nname = "A"\nstage = "pilots"', "my.toml: funders.1.stage = 'pilots': allowed 'pilot', 'middle', 'system', 'government'."),
    "funder without a name": ('[[funders]]\nstage = "pilot"', "my.toml: funders.1.name is missing: text of 1 to 80 characters. What it is called; no two alike."),
    "funder with an empty name": ('[[funders]]\nname = ""\nstage = "pilot"', "my.toml: funders.1.name = '': allowed text of 1 to 80 characters."),
    "funder out of range": ('[[funders]]\nname = "A"\nstage = "pilot"\nflexible_share = 30', "my.toml: funders.1.flexible_share = 30: allowed 0 to 1 (share). Share that may be spent on any cost line"),
    "funder with money owed": ('[[funders]]\nname = "A"\nstage = "pilot"\nannual_budget = -5', "my.toml: funders.1.annual_budget = -5: allowed 0 to 1,000,000,000,000 USD/year."),
    "event without a month": ('[[timeline]]\nsays = "x"', "my.toml: timeline.1.month is missing: whole numbers 0 to 1200 month."),
    "event before the start": ('[[timeline]]\nmonth = -1\nsays = "x"', "my.toml: timeline.1.month = -1: allowed whole numbers 0 to 1200 month."),
    "event without words": ('[[timeline]]\nmonth = 1\nhappens = "leaders change"', "my.toml: timeline.1.says is missing: text of 1 to 200 characters."),
    "event in which nothing happens": ('[[timeline]]\nmonth = 5\nsays = "x"', "my.toml: timeline, month 5 ('x'): give one of set, scale, happens"),
    "event that is not known": ('[[timeline]]\nmonth = 5\nsays = "x"\nhappens = "rain"', "my.toml: timeline.1.happens = 'rain': allowed '', 'champion leaves', 'leaders change', 'grant ends', 'funder leaves'."),
}  # fmt: skip


@pytest.mark.parametrize("kind", FAULTS)
def test_what_cannot_be_used_is_refused_in_one_line(kind: str, tmp_path: Path) -> None:
    content, expected = FAULTS[kind]
    assert fault(content, tmp_path).startswith(expected)


def happening(*lines: str) -> str:
    return "\n".join(["[[timeline]]", "month = 5", 'says = "x"', *lines])


EVENTS = {
    "unknown parameter": (['set = { "programme.mandat" = 1 }'], "programme.mandat is not known. Did you mean 'programme.mandate'?"),
    "parameter in the wrong section": (['set = { "setting.mandate" = 1 }'], "setting.mandate is not known. Did you mean 'programme.mandate'?"),
    "out of range": (["set = { mandate = 3 }"], "set programme.mandate = 3: allowed 0 to 1 (share). How strictly schools and teachers are required to use it."),
    "not a number": (["set = { mandate = nan }"], "set programme.mandate = nan: allowed 0 to 1 (share)."),
    "scaled out of range": (["scale = { coaches_per_100_schools = 100 }"], "scale programme.coaches_per_100_schools = 6 x 100 = 600: allowed 0 to 50 coaches."),
    "size of the system": (['set = { "setting.schools" = 900 }'], "setting.schools is fixed at the start and no event can change it"),
    "size, scaled": (["scale = { districts = 2 }"], "setting.districts is fixed at the start and no event can change it"),
    "pilot": (["set = { pilot_schools = 2 }"], "programme.pilot_schools is fixed at the start and no event can change it"),
    "changed twice": (["set = { mandate = 1 }", "scale = { mandate = 0.5 }"], "programme.mandate is changed twice"),
    "changed under two names": (['set = { mandate = 1, "programme.mandate" = 0.5 }'], "programme.mandate is changed twice"),
    "grant that no one gave": (['happens = "grant ends"', 'funder = "Foundatoin"'], "there is no funder 'Foundatoin'. Did you mean 'Foundation'?"),
    "grant of no one": (['happens = "grant ends"'], "there is no funder ''."),
    "funder without a grant": (['happens = "leaders change"', 'funder = "Foundation"'], "funder = 'Foundation' goes with happens = 'grant ends'"),
    "level without a champion": (['happens = "leaders change"', 'level = "district"'], "level = 'district' goes with happens = 'champion leaves'"),
}  # fmt: skip


@pytest.mark.parametrize("kind", EVENTS)
def test_an_event_that_cannot_happen_is_refused_in_one_line(kind: str, tmp_path: Path) -> None:
    lines, expected = EVENTS[kind]
    assert fault(happening(*lines), tmp_path).startswith(f"my.toml: timeline, month 5 ('x'): {expected}")


def test_a_text_for_an_events_number_is_refused(tmp_path: Path) -> None:
    expected = "my.toml: timeline.1.set.mandate = 'yes': allowed numbers"
    assert fault(happening('set = { mandate = "yes" }'), tmp_path) == expected


def test_events_are_counted_as_they_stand_in_the_file(tmp_path: Path) -> None:
    content = (
        happening("set = { mandate = 1 }") + "\n" + happening("happen = 1").replace("month = 5", "month = 2")
    )
    assert fault(content, tmp_path).startswith("my.toml: timeline.2.happen is not known.")


def test_an_event_is_judged_by_the_values_of_its_month(tmp_path: Path) -> None:
    twice = (
        happening("scale = { mandate = 2 }") + "\n" + happening("scale = { mandate = 2 }").replace("5", "9")
    )
    message = fault("[programme]\nmandate = 0.4\n" + twice, tmp_path)
    assert message.startswith(
        "my.toml: timeline, month 9 ('x'): scale programme.mandate = 0.8 x 2 = 1.6: allowed 0 to 1"
    )


IMPOSSIBLE = {
    "fewer schools than districts": ({"schools": 5, "pilot_schools": 0, "pilot_districts": 0}, ("setting.schools = 5", "setting.districts = 10")),
    "pilot larger than the system": ({"schools": 10, "districts": 1}, ("programme.pilot_schools = 20", "setting.schools = 10")),
    "pilot in more districts than there are": ({"pilot_districts": 20}, ("programme.pilot_districts = 20", "setting.districts = 10")),
    "pilot in no district": ({"pilot_districts": 0}, ("programme.pilot_districts = 0", "programme.pilot_schools = 20")),
    "pilot with fewer schools than districts": ({"pilot_schools": 2, "pilot_districts": 3}, ("programme.pilot_districts = 3", "programme.pilot_schools = 2")),
    "pilot larger than the target": ({"target_share": 0.01}, ("programme.pilot_schools = 20", "programme.target_share = 0.01")),
    "a direction in words": ({"ties": [{"between": "teachers", "file": "x.csv", "directed": "yes"}]}, ("ties.1.directed = 'yes'", "true or false")),
    "real ties of others": ({"network": "modmath"}, ("setting.districts = 10", "network = 'modmath'")),
    "thresholds too wide": ({"threshold_mean": 0.05, "threshold_sd": 0.4}, ("behaviour.threshold_sd = 0.4", "behaviour.threshold_mean = 0.05")),
    "two funders of one name": ({"funders": [{"name": "A", "stage": "pilot"}] * 2}, ("funders", "'A'")),
}  # fmt: skip


@pytest.mark.parametrize("kind", IMPOSSIBLE)
def test_an_impossible_combination_names_both_keys(kind: str) -> None:
    changes, named = IMPOSSIBLE[kind]
    with pytest.raises(ScenarioError) as caught:
        Scenario().replace(changes)
    message = one_line(caught.value)
    assert message.startswith("base: ")
    assert all(name in message for name in named), message


def test_several_faults_are_told_in_one_line(tmp_path: Path) -> None:
    content = "months = 0\n[innovation]\ntool_hours = 40\nadded_hours = -1\nx = 1\ny = 2"
    message = fault(content, tmp_path)
    assert message.count("; ") == 3
    assert message.endswith("; and 2 more")


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.find(str(tmp_path / "no.toml"))
    assert one_line(caught.value) == f"there is no file {tmp_path / 'no.toml'}"


def test_a_misspelt_preset_gets_a_suggestion() -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.find("catch-up-sambia")
    assert one_line(caught.value).endswith("Did you mean 'catch-up-zambia'?")
    with pytest.raises(ScenarioError, match="there is no preset 'x'"):
        preset_text("x")


def test_a_folder_is_not_a_scenario(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.find(str(tmp_path))
    assert one_line(caught.value) == f"{tmp_path} is a folder: give a scenario file (.toml)"


@pytest.mark.parametrize("content", ["", "\n \n", "# only words\n", "\ufeff"])
def test_an_empty_file_points_to_the_template(content: str, tmp_path: Path) -> None:
    message = fault(content, tmp_path)
    assert message == "my.toml is empty: `ml-abm scenarios copy base` gives a file to start from"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("months = 3\ntitle = \n", "(at line 2, column 9)"),
        ("[setting\n", "(at line 1, column 9)"),
        ("months = 3\nmonths = 4\n", "(at line 2, column 11)"),
        ("title = 'a\tb\x01'\n", "(at line 1, column 13)"),
        ("x = " + "[" * 100_000, "nested too deeply"),
        ("x = " + "1" * 5000, "thousands of digits"),
        ('funders = []\n[[funders]]\nname = "A"', "(at line 2, column 10)"),
    ],
)
def test_broken_toml_is_told_with_line_and_column(content: str, expected: str, tmp_path: Path) -> None:
    message = fault(content, tmp_path)
    assert message.startswith("my.toml is not valid TOML: ")
    assert expected in message


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_text_that_is_not_utf8_is_refused(encoding: str, tmp_path: Path) -> None:
    content = 'months = 3\ntitle = "École"\n'.encode(encoding)
    line = 1 if encoding == "utf-16" else 2
    assert fault(content, tmp_path) == f"my.toml is not UTF-8 text (line {line}): save it as UTF-8"


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_bytes(b"\xef\xbb\xbfmonths = 3\r\n")
    assert Scenario.load(path).months == 3


def test_a_file_of_absurd_length_is_not_read(tmp_path: Path) -> None:
    message = fault(b"#" * (LONGEST_FILE + 1), tmp_path)
    assert message == "my.toml is longer than 1,000,000 bytes: no scenario needs as much"


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="needs a file without end")
def test_a_file_without_end_is_not_read() -> None:
    with pytest.raises(ScenarioError, match="longer than"):
        Scenario.load("/dev/zero")


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(tmp_path / "my.toml")
    monkeypatch.undo()
    assert one_line(caught.value) == f"{tmp_path / 'my.toml'} cannot be read: Permission denied"


@pytest.mark.parametrize("name", ["a\0b.toml", "x" * 5000 + ".toml", "my.toml/x.toml"])
def test_a_path_that_cannot_be_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text("months = 3")
    with pytest.raises(ScenarioError):
        Scenario.find(str(tmp_path / name))


def test_names_with_line_breaks_stay_on_one_line(tmp_path: Path) -> None:
    assert fault('"a\\nb" = 1', tmp_path).startswith("my.toml: a\\nb is not known.")
    assert fault(f'"{"k" * 5000}" = 1', tmp_path).startswith(f"my.toml: {'k' * 57}... is not known.")
    assert fault(f'title = ["{"k" * 5000}"]', tmp_path).startswith("my.toml: title = ['kkk")


# --- from Python ------------------------------------------------------------------------------------------------------


def test_python_values_are_refused_in_the_same_words() -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario(months=-3)
    assert one_line(caught.value).startswith("months = -3: allowed whole numbers 1 to 1200 months.")
    with pytest.raises(ScenarioError) as caught:
        Scenario(timeline=(Event(month=3, says="x", set={"schools": 3}),))
    assert "setting.schools is fixed at the start" in one_line(caught.value)
    with pytest.raises(ScenarioError, match="two are called 'A'"):
        Scenario(funders=(Funder(name="A", stage="pilot"), Funder(name="A", stage="middle")))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("tool_hour", 3, "base: tool_hour is not known. Did you mean 'tool_hours'?"),
        (
            "inovation.tool_hours",
            3,
            "base: inovation.tool_hours is not known. Did you mean 'innovation.tool_hours'?",
        ),
        ("tool_hours", 40, "base: innovation.tool_hours = 40: allowed 0 to 20 h/week."),
        ("innovation.tool_hours", "3", "base: innovation.tool_hours = '3': allowed 0 to 20 h/week."),
        ("tool_hours", np.nan, "base: innovation.tool_hours = nan: allowed 0 to 20 h/week."),
        ("months", 3.5, "base: months = 3.5: allowed whole numbers 1 to 1200 months."),
        ("setting", {"schools": 3}, "base: setting is not known."),
        ("tool_hours", None, "base: innovation.tool_hours = None: allowed 0 to 20 h/week."),
        ("tool_hours", 10**400, "base: innovation.tool_hours = 1000"),
    ],
)
def test_a_change_that_cannot_be_made_names_the_scenario(name: str, value: Any, expected: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario().replace({name: value})
    assert one_line(caught.value).startswith(expected)


# --- size -------------------------------------------------------------------------------------------------------------


def test_a_system_too_large_for_the_machine_is_refused_with_an_estimate() -> None:
    huge = Scenario().replace({"schools": 20_000_000, "teachers_per_school": 500.0})
    with pytest.raises(SizeError) as caught:
        check_size(huge)
    message = one_line(caught.value)
    for told in (
        "setting.schools = 20,000,000",
        "10,000,000,000 teachers",
        "GiB are free here",
        "take a smaller --scale",
    ):
        assert told in message


def test_more_teachers_than_rows_can_be_numbered_are_refused_on_any_machine(monkeypatch) -> None:
    monkeypatch.setattr("ml_abm.system.memory.memory_free", lambda: 1e15)
    with pytest.raises(SizeError, match=r"about 2,500,000,000 teachers: allowed 2,000,000,000"):
        check_size(Scenario().replace({"schools": 5_000_000, "teachers_per_school": 500.0}))


def test_the_estimate_grows_with_schools_staff_and_ties() -> None:
    base = memory_needed(Scenario())
    for change in ({"schools": 5000}, {"teachers_per_school": 80.0}, {"cross_ties": 20.0}):
        assert memory_needed(Scenario().replace(change)) > base
    check_size(Scenario())
    assert 2**20 < memory_free() < float("inf")


def test_outcomes_of_many_districts_are_counted_before_they_are_kept():
    huge = Scenario().replace({"districts": 100_000, "schools": 200_000, "months": 1200})
    check_size(huge)
    with pytest.raises(SizeError, match="leave out --districts"):
        check_size(huge, district_months=1200 * 100)
