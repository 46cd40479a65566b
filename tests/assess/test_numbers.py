"""Numbers are said as they can be read aloud: no zero with a sign, no power of ten, no more digits than count."""

import pytest

from ml_abm.assess.words.numbers import between, dollars, learning, percent, points, sd, significant

MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize("nothing", [0.0, -0.0, -1e-12, 1e-17])
def test_nothing_has_no_sign(nothing):
    for form, said in (
        (dollars, "USD 0"),
        (points, "0 points"),
        (percent, "0 %"),
        (learning, "0"),
        (sd, "0 SD a year"),
        (significant, "0"),
    ):
        assert form(nothing) == said, form


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        (-0.004, "USD 0"),
        (-0.006, MINUS + "USD 0.01"),
        (8.754, "USD 8.75"),
        (-6_543, MINUS + "USD 6,500"),
        (999_600, "USD 1 million"),
        (-3_800_000, MINUS + "USD 3.8 million"),
        (123e9, "USD 120 billion"),
    ],
)
def test_money_is_said_with_its_unit(amount, said):
    assert dollars(amount) == said


def test_an_interval_says_once_what_both_ends_share():
    assert between(0.001, 0.035) == "0.1 to 3.5 points"
    assert between(0.01, 0.01) == "1.0 to 1.0 points"
    assert between(46e6, 190e6, dollars) == "USD 46 million to 190 million"
    assert between(-12.0, 300.0, dollars) == MINUS + "USD 12 to USD 300"
    assert between(1e-17, 0.06, percent) == "0 to 6 %"
    assert between(3.4e-5, 0.0057, significant) == "0.000034 to 0.0057"
