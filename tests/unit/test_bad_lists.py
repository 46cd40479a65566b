"""Every way to give a list that cannot be used: one line, exit code 2, and a report that shows each fault with its first rows."""

import gzip
import zipfile
from contextlib import suppress
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from ml_abm import Scenario, Simulation, cli
from ml_abm.errors import InputError, ListError, SizeError
from ml_abm.lists import sheets
from ml_abm.lists.faults import KINDS
from ml_abm.lists.school_list import check_schools, check_teachers, school_list
from ml_abm.scenario import System
from ml_abm.system import settled

HEAD = "id,district,teachers,pupils,latitude,longitude,leadership\n"
GOOD = "".join(f"g{k},Kafue,5,200,-15.{k},28.{k},0.5\n" for k in range(9))


def system(folder, **named):
    columns = {"leadership": "leadership"} if named.get("schools", "").endswith(".csv") else {}
    return System(folder=str(folder), **{"columns": columns, **named})


def faults(folder, rows, **named):
    """Return the faults of some rows among good ones, by kind."""
    (folder / "schools.csv").write_text(HEAD + GOOD + rows, encoding="utf-8")
    report = check_schools(system(folder, schools="schools.csv", **named))
    return {fault.kind: fault for fault in report.faults}


def one_line(error):
    message = str(error)
    assert isinstance(error, InputError)
    assert message.isprintable(), message
    assert len(message) < 1000
    return message


def refused(folder, content, name="schools.csv", **named):
    """Return the one line in which a list is refused."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError) as caught:
        school_list(System(folder=str(folder), schools=name, **named))
    return one_line(caught.value)


def refusal_of(asked):
    """Return the one line in which a list is refused, or nothing if it is checked."""
    try:
        check_schools(asked)
    except InputError as error:
        return one_line(error)
    return ""


# --- rows -------------------------------------------------------------------------------------------------------------

ROWS = {
    "blank-id": ",Kafue,5,200,-15.1,28.1,0.5",
    "blank-district": "b,N/A,5,200,-15.1,28.1,0.5",
    "id-twice": "g1,Kafue,6,200,-15.1,28.1,0.5",
    "id-in-two-districts": "g1,Mongu,5,200,-15.1,28.1,0.5",
    "id-rounded": "1.0012E+10,Kafue,5,200,-15.1,28.1,0.5",
    "odd-text": '"b\nb",Kafue,5,200,-15.1,28.1,0.5',
    "control-character": "b\x1b[31m,Kafue,5,200,-15.1,28.1,0.5",
    "row-length": "b,Kafue,5,200",
    "totals-row": "Total,,5000,20000,,,",
    "teachers-missing": "b,Kafue,-,200,-15.1,28.1,0.5",
    "teachers-not-a-number": "b,Kafue,five,200,-15.1,28.1,0.5",
    "teachers-decimal": "b,Kafue,5.5,200,-15.1,28.1,0.5",
    "teachers-negative": "b,Kafue,-5,200,-15.1,28.1,0.5",
    "no-teacher": "b,Kafue,0,200,-15.1,28.1,0.5",
    "teachers-too-many": "b,Kafue,5000,200,-15.1,28.1,0.5",
    "pupils-missing": "b,Kafue,5,,-15.1,28.1,0.5",
    "pupils-not-a-number": "b,Kafue,5,inf,-15.1,28.1,0.5",
    "pupils-negative": "b,Kafue,5,-200,-15.1,28.1,0.5",
    "pupils-too-many": "b,Kafue,5,2E+8,-15.1,28.1,0.5",
    "two-readings": "b,Kafue,5,1.200,-15.1,28.1,0.5",
    "coordinates-incomplete": "b,Kafue,5,200,,28.1,0.5",
    "coordinates-not-a-number": "b,Kafue,5,200,15S,28.1,0.5",
    "coordinates-out-of-range": "b,Kafue,5,200,-95,28.1,0.5",
    "coordinates-swapped": "b,Kafue,5,200,28.1,-15.1,0.5",
    "state-not-a-number": "b,Kafue,5,200,-15.1,28.1,high",
    "state-out-of-range": "b,Kafue,5,200,-15.1,28.1,45",
}


@pytest.mark.parametrize("kind", ROWS)
def test_a_fault_is_found_once_and_shown_where_it_is(kind, tmp_path):
    found = faults(tmp_path, ROWS[kind] + "\n")
    assert list(found) == [kind]
    assert found[kind].count == 1
    (row,) = found[kind].first_rows
    assert row.line == 11
    assert found[kind].allowed


def test_no_kind_of_fault_goes_untested():
    of_two_lists = {"blank-school", "unknown-school", "school-without-teachers", "posts-disagree"}
    assert set(ROWS) | of_two_lists == set(KINDS)


def test_names_that_a_spreadsheet_would_compute_are_noted(tmp_path):
    listed = (
        "id,district,teachers,name\n=1+1,+1+1,5,@SUM(1)\nb,-x,5,fine\n-,Kafue,5,-\nc,s-Hertogenbosch,5,a=b\n"
    )
    (tmp_path / "schools.csv").write_text(listed, encoding="utf-8")
    notes = check_schools(System(folder=str(tmp_path), schools="schools.csv")).notes
    told = [note for note in notes if "takes that for a formula" in note]
    assert [note.partition(" with ")[0] for note in told] == [
        "1 cell of 'id'",
        "2 cells of 'district'",
        "1 cell of 'name'",
    ]
    assert "such as '@SUM(1)'" in told[2]


def test_what_keeps_zeros_in_a_spreadsheet_is_no_part_of_a_code(tmp_path):
    rows = '="0100000",Kafue,5\n"=""0100001""",\'007,5\n\'0100002,\'s-Hertogenbosch,="5"\n'
    (tmp_path / "schools.csv").write_text("id,district,teachers\n" + rows, encoding="utf-8")
    asked = System(folder=str(tmp_path), schools="schools.csv")
    schools = school_list(asked).schools
    assert sorted(schools["id"]) == ["0100000", "0100001", "0100002"]
    assert set(schools["district"]) == {"Kafue", "007", "'s-Hertogenbosch"}
    assert schools["teachers"].tolist() == [5, 5, 5]
    assert "keeps zeros in spreadsheets" in "".join(fix.sentence for fix in check_schools(asked).fixed)


