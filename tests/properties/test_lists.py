"""Whatever bytes a list consists of, it is read or refused in one line."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ml_abm.errors import InputError
from ml_abm.lists.school_list import check_schools, school_list
from ml_abm.scenario import System

CELLS = ["id", "district", "teachers", "pupils", "lat", "long", "1", "a", "é", "N/A", "-", "1,2", '"', " ", "total", "1e999", "٣", "x" * 300]  # fmt: skip
ENDS = [",", ",", ",", "\n", "\n", ";", "\t", "\r\n"]
TEXTS = st.lists(st.tuples(st.sampled_from(CELLS), st.sampled_from(ENDS)), max_size=40).map(
    lambda parts: "".join(cell + end for cell, end in parts)
)
HEADS = st.sampled_from(["", "id,district,teachers\n", "title\n\nid;district;teachers;pupils;lat;long\n"])
ENCODED = st.tuples(HEADS, TEXTS, st.sampled_from(["utf-8", "utf-16", "utf-8-sig"])).map(
    lambda parts: (parts[0] + parts[1]).encode(parts[2])
)


@settings(max_examples=150)
@given(content=st.one_of(ENCODED, st.binary(max_size=80)), ratio=st.sampled_from([0.0, 40.0]))
@example(content=b"id,district,teachers\n1,x,2\n", ratio=0.0)
def test_any_bytes_are_read_or_refused_in_one_line(tmp_path_factory, content, ratio):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    asked = System(folder=str(path.parent), schools=path.name, fill_pupils_per_teacher=ratio)
    message = ""
    try:
        if check_schools(asked).clean:
            assert (school_list(asked).schools.teachers >= 1).all()
    except InputError as error:
        message = str(error)
    assert message.isprintable()
    assert len(message) < 1000
