"""Defaults stand in the range that the evidence table gives them."""

import math
from itertools import pairwise

import pytest

from ml_abm.evidence import table
from ml_abm.parameters import About, declarations

HELD = [about for about in declarations().values() if about.evidence]
ROUNDING = 1e-9


def evidence_range(about: About) -> tuple[float, float]:
    """Return the range of a parameter's row in the parameter's unit; an end that is no number is the central value."""
    assert about.evidence in table().index, (
        f"{about.dotted}: the evidence table has no row {about.evidence!r}"
    )
    row = table().loc[about.evidence]
    ends = [_number(row[end], row.central) for end in ("low", "high")]
    assert not any(map(math.isnan, ends)), (
        f"{about.dotted}: row {about.evidence!r} has no numbers to hold it to"
    )
    return ends[0] * about.scale, ends[1] * about.scale


def _number(*cells: str) -> float:
    for cell in cells:
        try:
            return float(cell)
        except ValueError:
            continue
    return math.nan


@pytest.mark.parametrize("about", HELD, ids=lambda about: about.dotted)
def test_a_default_stands_in_the_range_of_its_evidence(about):
    low, high = evidence_range(about)
    assert low - ROUNDING <= about.default <= high + ROUNDING, (
        f"{about.dotted} = {about.default:g} {about.unit}: evidence {about.evidence} says {low:g} to {high:g}"
    )


@pytest.mark.parametrize("about", HELD, ids=lambda about: about.dotted)
def test_what_may_be_set_covers_what_the_evidence_says(about):
    low, high = evidence_range(about)
    assert about.low <= low + ROUNDING
    assert high - ROUNDING <= about.high


def test_some_parameters_are_held_to_evidence():
    assert HELD


def test_an_unknown_row_and_a_row_without_numbers_are_refused():
    unknown = About(**{**vars(HELD[0]), "evidence": "no_such_row"})
    with pytest.raises(AssertionError, match="no_such_row"):
        evidence_range(unknown)
    wordy = About(**{**vars(HELD[0]), "evidence": "district_critical_mass"})
    with pytest.raises(AssertionError, match="no numbers"):
        evidence_range(wordy)


def test_an_end_in_words_falls_back_to_the_central_value():
    assert _number("0/0/5/", "4") == 4
    assert math.isnan(_number("", "+"))


def test_the_table_is_whole():
    evidence = table()
    assert evidence.index.is_unique
    assert (evidence.source.str.len() > 0).all()
    assert set("".join(evidence.how_seen)) <= set("ABCD/")


def test_ranges_run_from_low_to_high():
    for name, row in table().iterrows():
        numbers = [n for n in (_number(row[c]) for c in ("low", "central", "high")) if not math.isnan(n)]
        assert all(a <= b for a, b in pairwise(numbers)), name
