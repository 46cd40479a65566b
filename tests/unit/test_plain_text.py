"""Text from users has no control characters and no direction marks, wherever it comes from; letters of all scripts are plain."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml_abm import Scenario, cli
from ml_abm.calibration.own_case import read_own_case
from ml_abm.calibration.posterior import in_manifest, load_posterior
from ml_abm.calibration.priors import read_priors
from ml_abm.calibration.problem import preset_of, problem_of, target_of
from ml_abm.calibration.rollout import NO_PARAMETERS
from ml_abm.errors import CaseError, FitError, InputError, PriorError, ScenarioError, StudyError
from ml_abm.experiments import Study
from ml_abm.lists.school_list import check_schools, check_teachers, school_list
from ml_abm.plain_text import harmful_in, harmful_texts
from ml_abm.scenario import Funder, System
from ml_abm.viz.link import encoded, linked

MARKS = [0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
CONTROLS = [*range(0x09), 0x0B, 0x0C, 0x0D, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0x2028, 0x2029]
LEGAL = {
    "Persian with a joiner": "می‌خواهم",
    "Arabic": "مدرسة النور",
    "Hindi with both joiners": "क्‍ष र्‌य",
    "Hebrew": "בית ספר",
    "Chinese": "希望小学",
    "a family": "👩‍👩‍👧",
    "accents put together": "Ñandú Ñ",
    "several lines": "one\n\ttwo\r\nthree",
    "spaces of other widths": "1 000 km",
    "a soft hyphen": "pro\u00adgramme",
}


def code(character):
    return f"U+{ord(character):04X}"


@pytest.mark.parametrize("point", [*MARKS, *CONTROLS], ids=lambda point: f"U+{point:04X}")
def test_a_title_that_forges_what_is_shown_is_refused_with_file_key_and_character(point, tmp_path):
    character = chr(point)
    path = tmp_path / "mine.toml"
    path.write_text(f'title = "a\\u{point:04x}b"\n', encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        Scenario.load(path)
    message = str(caught.value)
    assert message.startswith(f"mine.toml: title has {code(character)} (")
    assert message.isprintable()


@pytest.mark.parametrize("words", LEGAL.values(), ids=LEGAL)
def test_letters_of_all_scripts_are_plain(words, tmp_path):
    scenario = Scenario(title=words, funders=[{"name": words, "stage": "pilot"}], sourced=(words,))
    (tmp_path / "mine.toml").write_text(scenario.to_toml(), encoding="utf-8", newline="\n")
    assert Scenario.load(tmp_path / "mine.toml").title == words


@given(st.text())
def test_printable_text_is_plain_and_every_format_that_forges_is_found(text):
    if text.isprintable():
        assert not harmful_in(text)
    for character in text:
        if ord(character) in (*MARKS, *CONTROLS) and character != "\r":
            assert harmful_in(text)


def test_keys_and_texts_are_looked_at_at_any_depth():
    values = {
        "a": {"b\x1b": 1, "c": ["x", "y\u202e"]},
        "\x07": {"z": "ok"},
        "d": Funder(name="x", stage="pilot"),
    }
    found = [fault.partition(" (")[0] for fault in harmful_texts(values)]
    assert found == ["a.bU+001B has U+001B", "a.c.2 has U+202E", "U+0007 has U+0007"]
    deep = "\x01"
    for _ in range(5_000):
        deep = {"a": deep}
    assert len(list(harmful_texts(deep))) == 1


BAD = "x\u202ey\x1b[31m"
ESCAPED = "x\\u202ey\\u001b[31m"
SCENARIOS = {
    "title": {"title": BAD},
    "sentence": {"sentence": BAD},
    "sourced.2": {"sourced": ("fine", BAD)},
    "funders.1.name": {"funders": [{"name": BAD, "stage": "pilot"}]},
    "timeline.1.says": {"timeline": [{"month": 1, "says": BAD, "scale": {"mandate": 0.5}}]},
    "ties.1.file": {"ties": [{"between": "schools", "file": BAD}]},
    "system.schools": {"system": {"schools": BAD}},
    "system.columns.id": {"system": {"columns": {"id": BAD}}},
    "case": {"case": BAD},
}


@pytest.mark.parametrize("key", SCENARIOS)
def test_every_text_of_a_scenario_is_looked_at_from_python_too(key):
    with pytest.raises(ScenarioError) as caught:
        Scenario(**SCENARIOS[key])
    assert str(caught.value).startswith(f"{key} has U+202E (right-to-left override)")


def test_a_scenario_lies_in_any_folder(tmp_path):
    folder = tmp_path / "a\u200fb\x07"
    folder.mkdir()
    (folder / "schools.csv").write_text("id,district,teachers\nA,D,3\n")
    (folder / "mine.toml").write_text(
        "[system]\nschools = 'schools.csv'\n[programme]\npilot_schools = 1\npilot_districts = 1\n"
    )
    assert len(school_list(Scenario.load(folder / "mine.toml").system).schools) == 1


def written(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def study_file(folder):
    return Study.load(written(folder, "mine.toml", f'question = "{ESCAPED}"\n'))


def case_file(folder):
    return read_own_case(
        written(folder, "mine.toml", f'case = "a"\nscenario = "base"\nmetric = "{ESCAPED}"\n')
    )


def points_file(folder):
    written(folder, "points.csv", f"year,metric,value,source\n2021,schools,6,{BAD}\n")
    text = 'case = "a"\nscenario = "base"\npoints = "points.csv"\nmetric = "schools"\n'
    return read_own_case(written(folder, "mine.toml", text))


def priors_file(folder):
    text = f'[priors.rest_share]\nlow = 0\nhigh = 1\nsource = "{ESCAPED}"\n'
    return read_priors(written(folder, "mine.toml", text), NO_PARAMETERS)


def fit_folder(folder):
    said = in_manifest(problem_of([target_of(preset_of("success_for_all"))]))
    said["fitted"][0]["case"] = BAD
    written(folder, "manifest.json", json.dumps(said))
    return load_posterior(folder)


def a_link(folder):
    values = {**Scenario().model_dump(mode="json"), "title": BAD}
    return linked(encoded({"n": "mine", "x": values, "s": 1, "m": 0, "p": [[]]}), {})


READERS = {
    "study": (study_file, StudyError, "mine.toml: question has U+202E"),
    "case": (case_file, CaseError, "mine.toml: metric has U+202E"),
    "points": (points_file, CaseError, "points.csv, line 2: source has U+202E"),
    "priors": (priors_file, PriorError, "mine.toml: priors.rest_share.source has U+202E"),
    "fit": (fit_folder, FitError, "fitted.1.case has U+202E"),
    "study in Python": (lambda folder: Study(title=BAD, months=3), StudyError, "title has U+202E"),
    "uploaded scenario": (lambda folder: Scenario.from_toml(f'title = "{ESCAPED}"', "up.toml"), ScenarioError, "up.toml: title has U+202E"),
    "link": (a_link, InputError, "title has U+202E"),
}  # fmt: skip


@pytest.mark.parametrize("kind", READERS)
def test_one_validation_serves_all_that_is_read(kind, tmp_path):
    read, error, says = READERS[kind]
    with pytest.raises(error) as caught:
        read(tmp_path)
    assert says in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("value", [f'"{ESCAPED}"', BAD])
def test_a_change_on_the_command_line_is_looked_at_too(value, capsys):
    assert cli.main(["run", "base", "--set", f"title={value}"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "title has U+202E" in printed.err
    assert printed.err.removesuffix("\n").isprintable()


# --- lists ------------------------------------------------------------------------------------------------------------

HEAD = "id,district,teachers,name,area\n"
GOOD = "".join(f"g{k},Kafue,5,School {k},north\n" for k in range(9))
COLUMNS = {"name": "name", "area": "area"}
CELLS = {
    "id": "b{0}b,Kafue,5,School,north",
    "district": "b,Ka{0}fue,5,School,north",
    "name": "b,Kafue,5,Sch{0}ool,north",
    "area": "b,Kafue,5,School,no{0}rth",
}


def listed(folder, rows, **named):
    written(folder, "schools.csv", HEAD + GOOD + rows + "\n")
    return System(folder=str(folder), schools="schools.csv", columns=COLUMNS, **named)


@pytest.mark.parametrize("column", CELLS)
@pytest.mark.parametrize(
    "character", ["\x1b", "\x9b", "\x7f", "\u200f", "\u202e", "\u2066", "\u061c"], ids=ascii
)
def test_a_list_is_refused_with_file_line_column_and_character(column, character, tmp_path):
    system = listed(tmp_path, CELLS[column].format(character))
    (fault,) = check_schools(system).faults
    assert (fault.kind, fault.count) == ("control-character", 1)
    with pytest.raises(InputError) as caught:
        school_list(system)
    message = str(caught.value)
    assert message.startswith("schools.csv: 1 row with 1 kind of fault (control character: 1, line 11: ")
    assert f"{column} has {code(character)})" in message
    assert message.isprintable()


@pytest.mark.parametrize("words", LEGAL.values(), ids=LEGAL)
def test_names_of_schools_are_in_any_script(words, tmp_path):
    assert check_schools(listed(tmp_path, f'b,Kafue,5,"{words}",north')).clean


def test_a_list_of_teachers_is_looked_at_too(tmp_path):
    written(tmp_path, "teachers.csv", "id,school,subject_\nt1,b,ok\nt\u200e2,b,ok\nt3,b,o\x1bk\n")
    written(tmp_path, "schools.csv", "id,district,teachers\nb,D,3\n")
    system = System(
        folder=str(tmp_path),
        schools="schools.csv",
        teachers="teachers.csv",
        teacher_columns={"specialism": "subject_"},
    )
    (fault,) = check_teachers(system).faults
    assert fault.kind == "control-character"
    assert [(row.line, row.value) for row in fault.first_rows] == [
        (3, "id has U+200E"),
        (4, "specialism has U+001B"),
    ]


def test_a_report_on_a_list_shows_no_such_character(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = "id,district,teachers,not\x1b[31m used\u202e\nb\x1b]0;owned,D\u202e,5,x\nNA\u200f,D,5,x\n"
    written(tmp_path, "schools.csv", text)
    assert cli.main(["schools", "check", "schools.csv"]) == 2
    printed = capsys.readouterr()
    for character in (*map(chr, MARKS), "\x1b"):
        assert character not in printed.out + printed.err
    assert "notU+001B[31m usedU+202E" in printed.out
    assert "id has U+001B" in printed.out
