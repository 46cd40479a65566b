"""Lists of schools and teachers: what a ministry's file says becomes the school system, and nothing is guessed."""

import numpy as np
import pandas as pd
import pytest

from ml_abm import Scenario, Simulation, simulate
from ml_abm.lists.mends import Mends
from ml_abm.lists.reading import read_schools, read_teachers
from ml_abm.lists.repair import repair
from ml_abm.lists.school_list import (
    check_schools,
    check_teachers,
    district_ids,
    school_ids,
    school_list,
    teacher_ids,
)
from ml_abm.scenario import System
from ml_abm.system import build, settled
from ml_abm.system.messy import LOSSLESS, make_messy
from ml_abm.system.synthetic import COUNTRIES, make_schools, make_teachers

SCHOOLS = (
    "id,district,teachers,pupils,latitude,longitude,leadership,province\n"
    "k1,Kafue,4,150,-15.7,28.1,0.9,Lusaka\n"
    "c1,Chongwe,3,100,-15.3,28.7,,Lusaka\n"
    "k2,Kafue,5,210,-15.8,28.2,0.1,Lusaka\n"
    "c2,Chongwe,2,80,,,0.5,Lusaka\n"
)
TEACHERS = "id,school,weekly_hours,skill,subject\nt1,k1,50,,maths\nt2,c2,,0.4,art\nt3,k1,38,0.2,maths\n"
PLAN = {"design_months": 0, "pilot_schools": 1, "pilot_districts": 1}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "schools.csv").write_text(SCHOOLS)
    (tmp_path / "teachers.csv").write_text(TEACHERS)
    return tmp_path


def scenario(folder, **system):
    return Scenario().replace({"system": {"folder": str(folder), "schools": "schools.csv", **system}, **PLAN})


