"""Whatever bytes a file consists of, it is read or refused in one line: no other exception, no minutes, no gigabytes.

`make fuzz` tries many more. A fault that it finds becomes a test of its own in `test_found.py`.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .contents import contents, packed, spoilt
from .folders import FOLDERS
from .guard import read_or_refused
from .readers import BINARIES, TEXTS
from .tries import TRIES

WORDS = ('"schema"', '"arrays"', '"happened"', "point", "key", "null", "[]", "{}", "PAR1")


@pytest.mark.parametrize("kind", [*TEXTS, *BINARIES])
def test_good_files_are_read(kind, tmp_path):
    reader = {**TEXTS, **BINARIES}[kind]
    for name, content in reader.beside.items():
        (tmp_path / name).write_bytes(content)
    for content in reader.good:
        (tmp_path / reader.file).write_bytes(content)
        assert read_or_refused(reader.read, tmp_path / reader.file) == ""


@pytest.mark.parametrize("kind", TEXTS)
@TRIES
@given(data=st.data())
def test_any_text_is_read_or_refused_in_one_line(kind, data, tmp_path_factory):
    reader = TEXTS[kind]
    folder = tmp_path_factory.getbasetemp() / kind.replace(" ", "-")
    folder.mkdir(exist_ok=True)
    for name, content in reader.beside.items():
        (folder / name).write_bytes(content)
    (folder / reader.file).write_bytes(data.draw(contents(reader.good, reader.words)))
    read_or_refused(reader.read, folder / reader.file)


@pytest.mark.parametrize("kind", BINARIES)
@TRIES
@given(data=st.data())
def test_any_spoilt_binary_is_read_or_refused_in_one_line(kind, data, tmp_path_factory):
    reader = BINARIES[kind]
    path = tmp_path_factory.getbasetemp() / reader.file
    good = reader.good[0]
    spoil = (
        packed(good) if path.suffix == ".xlsx" and data.draw(st.booleans()) else spoilt(good, reader.words)
    )
    path.write_bytes(data.draw(spoil))
    read_or_refused(reader.read, path)


@pytest.fixture(scope="module", params=FOLDERS)
def good(request, tmp_path_factory):
    """A kind of folder, and a good one of it."""
    place = tmp_path_factory.mktemp("good") / "folder"
    kind = FOLDERS[request.param]
    kind.make(place)
    assert read_or_refused(kind.read, place) == ""
    return kind, place


@TRIES
@given(data=st.data())
def test_any_folder_with_a_spoilt_file_is_read_or_refused_in_one_line(good, data):
    kind, place = good
    files = sorted(path for pattern in kind.spoilt for path in place.glob(pattern))
    path = data.draw(st.sampled_from(files))
    whole = path.read_bytes()
    try:
        path.write_bytes(data.draw(spoilt(whole, WORDS)))
        read_or_refused(kind.read, place)
    finally:
        path.write_bytes(whole)
