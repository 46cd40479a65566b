"""A link restores a run, and nothing else: it is data from a stranger."""

import base64
import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml_abm.errors import LinkError
from ml_abm.scenario import Scenario
from ml_abm.viz.levers import levers, range_of
from ml_abm.viz.link import LONGEST, VERSION, decoded, digest, encoded, link_of, linked
from ml_abm.viz.plan import Move, Plan

BASE = Scenario.preset("base")
OFFERED = {"base": BASE}
FREE = sorted(name for name, lever in levers().items() if not lever.from_start)


@st.composite
def plans(draw):
    moves = {}
    for _ in range(draw(st.integers(0, 6))):
        lever = levers()[draw(st.sampled_from(FREE))]
        low, high, _ = range_of(lever, BASE)
        value = low + draw(st.floats(0, 1)) * (high - low)
        month = draw(st.integers(0, 180))
        moves[month, lever.name] = Move(month, lever.name, float(round(value)) if lever.whole else value)
    return tuple(moves.values())


@given(st.integers(0, 2**63 - 1), plans(), plans())
@settings(max_examples=40)
def test_a_link_brings_back_both_plans_seed_and_month(seed, a, b):
    both = Plan(BASE, seed, a), Plan(BASE, seed, b)
    found = linked(link_of(both, 180), OFFERED)
    assert found.plans == both
    assert found.month == 180
    assert not found.other_version


def test_a_link_of_an_own_scenario_brings_its_values():
    own = BASE.replace({"name": "mine", "title": "Ours", "tool_hours": 3.0, "months": 60})
    found = linked(link_of((Plan(own),), 12), {})
    assert found.plans[0].scenario == own


def test_a_link_is_short():
    moves = tuple(Move(m, "innovation.added_hours", 1 + m / 100) for m in range(0, 60, 3))
    assert len(link_of((Plan(BASE, 1, moves),), 60)) < 400


def test_a_link_of_another_version_of_a_programme_says_so():
    told = decoded(link_of((Plan(BASE),), 3))
    assert linked(encoded({**told, "d": "00000000"}), OFFERED).other_version
    assert digest(BASE) != digest(BASE.replace({"tool_hours": 2.0}))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"n": "elsewhere"}, "is not on this page"),
        ({"n": ["base"]}, "is not on this page"),
        ({"s": -1}, "random seed"),
        ({"s": True}, "random seed"),
        ({"m": 181}, "month"),
        ({"m": 1.5}, "month"),
        ({"p": []}, "one plan or two"),
        ({"p": [[], [], []]}, "one plan or two"),
        ({"p": [[[0, "behaviour.kappa", 1]]]}, "no lever"),
        ({"p": [[[0, "innovation.added_hours", 99]]]}, "allowed 0 to 10"),
        ({"p": [[[0, "innovation.added_hours", "3"]]]}, "allowed 0 to 10"),
        ({"p": [[[0, "innovation.added_hours", 10**400]]]}, "allowed 0 to 10"),
        ({"p": [[[0, "innovation.added_hours", float("nan")]]]}, "allowed 0 to 10"),
        ({"p": [[[0, "innovation.added_hours", float("-inf")]]]}, "allowed 0 to 10"),
        ({"p": [[[0, "innovation.added_hours", "\x1b[31m\n3"]]]}, "allowed 0 to 10"),
        ({"p": [[["\u202e\n0", "innovation.added_hours", 3]]]}, "cannot be moved in month"),
        ({"p": [[[0, "\x1b[31m", 3]]]}, "no lever"),
        ({"n": "\x1b[31m"}, "is not on this page"),
        ({"p": [[[4, "innovation.added_hours", 3]]]}, "cannot be moved in month 4"),
        ({"p": [[[2, "leadership.district_champions", 1]]]}, "cannot be moved in month 2"),
        ({"p": [[[0, "innovation.added_hours", 3], [0, "innovation.added_hours", 4]]]}, "twice"),
        ({"p": [[[0, "innovation.added_hours"]]]}, "month, lever and value"),
        ({"p": [[[0, "x", 1]] * 501]}, "at most 500"),
        ({"d": "", "x": {"name": "a", "system": {"schools": "/etc/passwd"}}}, "files"),
        ({"d": "", "x": {"name": "a", "setting": {"schools": -1}}}, "schools"),
    ],
)
def test_what_the_page_itself_could_not_have_made_is_refused(change, fault):
    told = decoded(link_of((Plan(BASE),), 3))
    with pytest.raises(LinkError, match=fault) as caught:
        linked(encoded({**told, **change}), OFFERED)
    assert str(caught.value).isprintable()


@given(st.text(max_size=200))
@settings(max_examples=60)
def test_anything_else_is_refused_in_a_line(text):
    for link in (text, VERSION + text, VERSION + base64.urlsafe_b64encode(text.encode()).decode()):
        with pytest.raises(LinkError) as caught:
            linked(link, OFFERED)
        assert "\n" not in str(caught.value)


def test_a_link_that_unpacks_to_more_than_it_may_is_refused():
    bomb = base64.urlsafe_b64encode(zlib.compress(json.dumps({"n": "a" * 10**7}).encode(), 9)).decode()
    for link in (
        VERSION + bomb[:LONGEST],
        VERSION + bomb,
        VERSION + base64.urlsafe_b64encode(zlib.compress(b"[" * 50_000)).decode(),
    ):
        with pytest.raises(LinkError):
            linked(link, OFFERED)


def test_a_run_with_too_many_moves_says_to_take_a_file():
    moves = tuple(Move(m, name, 0.123456789 + m / 1e5) for m in range(120) for name in FREE[:8])
    with pytest.raises(LinkError, match="as a file"):
        link_of((Plan(BASE, 1, moves),), 120)