def read(folder, content, **system):
    (folder / "schools.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return school_list(System(folder=str(folder), schools="schools.csv", **system))


# --- from list to tables ----------------------------------------------------------------------------------------------


def test_schools_stand_in_the_order_of_their_districts(folder):
    listed = school_list(scenario(folder).system)
    assert list(listed.districts) == ["Chongwe", "Kafue"]
    assert list(listed.schools.id) == ["c1", "c2", "k1", "k2"]
    assert listed.district.tolist() == [0, 0, 1, 1]
    system = build(settled(scenario(folder)), 1)
    assert system.schools["staff"].tolist() == [3, 2, 4, 5]
    assert system.schools["pupils"].tolist() == [100, 80, 150, 210]
    assert system.schools["district"].tolist() == [0, 0, 1, 1]
    assert system.districts["schools"].tolist() == [2, 2]
    assert len(system.teachers) == 14


def test_a_list_settles_the_numbers_of_the_setting(folder):
    numbers = settled(scenario(folder)).setting
    assert (numbers.schools, numbers.districts, numbers.teachers_per_school) == (4, 2, 3.5)
    assert numbers.pupils_per_teacher == pytest.approx(540 / 14)
    once = settled(scenario(folder))
    assert settled(once) is once
    assert settled(Scenario()) == Scenario()


def test_a_simulation_and_its_trace_are_of_the_listed_system(folder):
    run = Simulation(scenario(folder), seed=1).run_for(2)
    assert run.scenario.setting.schools == 4
    trace = simulate(scenario(folder), 2, 1)
    assert trace.system.equals(run.trace().system)
    assert trace.system.schools_enrolled.iloc[-1] >= 1


def test_states_are_set_only_where_a_column_is_mapped_and_a_cell_is_not_blank(folder):
    drawn = build(settled(scenario(folder)), 1).schools["leadership"]
    stated = build(settled(scenario(folder, columns={"leadership": "leadership"})), 1).schools["leadership"]
    assert stated.tolist() == pytest.approx([drawn[0], 0.5, 0.9, 0.1])
    report = check_schools(scenario(folder).system)
    assert any("leadership" in note and "[system.columns]" in note for note in report.notes)


def test_other_mapped_columns_are_kept_as_they_are(folder):
    listed = school_list(scenario(folder, columns={"province": "province"}).system)
    assert set(listed.schools.province) == {"Lusaka"}
    assert "province" not in school_list(scenario(folder).system).schools


def test_without_pupils_the_setting_says_how_many_there_are(folder):
    (folder / "schools.csv").write_text("id,district,teachers\na,x,3\nb,x,1\n")
    system = build(settled(scenario(folder)), 1)
    assert system.schools["pupils"].tolist() == [120, 40]


def test_posts_are_counted_from_the_list_of_teachers(folder):
    (folder / "schools.csv").write_text("id,district\nk1,Kafue\nc2,Chongwe\n")
    own = {"subject": "subject", "weekly_hours": "weekly_hours", "skill": "skill"}
    both = scenario(folder, teachers="teachers.csv", teacher_columns=own)
    system = build(settled(both), 1)
    assert system.schools["staff"].tolist() == [1, 2]
    assert list(teacher_ids(both)) == ["t2", "t1", "t3"]
    assert list(school_list(both.system).teachers.subject) == ["art", "maths", "maths"]
    drawn = build(settled(scenario(folder, teachers="teachers.csv")), 1)
    assert system.teachers["weekly_hours"].tolist() == [drawn.teachers["weekly_hours"][0], 50, 38]
    assert system.teachers["skill"].tolist() == pytest.approx([0.4, 0, 0.2])
    assert system.teachers["strain"][1] > drawn.teachers["strain"].min()
    assert np.array_equal(system.teachers["threshold"], drawn.teachers["threshold"])


def test_a_list_of_teachers_says_what_the_list_of_schools_leaves_out(folder):
    (folder / "schools.csv").write_text("id,district,teachers\nk1,Kafue,2\nc2,Chongwe,N/A\n")
    listed = school_list(scenario(folder, teachers="teachers.csv").system)
    assert listed.schools.teachers.tolist() == [1, 2]


def test_ids_name_the_rows_of_the_tables(folder):
    listed = settled(scenario(folder))
    assert list(school_ids(listed)) == ["c1", "c2", "k1", "k2"]
    assert list(district_ids(listed)) == ["Chongwe", "Kafue"]
    assert list(teacher_ids(listed))[:5] == ["c1/1", "c1/2", "c1/3", "c2/1", "c2/2"]
    generated = Scenario()
    assert list(school_ids(generated))[7] == "S000007"
    assert list(district_ids(generated))[7] == "D007"
    staff = build(generated, 1).schools["staff"]
    ids = teacher_ids(generated, staff)
    assert len(ids) == staff.sum()
    assert ids[0] == "S000000/1"
    assert ids[-1] == f"S000499/{staff[-1]}"
    many = generated.replace({"schools": 2_000, "districts": 1_500})
    assert list(district_ids(many)) == sorted(district_ids(many))


def test_a_changed_file_is_read_again(folder):
    assert len(school_ids(scenario(folder))) == 4
    (folder / "schools.csv").write_text(SCHOOLS + "k3,Kafue,9,300,,,,\n")
    assert len(school_ids(scenario(folder))) == 5


# --- files as people have them ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separator_encoding_and_line_ends_are_found_out(delimiter, encoding, end, tmp_path):
    text = "id,district,teachers\n1,Ñuble,3\n2,Łódź,4\n".replace(",", delimiter).replace("\n", end)
    listed = read(tmp_path, text.encode(encoding))
    assert list(listed.districts) == ["Ñuble", "Łódź"]


def test_an_old_encoding_is_noted(tmp_path):
    listed = read(tmp_path, "id,district,teachers\n1,Ségou,3\n".encode("cp1252"))
    assert list(listed.districts) == ["Ségou"]
    (note,) = check_schools(System(folder=str(tmp_path), schools="schools.csv")).notes
    assert "Windows-1252" in note
    assert "line 2" in note


@pytest.mark.parametrize(
    "headings",
    [
        "School Code,Dist.,No. of Teachers",
        "EMIS No.,DISTRICT,Number of Teachers",
        " udise_code , district name,TEACHERS ",
        "Émis nó,Dístrict,teachers",
    ],
)
def test_headings_are_known_in_the_words_of_ministries(headings, tmp_path):
    assert read(tmp_path, f"{headings}\n1,x,3\n").schools.teachers.tolist() == [3]


def test_headings_may_stand_below_a_title(tmp_path):
    listed = read(tmp_path, "Ministry of Education\n\nAnnual census,,\nid,district,teachers\n1,x,3\n")
    assert listed.schools.id.tolist() == ["1"]


def test_numbers_are_read_as_people_write_them(tmp_path):
    text = 'id;district;teachers;pupils;lat;long\n1;x;12.0;"1,234";-15,25;28,5\n2;x;1 200;12,34,567;;\n'
    with pytest.raises(ValueError, match="pupils too many: 1"):
        read(tmp_path, text)
    listed = read(tmp_path, text.replace("12,34,567", "12,345"))
    assert listed.schools.teachers.tolist() == [12, 1200]
    assert listed.schools.pupils.tolist() == [1234, 12345]
    assert listed.schools.latitude[0] == -15.25


def test_parquet_and_csv_say_the_same(tmp_path):
    table = make_schools("zambia-like", 300)
    table.to_csv(tmp_path / "a.csv", index=False)
    table.to_parquet(tmp_path / "b.parquet", index=False)
    first, second = (
        school_list(System(folder=str(tmp_path), schools=name)).schools for name in ("a.csv", "b.parquet")
    )
    pd.testing.assert_frame_equal(first, second, check_dtype=False)


def test_excel_keeps_ids_and_counts_rows(tmp_path):
    pytest.importorskip("openpyxl")
    rows = [
        ["List of schools", None, None],
        ["School Code", "District", "Teachers"],
        ["007", "x", 3],
        [8, "y", "many"],
    ]
    pd.DataFrame(rows).to_excel(tmp_path / "schools.xlsx", index=False, header=False)
    report = check_schools(System(folder=str(tmp_path), schools="schools.xlsx"))
    (fault,) = report.faults
    assert report.unit == "row"
    assert (fault.first_rows[0].line, fault.first_rows[0].id) == (4, "8")


# --- check and repair -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def messy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("messy")
    text, planted = make_messy(make_schools("zambia-like", 400))
    (folder / "messy.csv").write_text(text, encoding="utf-8")
    return folder, planted


def test_every_planted_fault_is_found_and_no_other(messy):
    folder, planted = messy
    report = check_schools(System(folder=str(folder), schools="messy.csv"))
    assert {fault.kind: fault.count for fault in report.faults} == planted
    assert report.wrong == sum(planted.values())


def test_what_loses_nothing_is_put_right_and_counted(messy):
    folder, _ = messy
    fixed = {
        fix.sentence: fix.count
        for fix in check_schools(System(folder=str(folder), schools="messy.csv")).fixed
    }
    assert fixed["blank rows, left out"] == LOSSLESS["blank rows"]
    assert fixed["repeated rows of headings, left out"] == LOSSLESS["headings again"]
    assert fixed["exact copies of an earlier row, left out"] == LOSSLESS["copies"]
    assert fixed["pupils with separators between thousands, read without"] == LOSSLESS["thousands"]
    assert fixed["lines above the headings, left out"] == 2


def test_a_fault_is_shown_where_it_stands_in_the_file(messy):
    folder, _ = messy
    lines = (folder / "messy.csv").read_text(encoding="utf-8").splitlines()
    for fault in check_schools(System(folder=str(folder), schools="messy.csv")).faults:
        for row in fault.first_rows:
            assert row.id in lines[row.line - 1]
            assert row.value.split(" = ")[-1].split(",")[0] in lines[row.line - 1]


def test_lines_are_right_below_cells_that_have_line_breaks(tmp_path):
    text = 'id,district,teachers,address\n1,x,3,"Road\n7"\n2,x,0,here\n\n3,,4,there\n'
    (tmp_path / "s.csv").write_text(text)
    report = check_schools(System(folder=str(tmp_path), schools="s.csv"))
    assert [fault.first_rows[0].line for fault in report.faults] == [6, 4]


def test_a_repair_drops_what_is_named_and_fills_by_the_ratio(messy, tmp_path):
    folder, planted = messy
    asked = System(folder=str(folder), schools="messy.csv", fill_pupils_per_teacher=40.0)
    out = tmp_path / "clean.csv"
    assert not repair(asked, out, Mends(drop=("totals-row",))).clean
    assert not out.exists()
    drop = tuple(
        kind for kind in planted if kind != "teachers-missing" and not kind.startswith("coordinates")
    )
    off = ("coordinates-out-of-range", "coordinates-incomplete", "coordinates-not-a-number")
    report = repair(asked, out, Mends(drop, off, swap=True))
    told = {fix.sentence: fix.count for fix in report.fixed}
    assert (
        told["numbers of teachers filled in from pupils, one for 40, at least 1"]
        == planted["teachers-missing"]
    )
    assert told["rows left out as asked: no-teacher"] == planted["no-teacher"]
    assert told["coordinates swapped as asked"] == planted["coordinates-swapped"]
    assert (
        told["coordinates taken away as asked: coordinates-incomplete"] == planted["coordinates-incomplete"]
    )
    clean = check_schools(System(folder=str(tmp_path), schools="clean.csv"))
    assert clean.clean
    assert clean.fixed == ()
    assert clean.rows == 400 + planted["totals-row"] - sum(planted[kind] for kind in drop)


def test_a_good_school_does_not_go_with_a_bad_row_of_the_same_id(tmp_path):
    (tmp_path / "s.csv").write_text("id,district,teachers\nA,D,-3\nA,D,5\nB,D,4\nC,D,2\nC,E,x\nC,E,7\n")
    drop = ("id-twice", "id-in-two-districts", "teachers-negative", "teachers-not-a-number")
    asked = System(folder=str(tmp_path), schools="s.csv")
    report = repair(asked, tmp_path / "clean.csv", Mends(drop))
    assert pd.read_csv(tmp_path / "clean.csv").to_numpy().tolist() == [
        ["A", "D", 5],
        ["B", "D", 4],
        ["C", "D", 2],
    ]
    assert {fix.sentence.split(": ")[1]: fix.count for fix in report.fixed} == {
        "teachers-negative": 1,
        "teachers-not-a-number": 1,
        "id-in-two-districts": 1,
    }


def test_a_list_is_not_kept_twice_in_memory(folder):
    both = scenario(folder, teachers="teachers.csv").system
    (folder / "schools.csv").write_text("id,district\nk1,Kafue\nc2,Chongwe\n")
    school_list(both)
    assert [kept.cache_info().currsize for kept in (read_schools, read_teachers)] == [0, 0]


def test_districts_written_almost_alike_are_noted(tmp_path):
    read(tmp_path, "id,district,teachers\n1,Kafue,3\n2,KAFUE,3\n3,Mongu,2\n")
    (note,) = check_schools(System(folder=str(tmp_path), schools="schools.csv")).notes
    assert "'KAFUE' and 'Kafue'" in note


@pytest.mark.parametrize("country", COUNTRIES)
def test_made_up_lists_are_clean_seeded_and_say_what_they_are(country, tmp_path):
    table = make_schools(country, 1500, seed=3)
    pd.testing.assert_frame_equal(table, make_schools(country, 1500, seed=3))
    assert not table.equals(make_schools(country, 1500, seed=4))
    assert table["made up"].str.contains("synthetic").all()
    table.to_csv(tmp_path / "schools.csv", index=False)
    make_teachers(table).to_csv(tmp_path / "teachers.csv", index=False)
    both = System(folder=str(tmp_path), schools="schools.csv", teachers="teachers.csv")
    assert check_schools(both).clean
    assert check_teachers(both).clean
    assert len(school_list(both).districts) == COUNTRIES[country].districts