def test_a_district_without_a_school_is_a_row_without_an_id(tmp_path):
    assert list(faults(tmp_path, ",Mongu,,,,,\n")) == ["blank-id", "teachers-missing", "pupils-missing"]


def test_zero_zero_is_no_place(tmp_path):
    assert list(faults(tmp_path, "b,Kafue,5,200,0,0,0.5\n")) == ["coordinates-out-of-range"]


def test_a_run_refuses_a_list_with_faults_in_one_line_that_counts_them(tmp_path):
    faults(tmp_path, ROWS["no-teacher"] + "\n" + ROWS["blank-district"].replace("b,", "c,") + "\n,,0,1,,,\n")
    with pytest.raises(ListError) as caught:
        school_list(system(tmp_path, schools="schools.csv"))
    assert one_line(caught.value) == (
        "schools.csv: 3 rows with 3 kinds of fault (blank district: 2, no teacher: 2, blank id: 1): see `ml-abm schools check "
        f"{tmp_path / 'schools.csv'} --columns leadership=leadership`"
    )


# --- files ------------------------------------------------------------------------------------------------------------

FILES = {
    "empty": (b"", "is empty"),
    "blank": (b"\n \n\n", "is empty"),
    "headings only": (b"id,district,teachers\n", "has no rows below its headings"),
    "one column": (b"id\n1\n2\n", "no column is known as district"),
    "no headings": (b"1,x,3\n2,y,4\n", "no column is known as id"),
    "binary": (bytes(range(256)), "is not text"),
    "zero byte": (b"id,district,teachers\n1,x,\x003\n", "line 2 has a zero byte"),
    "undecodable": (b"id,district,teachers\n1,\x81,3\n", "save it as UTF-8"),
    "utf-16 cut off": ("id,district,teachers\n".encode("utf-16")[:-1], "save it as UTF-8"),
    "long line": (b"id,district,teachers\n1,x,3," + b"x" * 1_000_001, "a line of more than 1,000,000 bytes"),
    "long cell": (b'id,district,teachers\n1,"' + b"x\n" * 1_500_000 + b'",3\n', 'a quote (") is not closed'),
    "two ids": (b"School Code,EMIS No.,district,teachers\n1,2,x,3\n", "'School Code' and 'EMIS No.' could both be id"),
    "two districts": (b"id,District Name,District Code,teachers\n1,x,9,3\n", "'District Name' and 'District Code' could both be district"),
    "no teachers": (b"id,district\n1,x\n", "no column is known as teachers"),
    "gzip under another name": (gzip.compress(b"id,district\n"), "is packed"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_no_list_is_refused_in_one_line(kind, tmp_path):
    content, words = FILES[kind]
    message = refused(tmp_path, content)
    assert message.startswith("schools.csv")
    assert words in message


def test_paths_that_are_no_files_are_refused(tmp_path):
    for name, words in {
        "none.csv": "there is no file",
        "dir.csv": "is no file",
        "x\0.csv": "null",
        "s.json": "allowed",
    }.items():
        (tmp_path / "dir.csv").mkdir(exist_ok=True)
        (tmp_path / "s.json").touch()
        with pytest.raises(ListError, match=words) as caught:
            check_schools(System(folder=str(tmp_path), schools=name))
        one_line(caught.value)


@pytest.mark.parametrize("name", ["schools.csv.gz", "schools.zip", "schools.csv.xz"])
def test_what_is_packed_is_not_unpacked(name, tmp_path):
    assert refused(tmp_path, gzip.compress(b"0" * 10**7), name) == f"{name} is packed: unpack it first"


def test_a_workbook_that_unpacks_to_more_than_it_may_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "LARGEST_WORKBOOK", 1 << 24)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"0" * (1 << 25))
    assert (tmp_path / "bomb.xlsx").stat().st_size < 1 << 16
    with pytest.raises(SizeError, match=r"unpacks to 32 MiB: allowed 16 MiB"):
        check_schools(System(folder=str(tmp_path), schools="bomb.xlsx"))


