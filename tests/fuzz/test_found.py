"""What trying any bytes has found, and other known ways to make a reader trip or swell: each stays a test."""

import ast
import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import ml_abm
from ml_abm import checkpoint, experiments
from ml_abm.errors import StoreError, StudyError
from ml_abm.lists.school_list import check_schools, school_list
from ml_abm.scenario import System

from .folders import FOLDERS
from .guard import read_or_refused
from .readers import CASE_POINTS, GRAPHML, SCENARIO, STUDY, TEXTS, workbook

FILES = {
    "tables in tables without end": ("scenario", b".".join([b"a"] * 5000) + b" = 1", "nested too deeply"),
    "lists in lists without end": ("study", b"a = " + b"[" * 900 + b"]" * 900, "nested too deeply"),
    "a prior that is no float": ("priors", b"[priors.rest_share]\nlow = " + b"9" * 400 + b"\nhigh = 1", "allowed a number"),
    "a file in no folder": ("case", b'case = "a"\nscenario = "base"\nmetric = "schools"\npoints = "\\u0000"', "points has U+0000"),
    "a metric that clears a screen": ("case", b'case = "a"\nscenario = "base"\npoints = "case.csv"\nmetric = "\\u001b[2J"', "metric has U+001B"),
    "no mark at all": ("points of a case", CASE_POINTS.replace(b"A\n", b"\n").replace(b"B\n", b"\n"), ""),
    "a year at the end of numbers": ("points of a case", CASE_POINTS.replace(b"2021", b"1e308"), "allowed is a number, 1800 to 2300"),
    "thousands of columns of one name": ("points of a case", b"a," * 400_000 + b"\n1\n", "column 'year' is missing"),
    "a column twice": ("points of a case", CASE_POINTS.replace(b"source", b"value"), "column 'value' is there twice"),
    "a name of thousands of letters": ("points of a study", b"x" * 100_000 + b"\n1\n\n", ""),
    "a document type in GraphML": ("GraphML", GRAPHML.replace(b"<graphml", b'<!DOCTYPE x [<!ENTITY a "b">]><graphml', 1), "document type"),
    "a table for a month": ("scenario", SCENARIO.replace(b"months = 60", b"months = {a = 1}"), "allowed whole numbers"),
    "a date for a factor": ("study", STUDY.replace(b"mean = 1.0", b"mean = 1979-05-27"), "allowed a number"),
}  # fmt: skip


@pytest.mark.parametrize("case", FILES)
def test_it_is_read_or_refused_in_one_line(case, tmp_path):
    kind, content, says = FILES[case]
    reader = TEXTS[kind]
    for name, beside in reader.beside.items():
        (tmp_path / name).write_bytes(beside)
    (tmp_path / reader.file).write_bytes(content)
    message = read_or_refused(reader.read, tmp_path / reader.file)
    assert says in message
    assert bool(says) == bool(message)


def test_every_mistake_is_one_line_whatever_it_quotes():
    message = str(StudyError("a\nb\x1b[2J" + "x" * 10_000))
    assert message.isprintable()
    assert len(message) < 1_600


# --- workbooks --------------------------------------------------------------------------------------------------------


def repacked(path: Path, change) -> None:
    """Write the good workbook with its first sheet changed."""
    with zipfile.ZipFile(io.BytesIO(workbook())) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["xl/worksheets/sheet1.xml"] = change(parts["xl/worksheets/sheet1.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in parts.items():
            book.writestr(name, part)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"</sheetData>", b"<row>" + b"<c/>" * 5_000_000 + b"</row></sheetData>", "more than 16,384 cells"),
        (b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', "document type"),
        (b"<sheetData>", b"<sheetData><", "no workbook that can be read"),
    ],
)
def test_a_workbook_that_would_swell_is_refused_before_it_is_read(tmp_path, old, new, says):
    repacked(tmp_path / "any.xlsx", lambda sheet: sheet.replace(old, new, 1))
    assert says in read_or_refused(
        lambda path: check_schools(System(folder=str(path.parent), schools=path.name)), tmp_path / "any.xlsx"
    )


# --- what is a name ---------------------------------------------------------------------------------------------------


def listed(folder: Path, text: str) -> System:
    (folder / "schools.csv").write_text(text, encoding="utf-8")
    return System(folder=str(folder), schools="schools.csv")


