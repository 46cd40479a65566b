"""Who is behind the dots: all five kinds say their state, as the tables have it."""

import pytest

from ml_abm.scenario import Scenario
from ml_abm.tables import Stage
from ml_abm.viz.inspector import ROWS, People
from ml_abm.viz.plan import Plan
from ml_abm.viz.running_plan import Life
from ml_abm.viz.texts import LANGUAGES, Words

SMALL = Scenario.preset("base").replace({"schools": 60, "districts": 4, "months": 60})


@pytest.fixture(scope="module")
def model():
    return Life(Plan(SMALL, 3)).run_until(50).model


@pytest.mark.parametrize("language", LANGUAGES)
def test_everyone_has_words(model, language):
    people = People(model, Words(language))
    texts = [text for row in range(4) for text in people.district(row)["says"]]
    texts += [text for row in range(60) for text in people.school(row)["says"]]
    texts += [people.teacher(teacher)["says"] for teacher in model.row_set("teachers")]
    texts += [seat["says"] for seat in people.champions()["people"]] + [
        funder["says"] for funder in people.funders()
    ]
    assert all(texts)
    assert not [text for text in texts if "{" in text]


def test_where_no_one_uses_it_nothing_is_said_of_fidelity():
    people = People(Life(Plan(SMALL, 3)).run_until(1).model, Words("en"))
    unused = [row for row in range(60) if not people.model.window("schools", row).users]
    assert unused
    assert not [row for row in unused if "fidelity" in people.school(row)["says"][0]]
    idle = [row for row in range(4) if not people.model.window("districts", row).users]
    assert not [row for row in idle if "fidelity" in people.district(row)["says"][0]]
    cells = {
        row["cells"][2] for table in (people.district(k)["table"] for k in range(4)) for row in table["rows"]
    }
    assert "\u2013" in cells


def test_a_teacher_is_said_to_be_where_the_table_has_her(model):
    people = People(model, Words("en"))
    for stage in Stage:
        rows = (model.system.teachers["stage"] == stage).nonzero()[0]
        for row in rows[:1]:
            teacher = model.window("teachers", int(row))
            assert (
                people.teacher(teacher)["says"]
                .lower()
                .startswith(people.words(f"stage_of.{stage.name}").lower())
            )


def test_a_school_shows_its_teachers_and_those_of_other_schools_they_look_to(model):
    shown = People(model, Words("en")).school(7)
    school = model.window("schools", 7)
    assert [dot["row"] for dot in shown["teachers"]] == school.rows_of_teachers.tolist()
    looked_to = [(k, dot["row"]) for k, dot in shown["ties"]]
    assert looked_to == [
        (k, other.row)
        for k, teacher in enumerate(school.teachers)
        for other in teacher.looks_to
        if other.row not in school.rows_of_teachers
    ]
    assert f"{school.users} of its {school.staff} teachers" in shown["says"][0]


def test_tables_are_sorted_and_come_in_pages(model):
    people = People(model, Words("en"))
    table = people.districts("-use")
    shares = [model.window("districts", row["row"]).users for row in table["rows"]]
    staff = [
        sum(school.staff for school in model.window("districts", row["row"]).schools) for row in table["rows"]
    ]
    by_use = [a / b for a, b in zip(shares, staff, strict=True)]
    assert by_use == sorted(by_use, reverse=True)
    first, second = people.district(0)["table"], people.district(0, page=1)["table"]
    assert len(first["rows"]) == ROWS
    assert first["rows"] != second["rows"]
    assert people.district(0, page=99)["table"]["rows"]


def test_a_funder_is_said_to_pay_as_long_as_it_does(model):
    for funder, said in zip(model.row_set("funders"), People(model, Words("en")).funders(), strict=True):
        assert said["on"] == (funder.status.name == "PAYING")