def test_a_parquet_file_that_unpacks_to_more_than_fits_is_refused(tmp_path, monkeypatch):
    cells = pa.DictionaryArray.from_arrays(np.zeros(5_000, np.int32), ["x" * 900_000])
    table = pa.table({"id": cells, "district": cells, "teachers": np.ones(5_000)})
    pyarrow.parquet.write_table(table, tmp_path / "bomb.parquet")
    assert (tmp_path / "bomb.parquet").stat().st_size < 2_000_000
    monkeypatch.setattr(sheets, "memory_free", lambda: 4e9)
    with pytest.raises(SizeError, match=r"[GM]iB are free here"):
        check_schools(System(folder=str(tmp_path), schools="bomb.parquet"))


TYPES = [
    *(pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string()), pa.null(), pa.bool_()),
    *(pa.int8(), pa.uint64(), pa.float16(), pa.float32(), pa.decimal128(9, 2), pa.date32(), pa.date64(), pa.time64("us")),
    *(pa.timestamp("ns"), pa.duration("s"), pa.binary(), pa.binary(4), pa.binary_view(), pa.list_(pa.int8())),
    *(pa.large_binary(), pa.struct({"x": pa.int8()}), pa.dictionary(pa.int8(), pa.int64()), pa.month_day_nano_interval()),
]  # fmt: skip
COLUMNS = ["id", "district", "name", "teachers", "pupils", "latitude", "leadership", "geometry"]


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_any_type_in_any_column_of_a_parquet_file_is_read_or_refused_in_one_line(kind, tmp_path):
    cells = pa.nulls(2, kind)
    with suppress(pa.ArrowException, TypeError, ValueError):  # not all types can be made of numbers
        cells = pa.array([1, 2]).cast(kind)
    for name in COLUMNS:
        table = {"id": ["a", "b"], "district": ["x", "x"], "teachers": [3, 4], "longitude": [28.0, 29.0]}
        path = tmp_path / f"{name}.parquet"
        try:
            pyarrow.parquet.write_table(pa.table({**table, name: cells}), path)
        except pa.ArrowNotImplementedError:
            pytest.skip("Parquet has no such type")
        columns = {"leadership": "leadership"} if name == "leadership" else {}
        refused = refusal_of(System(folder=str(tmp_path), schools=path.name, columns=columns))
        assert not refused or ("is of type" in refused and name != "geometry")