def test_a_word_is_a_name_in_a_column_of_names(tmp_path):
    asked = listed(tmp_path, "id,district,teachers\nNA,Nan,3\nNull,NA,4\n")
    report = check_schools(asked)
    assert report.clean
    assert "2 cells of 'id' say 'NA' or the like: taken as names" in report.notes
    assert set(school_list(asked).schools["id"]) == {"NA", "Null"}
    assert school_list(asked).districts == ("NA", "Nan")


def test_signs_are_no_names_and_words_are_no_numbers(tmp_path):
    report = check_schools(listed(tmp_path, "id,district,teachers\n-,A,3\nS2,#N/A,4\nS3,A,NA\n"))
    assert {fault.kind for fault in report.faults} >= {"blank-id", "blank-district", "teachers-missing"}
    assert report.wrong == 3


# --- folders ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def experiment(tmp_path):
    FOLDERS["experiment"].make(tmp_path / "small")
    return tmp_path / "small"


def test_an_experiment_whose_study_was_edited_by_hand_is_refused_in_one_line(experiment):
    (experiment / "study.toml").write_text('name = "small"\n', encoding="utf-8")
    with pytest.raises(StoreError, match=r"study\.toml does not go with the manifest\.json beside it"):
        experiments.load(experiment)


@pytest.mark.parametrize(
    "content", ["[" * 100_000, '{"what": "ml_abm experiment", "schema": 1, "store": [], "study": 1}', "[]"]
)
def test_a_manifest_of_anything_is_refused_in_one_line(experiment, content):
    (experiment / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(StoreError):
        experiments.status(experiment)


def test_points_of_text_are_refused(experiment):
    pd.DataFrame({"point": [0, 1], "innovation.tool_hours": ["a", "b"]}).to_parquet(
        experiment / "points.parquet"
    )
    with pytest.raises(StoreError, match=r"points\.parquet does not go with"):
        experiments.load(experiment)


@pytest.mark.parametrize(
    "change",
    [
        lambda header: header.pop("scenario"),
        lambda header: header.update(scenario=[]),
        lambda header: header.update(month="x"),
        lambda header: header.update(happened=[1]),
        lambda header: header["arrays"].append(["more", "|O", [1]]),
        lambda header: header["arrays"].append(["more", "<f8", [-1]]),
        lambda header: header["arrays"].append(["more", "<f8", [0]]),
        lambda header: header["arrays"].pop(),
    ],
)
def test_a_checkpoint_with_a_right_checksum_and_a_wrong_header_is_refused_in_one_line(tmp_path, change):
    FOLDERS["checkpoint"].make(tmp_path)
    path = tmp_path / checkpoint.FILE
    raw = path.read_bytes()
    start = len(checkpoint.FIRST_LINE)
    size = int.from_bytes(raw[start : start + 8], "little")
    header = json.loads(raw[start + 8 : start + 8 + size])
    change(header)
    text = json.dumps(header).encode()
    path.write_bytes(raw[:start] + len(text).to_bytes(8, "little") + text + raw[start + 8 + size :])
    assert read_or_refused(FOLDERS["checkpoint"].read, tmp_path)


@pytest.mark.parametrize("column", ["key", "name", "values"])
def test_kept_runs_with_other_columns_are_refused(column, tmp_path):
    FOLDERS["kept runs"].make(tmp_path)
    part = next(tmp_path.glob("part-*.parquet"))
    pq.write_table(pq.read_table(part).drop_columns([column]), part)
    assert "is not a part of these results" in read_or_refused(FOLDERS["kept runs"].read, tmp_path)


# --- nothing that is read can run code --------------------------------------------------------------------------------

UNPACKS = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "torch", "yaml"}
CALLS = {"eval", "exec", "read_pickle", "literal_eval", "load_pickle"}


@pytest.mark.parametrize(
    "path", sorted(Path(ml_abm.__file__).parent.rglob("*.py")), ids=lambda path: path.stem
)
def test_nothing_of_the_package_unpickles_or_runs_what_it_reads(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            assert not UNPACKS & {name.partition(".")[0] for name in names}
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            assert called not in CALLS
            assert not any(word.arg == "allow_pickle" for word in node.keywords)
            assert not (
                called == "load" and getattr(getattr(node.func, "value", None), "id", "") in ("np", "numpy")
            )