def test_a_column_that_no_one_asks_for_may_be_of_any_type_and_is_noted(tmp_path):
    table = {
        "id": ["a"],
        "district": ["x"],
        "teachers": [3],
        "geometry": [b"\x01"],
        "opened": [date(2001, 1, 1)],
    }
    pyarrow.parquet.write_table(pa.table(table), tmp_path / "s.parquet")
    report = check_schools(System(folder=str(tmp_path), schools="s.parquet"))
    assert report.notes == ("columns that are neither text nor numbers are left out: 'geometry'",)
    kept = System(folder=str(tmp_path), schools="s.parquet", columns={"opened": "opened"})
    assert school_list(kept).schools.opened.tolist() == ["2001-01-01"]


def test_ten_million_rows_that_do_not_fit_are_refused_before_they_are_read(tmp_path, monkeypatch):
    with (tmp_path / "schools.csv").open("wb") as file:
        file.truncate(10_000_000 * 100)  # a file with a hole takes no room on disk
    monkeypatch.setattr(sheets, "memory_free", lambda: 8e9)
    monkeypatch.setattr(sheets, "as_utf8", lambda *_: pytest.fail("it was read"))
    with pytest.raises(SizeError) as caught:
        check_schools(System(folder=str(tmp_path), schools="schools.csv"))
    assert "reading it takes about 14.9 GiB of memory, and 7.5 GiB are free here" in one_line(caught.value)


def test_more_rows_than_a_system_can_have_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("ml_abm.lists.reading.MOST_SCHOOLS", 50)
    assert "80 rows: allowed 50" in refused(tmp_path, "id,district,teachers\n" + "1,x,3\n" * 99)


@pytest.fixture
def workbook(tmp_path):
    """Return a function that saves a small list with some more cells as a workbook, and one that checks it."""
    openpyxl = pytest.importorskip("openpyxl")

    def check(cells=(), empty_first=False):
        book = openpyxl.Workbook()
        sheet = book.create_sheet() if empty_first else book.active
        for row in (["id", "district", "teachers"], ["1", "x", 3]):
            sheet.append(row)
        for place, cell in dict(cells).items():
            sheet[place] = cell
        book.save(tmp_path / "schools.xlsx")
        return check_schools(System(folder=str(tmp_path), schools="schools.xlsx"))

    return check


def test_a_cell_far_out_in_a_workbook_is_refused_before_the_empty_ones_are_made(workbook, monkeypatch):
    monkeypatch.setattr(sheets, "memory_free", lambda: 2e7)
    monkeypatch.setattr(sheets, "ROWS_BETWEEN_LOOKS", 64)
    with pytest.raises(ListError, match="has 16,384 columns: allowed 1,000"):
        workbook({"XFD9000": 1})
    with pytest.raises(SizeError, match=r"[GM]iB are free here"):
        workbook({"ALK2": 1, "A9000": 1})
    monkeypatch.setattr("ml_abm.lists.reading.MOST_SCHOOLS", 50)
    with pytest.raises(SizeError, match="rows: allowed 50"):
        workbook({"A90000": 1})


def test_a_workbook_whose_first_sheet_is_empty_is_told_so(workbook):
    with pytest.raises(ListError, match=r"schools\.xlsx: its first sheet of 2 is empty"):
        workbook(empty_first=True)


def test_a_workbook_without_its_package_says_how_to_get_it(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with zipfile.ZipFile(tmp_path / "schools.xlsx", "w") as book:
        book.writestr("a", "b")
    with pytest.raises(ListError, match=r"pip install 'ml-abm\[excel\]'"):
        check_schools(System(folder=str(tmp_path), schools="schools.xlsx"))


# --- scenarios --------------------------------------------------------------------------------------------------------


def test_a_file_name_that_can_be_none_is_refused_in_one_line(tmp_path):
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    for name in ("a\\u0000b.csv", "loop.csv"):
        for text in (f'[system]\nschools = "{name}"', f'[[ties]]\nbetween = "schools"\nfile = "{name}"'):
            (tmp_path / "my.toml").write_text(text)
            with pytest.raises(InputError) as caught:
                Simulation(Scenario.load(tmp_path / "my.toml"))
            one_line(caught.value)


def test_numbers_that_the_list_has_too_do_not_spare_a_check(tmp_path):
    (tmp_path / "s.csv").write_text("id,district,teachers\na,x,40\nb,x,40\n")
    asked = {
        "districts": 1,
        "schools": 2,
        "teachers_per_school": 40.0,
        "pilot_schools": 20,
        "pilot_districts": 1,
    }
    with pytest.raises(InputError, match="pilot_schools = 20 is more than"):
        settled(Scenario().replace({"system": {"folder": str(tmp_path), "schools": "s.csv"}, **asked}))


# --- columns ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"id": "Schol"}, "[system.columns] id = 'Schol' is no column of it. Did you mean 'School'?"),
        ({"leadershp": "x"}, "'leadershp' is not known. Did you mean 'leadership'?"),
        (
            {"Code": "id"},
            "[system.columns] 'id' is our word, not a heading: turn it round, [system.columns] id = 'Code'",
        ),
        ({"Id": "x"}, "[system.columns] 'Id': allowed are id, district"),
        ({"coaching": "x"}, "'coaching' is what the model works out"),
        ({"enrolment_state": "x"}, "'enrolment_state' is what the model works out"),
        ({"barrier_untrained": "x"}, "'barrier_untrained' is what the model works out"),
        ({"x" * 99: "x"}, "allowed are id, district"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(columns, words, tmp_path):
    assert words in refused(tmp_path, "School,district,teachers\n1,x,3\n", columns=columns)


def test_teachers_missing_without_pupils_to_fill_them_from(tmp_path):
    message = refused(tmp_path, "id,district\n1,x\n", fill_pupils_per_teacher=40.0)
    assert "no column is known as pupils" in message


# --- teachers ---------------------------------------------------------------------------------------------------------

SCHOOLS = "id,district,teachers\na,x,1\nb,x,2\n"


@pytest.mark.parametrize(
    ("rows", "kinds"),
    [
        ("t1,a\nt2,b\nt3,b\nt4,nowhere\n", ["unknown-school"]),
        ("t1,a\nt2,b\nt2,b\n", ["posts-disagree"]),
        ("t1,a\nt2,b\nt2,a\n", ["id-twice", "posts-disagree"]),
        ("t1,a\n,b\nt3,b\n", ["blank-id"]),
        ("t1,a\nt2,b\nt3,b\nt4,\n", ["blank-school"]),
        ("t2,b\nt3,b\n", ["school-without-teachers"]),
    ],
)
def test_a_list_of_teachers_has_to_agree_with_the_schools(rows, kinds, tmp_path):
    (tmp_path / "schools.csv").write_text(SCHOOLS)
    (tmp_path / "teachers.csv").write_text("id,school\n" + rows)
    both = System(folder=str(tmp_path), schools="schools.csv", teachers="teachers.csv")
    assert [fault.kind for fault in check_teachers(both).faults] == kinds
    with pytest.raises(ListError, match=r"teachers\.csv: \d rows? with") as caught:
        school_list(both)
    assert "--teachers" in one_line(caught.value)


def test_a_list_of_teachers_needs_one_of_schools(tmp_path):
    with pytest.raises(ListError, match=r"system\.teachers needs system\.schools"):
        settled(Scenario().replace({"system": {"folder": str(tmp_path), "teachers": "t.csv"}}))


# --- a run ------------------------------------------------------------------------------------------------------------


def wrong(capsys, *arguments):
    assert cli.main(list(arguments)) == 2
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert printed.startswith("ml-abm: ")
    return printed


@pytest.fixture
def there(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path / "mine")
    (tmp_path / "mine" / "schools.csv").write_text(HEAD + GOOD)
    (tmp_path / "mine" / "my.toml").write_text('months = 1\n[system]\nschools = "schools.csv"\n')
    return tmp_path / "mine"


def test_a_pilot_larger_than_the_list_is_refused(there, capsys):
    larger = ("run", "my.toml", "--set", "pilot_schools=20")
    assert "programme.pilot_schools = 20 is more than setting.schools = 9" in wrong(capsys, *larger)


def test_a_list_outside_the_folder_needs_leave(there, capsys):
    (there / "schools.csv").rename(there.parent / "schools.csv")
    (there / "my.toml").write_text(
        'months = 1\n[system]\nschools = "../schools.csv"\n[programme]\npilot_schools = 2\n'
    )
    assert "is outside the folder" in wrong(capsys, "run", "my.toml")
    assert cli.main(["run", "my.toml", "--allow-outside"]) == 0


def test_a_list_that_adds_up_to_what_no_setting_may_be_is_refused(there, capsys):
    (there / "schools.csv").write_text("id,district,teachers,pupils\na,x,1,900\n")
    assert "what it adds up to cannot be" in wrong(capsys, "run", "my.toml")


def test_the_commands_for_lists_refuse_in_one_line(there, capsys):
    assert "there is no file none.csv" in wrong(capsys, "schools", "check", "none.csv")
    assert "give WORD=HEADING" in wrong(capsys, "schools", "check", "schools.csv", "--columns", "id")
    misspelt = wrong(capsys, "schools", "fix", "schools.csv", "--out", "c.csv", "--drop", "no-teachr")
    assert "Did you mean 'no-teacher'" in misspelt
    assert all(kind in misspelt for kind in KINDS)
    assert "exists already" in wrong(capsys, "schools", "fix", "schools.csv", "--out", "schools.csv")
    assert "allowed 0 to 200" in wrong(
        capsys, "schools", "check", "schools.csv", "--pupils-per-teacher", "999"
    )
    assert "Did you mean 'zambia-like'" in wrong(capsys, "schools", "make", "zambia", "--out", "z.csv")
    assert "allowed 1 to 10,000,000" in wrong(
        capsys, "schools", "make", "india-like", "--schools", "0", "--out", "z.csv"
    )
    assert "VERB" in wrong(capsys, "schools")
    assert sorted(path.name for path in there.iterdir()) == ["my.toml", "schools.csv"]


def test_no_option_for_lists_is_left_aside_in_silence(there, capsys):
    check = ("schools", "check", "my.toml")
    for option, said, key in (
        ("--columns", "id=x", "columns"),
        ("--pupils-per-teacher", "40", "fill_pupils_per_teacher"),
        ("--teachers", "t.csv", "teachers"),
        ("--teacher-columns", "id=x", "teacher_columns"),
    ):
        assert f"{option} goes with a list; for my.toml say {key} in" in wrong(capsys, *check, option, said)
    assert "name the file before the options" in wrong(
        capsys, "schools", "check", "--columns", "id=id", "schools.csv"
    )
    twice = ("schools", "make", "zambia-like", "--out", "z.csv", "--teachers", "./z.csv")
    assert "--teachers z.csv is --out as well" in wrong(capsys, *twice)
    for name in ("schools", "setting.districts", "teachers_per_school", "pupils_per_teacher"):
        message = wrong(capsys, "run", "my.toml", "--set", f"{name}=50")
        assert "cannot be set: the list schools.csv says it is" in message
    assert cli.main(["run", "my.toml", "--set", "pilot_schools=2", "--set", "pilot_districts=1"]) == 0


def test_a_check_of_a_list_says_columns_as_its_user_types_them(there, capsys):
    (there / "schools.csv").write_text("School,district,teachers,Leadership\n1,x,3,0.5\n")
    check = ("schools", "check", "schools.csv")
    assert "say which it is with --columns id='...'" in wrong(capsys, *check)
    assert "--columns id='Schol' is no column" in wrong(capsys, *check, "--columns", "id=Schol")
    assert "say which it is with [system.columns] id = '...'" in wrong(capsys, "schools", "check", "my.toml")
    assert cli.main([*check, "--columns", "id=School"]) == 0
    assert "--columns leadership='Leadership'" in capsys.readouterr().out


def test_a_check_also_finds_what_a_run_would_not_take(there, capsys):
    (there / "schools.csv").write_text("id,district,teachers\na,x,1950\nb,x,1950\n")
    for file in ("schools.csv", "my.toml"):
        assert cli.main(["schools", "check", file]) == 2
        assert "what it adds up to cannot be" in capsys.readouterr().err


def test_a_check_prints_the_report_and_says_whether_the_list_is_clean(there, capsys):
    assert cli.main(["schools", "check", "schools.csv"]) == 0
    assert "Clean: 9 schools in 1 district, 45 teachers, 1,800 pupils" in capsys.readouterr().out
    with (there / "schools.csv").open("a") as file:
        file.write(ROWS["no-teacher"])
    assert cli.main(["schools", "check", "my.toml"]) == 2
    printed = capsys.readouterr()
    assert "Not clean: 1 row with 1 kind of fault" in printed.out
    assert max(map(len, printed.out.splitlines())) <= 100
    assert printed.err == "ml-abm: schools.csv is not clean: correct it, or see `ml-abm schools fix --help`\n"
